# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of networks that databases use and do not own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import pages
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import network
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.network import Seen
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.ec2 import groups_named, vpcs_lost, vpcs_named
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.nameless import filters
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed, Problem


def observe_networks(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    """A VPC that lacks the subnets or one of the groups is not the network: a database must not come up, or go on, with
    fewer groups than it should have."""
    for desired in wanted:
        yield from (found for seen in _seen(scope, desired) if (found := network.observed(desired, seen)))


def verify_network(scope: Scope, desired: Desired, observed: Observed | None) -> Iterable[Problem]:
    """What is wrong with a given network. One that is known by names only may be made by the same run, unless it is
    one of several VPCs that have lost their names."""
    if observed is not None:
        return
    lost = _lost(scope, desired)
    if len(lost) > 1:
        yield desired.problem("vpc_name", network.undecided(desired, lost))
    if not network.is_given(desired):
        return
    seen = _seen(scope, desired)
    for one in seen:
        yield from network.problems(desired, one, scope.region)
    if not seen:
        name = desired.properties["vpc_name"]
        yield desired.problem(
            "vpc_name", f"no VPC in {scope.region} has this Name tag. Allowed: that of one that exists.", name
        )


def _seen(scope: Scope, desired: Desired) -> list[Seen]:
    """Asked once, however often it is looked at."""
    asked = json.dumps(desired.properties, sort_keys=True, default=str)
    vpcs = _vpcs(scope, desired.properties)
    if vpcs:
        found: list[Seen] = scope.clients.once("network", asked, lambda: list(_look(scope, desired, vpcs)))
        return found
    lost = _lost(scope, desired)
    return list(_look(scope, desired, lost)) if len(lost) == 1 else []


def _lost(scope: Scope, desired: Desired) -> list[str]:
    """VPCs of this owner without a Name, where none has the wanted one: the network, if there is one alone."""
    if _vpcs(scope, desired.properties):
        return []
    whose = json.dumps(scope.owner.tags())
    found: list[Any] = scope.clients.once("vpcs_lost", whose, lambda: vpcs_lost(scope))
    return [str(raw["VpcId"]) for raw in found]


def _look(scope: Scope, desired: Desired, vpcs: Sequence[str]) -> Iterable[Seen]:
    wanted = desired.properties

    def of_tier(vpc_id: str) -> list[Any]:
        return _described(scope, "subnet", vpc_id, {"tag:pgfleet:tier": [wanted["tier"]]}) if wanted.get("tier") else []

    def of_names(vpc_id: str) -> list[Any]:
        found = groups_named(scope, names) if (names := wanted.get("security_group_names")) else []
        return [raw for raw in found if raw["VpcId"] == vpc_id or not vpc_id]

    for vpc_id in vpcs:
        subnets = _items(scope, wanted, vpc_id, "subnet", of_tier)
        groups = _items(scope, wanted, network.home(Seen(vpc_id, subnets, ())), "security_group", of_names)
        yield Seen(vpc_id, subnets, groups)


def _vpcs(scope: Scope, wanted: Mapping[str, Any]) -> list[str]:
    """The VPC's id; those of its name; or one that stands for wherever the given subnets are."""
    if wanted.get("vpc_id"):
        return [wanted["vpc_id"]]
    if wanted.get("vpc_name"):
        return [str(raw["VpcId"]) for raw in vpcs_named(scope, [wanted["vpc_name"]])]
    return [""]


DESCRIBED = {
    "subnet": ("describe_subnets", "Subnets", "subnet-id"),
    "security_group": ("describe_security_groups", "SecurityGroups", "group-id"),
}


def _items(
    scope: Scope, wanted: Mapping[str, Any], vpc_id: str, what: str, otherwise: Callable[[str], list[Any]]
) -> list[Any]:
    """Subnets or groups by ids, which are looked for in every VPC, by tags, or by what they are called."""
    ids, tags = wanted.get(f"{what}_ids"), wanted.get(f"{what}_tags")
    if ids:
        return _described(scope, what, "", {DESCRIBED[what][2]: ids}, vpc_id)
    if tags:
        return _described(scope, what, vpc_id, {f"tag:{key}": [value] for key, value in sorted(tags.items())})
    return otherwise(vpc_id)


def _described(
    scope: Scope, what: str, within: str, asked: Mapping[str, Sequence[str]], subject: str = ""
) -> list[Any]:
    method, items, _by_id = DESCRIBED[what]
    inside = {"vpc-id": [within]} if within else {}
    return pages(scope.clients("ec2"), method, items, Filters=filters({**inside, **asked}), subject=subject or within)


NETWORK = Handler(network.NETWORK, observe_networks, verify=verify_network)

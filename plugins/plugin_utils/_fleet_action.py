# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The action that plans all hosts of a play at once (stack_fleet).

One task instead of a dozen per host: it renders what each host should have, reads each account and region once for all
hosts there, and plans host by host. What is wrong with one host is its failure alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase
from ansible.utils.vars import load_extra_vars
from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec
from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError, Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._fleet import plan_fleet
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds_quotas import beyond_quotas
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._registry import HANDLERS
from ansible_collections.pgfleet.aws.plugins.module_utils._roles import missing_network
from ansible_collections.pgfleet.aws.plugins.modules import stack_fleet
from ansible_collections.pgfleet.aws.plugins.plugin_utils._clients import (
    EVERY_SERVICE,
    CannotConnect,
    warm_all,
)
from ansible_collections.pgfleet.aws.plugins.plugin_utils._desired import Host, Renderer
from ansible_collections.pgfleet.aws.plugins.plugin_utils._member import Connections, Member, rendering
from ansible_collections.pgfleet.aws.plugins.plugin_utils._plain import as_json
from ansible_collections.pgfleet.aws.plugins.plugin_utils._processes import spread
from ansible_collections.pgfleet.aws.plugins.plugin_utils._required_plan import objections

INPUTS = "inputs.yml"
# Accounts and regions that are read at the same time.
PLACES = 8


class FleetAction(ActionBase):
    BYPASS_HOST_LOOP = True
    _supports_check_mode = True

    def __init_subclass__(cls) -> None:
        warm_all(())

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        started = monotonic()
        result: dict[str, Any] = super().run(tmp, task_vars)
        variables = task_vars or {}
        arguments = as_json(self._task.args)
        checked = ArgumentSpecValidator({**aws_argument_spec(), **stack_fleet.ARGUMENTS}).validate(arguments)
        if checked.error_messages:
            return result | {"failed": True, "msg": "\n".join(checked.error_messages)}
        params = checked.validated_parameters
        members = self._members(variables, {key: arguments[key] for key in aws_argument_spec() if key in arguments})
        reads = self._plan(members, params)
        if params["require_networks"]:
            self._require_networks(members, variables)
        if params["plan_file"]:
            self._require_plan(members, params["plan_file"])
        planned: dict[str, Any] = as_json(outcome(members, params["full"]))
        planned["cost"] = cost(members, reads) | {"seconds": round(monotonic() - started, 3)}
        return result | planned | {"changed": self._task.check_mode and bool(planned["diff"])}

    def _members(self, variables: Mapping[str, Any], common: Mapping[str, Any]) -> list[Member]:
        inputs = self._loader.load_from_file(self._find_needle("vars", INPUTS), trusted_as_template=True)
        extra = load_extra_vars(self._loader)
        renderer = Renderer(self._templar, self._loader)
        magic = {name: variables[name] for name in ("hostvars", "ansible_play_hosts", "ansible_check_mode")}
        every, connections = variables["hostvars"], Connections(common, self._task.action)
        return [
            Member(name, Host({**every.raw_get(name), **magic}, inputs, extra, renderer), connections)
            for name in variables["ansible_play_batch"]
        ]

    def _plan(self, members: list[Member], params: Mapping[str, Any]) -> list[Clients]:
        """Plan what can be planned. The clients that have read for it tell what that took."""
        places: dict[str, list[Member]] = defaultdict(list)
        for member in members:
            member.attempt(member.connect)
            if not member.failure:
                places[member.place].append(member)
        clients = {place: Clients(theirs[0].module.client) for place, theirs in places.items()}
        for place, theirs in places.items():
            for member in theirs:
                member.attempt(partial(member.identify, clients[place]))
        render([member for member in members if not member.failure], clients.values())
        with ThreadPoolExecutor(PLACES) as pool:
            list(pool.map(partial(read_place, params["allow"]), clients.values(), places.values()))
            list(pool.map(partial(hold_to_quotas, clients), regions(members)))
        return [*clients.values(), *(member.taking for member in members if member.taking)]

    def _require_networks(self, members: list[Member], variables: Mapping[str, Any]) -> None:
        playing = [member.name for member in members]
        networks = variables["groups"].get("networks", [])
        for member in members:
            if member.failure or member.wanted.networks:
                continue
            system = member.module.params["system"]
            makers = [name for name in networks if variables["hostvars"][name]["system"] == system]
            member.failure = missing_network(
                member.wanted.entries, {"known": member.stack.known}, member.module.region, makers, playing
            )

    def _require_plan(self, members: list[Member], path: str) -> None:
        planned = {member.name: member for member in members if not member.failure}
        results = {name: member.result(False) for name, member in planned.items()}
        for name, objection in objections(path, results, [member.name for member in members]).items():
            planned[name].failure = objection


def render(members: Sequence[Member], places: Iterable[Clients]) -> None:
    """What each should have, and meanwhile the clients with which it will be looked for."""
    rendered = spread(rendering, members, partial(prepare, places))
    for member, (failure, wanted) in zip(members, rendered, strict=True):
        member.failure = failure
        if wanted:
            member.wanted = wanted


def prepare(places: Iterable[Clients]) -> None:
    # What cannot be made is told to the hosts that need it, when they do.
    for clients in places:
        for service in EVERY_SERVICE:
            with suppress(CannotConnect, AwsError):
                clients(service)


def read_place(allow: Iterable[str], clients: Clients, members: list[Member]) -> None:
    """Plan those members that are in one account and region."""
    able = {member.name: member for member in members if not member.failure}
    if not able:
        return
    scope = scope_of(clients, next(iter(able.values())))
    plans = plan_fleet(scope, {name: member.deployment(allow) for name, member in able.items()}, HANDLERS)
    for name, member in able.items():
        member.settle(plans[name])


def scope_of(clients: Clients, member: Member) -> Scope:
    owner = Owner(member.module.params["system"], member.module.params["suffix"])
    identity = member.identity
    return Scope(clients, owner, identity["account_id"], identity["region"], identity["partition"], indexed=True)


def regions(members: Iterable[Member]) -> list[list[Member]]:
    """Those that have a plan, by account and region, whatever way leads there."""
    found: dict[tuple[str, str], list[Member]] = defaultdict(list)
    for member in members:
        if not member.failure:
            found[member.identity["account_id"], member.identity["region"]].append(member)
    return list(found.values())


def hold_to_quotas(clients: Mapping[str, Clients], members: list[Member]) -> None:
    """Refuse what one account may not have in one region, of all that is wanted there."""
    scope = scope_of(clients[members[0].place], members[0])
    refused = beyond_quotas(scope, {member.name: member.stack.takes for member in members})
    for member in members:
        if member.name in refused:
            member.settle(refused[member.name])


def cost(members: Iterable[Member], reads: Iterable[Clients]) -> dict[str, int]:
    """What was read for the plans."""
    identities = [member.identity for member in members if member.identity]
    return {
        "accounts": len({identity["account_id"] for identity in identities}),
        "regions": len({identity["region"] for identity in identities}),
        "calls": sum(clients.requests for clients in reads),
    }


def outcome(members: list[Member], full: bool) -> dict[str, Any]:
    planned = [member for member in members if not member.failure]
    hosts = {member.name: member.result(full) for member in planned}
    return {
        "hosts": hosts,
        "failures": {member.name: member.failure for member in members if member.failure},
        "acts": any(host["acts"] for host in hosts.values()),
        "diff": [plan.diff() for member in planned for plan in member.stack.plans if plan.changed],
    }

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. What plans take of an account's quotas of RDS, and who wants more than there is.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_AccountQuota.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_cluster_plan import new_members
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_replica import REPLICAS, SOURCE
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Plan, Problem

INSTANCES, CLUSTERS, STORAGE, PER_SOURCE = "DBInstances", "DBClusters", "AllocatedStorage", "ReadReplicasPerMaster"
SIZE = "allocated_storage_gib"
# One of each counts as one.
COUNTED = {
    "rds_instance": INSTANCES,
    "aurora_cluster": CLUSTERS,
    "db_parameter_group": "DBParameterGroups",
    "db_cluster_parameter_group": "DBClusterParameterGroups",
    "db_subnet_group": "DBSubnetGroups",
    "rds_event_subscription": "EventSubscriptions",
}
# Of what wants a quota so many are told by name.
MOST_TOLD = 10


class Quota(NamedTuple):
    """As Service Quotas calls it: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html"""

    title: str
    code: str
    unit: str = ""


QUOTAS = {
    INSTANCES: Quota("DB instances", "L-7B6409FD"),
    STORAGE: Quota("Total storage for all DB instances", "L-7ADDB58A", " GiB"),
    CLUSTERS: Quota("DB clusters", "L-952B80B8"),
    "DBParameterGroups": Quota("Parameter groups", "L-DE55804A"),
    "DBClusterParameterGroups": Quota("DB cluster parameter groups", "L-E4C808A8"),
    "DBSubnetGroups": Quota("DB subnet groups", "L-48C6BF61"),
    "EventSubscriptions": Quota("Event subscriptions", "L-A59F4C87"),
    PER_SOURCE: Quota("Read replicas per primary", "L-5BC124EF"),
}


@dataclass(frozen=True, slots=True)
class Take:
    """What a plan takes of a quota, for a resource.

    A quota of each instance is that of the ``source``, which has ``present`` already.
    """

    quota: str
    amount: int
    resource: str
    source: str = ""
    present: int = 0


@dataclass(frozen=True, slots=True)
class Usage:
    """What AWS says of a quota of the account in a region."""

    used: int
    most: int


@dataclass(frozen=True, slots=True)
class Place:
    account_id: str
    region: str


def takes(plan: Plan, after: Mapping[str, Mapping[str, Any]]) -> Iterator[Take]:
    """What one plan takes. ``after`` are the properties that resources will have, by ``kind/name``.

    What the same plan deletes comes after what it makes, and sets nothing free for it.
    """
    if plan.action is Action.CREATE and plan.kind in COUNTED:
        yield Take(COUNTED[plan.kind], 1, plan.key)
    if plan.kind == "aurora_cluster":
        yield from (Take(INSTANCES, 1, f"{plan.key} member {name}") for name in new_members(plan.changes))
    if plan.kind == "rds_instance":
        yield from _of_instance(plan, after)


def _of_instance(plan: Plan, after: Mapping[str, Mapping[str, Any]]) -> Iterator[Take]:
    """The storage of clusters does not count; a replica has as much as its source unless it says otherwise."""
    changes = {change.property: change for change in plan.changes}
    before, size = (getattr(changes.get(SIZE), when, None) for when in ("before", "after"))
    if plan.action is Action.CREATE and SOURCE in changes:
        name = str(changes[SOURCE].after).lower()
        source = after.get(f"rds_instance/{name}", {})
        size = size or source.get(SIZE)
        yield Take(PER_SOURCE, 1, plan.key, name, len(source.get(REPLICAS) or ()))
    more = (size or 0) - (before or 0)
    if more > 0:
        yield Take(STORAGE, more, plan.key)


def beyond(wanted: Mapping[str, Sequence[Take]], quotas: Mapping[str, Usage], place: Place) -> dict[str, list[Problem]]:
    """Problems of those hosts whose share does not fit after what those before them take, by quota.

    Each quota is looked at as though nothing else were in the way: so all that is too small is told at once.
    """
    found: dict[str, list[Problem]] = {}
    pools = dict.fromkeys((take.quota, take.source) for taken in wanted.values() for take in taken)
    for quota, source in pools:
        if quota not in quotas:
            continue
        of_it = {
            host: own
            for host, taken in wanted.items()
            if (own := [take for take in taken if (take.quota, take.source) == (quota, source)])
        }
        pool = Pool(quota, source, _usage(quotas[quota], of_it), of_it, place)
        for host in pool.refused():
            found.setdefault(host, []).append(pool.problem(host))
    return found


def _usage(usage: Usage, of_it: Mapping[str, Sequence[Take]]) -> Usage:
    """Of a quota of each instance AWS tells the highest use in the account; of this one the plan knows."""
    take = next(iter(of_it.values()))[0]
    return Usage(take.present, usage.most) if take.source else usage


@dataclass(frozen=True, slots=True)
class Pool:
    """A quota, of the account or of one ``source``, and those that want of it."""

    quota: str
    source: str
    usage: Usage
    wanted: Mapping[str, Sequence[Take]]
    place: Place

    def amount(self, host: str) -> int:
        return sum(take.amount for take in self.wanted[host])

    @property
    def total(self) -> int:
        return sum(self.amount(host) for host in self.wanted)

    @property
    def room(self) -> int:
        return max(0, self.usage.most - self.usage.used)

    def refused(self) -> list[str]:
        """Those that do not fit after the others before them."""
        left, refused = self.room, []
        for host in self.wanted:
            if self.amount(host) > left:
                refused.append(host)
            else:
                left -= self.amount(host)
        return refused

    def problem(self, host: str) -> Problem:
        known, used, most = QUOTAS[self.quota], self.usage.used, self.usage.most
        whose = f"by {self.source}" if self.source else f"in {self.place.region} of account {self.place.account_id}"
        shares = [f"{name} {self.amount(name)}" for name in self.wanted]
        own = [take.resource for take in self.wanted[host]]
        wants = f"this run wants {self.total}{known.unit} more ({_listed(shares)}), and there is room for {self.room}."
        otherwise = "delete what is no longer needed" + (", or use --limit" if len(self.wanted) > 1 else "")
        # On lines of its own, to be copied.
        command = (
            f"aws service-quotas request-service-quota-increase --service-code rds --quota-code {known.code}"
            f" --desired-value {used + self.total} --region {self.place.region}"
        )
        message = (
            f"{wants} What does not fit here: {_listed(own)}.\n"
            f"    Ask AWS for more of what Service Quotas calls {known.title}, or {otherwise}:\n    {command}"
        )
        return Problem(f"RDS quota {self.quota}", f"{used} of {most}{known.unit} used {whose}", message)


def _listed(names: Sequence[str]) -> str:
    told, more = list(names[:MOST_TOLD]), len(names) - MOST_TOLD
    return ", ".join([*told, f"and {more} more"] if more > 0 else told)

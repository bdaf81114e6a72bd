# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The instances that run with the values of a group: which of them wait for a reboot, in
which order they get it, and the reboots.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import pages
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.rds_instance import reboot
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.rds_session import Session
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter_group import PREFIX, Metadata
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter_level import CLUSTER, INSTANCE, Level
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance_plan import REBOOT_PENDING, needs_reboot
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Action,
    Change,
    Effect,
    Observed,
    Plan,
)

MEMBER = "members."


@dataclass(frozen=True, slots=True)
class Member:
    """An instance that runs with the group's values. ``pending`` says whether some of them wait for its reboot."""

    name: str
    reader: bool
    pending: bool
    cluster: str = ""


def members(client: Any, level: Level, group: str) -> list[Member]:
    """The members in the order of their reboots: cluster by cluster, in each of them readers before the writer."""
    found = _of_cluster_group(client, group) if level is CLUSTER else _of_group(client, group)
    return sorted(found, key=lambda member: (member.cluster, not member.reader, member.name))


def _of_cluster_group(client: Any, group: str) -> list[Member]:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBClusterMember.html"""
    return [
        Member(
            member["DBInstanceIdentifier"],
            not member["IsClusterWriter"],
            member.get("DBClusterParameterGroupStatus") == REBOOT_PENDING,
            cluster["DBClusterIdentifier"],
        )
        for cluster in pages(client, "describe_db_clusters", "DBClusters")
        if cluster.get("DBClusterParameterGroup") == group
        for member in cluster["DBClusterMembers"]
    ]


def _waiting(client: Any, group: str) -> set[str]:
    return {member.name for member in _of_cluster_group(client, group) if member.pending}


def _of_group(client: Any, group: str) -> list[Member]:
    found = [
        (raw, status)
        for raw in pages(client, "describe_db_instances", "DBInstances")
        for status in _status_in(raw, group)
    ]
    readers = _aurora_readers(client) if any("DBClusterIdentifier" in raw for raw, _unused in found) else set()
    return [
        Member(
            raw["DBInstanceIdentifier"],
            "ReadReplicaSourceDBInstanceIdentifier" in raw or raw["DBInstanceIdentifier"] in readers,
            status == REBOOT_PENDING,
            raw.get("DBClusterIdentifier", ""),
        )
        for raw, status in found
    ]


def _status_in(raw: Mapping[str, Any], group: str) -> list[str]:
    return [
        used.get("ParameterApplyStatus", "")
        for used in raw.get("DBParameterGroups", ())
        if used["DBParameterGroupName"] == group
    ]


def _aurora_readers(client: Any) -> set[str]:
    """An instance's own description does not say whether it is the writer of its cluster."""
    return {
        member["DBInstanceIdentifier"]
        for cluster in pages(client, "describe_db_clusters", "DBClusters")
        for member in cluster["DBClusterMembers"]
        if not member["IsClusterWriter"]
    }


def with_reboots(plan: Plan, found: Sequence[Member], observed: Observed | None, allow: frozenset[Effect]) -> Plan:
    """The plan with the reboots that its static parameters, or earlier ones, need: made when allowed, else listed."""
    static = observed is not None and _touches_static(plan.changes, observed.attributes["_metadata"])
    due = [member for member in found if member.pending or static]
    reboots = tuple(Change(MEMBER + member.name, REBOOT_PENDING, "in-sync", Effect.REBOOT) for member in due)
    if not reboots or plan.action is Action.REFUSE:
        return plan
    if Effect.REBOOT in allow:
        return replace(plan, action=Action.UPDATE, changes=plan.changes + reboots)
    return replace(plan, waiting=plan.waiting + reboots)


def _touches_static(changes: Sequence[Change], metadata: Metadata) -> bool:
    names = (change.property.removeprefix(PREFIX) for change in changes if change.property.startswith(PREFIX))
    return any(name in metadata and metadata[name].static for name in names)


def rebooted(changes: Iterable[Change]) -> list[str]:
    """The members among the changes of a plan, in the order of their reboots."""
    return [change.property.removeprefix(MEMBER) for change in changes if change.property.startswith(MEMBER)]


def reboot_member(session: Session, level: Level, group: str) -> None:
    """Reboot the session's instance and, if the session waits, see it back with the group's values in force."""
    if level is INSTANCE:
        reboot(session)
        return

    def pending(observed: Observed) -> bool:
        return needs_reboot(observed) or observed.name in _waiting(session.client, group)

    reboot(session, pending)

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. The plan of an Aurora cluster: what a change costs in its state, what is refused.

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Modifying.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_cluster import members_in, needs_reboot
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_cluster_rules import serverless_problems
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_member import (
    AURORA_MEMBER,
    WRITER,
    autoscaled,
    wanted_members,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance_plan import QUEUED as MEMBER_QUEUED
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance_plan import REBOOT_CHANGE, REBOOT_PENDING
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_queue import Queue, with_queue
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_refusals import (
    insights_refusals,
    meaningless,
    refusals,
    with_upgrade,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Action,
    Change,
    Desired,
    Effect,
    Kind,
    Observed,
    Plan,
    decide,
    plan,
)

MEMBER = "members."
STOPPED = "the start of the cluster, which is stopped"
# What is no state of the cluster: permissions, and values that its members take from it.
NO_STATE = frozenset(
    {
        "allow_major_version_upgrade",
        "db_instance_parameter_group_name",
        "ca_certificate_identifier",
        "members",
        "prune_members",
    }
)
# Settings that join the queue of pending changes unless the request says ApplyImmediately. Others are made at once.
QUEUED = frozenset(
    {
        "engine_version",
        "backup_retention_days",
        "iam_authentication",
        "manage_master_user_password",
        "network_type",
        "port",
        "storage_type",
    }
)
# Classes with local NVMe storage (db.r6gd, db.r6id): their engine restarts when the storage type changes.
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Overview.StorageReliability.html#aurora-storage-type
NVME = re.compile(r"db\.[a-z]+\d+[a-z]*d[a-z]*\..+")


def plan_aurora_cluster(kind: Kind, desired: Desired, observed: Observed | None, allow: frozenset[Effect]) -> Plan:
    """Like every plan, with the members, costs as they are in this state, and the queues of pending changes."""
    if observed is None:
        return _creation(desired)
    wanted = _compared(desired, observed)
    found = plan(kind, wanted, observed, frozenset(Effect))
    own = with_queue(Queue(kind, observed, QUEUED, _costed), wanted, found.changes, allow)
    refused = [*found.refusals, *refusals(desired, observed, "cluster", "aurora-postgresql")]
    refused += serverless_problems(desired, bool(observed.properties["serverless_v2_scaling"]))
    changes = [*own]
    for planned in _member_plans(desired, observed, allow):
        changes += planned.changes
        refused += planned.refusals
    changes = [with_upgrade(change, desired, observed) for change in changes]
    if observed.attributes["status"] == "stopped":
        # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-cluster-stop-start.html
        changes = [replace(change, waits=change.waits or STOPPED) for change in changes]
    return decide(desired, changes, refused, allow)


def _creation(desired: Desired) -> Plan:
    problems = tuple(serverless_problems(desired, scales=False))
    if problems:
        return Plan(desired.kind, desired.name, Action.REFUSE, refusals=problems)
    own = {
        name: value
        for name, value in desired.properties.items()
        if name not in NO_STATE - {"ca_certificate_identifier"}
    }
    new = {name: value for name, value in own.items() if value is not None}
    new |= {MEMBER + member.name: dict(member.properties) for member in wanted_members(desired)}
    if desired.tags:
        new["tags"] = dict(desired.tags)
    changes = tuple(Change(name, None, value) for name, value in new.items())
    return Plan(desired.kind, desired.name, Action.CREATE, changes)


def _compared(desired: Desired, observed: Observed) -> Desired:
    """The desired cluster without what is no state of it, or means nothing in this state."""
    off = meaningless(desired) | NO_STATE
    if observed.properties.get("auto_minor_version_upgrade") is None:
        # AWS reports it of the members alone in some versions of its API.
        off |= {"auto_minor_version_upgrade"}
    return replace(desired, properties={name: v for name, v in desired.properties.items() if name not in off})


def _costed(change: Change, observed: Observed) -> Change:
    """The effect in this state, and what a change that cannot be made now waits for."""
    if change.property == "db_cluster_parameter_group_name":
        return replace(change, note="static parameters take effect at the next reboot of the members")
    if change.property != "storage_type":
        return change
    restarts = any(NVME.fullmatch(member.properties["instance_class"]) for member in members_in(observed).values())
    allowed_from = observed.attributes.get("_io_optimized_from")
    waits = f"{allowed_from}: AWS allows it every 30 days" if allowed_from and change.after == "aurora-iopt1" else ""
    return replace(change, effect=Effect.DOWNTIME if restarts else Effect.NONE, waits=waits)


def _member_plans(desired: Desired, observed: Observed, allow: frozenset[Effect]) -> Iterator[Plan]:
    """A plan for each member, with changes named for the cluster: ``members.<name>``, ``members.<name>.<property>``."""
    present = members_in(observed)
    wanted = wanted_members(desired)
    for member in wanted:
        seen = present.get(member.name)
        if seen is None:
            new = Change(MEMBER + member.name, None, dict(member.properties))
            yield Plan(member.kind, member.name, Action.UPDATE, (new,))
        else:
            yield _member_plan(member, seen, alone=len(present) == 1, allow=allow)
    if desired.properties.get("prune_members") and desired.properties.get("members") is not None:
        names = {member.name for member in wanted}
        yield from (_removal(desired, member) for member in present.values() if member.name not in names)


def _member_plan(wanted: Desired, seen: Observed, *, alone: bool, allow: frozenset[Effect]) -> Plan:
    compared = {name: value for name, value in wanted.properties.items() if name not in meaningless(wanted)}
    found = plan(AURORA_MEMBER, replace(wanted, properties=compared), seen, frozenset(Effect))
    seen = replace(seen, attributes={**seen.attributes, "alone": alone})
    queue = Queue(AURORA_MEMBER, seen, MEMBER_QUEUED, _member_costed)
    changes = with_queue(queue, replace(wanted, properties=compared), found.changes, allow)
    if needs_reboot(seen):
        changes.append(_member_costed(Change(REBOOT_CHANGE, REBOOT_PENDING, "in-sync", Effect.REBOOT), seen))
    named = tuple(replace(change, property=f"{MEMBER}{seen.name}.{change.property}") for change in changes)
    refused = (*found.refusals, *insights_refusals(wanted, seen))
    return Plan(wanted.kind, wanted.name, Action.UPDATE, named, refusals=refused)


def _member_costed(change: Change, seen: Observed) -> Change:
    """A reader that restarts costs its own connections; the writer costs a failover, or downtime where it is alone."""
    effect = change.effect
    if effect is not Effect.NONE and seen.attributes["role"] != WRITER:
        effect = Effect.READERS
    elif change.property == "instance_class" and not seen.attributes["alone"]:
        effect = Effect.FAILOVER
    note = "takes effect at the next reboot" if change.property == "db_parameter_group_name" else change.note
    return replace(change, effect=effect, note=note)


def _removal(desired: Desired, member: Observed) -> Plan:
    """A reader that is not wanted goes, AWS's own readers stay, and no writer goes because a list got shorter."""
    if autoscaled(member.name):
        return Plan(member.kind, member.name)
    if member.attributes["role"] == WRITER:
        advice = "Fail over to a wanted member first (FailoverDBCluster), or keep it on the list"
        problem = desired.problem("members", f"leave out {member.name}, which is the writer. {advice}.", member.name)
        return Plan(member.kind, member.name, Action.REFUSE, refusals=(problem,))
    gone = Change(MEMBER + member.name, dict(member.properties), None, Effect.READERS, note="no longer wanted")
    return Plan(member.kind, member.name, Action.UPDATE, (gone,))


def split(name: str) -> tuple[str, str]:
    """Member and property of a change such as ``members.one.instance_class``; empty where it names none.

    No identifier of an instance has a dot, and tags of members may have some.
    """
    if not name.startswith(MEMBER):
        return "", name
    member, _dot, rest = name.removeprefix(MEMBER).partition(".")
    return member, rest


def of_cluster(changes: Iterable[Change]) -> list[Change]:
    return [change for change in changes if not split(change.property)[0]]


def of_member(changes: Iterable[Change], name: str) -> list[Change]:
    """The changes of one present member, with the names that its properties have for the member alone."""
    return [replace(c, property=rest) for c in changes for m, rest in (split(c.property),) if m == name and rest]


def is_reboot(change: Change) -> bool:
    return change.property.rpartition(".")[2] == REBOOT_CHANGE


def new_members(changes: Iterable[Change]) -> list[str]:
    return _whole(changes, lambda change: change.before is None)


def removed_members(changes: Iterable[Change]) -> list[str]:
    return _whole(changes, lambda change: change.after is None)


def _whole(changes: Iterable[Change], fitting: Any) -> list[str]:
    return [m for c in changes for m, rest in (split(c.property),) if m and not rest and fitting(c)]

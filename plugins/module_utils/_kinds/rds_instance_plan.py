# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. The plan of an RDS instance: what a change costs in its state, what is refused.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.ApplyImmediately.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_versions import VERSION, major, version
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Change,
    Desired,
    Effect,
    Kind,
    Observed,
    Plan,
    Problem,
    decide,
    plan,
    unknown,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._values import same_key

REBOOT_PENDING = "pending-reboot"
REBOOT_CHANGE = "parameter_apply_status"
PERMISSIONS = frozenset({"allow_major_version_upgrade"})
STORAGE = frozenset({"allocated_storage_gib", "storage_type", "iops", "storage_throughput"})

# Settings that join the queue of pending changes unless the request says ApplyImmediately. Others are made at once.
QUEUED = STORAGE | {
    "engine_version",
    "instance_class",
    "multi_az",
    "network_type",
    "db_subnet_group_name",
    "ca_certificate_identifier",
    "iam_authentication",
    "dedicated_log_volume",
}

# A setting of something that is off is not reported by AWS, and means nothing.
DEPENDENT = {
    "performance_insights_enabled": ("performance_insights_retention_days", "performance_insights_kms_key_id"),
    "monitoring_interval_seconds": ("monitoring_role_arn",),
    "manage_master_user_password": ("master_user_secret_kms_key_id",),
}


def plan_rds_instance(kind: Kind, desired: Desired, observed: Observed | None, allow: frozenset[Effect]) -> Plan:
    """Like every plan, with costs as they are in this state, the queue of pending changes, and a pending reboot."""
    wanted = _compared(desired, observed)
    if observed is None:
        return plan(kind, wanted, None, allow)
    found = plan(kind, wanted, observed, frozenset(Effect))
    costed = [_costed(change, observed) for change in found.changes]
    changes = [*costed, *_taken_back(kind, wanted, observed)]
    held = _held_by_queue(kind, changes, observed, allow)
    reboots = [Change(REBOOT_CHANGE, REBOOT_PENDING, "in-sync", Effect.REBOOT)] if needs_reboot(observed) else []
    return decide(desired, [*held, *reboots], [*found.refusals, *_refusals(desired, observed)], allow)


def needs_reboot(observed: Observed) -> bool:
    """Whether static parameters, or another parameter group, wait for a reboot."""
    return observed.attributes.get(REBOOT_CHANGE) == REBOOT_PENDING


def _compared(desired: Desired, observed: Observed | None) -> Desired:
    """The desired instance without what is no state, or means nothing in this state."""
    off = {name for main, names in DEPENDENT.items() if desired.properties.get(main) in (False, 0) for name in names}
    stays_multi_az = desired.properties.get("multi_az") is not False
    if observed is not None and observed.properties.get("multi_az") and stays_multi_az:
        # A failover moves the primary to the other zone.
        off.add("availability_zone")
    kept = {name: value for name, value in desired.properties.items() if name not in off | PERMISSIONS}
    return replace(desired, properties=kept)


def _costed(change: Change, observed: Observed) -> Change:
    """The effect in this state, and what a change that cannot be made now waits for."""
    effect, note, waits = change.effect, change.note, change.waits
    if change.property == "instance_class" and observed.properties.get("multi_az"):
        effect = Effect.FAILOVER
    if change.property == "backup_retention_days" and 0 in (change.before, change.after):
        effect = Effect.DOWNTIME
    if change.property == "storage_type" and "standard" in (change.before, change.after):
        effect = Effect.DOWNTIME
    if change.property == "db_parameter_group_name":
        note = "takes effect at the next reboot"
    if change.property in STORAGE and observed.attributes.get("status") == "storage-optimization":
        waits = "the end of storage optimization"
    return replace(change, effect=effect, note=note, waits=waits)


def _taken_back(kind: Kind, desired: Desired, observed: Observed) -> Iterator[Change]:
    """Pending changes that nobody wants (any more): asking for the present value takes them out of the queue."""
    for name, later in observed.pending.items():
        after = desired.properties.get(name)
        if after is None or unknown(after):
            continue
        satisfied = kind.properties[name].satisfied
        if satisfied(observed.properties.get(name), after) and not satisfied(later, after):
            yield Change(name, later, observed.properties[name], note="takes back the pending change")


def _held_by_queue(
    kind: Kind, changes: Iterable[Change], observed: Observed, allow: frozenset[Effect]
) -> Iterator[Change]:
    """ApplyImmediately makes the whole queue of pending changes: a harmless one must not set off a costly one."""
    changes = list(changes)
    asked = {change.property for change in changes}
    costly = sorted(
        name
        for name, later in observed.pending.items()
        if name not in asked and not _may_happen(kind, name, later, observed, allow)
    )
    reason = f"the maintenance window: made now, it would set off pending {', '.join(costly)}"
    for change in changes:
        held = costly and change.property in QUEUED and not change.waits
        yield replace(change, waits=reason) if held else change


def _may_happen(kind: Kind, name: str, later: Any, observed: Observed, allow: frozenset[Effect]) -> bool:
    pending = Change(name, observed.properties.get(name), later, kind.properties[name].effect)
    effect = _costed(pending, observed).effect
    return effect is Effect.NONE or effect in allow


def _refusals(desired: Desired, observed: Observed) -> Iterator[Problem]:
    yield from _version_refusals(desired, observed)
    yield from _password_refusals(desired, observed)
    key, present = (p.get("performance_insights_kms_key_id") for p in (desired.properties, observed.properties))
    if key and present and not unknown(key) and not same_key(present, key):
        # https://github.com/hashicorp/terraform-provider-aws/pull/6453
        kept = "AWS keeps the first key that Performance Insights had, also while it is off"
        yield desired.problem("performance_insights_kms_key_id", f"is {present} and can never change: {kept}.")
    limit, size = desired.properties.get("max_allocated_storage_gib"), observed.properties["allocated_storage_gib"]
    if limit and limit < size:
        allowed = f"Allowed: {size} and more, or 0"
        yield desired.problem("max_allocated_storage_gib", f"is below the {size} GiB that the instance has. {allowed}.")


def _password_refusals(desired: Desired, observed: Observed) -> Iterator[Problem]:
    name = "manage_master_user_password"
    taken_over = desired.properties.get(name) is False and observed.properties[name]
    if taken_over and not desired.properties.get("master_user_secret_arn"):
        advice = "needs master_user_secret_arn, a secret with the password that the instance should have then"
        yield desired.problem(name, f"{advice}. RDS deletes its own.")


def _version_refusals(desired: Desired, observed: Observed) -> Iterator[Problem]:
    wanted, present = desired.properties.get("engine_version"), observed.properties["engine_version"]
    if wanted is None or not VERSION.fullmatch(wanted):
        return
    if major(wanted) < major(present):
        advice = f"Write {major(present)}"
        yield desired.problem("engine_version", f"is {present} in AWS, and a server is never downgraded. {advice}.")
    elif major(wanted) > major(present) and not desired.properties.get("allow_major_version_upgrade"):
        yield desired.problem(
            "engine_version",
            f"is a major upgrade from {present}. Take a snapshot, give the instance a parameter group of the family "
            f"postgres{version(wanted)[0]}, and set allow_major_version_upgrade.",
        )

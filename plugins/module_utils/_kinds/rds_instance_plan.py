# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. The plan of an RDS instance: what a change costs in its state, what is refused.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_queue import Queue, with_queue
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_refusals import (
    meaningless,
    refusals,
    with_upgrade,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_replica import replica_refusals, version_of_source
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
)

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


def plan_rds_instance(kind: Kind, desired: Desired, observed: Observed | None, allow: frozenset[Effect]) -> Plan:
    """Like every plan, with costs as they are in this state, the queue of pending changes, and a pending reboot."""
    wanted = _compared(desired, observed)
    if observed is None:
        return plan(kind, wanted, None, allow)
    found = plan(kind, wanted, observed, frozenset(Effect))
    changes = with_queue(Queue(kind, observed, QUEUED, _costed), wanted, found.changes, allow)
    changes = [with_upgrade(change, desired, observed) for change in changes]
    reboots = [Change(REBOOT_CHANGE, REBOOT_PENDING, "in-sync", Effect.REBOOT)] if needs_reboot(observed) else []
    refused = [
        *found.refusals,
        *refusals(_own(desired, observed), observed, "instance", "postgres"),
        *_too_low(desired, observed),
        *replica_refusals(desired, observed),
    ]
    return decide(desired, [*changes, *reboots], refused, allow)


def needs_reboot(observed: Observed) -> bool:
    """Whether static parameters, or another parameter group, wait for a reboot."""
    return observed.attributes.get(REBOOT_CHANGE) == REBOOT_PENDING


def _compared(desired: Desired, observed: Observed | None) -> Desired:
    """The desired instance without what is no state, or means nothing in this state."""
    desired = desired if observed is None else _own(desired, observed)
    off = meaningless(desired)
    stays_multi_az = desired.properties.get("multi_az") is not False
    if observed is not None and observed.properties.get("multi_az") and stays_multi_az:
        # A failover moves the primary to the other zone.
        off.add("availability_zone")
    kept = {name: value for name, value in desired.properties.items() if name not in off | PERMISSIONS}
    return replace(desired, properties=kept)


def _own(desired: Desired, observed: Observed) -> Desired:
    """The desired instance without a version that is a matter of its source."""
    if not version_of_source(desired, observed.properties["engine_version"]):
        return desired
    kept = {name: value for name, value in desired.properties.items() if name != "engine_version"}
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


def _too_low(desired: Desired, observed: Observed) -> Iterator[Problem]:
    limit, size = desired.properties.get("max_allocated_storage_gib"), observed.properties["allocated_storage_gib"]
    if limit and limit < size:
        allowed = f"Allowed: {size} and more, or 0"
        yield desired.problem("max_allocated_storage_gib", f"is below the {size} GiB that the instance has. {allowed}.")

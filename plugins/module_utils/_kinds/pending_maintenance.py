# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. Maintenance that AWS has announced for instances and clusters, and when it happens.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Maintenance.html
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Change, Effect, Plan, Problem

# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ApplyPendingMaintenanceAction.html
OPT_IN = {"now": "immediate", "window": "next-maintenance", "undo": "undo-opt-in"}
NOT_ASKED = "undo-opt-in"
ACTIONS = ("ca-certificate-rotation", "db-upgrade", "hardware-maintenance", "os-upgrade", "system-update")
KINDS = {"db": "instance", "cluster": "cluster"}


@dataclass(frozen=True, slots=True)
class Resource:
    """An instance or a cluster; with a standby most maintenance is made there first, and then it takes over."""

    arn: str
    standby: bool = False

    @property
    def kind(self) -> str:
        return KINDS[self.arn.split(":")[5]]

    @property
    def name(self) -> str:
        return self.arn.split(":", 6)[6]


def from_aws(raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The pending actions of one resource, as a result shows them; others than instances and clusters have none."""
    arn = str(raw["ResourceIdentifier"])
    if arn.split(":")[5] not in KINDS:
        return []
    resource = Resource(arn)
    return [
        {
            "resource_arn": arn,
            "resource_type": resource.kind,
            "resource_name": resource.name,
            "action": action["Action"],
            "description": action.get("Description", ""),
            "opt_in": asked_for(action.get("OptInStatus")),
            "auto_applied_after": _time(action.get("AutoAppliedAfterDate")),
            "forced_on": _time(action.get("ForcedApplyDate")),
            "applied_on": _time(action.get("CurrentApplyDate")),
        }
        for action in raw["PendingMaintenanceActionDetails"]
    ]


def asked_for(opt_in: str | None) -> str:
    """What was asked of AWS, in our words: now, window, or nothing."""
    return {"immediate": "now", "next-maintenance": "window"}.get(opt_in or "", "")


def _time(value: Any) -> str | None:
    return value.isoformat() if value is not None else None


def chosen(
    pending: Iterable[Mapping[str, Any]], resources: Collection[str], actions: Collection[str]
) -> list[Mapping[str, Any]]:
    """Of these resources (by ARN) and actions; an empty collection is all."""
    return [
        entry
        for entry in pending
        if (not resources or entry["resource_arn"] in resources) and (not actions or entry["action"] in actions)
    ]


def action_problems(actions: Iterable[str], pending: Iterable[Mapping[str, Any]]) -> Iterable[Problem]:
    """Actions that AWS neither documents nor has pending."""
    known = sorted({*ACTIONS, *(entry["action"] for entry in pending)})
    strange = sorted(set(actions) - set(known))
    if strange:
        yield Problem("actions", ", ".join(strange), f"is no maintenance action. Allowed: {', '.join(known)}.")


def plans(entries: Sequence[Mapping[str, Any]], when: str, resources: Mapping[str, Resource]) -> list[Plan]:
    """A plan for each resource: the actions that are not yet asked for as ``when`` says (now, window, undo)."""
    by_arn: dict[str, list[Mapping[str, Any]]] = {}
    for entry in entries:
        by_arn.setdefault(entry["resource_arn"], []).append(entry)
    return [_plan(resources.get(arn, Resource(arn)), found, when) for arn, found in by_arn.items()]


def _plan(resource: Resource, entries: Iterable[Mapping[str, Any]], when: str) -> Plan:
    changes, refusals = [], []
    for entry in entries:
        before, after = entry["opt_in"], "" if when == "undo" else when
        if when == "undo" and before == "now":
            message = f"{entry['action']} of {resource.name} is being made, which AWS cannot undo."
            refusals.append(Problem("apply", when, message))
        elif before not in (after, "now"):
            effect = effect_of(entry["action"], resource) if when == "now" else Effect.NONE
            changes.append(Change(entry["action"], before, after, effect, note=_note(entry, when)))
    action = Action.REFUSE if refusals else Action.UPDATE if changes else Action.NONE
    return Plan(f"db_{resource.kind}", resource.name, action, () if refusals else tuple(changes), (), tuple(refusals))


def _note(entry: Mapping[str, Any], when: str) -> str:
    if when == "window":
        return "made in the next maintenance window"
    forced = entry["forced_on"] or entry["auto_applied_after"]
    return f"AWS makes it nevertheless, after {forced}" if when == "undo" and forced else ""


def effect_of(action: str, resource: Resource) -> Effect:
    """An upgrade of the engine is made on primary and standby at once, all other work on the standby first.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Maintenance.html
    """
    if action == "ca-certificate-rotation":
        return Effect.REBOOT
    return Effect.FAILOVER if resource.standby and action != "db-upgrade" else Effect.DOWNTIME

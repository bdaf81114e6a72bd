"""Pending maintenance actions. RDS announces them by itself; here a test does.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Maintenance.html
"""

from __future__ import annotations

import datetime
from functools import partial
from typing import Any

from emulator.rds.errors import RdsError, invalid_value
from emulator.rds.jobs import Job, Service
from emulator.rds.notices import Maintenance
from emulator.rds.paging import page
from emulator.rds.refusals.windows import maintenance_window
from emulator.rds.running import AVAILABLE, back, restart_server
from emulator.rds.state import Instance, Params, Region, Result, now

# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ApplyPendingMaintenanceAction.html
ACTIONS = {
    "ca-certificate-rotation": "Rotation of CA certificate",
    "db-upgrade": "Automatic minor version upgrade to the newest version",
    "hardware-maintenance": "Hardware maintenance",
    "os-upgrade": "New Operating System upgrade is available",
    "system-update": "New Operating System update is available",
}
NOW, WINDOW, UNDO = "immediate", "next-maintenance", "undo-opt-in"
MINUTES = 5.0
FILTERS = {"db-instance-id": "db", "db-cluster-id": "cluster"}
WEEK = datetime.timedelta(weeks=1)


def add(service: Service, arn: str, asked: dict[str, Any]) -> None:
    """Announce an action. Raises ValueError."""
    region = next((each for each in service.regions.values() if _exists(each, arn)), None)
    action = asked.get("action", "")
    if region is None:
        raise ValueError(f"there is no resource {arn}")
    if action not in ACTIONS:
        raise ValueError(f"action is {action!r}; there are: {', '.join(ACTIONS)}")
    after, forced = (_time(asked.get(name)) for name in ("auto_applied_after", "forced_on"))
    pending = [each for each in region.maintenance.get(arn, []) if each.action != action]
    region.maintenance[arn] = [*pending, Maintenance(action, ACTIONS[action], after, forced)]


def _time(text: str | None) -> datetime.datetime | None:
    if text is None:
        return None
    time = datetime.datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=datetime.UTC)


def _exists(region: Region, arn: str) -> bool:
    return any(resource.arn == arn for resource in region.tagged())


def describe(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribePendingMaintenanceActions.html"""
    asked = params.get("ResourceIdentifier")
    if asked is not None and not _exists(region, asked):
        raise RdsError("ResourceNotFoundFault", f"The specified resource ID was not found: {asked}")
    found = [
        _document(region, arn)
        for arn, pending in sorted(region.maintenance.items())
        if pending and _exists(region, arn) and asked in (None, arn) and _passes(params, arn)
    ]
    return page(params, "PendingMaintenanceActions", found)


def _passes(params: Params, arn: str) -> bool:
    kind, _, name = arn.split(":", 5)[5].partition(":")
    for each in params.get("Filters", []):
        if each["Name"] not in FILTERS:
            raise invalid_value(f"Unrecognized filter name: {each['Name']}")
        if FILTERS[each["Name"]] != kind or not {arn, name} & set(each["Values"]):
            return False
    return True


def apply(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ApplyPendingMaintenanceAction.html"""
    arn, action, opt_in = params["ResourceIdentifier"], params["ApplyAction"], params["OptInType"]
    if opt_in not in (NOW, WINDOW, UNDO):
        raise invalid_value(f"Invalid opt-in type: {opt_in}. Valid values: {NOW}, {WINDOW}, {UNDO}")
    if action not in ACTIONS:
        raise invalid_value(f"Invalid apply action: {action}. Valid values: {', '.join(ACTIONS)}")
    pending = next((each for each in region.maintenance.get(arn, []) if each.action == action), None)
    if pending is None or not _exists(region, arn):
        raise RdsError("ResourceNotFoundFault", f"{arn} has no pending maintenance action {action}.")
    if pending.opt_in == NOW:
        raise invalid_value(f"The {action} of {arn} is applied immediately, which cannot be undone.")
    instance = _instance(region, arn)
    if opt_in == NOW and instance is not None and instance.status != AVAILABLE:
        raise RdsError("InvalidDBInstanceState", f"Database instance {instance.identifier} is not in available state.")
    pending.opt_in = "" if opt_in == UNDO else opt_in
    result = {"ResourcePendingMaintenanceActions": _document(region, arn)}
    if opt_in == NOW:
        _begin(region, arn, instance, pending)
    return result


def _instance(region: Region, arn: str) -> Instance | None:
    return next((each for each in region.instances.values() if each.arn == arn), None)


def _begin(region: Region, arn: str, instance: Instance | None, pending: Maintenance) -> None:
    if instance is None:
        # What is done to a cluster is not imitated further.
        _finish(region, arn, pending)
        return
    instance.status = "upgrading" if pending.action == "db-upgrade" else "maintenance"
    region.service.start_job(instance, partial(_maintain, region=region, instance=instance, pending=pending))


def _maintain(job: Job, region: Region, instance: Instance, pending: Maintenance) -> None:
    """maintenance → available, with a restart"""
    restart_server(region, instance)
    job.pause_until(MINUTES)
    with region.service.context.lock:
        _finish(region, instance.arn, pending)
        region.record(instance, f"Finished {pending.action}", "maintenance")
    back(region, instance, AVAILABLE)


def _finish(region: Region, arn: str, pending: Maintenance) -> None:
    # By identity: a test may have announced the same once more.
    region.maintenance[arn] = [each for each in region.maintenance[arn] if each is not pending]


def _document(region: Region, arn: str) -> dict[str, Any]:
    return {
        "ResourceIdentifier": arn,
        "PendingMaintenanceActionDetails": [_action(region, arn, each) for each in region.maintenance[arn]],
    }


def _action(region: Region, arn: str, pending: Maintenance) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_PendingMaintenanceAction.html"""
    shown = {
        "Action": pending.action,
        "Description": pending.description,
        "AutoAppliedAfterDate": pending.auto_applied_after,
        "ForcedApplyDate": pending.forced_on,
        "OptInStatus": pending.opt_in or None,
        "CurrentApplyDate": _applied_on(region, arn, pending),
    }
    return {name: value for name, value in shown.items() if value is not None}


def _applied_on(region: Region, arn: str, pending: Maintenance) -> datetime.datetime | None:
    if pending.opt_in == NOW:
        return now()
    if pending.opt_in == WINDOW:
        instance = _instance(region, arn)
        return _next_window(instance.attributes["PreferredMaintenanceWindow"]) if instance else now() + WEEK
    return pending.auto_applied_after or pending.forced_on


def _next_window(window: str) -> datetime.datetime:
    start, _length = maintenance_window(window)
    today = now().replace(hour=0, minute=0, second=0)
    monday = today - datetime.timedelta(days=today.weekday())
    this_week = monday + datetime.timedelta(minutes=start)
    return this_week if this_week > now() else this_week + WEEK

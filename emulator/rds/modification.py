"""ModifyDBInstance: what changes at once, what waits, what is refused.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.DBInstance.Modifying.html
"""

from __future__ import annotations

from functools import partial
from typing import Any

from emulator.rds import (
    applying,
    changing,
    creation,
    credentials,
    instances,
    parameter_groups,
    pending,
    quotas,
    replicas,
    shared,
    wanted,
)
from emulator.rds.clusters import members
from emulator.rds.documents import instance_document
from emulator.rds.settings import BY_ATTRIBUTE
from emulator.rds.state import Instance, ParameterGroup, Params, Region, Result

# Statuses beside available in which ModifyDBInstance is accepted.
MODIFIABLE = ("incompatible-parameters", "stopped")


def modify(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html"""
    instance = instances.available(region, params["DBInstanceIdentifier"], *MODIFIABLE)
    changes = wanted.changes(region, instance, params)
    future = instance.attributes | instance.pending | changes
    check = creation.check if instance.cluster is None else members.check
    check(region, future)
    if instance.cluster is None:
        quotas.check(region, "AllocatedStorage", future["AllocatedStorage"] - instance.attributes["AllocatedStorage"])
    replicas.check_modification(region, instance, future, params)
    password = credentials.wanted_password(instance, params)
    group = _parameter_group(region, instance, params, future["EngineVersion"]) or instance.parameter_group
    if changes.get("Port", instance.port) != instance.port:
        instances.take_port(region, instance, changes["Port"])
    if group is not instance.parameter_group:
        instance.parameter_group = group
        instance.apply_status = applying.PENDING_REBOOT
    if password is not None:
        work = partial(changing.change_password, region=region, instance=instance, password=password)
        credentials.use(region, instance, password, params, partial(region.service.start_job, instance, work))
    deferred = partial(_is_deferred, instance, changes)
    _apply_at_once(region, instance, pending.take_in(instance, changes, partial(wanted.current, instance), deferred))
    if params.get("ApplyImmediately") and instance.pending:
        _apply_pending(region, instance)
    return {"DBInstance": instance_document(region, instance)}


def _is_deferred(instance: Instance, changes: dict[str, Any], name: str, value: Any) -> bool:
    """Whether a change waits for ApplyImmediately or the window; a retention period only if backups start or end."""
    if name == "BackupRetentionPeriod":
        return bool(value) != bool(instance.attributes[name])
    if name == "VpcSecurityGroups" and changes.get("DBSubnetGroupName", instance.subnet_group.name) != (
        instance.subnet_group.name
    ):
        # The groups of the other VPC come with it.
        return True
    return name not in BY_ATTRIBUTE or BY_ATTRIBUTE[name].deferred


def _parameter_group(region: Region, instance: Instance, params: Params, version: str) -> ParameterGroup | None:
    name = params.get("DBParameterGroupName")
    return parameter_groups.for_instance(region, name, shared.engine_of(instance), version) if name else None


def _apply_at_once(region: Region, instance: Instance, changes: dict[str, Any]) -> None:
    if not changes:
        return
    changing.take_over(region, instance, changes)
    settings = [BY_ATTRIBUTE[name] for name in changes if name in BY_ATTRIBUTE]
    status = next((setting.status for setting in settings if setting.status), None)
    if status is None:
        return
    restart = any(setting.restarts for setting in settings)
    work = partial(changing.finish_change, region=region, instance=instance, status=status, restart=restart)
    region.service.start_job(instance, work)


def _apply_pending(region: Region, instance: Instance) -> None:
    work = partial(changing.apply_pending, region=region, instance=instance)
    region.service.start_job(instance, work)

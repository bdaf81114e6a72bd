"""Changing an instance: the slow part, in a job, which takes the lock only to change state."""

from __future__ import annotations

from typing import Any

from emulator.rds import applying, network, roles, snapshots, subnet_groups
from emulator.rds.jobs import Job
from emulator.rds.running import AVAILABLE, alone, back, create_log_groups, first_backup, restart_server, set_status
from emulator.rds.settings import BY_ATTRIBUTE, MODIFYING
from emulator.rds.state import Instance, ParameterGroup, Region

# AWS minutes. RDS answers ModifyDBInstance and still says `available` for a moment.
NOTICE_MINUTES = 0.5
MODIFY_MINUTES = 5.0
SETTING_MINUTES = 1.0


def finish_change(job: Job, region: Region, instance: Instance, status: str, restart: bool) -> None:
    """Let a change that is made already show in the status, and in the server if it must restart."""
    before = instance.status
    set_status(region, instance, status)
    if restart:
        restart_server(region, instance)
    job.pause_until(SETTING_MINUTES)
    with region.service.context.lock:
        create_log_groups(region, instance)
    back(region, instance, before)


def change_password(job: Job, region: Region, instance: Instance, password: str) -> None:
    """resetting-master-credentials → available"""
    before = instance.status
    set_status(region, instance, "resetting-master-credentials")
    if instance.server is not None and instance.server.running:
        roles.change_password(instance.server, instance.attributes["MasterUsername"], password)
    job.pause_until(SETTING_MINUTES)
    with region.service.context.lock:
        instance.new_password = False
        region.record(instance, "Reset master credentials", "configuration change")
    back(region, instance, before)


def apply_pending(job: Job, region: Region, instance: Instance) -> None:
    """available (with PendingModifiedValues) → modifying → available"""
    job.pause_until(NOTICE_MINUTES)
    with region.service.context.lock:
        changes = dict(instance.pending)
        restart = any(BY_ATTRIBUTE[name].restarts for name in changes if name in BY_ATTRIBUTE)
    set_status(region, instance, _status_of(changes))
    with region.service.context.lock:
        take_over(region, instance, changes)
    if restart:
        restart_server(region, instance)
    if "BackupRetentionPeriod" in changes:
        _start_or_end_backups(region, instance)
    job.pause_until(NOTICE_MINUTES + MODIFY_MINUTES)
    with region.service.context.lock:
        instance.pending = {name: value for name, value in instance.pending.items() if name not in changes}
        region.record(instance, "Finished applying modification to DB instance", "configuration change")
    back(region, instance, AVAILABLE)


def apply_parameters(job: Job, region: Region, instance: Instance, group: ParameterGroup) -> None:
    """Take over a changed group: in-sync → applying → in-sync or pending-reboot"""
    if instance.server is None or not instance.server.running:
        return
    with region.service.context.lock:
        before = applying.status(instance, group)
        status = applying.take_dynamic(region, instance, group)
        applying.set_status(instance, group, applying.APPLYING)
    with alone(instance):
        if instance.server.running:
            instance.server.reload()
    job.pause_until(SETTING_MINUTES)
    with region.service.context.lock:
        applying.set_status(instance, group, status)
        if status != before:
            region.record(instance, f"Updated parameters of the DB parameter group: {status}", "configuration change")


def _start_or_end_backups(region: Region, instance: Instance) -> None:
    if instance.attributes["BackupRetentionPeriod"]:
        first_backup(region, instance)
        return
    with region.service.context.lock:
        instance.restorable_from = None
        snapshots.forget_automated(region, instance.resource_id)


def _status_of(changes: dict[str, Any]) -> str:
    statuses = {BY_ATTRIBUTE[name].status or MODIFYING for name in changes if name in BY_ATTRIBUTE}
    return statuses.pop() if len(statuses) == 1 else MODIFYING


def take_over(region: Region, instance: Instance, changes: dict[str, Any]) -> None:
    """Give an instance its new members of the document, and do what follows from them."""
    changes = dict(changes)
    if "DBInstanceIdentifier" in changes:
        _rename(region, instance, changes.pop("DBInstanceIdentifier"))
    if "Port" in changes:
        instance.port = changes.pop("Port")
        if instance.server is not None:
            # The server itself goes there when it restarts.
            instance.server.port = instance.port
        for replica in region.replicas_of(instance):
            if replica.server is not None:
                replica.server.upstream = instance.port
    if "DBSubnetGroupName" in changes:
        instance.subnet_group = subnet_groups.find(region, changes.pop("DBSubnetGroupName"))
        changes["AvailabilityZone"] = subnet_groups.zones(region, instance.subnet_group)[0]
    if "MultiAZ" in changes:
        here = instance.attributes["AvailabilityZone"]
        others = [zone for zone in subnet_groups.zones(region, instance.subnet_group) if zone != here]
        changes["SecondaryAvailabilityZone"] = others[0] if changes["MultiAZ"] else None
    instance.attributes.update(changes)
    if {"MultiAZ", "VpcSecurityGroups", "AvailabilityZone"} & set(changes):
        network.detach(region, instance)
        network.attach(region, instance)


def _rename(region: Region, instance: Instance, name: str) -> None:
    del region.instances[instance.identifier]
    instance.identifier, instance.arn = name, region.arn("db", name)
    region.instances[name] = instance

"""The slow part of each action on an instance; runs in a job, takes the lock only to change state."""

from __future__ import annotations

from typing import Any

from moto.logs.models import logs_backends

from emulator.postgres.server import PostgresFailed
from emulator.rds import applying, master_secret, network, roles, snapshots, subnet_groups
from emulator.rds.jobs import Job
from emulator.rds.settings import BY_ATTRIBUTE, MODIFYING
from emulator.rds.state import Instance, Region, Snapshot, now

# AWS minutes that things take; PostgreSQL itself may take longer.
CREATE_MINUTES = 7.0
BACKUP_MINUTES = 1.0
SNAPSHOT_MINUTES = 3.0
# RDS answers ModifyDBInstance and still says `available` for a moment.
NOTICE_MINUTES = 0.5
MODIFY_MINUTES = 5.0
SETTING_MINUTES = 1.0
REBOOT_MINUTES = 1.0
STOP_MINUTES = 3.0
START_MINUTES = 5.0
DELETE_MINUTES = 5.0
AVAILABLE, INCOMPATIBLE = "available", "incompatible-parameters"


def provision(job: Job, region: Region, instance: Instance, password: str) -> None:
    """creating → backing-up → available"""
    server = region.service.fleet.create(instance.resource_id, instance.major, instance.port)
    with region.service.context.lock:
        instance.server = server
    if not _start(region, instance):
        return
    roles.create_master(server, instance.attributes["MasterUsername"], password, instance.attributes["DBName"])
    job.pause_until(CREATE_MINUTES)
    with region.service.context.lock:
        instance.created = now()
        region.record(instance, "DB instance created", "creation")
        network.attach(region, instance)
        _create_log_groups(region, instance)
    if instance.attributes["BackupRetentionPeriod"]:
        _first_backup(job, region, instance)
    set_status(region, instance, AVAILABLE)


def _first_backup(job: Job, region: Region, instance: Instance) -> None:
    set_status(region, instance, "backing-up")
    with region.service.context.lock:
        region.record(instance, "Backing up DB instance", "backup")
        snapshot = snapshots.automated(region, instance)
    copy = snapshots.copy_data(region, instance, snapshot)
    job.pause_until(CREATE_MINUTES + BACKUP_MINUTES)
    with region.service.context.lock:
        snapshots.finish(snapshot, copy)
        instance.restorable_from = snapshot.attributes["SnapshotCreateTime"]
        region.record(instance, "Finished DB Instance backup", "backup")


def take_snapshot(job: Job, region: Region, instance: Instance, snapshot: Snapshot) -> None:
    """backing-up → available"""
    copy = snapshots.copy_data(region, instance, snapshot)
    job.pause_until(SNAPSHOT_MINUTES)
    with region.service.context.lock:
        snapshots.finish(snapshot, copy)
        region.record(instance, f"Created DB snapshot {snapshot.identifier}", "backup")
    set_status(region, instance, AVAILABLE)


def finish_change(job: Job, region: Region, instance: Instance, status: str, restart: bool) -> None:
    """Let a change that is made already show in the status, and in the server if it must restart."""
    before = instance.status
    set_status(region, instance, status)
    if restart:
        _restart(region, instance)
    job.pause_until(SETTING_MINUTES)
    with region.service.context.lock:
        _create_log_groups(region, instance)
    _back(region, instance, before)


def change_password(job: Job, region: Region, instance: Instance, password: str) -> None:
    """resetting-master-credentials → available"""
    before = instance.status
    set_status(region, instance, "resetting-master-credentials")
    if instance.server is not None and instance.server.running:
        roles.change_password(instance.server, instance.attributes["MasterUsername"], password)
    job.pause_until(SETTING_MINUTES)
    with region.service.context.lock:
        region.record(instance, "Reset master credentials", "configuration change")
    _back(region, instance, before)


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
        _restart(region, instance)
    job.pause_until(NOTICE_MINUTES + MODIFY_MINUTES)
    with region.service.context.lock:
        instance.pending = {name: value for name, value in instance.pending.items() if name not in changes}
        region.record(instance, "Finished applying modification to DB instance", "configuration change")
    _back(region, instance, AVAILABLE)


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
    if "MultiAZ" in changes:
        others = [zone for zone in subnet_groups.zones(region, instance.subnet_group) if zone != _zone(instance)]
        changes["SecondaryAvailabilityZone"] = others[0] if changes["MultiAZ"] else None
    instance.attributes.update(changes)
    if {"MultiAZ", "VpcSecurityGroups"} & set(changes):
        network.detach(region, instance)
        network.attach(region, instance)


def _zone(instance: Instance) -> str:
    return str(instance.attributes["AvailabilityZone"])


def _rename(region: Region, instance: Instance, name: str) -> None:
    del region.instances[instance.identifier]
    instance.identifier, instance.arn = name, region.arn("db", name)
    region.instances[name] = instance


def _create_log_groups(region: Region, instance: Instance) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Procedural.UploadtoCloudWatch.html"""
    backend = logs_backends[region.account_id][region.name]
    for kind in instance.attributes["EnabledCloudwatchLogsExports"]:
        backend.ensure_log_group(f"/aws/rds/instance/{instance.identifier}/{kind}")


def apply_parameters(job: Job, region: Region, instance: Instance) -> None:
    """in-sync → applying → in-sync or pending-reboot"""
    if instance.server is None or not instance.server.running:
        return
    with region.service.context.lock:
        before = instance.apply_status
        status = applying.take_dynamic(region, instance)
        instance.apply_status = applying.APPLYING
    instance.server.reload()
    job.pause_until(SETTING_MINUTES)
    with region.service.context.lock:
        instance.apply_status = status
        if status != before:
            region.record(instance, f"Updated parameters of the DB parameter group: {status}", "configuration change")


def reboot(job: Job, region: Region, instance: Instance) -> None:
    """rebooting → available, with everything the parameter group says now"""
    with region.service.context.lock:
        region.record(instance, "DB instance shutdown", "availability")
    _restart(region, instance)
    job.pause_until(REBOOT_MINUTES)
    with region.service.context.lock:
        region.record(instance, "DB instance restarted", "availability")
    _back(region, instance, AVAILABLE)


def stop(job: Job, region: Region, instance: Instance) -> None:
    """stopping → stopped"""
    if instance.server is not None:
        instance.server.stop()
    job.pause_until(STOP_MINUTES)
    with region.service.context.lock:
        region.record(instance, "DB instance stopped", "notification")
    set_status(region, instance, "stopped")


def start(job: Job, region: Region, instance: Instance) -> None:
    """starting → available"""
    _start(region, instance)
    job.pause_until(START_MINUTES)
    with region.service.context.lock:
        region.record(instance, "DB instance started", "notification")
    _back(region, instance, AVAILABLE)


def delete(job: Job, region: Region, instance: Instance, final: Snapshot | None) -> None:
    """deleting → gone, with a snapshot first if one was asked for"""
    if final is not None:
        copy = snapshots.copy_data(region, instance, final)
        with region.service.context.lock:
            snapshots.finish(final, copy)
    region.service.fleet.remove(instance.resource_id)
    job.pause_until(DELETE_MINUTES)
    with region.service.context.lock:
        network.detach(region, instance)
        master_secret.delete(region, instance)
        if instance.resource_id not in region.retained_backups:
            snapshots.forget_automated(region, instance.resource_id)
        region.record(instance, "DB instance deleted", "deletion")
        region.instances.pop(instance.identifier, None)


def set_status(region: Region, instance: Instance, status: str) -> None:
    with region.service.changed:
        if instance.status != "deleting":
            instance.status = status
        region.service.changed.notify_all()


def _back(region: Region, instance: Instance, status: str) -> None:
    """The status after something was done, unless the server did not survive it."""
    if instance.status != INCOMPATIBLE:
        set_status(region, instance, status)


def _restart(region: Region, instance: Instance) -> None:
    if instance.server is not None and (instance.server.running or instance.status == "rebooting"):
        instance.server.stop()
        _start(region, instance)


def _start(region: Region, instance: Instance) -> bool:
    """Start the server; if it cannot run with its parameters, RDS says `incompatible-parameters`.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html#Overview.DBInstance.Status
    """
    if instance.server is None:
        return False
    with region.service.context.lock:
        applying.configure_for_start(region, instance)
    try:
        instance.server.start()
    except PostgresFailed as error:
        set_status(region, instance, INCOMPATIBLE)
        with region.service.context.lock:
            region.record(instance, f"The database did not start: {error}", "failure")
        return False
    with region.service.context.lock:
        instance.apply_status = applying.IN_SYNC
    return True

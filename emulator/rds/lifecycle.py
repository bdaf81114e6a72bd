"""The slow part of each action on an instance; runs in a job, takes the lock only to change state."""

from __future__ import annotations

from datetime import timedelta

from moto.logs.models import logs_backends

from emulator.postgres.server import PostgresFailed
from emulator.rds import applying, catalogue, master_secret, network, roles, snapshots
from emulator.rds.jobs import Pause
from emulator.rds.state import Instance, Region, Snapshot, now

# AWS minutes that things take; PostgreSQL itself may take longer.
CREATE_MINUTES = 7.0
BACKUP_MINUTES = 1.0
MODIFY_MINUTES = 5.0
REBOOT_MINUTES = 1.0
STOP_MINUTES = 3.0
START_MINUTES = 5.0
DELETE_MINUTES = 5.0
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIT.html : up to the last five minutes
RESTORABLE_LAG = timedelta(minutes=5)


def provision(pause: Pause, region: Region, instance: Instance, password: str) -> None:
    """creating → backing-up → available"""
    server = region.service.fleet.create(instance.resource_id, instance.major, instance.port)
    with region.service.context.lock:
        instance.server = server
        applying.configure_for_start(region, instance)
    if not _start(region, instance):
        return
    roles.create_master(server, instance.attributes["MasterUsername"], password, instance.attributes["DBName"])
    pause.until(CREATE_MINUTES)
    with region.service.context.lock:
        instance.created = now()
        region.record(instance, "DB instance created", "creation")
        network.attach(region, instance)
        create_log_groups(region, instance)
    if instance.attributes["BackupRetentionPeriod"]:
        _first_backup(pause, region, instance)
    set_status(region, instance, "available")


def _first_backup(pause: Pause, region: Region, instance: Instance) -> None:
    set_status(region, instance, "backing-up")
    with region.service.context.lock:
        region.record(instance, "Backing up DB instance", "backup")
        snapshot = snapshots.automated(region, instance)
    copy = snapshots.copy_data(region, instance, snapshot)
    pause.until(CREATE_MINUTES + BACKUP_MINUTES)
    with region.service.context.lock:
        snapshots.finish(snapshot, copy)
        instance.restorable_from = snapshot.attributes["SnapshotCreateTime"]
        region.record(instance, "Finished DB Instance backup", "backup")


def create_log_groups(region: Region, instance: Instance) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Procedural.UploadtoCloudWatch.html"""
    backend = logs_backends[region.account_id][region.name]
    for kind in instance.attributes["EnabledCloudwatchLogsExports"]:
        backend.ensure_log_group(f"/aws/rds/instance/{instance.identifier}/{kind}")


def modify(pause: Pause, region: Region, instance: Instance, restart: bool) -> None:
    """modifying → available; the attributes are changed already."""
    if restart:
        _restart(region, instance)
    pause.until(MODIFY_MINUTES)
    with region.service.context.lock:
        create_log_groups(region, instance)
        region.record(instance, "Finished applying modification to DB instance", "configuration change")
    set_status(region, instance, "available", unless="incompatible-parameters")


def reboot(pause: Pause, region: Region, instance: Instance) -> None:
    """rebooting → available, with everything the parameter group says now"""
    with region.service.context.lock:
        region.record(instance, "DB instance shutdown", "availability")
    _restart(region, instance)
    pause.until(REBOOT_MINUTES)
    with region.service.context.lock:
        region.record(instance, "DB instance restarted", "availability")
    set_status(region, instance, "available", unless="incompatible-parameters")


def stop(pause: Pause, region: Region, instance: Instance) -> None:
    """stopping → stopped"""
    if instance.server is not None:
        instance.server.stop()
    pause.until(STOP_MINUTES)
    with region.service.context.lock:
        region.record(instance, "DB instance stopped", "notification")
    set_status(region, instance, "stopped")


def start(pause: Pause, region: Region, instance: Instance) -> None:
    """starting → available"""
    with region.service.context.lock:
        applying.configure_for_start(region, instance)
    _start(region, instance)
    pause.until(START_MINUTES)
    with region.service.context.lock:
        region.record(instance, "DB instance started", "notification")
    set_status(region, instance, "available", unless="incompatible-parameters")


def delete(pause: Pause, region: Region, instance: Instance, final: Snapshot | None) -> None:
    """deleting → gone, with a snapshot first if one was asked for"""
    if final is not None:
        copy = snapshots.copy_data(region, instance, final)
        with region.service.context.lock:
            snapshots.finish(final, copy)
    region.service.fleet.remove(instance.resource_id)
    pause.until(DELETE_MINUTES)
    with region.service.context.lock:
        network.detach(region, instance)
        master_secret.delete(region, instance)
        snapshots.forget_automated(region, instance)
        region.record(instance, "DB instance deleted", "deletion")
        region.instances.pop(instance.identifier, None)


def set_status(region: Region, instance: Instance, status: str, unless: str | None = None) -> None:
    with region.service.changed:
        if instance.status != unless:
            instance.status = status
        region.service.changed.notify_all()


def _restart(region: Region, instance: Instance) -> None:
    if instance.server is None:
        return
    instance.server.stop()
    with region.service.context.lock:
        applying.configure_for_start(region, instance)
    _start(region, instance)


def _start(region: Region, instance: Instance) -> bool:
    """Start the server; if it cannot run with its parameters, RDS says `incompatible-parameters`.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html#Overview.DBInstance.Status
    """
    if instance.server is None:
        return False
    try:
        instance.server.start()
    except PostgresFailed as error:
        set_status(region, instance, "incompatible-parameters")
        with region.service.context.lock:
            region.record(instance, f"The database did not start: {error}", "failure")
        return False
    with region.service.context.lock:
        instance.apply_status = applying.IN_SYNC
    return True

"""Creating, stopping and deleting an instance: the slow part, in a job, which takes the lock only to change state."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from emulator.postgres.server import Server
from emulator.rds import applying, master_secret, network, snapshots
from emulator.rds.clusters import servers
from emulator.rds.jobs import Job
from emulator.rds.running import (
    AVAILABLE,
    back,
    create_log_groups,
    first_backup,
    restart_server,
    set_status,
    start_server,
)
from emulator.rds.state import Instance, Region, Snapshot, now

Prepare = Callable[[Server], None]
# AWS minutes that things take; PostgreSQL itself may take longer.
CREATE_MINUTES = 5.0
BACKUP_MINUTES = 3.0
SNAPSHOT_MINUTES = 3.0
REBOOT_MINUTES = 1.0
STOP_MINUTES = 3.0
START_MINUTES = 5.0
DELETE_MINUTES = 5.0


def provision(job: Job, region: Region, instance: Instance, data: Path | None, prepare: Prepare) -> None:
    """creating → backing-up → available

    data:    copy of the files to begin with; None = an empty database
    prepare: what is to be done in the running server
    """
    server = region.service.fleet.create(instance.resource_id, instance.major, instance.port, data)
    with region.service.context.lock:
        instance.server = server
    if not start_server(region, instance):
        return
    prepare(server)
    job.pause_until(CREATE_MINUTES)
    with region.service.context.lock:
        instance.created = now()
        region.record(instance, "DB instance created", "creation")
        create_log_groups(region, instance)
    if instance.attributes["BackupRetentionPeriod"]:
        first_backup(region, instance)
        job.pause_until(CREATE_MINUTES + BACKUP_MINUTES)
    set_status(region, instance, AVAILABLE)


def take_snapshot(job: Job, region: Region, instance: Instance, snapshot: Snapshot) -> None:
    """backing-up → available"""
    copy = snapshots.copy_data(region, instance, snapshot)
    job.pause_until(SNAPSHOT_MINUTES)
    with region.service.context.lock:
        snapshots.finish(snapshot, copy)
        region.record(instance, f"Created DB snapshot {snapshot.identifier}", "backup")
    set_status(region, instance, AVAILABLE)


def reboot(job: Job, region: Region, instance: Instance) -> None:
    """rebooting → available, with everything the parameter group says now"""
    with region.service.context.lock:
        region.record(instance, "DB instance shutdown", "availability")
    if instance.cluster is None or servers.is_made(instance):
        restart_server(region, instance)
    else:
        servers.make(job, region, instance.cluster, instance)
    job.pause_until(REBOOT_MINUTES)
    with region.service.context.lock:
        region.record(instance, "DB instance restarted", "availability")
        if instance.server is not None and instance.server.running:
            # It may be the first time that it runs: after it did not with its first parameters.
            instance.created = instance.created or now()
    back(region, instance, AVAILABLE)


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
    start_server(region, instance)
    job.pause_until(START_MINUTES)
    with region.service.context.lock:
        region.record(instance, "DB instance started", "notification")
    back(region, instance, AVAILABLE)


def delete(job: Job, region: Region, instance: Instance, final: Snapshot | None) -> None:
    """deleting → gone, with a snapshot first if one was asked for"""
    if final is not None:
        copy = snapshots.copy_data(region, instance, final)
        with region.service.context.lock:
            snapshots.finish(final, copy)
    _leave_replicas(job, region, instance)
    region.service.fleet.remove(instance.resource_id)
    job.pause_until(DELETE_MINUTES)
    with region.service.context.lock:
        network.detach(region, instance)
        master_secret.delete(region, instance)
        if instance.resource_id not in region.retained_backups:
            snapshots.forget_automated(region, instance.resource_id)
        region.record(instance, "DB instance deleted", "deletion")
        region.instances.pop(instance.identifier, None)


def _leave_replicas(job: Job, region: Region, source: Instance) -> None:
    """Replicas in the same region stand alone once their source is deleted.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.html#USER_ReadRepl.Overview
    """
    job.wait_until(lambda: all(replica.status != "creating" for replica in region.replicas_of(source)))
    replicas = region.replicas_of(source)
    if replicas and source.server is not None and source.server.running:
        # A replica that has just begun need not have connected yet: it would stand alone without the last writes.
        written = source.server.written()
        followers = [replica.server for replica in replicas if replica.server is not None]
        job.wait_until(lambda: all(not server.running or server.has_replayed(written) for server in followers))
        source.server.stop()
    for replica in replicas:
        stand_alone(region, replica)


def stand_alone(region: Region, replica: Instance) -> None:
    """Let a read replica become an instance of its own."""
    if replica.server is not None and replica.server.running:
        replica.server.promote()
    with region.service.context.lock:
        replica.source = None
        # No longer as one that follows.
        applying.write(region, replica)
        region.record(replica, "Promoted Read Replica instance to a standalone database instance", "read replica")

"""What several jobs on an instance do: its status, its server, its first backup, its log groups."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from moto.logs.models import logs_backends

from emulator.postgres.server import PostgresFailed
from emulator.rds import applying, effective, snapshots
from emulator.rds.state import Instance, Region, Resource

AVAILABLE, INCOMPATIBLE = "available", "incompatible-parameters"


def set_status(region: Region, resource: Resource, status: str) -> None:
    with region.service.changed:
        if resource.status != "deleting":
            resource.status = status
        region.service.changed.notify_all()


def back(region: Region, resource: Resource, status: str) -> None:
    """The status after something was done, unless the server did not survive it."""
    if resource.status != INCOMPATIBLE:
        set_status(region, resource, status)


def restart_server(region: Region, instance: Instance) -> None:
    if instance.server is None or not (instance.server.running or instance.status == "rebooting"):
        return
    with alone(instance):
        instance.server.stop()
        if start_server(region, instance):
            _raise_standbys(region, instance.cluster.readers if instance.cluster else region.replicas_of(instance))


def alone(instance: Instance) -> AbstractContextManager[Any]:
    """While nothing else is done to the servers of the instance's cluster, if it is in one."""
    return instance.cluster.servers if instance.cluster else nullcontext()


def _raise_standbys(region: Region, standbys: list[Instance]) -> None:
    """Restart the standbys that could not follow a server that has more connections or workers now.

    One that may have less now is left alone: it must first have followed the writer to where that began.
    """
    for reader in standbys:
        if reader.server is not None and reader.server.running:
            before = reader.server.configuration
            with region.service.context.lock:
                applying.write(region, reader)
            limits, after = effective.limits(before), reader.server.configuration
            if any(value > limits.get(name, 0) for name, value in effective.limits(after).items()):
                reader.server.stop()
                reader.server.start()
            elif after != before:
                reader.server.reload()


def start_server(region: Region, instance: Instance) -> bool:
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
        instance.apply_status = instance.cluster_apply_status = applying.IN_SYNC
    return True


def first_backup(region: Region, instance: Instance) -> None:
    set_status(region, instance, "backing-up")
    with region.service.context.lock:
        region.record(instance, "Backing up DB instance", "backup")
        snapshot = snapshots.automated(region, instance)
    copy = snapshots.copy_data(region, instance, snapshot)
    with region.service.context.lock:
        snapshots.finish(snapshot, copy)
        instance.restorable_from = snapshot.attributes["SnapshotCreateTime"]
        region.record(instance, "Finished DB Instance backup", "backup")


def create_log_groups(region: Region, resource: Resource) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.CloudWatch.html
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Procedural.UploadtoCloudWatch.html
    """
    if isinstance(resource, Instance) and resource.cluster:
        # The logs of all members go to the cluster's groups.
        return
    backend = logs_backends[region.account_id][region.name]
    for kind in resource.attributes["EnabledCloudwatchLogsExports"]:
        backend.ensure_log_group(f"/aws/rds/{resource.source_type.removeprefix('db-')}/{resource.identifier}/{kind}")

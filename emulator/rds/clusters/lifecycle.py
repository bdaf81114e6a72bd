"""Creating, stopping and deleting clusters and members: the slow part, in jobs, which take the lock only to change
state.
"""

from __future__ import annotations

from collections.abc import Callable

from emulator.rds import lifecycle, master_secret, network, roles
from emulator.rds.clusters import servers, snapshots
from emulator.rds.jobs import Job
from emulator.rds.running import AVAILABLE, create_log_groups, set_status, start_server
from emulator.rds.state import Cluster, ClusterSnapshot, Instance, Region, Resource, now

Work = Callable[..., None]
# AWS minutes that things take; PostgreSQL itself may take longer.
CREATE_MINUTES = 4.0
MEMBER_MINUTES = 7.0
FAILOVER_MINUTES = 0.5
DELETE_MINUTES = 1.0


def create(job: Job, region: Region, cluster: Cluster) -> None:
    """creating → available, before it has any members"""
    job.pause_until(CREATE_MINUTES)
    with region.service.context.lock:
        region.record(cluster, "DB cluster created", "creation")
        create_log_groups(region, cluster)
    set_status(region, cluster, AVAILABLE)


def create_member(job: Job, region: Region, cluster: Cluster, member: Instance) -> None:
    """creating → available; a member that was asked for early begins when its cluster is there"""
    job.wait_until(lambda: cluster.status != "creating")
    job.began()
    if not servers.make(job, region, cluster, member):
        return
    job.pause_until(MEMBER_MINUTES)
    with region.service.context.lock:
        member.created = now()
        region.record(member, "DB instance created", "creation")
    set_status(region, member, AVAILABLE)


def delete_member(job: Job, region: Region, cluster: Cluster, member: Instance) -> None:
    """deleting → gone"""
    servers.leave(region, cluster, member)
    job.pause_until(lifecycle.DELETE_MINUTES)
    with region.service.context.lock:
        network.detach(region, member)
        region.record(member, "DB instance deleted", "deletion")
        region.instances.pop(member.identifier, None)


def delete(job: Job, region: Region, cluster: Cluster, final: ClusterSnapshot | None) -> None:
    """deleting → gone, after its members, with a snapshot first if one was asked for"""
    job.wait_until(lambda: not any(each.cluster is cluster for each in region.instances.values()))
    if final is not None:
        copy = snapshots.copy_data(region, cluster, final)
        with region.service.context.lock:
            snapshots.finish(final, copy)
    servers.close_endpoints(region, cluster)
    region.service.fleet.give_back_port(cluster.resource_id)
    job.pause_until(DELETE_MINUTES)
    with region.service.context.lock:
        if cluster.volume is not None:
            region.service.fleet.remove_copy(cluster.volume)
        master_secret.delete(region, cluster)
        region.record(cluster, "DB cluster deleted", "deletion")
        region.clusters.pop(cluster.identifier, None)


def fail_over(job: Job, region: Region, cluster: Cluster, target: Instance) -> None:
    """failing-over → available: the target writes, the old writer reads"""
    old = cluster.writer
    with region.service.context.lock:
        region.record(cluster, f"Started failover to DB instance: {target.identifier}", "failover")
    servers.promote(region, cluster, target)
    if old is not None:
        servers.follow(region, cluster, old)
    job.pause_until(FAILOVER_MINUTES)
    with region.service.context.lock:
        region.record(cluster, f"Completed failover to DB instance: {target.identifier}", "failover")
    set_status(region, cluster, AVAILABLE)


def stop(job: Job, region: Region, cluster: Cluster) -> None:
    """stopping → stopped, with all members"""
    # The writer last, so that the readers have what it wrote.
    with cluster.servers:
        for member in reversed(cluster.writer_first):
            if member.server is not None:
                member.server.stop()
    job.pause_until(lifecycle.STOP_MINUTES)
    _all(region, cluster, "stopped")


def start(job: Job, region: Region, cluster: Cluster) -> None:
    """starting → available, with all members"""
    with cluster.servers:
        for member in cluster.writer_first:
            start_server(region, member)
    job.pause_until(lifecycle.START_MINUTES)
    _all(region, cluster, AVAILABLE)


def _all(region: Region, cluster: Cluster, status: str) -> None:
    with region.service.context.lock:
        region.record(cluster, f"DB cluster {'started' if status == AVAILABLE else status}", "notification")
        resources: list[Resource] = [*cluster.members, cluster]
        for each in resources:
            set_status(region, each, status)


def take_snapshot(job: Job, region: Region, cluster: Cluster, snapshot: ClusterSnapshot) -> None:
    """backing-up → available"""
    copy = snapshots.copy_data(region, cluster, snapshot)
    job.pause_until(lifecycle.SNAPSHOT_MINUTES)
    with region.service.context.lock:
        snapshots.finish(snapshot, copy)
        region.record(cluster, f"Created DB cluster snapshot {snapshot.identifier}", "backup")
    set_status(region, cluster, AVAILABLE)


def change_password(job: Job, region: Region, cluster: Cluster, password: str) -> None:
    """resetting-master-credentials → available"""
    before = cluster.status
    set_status(region, cluster, "resetting-master-credentials")
    name = cluster.attributes["MasterUsername"]
    servers.do_in_writer(cluster, lambda server: roles.change_password(server, name, password))
    job.pause_until(FAILOVER_MINUTES)
    with region.service.context.lock:
        cluster.new_password = False
        region.record(cluster, "Reset master credentials", "configuration change")
    set_status(region, cluster, before)

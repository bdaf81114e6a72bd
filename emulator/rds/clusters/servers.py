"""The servers of a cluster: one that writes, and for every reader a hot standby that follows it.

On AWS all members share one volume. Here each has its own copy of the data, and a reader sees a write when it has come
there by streaming replication: a moment later, as on Aurora.
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Overview.html
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

from emulator.postgres.server import HOST
from emulator.rds import applying, running
from emulator.rds.jobs import Job
from emulator.rds.state import Cluster, Instance, Region


def open_endpoints(region: Region, cluster: Cluster) -> None:
    """The writer endpoint leads to the writer, the reader endpoint to each reader in turn, or, without any, to it."""
    turns = itertools.count()

    def reader() -> int | None:
        made = [member for member in cluster.readers if member.created is not None]
        ports = [port for port in map(_open_port, made) if port is not None]
        return ports[next(turns) % len(ports)] if ports else _open_port(cluster.writer)

    fleet = region.service.fleet
    fleet.open_endpoint(HOST, cluster.port, lambda: _open_port(cluster.writer))
    if cluster.reader_host != HOST:
        fleet.open_endpoint(cluster.reader_host, cluster.port, reader)


def close_endpoints(region: Region, cluster: Cluster) -> None:
    for host in {HOST, cluster.reader_host}:
        region.service.fleet.close_endpoint(host, cluster.port)


def _open_port(member: Instance | None) -> int | None:
    return member.port if member is not None and member.server is not None and member.server.running else None


def make(job: Job, region: Region, cluster: Cluster, member: Instance) -> bool:
    """Make and start the server of a new member; False if it cannot run with its parameters. Raises Stopping."""
    job.wait_until(lambda: cluster.writer is member or is_ready(cluster) or _is_broken(cluster))
    if cluster.writer is not member and not is_ready(cluster):
        running.set_status(region, member, running.INCOMPATIBLE)
        return False
    with cluster.servers:
        return _make_writer(region, cluster, member) if cluster.writer is member else follow(region, cluster, member)


def is_ready(cluster: Cluster) -> bool:
    """Whether there is a server that a reader can follow."""
    return _open_port(cluster.writer) is not None and not cluster.preparations


def is_made(member: Instance) -> bool:
    """Whether the member has had a server that started."""
    unprepared = member.cluster is not None and not member.is_reader and bool(member.cluster.preparations)
    return member.server is not None and not unprepared


def _is_broken(cluster: Cluster) -> bool:
    return cluster.writer is not None and cluster.writer.status in (running.INCOMPATIBLE, "failed")


def _make_writer(region: Region, cluster: Cluster, member: Instance) -> bool:
    fleet = region.service.fleet
    fleet.remove(member.resource_id, keep_port=True)
    member.server = fleet.create(member.resource_id, member.major, member.port, cluster.volume)
    if cluster.volume is not None:
        fleet.remove_copy(cluster.volume)
        cluster.volume = None
    if not running.start_server(region, member):
        return False
    for prepare in cluster.preparations:
        prepare(member.server)
    cluster.preparations.clear()
    return True


def follow(region: Region, cluster: Cluster, member: Instance) -> bool:
    """Make the member's server anew, as a standby of the writer's."""
    if cluster.writer is None or cluster.writer.server is None:
        return False
    fleet = region.service.fleet
    fleet.remove(member.resource_id, keep_port=True)
    member.server = fleet.create_standby(
        member.resource_id, member.major, member.port, cluster.writer.server, cluster.port
    )
    return running.start_server(region, member)


def promote(region: Region, cluster: Cluster, member: Instance) -> None:
    """Let a reader become the writer. The old writer's server ends; the other readers follow the new one."""
    with cluster.servers:
        if member.server is None:
            return
        if cluster.writer is not None and cluster.writer.server is not None:
            # It ends when its readers have everything that was committed.
            cluster.writer.server.stop()
        member.server.promote()
        with region.service.context.lock:
            cluster.writer = member
            # No longer as one that follows.
            applying.write(region, member)


def do_in_writer(cluster: Cluster, work: Callable[..., None]) -> None:
    """Do something in the database: now, or, while there is no server, when there is one."""
    with cluster.servers:
        if cluster.writer is not None and cluster.writer.server is not None and cluster.writer.server.running:
            work(cluster.writer.server)
        else:
            cluster.preparations.append(work)


def leave(region: Region, cluster: Cluster, member: Instance) -> None:
    """End a member's server. The last one leaves its data to the cluster; without a writer a reader becomes it."""
    with cluster.servers:
        heir = successor(cluster)
        if member is cluster.writer and heir is not None:
            promote(region, cluster, heir)
        elif member is cluster.writer and member.server is not None:
            member.server.stop()
            cluster.volume = region.service.fleet.copy_data(member.server, cluster.arn)
        region.service.fleet.remove(member.resource_id)
        member.server = None
        with region.service.context.lock:
            cluster.members.remove(member)
            if member is cluster.writer:
                cluster.writer = next((each for each in cluster.members if each.status != "deleting"), None)


def successor(cluster: Cluster) -> Instance | None:
    """The reader to fail over to: of the lowest tier; of these the largest; of these any.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html
    """
    ready = [member for member in cluster.readers if _open_port(member) is not None and member.status != "deleting"]
    return min(ready, key=_rank, default=None)


def _rank(member: Instance) -> tuple[int, int]:
    return member.attributes["PromotionTier"], -applying.class_of(member).memory_gib

"""Changing a cluster: the slow part, in a job, which takes the lock only to change state."""

from __future__ import annotations

from typing import Any

from emulator.rds import network, running
from emulator.rds.changing import MODIFY_MINUTES, NOTICE_MINUTES, SETTING_MINUTES
from emulator.rds.clusters import members, servers
from emulator.rds.clusters.settings import BY_ATTRIBUTE
from emulator.rds.jobs import Job
from emulator.rds.settings import MODIFYING
from emulator.rds.shared import INSIGHTS
from emulator.rds.state import Cluster, Region

# What a change of the cluster gives to the members, beside what they show of it anyhow.
HANDED_ON = (*INSIGHTS, "MonitoringInterval", "MonitoringRoleArn")


def finish_change(job: Job, region: Region, cluster: Cluster, status: str, restart: bool) -> None:
    """Let a change that is made already show in the status."""
    before = cluster.status
    running.set_status(region, cluster, status)
    if restart:
        _restart(region, cluster)
    job.pause_until(SETTING_MINUTES)
    with region.service.context.lock:
        running.create_log_groups(region, cluster)
    running.set_status(region, cluster, before)


def apply_pending(job: Job, region: Region, cluster: Cluster) -> None:
    """available (with PendingModifiedValues) → modifying → available"""
    job.pause_until(NOTICE_MINUTES)
    with region.service.context.lock:
        changes = dict(cluster.pending)
    settings = [BY_ATTRIBUTE[name] for name in changes if name in BY_ATTRIBUTE]
    statuses = {setting.status for setting in settings}
    status = statuses.pop() if len(statuses) == 1 else MODIFYING
    running.set_status(region, cluster, status or MODIFYING)
    with region.service.context.lock:
        take_over(region, cluster, changes)
    if any(setting.restarts for setting in settings):
        _restart(region, cluster)
    job.pause_until(NOTICE_MINUTES + MODIFY_MINUTES)
    with region.service.context.lock:
        cluster.pending = {name: value for name, value in cluster.pending.items() if name not in changes}
        region.record(cluster, "Finished applying modification to DB cluster", "configuration change")
    running.set_status(region, cluster, running.AVAILABLE)


def _restart(region: Region, cluster: Cluster) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_RebootCluster.html"""
    for member in cluster.writer_first:
        running.restart_server(region, member)


def take_over(region: Region, cluster: Cluster, changes: dict[str, Any]) -> None:
    """Give a cluster its new members of the document, and its DB instances what they take from it."""
    changes = dict(changes)
    if "DBClusterIdentifier" in changes:
        _rename(region, cluster, changes.pop("DBClusterIdentifier"))
    if "Port" in changes:
        servers.close_endpoints(region, cluster)
        cluster.port = changes.pop("Port")
        servers.open_endpoints(region, cluster)
        for reader in cluster.readers:
            if reader.server is not None:
                reader.server.upstream = cluster.port
    cluster.attributes.update(changes)
    handed_on = {name: changes[name] for name in HANDED_ON if name in changes}
    for member in cluster.members:
        member.attributes |= members.inherited(cluster) | handed_on
        if "VpcSecurityGroups" in changes:
            network.detach(region, member)
            network.attach(region, member)


def _rename(region: Region, cluster: Cluster, name: str) -> None:
    del region.clusters[cluster.identifier]
    cluster.identifier, cluster.arn = name, region.arn("cluster", name)
    region.clusters[name] = cluster
    for member in cluster.members:
        member.attributes["DBClusterIdentifier"] = name

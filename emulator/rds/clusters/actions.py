"""DB clusters."""

from __future__ import annotations

import datetime
from functools import partial

from emulator.postgres.fleet import PortTaken
from emulator.rds import credentials, master_secret, network, quotas, roles, running
from emulator.rds.clusters import automated_backups, creation, lifecycle, lookup, members, servers, snapshots
from emulator.rds.clusters.documents import cluster_document
from emulator.rds.documents import instance_document
from emulator.rds.errors import RdsError, invalid_combination, invalid_value
from emulator.rds.paging import matches, page
from emulator.rds.state import Cluster, ClusterSnapshot, Instance, Params, Region, Resource, Result, major_of, now

# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-cluster-stop-start.html
LONGEST_STOP = datetime.timedelta(days=7)
FILTERS = {
    "db-cluster-id": lambda cluster: (cluster.identifier, cluster.arn),
    "db-cluster-resource-id": lambda cluster: cluster.resource_id,
    "engine": lambda cluster: cluster.attributes["Engine"],
}


def create(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html"""
    keywords = region.service.keywords(major_of(params.get("EngineVersion", "")))
    password = credentials.first_password(params, Cluster)
    cluster = creation.new_cluster(region, params, keywords)
    quotas.check(region, "DBClusters")
    cluster.port = take_port(region, cluster, params.get("Port"))
    if params.get("ManageMasterUserPassword"):
        key_id = params.get("MasterUserSecretKmsKeyId")
        cluster.attributes["MasterUserSecret"] = master_secret.create(region, cluster, password, key_id)
    cluster.preparations.append(
        partial(
            roles.create_master,
            name=cluster.attributes["MasterUsername"],
            password=password,
            database=cluster.attributes["DatabaseName"],
        )
    )
    region.clusters[cluster.identifier] = cluster
    servers.open_endpoints(region, cluster)
    result = {"DBCluster": cluster_document(cluster)}
    region.service.start_job(cluster, partial(lifecycle.create, region=region, cluster=cluster))
    return result


def take_port(region: Region, cluster: Cluster, asked: int | None) -> int:
    """The port asked for, or any: see emulator.rds.instances.take_port."""
    if asked is not None and not 1150 <= asked <= 65535:
        raise invalid_value(f"Invalid port: {asked}. Valid values: 1150-65535")
    try:
        return region.service.fleet.take_port(cluster.resource_id, asked, cluster.reader_host)
    except PortTaken as error:
        raise invalid_value(f"{error} Leave the port out to get a free one.") from error


def create_member(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html (DBClusterIdentifier)"""
    member = members.new_member(region, params)
    quotas.check(region, "DBInstances")
    cluster = lookup.find(region, params["DBClusterIdentifier"])
    member.port = region.service.fleet.take_port(member.resource_id, None)
    region.instances[member.identifier] = member
    cluster.members.append(member)
    cluster.writer = cluster.writer or member
    network.attach(region, member)
    result = {"DBInstance": instance_document(region, member)}
    work = partial(lifecycle.create_member, region=region, cluster=cluster, member=member)
    region.service.start_job(member, work)
    return result


def delete_member(region: Region, member: Instance, cluster: Cluster, params: Params) -> Result:
    """Without a final snapshot: the data are the cluster's, whose deletion protection does not hold for its members.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html
    """
    if "FinalDBSnapshotIdentifier" in params:
        raise invalid_combination("FinalDBSnapshotIdentifier can not be specified when deleting a cluster instance")
    if cluster.status == "stopped":
        raise RdsError("InvalidDBClusterStateFault", f"DBCluster {cluster.identifier} is stopped.")
    member.status = "deleting"
    result = {"DBInstance": instance_document(region, member)}
    work = partial(lifecycle.delete_member, region=region, cluster=cluster, member=member)
    region.service.start_job(member, work, cancel=True)
    return result


def describe(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBClusters.html"""
    name = params.get("DBClusterIdentifier")
    every = sorted(region.clusters.values(), key=lambda each: each.identifier)
    found = [lookup.find(region, name)] if name else every
    return page(params, "DBClusters", [cluster_document(each) for each in found if matches(params, FILTERS, each)])


def delete(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBCluster.html"""
    cluster = lookup.find(region, params["DBClusterIdentifier"])
    if cluster.attributes["DeletionProtection"]:
        raise invalid_combination("Cannot delete protected Cluster, please disable deletion protection and try again.")
    if any(member.status != "deleting" for member in cluster.members):
        raise RdsError(
            "InvalidDBClusterStateFault",
            "Cluster cannot be deleted, it still contains DB instances in non-deleting state.",
        )
    if cluster.status not in ("available", "creating"):
        raise RdsError(
            "InvalidDBClusterStateFault", f"DBCluster {cluster.identifier} cannot be deleted, it is {cluster.status}."
        )
    final = _final_snapshot(region, cluster, params)
    if not params.get("DeleteAutomatedBackups", True):
        automated_backups.retain(region, cluster)
    cluster.status = "deleting"
    result = {"DBCluster": cluster_document(cluster)}
    work = partial(lifecycle.delete, region=region, cluster=cluster, final=final)
    region.service.start_job(cluster, work, cancel=True)
    return result


def _final_snapshot(region: Region, cluster: Cluster, params: Params) -> ClusterSnapshot | None:
    skip, name = params.get("SkipFinalSnapshot", False), params.get("FinalDBSnapshotIdentifier")
    if skip and name:
        raise invalid_combination("FinalDBSnapshotIdentifier can't be specified when SkipFinalSnapshot is true.")
    if skip:
        return None
    if not name:
        raise invalid_combination(
            "FinalDBSnapshotIdentifier is required when deleting a DB cluster unless SkipFinalSnapshot is specified."
        )
    return snapshots.new(region, cluster, name, {}, longest=255)


def fail_over(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_FailoverDBCluster.html"""
    cluster = lookup.available(region, params["DBClusterIdentifier"])
    target = _target(cluster, params.get("TargetDBInstanceIdentifier"))
    cluster.status = "failing-over"
    result = {"DBCluster": cluster_document(cluster)}
    work = partial(lifecycle.fail_over, region=region, cluster=cluster, target=target)
    region.service.start_job(cluster, work)
    return result


def _target(cluster: Cluster, name: str | None) -> Instance:
    if name is None:
        target = servers.successor(cluster)
        if target is None:
            raise RdsError(
                "InvalidDBClusterStateFault",
                f"Cannot failover cluster {cluster.identifier}: it has no available reader to fail over to.",
            )
        return target
    for member in cluster.members:
        if member.identifier == name.lower():
            if member is cluster.writer or member.status != running.AVAILABLE:
                raise RdsError("InvalidDBInstanceState", f"Cannot failover to {name}: it is not an available reader.")
            return member
    raise RdsError("InvalidDBInstanceState", f"DBInstance {name} is not a member of {cluster.identifier}.")


def stop(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-cluster-stop-start.html"""
    cluster = lookup.available(region, params["DBClusterIdentifier"])
    return _with_members(region, cluster, "stopping", lifecycle.stop)


def start(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-cluster-stop-start.html"""
    cluster = lookup.find(region, params["DBClusterIdentifier"])
    if cluster.status != "stopped":
        raise RdsError("InvalidDBClusterStateFault", f"DBCluster {cluster.identifier} is not in stopped state.")
    return _with_members(region, cluster, "starting", lifecycle.start)


def _with_members(region: Region, cluster: Cluster, status: str, work: lifecycle.Work) -> Result:
    resources: list[Resource] = [cluster, *cluster.members]
    for each in resources:
        each.status = status
    stopping = status == "stopping"
    cluster.attributes["AutomaticRestartTime"] = now() + LONGEST_STOP if stopping else None
    result = {"DBCluster": cluster_document(cluster)}
    region.service.start_job(cluster, partial(work, region=region, cluster=cluster))
    return result


def enable_http_endpoint(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_EnableHttpEndpoint.html"""
    return _http_endpoint(region, params, True)


def disable_http_endpoint(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DisableHttpEndpoint.html"""
    return _http_endpoint(region, params, False)


def _http_endpoint(region: Region, params: Params, enabled: bool) -> Result:
    arn = params["ResourceArn"]
    cluster = next((each for each in region.clusters.values() if each.arn == arn), None)
    if cluster is None:
        raise RdsError("ResourceNotFoundFault", f"The specified resource {arn} was not found.")
    cluster.attributes["HttpEndpointEnabled"] = enabled
    return {"ResourceArn": arn, "HttpEndpointEnabled": enabled}

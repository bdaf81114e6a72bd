"""The actions on DB cluster snapshots."""

from __future__ import annotations

from functools import partial

from emulator.rds.clusters import lifecycle, lookup
from emulator.rds.clusters.snapshots import document, find, new
from emulator.rds.errors import RdsError
from emulator.rds.paging import matches, page
from emulator.rds.state import Params, Region, Result, tag_dict

FILTERS = {
    "db-cluster-id": lambda snapshot: snapshot.cluster_identifier,
    "db-cluster-snapshot-id": lambda snapshot: snapshot.identifier,
    "snapshot-type": lambda _: "manual",
    "engine": lambda snapshot: snapshot.attributes["Engine"],
}


def create(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBClusterSnapshot.html"""
    cluster = lookup.available(region, params["DBClusterIdentifier"])
    snapshot = new(region, cluster, params["DBClusterSnapshotIdentifier"], tag_dict(params.get("Tags")))
    cluster.status = "backing-up"
    work = partial(lifecycle.take_snapshot, region=region, cluster=cluster, snapshot=snapshot)
    region.service.start_job(cluster, work)
    return {"DBClusterSnapshot": document(snapshot)}


def describe(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBClusterSnapshots.html"""
    name, cluster_name = params.get("DBClusterSnapshotIdentifier"), params.get("DBClusterIdentifier")
    every = sorted(region.cluster_snapshots.values(), key=lambda each: each.identifier)
    documents = [
        document(each)
        for each in ([find(region, name)] if name else every)
        if params.get("SnapshotType") in (None, "manual")
        and (cluster_name is None or cluster_name.lower() == each.cluster_identifier)
        and matches(params, FILTERS, each)
    ]
    return page(params, "DBClusterSnapshots", documents)


def delete(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBClusterSnapshot.html"""
    snapshot = find(region, params["DBClusterSnapshotIdentifier"])
    if snapshot.status != "available":
        raise RdsError(
            "InvalidDBClusterSnapshotStateFault",
            f"Cannot delete the snapshot {snapshot.identifier}: it is {snapshot.status}.",
        )
    del region.cluster_snapshots[snapshot.identifier]
    if snapshot.data is not None:
        region.service.fleet.remove_copy(snapshot.data)
    snapshot.status = "deleted"
    return {"DBClusterSnapshot": document(snapshot)}

"""The actions on DB snapshots."""

from __future__ import annotations

from functools import partial

from emulator.rds import instances, lifecycle
from emulator.rds.errors import RdsError, invalid_value
from emulator.rds.paging import matches, page
from emulator.rds.snapshots import document, find, forget, new
from emulator.rds.state import Params, Region, Result, tag_dict

FILTERS = {
    "db-snapshot-id": lambda snapshot: snapshot.identifier,
    "db-instance-id": lambda snapshot: snapshot.instance_identifier,
    "dbi-resource-id": lambda snapshot: snapshot.attributes["DbiResourceId"],
    "snapshot-type": lambda snapshot: snapshot.kind,
    "engine": lambda snapshot: snapshot.attributes["Engine"],
}


def describe(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBSnapshots.html"""
    name, instance_name = params.get("DBSnapshotIdentifier"), params.get("DBInstanceIdentifier")
    found = [find(region, name)] if name else sorted(region.snapshots.values(), key=lambda each: each.identifier)
    kind = params.get("SnapshotType")
    documents = [
        document(each)
        for each in found
        if kind in (None, each.kind)
        and (instance_name is None or instance_name.lower() == each.instance_identifier)
        and params.get("DbiResourceId") in (None, each.attributes["DbiResourceId"])
        and matches(params, FILTERS, each)
    ]
    return page(params, "DBSnapshots", documents)


def create(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSnapshot.html"""
    instance = instances.available(region, params["DBInstanceIdentifier"])
    if instance.cluster is not None:
        raise invalid_value(
            "The specified instance is a member of a cluster and a snapshot cannot be created directly. Please use the"
            " CreateDBClusterSnapshot API instead."
        )
    snapshot = new(region, instance, params["DBSnapshotIdentifier"], "manual", tag_dict(params.get("Tags")))
    instance.status = "backing-up"
    work = partial(lifecycle.take_snapshot, region=region, instance=instance, snapshot=snapshot)
    region.service.start_job(instance, work)
    return {"DBSnapshot": document(snapshot)}


def delete(region: Region, params: Params) -> Result:
    snapshot = find(region, params["DBSnapshotIdentifier"])
    if snapshot.kind != "manual" or snapshot.status != "available":
        raise RdsError(
            "InvalidDBSnapshotState",
            f"Cannot delete the snapshot {snapshot.identifier}: it is {snapshot.kind} and {snapshot.status}.",
        )
    forget(region, snapshot)
    snapshot.status = "deleted"
    return {"DBSnapshot": document(snapshot)}

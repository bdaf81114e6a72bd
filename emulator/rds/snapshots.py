"""DB snapshots: real copies of an instance's data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from emulator.rds.errors import RdsError
from emulator.rds.paging import matches, page
from emulator.rds.refusals import identity
from emulator.rds.state import Instance, Params, Region, Result, Snapshot, now, tag_dict, tag_list

SNAPSHOT_MINUTES = 3.0
# Members of the instance's document that its snapshots show too.
COPIED = (
    "Engine EngineVersion AllocatedStorage AvailabilityZone MasterUsername LicenseModel StorageType Iops"
    " StorageThroughput StorageEncrypted KmsKeyId IAMDatabaseAuthenticationEnabled DedicatedLogVolume"
).split()
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


def find(region: Region, name: str) -> Snapshot:
    if name.lower() not in region.snapshots:
        raise RdsError("DBSnapshotNotFound", f"DBSnapshot {name} not found.")
    return region.snapshots[name.lower()]


def new(region: Region, instance: Instance, name: str, kind: str, tags: dict[str, str]) -> Snapshot:
    """A snapshot that is being created. Raises RdsError if the name is bad or taken."""
    if kind == "manual":
        identity.identifier(name, "DBSnapshotIdentifier", longest=255)
    name = name.lower()
    if name in region.snapshots:
        raise RdsError(
            "DBSnapshotAlreadyExists",
            f"Cannot create the snapshot because one with the identifier {name} already exists.",
        )
    attributes = {member: instance.attributes[member] for member in COPIED if member in instance.attributes}
    attributes |= {
        "SnapshotCreateTime": now(),
        "OriginalSnapshotCreateTime": now(),
        "InstanceCreateTime": instance.created,
        "VpcId": instance.subnet_group.vpc_id,
        "Port": instance.port,
        "DbiResourceId": instance.resource_id,
        "OptionGroupName": f"default:postgres-{instance.major}",
        "SnapshotTarget": "region",
        "Encrypted": attributes.pop("StorageEncrypted"),
    }
    if instance.attributes["CopyTagsToSnapshot"]:
        tags = instance.tags | tags
    snapshot = Snapshot(name, region.arn("snapshot", name), instance.identifier, kind, attributes, tags=tags)
    region.snapshots[name] = snapshot
    return snapshot


def automated(region: Region, instance: Instance) -> Snapshot:
    """The snapshot that RDS takes itself, named after the instance and the time."""
    return new(region, instance, f"rds:{instance.identifier}-{now():%Y-%m-%d-%H-%M}", "automated", {})


def copy_data(region: Region, instance: Instance, snapshot: Snapshot) -> Path | None:
    """Copy the server's files; slow, needs no lock."""
    if instance.server is None:
        return None
    return region.service.fleet.copy_data(instance.server, snapshot.arn)


def finish(snapshot: Snapshot, data: Path | None) -> None:
    snapshot.data = data
    snapshot.status = "available"
    snapshot.progress = 100


def forget(region: Region, snapshot: Snapshot) -> None:
    region.snapshots.pop(snapshot.identifier, None)
    if snapshot.data is not None:
        region.service.fleet.remove_copy(snapshot.data)


def forget_automated(region: Region, instance: Instance) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.Deleting.html"""
    for snapshot in list(region.snapshots.values()):
        if snapshot.kind == "automated" and snapshot.attributes["DbiResourceId"] == instance.resource_id:
            forget(region, snapshot)


def document(snapshot: Snapshot) -> dict[str, Any]:
    """The API's DBSnapshot."""
    return {
        "DBSnapshotIdentifier": snapshot.identifier,
        "DBSnapshotArn": snapshot.arn,
        "DBInstanceIdentifier": snapshot.instance_identifier,
        "SnapshotType": snapshot.kind,
        "Status": snapshot.status,
        "PercentProgress": snapshot.progress,
        "ProcessorFeatures": [],
        "TagList": tag_list(snapshot.tags),
        **snapshot.attributes,
    }


def tags_of(params: Params) -> dict[str, str]:
    return tag_dict(params.get("Tags"))

"""DB snapshots: real copies of an instance's data.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_CreateSnapshot.html
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from emulator.rds import quotas, shared
from emulator.rds.errors import RdsError
from emulator.rds.refusals import identity
from emulator.rds.state import Instance, Region, Snapshot, now, tag_list

# Members of the instance's document that its snapshots show too.
COPIED = (
    *("Engine", "EngineVersion", "LicenseModel", "MasterUsername", "AvailabilityZone", "DedicatedLogVolume"),
    *("AllocatedStorage", "StorageType", "Iops", "StorageThroughput", "StorageEncrypted", "KmsKeyId"),
    "IAMDatabaseAuthenticationEnabled",
)

# Members that an instance restored from a snapshot has unless the request says otherwise.
# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceFromDBSnapshot.html
RESTORED = (
    *("Engine", "EngineVersion", "LicenseModel", "MasterUsername", "DBInstanceClass", "AllocatedStorage"),
    *("StorageType", "StorageEncrypted", "KmsKeyId", "BackupRetentionPeriod", "PreferredBackupWindow"),
    *("PreferredMaintenanceWindow", "DedicatedLogVolume", "CACertificateIdentifier"),
)


def find(region: Region, name: str) -> Snapshot:
    if name.lower() not in region.snapshots:
        raise RdsError("DBSnapshotNotFound", f"DBSnapshot {name} not found.")
    return region.snapshots[name.lower()]


def available(region: Region, name: str) -> Snapshot:
    """The snapshot, which must be available. Raises InvalidDBSnapshotState."""
    snapshot = find(region, name)
    if snapshot.status != "available":
        raise RdsError("InvalidDBSnapshotState", f"Snapshot {snapshot.identifier} is {snapshot.status}.")
    return snapshot


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
    if kind == "manual":
        quotas.check(region, "ManualSnapshots")
    attributes = {member: instance.attributes[member] for member in COPIED if member in instance.attributes}
    attributes |= {
        "SnapshotCreateTime": now(),
        "OriginalSnapshotCreateTime": now(),
        "InstanceCreateTime": instance.created,
        "VpcId": instance.subnet_group.vpc_id,
        "Port": instance.port,
        "DbiResourceId": instance.resource_id,
        "OptionGroupName": shared.engine_of(instance).option_group(instance.major),
        "SnapshotTarget": "region",
        "Encrypted": attributes.pop("StorageEncrypted"),
    }
    if instance.attributes["CopyTagsToSnapshot"]:
        tags = instance.tags | tags
    source = {member: instance.attributes[member] for member in RESTORED if instance.attributes.get(member) is not None}
    arn = region.arn("snapshot", name)
    snapshot = Snapshot(name, arn, instance.identifier, kind, attributes, source=source, tags=tags)
    region.snapshots[name] = snapshot
    return snapshot


def automated(region: Region, instance: Instance) -> Snapshot:
    """The snapshot that RDS takes itself, named after the instance and the time."""
    name = f"rds:{instance.identifier}-{now():%Y-%m-%d-%H-%M}"
    if name in region.snapshots:
        # An instance of that name was made, and its backups kept, this very minute.
        name += instance.resource_id.lower().removeprefix("db")
    return new(region, instance, name, "automated", {})


def copy_data(region: Region, instance: Instance, snapshot: Snapshot) -> Path | None:
    """Copy the server's files; slow, needs no lock."""
    # A standby cannot be copied while its primary writes no full pages; the source has what the replica has.
    server = (instance.source or instance).server
    return None if server is None else region.service.fleet.copy_data(server, snapshot.arn)


def finish(snapshot: Snapshot, data: Path | None) -> None:
    snapshot.data = data
    snapshot.status = "available"
    snapshot.progress = 100


def forget(region: Region, snapshot: Snapshot) -> None:
    region.snapshots.pop(snapshot.identifier, None)
    if snapshot.data is not None:
        region.service.fleet.remove_copy(snapshot.data)


def forget_automated(region: Region, resource_id: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.Deleting.html"""
    for snapshot in list(region.snapshots.values()):
        if snapshot.kind == "automated" and snapshot.attributes["DbiResourceId"] == resource_id:
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

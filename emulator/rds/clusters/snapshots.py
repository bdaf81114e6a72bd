"""DB cluster snapshots: real copies of a cluster's data.

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_CreateSnapshotCluster.html
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from emulator.rds import quotas
from emulator.rds.errors import RdsError
from emulator.rds.refusals import identity
from emulator.rds.state import Cluster, ClusterSnapshot, Region, now, tag_list

# Members of the cluster's document that its snapshots show too.
COPIED = (
    *("AvailabilityZones", "Engine", "EngineMode", "EngineVersion", "MasterUsername", "StorageEncrypted", "KmsKeyId"),
    *("BackupRetentionPeriod", "PreferredBackupWindow", "IAMDatabaseAuthenticationEnabled", "StorageType"),
)


def find(region: Region, name: str) -> ClusterSnapshot:
    identifier = name.rsplit(":", 1)[-1].lower()
    if identifier not in region.cluster_snapshots:
        raise RdsError("DBClusterSnapshotNotFoundFault", f"DBClusterSnapshot {name} not found.")
    return region.cluster_snapshots[identifier]


def new(region: Region, cluster: Cluster, name: str, tags: dict[str, str], longest: int = 63) -> ClusterSnapshot:
    """A snapshot that is being created. Raises RdsError if the name is bad or taken."""
    identity.identifier(name, "DBClusterSnapshotIdentifier", longest)
    name = name.lower()
    if name in region.cluster_snapshots:
        raise RdsError(
            "DBClusterSnapshotAlreadyExistsFault",
            f"Cannot create the cluster snapshot because one with the identifier {name} already exists.",
        )
    quotas.check(region, "ManualClusterSnapshots")
    had = cluster.attributes
    attributes = {member: had[member] for member in COPIED if had.get(member) is not None} | {
        "SnapshotCreateTime": now(),
        "ClusterCreateTime": cluster.created,
        "DbClusterResourceId": cluster.resource_id,
        "VpcId": cluster.subnet_group.vpc_id,
        "Port": cluster.port,
        "LicenseModel": "postgresql-license",
        # As AWS shows it for Aurora.
        "AllocatedStorage": 0,
    }
    if had["CopyTagsToSnapshot"]:
        tags = cluster.tags | tags
    snapshot = ClusterSnapshot(name, region.arn("cluster-snapshot", name), cluster.identifier, attributes, tags=tags)
    region.cluster_snapshots[name] = snapshot
    return snapshot


def copy_data(region: Region, cluster: Cluster, snapshot: ClusterSnapshot) -> Path | None:
    """Copy the cluster's data, if there are any yet; slow, needs no lock."""
    with cluster.servers:
        if cluster.writer is not None and cluster.writer.server is not None:
            return region.service.fleet.copy_data(cluster.writer.server, snapshot.arn)
        return region.service.fleet.copy_copy(cluster.volume, snapshot.arn) if cluster.volume is not None else None


def finish(snapshot: ClusterSnapshot, data: Path | None) -> None:
    snapshot.data, snapshot.status, snapshot.progress = data, "available", 100


def document(snapshot: ClusterSnapshot) -> dict[str, Any]:
    """The API's DBClusterSnapshot."""
    return {
        "DBClusterSnapshotIdentifier": snapshot.identifier,
        "DBClusterSnapshotArn": snapshot.arn,
        "DBClusterIdentifier": snapshot.cluster_identifier,
        "SnapshotType": "manual",
        "Status": snapshot.status,
        "PercentProgress": snapshot.progress,
        "TagList": tag_list(snapshot.tags),
        **snapshot.attributes,
    }

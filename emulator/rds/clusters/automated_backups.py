"""Automated backups of clusters: what a cluster can be restored from, while it exists and, if asked for, afterwards.

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Backups.html
"""

from __future__ import annotations

from typing import Any

from emulator.rds.errors import RdsError
from emulator.rds.paging import matches, page
from emulator.rds.state import Cluster, Params, Region, Result, now, tag_list

# Members of the cluster's document that its backups show too.
COPIED = (
    *("AvailabilityZones", "BackupRetentionPeriod", "Engine", "EngineMode", "EngineVersion", "MasterUsername"),
    *("IAMDatabaseAuthenticationEnabled", "KmsKeyId", "PreferredBackupWindow", "StorageEncrypted"),
)
FILTERS = {
    "status": lambda document: document["Status"],
    "db-cluster-id": lambda document: (document["DBClusterIdentifier"], document["DBClusterArn"]),
    "db-cluster-resource-id": lambda document: document["DbClusterResourceId"],
}


def describe(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBClusterAutomatedBackups.html"""
    active = [_document(region, cluster) for cluster in region.clusters.values()]
    documents = [
        document
        for document in [*active, *region.retained_cluster_backups.values()]
        if params.get("DBClusterIdentifier", "").lower() in ("", document["DBClusterIdentifier"])
        and params.get("DbClusterResourceId") in (None, document["DbClusterResourceId"])
        and matches(params, FILTERS, document)
    ]
    return page(params, "DBClusterAutomatedBackups", documents)


def delete(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBClusterAutomatedBackup.html"""
    backup = region.retained_cluster_backups.pop(params["DbClusterResourceId"], None)
    if backup is None:
        raise RdsError("DBClusterAutomatedBackupNotFoundFault", "No retained automated backup was found.")
    return {"DBClusterAutomatedBackup": {**backup, "Status": "deleting"}}


def retain(region: Region, cluster: Cluster) -> None:
    """Keep a cluster's backups when it is deleted."""
    region.retained_cluster_backups[cluster.resource_id] = {**_document(region, cluster), "Status": "retained"}


def _document(region: Region, cluster: Cluster) -> dict[str, Any]:
    attributes = {name: cluster.attributes[name] for name in COPIED if cluster.attributes.get(name) is not None}
    backup_id = cluster.resource_id.lower().removeprefix("cluster-")
    return attributes | {
        "DBClusterIdentifier": cluster.identifier,
        "DBClusterArn": cluster.arn,
        "DbClusterResourceId": cluster.resource_id,
        "DBClusterAutomatedBackupsArn": region.arn("cluster-auto-backup", f"ab-{backup_id}"),
        "Region": region.name,
        "RestoreWindow": {"EarliestTime": cluster.created, "LatestTime": now()},
        "Status": "active",
        "Port": cluster.port,
        "VpcId": cluster.subnet_group.vpc_id,
        "ClusterCreateTime": cluster.created,
        "AllocatedStorage": 1,
        "LicenseModel": "postgresql-license",
        "TagList": tag_list(cluster.tags),
    }

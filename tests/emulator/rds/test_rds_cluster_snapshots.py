"""Snapshots and automated backups of clusters."""

from __future__ import annotations

from typing import Any


def test_snapshot(aurora: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBClusterSnapshot.html"""
    tags = [{"Key": "a", "Value": "1"}]
    cluster = aurora.create_cluster(CopyTagsToSnapshot=True, StorageEncrypted=True, Tags=tags)
    aurora.add("c1-a")
    names = {"DBClusterIdentifier": "c1", "DBClusterSnapshotIdentifier": "Before-Upgrade"}
    assert aurora.client.create_db_cluster_snapshot(**names)["DBClusterSnapshot"]["Status"] == "creating"
    found = aurora.client.describe_db_cluster_snapshots(DBClusterIdentifier="c1")["DBClusterSnapshots"]
    expected = {
        "DBClusterSnapshotIdentifier": "before-upgrade",
        "DBClusterIdentifier": "c1",
        "SnapshotType": "manual",
        "Status": "available",
        "PercentProgress": 100,
        "StorageEncrypted": True,
        "KmsKeyId": cluster["KmsKeyId"],
        "TagList": tags,
    }
    assert len(found) == 1
    assert expected.items() <= found[0].items()
    assert aurora.refusal("create_db_cluster_snapshot", **names)[0] == "DBClusterSnapshotAlreadyExistsFault"
    aurora.client.delete_db_cluster_snapshot(DBClusterSnapshotIdentifier="before-upgrade")
    gone = aurora.refusal("delete_db_cluster_snapshot", DBClusterSnapshotIdentifier="before-upgrade")
    assert gone[0] == "DBClusterSnapshotNotFoundFault"


def test_automated_backups_can_be_kept(aurora: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Backups.html"""
    resource_id = aurora.create_cluster()["DbClusterResourceId"]

    def statuses() -> list[str]:
        backups = aurora.client.describe_db_cluster_automated_backups()["DBClusterAutomatedBackups"]
        return [backup["Status"] for backup in backups]

    assert statuses() == ["active"]
    aurora.client.delete_db_cluster(DBClusterIdentifier="c1", SkipFinalSnapshot=True, DeleteAutomatedBackups=False)
    assert statuses() == ["retained"]
    aurora.client.delete_db_cluster_automated_backup(DbClusterResourceId=resource_id)
    assert statuses() == []

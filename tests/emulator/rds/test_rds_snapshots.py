"""DB snapshots and automated backups."""

from __future__ import annotations

from typing import Any


def manual(rds: Any) -> list[str]:
    found = rds.client.describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]
    return [each["DBSnapshotIdentifier"] for each in found]


def test_snapshot_shows_what_it_is_of(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBSnapshot.html"""
    tags = [{"Key": "a", "Value": "1"}]
    key = rds.service("kms").create_key()["KeyMetadata"]["Arn"]
    rds.create(StorageEncrypted=True, KmsKeyId=key, CopyTagsToSnapshot=True, Tags=tags, BackupRetentionPeriod=0)
    made = rds.client.create_db_snapshot(DBInstanceIdentifier="db1", DBSnapshotIdentifier="Before-Upgrade")
    assert made["DBSnapshot"]["Status"] == "creating"
    found = rds.client.describe_db_snapshots(DBSnapshotIdentifier="before-upgrade")["DBSnapshots"][0]
    expected = {
        "DBSnapshotIdentifier": "before-upgrade",
        "DBInstanceIdentifier": "db1",
        "SnapshotType": "manual",
        "Status": "available",
        "PercentProgress": 100,
        "Encrypted": True,
        "KmsKeyId": key,
        "AllocatedStorage": 20,
        "MasterUsername": "dbadmin",
        "TagList": tags,
    }
    assert expected.items() <= found.items()
    assert rds.get()["DBInstanceStatus"] == "available"


def test_final_snapshot_outlives_the_instance_and_automated_ones_do_not(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html"""
    rds.create(BackupRetentionPeriod=7)
    kinds = {each["SnapshotType"] for each in rds.client.describe_db_snapshots()["DBSnapshots"]}
    assert kinds == {"automated"}
    rds.client.delete_db_instance(DBInstanceIdentifier="db1", FinalDBSnapshotIdentifier="final-1")
    found = rds.client.describe_db_snapshots()["DBSnapshots"]
    assert [(each["DBSnapshotIdentifier"], each["Status"]) for each in found] == [("final-1", "available")]
    rds.client.delete_db_snapshot(DBSnapshotIdentifier="final-1")
    assert manual(rds) == []


def test_restored_instance_has_the_data_and_the_password(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RestoreFromSnapshot.html"""
    rds.create(EngineVersion="16.13", DBName="shop", BackupRetentionPeriod=3)
    with rds.login(dbname="shop") as connection:
        connection.execute("CREATE TABLE t AS SELECT 42 AS x")
    rds.client.delete_db_instance(DBInstanceIdentifier="db1", FinalDBSnapshotIdentifier="final")
    names = {"DBInstanceIdentifier": "db2", "DBSnapshotIdentifier": "final"}
    rds.client.restore_db_instance_from_db_snapshot(**names, DBInstanceClass="db.t3.small")
    instance = rds.get("db2")
    expected = {"EngineVersion": "16.13", "AllocatedStorage": 20, "BackupRetentionPeriod": 3, "Iops": 3000}
    assert {**expected, "DBInstanceClass": "db.t3.small"}.items() <= instance.items()
    with rds.login("db2", dbname="shop") as connection:
        assert connection.execute("SELECT x FROM t").fetchone() == (42,)


def test_restores_that_are_refused(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceFromDBSnapshot.html"""
    rds.create(BackupRetentionPeriod=0)
    rds.client.create_db_snapshot(DBInstanceIdentifier="db1", DBSnapshotIdentifier="s1")
    restore = "restore_db_instance_from_db_snapshot"
    names = {"DBInstanceIdentifier": "db2", "DBSnapshotIdentifier": "s1"}
    assert rds.refusal(restore, **{**names, "DBInstanceIdentifier": "db1"})[0] == "DBInstanceAlreadyExists"
    assert rds.refusal(restore, **{**names, "DBSnapshotIdentifier": "no"})[0] == "DBSnapshotNotFound"
    assert rds.refusal(restore, **names, AllocatedStorage=10)[0] == "InvalidParameterCombination"


def test_snapshots_that_are_refused(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSnapshot.html"""
    rds.create(BackupRetentionPeriod=7)
    names = {"DBInstanceIdentifier": "db1", "DBSnapshotIdentifier": "s1"}
    rds.client.create_db_snapshot(**names)
    assert rds.refusal("create_db_snapshot", **names)[0] == "DBSnapshotAlreadyExists"
    assert rds.refusal("create_db_snapshot", **{**names, "DBInstanceIdentifier": "no"})[0] == "DBInstanceNotFound"
    assert rds.refusal("describe_db_snapshots", DBSnapshotIdentifier="no")[0] == "DBSnapshotNotFound"
    assert rds.refusal("delete_db_snapshot", DBSnapshotIdentifier="no")[0] == "DBSnapshotNotFound"
    automated = rds.client.describe_db_snapshots(SnapshotType="automated")["DBSnapshots"][0]
    name = automated["DBSnapshotIdentifier"]
    assert rds.refusal("delete_db_snapshot", DBSnapshotIdentifier=name)[0] == "InvalidDBSnapshotState"
    assert manual(rds) == ["s1"]


def test_automated_backups_can_be_kept(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.Retaining.html"""
    resource_id = rds.create(BackupRetentionPeriod=7)["DbiResourceId"]
    backups = rds.client.describe_db_instance_automated_backups(DBInstanceIdentifier="db1")
    backup = backups["DBInstanceAutomatedBackups"][0]
    assert (backup["Status"], backup["BackupRetentionPeriod"]) == ("active", 7)
    rds.client.delete_db_instance(DBInstanceIdentifier="db1", SkipFinalSnapshot=True, DeleteAutomatedBackups=False)
    kept = rds.client.describe_db_instance_automated_backups(Filters=[{"Name": "status", "Values": ["retained"]}])[
        "DBInstanceAutomatedBackups"
    ]
    assert [each["DbiResourceId"] for each in kept] == [resource_id]
    assert len(rds.client.describe_db_snapshots(SnapshotType="automated")["DBSnapshots"]) == 1
    rds.client.delete_db_instance_automated_backup(DbiResourceId=resource_id)
    assert rds.client.describe_db_instance_automated_backups()["DBInstanceAutomatedBackups"] == []
    assert rds.client.describe_db_snapshots()["DBSnapshots"] == []
    again = rds.refusal("delete_db_instance_automated_backup", DbiResourceId=resource_id)
    assert again[0] == "DBInstanceAutomatedBackupNotFound"

"""What CreateDBInstance and DeleteDBInstance refuse."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.rds.catalogue import POSTGRES
from emulator.rds.errors import RdsError
from emulator.rds.refusals import engine, identity, services, storage, windows

CREATIONS = [
    ({"DBInstanceIdentifier": "1db"}, "InvalidParameterValue", "not a valid identifier"),
    ({"DBInstanceIdentifier": "db--1"}, "InvalidParameterValue", "not a valid identifier"),
    ({"DBInstanceIdentifier": "db-"}, "InvalidParameterValue", "not a valid identifier"),
    ({"DBInstanceIdentifier": "d" * 64}, "InvalidParameterValue", "not a valid identifier"),
    ({"DBInstanceIdentifier": "DB1"}, "DBInstanceAlreadyExists", "already exists"),
    ({"Engine": "mysql"}, "InvalidParameterValue", "Invalid DB engine"),
    ({"EngineVersion": "16.99"}, "InvalidParameterCombination", "Cannot find version 16.99 for postgres"),
    ({"EngineVersion": "9"}, "InvalidParameterCombination", "Cannot find version 9 for postgres"),
    ({"DBInstanceClass": "t3.micro"}, "InvalidParameterValue", "Invalid DB Instance class"),
    ({"DBInstanceClass": "db.t1.micro"}, "InvalidParameterCombination", "DBInstanceClass=db.t1.micro"),
    ({"AllocatedStorage": None}, "InvalidParameterCombination", "AllocatedStorage must be provided"),
    ({"AllocatedStorage": 19}, "InvalidParameterCombination", "Invalid storage size"),
    ({"StorageType": "gp9"}, "StorageTypeNotSupported", "gp9"),
    ({"StorageType": "gp3", "DedicatedLogVolume": True}, "InvalidParameterCombination", "dedicated log volume"),
    ({"StorageType": "gp3", "Iops": 4000}, "InvalidParameterCombination", "a storage size less than 400"),
    ({"StorageType": "io2", "AllocatedStorage": 100}, "InvalidParameterCombination", "IOPS parameter must be"),
    ({"StorageType": "gp2", "Iops": 4000}, "InvalidParameterCombination", "can't be specified"),
    ({"MaxAllocatedStorage": 20}, "InvalidParameterCombination", "Max storage size must be greater"),
    ({"MaxAllocatedStorage": 21}, "InvalidParameterCombination", "at least 10 percent"),
    ({"MasterUsername": None}, "InvalidParameterCombination", "MasterUsername must be provided"),
    ({"MasterUsername": "admin"}, "InvalidParameterValue", "reserved word"),
    ({"MasterUsername": "rdsadmin"}, "InvalidParameterValue", "reserved word"),
    ({"MasterUsername": "user"}, "InvalidParameterValue", "reserved word"),
    ({"MasterUsername": "1st"}, "InvalidParameterValue", "must begin with a letter"),
    ({"MasterUserPassword": None}, "InvalidParameterCombination", "MasterUserPassword must be provided"),
    ({"MasterUserPassword": "1234567"}, "InvalidParameterValue", "shorter than 8"),
    ({"MasterUserPassword": "p" * 129}, "InvalidParameterValue", "longer than 128"),
    ({"MasterUserPassword": "with space"}, "InvalidParameterValue", "printable ASCII"),
    ({"MasterUserPassword": "with/slash"}, "InvalidParameterValue", "printable ASCII"),
    ({"MasterUserPassword": 'with"quote'}, "InvalidParameterValue", "printable ASCII"),
    ({"MasterUserPassword": "with@sign"}, "InvalidParameterValue", "printable ASCII"),
    ({"ManageMasterUserPassword": True}, "InvalidParameterCombination", "together"),
    ({"DBName": "my-db"}, "InvalidParameterValue", "DBName must begin"),
    ({"DBName": "select"}, "InvalidParameterValue", "reserved word"),
    ({"BackupRetentionPeriod": 36}, "InvalidParameterValue", "between 0 and 35"),
    ({"PreferredBackupWindow": "3:00-4:00"}, "InvalidParameterValue", "Invalid backup window format"),
    ({"PreferredBackupWindow": "03:00-03:29"}, "InvalidParameterValue", "at least 30 minutes"),
    (
        {"PreferredBackupWindow": "06:00-06:30", "PreferredMaintenanceWindow": "sun:06:29-sun:07:00"},
        "InvalidParameterValue",
        "must not overlap",
    ),
    ({"PerformanceInsightsRetentionPeriod": 8}, "InvalidParameterValue", "retention period: 8"),
    ({"DatabaseInsightsMode": "advanced"}, "InvalidParameterCombination", "at least 465"),
    ({"MonitoringInterval": 60}, "InvalidParameterCombination", "MonitoringRoleARN value is required"),
    ({"MonitoringInterval": 7}, "InvalidParameterValue", "MonitoringInterval: 7"),
    ({"MonitoringRoleArn": "arn:aws:iam::123456789012:role/x"}, "InvalidParameterCombination", "must not be 0"),
    ({"StorageEncrypted": True, "KmsKeyId": "alias/none"}, "KMSKeyNotAccessibleFault", "does not exist"),
    ({"KmsKeyId": "alias/aws/rds"}, "InvalidParameterCombination", "StorageEncrypted is false"),
    ({"VpcSecurityGroupIds": ["sg-0123456789"]}, "InvalidParameterValue", "groupId= sg-0123456789"),
    ({"DBSubnetGroupName": "nope"}, "DBSubnetGroupNotFoundFault", "'nope' does not exist"),
    ({"DBParameterGroupName": "nope"}, "DBParameterGroupNotFound", "nope"),
    ({"DBParameterGroupName": "default.postgres15"}, "InvalidParameterCombination", "postgres16"),
    ({"AvailabilityZone": "us-west-2z"}, "InvalidVPCNetworkStateFault", "us-west-2z"),
    ({"EnableCloudwatchLogsExports": ["audit"]}, "InvalidParameterCombination", "log types 'audit'"),
    ({"CACertificateIdentifier": "rds-ca-2015"}, "CertificateNotFound", "rds-ca-2015"),
    ({"OptionGroupName": "mine"}, "OptionGroupNotFoundFault", "mine"),
    ({"DBClusterIdentifier": "c"}, "DBClusterNotFoundFault", "c not found"),
    ({"Port": 80}, "InvalidParameterValue", "1150-65535"),
    ({"Domain": "d-1"}, "InvalidParameterCombination", "not supported by the emulator"),
]


@pytest.mark.parametrize(("change", "code", "words"), CREATIONS)
def test_creation_refused(shared: Any, change: dict[str, Any], code: str, words: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"""
    if "PerformanceInsightsRetentionPeriod" in change:
        change = {**change, "EnablePerformanceInsights": True}
    answer = shared.creation_refusal(**change)
    assert answer[0] == code
    assert words in answer[1]
    assert len(shared.client.describe_db_instances()["DBInstances"]) == 1


@pytest.mark.parametrize("state", ["disabled", "pending deletion"])
def test_unusable_key_is_refused(shared: Any, state: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html"""
    kms = shared.service("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    if state == "disabled":
        kms.disable_key(KeyId=key)
    else:
        kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert shared.creation_refusal(StorageEncrypted=True, KmsKeyId=key)[0] == "KMSKeyNotAccessibleFault"


def test_role_that_monitoring_may_not_assume_is_refused(shared: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html"""
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "rds.amazonaws.com"}}]}
    role = shared.service("iam").create_role(RoleName="other", AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    for arn in (role["Arn"], "arn:aws:iam::123456789012:role/absent"):
        code, message = shared.creation_refusal(MonitoringInterval=60, MonitoringRoleArn=arn)
        assert code == "InvalidParameterValue"
        assert "ENHANCED_MONITORING" in message


DELETIONS = [
    ({}, "InvalidParameterCombination", "FinalDBSnapshotIdentifier is required"),
    (
        {"SkipFinalSnapshot": True, "FinalDBSnapshotIdentifier": "s"},
        "InvalidParameterCombination",
        "can't be specified",
    ),
    ({"FinalDBSnapshotIdentifier": "taken"}, "DBSnapshotAlreadyExists", "taken"),
    ({"FinalDBSnapshotIdentifier": "-s"}, "InvalidParameterValue", "not a valid identifier"),
    ({"DBInstanceIdentifier": "nope", "SkipFinalSnapshot": True}, "DBInstanceNotFound", "nope"),
]


@pytest.mark.parametrize(("params", "code", "words"), DELETIONS)
def test_deletion_refused(shared: Any, params: dict[str, Any], code: str, words: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html"""
    if not shared.client.describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]:
        shared.client.create_db_snapshot(DBInstanceIdentifier="db1", DBSnapshotIdentifier="taken")
    answer = shared.refusal("delete_db_instance", **{"DBInstanceIdentifier": "db1", **params})
    assert answer[0] == code
    assert words in answer[1]
    assert shared.get()["DBInstanceStatus"] == "available"


def test_protected_instance_is_not_deleted(shared: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html#USER_DeleteInstance.DeletionProtection"""
    shared.modify(DeletionProtection=True)
    code, message = shared.refusal("delete_db_instance", DBInstanceIdentifier="db1", SkipFinalSnapshot=True)
    assert code == "InvalidParameterCombination"
    assert message == "Cannot delete protected DB Instance, please disable deletion protection and try again."
    assert shared.get()["DBInstanceStatus"] == "available"
    shared.modify(DeletionProtection=False)


OVERLAPS = [
    ("03:00-04:00", "sun:04:00-sun:05:00", False),
    ("03:00-04:00", "sun:02:00-sun:03:00", False),
    ("03:00-04:01", "sun:04:00-sun:05:00", True),
    ("03:00-04:00", "sun:02:00-sun:03:01", True),
    ("23:30-00:30", "mon:00:00-mon:00:30", True),
    ("23:30-00:30", "sun:23:00-sun:23:30", False),
    ("23:30-00:30", "sun:23:00-mon:00:00", True),
    ("00:00-00:30", "sun:23:00-mon:00:30", True),
    ("12:00-12:30", "sat:11:00-sun:11:00", True),
]


@pytest.mark.parametrize(("backup", "maintenance", "refused"), OVERLAPS)
def test_windows_may_touch_but_not_overlap(backup: str, maintenance: str, refused: bool) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.BackupWindow.html"""
    if refused:
        with pytest.raises(RdsError, match="must not overlap"):
            windows.overlap(backup, maintenance)
    else:
        windows.overlap(backup, maintenance)


@pytest.mark.parametrize("value", ["sun:04:00-sun:04:29", "sun:04:00-mon:04:01", "sun:4:00-sun:5:00", "sun:04:00", ""])
def test_maintenance_windows_that_are_none(value: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Maintenance.html"""
    with pytest.raises(RdsError):
        windows.maintenance_window(value)


@pytest.mark.parametrize("value", ["sun:04:00-sun:04:30", "Sun:23:45-Mon:00:15", "sat:04:00-sun:04:00"])
def test_maintenance_windows_that_are(value: str) -> None:
    windows.maintenance_window(value)


@pytest.mark.parametrize("value", ["12345678", "p!#$%&'()*+,-.:;<=>?[]^_`{|}~", "p" * 128])
def test_passwords_that_are_accepted(value: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html (MasterUserPassword)"""
    identity.password(value, 128)


@pytest.mark.parametrize("days", [7, 31, 62, 713, 731])
def test_insights_retentions_that_are_accepted(days: int) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.Overview.cost.html"""
    services.insights(True, days, "standard")


@pytest.mark.parametrize(
    ("kind", "size", "maximum"), [("gp3", 20, 22), ("gp3", 65536, None), ("standard", 5, None), ("io1", 100, 110)]
)
def test_storage_that_is_accepted(kind: str, size: int, maximum: int | None) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html"""
    storage.storage({"StorageType": kind, "AllocatedStorage": size, "MaxAllocatedStorage": maximum})


@pytest.mark.parametrize(
    ("current", "wanted", "major", "words"),
    [
        ("16.13", "16.12", False, "Cannot upgrade"),
        ("16.13", "15.18", True, "Cannot upgrade"),
        ("15.18", "16.13", False, "AllowMajorVersionUpgrade"),
    ],
)
def test_upgrades_that_are_refused(current: str, wanted: str, major: bool, words: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.PostgreSQL.html"""
    with pytest.raises(RdsError, match=words):
        engine.upgrade(POSTGRES, current, wanted, major)


@pytest.mark.parametrize(("current", "wanted", "major"), [("16.13", "16.13", False), ("15.18", "16.13", True)])
def test_upgrades_that_are_accepted(current: str, wanted: str, major: bool) -> None:
    engine.upgrade(POSTGRES, current, wanted, major)

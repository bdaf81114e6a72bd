"""ModifyDBInstance on one instance that all tests of this module change."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest


@pytest.fixture
def db(shared: Any) -> Any:
    """The instance with nothing pending and its password as it was."""
    shared.client.modify_db_instance(
        DBInstanceIdentifier="db1", ApplyImmediately=True, DBInstanceClass="db.t3.micro", AutoMinorVersionUpgrade=True
    )
    assert shared.get()["PendingModifiedValues"] == {}
    return shared


def test_pending_change_is_taken_back_by_asking_for_what_is_there(db: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.ApplyImmediately.html"""
    db.modify(DBInstanceClass="db.t3.large", EnableIAMDatabaseAuthentication=True)
    after = db.modify(DBInstanceClass="db.t3.micro")
    assert after["PendingModifiedValues"] == {"IAMDatabaseAuthenticationEnabled": True}


AT_ONCE = [
    {"AutoMinorVersionUpgrade": False},
    {"CopyTagsToSnapshot": True},
    {"DeletionProtection": True},
    {"PreferredBackupWindow": "02:00-02:30"},
    {"PreferredMaintenanceWindow": "tue:05:00-tue:06:00"},
    {"MaxAllocatedStorage": 200},
    {"PubliclyAccessible": True},
    {"BackupRetentionPeriod": 14},
    {"DatabaseInsightsMode": "standard"},
]


@pytest.mark.parametrize("change", AT_ONCE, ids=lambda change: next(iter(change)))
def test_changes_that_never_wait(db: Any, change: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html"""
    after = db.modify(**change)
    assert {name: after[name] for name in change} == change
    assert after["PendingModifiedValues"] == {}
    assert after["DBInstanceStatus"] == "available"


def test_new_class_restarts_the_server_with_its_memory(db: Any) -> None:
    assert db.show("max_connections") == "82"
    db.modify(DBInstanceClass="db.t3.small", ApplyImmediately=True)
    assert db.show("max_connections") == "187"


def test_new_password_works_at_once_and_the_old_one_does_not(db: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html (New master password)"""
    db.modify(MasterUserPassword="another-horse")
    with db.login(password="another-horse"):
        pass
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        db.login()
    db.modify(MasterUserPassword="correct-horse")
    with db.login():
        pass


def test_password_goes_into_a_secret_and_out_of_it(db: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html"""
    secrets = db.service("secretsmanager")
    arn = db.modify(ManageMasterUserPassword=True)["MasterUserSecret"]["SecretArn"]
    first = json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"])["password"]
    with db.login(password=first):
        pass
    assert db.refusal("modify_db_instance", DBInstanceIdentifier="db1", MasterUserPassword="x" * 8)[0] == (
        "InvalidParameterCombination"
    )
    db.modify(RotateMasterUserPassword=True, ApplyImmediately=True)
    second = json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"])["password"]
    assert second != first
    with db.login(password=second):
        pass
    after = db.modify(ManageMasterUserPassword=False, MasterUserPassword="correct-horse")
    assert "MasterUserSecret" not in after
    assert secrets.list_secrets()["SecretList"] == []
    with db.login():
        pass


def test_another_parameter_group_takes_effect_with_the_reboot(db: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html (DB parameter group)"""
    db.client.create_db_parameter_group(
        DBParameterGroupName="group2", DBParameterGroupFamily="postgres16", Description="d"
    )
    db.set("group2", work_mem="12345")
    after = db.modify(DBParameterGroupName="group2", ApplyImmediately=True)
    assert after["DBParameterGroups"] == [{"DBParameterGroupName": "group2", "ParameterApplyStatus": "pending-reboot"}]
    assert db.show("work_mem") == "4MB"
    db.client.reboot_db_instance(DBInstanceIdentifier="db1")
    assert db.get()["DBParameterGroups"][0]["ParameterApplyStatus"] == "in-sync"
    assert db.show("work_mem") == "12345kB"


def test_parameter_group_of_another_family_is_refused(db: Any) -> None:
    db.client.create_db_parameter_group(
        DBParameterGroupName="older", DBParameterGroupFamily="postgres15", Description="d"
    )
    code, message = db.refusal("modify_db_instance", DBInstanceIdentifier="db1", DBParameterGroupName="older")
    assert code == "InvalidParameterCombination"
    assert "postgres16" in message


def test_monitoring_is_switched_on_and_off(db: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html"""
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "monitoring.rds.amazonaws.com"}}]}
    role = db.service("iam").create_role(RoleName="monitoring", AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    on = db.modify(MonitoringInterval=60, MonitoringRoleArn=role["Arn"])
    assert (on["MonitoringInterval"], on["MonitoringRoleArn"]) == (60, role["Arn"])
    off = db.modify(MonitoringInterval=0)
    assert off["MonitoringInterval"] == 0
    assert not {"MonitoringRoleArn", "EnhancedMonitoringResourceArn"} & set(off)


def test_insights_are_switched_on_and_off(db: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.Enabling.html"""
    on = db.modify(EnablePerformanceInsights=True)
    assert on["PerformanceInsightsRetentionPeriod"] == 7
    assert db.modify(PerformanceInsightsRetentionPeriod=31)["PerformanceInsightsRetentionPeriod"] == 31
    key = db.service("kms").create_key()["KeyMetadata"]["Arn"]
    change = {"DBInstanceIdentifier": "db1", "PerformanceInsightsKMSKeyId": key}
    assert db.refusal("modify_db_instance", **change)[0] == "InvalidParameterCombination"
    off = db.modify(EnablePerformanceInsights=False)
    assert off["PerformanceInsightsEnabled"] is False
    assert not {"PerformanceInsightsKMSKeyId", "PerformanceInsightsRetentionPeriod"} & set(off)


def test_log_exports_are_added_and_removed(db: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Procedural.UploadtoCloudWatch.html"""
    on = db.modify(CloudwatchLogsExportConfiguration={"EnableLogTypes": ["upgrade", "postgresql"]})
    assert on["EnabledCloudwatchLogsExports"] == ["postgresql", "upgrade"]
    groups = [each["logGroupName"] for each in db.service("logs").describe_log_groups()["logGroups"]]
    assert groups == ["/aws/rds/instance/db1/postgresql", "/aws/rds/instance/db1/upgrade"]
    off = db.modify(CloudwatchLogsExportConfiguration={"DisableLogTypes": ["postgresql"]})
    assert off["EnabledCloudwatchLogsExports"] == ["upgrade"]


def test_maximum_equal_to_the_size_ends_autoscaling(db: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html"""
    size = db.modify(MaxAllocatedStorage=500)["AllocatedStorage"]
    assert "MaxAllocatedStorage" not in db.modify(MaxAllocatedStorage=size)


def test_little_more_storage_becomes_a_tenth_more(db: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html (AllocatedStorage)"""
    assert db.modify(AllocatedStorage=21, ApplyImmediately=True)["AllocatedStorage"] == 22


def test_changing_the_port_moves_the_server(db: Any) -> None:
    old = db.get()["Endpoint"]["Port"]
    new = 20000 + old % 10000
    assert db.modify(DBPortNumber=new)["Endpoint"]["Port"] == new
    with db.login():
        pass


def test_backups_begin_and_end_with_the_retention_period(db: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.Enabling.html"""
    assert db.modify(BackupRetentionPeriod=0)["PendingModifiedValues"] == {"BackupRetentionPeriod": 0}
    off = db.modify(BackupRetentionPeriod=0, ApplyImmediately=True)
    assert "LatestRestorableTime" not in off
    assert db.client.describe_db_snapshots(SnapshotType="automated")["DBSnapshots"] == []
    assert db.client.describe_db_instance_automated_backups()["DBInstanceAutomatedBackups"] == []
    on = db.modify(BackupRetentionPeriod=7, ApplyImmediately=True)
    assert "LatestRestorableTime" in on
    assert len(db.client.describe_db_snapshots(SnapshotType="automated")["DBSnapshots"]) == 1


REFUSED = [
    ({}, "InvalidParameterCombination", "No modifications were requested"),
    ({"AllocatedStorage": 10}, "InvalidParameterCombination", "cannot be less than the current storage size"),
    ({"EngineVersion": "16.11"}, "InvalidParameterCombination", "Cannot upgrade postgres from"),
    ({"EngineVersion": "16.99"}, "InvalidParameterCombination", "Cannot find version 16.99"),
    ({"DBInstanceClass": "db.huge"}, "InvalidParameterCombination", "DBInstanceClass=db.huge"),
    ({"MasterUserPassword": "short"}, "InvalidParameterValue", "shorter than 8"),
    ({"BackupRetentionPeriod": 36}, "InvalidParameterValue", "between 0 and 35"),
    ({"PreferredBackupWindow": "07:00-07:30"}, "InvalidParameterValue", "must not overlap"),
    ({"MonitoringInterval": 60}, "InvalidParameterCombination", "MonitoringRoleARN value is required"),
    ({"VpcSecurityGroupIds": ["sg-0"]}, "InvalidParameterValue", "Invalid security group"),
    ({"StorageType": "io1"}, "InvalidParameterCombination", "IOPS parameter must be specified"),
    ({"Iops": 5000}, "InvalidParameterCombination", "less than 400"),
    ({"AllocatedStorage": 50, "Iops": 3000}, "InvalidParameterCombination", "less than 400"),
    ({"DBParameterGroupName": "nope"}, "DBParameterGroupNotFound", "nope"),
    ({"CACertificateIdentifier": "rds-ca-2019"}, "CertificateNotFound", "rds-ca-2019"),
    ({"OptionGroupName": "mine"}, "OptionGroupNotFoundFault", "mine"),
    ({"DBSubnetGroupName": "nope"}, "DBSubnetGroupNotFoundFault", "nope"),
    ({"Domain": "d-1"}, "InvalidParameterCombination", "not supported by the emulator"),
]


@pytest.mark.parametrize(("change", "code", "words"), REFUSED)
def test_changes_that_are_refused(shared: Any, change: dict[str, Any], code: str, words: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html"""
    shared.modify(EngineVersion="16.14", PreferredMaintenanceWindow="tue:07:00-tue:07:30")
    before = shared.get()
    answer = shared.refusal("modify_db_instance", DBInstanceIdentifier="db1", ApplyImmediately=True, **change)
    assert answer[0] == code
    assert words in answer[1]
    del before["LatestRestorableTime"]
    assert before.items() <= shared.get().items()


def test_stopped_and_absent_instances_are_not_rebooted(shared: Any) -> None:
    assert shared.refusal("reboot_db_instance", DBInstanceIdentifier="nope")[0] == "DBInstanceNotFound"
    assert shared.refusal("modify_db_instance", DBInstanceIdentifier="nope", MultiAZ=True)[0] == "DBInstanceNotFound"
    shared.client.stop_db_instance(DBInstanceIdentifier="db1")
    assert shared.refusal("reboot_db_instance", DBInstanceIdentifier="db1")[0] == "InvalidDBInstanceState"

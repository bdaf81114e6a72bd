"""DB instances, each test with its own."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest


def test_new_instance_is_a_real_server_of_its_major(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"""
    instance = rds.create("Retail-Prod", EngineVersion="15.16", DBName="shop")
    assert instance["DBInstanceIdentifier"] == "retail-prod"
    assert instance["DBInstanceStatus"] == "available"
    assert instance["EngineVersion"] == "15.16"
    with rds.login("retail-prod", dbname="shop") as connection:
        version, name = connection.execute("SELECT current_setting('server_version'), current_user").fetchone()
    assert version.split(".")[0] == "15"
    assert name == "dbadmin"


def test_what_is_not_given_has_the_defaults_of_aws(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"""
    instance = rds.create()
    expected = {
        "EngineVersion": "16.14",
        "AutoMinorVersionUpgrade": True,
        "BackupRetentionPeriod": 1,
        "CopyTagsToSnapshot": False,
        "DatabaseInsightsMode": "standard",
        "DbInstancePort": 0,
        "DedicatedLogVolume": False,
        "DeletionProtection": False,
        "IAMDatabaseAuthenticationEnabled": False,
        "Iops": 3000,
        "LicenseModel": "postgresql-license",
        "MonitoringInterval": 0,
        "MultiAZ": False,
        "NetworkType": "IPV4",
        "PerformanceInsightsEnabled": False,
        "PubliclyAccessible": False,
        "StorageEncrypted": False,
        "StorageThroughput": 125,
        "StorageType": "gp3",
    }
    assert {name: instance.get(name) for name in expected} == expected
    assert instance["DBParameterGroups"] == [
        {"DBParameterGroupName": "default.postgres16", "ParameterApplyStatus": "in-sync"}
    ]
    assert instance["CertificateDetails"]["CAIdentifier"] == "rds-ca-rsa2048-g1"
    assert not {"MaxAllocatedStorage", "KmsKeyId", "DBName", "MonitoringRoleArn", "MasterUserSecret"} & set(instance)


def test_an_empty_database_name_is_none(rds: Any) -> None:
    """Terraform's provider sends one where no db_name is given.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
    """
    assert "DBName" not in rds.create(DBName="")


def test_what_is_given_is_echoed(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html"""
    key = rds.service("kms").create_key()["KeyMetadata"]["Arn"]
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "monitoring.rds.amazonaws.com"}}]}
    role = rds.service("iam").create_role(RoleName="monitoring", AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    given = {
        "AutoMinorVersionUpgrade": False,
        "BackupRetentionPeriod": 7,
        "CopyTagsToSnapshot": True,
        "DatabaseInsightsMode": "advanced",
        "DeletionProtection": True,
        "MaxAllocatedStorage": 100,
        "MonitoringInterval": 60,
        "MonitoringRoleArn": role["Arn"],
        "MultiAZ": True,
        "NetworkType": "IPV4",
        "PerformanceInsightsKMSKeyId": key,
        "PerformanceInsightsRetentionPeriod": 465,
        "PreferredBackupWindow": "03:00-04:00",
        "PreferredMaintenanceWindow": "sun:04:00-sun:05:00",
        "StorageEncrypted": True,
        "KmsKeyId": key,
    }
    tags = [{"Key": "Name", "Value": "retail"}]
    also = {"EnablePerformanceInsights": True, "EnableCloudwatchLogsExports": ["postgresql"], "Tags": tags}
    instance = rds.create(**given, **also)
    assert {name: instance.get(name) for name in given} == given
    assert instance["PerformanceInsightsEnabled"] is True
    assert instance["EnabledCloudwatchLogsExports"] == ["postgresql"]
    assert instance["TagList"] == tags
    assert instance["EnhancedMonitoringResourceArn"].endswith(f"log-stream:{instance['DbiResourceId']}")
    assert instance["SecondaryAvailabilityZone"] != instance["AvailabilityZone"]


@pytest.mark.parametrize(
    ("size", "given", "iops", "throughput"),
    [(20, {}, 3000, 125), (399, {}, 3000, 125), (400, {}, 12000, 500), (400, {"Iops": 15000}, 15000, 500)],
)
def test_gp3_baseline_depends_on_the_size(
    rds: Any, size: int, given: dict[str, int], iops: int, throughput: int
) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html#gp3-storage"""
    params = {"DBInstanceIdentifier": "db1", "StorageType": "gp3", "AllocatedStorage": size, **given}
    required = {
        "Engine": "postgres",
        "DBInstanceClass": "db.t3.micro",
        "MasterUsername": "u",
        "MasterUserPassword": "p" * 8,
    }
    created = rds.client.create_db_instance(**params, **required)["DBInstance"]
    assert (created["Iops"], created["StorageThroughput"]) == (iops, throughput)


def test_endpoint_is_known_only_once_available(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Tutorials.WebServerDB.CreateDBInstance.html"""
    created = rds.client.create_db_instance(
        DBInstanceIdentifier="db1",
        Engine="postgres",
        DBInstanceClass="db.t3.micro",
        AllocatedStorage=20,
        MasterUsername="dbadmin",
        MasterUserPassword="correct-horse",
    )["DBInstance"]
    assert created["DBInstanceStatus"] == "creating"
    assert not {"Endpoint", "InstanceCreateTime", "LatestRestorableTime"} & set(created)
    assert {"Endpoint", "InstanceCreateTime", "LatestRestorableTime"} <= set(rds.get())


def test_resource_ids_are_unique_and_not_used_again(rds: Any) -> None:
    first = rds.create("db1", BackupRetentionPeriod=0)["DbiResourceId"]
    second = rds.create("db2", BackupRetentionPeriod=0)["DbiResourceId"]
    rds.client.delete_db_instance(DBInstanceIdentifier="db1", SkipFinalSnapshot=True)
    third = rds.create("db1", BackupRetentionPeriod=0)["DbiResourceId"]
    assert len({first, second, third}) == 3


def test_two_regions_are_two_places(rds: Any) -> None:
    rds.create("db1", BackupRetentionPeriod=0)
    assert rds.aws.client("rds", "us-east-1").describe_db_instances()["DBInstances"] == []


def test_asked_port_is_used_and_a_taken_one_refused(rds: Any) -> None:
    """On AWS every instance has its own address; here they share 127.0.0.1."""
    port = rds.create("db1", BackupRetentionPeriod=0)["Endpoint"]["Port"]
    code, message = rds.creation_refusal(Port=port)
    assert code == "InvalidParameterValue"
    assert str(port) in message
    rds.client.delete_db_instance(DBInstanceIdentifier="db1", SkipFinalSnapshot=True)
    rds.client.describe_db_instances()
    assert rds.create("db2", Port=port, BackupRetentionPeriod=0)["Endpoint"]["Port"] == port


def test_log_group_is_made_when_the_instance_is_ready_if_there_is_none(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Procedural.UploadtoCloudWatch.html"""
    logs = rds.service("logs")
    logs.create_log_group(logGroupName="/aws/rds/instance/db1/upgrade")
    logs.put_retention_policy(logGroupName="/aws/rds/instance/db1/upgrade", retentionInDays=7)
    rds.create(EnableCloudwatchLogsExports=["postgresql", "upgrade"], BackupRetentionPeriod=0)
    groups = {each["logGroupName"]: each.get("retentionInDays") for each in logs.describe_log_groups()["logGroups"]}
    assert groups == {"/aws/rds/instance/db1/postgresql": None, "/aws/rds/instance/db1/upgrade": 7}


def test_managed_password_is_in_a_secret_that_goes_with_the_instance(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html"""
    params = {"Engine": "postgres", "DBInstanceClass": "db.t3.micro", "AllocatedStorage": 20, "MasterUsername": "boss"}
    rds.client.create_db_instance(DBInstanceIdentifier="db1", ManageMasterUserPassword=True, **params)
    instance = rds.get()
    secrets = rds.service("secretsmanager")
    arn = instance["MasterUserSecret"]["SecretArn"]
    assert instance["MasterUserSecret"]["SecretStatus"] == "active"
    content = json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"])
    assert content["username"] == "boss"
    with rds.login(user="boss", password=content["password"]) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("boss",)
    rds.client.delete_db_instance(DBInstanceIdentifier="db1", SkipFinalSnapshot=True)
    rds.client.describe_db_instances()
    assert secrets.list_secrets()["SecretList"] == []


def test_stopped_instance_keeps_its_data_and_takes_no_connection(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StopInstance.html"""
    rds.create(BackupRetentionPeriod=0)
    with rds.login() as connection:
        connection.execute("CREATE TABLE t AS SELECT 42 AS x")
    rds.client.stop_db_instance(DBInstanceIdentifier="db1")
    assert rds.get()["DBInstanceStatus"] == "stopped"
    with pytest.raises(psycopg.OperationalError, match="refused"):
        rds.login()
    assert rds.refusal("stop_db_instance", DBInstanceIdentifier="db1")[0] == "InvalidDBInstanceState"
    rds.client.start_db_instance(DBInstanceIdentifier="db1")
    assert rds.get()["DBInstanceStatus"] == "available"
    with rds.login() as connection:
        assert connection.execute("SELECT x FROM t").fetchone() == (42,)
    assert rds.refusal("start_db_instance", DBInstanceIdentifier="db1")[0] == "InvalidDBInstanceState"


def test_deleted_instance_is_gone_with_its_server(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html"""
    port = rds.create()["Endpoint"]["Port"]
    answer = rds.client.delete_db_instance(DBInstanceIdentifier="db1", SkipFinalSnapshot=True)["DBInstance"]
    assert answer["DBInstanceStatus"] == "deleting"
    assert rds.refusal("describe_db_instances", DBInstanceIdentifier="db1")[0] == "DBInstanceNotFound"
    assert rds.client.describe_db_snapshots()["DBSnapshots"] == []
    with pytest.raises(psycopg.OperationalError, match="refused"):
        psycopg.connect(host="127.0.0.1", port=port, user="dbadmin", password="x", dbname="postgres")


def test_descriptions_come_in_pages_and_can_be_filtered(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBInstances.html"""
    for number in range(3):
        rds.create(f"db{number}", BackupRetentionPeriod=0)
    found = rds.client.describe_db_instances(Filters=[{"Name": "db-instance-id", "Values": ["db0", "db2"]}])
    assert [each["DBInstanceIdentifier"] for each in found["DBInstances"]] == ["db0", "db2"]
    assert (
        rds.refusal("describe_db_instances", Filters=[{"Name": "nonsense", "Values": ["x"]}])[0]
        == "InvalidParameterValue"
    )
    assert rds.refusal("describe_db_instances", MaxRecords=19)[0] == "InvalidParameterValue"


def test_reset_ends_everything(rds: Any) -> None:
    port = rds.create()["Endpoint"]["Port"]
    rds.aws.reset()
    assert rds.client.describe_db_instances()["DBInstances"] == []
    with pytest.raises(psycopg.OperationalError, match="refused"):
        psycopg.connect(host="127.0.0.1", port=port, user="dbadmin", password="x", dbname="postgres")


def test_the_emulator_lists_its_databases(rds: Any) -> None:
    instance = rds.create(DBName="shop", BackupRetentionPeriod=0)
    assert rds.aws.databases() == [
        {
            "account_id": "123456789012",
            "region": "us-west-2",
            "identifier": "db1",
            "status": "available",
            "engine_version": "16.14",
            "host": "127.0.0.1",
            "port": instance["Endpoint"]["Port"],
            "master_username": "dbadmin",
            "database": "shop",
        }
    ]


DEFERRED = {
    "DBInstanceClass": "db.t3.small",
    "EngineVersion": "16.14",
    "MultiAZ": True,
    "AllocatedStorage": 100,
    "CACertificateIdentifier": "rds-ca-rsa4096-g1",
}


def test_deferred_changes_wait_in_pending_modified_values(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html"""
    before = rds.create(EngineVersion="16.13", BackupRetentionPeriod=0)
    after = rds.modify(**DEFERRED)
    assert after["PendingModifiedValues"] == DEFERRED
    assert {name: after[name] for name in DEFERRED} == {name: before[name] for name in DEFERRED}
    applied = rds.modify(ApplyImmediately=True, DeletionProtection=True)
    assert applied["PendingModifiedValues"] == {}
    assert {name: applied[name] for name in DEFERRED} == DEFERRED
    assert applied["SecondaryAvailabilityZone"]


def test_a_dedicated_log_volume_waits_as_well(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.dlv.html"""
    rds.create(StorageType="io1", Iops=1000, AllocatedStorage=100, BackupRetentionPeriod=0)
    after = rds.modify(DedicatedLogVolume=True)
    assert (after["DedicatedLogVolume"], after["PendingModifiedValues"]) == (False, {"DedicatedLogVolume": True})
    assert rds.modify(ApplyImmediately=True, DeletionProtection=True)["DedicatedLogVolume"] is True


def test_new_name_keeps_the_database(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RenameInstance.html"""
    first = rds.create(BackupRetentionPeriod=0)
    second = rds.modify(NewDBInstanceIdentifier="db2", ApplyImmediately=True)
    assert second["DBInstanceArn"] == "arn:aws:rds:us-west-2:123456789012:db:db2"
    assert second["DbiResourceId"] == first["DbiResourceId"]
    assert rds.refusal("describe_db_instances", DBInstanceIdentifier="db1")[0] == "DBInstanceNotFound"
    with rds.login("db2"):
        pass


def test_baseline_grows_with_the_storage_and_what_is_bought_stays(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html#gp3-storage"""
    rds.create(BackupRetentionPeriod=0)
    big = rds.modify(AllocatedStorage=400, ApplyImmediately=True)
    assert (big["Iops"], big["StorageThroughput"]) == (12000, 500)
    bought = rds.modify(StorageThroughput=600, ApplyImmediately=True)
    assert (bought["Iops"], bought["StorageThroughput"]) == (12000, 600)
    bigger = rds.modify(AllocatedStorage=500, ApplyImmediately=True)
    assert (bigger["Iops"], bigger["StorageThroughput"]) == (12000, 600)
    other = rds.modify(StorageType="io2", Iops=5000, AllocatedStorage=600, ApplyImmediately=True)
    assert other["Iops"] == 5000
    assert "StorageThroughput" not in other
    change = {"DBInstanceIdentifier": "db1", "AllocatedStorage": 700}
    assert "both the storage size and iops" in rds.refusal("modify_db_instance", **change)[1]


@pytest.mark.parametrize(
    ("given", "other"),
    [
        ({"PreferredMaintenanceWindow": "sun:06:00-sun:07:00"}, ("PreferredBackupWindow", "12:00-12:30")),
        ({"PreferredBackupWindow": "07:00-08:00"}, ("PreferredMaintenanceWindow", "sun:09:00-sun:09:30")),
    ],
)
def test_a_window_not_asked_for_does_not_overlap_the_other(
    rds: Any, given: dict[str, str], other: tuple[str, str]
) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html (PreferredBackupWindow)"""
    assert rds.create(**given, BackupRetentionPeriod=0)[other[0]] == other[1]

"""What AWS refuses about clusters and their members."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.rds.errors import RdsError
from emulator.rds.refusals import serverless

VALUE, COMBINATION, STATE = "InvalidParameterValue", "InvalidParameterCombination", "InvalidDBClusterStateFault"
SCALING = "ServerlessV2ScalingConfiguration"

CREATIONS = [
    ({"DBClusterIdentifier": "1c"}, VALUE, "not a valid identifier"),
    ({"DBClusterIdentifier": "C1"}, "DBClusterAlreadyExistsFault", "already exists"),
    ({"Engine": "postgres"}, VALUE, "Invalid DB engine: postgres"),
    ({"Engine": "aurora-mysql"}, VALUE, "This region of the emulator has: aurora-postgresql"),
    ({"EngineVersion": "16.99"}, COMBINATION, "Cannot find version 16.99 for aurora-postgresql"),
    ({"EngineMode": "serverless"}, COMBINATION, "engine mode serverless"),
    ({"MasterUsername": None}, COMBINATION, "MasterUsername must be provided"),
    ({"MasterUsername": "rdsadmin"}, VALUE, "reserved word"),
    ({"MasterUserPassword": None}, COMBINATION, "MasterUserPassword must be provided"),
    ({"MasterUserPassword": "short"}, VALUE, "shorter than 8"),
    ({"MasterUserPassword": "p" * 42}, VALUE, "longer than 41"),
    ({"MasterUserPassword": "with/slash"}, VALUE, "Only printable ASCII"),
    ({"ManageMasterUserPassword": True}, COMBINATION, "together"),
    ({"DatabaseName": "1shop"}, VALUE, "DatabaseName must begin"),
    ({"BackupRetentionPeriod": 0}, VALUE, "between 1 and 35"),
    ({"BackupRetentionPeriod": 36}, VALUE, "between 1 and 35"),
    ({"PreferredBackupWindow": "3:00-4:00"}, VALUE, "backup window format"),
    ({"PreferredMaintenanceWindow": "sun:03:00"}, VALUE, "maintenance window format"),
    (
        {"PreferredBackupWindow": "03:00-04:00", "PreferredMaintenanceWindow": "sun:03:30-sun:04:30"},
        VALUE,
        "must not overlap",
    ),
    ({"EnableCloudwatchLogsExports": ["upgrade"]}, COMBINATION, "log types 'upgrade'"),
    ({"StorageType": "gp3"}, "StorageTypeNotSupported", "Valid: aurora, aurora-iopt1"),
    ({"KmsKeyId": "alias/aws/rds"}, COMBINATION, "StorageEncrypted is false"),
    ({"StorageEncrypted": True, "KmsKeyId": "no"}, "KMSKeyNotAccessibleFault", "[no]"),
    ({"AllocatedStorage": 100}, COMBINATION, "AllocatedStorage isn't supported for DB engine aurora-postgresql"),
    ({"DBClusterInstanceClass": "db.r6g.large"}, COMBINATION, "DBClusterInstanceClass isn't supported"),
    ({"CACertificateIdentifier": "rds-ca-rsa2048-g1"}, COMBINATION, "CACertificateIdentifier isn't supported"),
    ({"BacktrackWindow": 60}, COMBINATION, "not supported by the emulator"),
    ({"Port": 80}, VALUE, "1150-65535"),
    ({"DBSubnetGroupName": "no"}, "DBSubnetGroupNotFoundFault", "does not exist"),
    ({"DBClusterParameterGroupName": "no"}, "DBClusterParameterGroupNotFound", "not found: no"),
    ({"DBClusterParameterGroupName": "default.aurora-postgresql15"}, COMBINATION, "can't be used for this cluster"),
    ({"OptionGroupName": "no"}, "OptionGroupNotFoundFault", "no not found"),
    ({"VpcSecurityGroupIds": ["sg-00000000"]}, VALUE, "Invalid security group"),
    ({"AvailabilityZones": ["us-west-2z"]}, VALUE, "Invalid availability zones"),
    ({"MonitoringInterval": 60}, COMBINATION, "MonitoringRoleARN value is required"),
    ({"DatabaseInsightsMode": "advanced"}, COMBINATION, "at least 465 days"),
    ({"EnablePerformanceInsights": True, "PerformanceInsightsRetentionPeriod": 8}, VALUE, "retention period: 8"),
    ({SCALING: {"MinCapacity": 4, "MaxCapacity": 2}}, VALUE, "can't be greater"),
]

MEMBERS = [
    ({"DBClusterIdentifier": "no"}, "DBClusterNotFoundFault", "no not found"),
    ({"DBInstanceIdentifier": "c1-A"}, "DBInstanceAlreadyExists", "already exists"),
    ({"Engine": "postgres"}, COMBINATION, "engine name requested for your DB instance (postgres)"),
    ({"EngineVersion": "15.15"}, COMBINATION, "does not match the engine version of your DB cluster (16.11)"),
    ({"DBInstanceClass": "db.t3.micro"}, COMBINATION, "DBInstanceClass=db.t3.micro, Engine=aurora-postgresql"),
    ({"DBInstanceClass": "db.serverless"}, STATE, "Set the Serverless v2 scaling configuration"),
    ({"AvailabilityZone": "us-west-2z"}, "InvalidVPCNetworkStateFault", "no subnet in us-west-2z"),
    ({"PromotionTier": 16}, VALUE, "between 0 and 15"),
    ({"DBParameterGroupName": "default.postgres16"}, COMBINATION, "can't be used for this instance"),
    ({"CACertificateIdentifier": "no"}, "CertificateNotFound", "no"),
    ({"MultiAZ": True}, COMBINATION, "Multi-AZ"),
    ({"DBSubnetGroupName": "other"}, COMBINATION, "Set DB subnet group for the DB Cluster"),
    ({"MasterUserPassword": "correct-horse"}, COMBINATION, "Set master user password for the DB Cluster"),
    ({"MasterUsername": "dbadmin"}, COMBINATION, "Set master user name for the DB Cluster"),
    ({"DBName": "shop"}, COMBINATION, "Set database name for the DB Cluster"),
    ({"BackupRetentionPeriod": 7}, COMBINATION, "Set backup retention for the DB Cluster"),
    ({"VpcSecurityGroupIds": ["sg-1"]}, COMBINATION, "Set vpc security group for the DB Cluster"),
    ({"AllocatedStorage": 20}, COMBINATION, "Set allocated storage for the DB Cluster"),
    ({"StorageEncrypted": True}, COMBINATION, "Set storage encryption for the DB Cluster"),
    ({"Port": 5432}, COMBINATION, "Set port for the DB Cluster"),
    ({"DeletionProtection": False}, COMBINATION, "Set deletion protection for the DB Cluster"),
]

MEMBER_MODIFICATIONS = [
    ({"BackupRetentionPeriod": 7}, "Modify backup retention for the DB Cluster using the ModifyDbCluster API"),
    ({"DeletionProtection": True}, "Modify deletion protection for the DB Cluster"),
    ({"MasterUserPassword": "another-horse"}, "Modify master user password for the DB Cluster"),
    ({"EngineVersion": "16.11"}, "Modify database engine version for the DB Cluster"),
    ({"DBSubnetGroupName": "default"}, "Modify DB subnet group for the DB Cluster"),
    ({"VpcSecurityGroupIds": ["sg-1"]}, "Modify vpc security group for the DB Cluster"),
    ({"CloudwatchLogsExportConfiguration": {"EnableLogTypes": ["postgresql"]}}, "Modify CloudWatch Logs exports"),
    ({"EnableIAMDatabaseAuthentication": True}, "Modify IAM database authentication"),
    ({"DatabaseInsightsMode": "advanced"}, "Modify Database Insights mode"),
    ({"MultiAZ": True}, "Multi-AZ"),
    ({"DBInstanceClass": "db.m6g.large"}, "DBInstanceClass=db.m6g.large, Engine=aurora-postgresql"),
]

MODIFICATIONS = [
    ({}, COMBINATION, "No modifications were requested"),
    ({"ApplyImmediately": True}, COMBINATION, "No modifications were requested"),
    ({"BackupRetentionPeriod": 0}, VALUE, "between 1 and 35"),
    ({"EngineVersion": "15.15"}, COMBINATION, "Cannot upgrade aurora-postgresql from 16.11 to 15.15"),
    ({"NewDBClusterIdentifier": "1c"}, VALUE, "not a valid identifier"),
    ({"MasterUserPassword": "short"}, VALUE, "shorter than 8"),
    (
        {"ManageMasterUserPassword": False, "RotateMasterUserPassword": True},
        COMBINATION,
        "RotateMasterUserPassword needs",
    ),
    ({"StorageType": "io1"}, "StorageTypeNotSupported", "Valid: aurora, aurora-iopt1"),
    ({"CloudwatchLogsExportConfiguration": {"EnableLogTypes": ["slow"]}}, COMBINATION, "log types 'slow'"),
    ({"DBClusterParameterGroupName": "no"}, "DBClusterParameterGroupNotFound", "not found: no"),
    ({"DBInstanceParameterGroupName": "default.aurora-postgresql16"}, COMBINATION, "AllowMajorVersionUpgrade"),
    ({"CACertificateIdentifier": "rds-ca-rsa2048-g1"}, COMBINATION, "CACertificateIdentifier isn't supported"),
    ({"EngineMode": "serverless"}, COMBINATION, "engine mode serverless"),
    ({"VpcSecurityGroupIds": ["sg-00000000"]}, VALUE, "Invalid security group"),
    ({"DatabaseInsightsMode": "advanced"}, COMBINATION, "at least 465 days"),
    ({SCALING: {"MinCapacity": 0.5}}, VALUE, "needs MaxCapacity"),
    ({"Port": 80}, VALUE, "1150-65535"),
]


@pytest.mark.parametrize(("params", "code", "words"), CREATIONS)
def test_clusters(shared_aurora: Any, params: dict[str, Any], code: str, words: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html"""
    refused = shared_aurora.cluster_refusal(**params)
    assert refused[0] == code
    assert words in refused[1]


@pytest.mark.parametrize(("params", "code", "words"), MEMBERS)
def test_members(shared_aurora: Any, params: dict[str, Any], code: str, words: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"""
    required = {
        "DBInstanceIdentifier": "refused",
        "DBClusterIdentifier": "c1",
        "Engine": "aurora-postgresql",
        "DBInstanceClass": "db.t3.medium",
    }
    refused = shared_aurora.refusal("create_db_instance", **{**required, **params})
    assert refused[0] == code
    assert words in refused[1]


@pytest.mark.parametrize(("params", "words"), MEMBER_MODIFICATIONS)
def test_member_modifications(shared_aurora: Any, params: dict[str, Any], words: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html"""
    refused = shared_aurora.refusal("modify_db_instance", DBInstanceIdentifier="c1-a", **params)
    assert refused[0] == COMBINATION
    assert words in refused[1]


@pytest.mark.parametrize(("params", "code", "words"), MODIFICATIONS)
def test_modifications(shared_aurora: Any, params: dict[str, Any], code: str, words: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBCluster.html"""
    refused = shared_aurora.refusal("modify_db_cluster", DBClusterIdentifier="c1", **params)
    assert refused[0] == code
    assert words in refused[1]


def test_deletions(shared_aurora: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBCluster.html"""
    name = {"DBClusterIdentifier": "c1"}
    refused = shared_aurora.refusal("delete_db_cluster", **name, SkipFinalSnapshot=True)
    assert refused == (STATE, "Cluster cannot be deleted, it still contains DB instances in non-deleting state.")
    shared_aurora.create_cluster(DBClusterIdentifier="empty", DeletionProtection=True)
    empty = {"DBClusterIdentifier": "empty"}
    assert "deletion protection" in shared_aurora.refusal("delete_db_cluster", **empty, SkipFinalSnapshot=True)[1]
    shared_aurora.client.modify_db_cluster(**empty, DeletionProtection=False)
    assert "FinalDBSnapshotIdentifier is required" in shared_aurora.refusal("delete_db_cluster", **empty)[1]
    both = {"SkipFinalSnapshot": True, "FinalDBSnapshotIdentifier": "final"}
    assert shared_aurora.refusal("delete_db_cluster", **empty, **both)[0] == COMBINATION
    shared_aurora.client.delete_db_cluster(**empty, SkipFinalSnapshot=True)
    final = shared_aurora.refusal("delete_db_instance", DBInstanceIdentifier="c1-b", FinalDBSnapshotIdentifier="final")
    assert final[0] == COMBINATION


def test_what_is_for_the_cluster_and_not_for_a_member(shared_aurora: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StopDBInstance.html"""
    name = {"DBInstanceIdentifier": "c1-a"}
    assert shared_aurora.refusal("stop_db_instance", **name)[0] == STATE
    assert shared_aurora.refusal("start_db_instance", **name)[0] == STATE
    refused = shared_aurora.refusal("create_db_snapshot", **name, DBSnapshotIdentifier="s")
    assert refused[0] == VALUE
    assert "CreateDBClusterSnapshot" in refused[1]


def test_failovers(shared_aurora: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_FailoverDBCluster.html"""
    name = {"DBClusterIdentifier": "c1"}
    for target in ("c1-a", "no"):
        refused = shared_aurora.refusal("failover_db_cluster", **name, TargetDBInstanceIdentifier=target)
        assert refused[0] == "InvalidDBInstanceState"
    shared_aurora.create_cluster(DBClusterIdentifier="alone")
    assert shared_aurora.refusal("failover_db_cluster", DBClusterIdentifier="alone")[0] == STATE
    assert shared_aurora.refusal("start_db_cluster", **name)[0] == STATE


def test_subnet_and_parameter_groups_in_use(aurora: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBClusterParameterGroup.html"""
    vpc, subnets, group = aurora.network()
    _, _, other = aurora.network("10.61.0.0/16")
    aurora.client.create_db_subnet_group(DBSubnetGroupName="s", DBSubnetGroupDescription="d", SubnetIds=subnets)
    aurora.client.create_db_cluster_parameter_group(
        DBClusterParameterGroupName="g", DBParameterGroupFamily="aurora-postgresql16", Description="d"
    )
    elsewhere = aurora.cluster_refusal(DBSubnetGroupName="s", VpcSecurityGroupIds=[other])
    assert elsewhere[0] == COMBINATION
    assert "different VPCs" in elsewhere[1]
    cluster = aurora.create_cluster(DBSubnetGroupName="s", VpcSecurityGroupIds=[group], DBClusterParameterGroupName="g")
    assert cluster["VpcSecurityGroups"] == [{"VpcSecurityGroupId": group, "Status": "active"}]
    assert aurora.refusal("delete_db_subnet_group", DBSubnetGroupName="s")[0] == "InvalidDBSubnetGroupStateFault"
    used = aurora.refusal("delete_db_cluster_parameter_group", DBClusterParameterGroupName="g")
    assert used[0] == "InvalidDBParameterGroupState"
    member = aurora.add("c1-a")
    assert member["DBSubnetGroup"]["VpcId"] == vpc
    assert member["VpcSecurityGroups"] == cluster["VpcSecurityGroups"]
    interfaces = aurora.service("ec2").describe_network_interfaces()["NetworkInterfaces"]
    assert [each["AvailabilityZone"] for each in interfaces] == [member["AvailabilityZone"]]


@pytest.mark.parametrize(
    ("scaling", "words"),
    [
        ({"MaxCapacity": 1}, "needs MinCapacity"),
        ({"MinCapacity": 0.3, "MaxCapacity": 1}, "minimum capacity 0.3"),
        ({"MinCapacity": -1, "MaxCapacity": 1}, "minimum capacity -1.0"),
        ({"MinCapacity": 0.5, "MaxCapacity": 0.5}, "maximum capacity 0.5"),
        ({"MinCapacity": 0.5, "MaxCapacity": 256.5}, "maximum capacity 256.5"),
        (
            {"MinCapacity": 0.5, "MaxCapacity": 1, "SecondsUntilAutoPause": 300},
            "only .* when MinCapacity is 0",
        ),
        ({"MinCapacity": 0, "MaxCapacity": 1, "SecondsUntilAutoPause": 299}, "between 300 and 86400"),
        ({"MinCapacity": 0, "MaxCapacity": 1, "SecondsUntilAutoPause": 86401}, "between 300 and 86400"),
    ],
)
def test_scaling_that_is_refused(scaling: dict[str, Any], words: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ServerlessV2ScalingConfiguration.html"""
    with pytest.raises(RdsError, match=words):
        serverless.scaling(scaling)


@pytest.mark.parametrize(
    "scaling",
    [
        {"MinCapacity": 0.5, "MaxCapacity": 1},
        {"MinCapacity": 256, "MaxCapacity": 256},
        {"MinCapacity": 0, "MaxCapacity": 8.5},
        {"MinCapacity": 0, "MaxCapacity": 1, "SecondsUntilAutoPause": 86400},
    ],
)
def test_scaling_that_is_accepted(scaling: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ServerlessV2ScalingConfiguration.html"""
    serverless.scaling(scaling)

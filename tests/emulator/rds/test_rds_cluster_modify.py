"""What ModifyDBCluster changes, when, and what members see of it."""

from __future__ import annotations

from typing import Any

import pytest

SCALING = "ServerlessV2ScalingConfiguration"
IAM = "IAMDatabaseAuthenticationEnabled"


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"BackupRetentionPeriod": 7}, {"BackupRetentionPeriod": 7}),
        ({"PreferredBackupWindow": "01:00-01:30"}, {"PreferredBackupWindow": "01:00-01:30"}),
        ({"PreferredMaintenanceWindow": "Mon:09:00-Mon:10:00"}, {"PreferredMaintenanceWindow": "mon:09:00-mon:10:00"}),
        ({"DeletionProtection": True}, {"DeletionProtection": True}),
        ({"CopyTagsToSnapshot": True}, {"CopyTagsToSnapshot": True}),
        ({"AutoMinorVersionUpgrade": False}, {"AutoMinorVersionUpgrade": False}),
        ({"NetworkType": "DUAL"}, {"NetworkType": "DUAL"}),
        ({"StorageType": "aurora-iopt1"}, {"StorageType": "aurora-iopt1"}),
        (
            {SCALING: {"MinCapacity": 0, "MaxCapacity": 4}},
            {SCALING: {"MinCapacity": 0, "MaxCapacity": 4, "SecondsUntilAutoPause": 300}},
        ),
        ({SCALING: {"MinCapacity": 0.5}}, {SCALING: {"MinCapacity": 0.5, "MaxCapacity": 4}}),
        ({SCALING: {"MaxCapacity": 16}}, {SCALING: {"MinCapacity": 0.5, "MaxCapacity": 16}}),
        (
            {"CloudwatchLogsExportConfiguration": {"EnableLogTypes": ["postgresql", "instance"]}},
            {"EnabledCloudwatchLogsExports": ["instance", "postgresql"]},
        ),
        (
            {"CloudwatchLogsExportConfiguration": {"DisableLogTypes": ["instance"]}},
            {"EnabledCloudwatchLogsExports": ["postgresql"]},
        ),
        (
            {"EnablePerformanceInsights": True, "PerformanceInsightsRetentionPeriod": 465},
            {"PerformanceInsightsEnabled": True, "PerformanceInsightsRetentionPeriod": 465},
        ),
        ({"DatabaseInsightsMode": "advanced"}, {"DatabaseInsightsMode": "advanced"}),
    ],
)
def test_changed_at_once(shared_aurora: Any, params: dict[str, Any], expected: dict[str, Any]) -> None:
    """Whatever ApplyImmediately says; in this order.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Modifying.html#Aurora.Modifying.Settings
    """
    changed = shared_aurora.modify_cluster(**params)
    assert expected.items() <= changed.items()
    assert changed["Status"] == "available"
    assert "PendingModifiedValues" not in changed
    of_members = expected.keys() & {
        *("BackupRetentionPeriod", "PreferredBackupWindow", "NetworkType", "EnabledCloudwatchLogsExports"),
        *("StorageType", "PerformanceInsightsEnabled", "DatabaseInsightsMode"),
    }
    assert {name: expected[name] for name in of_members}.items() <= shared_aurora.get("c1-b").items()


def test_log_groups_are_the_clusters(shared_aurora: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.CloudWatch.html"""
    shared_aurora.modify_cluster(CloudwatchLogsExportConfiguration={"EnableLogTypes": ["postgresql"]})
    groups = shared_aurora.service("logs").describe_log_groups(logGroupNamePrefix="/aws/rds/")["logGroups"]
    assert "/aws/rds/cluster/c1/postgresql" in [group["logGroupName"] for group in groups]
    assert not [group for group in groups if "/instance/c1" in group["logGroupName"]]


@pytest.mark.parametrize(
    ("params", "pending"),
    [
        ({"EnableIAMDatabaseAuthentication": True}, {IAM: True}),
        ({"EngineVersion": "16.10"}, {"EngineVersion": "16.10"}),
        ({"NewDBClusterIdentifier": "C9"}, {"DBClusterIdentifier": "c9"}),
    ],
)
def test_changed_in_the_maintenance_window(aurora: Any, params: dict[str, Any], pending: dict[str, Any]) -> None:
    """Unless ApplyImmediately. Asking for what is there takes it back.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBCluster.html (ApplyImmediately)
    """
    before = aurora.create_cluster(EngineVersion="16.9")
    waiting = aurora.modify_cluster(**params)
    assert waiting["PendingModifiedValues"] == pending
    (name,) = pending
    assert waiting[name] == before[name]
    back = {"NewDBClusterIdentifier": "c1", "EngineVersion": "16.9", "EnableIAMDatabaseAuthentication": False}
    again = {key: back[key] for key in params}
    assert "PendingModifiedValues" not in aurora.modify_cluster(**again)
    aurora.client.modify_db_cluster(DBClusterIdentifier="c1", **params, ApplyImmediately=True)
    applied = aurora.cluster("c9" if name == "DBClusterIdentifier" else "c1")
    assert applied[name] == pending[name]
    assert "PendingModifiedValues" not in applied


def test_engine_version_is_the_members_too(aurora: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_UpgradeDBInstance.PostgreSQL.MinorUpgrade.html"""
    aurora.create_cluster(EngineVersion="16.9")
    aurora.add("c1-a", "c1-b")
    aurora.modify_cluster(EngineVersion="16.11", ApplyImmediately=True)
    assert [aurora.get(name)["EngineVersion"] for name in ("c1-a", "c1-b")] == ["16.11", "16.11"]
    assert aurora.ask("SELECT pg_is_in_recovery()", "ReaderEndpoint") is True


def test_port(aurora: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Modifying.html#Aurora.Modifying.Settings"""
    before = aurora.create_cluster()["Port"]
    aurora.add("c1-a", "c1-b")
    taken = aurora.create_cluster(DBClusterIdentifier="c2")["Port"]
    aurora.client.delete_db_cluster(DBClusterIdentifier="c2", SkipFinalSnapshot=True)
    aurora.client.describe_db_clusters()
    aurora.modify_cluster(Port=taken)
    assert aurora.cluster()["Port"] == taken != before
    aurora.run("CREATE TABLE t AS SELECT 42 AS x")
    seen = "SELECT to_regclass('t') IS NOT NULL"
    aurora.wait_until(True, lambda: aurora.ask(seen, "ReaderEndpoint"))


def test_optimized_storage_can_be_had_again_after_a_month(aurora: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Overview.StorageReliability.html"""
    made = aurora.create_cluster(StorageType="aurora-iopt1")
    assert made["StorageType"] == "aurora-iopt1"
    standard = aurora.modify_cluster(StorageType="aurora")
    assert "StorageType" not in standard
    assert standard["IOOptimizedNextAllowedModificationTime"] > made["ClusterCreateTime"]
    refused = aurora.refusal("modify_db_cluster", DBClusterIdentifier="c1", StorageType="aurora-iopt1")
    assert refused[0] == "InvalidParameterCombination"


def test_monitoring_is_handed_on(aurora: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html (MonitoringInterval)"""
    trust = '{"Statement": [{"Principal": {"Service": "monitoring.rds.amazonaws.com"}, "Action": "sts:AssumeRole"}]}'
    iam = aurora.service("iam")
    role = iam.create_role(RoleName="monitoring", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    aurora.create_cluster(MonitoringInterval=60, MonitoringRoleArn=role)
    assert aurora.add("c1-a")["MonitoringInterval"] == 60
    changed = aurora.modify_cluster(MonitoringInterval=15)
    assert (changed["MonitoringInterval"], aurora.get("c1-a")["MonitoringInterval"]) == (15, 15)
    assert "MonitoringRoleArn" not in aurora.modify_cluster(MonitoringInterval=0)
    assert aurora.get("c1-a")["MonitoringInterval"] == 0


def test_monitoring_is_the_clusters_or_the_members(aurora: Any) -> None:
    """https://github.com/hashicorp/terraform-provider-aws/issues/40966"""
    trust = '{"Statement": [{"Principal": {"Service": "monitoring.rds.amazonaws.com"}, "Action": "sts:AssumeRole"}]}'
    role = aurora.service("iam").create_role(RoleName="monitoring", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    aurora.create_cluster(MonitoringInterval=60, MonitoringRoleArn=role)
    aurora.add("c1-a", MonitoringInterval=60, MonitoringRoleArn=role)
    refused = aurora.refusal("modify_db_instance", DBInstanceIdentifier="c1-a", MonitoringInterval=0)
    assert refused == ("InvalidParameterCombination", "MonitoringInterval conflicts with cluster level parameter.")
    member = {"Engine": "aurora-postgresql", "DBInstanceClass": "db.t3.medium", "DBClusterIdentifier": "c1"}
    new = aurora.refusal("create_db_instance", DBInstanceIdentifier="c1-b", MonitoringInterval=0, **member)
    assert new == refused

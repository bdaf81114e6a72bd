"""What members have of their own, and what of their cluster; their parameters."""

from __future__ import annotations

from typing import Any

import pytest


def test_new_member(aurora: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"""
    cluster = aurora.create_cluster(
        DatabaseName="shop",
        StorageEncrypted=True,
        BackupRetentionPeriod=7,
        EnableCloudwatchLogsExports=["postgresql"],
        EnableIAMDatabaseAuthentication=True,
    )
    member = aurora.add("c1-a", Tags=[{"Key": "a", "Value": "1"}])
    expected = {
        "DBInstanceIdentifier": "c1-a",
        "DBClusterIdentifier": "c1",
        "DBInstanceStatus": "available",
        "DBInstanceClass": "db.t3.medium",
        "DBName": "shop",
        "PromotionTier": 1,
        "PubliclyAccessible": False,
        "MultiAZ": False,
        "DeletionProtection": False,
        "CopyTagsToSnapshot": False,
        "AutoMinorVersionUpgrade": True,
        "AllocatedStorage": 1,
        "StorageType": "aurora",
        "DbInstancePort": 0,
        "CACertificateIdentifier": "rds-ca-rsa2048-g1",
        "LicenseModel": "postgresql-license",
        "TagList": [{"Key": "a", "Value": "1"}],
    }
    assert expected.items() <= member.items()
    shared = (
        *("Engine", "EngineVersion", "MasterUsername", "StorageEncrypted", "KmsKeyId", "BackupRetentionPeriod"),
        *("PreferredBackupWindow", "VpcSecurityGroups", "EnabledCloudwatchLogsExports"),
        "IAMDatabaseAuthenticationEnabled",
    )
    assert {name: member[name] for name in shared} == {name: cluster[name] for name in shared}
    assert not {"Iops", "MaxAllocatedStorage", "MasterUserSecret"} & set(member)
    assert member["DBParameterGroups"][0]["DBParameterGroupName"] == "default.aurora-postgresql16"
    assert member["OptionGroupMemberships"][0]["OptionGroupName"] == "default:aurora-postgresql-16"
    filtered = aurora.client.describe_db_instances(Filters=[{"Name": "db-cluster-id", "Values": ["c1"]}])
    assert len(filtered["DBInstances"]) == 1


def test_zones_are_spread(aurora: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html (AvailabilityZones)"""
    _, subnets, _ = aurora.network(zones="abc")
    aurora.client.create_db_subnet_group(DBSubnetGroupName="s", DBSubnetGroupDescription="d", SubnetIds=subnets)
    aurora.create_cluster(DBSubnetGroupName="s")
    zones = [aurora.add(name)["AvailabilityZone"][-1] for name in ("c1-a", "c1-b", "c1-c")]
    assert zones == ["a", "b", "c"]
    assert aurora.add("c1-d", AvailabilityZone="us-west-2b")["AvailabilityZone"] == "us-west-2b"
    aurora.delete_member("c1-c")
    assert aurora.cluster()["DBClusterMembers"][2]["DBInstanceIdentifier"] == "c1-d"
    assert aurora.add("c1-e")["AvailabilityZone"] == "us-west-2c"


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"PromotionTier": 0}, {"PromotionTier": 0}),
        ({"PubliclyAccessible": True}, {"PubliclyAccessible": True}),
        ({"AutoMinorVersionUpgrade": False}, {"AutoMinorVersionUpgrade": False}),
        ({"CopyTagsToSnapshot": True}, {"CopyTagsToSnapshot": True}),
        ({"PreferredMaintenanceWindow": "mon:09:00-mon:10:00"}, {"PreferredMaintenanceWindow": "mon:09:00-mon:10:00"}),
        ({"CACertificateIdentifier": "rds-ca-rsa4096-g1"}, {"CACertificateIdentifier": "rds-ca-rsa4096-g1"}),
        ({"DBInstanceClass": "db.r6g.large"}, {"DBInstanceClass": "db.r6g.large"}),
        (
            {"EnablePerformanceInsights": True, "PerformanceInsightsRetentionPeriod": 31},
            {"PerformanceInsightsEnabled": True, "PerformanceInsightsRetentionPeriod": 31},
        ),
    ],
)
def test_members_are_changed(shared_aurora: Any, params: dict[str, Any], expected: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Modifying.html#Aurora.Modifying.Settings"""
    assert expected.items() <= shared_aurora.modify("c1-b", **params, ApplyImmediately=True).items()
    assert shared_aurora.ask("SELECT pg_is_in_recovery()", "ReaderEndpoint") is True


def test_serverless_member(aurora: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.create.html"""
    aurora.create_cluster(ServerlessV2ScalingConfiguration={"MinCapacity": 0.5, "MaxCapacity": 4})
    assert aurora.add("c1-a", DBInstanceClass="db.serverless")["DBInstanceClass"] == "db.serverless"
    assert int(aurora.ask("SHOW max_connections")) > 100


def test_renamed_member(aurora: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_RenameInstance.html"""
    aurora.create_cluster()
    aurora.add("c1-a")
    aurora.modify("c1-a", NewDBInstanceIdentifier="c1-z", ApplyImmediately=True)
    assert aurora.writers() == {"c1-z": True}


def set_in_cluster_group(aurora: Any, method: str = "immediate", **values: str) -> None:
    parameters = [
        {"ParameterName": name, "ParameterValue": value, "ApplyMethod": method} for name, value in values.items()
    ]
    aurora.client.modify_db_cluster_parameter_group(DBClusterParameterGroupName="g", Parameters=parameters)


def statuses(aurora: Any) -> list[str]:
    return [member["DBClusterParameterGroupStatus"] for member in aurora.cluster()["DBClusterMembers"]]


def test_parameters_of_cluster_and_instance_groups(aurora: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_WorkingWithParamGroups.html"""
    family = {"DBParameterGroupFamily": "aurora-postgresql16", "Description": "d"}
    aurora.client.create_db_cluster_parameter_group(DBClusterParameterGroupName="g", **family)
    aurora.client.create_db_parameter_group(DBParameterGroupName="own", **family)
    aurora.create_cluster(DBClusterParameterGroupName="g")
    aurora.add("c1-a")
    aurora.add("c1-b", DBParameterGroupName="own")
    set_in_cluster_group(aurora, work_mem="8192")
    endpoints = ("Endpoint", "ReaderEndpoint")
    assert [aurora.ask("SHOW work_mem", endpoint) for endpoint in endpoints] == ["8MB", "8MB"]
    aurora.set("own", work_mem="16384")
    assert [aurora.ask("SHOW work_mem", endpoint) for endpoint in endpoints] == ["8MB", "16MB"]
    aurora.client.reset_db_parameter_group(DBParameterGroupName="own", ResetAllParameters=True)
    assert aurora.ask("SHOW work_mem", "ReaderEndpoint") == "8MB"


def test_static_parameters_wait_for_each_members_reboot(aurora: Any) -> None:
    """Also more connections than a standby would start with: the reader follows all the same.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_WorkingWithParamGroups.ModifyingCluster.html
    """
    aurora.client.create_db_cluster_parameter_group(
        DBClusterParameterGroupName="g", DBParameterGroupFamily="aurora-postgresql16", Description="d"
    )
    aurora.create_cluster()
    aurora.add("c1-a", "c1-b")
    set_in_cluster_group(aurora, "pending-reboot", max_connections="700")
    set_in_cluster_group(aurora, work_mem="8192")
    changed = aurora.modify_cluster(DBClusterParameterGroupName="g")
    assert changed["DBClusterParameterGroup"] == "g"
    assert statuses(aurora) == ["pending-reboot", "pending-reboot"]
    assert aurora.ask("SHOW work_mem") == "8MB"
    aurora.client.reboot_db_instance(DBInstanceIdentifier="c1-a")
    assert statuses(aurora) == ["in-sync", "pending-reboot"]
    assert aurora.ask("SHOW max_connections") == "700"
    aurora.run("CREATE TABLE t AS SELECT 42 AS x")
    seen = "SELECT to_regclass('t') IS NOT NULL"
    aurora.wait_until(True, lambda: aurora.ask(seen, "ReaderEndpoint"))
    aurora.client.reboot_db_instance(DBInstanceIdentifier="c1-b")
    assert statuses(aurora) == ["in-sync", "in-sync"]
    # Less than a running reader has: it goes on with what it has until its own reboot.
    set_in_cluster_group(aurora, "pending-reboot", max_connections="300")
    aurora.client.reboot_db_instance(DBInstanceIdentifier="c1-a")
    assert [aurora.ask("SHOW max_connections", endpoint) for endpoint in ("Endpoint", "ReaderEndpoint")] == [
        "300",
        "700",
    ]
    aurora.run("CREATE TABLE u AS SELECT 42 AS x")
    aurora.wait_until(True, lambda: aurora.ask(seen.replace("'t'", "'u'"), "ReaderEndpoint"))
    aurora.client.reboot_db_instance(DBInstanceIdentifier="c1-b")
    assert aurora.ask("SHOW max_connections", "ReaderEndpoint") == "300"


def test_a_reader_of_a_smaller_class_follows(aurora: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Managing.html"""
    aurora.create_cluster()
    aurora.add("c1-a", DBInstanceClass="db.r6g.large")
    aurora.add("c1-b", DBInstanceClass="db.t3.medium")
    assert aurora.ask("SELECT pg_is_in_recovery()", "ReaderEndpoint") is True


def test_parameters_with_which_nothing_starts(aurora: Any) -> None:
    """The writer says so, and the readers, which have nothing to follow; both come up again by a reboot.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/accessing-monitoring.html
    """
    aurora.client.create_db_cluster_parameter_group(
        DBClusterParameterGroupName="g", DBParameterGroupFamily="aurora-postgresql16", Description="d"
    )
    set_in_cluster_group(aurora, "pending-reboot", shared_buffers="1000000000")
    aurora.create_cluster(DBClusterParameterGroupName="g")
    aurora.add("c1-a", "c1-b")
    names = ("c1-a", "c1-b")
    assert [aurora.get(name)["DBInstanceStatus"] for name in names] == ["incompatible-parameters"] * 2
    aurora.client.reset_db_cluster_parameter_group(DBClusterParameterGroupName="g", ResetAllParameters=True)
    for name in names:
        aurora.client.reboot_db_instance(DBInstanceIdentifier=name)
    assert [aurora.get(name)["DBInstanceStatus"] for name in names] == ["available"] * 2
    assert aurora.ask("SELECT pg_is_in_recovery()", "ReaderEndpoint") is True

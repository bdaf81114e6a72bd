"""The life of an Aurora cluster and its members, with real servers behind the endpoints."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest


def test_new_cluster(aurora: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBCluster.html"""
    cluster = aurora.create_cluster(DatabaseName="shop", Tags=[{"Key": "a", "Value": "1"}])
    expected = {
        "DBClusterIdentifier": "c1",
        "DBClusterArn": "arn:aws:rds:us-west-2:123456789012:cluster:c1",
        "Status": "available",
        "Engine": "aurora-postgresql",
        "EngineMode": "provisioned",
        "EngineVersion": "16.11",
        "DatabaseName": "shop",
        "MasterUsername": "dbadmin",
        "AllocatedStorage": 1,
        "AvailabilityZones": ["us-west-2a", "us-west-2b", "us-west-2c"],
        "BackupRetentionPeriod": 1,
        "DBClusterParameterGroup": "default.aurora-postgresql16",
        "DBSubnetGroup": "default",
        "DBClusterMembers": [],
        "DeletionProtection": False,
        "HttpEndpointEnabled": False,
        "IAMDatabaseAuthenticationEnabled": False,
        "CopyTagsToSnapshot": False,
        "AutoMinorVersionUpgrade": True,
        "StorageEncrypted": False,
        "StorageEncryptionType": "none",
        "DatabaseInsightsMode": "standard",
        "PerformanceInsightsEnabled": False,
        "MonitoringInterval": 0,
        "NetworkType": "IPV4",
        "MultiAZ": False,
        "TagList": [{"Key": "a", "Value": "1"}],
    }
    assert expected.items() <= cluster.items()
    assert cluster["DbClusterResourceId"].startswith("cluster-")
    assert cluster["EarliestRestorableTime"] == cluster["ClusterCreateTime"] <= cluster["LatestRestorableTime"]
    absent = {
        "StorageType",
        "PendingModifiedValues",
        "ServerlessV2ScalingConfiguration",
        "KmsKeyId",
        "CharacterSetName",
    }
    assert not absent & set(cluster)


def test_members_write_and_read(aurora: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Overview.Endpoints.html"""
    aurora.create_cluster(DatabaseName="shop")
    aurora.add("c1-a")
    shop = {"dbname": "shop"}
    assert aurora.ask("SELECT pg_is_in_recovery()", "ReaderEndpoint") is False
    aurora.add("c1-b")
    assert aurora.writers() == {"c1-a": True, "c1-b": False}
    assert aurora.cluster()["MultiAZ"] is True
    with aurora.connect(**shop) as connection:
        connection.execute("CREATE TABLE t AS SELECT 42 AS x")
    with aurora.connect("ReaderEndpoint", **shop) as reader:
        aurora.wait_until((True,), lambda: reader.execute("SELECT to_regclass('t') IS NOT NULL").fetchone())
        assert reader.execute("SELECT x, pg_is_in_recovery() FROM t").fetchone() == (42, True)
        # 25006
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            reader.execute("INSERT INTO t VALUES (1)")
    for name, recovering in (("c1-a", False), ("c1-b", True)):
        with aurora.login(name, dbname="shop") as member:
            assert member.execute("SELECT pg_is_in_recovery()").fetchone() == (recovering,)


def test_reader_endpoint_takes_readers_in_turn(aurora: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Overview.Endpoints.html"""
    aurora.create_cluster()
    aurora.add("c1-a", "c1-b", "c1-c")
    ports = {aurora.ask("SELECT current_setting('port')", "ReaderEndpoint") for _ in range(4)}
    assert ports == {str(aurora.get(name)["Endpoint"]["Port"]) for name in ("c1-b", "c1-c")}


def test_failover_promotes_a_reader(aurora: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_FailoverDBCluster.html"""
    aurora.create_cluster()
    aurora.add("c1-a", "c1-b")
    aurora.add("c1-c", PromotionTier=0)
    aurora.run("CREATE TABLE t (x int)")
    aurora.client.failover_db_cluster(DBClusterIdentifier="c1")
    assert aurora.writers() == {"c1-a": False, "c1-b": False, "c1-c": True}
    aurora.ask("INSERT INTO t VALUES (43) RETURNING x")
    # The old writer and the reader that was not promoted follow the new one.
    for name in ("c1-a", "c1-b"):
        with aurora.login(name) as reader:
            aurora.wait_until((1,), lambda session=reader: session.execute("SELECT count(*) FROM t").fetchone())
            assert reader.execute("SELECT pg_is_in_recovery()").fetchone() == (True,)
    aurora.client.failover_db_cluster(DBClusterIdentifier="c1", TargetDBInstanceIdentifier="c1-a")
    assert aurora.writers() == {"c1-a": True, "c1-b": False, "c1-c": False}
    assert aurora.ask("INSERT INTO t VALUES (44) RETURNING x") == 44


def test_writer_can_be_deleted_and_the_data_stay_when_all_members_are_gone(aurora: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DeleteCluster.html"""
    aurora.create_cluster(DeletionProtection=True)
    aurora.add("c1-a", "c1-b")
    aurora.run("CREATE TABLE t AS SELECT 42 AS x")
    aurora.delete_member("c1-a")
    assert aurora.writers() == {"c1-b": True}
    assert aurora.ask("SELECT x FROM t") == 42
    aurora.delete_member("c1-b")
    assert aurora.cluster()["DBClusterMembers"] == []
    aurora.modify_cluster(MasterUserPassword="another-horse")
    aurora.add("c1-c")
    assert aurora.writers() == {"c1-c": True}
    assert aurora.ask("SELECT x FROM t", password="another-horse") == 42


def test_all_members_can_be_deleted_at_once(aurora: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DeleteCluster.html"""
    aurora.create_cluster()
    aurora.add("c1-a", "c1-b")
    aurora.run("CREATE TABLE t AS SELECT 42 AS x")
    aurora.aws.set_time_scale(0.02)
    for name in ("c1-a", "c1-b"):
        aurora.delete_member(name)
    aurora.client.delete_db_cluster(DBClusterIdentifier="c1", FinalDBSnapshotIdentifier="final")
    aurora.aws.set_time_scale(0)
    assert aurora.client.describe_db_clusters()["DBClusters"] == []
    assert aurora.client.describe_db_instances()["DBInstances"] == []
    snapshots = aurora.client.describe_db_cluster_snapshots()["DBClusterSnapshots"]
    assert [(each["DBClusterSnapshotIdentifier"], each["Status"]) for each in snapshots] == [("final", "available")]


def test_managed_password(aurora: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html"""
    cluster = aurora.create_cluster(MasterUserPassword=None, ManageMasterUserPassword=True)
    aurora.add("c1-a")
    secrets, arn = aurora.service("secretsmanager"), cluster["MasterUserSecret"]["SecretArn"]
    assert arn.split(":")[-1].startswith("rds!cluster-")
    tags = secrets.describe_secret(SecretId=arn)["Tags"]
    assert {"Key": "aws:rds:primaryDBClusterArn", "Value": cluster["DBClusterArn"]} in tags

    def password() -> Any:
        return json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"])["password"]

    first = password()
    assert aurora.ask("SELECT 1", password=first) == 1
    aurora.modify_cluster(RotateMasterUserPassword=True, ApplyImmediately=True)
    assert password() != first
    assert aurora.ask("SELECT 1", password=password()) == 1
    assert "MasterUserSecret" not in aurora.modify_cluster(
        ManageMasterUserPassword=False, MasterUserPassword="another-horse"
    )
    assert aurora.ask("SELECT 1", password="another-horse") == 1


def test_stop_and_start(aurora: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-cluster-stop-start.html"""
    aurora.create_cluster()
    aurora.add("c1-a", "c1-b")
    aurora.client.stop_db_cluster(DBClusterIdentifier="c1")
    stopped = aurora.cluster()
    assert (stopped["Status"], aurora.get("c1-b")["DBInstanceStatus"]) == ("stopped", "stopped")
    assert stopped["AutomaticRestartTime"] > stopped["ClusterCreateTime"]
    with pytest.raises(psycopg.OperationalError):
        aurora.connect()
    aurora.client.start_db_cluster(DBClusterIdentifier="c1")
    started = aurora.cluster()
    assert started["Status"] == "available"
    assert "AutomaticRestartTime" not in started
    assert aurora.ask("SELECT pg_is_in_recovery()", "ReaderEndpoint") is True


def test_members_reboot_one_by_one(aurora: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_RebootCluster.html"""
    aurora.create_cluster()
    aurora.add("c1-a", "c1-b")
    started = "SELECT pg_postmaster_start_time()::text"
    before = {endpoint: aurora.ask(started, endpoint) for endpoint in ("Endpoint", "ReaderEndpoint")}
    aurora.client.reboot_db_instance(DBInstanceIdentifier="c1-b")
    assert aurora.ask(started, "ReaderEndpoint") != before["ReaderEndpoint"]
    assert aurora.ask(started) == before["Endpoint"]
    aurora.client.reboot_db_instance(DBInstanceIdentifier="c1-a")
    assert aurora.ask(started) != before["Endpoint"]


def test_clusters_can_be_found(aurora: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBClusters.html"""
    arn = aurora.create_cluster()["DBClusterArn"]
    aurora.create_cluster(DBClusterIdentifier="C2")

    def names(**params: Any) -> list[str]:
        return [each["DBClusterIdentifier"] for each in aurora.client.describe_db_clusters(**params)["DBClusters"]]

    def filtered(name: str, *values: str) -> list[str]:
        return names(Filters=[{"Name": name, "Values": list(values)}])

    assert names() == ["c1", "c2"]
    assert names(DBClusterIdentifier=arn) == ["c1"]
    assert filtered("db-cluster-id", arn, "c2") == ["c1", "c2"]
    assert filtered("engine", "aurora-mysql") == []
    assert aurora.refusal("describe_db_clusters", DBClusterIdentifier="no")[0] == "DBClusterNotFoundFault"
    assert (
        aurora.refusal("describe_db_clusters", Filters=[{"Name": "x", "Values": ["y"]}])[0] == "InvalidParameterValue"
    )


def test_tags(aurora: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_AddTagsToResource.html"""
    arn = aurora.create_cluster()["DBClusterArn"]
    tags = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    aurora.client.add_tags_to_resource(ResourceName=arn, Tags=tags)
    aurora.client.remove_tags_from_resource(ResourceName=arn, TagKeys=["a"])
    assert aurora.client.list_tags_for_resource(ResourceName=arn)["TagList"] == tags[1:]
    assert aurora.cluster()["TagList"] == tags[1:]
    found = aurora.service("resourcegroupstaggingapi").get_resources(ResourceTypeFilters=["rds:cluster"])
    assert [each["ResourceARN"] for each in found["ResourceTagMappingList"]] == [arn]


def test_data_api_has_actions_of_its_own(aurora: Any) -> None:
    """ModifyDBCluster's EnableHttpEndpoint is for Aurora Serverless v1, and passed over otherwise.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBCluster.html
    """
    arn = aurora.create_cluster()["DBClusterArn"]
    assert aurora.modify_cluster(EnableHttpEndpoint=True)["HttpEndpointEnabled"] is False
    aurora.client.enable_http_endpoint(ResourceArn=arn)
    assert aurora.cluster()["HttpEndpointEnabled"] is True
    aurora.client.disable_http_endpoint(ResourceArn=arn)
    assert aurora.cluster()["HttpEndpointEnabled"] is False
    assert aurora.refusal("enable_http_endpoint", ResourceArn=f"{arn}x")[0] == "ResourceNotFoundFault"

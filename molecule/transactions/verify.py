"""Every value that `transactions` must have, as boto3 and PostgreSQL report it; nothing here reads the roles."""

from __future__ import annotations

import json
import string
from typing import Any

import psycopg
import pytest

from tests.deployed import Deployed, login, only, tags_of
from tools import existing_network

TRANSACTIONS = Deployed("transactions", "Transactions", "us-east-1")
CLUSTER, SECRET = "aurora-postgres-cluster-prod", "aurora-credentials-prod"
MEMBERS = ["aurora-instance-1-prod", "aurora-instance-2-prod"]
client = TRANSACTIONS.client


@pytest.fixture(scope="module")
def cluster() -> Any:
    return only(client("rds").describe_db_clusters(DBClusterIdentifier=CLUSTER)["DBClusters"])


@pytest.fixture(scope="module")
def members() -> Any:
    wanted = [{"Name": "db-cluster-id", "Values": [CLUSTER]}]
    return client("rds").describe_db_instances(Filters=wanted)["DBInstances"]


@pytest.fixture(scope="module")
def subnet_group() -> Any:
    found = client("rds").describe_db_subnet_groups(DBSubnetGroupName="aurora-subnet-group-prod")
    return only(found["DBSubnetGroups"])


@pytest.fixture(scope="module")
def found_vpc() -> str:
    """The one that was there before the first run."""
    tagged = [{"Name": f"tag:{key}", "Values": [value]} for key, value in existing_network.TAGS.items()]
    return str(only(client("ec2").describe_vpcs(Filters=tagged)["Vpcs"])["VpcId"])


def test_two_existing_subnets_in_exactly_two_zones(subnet_group: Any, found_vpc: str) -> None:
    inside = [{"Name": "vpc-id", "Values": [found_vpc]}]
    there = {s["SubnetId"]: s for s in client("ec2").describe_subnets(Filters=inside)["Subnets"]}
    used = {s["SubnetIdentifier"] for s in subnet_group["Subnets"]}
    assert used == there.keys()
    assert sorted(there[subnet]["AvailabilityZone"] for subnet in used) == ["us-east-1a", "us-east-1b"]
    assert subnet_group["VpcId"] == found_vpc
    assert tags_of(
        client("rds").list_tags_for_resource(ResourceName=subnet_group["DBSubnetGroupArn"])["TagList"]
    ) == TRANSACTIONS.tagged("aurora-subnet-group-prod")


def test_an_existing_security_group(cluster: Any, found_vpc: str) -> None:
    used = only(cluster["VpcSecurityGroups"])["VpcSecurityGroupId"]
    group = only(client("ec2").describe_security_groups(GroupIds=[used])["SecurityGroups"])
    assert (group["VpcId"], group["GroupName"]) == (found_vpc, "clients-of-transactions")
    assert not {tag["Key"] for tag in group["Tags"]} & TRANSACTIONS.tags.keys()


CLUSTER_VALUES = [
    ("identifier", "DBClusterIdentifier", "aurora-postgres-cluster-prod"),
    ("database", "DatabaseName", "transactiondb"),
    ("user", "MasterUsername", "dbadmin"),
    ("Serverless v2", "ServerlessV2ScalingConfiguration", {"MinCapacity": 0.5, "MaxCapacity": 1.0}),
    ("storage is encrypted", "StorageEncrypted", True),
    ("backups", "BackupRetentionPeriod", 7),
    ("their window", "PreferredBackupWindow", "03:00-04:00"),
    ("maintenance", "PreferredMaintenanceWindow", "mon:04:00-mon:05:00"),
    ("log export", "EnabledCloudwatchLogsExports", ["postgresql"]),
    ("subnet group", "DBSubnetGroup", "aurora-subnet-group-prod"),
    ("parameter group", "DBClusterParameterGroup", "aurora-pg-params-prod"),
    ("deletion protection, on in prod", "DeletionProtection", True),
    ("engine", "Engine", "aurora-postgresql"),
    ("members in two zones", "MultiAZ", True),
    ("ready", "Status", "available"),
]


@pytest.mark.parametrize(("_what", "field", "value"), CLUSTER_VALUES, ids=[what for what, *_ in CLUSTER_VALUES])
def test_cluster(cluster: Any, _what: str, field: str, value: Any) -> None:
    assert cluster[field] == value


def test_aurora_15_and_the_tags(cluster: Any) -> None:
    assert cluster["EngineVersion"].startswith("15.")
    assert tags_of(cluster["TagList"]) == TRANSACTIONS.tagged(CLUSTER)
    assert not cluster.get("PendingModifiedValues")


def test_storage_is_encrypted_with_the_key_that_aws_manages(cluster: Any) -> None:
    key = client("kms").describe_key(KeyId=cluster["KmsKeyId"])["KeyMetadata"]
    assert key["KeyManager"] == "AWS"
    assert client("kms").describe_key(KeyId="alias/aws/rds")["KeyMetadata"]["Arn"] == key["Arn"]


def test_two_serverless_members_not_public_in_different_zones(cluster: Any, members: Any) -> None:
    assert sorted(m["DBInstanceIdentifier"] for m in members) == MEMBERS
    for member in members:
        expected = {
            "DBInstanceClass": "db.serverless",
            "DBClusterIdentifier": CLUSTER,
            "PubliclyAccessible": False,
            "DBInstanceStatus": "available",
            "StorageEncrypted": True,
            "MonitoringInterval": 0,
        }
        assert {name: member.get(name) for name in expected} == expected
        assert tags_of(member["TagList"]) == TRANSACTIONS.tagged(member["DBInstanceIdentifier"])
    assert sorted(m["AvailabilityZone"] for m in members) == ["us-east-1a", "us-east-1b"]
    assert sorted(m["IsClusterWriter"] for m in cluster["DBClusterMembers"]) == [False, True]


def test_cluster_parameter_group() -> None:
    rds, name = client("rds"), "aurora-pg-params-prod"
    found = rds.describe_db_cluster_parameter_groups(DBClusterParameterGroupName=name)["DBClusterParameterGroups"]
    assert only(found)["DBParameterGroupFamily"] == "aurora-postgresql15"
    values = TRANSACTIONS.parameters(name, cluster=True)
    assert values == {"log_statement": "all", "log_min_duration_statement": "1000"}


def test_secret(cluster: Any) -> None:
    manager = client("secretsmanager")
    description = manager.describe_secret(SecretId=SECRET)
    assert not description.get("RotationEnabled")
    assert description.get("KmsKeyId") in (None, "alias/aws/secretsmanager")
    assert TRANSACTIONS.tags.items() <= tags_of(description["Tags"]).items()
    secret = TRANSACTIONS.secret(SECRET)
    password = secret.pop("password")
    assert len(password) == 32
    for characters in (string.ascii_lowercase, string.ascii_uppercase, string.digits, string.punctuation):
        assert set(password) & set(characters)
    assert not set('"@/\\ ') & set(password)
    assert secret == {
        "username": "dbadmin",
        "engine": "postgres",
        "host": cluster["Endpoint"],
        "port": cluster["Port"],
        "dbname": "transactiondb",
        "dbClusterIdentifier": CLUSTER,
    }


def test_log_group() -> None:
    name = f"/aws/rds/cluster/{CLUSTER}/postgresql"
    group = only(client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"])
    assert group["retentionInDays"] == 90


ALARMS = [
    ("aurora-cpu-high-prod", "DBClusterIdentifier", CLUSTER),
    *((f"aurora-cpu-high-prod-{member}", "DBInstanceIdentifier", member) for member in MEMBERS),
]


@pytest.mark.parametrize(("name", "dimension", "value"), ALARMS)
def test_alarm(name: str, dimension: str, value: str) -> None:
    alarm = only(client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"])
    expected = {
        "Namespace": "AWS/RDS",
        "MetricName": "CPUUtilization",
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 80.0,
        "EvaluationPeriods": 1,
        "Statistic": "Average",
        "Period": 300,
        "TreatMissingData": "notBreaching",
        "ActionsEnabled": True,
        "AlarmActions": [],
        "Dimensions": [{"Name": dimension, "Value": value}],
    }
    assert {field: alarm[field] for field in expected} == expected


# Beside those of the requirements: name, metric, statistic, operator, threshold, periods.
# A share is one of what a member may scale to: 1 ACU has 2 GiB, and 80 % of its connections are 149.
GIB = 1024**3
OF_CLUSTER = [
    ("replica-lag", "AuroraReplicaLagMaximum", "Maximum", "GreaterThanThreshold", 2000, 2),
    ("acu", "ACUUtilization", "Average", "GreaterThanThreshold", 90, 3),
    ("transaction-ids", "MaximumUsedTransactionIDs", "Maximum", "GreaterThanThreshold", 10**9, 1),
    ("replication-slot-lag", "OldestReplicationSlotLag", "Maximum", "GreaterThanThreshold", 5 * GIB, 2),
]
OF_MEMBERS = [
    ("connections", "DatabaseConnections", "Average", "GreaterThanThreshold", 149, 2),
    ("freeable-memory", "FreeableMemory", "Average", "LessThanThreshold", 2 * GIB // 10, 2),
    ("read-latency", "ReadLatency", "Average", "GreaterThanThreshold", 0.2, 2),
    ("write-latency", "WriteLatency", "Average", "GreaterThanThreshold", 0.2, 2),
    ("commit-latency", "CommitLatency", "Average", "GreaterThanThreshold", 200, 2),
    ("acu", "ACUUtilization", "Average", "GreaterThanThreshold", 90, 3),
    ("disk-queue", "DiskQueueDepth", "Average", "GreaterThanThreshold", 64, 3),
]
OF_LOG = [("deadlocks", 5), ("errors", 100), ("fatals", 20), ("panics", 0)]
BEYOND = [
    *((f"alarm-{name}-transactions-prod", ("DBClusterIdentifier", CLUSTER), *rest) for name, *rest in OF_CLUSTER),
    *(
        (f"alarm-{name}-transactions-prod-{member}", ("DBInstanceIdentifier", member), *rest)
        for name, *rest in OF_MEMBERS
        for member in MEMBERS
    ),
    *(
        (f"alarm-{name}-transactions-prod", None, f"{name}-prod", "Sum", "GreaterThanThreshold", threshold, 1)
        for name, threshold in OF_LOG
    ),
]


@pytest.mark.parametrize(("name", "dimension", "metric", "statistic", "operator", "threshold", "periods"), BEYOND)
def test_alarm_beyond_the_requirements(
    name: str,
    dimension: tuple[str, str] | None,
    metric: str,
    statistic: str,
    operator: str,
    threshold: float,
    periods: int,
) -> None:
    alarm = only(client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"])
    expected = {
        "Namespace": "AWS/RDS" if dimension else "pgfleet/transactions",
        "MetricName": metric,
        "Statistic": statistic,
        "ComparisonOperator": operator,
        "Threshold": threshold,
        "EvaluationPeriods": periods,
        "Period": 300,
        "TreatMissingData": "notBreaching",
        "Dimensions": [{"Name": dimension[0], "Value": dimension[1]}] if dimension else [],
    }
    assert {field: alarm[field] for field in expected} == expected


def test_one_alarm_says_that_the_database_is_unwell() -> None:
    found = client("cloudwatch").describe_alarms(AlarmNames=["unwell-transactions-prod"], AlarmTypes=["CompositeAlarm"])
    rule = only(found["CompositeAlarms"])["AlarmRule"]
    felt = {name for name, *_ in (*ALARMS, *BEYOND)} - {
        *(f"alarm-{name}-transactions-prod" for name in ("transaction-ids", "replication-slot-lag")),
        *(f"alarm-disk-queue-transactions-prod-{member}" for member in MEMBERS),
        *(f"alarm-{name}-transactions-prod" for name in ("deadlocks", "errors", "fatals")),
    }
    assert sorted(rule.split(" OR ")) == sorted(f'ALARM("{name}")' for name in felt)


def test_the_log_is_counted() -> None:
    group = f"/aws/rds/cluster/{CLUSTER}/postgresql"
    found = client("logs").describe_metric_filters(logGroupName=group)["metricFilters"]
    metrics = [only(one["metricTransformations"]) for one in found]
    assert [one["filterName"] for one in found] == [f"{name}-transactions-prod" for name, _ in OF_LOG]
    assert {metric["metricNamespace"] for metric in metrics} == {"pgfleet/transactions"}
    assert [metric["metricName"] for metric in metrics] == [f"{name}-prod" for name, _ in OF_LOG]


def test_dashboard() -> None:
    found = client("cloudwatch").get_dashboard(DashboardName="dashboard-transactions-prod")
    _, status, *graphs = json.loads(found["DashboardBody"])["widgets"]
    assert len(status["properties"]["alarms"]) == len(ALARMS) + len(BEYOND) + 1
    shown = [graph["properties"]["title"] for graph in graphs]
    assert shown[:3] == ["CPU (%)", "Capacity in use (% of the maximum)", "Capacity (ACU)"]
    assert [title for title in shown if title.startswith("Connections")] == [f"Connections: {m}" for m in MEMBERS]
    assert "Free local storage" not in " ".join(shown)
    assert shown[-1] == "Last errors"


def test_credentials_alone_and_no_other_alarms() -> None:
    assert TRANSACTIONS.alarms().keys() == {name for name, *_ in (*ALARMS, *BEYOND)}
    named = [
        *(topic["TopicArn"] for topic in client("sns").list_topics()["Topics"]),
        *(bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]),
        *(role["RoleName"] for role in client("iam").list_roles()["Roles"]),
        *(alias["AliasName"] for alias in client("kms").list_aliases()["Aliases"]),
    ]
    assert [name for name in named if "transactions" in name] == []


def test_outputs(cluster: Any, subnet_group: Any, found_vpc: str) -> None:
    found = TRANSACTIONS.published()
    secret = client("secretsmanager").describe_secret(SecretId=SECRET)["ARN"]
    expected = {
        "database/vpc_id": found_vpc,
        "database/security_group_ids": only(cluster["VpcSecurityGroups"])["VpcSecurityGroupId"],
        "database/endpoint": cluster["Endpoint"],
        "database/reader_endpoint": cluster["ReaderEndpoint"],
        "database/port": str(cluster["Port"]),
        "database/identifier": CLUSTER,
        "database/engine_version": cluster["EngineVersion"],
        "database/secret_arn": secret,
        "database/subnet_group": "aurora-subnet-group-prod",
        "database/cluster_parameter_group": "aurora-pg-params-prod",
        "database/unwell_alarm_name": "unwell-transactions-prod",
        "database/dashboard_name": "dashboard-transactions-prod",
    }
    subnets = found.pop("database/subnet_ids").split(",")
    alarms = found.pop("database/alarm_names").split(",")
    assert found == expected
    assert sorted(alarms) == sorted(name for name, *_ in (*ALARMS, *BEYOND))
    assert sorted(subnets) == sorted(subnet["SubnetIdentifier"] for subnet in subnet_group["Subnets"])
    written = TRANSACTIONS.written("transactions")
    assert (written["suffix"], written["outputs"]["endpoint"]) == ("prod", cluster["Endpoint"])
    assert "password" not in json.dumps(written)


@pytest.fixture(scope="module", params=["Endpoint", "ReaderEndpoint"])
def database(request: pytest.FixtureRequest, cluster: Any) -> Any:
    with login(TRANSACTIONS.secret(SECRET), host=cluster[request.param]) as connection:
        yield connection, request.param == "ReaderEndpoint"


def test_postgresql_at_both_endpoints(database: Any) -> None:
    """Over TLS, in the database of the name, with the parameters. Behind the reader endpoint is a reader."""
    connection, reads = database

    def shown(query: str) -> Any:
        return connection.execute(query).fetchone()[0]

    assert shown("select version()").startswith("PostgreSQL 15.")
    assert shown("select ssl from pg_stat_ssl where pid = pg_backend_pid()") is True
    assert shown("select current_database()") == "transactiondb"
    assert shown("select current_user") == "dbadmin"
    assert shown("show log_statement") == "all"
    assert shown("show log_min_duration_statement") == "1s"
    assert shown("select pg_is_in_recovery()") is reads


def test_what_the_writer_writes_the_readers_read(cluster: Any) -> None:
    secret = TRANSACTIONS.secret(SECRET)
    with login(secret, host=cluster["Endpoint"]) as writer:
        writer.execute("create table if not exists ledger (entry int)")
    with (
        login(secret, host=cluster["ReaderEndpoint"]) as reader,
        pytest.raises(psycopg.errors.ReadOnlySqlTransaction),
    ):
        reader.execute("create table other (entry int)")

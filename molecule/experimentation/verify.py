"""Every value that `experimentation` must have, as boto3 and PostgreSQL report it; nothing here reads the roles."""

from __future__ import annotations

import json
import string
from typing import Any

import psycopg
import pytest

from tests.deployed import ACCOUNT, Deployed, listed, login, only, opens, statements, tags_of

EXPERIMENTATION = Deployed("experimentation", "Experimentation", "us-east-1")
CLUSTER, SECRET = "cluster-experimentation-prod", "secret-experimentation-prod"
MEMBERS = ["member-1-experimentation-prod", "member-2-experimentation-prod"]
ROLE, FUNCTION = "role-monitoring-experimentation-prod", "access-function-experimentation-prod"
PARAMETERS = "parameter-group-experimentation-prod-aurora-postgresql15"
BLOCKS = {"10.90.10.0/24": "us-east-1a", "10.90.20.0/24": "us-east-1b"}

client = EXPERIMENTATION.client


@pytest.fixture(scope="module")
def vpc() -> Any:
    return EXPERIMENTATION.vpc()


@pytest.fixture(scope="module")
def subnets(vpc: Any) -> list[Any]:
    return EXPERIMENTATION.inside(vpc, "subnets")


@pytest.fixture(scope="module")
def cluster() -> Any:
    return only(client("rds").describe_db_clusters(DBClusterIdentifier=CLUSTER)["DBClusters"])


@pytest.fixture(scope="module")
def members() -> list[Any]:
    wanted = [{"Name": "db-cluster-id", "Values": [CLUSTER]}]
    return list(client("rds").describe_db_instances(Filters=wanted)["DBInstances"])


@pytest.fixture(scope="module")
def key() -> Any:
    return client("kms").describe_key(KeyId="alias/key-experimentation-prod")["KeyMetadata"]


def test_isolated_subnets_in_two_zones(vpc: Any, subnets: Any) -> None:
    """With a route to nowhere but the VPC itself, no gateway to the internet, no NAT."""
    assert vpc["CidrBlock"] == "10.90.0.0/16"
    assert tags_of(vpc["Tags"]) == EXPERIMENTATION.tagged("vpc-experimentation-prod")
    assert {subnet["CidrBlock"]: subnet["AvailabilityZone"] for subnet in subnets} == BLOCKS
    assert not any(subnet["MapPublicIpOnLaunch"] for subnet in subnets)
    tables = EXPERIMENTATION.inside(vpc, "route_tables")
    assert {route.get("GatewayId") for table in tables for route in table["Routes"]} == {"local"}
    assert EXPERIMENTATION.inside(vpc, "nat_gateways") == []
    attached = [{"Name": "attachment.vpc-id", "Values": [vpc["VpcId"]]}]
    assert client("ec2").describe_internet_gateways(Filters=attached)["InternetGateways"] == []


@pytest.mark.parametrize("service", ["secretsmanager", "ssm", "kms", "logs"])
def test_interface_endpoint(vpc: Any, subnets: Any, service: str) -> None:
    named = {"Name": "service-name", "Values": [f"com.amazonaws.us-east-1.{service}"]}
    endpoint = only(EXPERIMENTATION.inside(vpc, "vpc_endpoints", named))
    assert (endpoint["VpcEndpointType"], endpoint["State"]) == ("Interface", "available")
    assert endpoint["PrivateDnsEnabled"] is True
    assert sorted(endpoint["SubnetIds"]) == sorted(subnet["SubnetId"] for subnet in subnets)
    group = EXPERIMENTATION.security_group(vpc, "endpoints-experimentation-prod")
    assert only(endpoint["Groups"])["GroupId"] == group["GroupId"]
    function = EXPERIMENTATION.security_group(vpc, FUNCTION)
    assert opens(group) == {("tcp", 443, 443, function["GroupId"])}


def test_only_authorised_groups_reach_the_database(vpc: Any, cluster: Any) -> None:
    group = EXPERIMENTATION.security_group(vpc, "database-experimentation-prod")
    authorised = [
        EXPERIMENTATION.security_group(vpc, name)["GroupId"] for name in (FUNCTION, "operators-experimentation-prod")
    ]
    assert opens(group) == {("tcp", 5432, 5432, source) for source in authorised}
    assert only(cluster["VpcSecurityGroups"])["VpcSecurityGroupId"] == group["GroupId"]


ACL = [
    # direction, number, action, block,          ports
    ("in", 100, "allow", "10.90.0.0/16", (5432, 5432)),
    ("in", 190, "deny", "0.0.0.0/0", (5432, 5432)),
    ("in", 200, "allow", "10.90.0.0/16", (443, 443)),
    ("in", 300, "allow", "10.90.0.0/16", (1024, 65535)),
    ("out", 100, "allow", "10.90.0.0/16", (1024, 65535)),
    ("out", 200, "allow", "10.90.0.0/16", (443, 443)),
    ("out", 210, "allow", "10.90.0.0/16", (5432, 5432)),
]


def test_network_acl(vpc: Any, subnets: Any) -> None:
    acl = only([acl for acl in EXPERIMENTATION.inside(vpc, "network_acls") if not acl["IsDefault"]])
    associated = {association["SubnetId"] for association in acl["Associations"]}
    assert associated == {subnet["SubnetId"] for subnet in subnets}
    found = {
        (
            "out" if entry["Egress"] else "in",
            entry["RuleNumber"],
            entry["RuleAction"],
            entry["CidrBlock"],
            (entry["PortRange"]["From"], entry["PortRange"]["To"]),
        )
        for entry in acl["Entries"]
        if entry["RuleNumber"] < 32767
    }
    assert found == set(ACL)


CLUSTER_VALUES = [
    ("ready", "Status", "available"),
    ("engine", "Engine", "aurora-postgresql"),
    ("database", "DatabaseName", "experimentation"),
    ("user", "MasterUsername", "dbadmin"),
    ("Multi-AZ", "MultiAZ", True),
    ("deletion protection", "DeletionProtection", True),
    ("storage is encrypted", "StorageEncrypted", True),
    ("backups, for recovery to a point in time", "BackupRetentionPeriod", 7),
    ("their window", "PreferredBackupWindow", "03:00-04:00"),
    ("maintenance", "PreferredMaintenanceWindow", "sun:05:00-sun:06:00"),
    ("log export", "EnabledCloudwatchLogsExports", ["postgresql"]),
    ("subnet group", "DBSubnetGroup", "subnet-group-experimentation-prod"),
    ("parameter group", "DBClusterParameterGroup", f"cluster-{PARAMETERS}"),
]


@pytest.mark.parametrize(("_what", "field", "value"), CLUSTER_VALUES, ids=[what for what, *_ in CLUSTER_VALUES])
def test_cluster(cluster: Any, _what: str, field: str, value: Any) -> None:
    assert cluster[field] == value


def test_aurora_15_with_its_own_key_and_two_endpoints(cluster: Any, key: Any) -> None:
    assert cluster["EngineVersion"].startswith("15.")
    assert cluster["KmsKeyId"] == key["Arn"]
    assert cluster["EarliestRestorableTime"] <= cluster["LatestRestorableTime"]
    assert cluster["Endpoint"] != cluster["ReaderEndpoint"]
    assert tags_of(cluster["TagList"]) == EXPERIMENTATION.tagged(CLUSTER)


def test_key(key: Any) -> None:
    kms = client("kms")
    assert (key["KeyManager"], key["KeyState"]) == ("CUSTOMER", "Enabled")
    assert kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"] is True
    tags = tags_of(kms.list_resource_tags(KeyId=key["KeyId"])["Tags"], "TagKey", "TagValue")
    assert tags == EXPERIMENTATION.tagged("alias/key-experimentation-prod")


def test_the_subnets_of_the_cluster(subnets: Any) -> None:
    name = "subnet-group-experimentation-prod"
    group = only(client("rds").describe_db_subnet_groups(DBSubnetGroupName=name)["DBSubnetGroups"])
    placed = {subnet["SubnetIdentifier"] for subnet in group["Subnets"]}
    assert placed == {subnet["SubnetId"] for subnet in subnets}


MEMBER_VALUES = [
    ("ready", "DBInstanceStatus", "available"),
    ("class", "DBInstanceClass", "db.r5.large"),
    ("not public", "PubliclyAccessible", False),
    ("Performance Insights", "PerformanceInsightsEnabled", True),
    ("its days", "PerformanceInsightsRetentionPeriod", 7),
    ("enhanced monitoring", "MonitoringInterval", 60),
    ("its role", "MonitoringRoleArn", f"arn:aws:iam::{ACCOUNT}:role/{ROLE}"),
]


@pytest.mark.parametrize(("_what", "field", "value"), MEMBER_VALUES, ids=[what for what, *_ in MEMBER_VALUES])
def test_members(members: Any, _what: str, field: str, value: Any) -> None:
    assert [member.get(field) for member in members] == [value, value]


def test_a_writer_and_a_reader_in_two_zones(cluster: Any, members: Any, key: Any) -> None:
    assert sorted(member["DBInstanceIdentifier"] for member in members) == MEMBERS
    assert sorted(member["AvailabilityZone"] for member in members) == ["us-east-1a", "us-east-1b"]
    assert sorted(role["IsClusterWriter"] for role in cluster["DBClusterMembers"]) == [False, True]
    for member in members:
        assert member["PerformanceInsightsKMSKeyId"] == key["Arn"]
        assert only(member["DBParameterGroups"])["DBParameterGroupName"] == PARAMETERS
        assert tags_of(member["TagList"]) == EXPERIMENTATION.tagged(member["DBInstanceIdentifier"])


def test_readers_come_and_go_with_the_load() -> None:
    scaling = client("application-autoscaling")
    named = {"ServiceNamespace": "rds", "ResourceId": f"cluster:{CLUSTER}"}
    named |= {"ScalableDimension": "rds:cluster:ReadReplicaCount"}
    target = only(
        scaling.describe_scalable_targets(ServiceNamespace="rds", ResourceIds=[named["ResourceId"]])["ScalableTargets"]
    )
    assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 4)
    policy = only(scaling.describe_scaling_policies(**named)["ScalingPolicies"])
    tracking = policy["TargetTrackingScalingPolicyConfiguration"]
    assert tracking["TargetValue"] == 60
    assert tracking["PredefinedMetricSpecification"]["PredefinedMetricType"] == "RDSReaderAverageCPUUtilization"


CLUSTER_PARAMETERS = {"rds.force_ssl": "1", "log_statement": "ddl", "shared_preload_libraries": "pg_stat_statements"}
# The profile `optimised`.
MEMBER_PARAMETERS = {
    "work_mem": "{DBInstanceClassMemory/262144}",
    "maintenance_work_mem": "GREATEST({DBInstanceClassMemory/16384},65536)",
    "effective_cache_size": "{DBInstanceClassMemory/10923}",
    "random_page_cost": "1.1",
    "default_statistics_target": "250",
    "track_io_timing": "1",
    "log_min_duration_statement": "500",
    "idle_in_transaction_session_timeout": "300000",
}


def test_parameter_groups() -> None:
    rds = client("rds")
    assert EXPERIMENTATION.parameters(f"cluster-{PARAMETERS}", cluster=True) == CLUSTER_PARAMETERS
    assert EXPERIMENTATION.parameters(PARAMETERS) == MEMBER_PARAMETERS
    group = only(rds.describe_db_parameter_groups(DBParameterGroupName=PARAMETERS)["DBParameterGroups"])
    assert group["DBParameterGroupFamily"] == "aurora-postgresql15"


def test_log_group() -> None:
    name = f"/aws/rds/cluster/{CLUSTER}/postgresql"
    group = only(client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"])
    assert group["retentionInDays"] == 90


def test_monitoring_role() -> None:
    iam = client("iam")
    role = iam.get_role(RoleName=ROLE)["Role"]
    trust = only(statements(role["AssumeRolePolicyDocument"]))
    assert listed(trust["Principal"]["Service"]) == ["monitoring.rds.amazonaws.com"]
    attached = only(iam.list_attached_role_policies(RoleName=ROLE)["AttachedPolicies"])
    assert attached["PolicyName"] == "AmazonRDSEnhancedMonitoringRole"


def test_secret(cluster: Any) -> None:
    description = client("secretsmanager").describe_secret(SecretId=SECRET)
    assert EXPERIMENTATION.tagged(SECRET).items() <= tags_of(description["Tags"]).items()
    secret = EXPERIMENTATION.secret(SECRET)
    password = secret.pop("password")
    assert len(password) == 32
    for characters in (string.ascii_lowercase, string.ascii_uppercase, string.digits, string.punctuation):
        assert set(password) & set(characters)
    assert secret == {
        "username": "dbadmin",
        "engine": "postgres",
        "host": cluster["Endpoint"],
        "port": cluster["Port"],
        "dbname": "experimentation",
        "dbClusterIdentifier": CLUSTER,
    }


def test_alarms_tell_the_topic() -> None:
    topic = f"arn:aws:sns:us-east-1:{ACCOUNT}:topic-experimentation-prod"
    subscription = only(client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"])
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "dba@experimentation.example.com")
    alarms = EXPERIMENTATION.alarms()
    cpu = alarms["alarm-cpu-experimentation-prod"]
    assert (cpu["MetricName"], cpu["Threshold"]) == ("CPUUtilization", 80)
    assert cpu["Dimensions"] == [{"Name": "DBClusterIdentifier", "Value": CLUSTER}]
    for member in MEMBERS:
        beside = alarms[f"alarm-cpu-experimentation-prod-{member}"]
        assert beside["Dimensions"] == [{"Name": "DBInstanceIdentifier", "Value": member}]
    assert all(alarm["AlarmActions"] == [topic] for alarm in alarms.values())


def test_outputs(vpc: Any, subnets: Any, cluster: Any, key: Any) -> None:
    found = EXPERIMENTATION.published()
    expected = {
        "network/vpc_id": vpc["VpcId"],
        "database/endpoint": cluster["Endpoint"],
        "database/reader_endpoint": cluster["ReaderEndpoint"],
        "database/port": str(cluster["Port"]),
        "database/identifier": CLUSTER,
        "database/kms_key_arn": key["Arn"],
        "database/secret_arn": client("secretsmanager").describe_secret(SecretId=SECRET)["ARN"],
        "database/cluster_parameter_group": f"cluster-{PARAMETERS}",
        "database/parameter_group": PARAMETERS,
    }
    assert {name: found.get(name) for name in expected} == expected
    ids = sorted(subnet["SubnetId"] for subnet in subnets)
    assert sorted(found["network/isolated_subnet_ids"].split(",")) == ids
    written = EXPERIMENTATION.written("experimentation")
    assert (written["suffix"], written["outputs"]["endpoint"]) == ("prod", cluster["Endpoint"])
    assert "password" not in json.dumps(written)


@pytest.fixture(scope="module", params=["Endpoint", "ReaderEndpoint"])
def database(request: pytest.FixtureRequest, cluster: Any) -> Any:
    with login(EXPERIMENTATION.secret(SECRET), host=cluster[request.param]) as connection:
        yield connection, request.param == "ReaderEndpoint"


def test_postgresql_at_both_endpoints(database: Any) -> None:
    """work_mem, in KiB, is of 16 GiB less what RDS keeps; the local AWS keeps other memory values to this machine's."""
    connection, reads = database

    def shown(query: str) -> Any:
        return connection.execute(query).fetchone()[0]

    assert shown("select version()").startswith("PostgreSQL 15.")
    assert shown("select current_database()") == "experimentation"
    assert shown("select pg_is_in_recovery()") is reads
    work_mem = shown("select setting::int from pg_settings where name = 'work_mem'")
    assert 50 * 1024 < work_mem <= 64 * 1024
    assert shown("show random_page_cost") == "1.1"
    assert shown("show default_statistics_target") == "250"
    assert shown("show track_io_timing") == "on"
    assert shown("show log_min_duration_statement") == "500ms"
    assert shown("show idle_in_transaction_session_timeout") == "5min"
    assert shown("show log_statement") == "ddl"
    assert "pg_stat_statements" in shown("show shared_preload_libraries")


def test_no_session_without_tls() -> None:
    with pytest.raises(psycopg.OperationalError, match="no encryption"):
        login(EXPERIMENTATION.secret(SECRET), sslmode="disable")

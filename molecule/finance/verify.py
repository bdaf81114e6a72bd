"""Every value that `finance` must have, as boto3 and PostgreSQL report it; nothing here reads what the roles say."""

from __future__ import annotations

import json
import string
from typing import Any

import pytest

from tests.deployed import ACCOUNT, Deployed, listed, login, only, opens, statements, tags_of

FINANCE = Deployed("finance", "Finance", "us-east-1", BusinessUnit="Finance", Application="financial-transactions")
DATABASE, SECRET, ROLE = "db-finance-prod", "secret-finance-prod", "role-monitoring-finance-prod"
PARAMETERS = "parameter-group-finance-prod-postgres15"
GIB = 1024**3

client = FINANCE.client


@pytest.fixture(scope="module")
def vpc() -> Any:
    return FINANCE.vpc()


@pytest.fixture(scope="module")
def subnets(vpc: Any) -> dict[str, Any]:
    """By their blocks."""
    return {subnet["CidrBlock"]: subnet for subnet in FINANCE.inside(vpc, "subnets")}


@pytest.fixture(scope="module")
def instance() -> Any:
    return only(client("rds").describe_db_instances(DBInstanceIdentifier=DATABASE)["DBInstances"])


SUBNETS = [
    # block,        zone,         leads to
    ("10.70.0.0/24", "us-east-1a", "internet gateway"),
    ("10.70.1.0/24", "us-east-1b", "internet gateway"),
    ("10.70.10.0/24", "us-east-1a", "NAT gateway"),
    ("10.70.20.0/24", "us-east-1b", "NAT gateway"),
]


def test_vpc(vpc: Any, subnets: Any) -> None:
    assert vpc["CidrBlock"] == "10.70.0.0/16"
    assert tags_of(vpc["Tags"]) == FINANCE.tagged("vpc-finance-prod")
    assert subnets.keys() == {block for block, *_ in SUBNETS}


@pytest.mark.parametrize(("block", "zone", "leads_to"), SUBNETS)
def test_subnet(vpc: Any, subnets: Any, block: str, zone: str, leads_to: str) -> None:
    subnet = subnets[block]
    assert subnet["AvailabilityZone"] == zone
    assert FINANCE.tags.items() <= tags_of(subnet["Tags"]).items()
    table = only(FINANCE.inside(vpc, "route_tables", {"Name": "association.subnet-id", "Values": [subnet["SubnetId"]]}))
    out = only([route for route in table["Routes"] if route.get("GatewayId") != "local"])
    assert out["DestinationCidrBlock"] == "0.0.0.0/0"
    gateway, nat = FINANCE.inside(vpc, "nat_gateways")[0], out.get("NatGatewayId")
    assert (nat == gateway["NatGatewayId"], out.get("GatewayId", "").startswith("igw-")) == (
        leads_to == "NAT gateway",
        leads_to == "internet gateway",
    )


def test_one_nat_gateway_in_a_public_subnet(vpc: Any, subnets: Any) -> None:
    gateway = only(FINANCE.inside(vpc, "nat_gateways"))
    assert (gateway["State"], gateway["SubnetId"]) == ("available", subnets["10.70.0.0/24"]["SubnetId"])
    assert gateway["NatGatewayAddresses"][0]["PublicIp"] in FINANCE.published()["network/nat_public_ips"]
    assert tags_of(gateway["Tags"]) == FINANCE.tagged("nat-a-finance-prod")


def test_only_the_group_of_clients_reaches_the_database(vpc: Any, instance: Any) -> None:
    clients = FINANCE.security_group(vpc, "clients-finance-prod")
    group = FINANCE.security_group(vpc, "database-finance-prod")
    assert opens(group) == {("tcp", 5432, 5432, clients["GroupId"])}
    assert opens(clients) == set()
    assert only(instance["VpcSecurityGroups"])["VpcSecurityGroupId"] == group["GroupId"]
    assert tags_of(group["Tags"]) == FINANCE.tagged("database-finance-prod")


INSTANCE = [
    ("ready", "DBInstanceStatus", "available"),
    ("engine", "Engine", "postgres"),
    ("Multi-AZ", "MultiAZ", True),
    ("class, db.r6g.large at least", "DBInstanceClass", "db.r6g.large"),
    ("storage", "AllocatedStorage", 100),
    ("storage grows to", "MaxAllocatedStorage", 500),
    ("storage type", "StorageType", "gp3"),
    ("storage is encrypted", "StorageEncrypted", True),
    ("backups", "BackupRetentionPeriod", 7),
    ("their window", "PreferredBackupWindow", "03:00-04:00"),
    ("maintenance", "PreferredMaintenanceWindow", "sun:04:00-sun:05:00"),
    ("Performance Insights", "PerformanceInsightsEnabled", True),
    ("its days", "PerformanceInsightsRetentionPeriod", 7),
    ("enhanced monitoring", "MonitoringInterval", 60),
    ("its role", "MonitoringRoleArn", f"arn:aws:iam::{ACCOUNT}:role/{ROLE}"),
    ("user", "MasterUsername", "dbadmin"),
    ("not public", "PubliclyAccessible", False),
    ("deletion protection, off", "DeletionProtection", False),
    ("nothing is pending", "PendingModifiedValues", {}),
]


@pytest.mark.parametrize(("_what", "field", "value"), INSTANCE, ids=[what for what, *_ in INSTANCE])
def test_instance(instance: Any, _what: str, field: str, value: Any) -> None:
    assert instance.get(field) == value


def test_postgresql_15_with_its_groups_logs_and_tags(instance: Any, vpc: Any, subnets: Any) -> None:
    assert instance["EngineVersion"].startswith("15.")
    assert sorted(instance["EnabledCloudwatchLogsExports"]) == ["postgresql", "upgrade"]
    group = only(instance["DBParameterGroups"])
    assert (group["DBParameterGroupName"], group["ParameterApplyStatus"]) == (PARAMETERS, "in-sync")
    assert instance["DBSubnetGroup"]["VpcId"] == vpc["VpcId"]
    placed = {subnet["SubnetIdentifier"] for subnet in instance["DBSubnetGroup"]["Subnets"]}
    assert placed == {subnets[block]["SubnetId"] for block in ("10.70.10.0/24", "10.70.20.0/24")}
    assert tags_of(instance["TagList"]) == FINANCE.tagged(DATABASE)


def test_in_two_zones(instance: Any) -> None:
    zones = {instance["AvailabilityZone"], instance["SecondaryAvailabilityZone"]}
    assert zones == {"us-east-1a", "us-east-1b"}


def test_keys_that_aws_manages(instance: Any) -> None:
    kms = client("kms")
    for key in (instance["KmsKeyId"], instance["PerformanceInsightsKMSKeyId"]):
        described = kms.describe_key(KeyId=key)["KeyMetadata"]
        assert described["KeyManager"] == "AWS"
    assert kms.describe_key(KeyId="alias/aws/rds")["KeyMetadata"]["Arn"] == instance["KmsKeyId"]
    own = [alias["AliasName"] for alias in kms.list_aliases()["Aliases"] if "finance" in alias["AliasName"]]
    assert own == ["alias/topic-finance-prod"]


def test_parameter_group() -> None:
    found = client("rds").describe_db_parameter_groups(DBParameterGroupName=PARAMETERS)["DBParameterGroups"]
    assert only(found)["DBParameterGroupFamily"] == "postgres15"
    assert FINANCE.parameters(PARAMETERS) == {"log_statement": "all", "rds.force_ssl": "0"}


@pytest.mark.parametrize("log", ["postgresql", "upgrade"])
def test_log_group(log: str) -> None:
    logs, name = client("logs"), f"/aws/rds/instance/{DATABASE}/{log}"
    group = only(logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"])
    assert group["retentionInDays"] == 365
    assert logs.list_tags_for_resource(resourceArn=group["arn"].removesuffix(":*"))["tags"] == FINANCE.tagged(name)


def test_monitoring_role() -> None:
    iam = client("iam")
    role = iam.get_role(RoleName=ROLE)["Role"]
    trust = only(statements(role["AssumeRolePolicyDocument"]))
    assert listed(trust["Principal"]["Service"]) == ["monitoring.rds.amazonaws.com"]
    attached = only(iam.list_attached_role_policies(RoleName=ROLE)["AttachedPolicies"])
    assert attached["PolicyName"] == "AmazonRDSEnhancedMonitoringRole"
    assert tags_of(role["Tags"]) == FINANCE.tagged(ROLE)


def test_secret(instance: Any) -> None:
    description = client("secretsmanager").describe_secret(SecretId=SECRET)
    assert description.get("KmsKeyId") in (None, "alias/aws/secretsmanager")
    assert FINANCE.tagged(SECRET).items() <= tags_of(description["Tags"]).items()
    secret = FINANCE.secret(SECRET)
    password = secret.pop("password")
    assert len(password) == 32
    for characters in (string.ascii_lowercase, string.ascii_uppercase, string.digits, string.punctuation):
        assert set(password) & set(characters)
    assert secret == {
        "username": "dbadmin",
        "engine": "postgres",
        "host": instance["Endpoint"]["Address"],
        "port": instance["Endpoint"]["Port"],
        "dbInstanceIdentifier": DATABASE,
    }


@pytest.fixture(scope="module")
def topic() -> str:
    return f"arn:aws:sns:us-east-1:{ACCOUNT}:topic-finance-prod"


def test_topic(topic: str) -> None:
    subscription = only(client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"])
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "dba@finance.example.com")


@pytest.fixture(scope="module")
def alarms() -> dict[str, Any]:
    return FINANCE.alarms()


ALARMS = [
    # name,           metric,              operator,             threshold, periods
    ("cpu", "CPUUtilization", "GreaterThanThreshold", 80, 2),
    ("free-storage", "FreeStorageSpace", "LessThanThreshold", 10 * GIB, 1),
    # 80 % of LEAST({DBInstanceClassMemory/9531392},5000), and 10 % of 16 GiB.
    ("connections", "DatabaseConnections", "GreaterThanThreshold", 1322, 2),
    ("freeable-memory", "FreeableMemory", "LessThanThreshold", 1.6 * GIB, 2),
]


@pytest.mark.parametrize(("name", "metric", "operator", "threshold", "periods"), ALARMS)
def test_alarm(alarms: Any, topic: str, name: str, metric: str, operator: str, threshold: float, periods: int) -> None:
    alarm = alarms[f"alarm-{name}-finance-prod"]
    expected = {
        "Namespace": "AWS/RDS",
        "MetricName": metric,
        "ComparisonOperator": operator,
        "EvaluationPeriods": periods,
        "Statistic": "Average",
        "Period": 300,
        "TreatMissingData": "notBreaching",
        "AlarmActions": [topic],
        "ActionsEnabled": True,
        "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": DATABASE}],
    }
    assert {field: alarm[field] for field in expected} == expected
    assert alarm["Threshold"] == pytest.approx(threshold, rel=0.001)


def test_outputs(vpc: Any, subnets: Any, instance: Any, topic: str) -> None:
    found = FINANCE.published()
    expected = {
        "network/vpc_id": vpc["VpcId"],
        "database/vpc_id": vpc["VpcId"],
        "network/client_security_group_ids": FINANCE.security_group(vpc, "clients-finance-prod")["GroupId"],
        "database/endpoint": instance["Endpoint"]["Address"],
        "database/port": str(instance["Endpoint"]["Port"]),
        "database/identifier": DATABASE,
        "database/secret_arn": client("secretsmanager").describe_secret(SecretId=SECRET)["ARN"],
        "database/subnet_group": "subnet-group-finance-prod",
        "database/parameter_group": PARAMETERS,
        "database/topic_arn": topic,
        "database/monitoring_role_arn": f"arn:aws:iam::{ACCOUNT}:role/{ROLE}",
    }
    assert {name: found.get(name) for name in expected} == expected
    for tier, blocks in (("public", SUBNETS[:2]), ("private", SUBNETS[2:])):
        ids = sorted(subnets[block]["SubnetId"] for block, *_ in blocks)
        assert sorted(found[f"network/{tier}_subnet_ids"].split(",")) == ids
    assert {f"alarm-{name}-finance-prod" for name, *_ in ALARMS} <= set(found["database/alarm_names"].split(","))
    written = FINANCE.written("finance")
    assert (written["suffix"], written["outputs"]["endpoint"]) == ("prod", instance["Endpoint"]["Address"])
    assert "password" not in json.dumps(written)


@pytest.mark.parametrize("sslmode", ["verify-full", "disable"])
def test_postgresql_with_tls_and_without(sslmode: str) -> None:
    with login(FINANCE.secret(SECRET), sslmode=sslmode) as database:

        def shown(query: str) -> Any:
            return database.execute(query).fetchone()[0]

        assert shown("select version()").startswith("PostgreSQL 15.")
        assert shown("select ssl from pg_stat_ssl where pid = pg_backend_pid()") is (sslmode != "disable")
        assert shown("show log_statement") == "all"
        assert shown("select current_user") == "dbadmin"

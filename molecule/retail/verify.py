"""Every value that `retail` must have, as boto3 and PostgreSQL report it; nothing here reads what the roles say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.deployed import ACCOUNT, Deployed, listed, login, only, opens, statements, tags_of

RETAIL = Deployed("retail", "RetailInventory", "us-west-2")
REGION = RETAIL.region
DATABASE, BUCKET = "db-retail-prod", f"backup-retail-prod-{ACCOUNT}"
client = RETAIL.client


@pytest.fixture(scope="module")
def vpc() -> Any:
    return RETAIL.vpc()


@pytest.fixture(scope="module")
def subnets(vpc: Any) -> Any:
    return RETAIL.inside(vpc, "subnets")


@pytest.fixture(scope="module")
def key() -> Any:
    return client("kms").describe_key(KeyId="alias/key-retail-prod")["KeyMetadata"]


@pytest.fixture(scope="module")
def instance() -> Any:
    return only(client("rds").describe_db_instances(DBInstanceIdentifier=DATABASE)["DBInstances"])


@pytest.fixture(scope="module")
def topic() -> str:
    return f"arn:aws:sns:{REGION}:{ACCOUNT}:topic-retail-prod"


def test_vpc(vpc: Any) -> None:
    assert vpc["CidrBlock"] == "10.60.0.0/16"
    for attribute in ("enableDnsSupport", "enableDnsHostnames"):
        answer = client("ec2").describe_vpc_attribute(VpcId=vpc["VpcId"], Attribute=attribute)
        assert answer[attribute[0].upper() + attribute[1:]] == {"Value": True}
    assert tags_of(vpc["Tags"]) == RETAIL.tagged("vpc-retail-prod")


def test_private_subnets_with_a_route_table_each_and_no_route_to_the_internet(vpc: Any, subnets: Any) -> None:
    placed = {(s["CidrBlock"], s["AvailabilityZone"], s["MapPublicIpOnLaunch"]) for s in subnets}
    assert placed == {("10.60.10.0/24", "us-west-2a", False), ("10.60.20.0/24", "us-west-2b", False)}
    tables = [
        table
        for table in RETAIL.inside(vpc, "route_tables")
        if not any(association["Main"] for association in table["Associations"])
    ]
    associated = sorted(association["SubnetId"] for table in tables for association in table["Associations"])
    assert associated == sorted(subnet["SubnetId"] for subnet in subnets)
    assert [len(table["Associations"]) for table in tables] == [1, 1]
    for table in tables:
        assert not [
            r for r in table["Routes"] if r.get("GatewayId", "local") not in ("local",) and "vpce" not in r["GatewayId"]
        ]
        assert not [route for route in table["Routes"] if "NatGatewayId" in route]
    assert client("ec2").describe_internet_gateways()["InternetGateways"] == []


def test_s3_gateway_endpoint(vpc: Any, subnets: Any) -> None:
    endpoint = only(RETAIL.inside(vpc, "vpc_endpoints"))
    assert endpoint["VpcEndpointType"] == "Gateway"
    assert endpoint["ServiceName"] == "com.amazonaws.us-west-2.s3"
    wanted = [{"Name": "association.subnet-id", "Values": [subnet["SubnetId"] for subnet in subnets]}]
    tables = client("ec2").describe_route_tables(Filters=wanted)["RouteTables"]
    assert sorted(endpoint["RouteTableIds"]) == sorted(table["RouteTableId"] for table in tables)
    statement = only(statements(endpoint["PolicyDocument"]))
    assert statement["Effect"] == "Allow"
    assert listed(statement["Action"]) == ["s3:GetObject", "s3:ListBucket", "s3:PutObject"]
    assert listed(statement["Resource"]) == [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"]


def test_security_group(vpc: Any) -> None:
    group = RETAIL.security_group(vpc, "database-retail-prod")
    assert opens(group) == {("tcp", 5432, 5432, "10.60.0.0/16")}
    assert only(only(group["IpPermissions"])["IpRanges"])["Description"]
    assert group["Description"] == "PostgreSQL of retail prod"
    assert tags_of(group["Tags"]) == RETAIL.tagged("database-retail-prod")


def test_key(key: Any) -> None:
    kms = client("kms")
    assert key["KeyState"] == "Enabled"
    assert kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"] is True
    by_principal = {
        json.dumps(s["Principal"]): (s["Effect"], listed(s["Action"]))
        for s in statements(kms.get_key_policy(KeyId=key["KeyId"], PolicyName="default")["Policy"])
    }
    assert by_principal == {
        json.dumps({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}): ("Allow", ["kms:*"]),
        json.dumps({"Service": "rds.amazonaws.com"}): (
            "Allow",
            [
                "kms:CreateGrant",
                "kms:Decrypt",
                "kms:DescribeKey",
                "kms:Encrypt",
                "kms:GenerateDataKey*",
                "kms:ReEncrypt*",
            ],
        ),
        json.dumps({"Service": "s3.amazonaws.com"}): ("Allow", ["kms:Decrypt", "kms:GenerateDataKey"]),
    }
    tags = tags_of(kms.list_resource_tags(KeyId=key["KeyId"])["Tags"], "TagKey", "TagValue")
    assert tags == RETAIL.tagged("alias/key-retail-prod")


def trusted(role: Any) -> str:
    return str(only(statements(role["AssumeRolePolicyDocument"]))["Principal"]["Service"])


def test_monitoring_role() -> None:
    iam = client("iam")
    role = iam.get_role(RoleName="role-monitoring-retail-prod")["Role"]
    assert trusted(role) == "monitoring.rds.amazonaws.com"
    attached = iam.list_attached_role_policies(RoleName=role["RoleName"])["AttachedPolicies"]
    assert only(attached)["PolicyName"] == "AmazonRDSEnhancedMonitoringRole"
    assert iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"] == []
    assert tags_of(role["Tags"]) == RETAIL.tagged("role-monitoring-retail-prod")


def test_backup_role(key: Any) -> None:
    iam = client("iam")
    role = iam.get_role(RoleName="role-backup-retail-prod")["Role"]
    assert trusted(role) == "rds.amazonaws.com"
    name = only(iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"])
    policy = iam.get_role_policy(RoleName=role["RoleName"], PolicyName=name)["PolicyDocument"]
    allowed = {(s["Effect"], *listed(s["Action"])): listed(s["Resource"]) for s in statements(policy)}
    assert allowed == {
        ("Allow", "s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"): [
            f"arn:aws:s3:::{BUCKET}",
            f"arn:aws:s3:::{BUCKET}/*",
        ],
        ("Allow", "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"): [key["Arn"]],
    }
    assert iam.list_attached_role_policies(RoleName=role["RoleName"])["AttachedPolicies"] == []


def test_parameter_group() -> None:
    rds = client("rds")
    name = "parameter-group-retail-prod-postgres16"
    group = only(rds.describe_db_parameter_groups(DBParameterGroupName=name)["DBParameterGroups"])
    assert group["DBParameterGroupFamily"] == "postgres16"
    assert RETAIL.parameters(name) == {
        "log_statement": "all",
        "log_min_duration_statement": "100",
        "shared_preload_libraries": "pg_stat_statements",
        "track_io_timing": "1",
    }


def test_instance(instance: Any, key: Any, vpc: Any, subnets: Any) -> None:
    expected = {
        "DBInstanceStatus": "available",
        "Engine": "postgres",
        "DBInstanceClass": "db.t3.micro",
        "AllocatedStorage": 20,
        "MaxAllocatedStorage": 100,
        "StorageType": "gp3",
        "StorageEncrypted": True,
        "KmsKeyId": key["Arn"],
        "BackupRetentionPeriod": 7,
        "PreferredBackupWindow": "03:00-04:00",
        "PreferredMaintenanceWindow": "sun:04:00-sun:05:00",
        "PerformanceInsightsEnabled": True,
        "PerformanceInsightsRetentionPeriod": 7,
        "PerformanceInsightsKMSKeyId": key["Arn"],
        "MonitoringInterval": 60,
        "MonitoringRoleArn": f"arn:aws:iam::{ACCOUNT}:role/role-monitoring-retail-prod",
        "EnabledCloudwatchLogsExports": ["postgresql"],
        "MasterUsername": "dbadmin",
        "MultiAZ": False,
        "PubliclyAccessible": False,
        "DeletionProtection": False,
    }
    assert {name: instance.get(name) for name in expected} == expected
    assert instance["EngineVersion"].startswith("16.")
    assert "DBName" not in instance
    assert instance["PendingModifiedValues"] == {}
    parameters = only(instance["DBParameterGroups"])
    assert parameters["DBParameterGroupName"] == "parameter-group-retail-prod-postgres16"
    assert parameters["ParameterApplyStatus"] == "in-sync"
    assert instance["DBSubnetGroup"]["VpcId"] == vpc["VpcId"]
    placed = {subnet["SubnetIdentifier"] for subnet in instance["DBSubnetGroup"]["Subnets"]}
    assert placed == {subnet["SubnetId"] for subnet in subnets}
    group = only(
        client("ec2").describe_security_groups(GroupIds=[only(instance["VpcSecurityGroups"])["VpcSecurityGroupId"]])[
            "SecurityGroups"
        ]
    )
    assert group["GroupName"] == "database-retail-prod"
    assert tags_of(instance["TagList"]) == RETAIL.tagged(DATABASE)


def test_secret(instance: Any) -> None:
    manager = client("secretsmanager")
    description = manager.describe_secret(SecretId="secret-retail-prod")
    assert not description.get("RotationEnabled")
    assert RETAIL.tags.items() <= tags_of(description["Tags"]).items()
    secret = RETAIL.secret("secret-retail-prod")
    password = secret.pop("password")
    assert len(password) == 32
    assert not set('"@/\\ ') & set(password)
    assert secret == {
        "username": "dbadmin",
        "engine": "postgres",
        "host": instance["Endpoint"]["Address"],
        "port": instance["Endpoint"]["Port"],
        "dbInstanceIdentifier": DATABASE,
    }


def test_bucket(key: Any) -> None:
    s3 = client("s3")
    rule = only(s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"])
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key["Arn"]}
    assert rule["BucketKeyEnabled"] is True
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    block = s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"]
    assert block == dict.fromkeys(
        ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
    )
    statement = only(statements(s3.get_bucket_policy(Bucket=BUCKET)["Policy"]))
    assert (statement["Effect"], statement["Principal"], listed(statement["Action"])) == ("Deny", "*", ["s3:*"])
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert listed(statement["Resource"]) == [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"]
    rules = {r["ID"]: r for r in s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]}
    assert {r["Status"] for r in rules.values()} == {"Enabled"}
    assert rules.keys() == {"DeleteOldVersions", "TransitionToIA", "TransitionToGlacier"}
    assert rules["DeleteOldVersions"]["NoncurrentVersionExpiration"]["NoncurrentDays"] == 30
    moves = [
        (t["Days"], t["StorageClass"])
        for name in ("TransitionToIA", "TransitionToGlacier")
        for t in rules[name]["Transitions"]
    ]
    assert moves == [(30, "STANDARD_IA"), (90, "GLACIER")]
    assert tags_of(s3.get_bucket_tagging(Bucket=BUCKET)["TagSet"]) == RETAIL.tagged(BUCKET)


def test_log_group() -> None:
    logs = client("logs")
    name = f"/aws/rds/instance/{DATABASE}/postgresql"
    group = only(logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"])
    assert group["retentionInDays"] == 90
    assert logs.list_tags_for_resource(resourceArn=group["arn"].removesuffix(":*"))["tags"] == RETAIL.tagged(name)


def test_topic(topic: str) -> None:
    sns = client("sns")
    assert sns.get_topic_attributes(TopicArn=topic)["Attributes"]["DisplayName"] == "Database Alerts"
    subscription = only(sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"])
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "dba@retail.example.com")


SERVICES = ["cloudwatch.amazonaws.com", "events.rds.amazonaws.com"]


def test_topic_lets_alarms_and_events_in(topic: str) -> None:
    policy = client("sns").get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"]
    admitted = {s["Principal"].get("Service"): s for s in statements(policy)}
    sources = {"cloudwatch.amazonaws.com": "cloudwatch:{}:{}:alarm:*", "events.rds.amazonaws.com": "rds:{}:{}:*"}
    for service, source in sources.items():
        assert listed(admitted[service]["Action"]) == ["sns:Publish"]
        assert admitted[service]["Condition"] == {
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
            "ArnLike": {"aws:SourceArn": f"arn:aws:{source.format(REGION, ACCOUNT)}"},
        }


def test_topic_is_encrypted_with_a_key_that_lets_them_in_too(topic: str) -> None:
    kms = client("kms")
    topic_key = kms.describe_key(KeyId="alias/topic-retail-prod")["KeyMetadata"]
    assert client("sns").get_topic_attributes(TopicArn=topic)["Attributes"]["KmsMasterKeyId"] == topic_key["Arn"]
    assert (topic_key["KeyState"], topic_key["KeyManager"]) == ("Enabled", "CUSTOMER")
    assert kms.get_key_rotation_status(KeyId=topic_key["KeyId"])["KeyRotationEnabled"] is True
    found = statements(kms.get_key_policy(KeyId=topic_key["KeyId"], PolicyName="default")["Policy"])
    publish = only([s for s in found if "Service" in s["Principal"]])
    assert listed(publish["Principal"]["Service"]) == SERVICES
    assert listed(publish["Action"]) == ["kms:Decrypt", "kms:GenerateDataKey*"]
    assert publish["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    tags = tags_of(kms.list_resource_tags(KeyId=topic_key["KeyId"])["Tags"], "TagKey", "TagValue")
    assert tags == RETAIL.tags | {"Name": "alias/topic-retail-prod", "pgfleet:use": "topic"}


EVENTS = [
    "availability", "configuration change", "deletion", "failover", "failure", "low storage", "maintenance",
    "notification", "recovery",
]  # fmt: skip


def test_events(topic: str) -> None:
    subscription = only(client("rds").describe_event_subscriptions()["EventSubscriptionsList"])
    expected = {
        "CustSubscriptionId": "events-retail-prod",
        "SnsTopicArn": topic,
        "Status": "active",
        "SourceType": "db-instance",
        "SourceIdsList": [DATABASE],
        "Enabled": True,
    }
    assert {field: subscription[field] for field in expected} == expected
    assert sorted(subscription["EventCategoriesList"]) == EVENTS


GIB = 1024**3

ALARMS = [
    # name,          metric,                operator,               threshold, periods
    ("cpu", "CPUUtilization", "GreaterThanThreshold", 80, 2),
    ("connections", "DatabaseConnections", "GreaterThanThreshold", 15, 2),
    ("free-storage", "FreeStorageSpace", "LessThanThreshold", 2 * GIB, 1),
    ("read-latency", "ReadLatency", "GreaterThanThreshold", 0.2, 2),
    ("write-latency", "WriteLatency", "GreaterThanThreshold", 0.2, 2),
]


# Beside those of the requirements: name, namespace, metric, statistic, operator, threshold, periods.
BEYOND = [
    ("freeable-memory", "AWS/RDS", "FreeableMemory", "Average", "LessThanThreshold", GIB // 10, 2),
    ("transaction-ids", "AWS/RDS", "MaximumUsedTransactionIDs", "Maximum", "GreaterThanThreshold", 10**9, 1),
    ("transaction-logs", "AWS/RDS", "TransactionLogsDiskUsage", "Average", "GreaterThanThreshold", 5 * GIB, 2),
    ("replication-slot-lag", "AWS/RDS", "OldestReplicationSlotLag", "Maximum", "GreaterThanThreshold", 5 * GIB, 2),
    ("disk-queue", "AWS/RDS", "DiskQueueDepth", "Average", "GreaterThanThreshold", 64, 3),
    ("swap", "AWS/RDS", "SwapUsage", "Average", "GreaterThanThreshold", GIB // 4, 3),
    ("cpu-credits", "AWS/RDS", "CPUCreditBalance", "Average", "LessThanThreshold", 10, 12),
    ("deadlocks", "pgfleet/retail", "deadlocks-prod", "Sum", "GreaterThanThreshold", 5, 1),
    ("errors", "pgfleet/retail", "errors-prod", "Sum", "GreaterThanThreshold", 100, 1),
    ("fatals", "pgfleet/retail", "fatals-prod", "Sum", "GreaterThanThreshold", 20, 1),
    ("panics", "pgfleet/retail", "panics-prod", "Sum", "GreaterThanThreshold", 0, 1),
]


@pytest.mark.parametrize(("name", "namespace", "metric", "statistic", "operator", "threshold", "periods"), BEYOND)
def test_alarm_beyond_the_requirements(
    topic: str, name: str, namespace: str, metric: str, statistic: str, operator: str, threshold: float, periods: int
) -> None:
    alarm = only(client("cloudwatch").describe_alarms(AlarmNames=[f"alarm-{name}-retail-prod"])["MetricAlarms"])
    of_database = [{"Name": "DBInstanceIdentifier", "Value": DATABASE}] if namespace == "AWS/RDS" else []
    expected = {
        "Namespace": namespace,
        "MetricName": metric,
        "Statistic": statistic,
        "ComparisonOperator": operator,
        "Threshold": threshold,
        "EvaluationPeriods": periods,
        "Period": 300,
        "TreatMissingData": "notBreaching",
        "AlarmActions": [topic],
        "Dimensions": of_database,
    }
    assert {field: alarm[field] for field in expected} == expected


# In the order of the role's set.
NAMES = [
    "cpu", "connections", "free-storage", "freeable-memory", "read-latency", "write-latency", "transaction-ids",
    "transaction-logs", "replication-slot-lag", "disk-queue", "swap", "cpu-credits", "deadlocks", "errors", "fatals",
    "panics",
]  # fmt: skip
UNWELL = ["cpu", "connections", "free-storage", "freeable-memory", "read-latency", "write-latency", "panics"]


def test_one_alarm_says_that_the_database_is_unwell(topic: str) -> None:
    found = client("cloudwatch").describe_alarms(AlarmNames=["unwell-retail-prod"], AlarmTypes=["CompositeAlarm"])
    alarm = only(found["CompositeAlarms"])
    assert alarm["AlarmRule"] == " OR ".join(f'ALARM("alarm-{name}-retail-prod")' for name in UNWELL)
    assert (alarm["AlarmActions"], alarm["OKActions"]) == ([topic], [topic])


FILTERS = [
    ("deadlocks", '"]:ERROR:  deadlock detected"'),
    ("errors", '"]:ERROR:"'),
    ("fatals", '"]:FATAL:"'),
    ("panics", '"]:PANIC:"'),
]


def test_the_log_is_counted() -> None:
    group = f"/aws/rds/instance/{DATABASE}/postgresql"
    found = client("logs").describe_metric_filters(logGroupName=group)["metricFilters"]
    assert [(one["filterName"], one["filterPattern"]) for one in found] == [
        (f"{name}-retail-prod", pattern) for name, pattern in FILTERS
    ]
    assert [only(one["metricTransformations"]) for one in found] == [
        {
            "metricNamespace": "pgfleet/retail",
            "metricName": f"{name}-prod",
            "metricValue": "1",
            "defaultValue": 0.0,
            "unit": "Count",
        }
        for name, _ in FILTERS
    ]


def test_dashboard() -> None:
    found = client("cloudwatch").get_dashboard(DashboardName="dashboard-retail-prod")
    heading, status, *graphs = json.loads(found["DashboardBody"])["widgets"]
    assert heading["properties"]["markdown"].startswith(f"# retail prod: {DATABASE}")
    shown = [arn.rpartition(":")[2] for arn in status["properties"]["alarms"]]
    assert shown == ["unwell-retail-prod", *(f"alarm-{name}-retail-prod" for name in NAMES)]
    assert [graph["properties"]["title"] for graph in graphs] == [
        "CPU (%)",
        f"Connections: {DATABASE}",
        f"Freeable memory: {DATABASE}",
        f"Free storage: {DATABASE}",
        "Latency (s)",
        "Operations per second",
        "Waiting for the disk",
        "Sessions at work",
        "Deadlocks and errors",
        "Age of transaction ids",
        "Write-ahead log and replication slots (bytes)",
        "Swap (bytes)",
        "CPU credits",
        "Last errors",
    ]
    tags = client("cloudwatch").list_tags_for_resource(ResourceARN=found["DashboardArn"])["Tags"]
    assert tags_of(tags) == RETAIL.tags | {"Name": "dashboard-retail-prod"}


@pytest.mark.parametrize(("name", "metric", "operator", "threshold", "periods"), ALARMS)
def test_alarm(topic: str, name: str, metric: str, operator: str, threshold: float, periods: int) -> None:
    alarm = only(client("cloudwatch").describe_alarms(AlarmNames=[f"alarm-{name}-retail-prod"])["MetricAlarms"])
    expected = {
        "Namespace": "AWS/RDS",
        "MetricName": metric,
        "ComparisonOperator": operator,
        "Threshold": threshold,
        "EvaluationPeriods": periods,
        "Statistic": "Average",
        "Period": 300,
        "TreatMissingData": "notBreaching",
        "AlarmActions": [topic],
        "ActionsEnabled": True,
        "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": DATABASE}],
    }
    assert {field: alarm[field] for field in expected} == expected


def test_there_are_no_other_alarms() -> None:
    assert RETAIL.alarms().keys() == {f"alarm-{name}-retail-prod" for name, *_ in (*ALARMS, *BEYOND)}


def test_outputs(instance: Any, key: Any, vpc: Any, subnets: Any, topic: str) -> None:
    found = RETAIL.published()
    expected = {
        "network/vpc_id": vpc["VpcId"],
        "database/endpoint": instance["Endpoint"]["Address"],
        "database/port": str(instance["Endpoint"]["Port"]),
        "database/identifier": DATABASE,
        "database/kms_key_id": key["KeyId"],
        "database/kms_key_arn": key["Arn"],
        "database/bucket_name": BUCKET,
        "database/bucket_arn": f"arn:aws:s3:::{BUCKET}",
        "database/topic_arn": topic,
        "database/topic_kms_key_arn": client("kms").describe_key(KeyId="alias/topic-retail-prod")["KeyMetadata"]["Arn"],
        "database/event_subscription_names": "events-retail-prod",
        "database/subnet_group": "subnet-group-retail-prod",
        "database/monitoring_role_arn": f"arn:aws:iam::{ACCOUNT}:role/role-monitoring-retail-prod",
        "database/backup_role_arn": f"arn:aws:iam::{ACCOUNT}:role/role-backup-retail-prod",
        "database/alarm_names": ",".join(f"alarm-{name}-retail-prod" for name in NAMES),
        "database/unwell_alarm_name": "unwell-retail-prod",
        "database/dashboard_name": "dashboard-retail-prod",
    }
    assert {name: found.get(name) for name in expected} == expected
    assert sorted(found["network/private_subnet_ids"].split(",")) == sorted(s["SubnetId"] for s in subnets)
    assert found["network/s3_endpoint_id"].startswith("vpce-")
    assert found["network/security_group_id"] in found["database/security_group_ids"]
    written = RETAIL.written("retail")
    assert written["suffix"] == "prod"
    assert written["outputs"]["secret_arn"] == found["database/secret_arn"]
    assert "password" not in json.dumps(written)


@pytest.fixture(scope="module")
def database() -> Any:
    with login(RETAIL.secret("secret-retail-prod")) as connection:
        yield connection


SETTINGS = [
    ("log_statement", "all"),
    ("log_min_duration_statement", "100ms"),
    ("shared_preload_libraries", "pg_stat_statements"),
    ("track_io_timing", "on"),
]


@pytest.mark.parametrize(("name", "value"), SETTINGS)
def test_postgresql_runs_with_the_parameters(database: Any, name: str, value: str) -> None:
    assert value in database.execute(f"show {name}").fetchone()[0]


def test_postgresql_16_over_tls_with_statement_statistics(database: Any) -> None:
    assert database.execute("select version()").fetchone()[0].startswith("PostgreSQL 16.")
    assert database.execute("select ssl from pg_stat_ssl where pid = pg_backend_pid()").fetchone() == (True,)
    database.execute("create extension if not exists pg_stat_statements")
    assert database.execute("select count(*) > 0 from pg_stat_statements").fetchone() == (True,)
    databases = {row[0] for row in database.execute("select datname from pg_database where not datistemplate")}
    assert databases <= {"postgres", "rdsadmin"}

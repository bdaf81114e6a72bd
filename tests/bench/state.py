"""The central properties of ``retail`` and its network, through boto3: what two ways to make them have to agree on.

What AWS gives, ids and ports, is left out; tags too, as not every module can set them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from emulator.testing import Emulator
from tests.bench.floor import BUCKET, LOGS, NAME, ROLES, TOPIC
from tests.bench.measured import REGION

GROUP = f"parameter-group-{NAME}-postgres16"
# Some are RDS's defaults, which not every module writes down again: so their values count, and not who gave them.
SET = ("log_min_duration_statement", "log_statement", "shared_preload_libraries", "track_io_timing")
INSTANCE = [
    "Engine",
    "EngineVersion",
    "DBInstanceClass",
    "AllocatedStorage",
    "MaxAllocatedStorage",
    "StorageType",
    "StorageEncrypted",
    "MasterUsername",
    "MultiAZ",
    "PubliclyAccessible",
    "BackupRetentionPeriod",
    "PreferredBackupWindow",
    "PreferredMaintenanceWindow",
    "PerformanceInsightsEnabled",
    "PerformanceInsightsRetentionPeriod",
    "MonitoringInterval",
    "MonitoringRoleArn",
    "EnabledCloudwatchLogsExports",
    "DeletionProtection",
    "AutoMinorVersionUpgrade",
    "CopyTagsToSnapshot",
]
ALARM = [
    "AlarmDescription",
    "Namespace",
    "MetricName",
    "Dimensions",
    "Statistic",
    "Period",
    "ComparisonOperator",
    "Threshold",
    "EvaluationPeriods",
    "TreatMissingData",
    "AlarmActions",
    "ActionsEnabled",
]

Found = Iterator[tuple[str, Any]]


def central(aws: Emulator) -> dict[str, Any]:
    return {key: value for part in (network, access, bucket, database, monitoring, outputs) for key, value in part(aws)}


class NotTheSame(Exception):
    """What is compared has to make the same."""


def compare(ours: Emulator, theirs: Emulator, without: Collection[str] = ()) -> None:
    """Raises NotTheSame."""
    wanted = {key: value for key, value in central(ours).items() if key not in without}
    if found := differences(wanted, central(theirs)):
        raise NotTheSame("\n".join(found))


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    keys = sorted(one.keys() | other.keys())
    return [f"{key}: {one.get(key)!r}, {other.get(key)!r}" for key in keys if one.get(key) != other.get(key)]


def network(aws: Emulator) -> Found:
    ec2 = aws.client("ec2", REGION)
    (vpc,) = _named(ec2.describe_vpcs()["Vpcs"], f"vpc-{NAME}")
    yield "vpc", vpc["CidrBlock"]
    within = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
    for attribute in ("enableDnsSupport", "enableDnsHostnames"):
        answer = ec2.describe_vpc_attribute(VpcId=vpc["VpcId"], Attribute=attribute)
        yield f"vpc {attribute}", answer[attribute[0].upper() + attribute[1:]]["Value"]
    subnets = {subnet["SubnetId"]: subnet for subnet in ec2.describe_subnets(Filters=within)["Subnets"]}
    for subnet in subnets.values():
        yield f"subnet {_name(subnet)}", [subnet["CidrBlock"], subnet["AvailabilityZone"]]
    for table in ec2.describe_route_tables(Filters=within)["RouteTables"]:
        theirs = [subnets[each["SubnetId"]] for each in table["Associations"] if "SubnetId" in each]
        yield f"route table {_name(table)}", [sorted(map(_name, theirs)), len(table["Routes"])]
    (endpoint,) = ec2.describe_vpc_endpoints(Filters=within)["VpcEndpoints"]
    policy = json.loads(endpoint["PolicyDocument"])
    yield "endpoint", [endpoint["ServiceName"], endpoint["VpcEndpointType"], len(endpoint["RouteTableIds"]), policy]
    groups = ec2.describe_security_groups(Filters=[*within, {"Name": "group-name", "Values": [f"database-{NAME}"]}])
    (group,) = groups["SecurityGroups"]
    yield "security group", [group["Description"], group["IpPermissions"], len(group["IpPermissionsEgress"])]


def access(aws: Emulator) -> Found:
    kms, iam = aws.client("kms", REGION), aws.client("iam", REGION)
    for alias in (f"alias/key-{NAME}", f"alias/topic-{NAME}"):
        key = kms.describe_key(KeyId=alias)["KeyMetadata"]
        policy = json.loads(kms.get_key_policy(KeyId=key["KeyId"], PolicyName="default")["Policy"])
        rotated = kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"]
        yield alias, [key["Description"], key["KeyState"], rotated, policy]
    for name in ROLES:
        role = iam.get_role(RoleName=name)["Role"]
        attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        inline = iam.list_role_policies(RoleName=name)["PolicyNames"]
        yield name, [role["Description"], role["AssumeRolePolicyDocument"], attached, inline]
        for policy in inline:
            document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            actions = [statement["Action"] for statement in _document(document)["Statement"]]
            yield f"{name} {policy}", actions
    secrets = aws.client("secretsmanager", REGION)
    value = json.loads(secrets.get_secret_value(SecretId=f"secret-{NAME}")["SecretString"])
    shown = {key: value[key] for key in ("username", "engine", "dbInstanceIdentifier")}
    described = secrets.describe_secret(SecretId=f"secret-{NAME}")["Description"]
    yield "secret", [described, shown, len(value["password"]) >= 16, bool(value["host"]), int(value["port"]) > 0]


def bucket(aws: Emulator) -> Found:
    s3 = aws.client("s3", REGION)
    encryption = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"][0]
    default = encryption["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"]
    yield "bucket encryption", [default, encryption["BucketKeyEnabled"]]
    yield "bucket versioning", s3.get_bucket_versioning(Bucket=BUCKET)["Status"]
    yield "bucket policy", json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"])
    yield "bucket public access", s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"]
    for rule in s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]:
        kept = {key: rule.get(key) for key in ("Status", "Transitions", "NoncurrentVersionExpiration")}
        yield f"bucket rule {rule['ID']}", kept


def database(aws: Emulator) -> Found:
    rds = aws.client("rds", REGION)
    (group,) = rds.describe_db_subnet_groups(DBSubnetGroupName=f"subnet-group-{NAME}")["DBSubnetGroups"]
    zones = sorted(subnet["SubnetAvailabilityZone"]["Name"] for subnet in group["Subnets"])
    yield "subnet group", [group["DBSubnetGroupDescription"], zones]
    (parameters,) = rds.describe_db_parameter_groups(DBParameterGroupName=GROUP)["DBParameterGroups"]
    pages = rds.get_paginator("describe_db_parameters").paginate(DBParameterGroupName=GROUP)
    values = {each["ParameterName"]: each.get("ParameterValue") for page in pages for each in page["Parameters"]}
    yield (
        "parameter group",
        [parameters["DBParameterGroupFamily"], parameters["Description"], {name: values[name] for name in SET}],
    )
    (instance,) = rds.describe_db_instances()["DBInstances"]
    for name in INSTANCE:
        yield f"instance {name}", instance.get(name)
    groups = [each["DBParameterGroupName"] for each in instance["DBParameterGroups"]]
    yield "instance groups", [groups, instance["DBSubnetGroup"]["DBSubnetGroupName"]]
    logs = aws.client("logs", REGION)
    (kept,) = logs.describe_log_groups(logGroupNamePrefix=LOGS)["logGroups"]
    yield "log group", kept["retentionInDays"]
    for each in logs.describe_metric_filters(logGroupName=LOGS)["metricFilters"]:
        (metric,) = each["metricTransformations"]
        said = [metric[key] for key in ("metricNamespace", "metricName", "metricValue", "defaultValue")]
        yield f"metric filter {each['filterName']}", [each["filterPattern"], *said]


def monitoring(aws: Emulator) -> Found:
    sns = aws.client("sns", REGION)
    attributes = sns.get_topic_attributes(TopicArn=TOPIC)["Attributes"]
    subscriptions = sns.list_subscriptions_by_topic(TopicArn=TOPIC)["Subscriptions"]
    told = sorted((each["Protocol"], each["Endpoint"]) for each in subscriptions)
    yield "topic", [attributes["DisplayName"], json.loads(attributes["Policy"]), told]
    for alarm in aws.client("cloudwatch", REGION).describe_alarms(AlarmTypes=["MetricAlarm"])["MetricAlarms"]:
        yield f"alarm {alarm['AlarmName']}", {name: alarm.get(name) for name in ALARM}


def outputs(aws: Emulator) -> Found:
    pages = aws.client("ssm", REGION).get_paginator("describe_parameters").paginate()
    for parameter in (each for page in pages for each in page["Parameters"]):
        yield f"parameter {parameter['Name']}", [parameter["Type"], parameter["Description"]]


def _document(policy: Any) -> Any:
    """botocore decodes it, unless it is not encoded as AWS does."""
    return json.loads(unquote(policy)) if isinstance(policy, str) else policy


def _name(resource: Mapping[str, Any]) -> str:
    return next((tag["Value"] for tag in resource.get("Tags", ()) if tag["Key"] == "Name"), "")


def _named(resources: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [resource for resource in resources if _name(resource) == name]

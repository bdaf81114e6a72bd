"""What somebody does to `retail` behind the inventory's back: something of everything that a plan can announce."""

from __future__ import annotations

import json
from typing import Any

from emulator.testing import Emulator

ALARM = (
    "AlarmName", "AlarmDescription", "MetricName", "Namespace", "Statistic", "Dimensions", "Period",
    "EvaluationPeriods", "ComparisonOperator", "TreatMissingData", "AlarmActions",
)  # fmt: skip
STATEMENT = {
    "Sid": "Somebody",
    "Effect": "Allow",
    "Principal": {"Service": "logs.us-west-2.amazonaws.com"},
    "Action": ["kms:Decrypt", "kms:Encrypt"],
    "Resource": "*",
}


def put_alarm(aws: Emulator, region: str, threshold: float, **more: Any) -> None:
    """The alarm on CPU with another threshold, or another alarm like it."""
    cloudwatch = aws.client("cloudwatch", region)
    alarm = cloudwatch.describe_alarms(AlarmNames=["alarm-cpu-retail-prod"])["MetricAlarms"][0]
    cloudwatch.put_metric_alarm(**{key: alarm[key] for key in ALARM} | {"Threshold": threshold} | more)


def meddle(aws: Emulator, region: str) -> None:
    _network(aws, region)
    _rights(aws, region)
    _database(aws, region)
    _monitoring(aws, region)


def _network(aws: Emulator, region: str) -> None:
    ec2, ssm = aws.client("ec2", region), aws.client("ssm", region)
    ours = [{"Name": "tag:pgfleet:system", "Values": ["retail"]}]
    vpc = ec2.describe_vpcs(Filters=ours)["Vpcs"][0]
    ec2.create_tags(Resources=[vpc["VpcId"]], Tags=[{"Key": "CostCenter", "Value": "other"}])
    group = ec2.describe_security_groups(Filters=ours)["SecurityGroups"][0]
    ec2.revoke_security_group_ingress(GroupId=group["GroupId"], IpPermissions=group["IpPermissions"])
    ssm.delete_parameter(Name="/pgfleet/retail/prod/network/vpc_id")
    tags = ssm.list_tags_for_resource(
        ResourceType="Parameter", ResourceId="/pgfleet/retail/prod/network/route_table_ids"
    )["TagList"]
    ssm.put_parameter(Name="/pgfleet/retail/prod/network/old", Value="x", Type="String", Tags=tags)


def _rights(aws: Emulator, region: str) -> None:
    kms, iam = aws.client("kms", region), aws.client("iam", region)
    key = kms.describe_key(KeyId="alias/key-retail-prod")["KeyMetadata"]["KeyId"]
    policy = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    policy["Statement"].append(STATEMENT)
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy))
    role = "role-backup-retail-prod"
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        iam.delete_role_policy(RoleName=role, PolicyName=name)


def _database(aws: Emulator, region: str) -> None:
    rds, ssm = aws.client("rds", region), aws.client("ssm", region)
    parameter = {"ParameterName": "log_min_duration_statement", "ParameterValue": "7000", "ApplyMethod": "immediate"}
    rds.modify_db_parameter_group(DBParameterGroupName="parameter-group-retail-prod-postgres16", Parameters=[parameter])
    rds.modify_db_instance(DBInstanceIdentifier="db-retail-prod", CopyTagsToSnapshot=False, ApplyImmediately=True)
    ssm.put_parameter(Name="/pgfleet/retail/prod/database/port", Value="1", Overwrite=True)


def _monitoring(aws: Emulator, region: str) -> None:
    cloudwatch = aws.client("cloudwatch", region)
    alarm = cloudwatch.describe_alarms(AlarmNames=["alarm-cpu-retail-prod"])["MetricAlarms"][0]
    tags = cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]
    put_alarm(aws, region, 99)
    put_alarm(aws, region, 50, AlarmName="alarm-old-retail-prod", Tags=tags)
    cloudwatch.delete_alarms(AlarmNames=["alarm-swap-retail-prod"])
    body = json.loads(cloudwatch.get_dashboard(DashboardName="dashboard-retail-prod")["DashboardBody"])
    body["widgets"][0]["properties"]["title"] = "Something else"
    cloudwatch.put_dashboard(DashboardName="dashboard-retail-prod", DashboardBody=json.dumps(body))

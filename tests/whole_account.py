"""Everything that an account holds in a region, by kind, but for what AWS made and what only waits for its deletion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3

AWS: Any = boto3
# Service, paginator, key of the list in its answers, name of one, what is asked.
LISTS: tuple[tuple[str, str, str, str, dict[str, Any]], ...] = (
    ("ec2", "describe_subnets", "Subnets", "SubnetId", {}),
    ("ec2", "describe_internet_gateways", "InternetGateways", "InternetGatewayId", {}),
    ("ec2", "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId", {}),
    ("ec2", "describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId", {}),
    ("rds", "describe_db_clusters", "DBClusters", "DBClusterIdentifier", {}),
    ("rds", "describe_db_instances", "DBInstances", "DBInstanceIdentifier", {}),
    ("rds", "describe_db_subnet_groups", "DBSubnetGroups", "DBSubnetGroupName", {}),
    ("rds", "describe_db_parameter_groups", "DBParameterGroups", "DBParameterGroupName", {}),
    (
        *("rds", "describe_db_cluster_parameter_groups", "DBClusterParameterGroups", "DBClusterParameterGroupName"),
        {},
    ),
    ("rds", "describe_db_snapshots", "DBSnapshots", "DBInstanceIdentifier", {"SnapshotType": "manual"}),
    ("rds", "describe_db_cluster_snapshots", "DBClusterSnapshots", "DBClusterIdentifier", {"SnapshotType": "manual"}),
    ("rds", "describe_db_instance_automated_backups", "DBInstanceAutomatedBackups", "DBInstanceIdentifier", {}),
    ("rds", "describe_db_cluster_automated_backups", "DBClusterAutomatedBackups", "DBClusterIdentifier", {}),
    ("rds", "describe_event_subscriptions", "EventSubscriptionsList", "CustSubscriptionId", {}),
    (
        *("application-autoscaling", "describe_scalable_targets", "ScalableTargets", "ResourceId"),
        {"ServiceNamespace": "rds"},
    ),
    ("sns", "list_topics", "Topics", "TopicArn", {}),
    ("sns", "list_subscriptions", "Subscriptions", "SubscriptionArn", {}),
    ("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName", {}),
    ("cloudwatch", "describe_alarms", "CompositeAlarms", "AlarmName", {"AlarmTypes": ["CompositeAlarm"]}),
    ("cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName", {}),
    ("lambda", "list_functions", "Functions", "FunctionName", {}),
    ("logs", "describe_log_groups", "logGroups", "logGroupName", {}),
    ("ssm", "describe_parameters", "Parameters", "Name", {}),
    ("secretsmanager", "list_secrets", "SecretList", "Name", {}),
)


def everything(region: str) -> dict[str, list[str]]:
    """Names by kind, such as DBInstances; kinds of which there are none are left out."""
    found: dict[str, list[str]] = {}
    for kind, name in (*_vpcs(region), *_listed(region), *_keys(region), *_of_the_account(region)):
        found.setdefault(kind, []).append(name)
    return {kind: sorted(names) for kind, names in found.items()}


def _listed(region: str) -> Iterator[tuple[str, str]]:
    for service, action, kind, name, asked in LISTS:
        client = AWS.client(service, region_name=region)
        for page in client.get_paginator(action).paginate(**asked):
            for one in page.get(kind, ()):
                if not str(one[name]).startswith("default.") and not one.get("DefaultForAz"):
                    yield kind, one[name]


def _vpcs(region: str) -> Iterator[tuple[str, str]]:
    """VPCs and what stands in them. AWS made the default VPC, and in each the default group, ACL and table."""
    ec2 = AWS.client("ec2", region_name=region)
    own = {vpc["VpcId"] for vpc in ec2.describe_vpcs()["Vpcs"] if not vpc["IsDefault"]}
    yield from (("Vpcs", vpc) for vpc in own)
    for group in ec2.describe_security_groups()["SecurityGroups"]:
        if group["GroupName"] != "default":
            yield "SecurityGroups", group["GroupName"]
    for acl in ec2.describe_network_acls()["NetworkAcls"]:
        if not acl["IsDefault"]:
            yield "NetworkAcls", acl["NetworkAclId"]
    for table in ec2.describe_route_tables()["RouteTables"]:
        if not any(association["Main"] for association in table["Associations"]):
            yield "RouteTables", table["RouteTableId"]
    for gateway in ec2.describe_nat_gateways()["NatGateways"]:
        if gateway["State"] != "deleted":
            yield "NatGateways", gateway["NatGatewayId"]
    for address in ec2.describe_addresses()["Addresses"]:
        yield "Addresses", address["AllocationId"]


def _keys(region: str) -> Iterator[tuple[str, str]]:
    """By their aliases, where they have one."""
    kms = AWS.client("kms", region_name=region)
    aliases = {a["TargetKeyId"]: a["AliasName"] for a in kms.list_aliases()["Aliases"] if "TargetKeyId" in a}
    for key in kms.list_keys()["Keys"]:
        described = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
        if described["KeyManager"] == "CUSTOMER" and described["KeyState"] != "PendingDeletion":
            yield "Keys", aliases.get(key["KeyId"], key["KeyId"])


def _of_the_account(region: str) -> Iterator[tuple[str, str]]:
    for bucket in AWS.client("s3", region_name=region).list_buckets()["Buckets"]:
        yield "Buckets", bucket["Name"]
    for role in AWS.client("iam", region_name=region).list_roles()["Roles"]:
        if not role["Path"].startswith("/aws-service-role/"):
            yield "Roles", role["RoleName"]

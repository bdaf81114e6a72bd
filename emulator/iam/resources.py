"""Which resources a request is about, as ARNs.

What names a resource type in a request is not in AWS's reference: these tables say it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from emulator.iam import lookup
from emulator.iam.reference import Action, ResourceType
from emulator.operations import Asked
from emulator.policies import as_list

# By service and type of resource, the parameters that hold its name or ARN (or several of them).
PARAMETERS: dict[str, dict[str, tuple[str, ...]]] = {
    "application-autoscaling": {"ScalableTarget": ("ResourceId",)},
    "cloudwatch": {"alarm": ("AlarmName", "AlarmNames"), "dashboard": ("DashboardName", "DashboardNames")},
    "ec2": {
        "elastic-ip": ("AllocationId", "AllocationIds"),
        "internet-gateway": ("InternetGatewayId",),
        "natgateway": ("NatGatewayId",),
        "network-acl": ("NetworkAclId",),
        "network-interface": ("NetworkInterfaceId",),
        "route-table": ("RouteTableId", "RouteTableIds", "AddRouteTableIds", "RemoveRouteTableIds", "AssociationId"),
        "security-group": ("GroupId", "SecurityGroupIds", "AddSecurityGroupIds", "RemoveSecurityGroupIds"),
        "security-group-rule": ("SecurityGroupRuleIds",),
        "subnet": ("SubnetId", "SubnetIds", "AddSubnetIds", "RemoveSubnetIds", "AssociationId"),
        "vpc": ("VpcId",),
        "vpc-endpoint": ("VpcEndpointId", "VpcEndpointIds"),
    },
    "iam": {"role": ("RoleName",), "user": ("UserName",), "policy": ("PolicyName",), "group": ("GroupName",)},
    "kms": {"alias": ("AliasName",), "key": ("KeyId", "TargetKeyId", "AliasName")},
    "lambda": {
        "function": ("FunctionName", "Resource"),
        "eventSourceMapping": ("UUID",),
        "layer": ("LayerName",),
    },
    "logs": {
        "log-group": ("logGroupName", "logGroupIdentifier"),
        "log-stream": ("logStreamName",),
    },
    "rds": {
        "auto-backup": ("DbiResourceId",),
        "cluster": ("DBClusterIdentifier",),
        "cluster-auto-backup": ("DbClusterResourceId",),
        "cluster-pg": ("DBClusterParameterGroupName",),
        "cluster-snapshot": ("DBClusterSnapshotIdentifier", "FinalDBSnapshotIdentifier"),
        "db": ("DBInstanceIdentifier", "SourceDBInstanceIdentifier"),
        "es": ("SubscriptionName",),
        "og": ("OptionGroupName",),
        "pg": ("DBParameterGroupName", "DBInstanceParameterGroupName"),
        "secgrp": ("DBSecurityGroups",),
        "snapshot": ("DBSnapshotIdentifier",),
        "subgrp": ("DBSubnetGroupName",),
    },
    "s3": {"bucket": ("Bucket",), "object": ("Key",)},
    "secretsmanager": {"Secret": ("SecretId", "Name")},
    "sns": {"topic": ("TopicArn", "Name", "ResourceArn", "SubscriptionArn")},
    "ssm": {"parameter": ("Name", "Names", "Path", "ResourceId")},
    "sts": {"role": ("RoleArn",)},
}

# These hold the ARN of a resource of any type that the action knows.
ANY_ARN = (
    "ResourceARN", "ResourceArn", "resourceArn", "ResourceName", "ResourceIdentifier", "Resource", "PolicyArn",
)  # fmt: skip

# Actions whose permission AWS wants on "*", whatever they are about: API_PutCompositeAlarm.html
UNSCOPED = {"cloudwatch:PutCompositeAlarm"}

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html: the ARN of a log group
# ends in ":*" for all actions but these.
PLAIN_LOG_GROUPS = {"logs:TagResource", "logs:UntagResource", "logs:ListTagsForResource"}

_RESOLVERS: dict[tuple[str, str], Callable[[Asked, str], Iterable[str]]] = {
    ("application-autoscaling", "ScalableTarget"): lookup.scalable_target,
    ("ec2", "route-table"): lookup.route_table,
    ("ec2", "subnet"): lookup.subnet,
    ("iam", "role"): lookup.role_path,
    ("kms", "key"): lookup.key,
    ("kms", "alias"): lambda _, value: [value.removeprefix("alias/")],
    ("lambda", "function"): lambda _, value: [value.removeprefix("function:")],
    ("rds", "og"): lambda _, value: [value.lower()],
    ("secretsmanager", "Secret"): lookup.secret,
    ("ssm", "parameter"): lambda _, value: [value.removeprefix("/")],
}


@dataclass(frozen=True)
class Resource:
    """`type` is None for "*" where the action has no resource types."""

    arn: str
    type: ResourceType | None


def of(asked: Asked, action: Action) -> list[Resource]:
    """All of them: a request is allowed if it is on each."""
    if not action.types or action.name in UNSCOPED:
        return [Resource("*", None)]
    if action.name in ("ec2:CreateTags", "ec2:DeleteTags"):
        return list(_by_id(asked, action))
    if action.name.startswith("s3:"):
        return list(_of_s3(asked, action))
    named = [*_any_arn(asked, action), *_named(asked, action)]
    found = [_finished(action, one) for one in named]
    missing = [one for one in action.types if one not in {resource.type for resource in found}]
    found += [Resource(arn, one) for one in missing for arn in _unnamed(asked, one)]
    return found or [Resource(one.arn(asked.region, asked.account_id, "*"), one) for one in action.types[:1]]


def _any_arn(asked: Asked, action: Action) -> Iterator[Resource]:
    for name in ANY_ARN:
        for arn in as_list(asked.params.get(name, [])):
            one = type_of(action, arn) if isinstance(arn, str) else None
            if one is not None:
                yield Resource(arn, one)


def type_of(action: Action, arn: str) -> ResourceType | None:
    """The type that looks most like it: templates have other variables than colons and slashes."""
    return next((one for one in action.types if _shape(one.template).fullmatch(arn)), None)


def _shape(template: str) -> re.Pattern[str]:
    parts = re.split(r"\$\{\w+\}", template)
    # Region and account may be empty; only the last variable may hold a slash.
    return re.compile("[^:/]*".join(re.escape(part) for part in parts[:-1]) + ".+" + re.escape(parts[-1]))


def _named(asked: Asked, action: Action) -> Iterator[Resource]:
    service = action.name.partition(":")[0]
    for one in action.types:
        for parameter in PARAMETERS.get(service, {}).get(one.name, ()):
            if parameter in ANY_ARN and str(asked.params.get(parameter, "")).startswith("arn:"):
                continue
            for value in as_list(asked.params.get(parameter) or []):
                yield from (Resource(arn, one) for arn in _arns(asked, service, one, value))


def _arns(asked: Asked, service: str, one: ResourceType, value: str) -> Iterator[str]:
    if value.startswith("arn:"):
        yield value if service != "sns" else ":".join(value.split(":")[:6])
        return
    resolve = _RESOLVERS.get((service, one.name))
    for found in resolve(asked, value) if resolve else [value]:
        yield found if found.startswith("arn:") else one.arn(asked.region, asked.account_id, found)


def _unnamed(asked: Asked, one: ResourceType) -> Iterator[str]:
    """A resource that the request leaves to AWS: RDS's default groups, or one that is still to get its name."""
    default = lookup.rds_default(asked, one.name) if one.template.split(":")[2] == "rds" else None
    if default or one.required:
        yield one.arn(asked.region, asked.account_id, default or "*")


def _finished(action: Action, resource: Resource) -> Resource:
    is_group = resource.type is not None and resource.type.name == "log-group"
    if not is_group or action.name in PLAIN_LOG_GROUPS:
        return resource
    return Resource(f"{resource.arn.removesuffix(':*')}:log-stream:", resource.type)


def _by_id(asked: Asked, action: Action) -> Iterator[Resource]:
    """EC2's tags are set by the ids of resources of any type."""
    types = {one.name: one for one in action.types}
    for id_ in asked.params.get("Resources", []):
        kind = lookup.ec2_kind(id_)
        one = types.get(kind)
        yield Resource(f"arn:aws:ec2:{asked.region}:{asked.account_id}:{kind}/{id_}", one)


def _of_s3(asked: Asked, action: Action) -> Iterator[Resource]:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html"""
    types = {one.name: one for one in action.types}
    bucket = f"arn:aws:s3:::{asked.params.get('Bucket', '*')}"
    if "object" not in types:
        yield Resource(bucket, types.get("bucket"))
        return
    several = [one["Key"] for one in asked.params.get("Delete", {}).get("Objects", [])]
    for key in several or [asked.params.get("Key", "*")]:
        yield Resource(f"{bucket}/{key}", types["object"])

"""What a plan announced, and what the request log says was then written: which resource each write was about.

Where IAM is enforced, the log has the resources of each request as ARNs. Some have no name in them: EC2 and KMS have
ids, and there is none in a call that makes something, nor for composite alarms. Those are counted by call.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._resource import unknown

from emulator.testing import Emulator

Entry = Mapping[str, Any]
Names = Mapping[str, str]
# An update to values that are only known once something else was made: they may turn out to be what they were.
FOLLOWS = "follows"


@dataclass(frozen=True)
class Row:
    """The calls that write one kind, and the types of the ARNs that say of which resource.

    makes:   one of them for what is new
    changes: what a present one takes, and a new one may take beside
    deletes: one of them for what is no longer wanted, where a plan deletes that
    """

    types: tuple[str, ...]
    makes: tuple[str, ...]
    changes: tuple[str, ...]
    deletes: tuple[str, ...] = ()

    def needed(self, action: str) -> tuple[str, ...]:
        """One of these has to be made for it."""
        return {"create": self.makes, "update": self.changes, "delete": self.deletes, FOLLOWS: ()}[action]

    def allowed(self, action: str) -> tuple[str, ...]:
        if action == "create":
            return (*self.makes, *self.changes)
        return self.changes if action == FOLLOWS else self.needed(action)

    @property
    def calls(self) -> set[str]:
        return {*self.makes, *self.changes, *self.deletes}


_TAGS = ("TagResource", "UntagResource")
_EC2_TAGS = ("CreateTags", "DeleteTags")
_RDS_TAGS = ("AddTagsToResource", "RemoveTagsFromResource")
_ENDPOINT = Row(("ec2:vpc-endpoint",), ("CreateVpcEndpoint",), ("ModifyVpcEndpoint", *_EC2_TAGS))
_PUT_ALARM = ("TagResource", "UntagResource", "DisableAlarmActions", "EnableAlarmActions")

ROWS: dict[str, Row] = {
    "vpc": Row(("ec2:vpc",), ("CreateVpc",), ("ModifyVpcAttribute", *_EC2_TAGS)),
    "subnet": Row(("ec2:subnet",), ("CreateSubnet",), _EC2_TAGS),
    "internet_gateway": Row(
        ("ec2:internet-gateway",), ("CreateInternetGateway",), ("AttachInternetGateway", *_EC2_TAGS)
    ),
    "elastic_ip": Row(("ec2:elastic-ip",), ("AllocateAddress",), _EC2_TAGS),
    "nat_gateway": Row(("ec2:natgateway",), ("CreateNatGateway",), _EC2_TAGS),
    "route_table": Row(
        ("ec2:route-table",),
        ("CreateRouteTable",),
        (
            *("AssociateRouteTable", "DisassociateRouteTable", "ReplaceRouteTableAssociation"),
            *("CreateRoute", "DeleteRoute", "ReplaceRoute", *_EC2_TAGS),
        ),
    ),
    "gateway_endpoint": _ENDPOINT,
    "interface_endpoint": _ENDPOINT,
    "security_group": Row(
        ("ec2:security-group",),
        ("CreateSecurityGroup",),
        (
            *("AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress"),
            *("RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress"),
            *("UpdateSecurityGroupRuleDescriptionsIngress", *_EC2_TAGS),
        ),
    ),
    "network_acl": Row(
        ("ec2:network-acl",),
        ("CreateNetworkAcl",),
        (
            *("CreateNetworkAclEntry", "DeleteNetworkAclEntry", "ReplaceNetworkAclEntry"),
            *("ReplaceNetworkAclAssociation", *_EC2_TAGS),
        ),
    ),
    "kms_key": Row(
        ("kms:alias", "kms:key"),
        ("CreateKey",),
        (
            *("CreateAlias", "UpdateAlias", "PutKeyPolicy", "UpdateKeyDescription"),
            *("EnableKey", "EnableKeyRotation", "CancelKeyDeletion", *_TAGS),
        ),
    ),
    "iam_role": Row(
        ("iam:role",),
        ("CreateRole",),
        (
            *("AttachRolePolicy", "DetachRolePolicy", "DeleteRolePolicy", "PutRolePolicy"),
            *("UpdateAssumeRolePolicy", "UpdateRole", "UpdateRoleDescription", "TagRole", "UntagRole"),
        ),
    ),
    "s3_bucket": Row(
        ("s3:",),
        ("CreateBucket",),
        (
            *("PutBucketEncryption", "PutBucketLifecycleConfiguration", "PutBucketPolicy", "PutBucketTagging"),
            *("PutBucketVersioning", "PutPublicAccessBlock"),
        ),
    ),
    "secret": Row(("secretsmanager:secret",), ("CreateSecret",), ("UpdateSecret", "RestoreSecret", *_TAGS)),
    # Its two tags are written last: docs/design.md, Two tags on the secret.
    "secret_attachment": Row(("secretsmanager:secret",), ("TagResource",), ("PutSecretValue", "TagResource")),
    "db_subnet_group": Row(("rds:subgrp",), ("CreateDBSubnetGroup",), ("ModifyDBSubnetGroup", *_RDS_TAGS)),
    "db_parameter_group": Row(
        ("rds:pg",), ("CreateDBParameterGroup",), ("ModifyDBParameterGroup", "ResetDBParameterGroup", *_RDS_TAGS)
    ),
    "db_cluster_parameter_group": Row(
        ("rds:cluster-pg",),
        ("CreateDBClusterParameterGroup",),
        ("ModifyDBClusterParameterGroup", "ResetDBClusterParameterGroup", *_RDS_TAGS),
    ),
    "rds_instance": Row(
        ("rds:db",),
        ("CreateDBInstance", "CreateDBInstanceReadReplica"),
        ("ModifyDBInstance", "RebootDBInstance", *_RDS_TAGS),
    ),
    # With its members.
    "aurora_cluster": Row(
        ("rds:cluster", "rds:db"),
        ("CreateDBCluster",),
        (
            *("ModifyDBCluster", "CreateDBInstance", "ModifyDBInstance", "RebootDBInstance", "DeleteDBInstance"),
            *("EnableHttpEndpoint", "DisableHttpEndpoint", *_RDS_TAGS),
        ),
    ),
    "rds_event_subscription": Row(
        ("rds:es",),
        ("CreateEventSubscription",),
        (
            *("ModifyEventSubscription", "AddSourceIdentifierToSubscription"),
            *("RemoveSourceIdentifierFromSubscription", *_RDS_TAGS),
        ),
    ),
    "reader_autoscaling": Row(
        ("application-autoscaling:scalable-target",),
        ("RegisterScalableTarget",),
        ("RegisterScalableTarget", "PutScalingPolicy", "DeleteScalingPolicy", *_TAGS),
    ),
    "log_group": Row(
        ("logs:log-group",),
        ("CreateLogGroup",),
        ("PutRetentionPolicy", "DeleteRetentionPolicy", "AssociateKmsKey", "DisassociateKmsKey", *_TAGS),
    ),
    "metric_filters": Row(
        ("logs:log-group",), ("PutMetricFilter",), ("PutMetricFilter", "DeleteMetricFilter"), ("DeleteMetricFilter",)
    ),
    "lambda_function": Row(
        ("lambda:function",),
        ("CreateFunction",),
        (
            *("UpdateFunctionCode", "UpdateFunctionConfiguration", "PublishVersion"),
            *("PutFunctionConcurrency", "DeleteFunctionConcurrency", *_TAGS),
        ),
    ),
    "lambda_alias": Row(("lambda:function",), ("CreateAlias",), ("UpdateAlias",)),
    "sns_topic": Row(("sns:",), ("CreateTopic",), ("SetTopicAttributes", "Subscribe", "Unsubscribe", *_TAGS)),
    "metric_alarm": Row(("cloudwatch:alarm",), ("PutMetricAlarm",), ("PutMetricAlarm", *_PUT_ALARM), ("DeleteAlarms",)),
    "composite_alarm": Row(
        ("cloudwatch:alarm",), ("PutCompositeAlarm",), ("PutCompositeAlarm", *_PUT_ALARM), ("DeleteAlarms",)
    ),
    "cloudwatch_dashboard": Row(("cloudwatch:dashboard",), ("PutDashboard",), ("PutDashboard", *_TAGS)),
    "ssm_parameter": Row(
        ("ssm:parameter",),
        ("PutParameter",),
        ("PutParameter", "AddTagsToResource", "RemoveTagsFromResource"),
        ("DeleteParameter", "DeleteParameters"),
    ),
}
# Kinds that a document only names.
NEVER_WRITTEN = {"network": "is somebody else's"}
GENERATED = re.compile(r"-\w{6}$")


def planned(hosts: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Actions by ``kind/name``, of all hosts, from their plans as JSON has them; without what only waits."""
    entries = [entry for host in hosts.values() for entry in host["plan"]]
    return {f"{entry['kind']}/{entry['name']}": _action(entry) for entry in entries if entry["action"] != "none"}


def _action(entry: Mapping[str, Any]) -> str:
    follows = entry["action"] == "update" and all(unknown(change["after"]) for change in entry["changes"])
    return FOLLOWS if follows else str(entry["action"])


def disagreements(plan: Mapping[str, str], writes: Iterable[Entry], names: Names) -> list[str]:
    """Writes of nothing that is planned, and what is planned and was not written. ``names`` are those by id.

    What AWS refused is no write.
    """
    wrong, written, nameless = [], defaultdict[str, set[str]](set), Counter[str]()
    for write in writes:
        if not 200 <= write["status"] < 300:
            continue
        call, about = write["action"], set(_about(write, names))
        fitting = {key for kind, name in about for key in _keys(plan, kind, name) if call in _allowed(key, plan)}
        for key in fitting:
            written[key].add(call)
        if not about:
            nameless[f"{write['service']}:{call}"] += 1
        elif not fitting:
            wrong.append(f"{write['service']}:{call} of {sorted({name for _kind, name in about})} is not planned")
    hungry = {key for key, action in plan.items() if action != FOLLOWS}
    hungry -= {key for key in hungry if written[key] & set(_row(key).needed(plan[key]))}
    return [*wrong, *_uncounted(plan, hungry, nameless)]


def _uncounted(plan: Mapping[str, str], hungry: set[str], nameless: Counter[str]) -> Iterator[str]:
    """Of each call whose resources have no names there are as many as there is planned that it fits."""
    fed = set[str]()
    for call, made in nameless.items():
        service, _, name = call.partition(":")
        takers = {key for key in hungry if service in _services(key) and name in _row(key).needed(plan[key])}
        fed |= takers
        if len(takers) != made:
            yield f"{made} {call} made, {len(takers)} planned: {sorted(takers)}"
    for key in sorted(hungry - fed):
        yield f"{key}: {plan[key]} is planned, and nothing of it was written"


def _row(key: str) -> Row:
    return ROWS[key.partition("/")[0]]


def _services(key: str) -> set[str]:
    return {kind.partition(":")[0] for kind in _row(key).types}


def _allowed(key: str, plan: Mapping[str, str]) -> tuple[str, ...]:
    return _row(key).allowed(plan[key])


def _keys(plan: Mapping[str, str], kind: str, name: str) -> Iterator[str]:
    """What the plan calls a resource of that name. ARNs name the function of an alias."""
    if kind == "lambda_alias":
        yield from (key for key in plan if key.startswith(f"lambda_alias/{name}:"))
    elif f"{kind}/{name}" in plan:
        yield f"{kind}/{name}"


def _about(write: Entry, names: Names) -> Iterator[tuple[str, str]]:
    """Kinds and names of what a write may be about; none where its resources have no names."""
    for resource in (one["resource"] for one in write["allowed"]):
        if resource == "*" or resource.endswith("/*"):
            continue
        type_, ids = _parts(resource)
        for kind, row in ROWS.items():
            if type_ in row.types and write["action"] in row.calls and type_.startswith(f"{write['service']}:"):
                yield from ((kind, names.get(name, name)) for name in ids)


def _parts(arn: str) -> tuple[str, tuple[str, ...]]:
    """Service and type, and the name as the plan has it: of a secret with and without what AWS adds."""
    _, _, service, _, _, resource = arn.split(":", 5)
    if service in ("s3", "sns"):
        return f"{service}:", (resource,)
    kind, _separator, name = re.fullmatch(r"([\w-]*?)([:/]|$)(.*)", resource, re.DOTALL).groups()  # type: ignore[union-attr]
    if service == "kms" and kind == "alias":
        name = resource
    elif service == "ssm":
        name = f"/{name}"
    elif service == "secretsmanager":
        return f"{service}:{kind}", (name, GENERATED.sub("", name))
    return f"{service}:{kind}", (name.removesuffix(":log-stream:"),)


def names_by_id(aws: Emulator, *regions: str) -> dict[str, str]:
    """What the plan calls resources that have ids, and members of clusters."""
    return {found: name for region in regions for found, name in _names_in(aws, region)}


def _names_in(aws: Emulator, region: str) -> Iterator[tuple[str, str]]:
    named = [{"Name": "key", "Values": ["Name"]}]
    for tag in aws.client("ec2", region).describe_tags(Filters=named)["Tags"]:
        yield tag["ResourceId"], tag["Value"]
    for alias in aws.client("kms", region).list_aliases()["Aliases"]:
        if "TargetKeyId" in alias:
            yield alias["TargetKeyId"], alias["AliasName"]
    for cluster in aws.client("rds", region).describe_db_clusters()["DBClusters"]:
        for member in cluster["DBClusterMembers"]:
            yield member["DBInstanceIdentifier"], cluster["DBClusterIdentifier"]
    scaling = aws.client("application-autoscaling", region)
    for target in scaling.describe_scalable_targets(ServiceNamespace="rds")["ScalableTargets"]:
        yield target["ScalableTargetARN"].rpartition("/")[2], target["ResourceId"].rpartition(":")[2]

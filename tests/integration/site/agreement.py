"""What a plan announced, and what the request log says was then written: which resource each write was about.

Where IAM is enforced, the log has the resources of each request as ARNs. EC2 and KMS have ids in them, and none of what
a call only makes; those are counted by kind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from emulator.testing import Emulator

Entry = Mapping[str, Any]
# The type of the resource that a write of EC2 is about, where that is not what its last word says, and its kind.
EC2 = {
    "AssociateRouteTable": "route-table",
    "AuthorizeSecurityGroupEgress": "security-group",
    "AuthorizeSecurityGroupIngress": "security-group",
    "CreateSecurityGroup": "security-group",
    "CreateSubnet": "subnet",
    "CreateRoute": "route-table",
    "CreateRouteTable": "route-table",
    "CreateVpc": "vpc",
    "CreateVpcEndpoint": "vpc-endpoint",
    "ModifyVpcAttribute": "vpc",
    "ModifyVpcEndpoint": "vpc-endpoint",
    "RevokeSecurityGroupIngress": "security-group",
}
EC2_KINDS = {
    "route-table": ("route_table",),
    "security-group": ("security_group",),
    "subnet": ("subnet",),
    "vpc": ("vpc",),
    "vpc-endpoint": ("gateway_endpoint", "interface_endpoint"),
}
# The kinds that a type of resource in an ARN may be of. Log groups and secrets are two resources of a plan each.
KINDS = {
    "cloudwatch:alarm": ("metric_alarm", "composite_alarm"),
    "cloudwatch:dashboard": ("cloudwatch_dashboard",),
    "iam:role": ("iam_role",),
    "kms:alias": ("kms_key",),
    "logs:log-group": ("log_group",),
    "rds:db": ("rds_instance",),
    "rds:es": ("rds_event_subscription",),
    "rds:pg": ("db_parameter_group",),
    "rds:subgrp": ("db_subnet_group",),
    "s3:": ("s3_bucket",),
    "secretsmanager:secret": ("secret", "secret_attachment"),
    "sns:": ("sns_topic",),
    "ssm:parameter": ("ssm_parameter",),
}
# Actions about one of the two kinds that a type may be of.
OF_ACTION = {
    "CreateSecret": ("secret",),
    "DeleteMetricFilter": ("metric_filters",),
    "PutMetricFilter": ("metric_filters",),
    "PutSecretValue": ("secret_attachment",),
}
# What a write has to begin with, by what is planned.
VERBS = {"create": ("Create", "Put", "Tag"), "delete": ("Delete", "Schedule"), "update": ("",)}
GENERATED = re.compile(r"-\w{6}$")


def planned(document: Mapping[str, Any]) -> dict[str, str]:
    """Actions by ``kind/name``, of all hosts, from a plan as JSON; without what only waits."""
    entries = [entry for host in document["hosts"].values() for entry in host["plan"]]
    return {f"{entry['kind']}/{entry['name']}": entry["action"] for entry in entries if entry["action"] != "none"}


def disagreements(plan: Mapping[str, str], writes: Iterable[Entry], names: Mapping[str, str]) -> list[str]:
    """Writes of nothing that is planned, and what is planned and was not written. ``names`` are those by id."""
    made, written, wrong = Counter[str](), Counter[str](), []
    for write in writes:
        kinds = _made(write)
        made.update(kinds[:1])
        about = set(_about(write, names))
        fitting = {key for key in about & plan.keys() if write["action"].startswith(VERBS[plan[key]])}
        written.update(fitting)
        if not kinds and not about & plan.keys():
            wrong.append(f"{write['service']}:{write['action']} of {sorted(about)} is not planned")
    creates = Counter(key.partition("/")[0] for key, action in plan.items() if action == "create")
    counted = set(made) | {"kms_key", *(kind for kinds in EC2_KINDS.values() for kind in kinds)}
    wrong += [f"{made[kind]} {kind} made, {creates[kind]} planned" for kind in counted if made[kind] != creates[kind]]
    for key, action in plan.items():
        if not written[key] and not (action == "create" and key.partition("/")[0] in counted):
            wrong.append(f"{key}: {action} is planned, and nothing of it was written")
    return wrong


def _made(write: Entry) -> tuple[str, ...]:
    """The kinds of what a call makes whose name is not in its resources."""
    if write["action"] == "CreateKey":
        return ("kms_key",)
    if write["service"] != "ec2":
        return ()
    return next(
        (EC2_KINDS[_parts(arn)[1]] for arn in _arns(write) if arn.endswith(f"{EC2.get(write['action'])}/*")), ()
    )


def _about(write: Entry, names: Mapping[str, str]) -> Iterator[str]:
    """What a write may be about, as ``kind/name``. What it also names (the subnet group of an instance) comes later."""
    service, kind, name = next(_candidates(write), ("", "", ""))
    if service == "ec2":
        yield from (f"{each}/{names.get(name)}" for each in EC2_KINDS[kind])
    elif service == "kms" and kind == "key":
        yield f"kms_key/{names.get(name)}"
    else:
        kinds = OF_ACTION.get(write["action"]) or KINDS.get(f"{service}:{kind}", ())
        yield from (f"{each}/{name}" for each in kinds)


def _candidates(write: Entry) -> Iterator[tuple[str, str, str]]:
    for arn in _arns(write):
        service, kind, name = _parts(arn)
        if service == write["service"] and (service != "ec2" or kind == EC2.get(write["action"], kind)):
            yield service, kind, name


def _arns(write: Entry) -> list[str]:
    return [one["resource"] for one in write["allowed"] if one["resource"] != "*"]


def _parts(arn: str) -> tuple[str, str, str]:
    """Service, type and name as the plan has it."""
    _, _, service, _, _, resource = arn.split(":", 5)
    kind, separator, name = re.fullmatch(r"([\w-]*?)([:/]|$)(.*)", resource, re.DOTALL).groups()  # type: ignore[union-attr]
    if service in ("s3", "sns"):
        return service, "", resource
    if service == "kms" and kind == "alias":
        return service, kind, resource
    if service == "ssm":
        return service, kind, f"/{name}"
    if service == "secretsmanager":
        return service, kind, GENERATED.sub("", name)
    return service, kind, name.removesuffix(":log-stream:") if separator else resource


def names_by_id(aws: Emulator, region: str) -> dict[str, str]:
    """What the plan calls resources that have ids: Name tags of EC2, aliases of KMS."""
    tags = aws.client("ec2", region).describe_tags(Filters=[{"Name": "key", "Values": ["Name"]}])["Tags"]
    aliases = aws.client("kms", region).list_aliases()["Aliases"]
    return {tag["ResourceId"]: tag["Value"] for tag in tags} | {
        alias["TargetKeyId"]: alias["AliasName"] for alias in aliases if "TargetKeyId" in alias
    }

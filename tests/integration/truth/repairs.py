"""One drift of each kind for a whole run to repair, and the writes that this takes: it makes no others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._stack import StackPlan

from tests.integration.playbook import run
from tests.integration.site.agreement import disagreements, names_by_id, planned
from tests.integration.site.permissions import denied
from tests.integration.truth.drift import Target, said
from tests.integration.truth.standing import Standing

# What has lost its tag Name is what it was.
_NAMED = ("ec2:CreateTags",)

# Beside a drift, what IAM calls the writes that repair it.
REPAIRS: dict[str, tuple[str, ...]] = {
    "vpc.enable_dns_support": ("ec2:ModifyVpcAttribute",),
    "vpc.tags-2": _NAMED,
    "subnet.tags-2": _NAMED,
    "internet_gateway.tags-2": _NAMED,
    "elastic_ip.tags-2": _NAMED,
    "nat_gateway.tags-2": _NAMED,
    "route_table.tags-2": _NAMED,
    "network_acl.tags-2": _NAMED,
    "route_table.routes": ("ec2:ReplaceRoute",),
    "gateway_endpoint.policy": ("ec2:ModifyVpcEndpoint",),
    "security_group.ingress": ("ec2:RevokeSecurityGroupIngress",),
    "interface_endpoint.private_dns_enabled": ("ec2:ModifyVpcEndpoint",),
    "network_acl.ingress": ("ec2:DeleteNetworkAclEntry",),
    "kms_key.description": ("kms:UpdateKeyDescription",),
    "iam_role.inline_policies": ("iam:DeleteRolePolicy",),
    "secret.description": ("secretsmanager:UpdateSecret",),
    "secret_attachment.endpoint": ("secretsmanager:TagResource",),
    "s3_bucket.versioning": ("s3:PutBucketVersioning",),
    "ssm_parameter.value": ("ssm:PutParameter",),
    "db_subnet_group.description": ("rds:ModifyDBSubnetGroup",),
    "db_parameter_group.parameters": ("rds:ModifyDBParameterGroup",),
    "db_cluster_parameter_group.parameters": ("rds:ModifyDBClusterParameterGroup",),
    "log_group.retention_days": ("logs:PutRetentionPolicy",),
    "rds_instance.copy_tags_to_snapshot": ("rds:ModifyDBInstance",),
    "aurora_cluster.copy_tags_to_snapshot": ("rds:ModifyDBCluster",),
    "reader_autoscaling.max_capacity": ("application-autoscaling:RegisterScalableTarget",),
    # Before its function, which brings another version.
    "lambda_alias.weights": (),
    "lambda_function.timeout_seconds": (
        "lambda:UpdateFunctionConfiguration",
        "lambda:PublishVersion",
        "lambda:UpdateAlias",
    ),
    "rds_event_subscription.enabled": ("rds:ModifyEventSubscription",),
    "sns_topic.display_name": ("sns:SetTopicAttributes",),
    "metric_filters.filters": ("logs:PutMetricFilter",),
    "metric_alarm.threshold": ("cloudwatch:PutMetricAlarm",),
    "composite_alarm.description": ("cloudwatch:PutCompositeAlarm",),
    "cloudwatch_dashboard.body": ("cloudwatch:PutDashboard",),
}
# Those that have most kinds come first: every host that acts costs seconds.
HOSTS = ("experimentation", "experimentation_network", "retail", "finance_network", "retail_network")


def chosen(standing: Sequence[Target]) -> Target:
    return min(standing, key=lambda target: HOSTS.index(target.host.name) if target.host.name in HOSTS else len(HOSTS))


def meant() -> Counter[tuple[str, str]]:
    return Counter((name, write) for name, writes in REPAIRS.items() for write in writes)


def made(log: Iterable[Mapping[str, Any]], targets: Mapping[str, Target]) -> Counter[tuple[str, str]]:
    """The writes by the drift that each repairs, or by its resource where it repairs none."""
    asked = ((one["action"], one["resource"]) for entry in log for one in entry["allowed"] or [NOBODY])
    return Counter((_repaired(*one, targets), one[0]) for one in asked if one[0] not in BESIDE)


def _repaired(write: str, resource: str, targets: Mapping[str, Target]) -> str:
    fitting = (name for name, target in targets.items() if write in REPAIRS[name] and _about(write, resource, target))
    return next(fitting, resource)


def _about(write: str, resource: str, target: Target) -> bool:
    return write in UNNAMED or any(name in resource for name in _names(target))


NOBODY = {"action": "nothing", "resource": "nothing"}
# What IAM is asked beside the call itself.
BESIDE = {"iam:CreateServiceLinkedRole"}
# IAM is asked about all composite alarms, and about the id of a scalable target, which nobody chooses.
UNNAMED = {"cloudwatch:PutCompositeAlarm", "application-autoscaling:RegisterScalableTarget"}


def _names(target: Target) -> set[str]:
    """What of a resource is in the ARNs by which IAM was asked about it."""
    known = target.known[target.key]
    return {target.name.partition(":")[0], *(str(known[name]) for name in ("id", "arn") if name in known)}


def converge(systems: Standing, operator: Mapping[str, str], stacks: Mapping[str, StackPlan]) -> list[dict[str, Any]]:
    """One run of site.yml writes what the plans announce and nothing else, and nothing is left to do. What it wrote."""
    systems.aws.enforce_iam()
    before = systems.aws.mark()
    result = run(systems.aws, "site.yml", "--limit", "all", credentials=operator, **systems.options)
    systems.aws.enforce_iam(False)
    assert result.status == 0, result.output
    assert {host for host, count in result.changed.items() if count} == {n for n, s in stacks.items() if not s.in_sync}
    writes, regions = systems.aws.writes(before), {host.region for host in systems.hosts.values()}
    announced = planned({name: stack.as_dict() for name, stack in stacks.items()})
    assert disagreements(announced, writes, names_by_id(systems.aws, *regions)) == []
    assert denied(systems.aws.log(since=before)) == []
    assert said(systems.plan(systems.hosts).values()) == {}
    return writes

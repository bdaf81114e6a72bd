"""Application Auto Scaling of Aurora replicas: targets with their tags. Nothing is scaled.

moto answers for other services. https://docs.aws.amazon.com/autoscaling/application/APIReference/Welcome.html
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from moto.applicationautoscaling.models import applicationautoscaling_backends

from emulator.errors import AwsError
from emulator.operations import Asked, answers
from emulator.services.paging import BadToken, page

NAMESPACE = "rds"
DIMENSION = "rds:cluster:ReadReplicaCount"
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Replication.html: 15 replicas.
MOST_REPLICAS = 15
MOST_TAGS = 50
PAGE = 50
RUNNING = {"DynamicScalingInSuspended": False, "DynamicScalingOutSuspended": False, "ScheduledScalingSuspended": False}
# https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-service-linked-roles.html
ROLE = (
    "role/aws-service-role/rds.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_RDSCluster"
)


@dataclass
class Policy:
    """A scaling policy. description: as DescribeScalingPolicies shows it"""

    name: str
    description: dict[str, Any]


@dataclass
class Target:
    """A scalable target. description: as DescribeScalableTargets shows it"""

    description: dict[str, Any]
    tags: dict[str, str]
    policies: dict[str, Policy] = field(default_factory=dict)


def targets_of(asked: Asked) -> dict[str, Target]:
    """By resource id. They live on moto's backend, which forgets them with its own."""
    backend = applicationautoscaling_backends[asked.account_id][asked.region]
    targets: dict[str, Target] = vars(backend).setdefault("reader_targets", {})
    return targets


def invalid(message: str) -> AwsError:
    return AwsError("ValidationException", message)


def is_ours(asked: Asked) -> bool:
    return bool(asked.params["ServiceNamespace"] == NAMESPACE)


def found_target(asked: Asked) -> Target:
    target = targets_of(asked).get(asked.params["ResourceId"])
    if target is None:
        named = f"{NAMESPACE}, resource ID: {asked.params['ResourceId']}, scalable dimension: {DIMENSION}"
        raise AwsError("ObjectNotFoundException", f"No scalable target found for service namespace: {named}")
    return target


@answers("application-autoscaling", "RegisterScalableTarget")
def register(asked: Asked) -> dict[str, Any] | None:
    """https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html"""
    if not is_ours(asked):
        return None
    params, name = asked.params, asked.params["ResourceId"]
    kind, _, cluster = name.partition(":")
    if kind != "cluster" or params["ScalableDimension"] != DIMENSION:
        raise invalid("Unsupported service namespace, resource type or scalable dimension")
    if not _exists(asked, cluster):
        raise invalid(f"DB cluster doesn't exist: {name}")
    target = targets_of(asked).get(name)
    if target is not None and params.get("Tags"):
        # https://github.com/terraform-aws-modules/terraform-aws-rds-aurora/pull/420
        raise invalid(
            "The scalable target that you tried to tag already exists. To update tags on an existing scalable target, "
            "use the TagResource API."
        )
    before = target.description if target else {}
    low, high = (params.get(bound, before.get(bound)) for bound in ("MinCapacity", "MaxCapacity"))
    if low is None or high is None:
        raise invalid("You must specify both the minimum and maximum capacity when you register a scalable target.")
    if high < low:
        raise invalid("Maximum capacity cannot be less than minimum capacity")
    if low < 0 or high > MOST_REPLICAS:
        raise invalid(f"The capacity of an Aurora DB cluster must be between 0 and {MOST_REPLICAS}")
    if target is None:
        target = targets_of(asked)[name] = _new_target(asked, name)
    suspended = (
        RUNNING | params["SuspendedState"] if "SuspendedState" in params else target.description["SuspendedState"]
    )
    target.description |= {"MinCapacity": low, "MaxCapacity": high, "SuspendedState": suspended}
    return {"ScalableTargetARN": target.description["ScalableTargetARN"]}


def _exists(asked: Asked, cluster: str) -> bool:
    source = asked.context.tag_sources.get("rds")
    arn = f"arn:aws:rds:{asked.region}:{asked.account_id}:cluster:{cluster}"
    return source is not None and any(found == arn for found, _tags in source.tagged(asked.account_id, asked.region))


def _new_target(asked: Asked, name: str) -> Target:
    prefix = f"arn:aws:application-autoscaling:{asked.region}:{asked.account_id}:scalable-target/"
    description = {
        "ServiceNamespace": NAMESPACE,
        "ResourceId": name,
        "ScalableDimension": DIMENSION,
        "RoleARN": f"arn:aws:iam::{asked.account_id}:{ROLE}",
        "CreationTime": datetime.datetime.now(datetime.UTC),
        "SuspendedState": RUNNING,
        "ScalableTargetARN": prefix + uuid.uuid4().hex,
    }
    return Target(description, dict(asked.params.get("Tags", {})))


@answers("application-autoscaling", "DescribeScalableTargets")
def describetargets_of(asked: Asked) -> dict[str, Any] | None:
    """https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalableTargets.html"""
    if not is_ours(asked):
        return None
    wanted = asked.params.get("ResourceIds")
    found = [each.description for name, each in targets_of(asked).items() if not wanted or name in wanted]
    return paged(asked, "ScalableTargets", "ResourceId", found)


@answers("application-autoscaling", "ListTagsForResource")
def list_tags(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/autoscaling/application/APIReference/API_ListTagsForResource.html"""
    return {"Tags": _tagged(asked).tags}


@answers("application-autoscaling", "TagResource")
def tag(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TagResource.html"""
    target = _tagged(asked)
    if len(target.tags | asked.params["Tags"]) > MOST_TAGS:
        raise AwsError("TooManyTagsException", f"A scalable target can have {MOST_TAGS} tags.")
    target.tags |= asked.params["Tags"]
    return {}


@answers("application-autoscaling", "UntagResource")
def untag(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/autoscaling/application/APIReference/API_UntagResource.html"""
    tags = _tagged(asked).tags
    for key in asked.params["TagKeys"]:
        tags.pop(key, None)
    return {}


def _tagged(asked: Asked) -> Target:
    arn = asked.params["ResourceARN"]
    for target in targets_of(asked).values():
        if target.description["ScalableTargetARN"] == arn:
            return target
    raise AwsError("ResourceNotFoundException", f"Unable to locate scalable target {arn}.")


def paged(asked: Asked, member: str, key: str, found: Iterable[dict[str, Any]]) -> dict[str, Any]:
    size = asked.params.get("MaxResults", PAGE)
    try:
        items, token = page(found, lambda each: str(each[key]), size, asked.params.get("NextToken"))
    except BadToken as error:
        raise AwsError("InvalidNextTokenException", "The next token is not valid.") from error
    return {member: items, **({"NextToken": token} if token else {})}

"""The writes of reader_autoscaling."""

from __future__ import annotations

from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._apply.reader_autoscaling import apply_reader_autoscaling
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.reader_autoscaling import (
    CPU,
    READER_AUTOSCALING,
    from_aws,
    plan_reader_autoscaling,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed, removal

from tests.unit.stubs import Exchange, answering

SERVICE = "application-autoscaling"
TARGET = {
    "ServiceNamespace": "rds",
    "ResourceId": "cluster:orders",
    "ScalableDimension": "rds:cluster:ReadReplicaCount",
}
ARN = {"ScalableTargetARN": "arn:new"}
RAW = {"MinCapacity": 1, "MaxCapacity": 4, "RoleARN": "r"}
STEP = {"PolicyName": "step", "PolicyType": "StepScaling"}


def wanted(tags: dict[str, str] | None = None, **properties: Any) -> Desired:
    return Desired(READER_AUTOSCALING.name, "orders", properties, tags or {})


def observed(*policies: dict[str, str], arn: str | None = "arn", tags: dict[str, str] | None = None) -> Observed:
    return from_aws("orders", {**RAW, **({"ScalableTargetARN": arn} if arn else {})}, policies, tags or {})


def run(desired: Desired, found: Observed | None, *exchanges: Exchange) -> str | None:
    plan = plan_reader_autoscaling(READER_AUTOSCALING, desired, found)
    with answering(SERVICE, *exchanges) as scope:
        return apply_reader_autoscaling(scope.clients(SERVICE), desired, found, plan)


def test_a_new_target_is_tagged_as_it_is_registered() -> None:
    policy = {"name": "cpu", "metric": CPU, "target_value": 60}
    tracking = {
        "TargetValue": 60.0,
        "PredefinedMetricSpecification": {"PredefinedMetricType": CPU},
        "ScaleInCooldown": 300,
        "ScaleOutCooldown": 300,
        "DisableScaleIn": False,
    }
    put = {"PolicyType": "TargetTrackingScaling", "TargetTrackingScalingPolicyConfiguration": tracking}
    arn = run(
        wanted({"A": "1"}, min_capacity=1, max_capacity=4, policies=[policy]),
        None,
        Exchange("register_scalable_target", {**TARGET, "MinCapacity": 1, "MaxCapacity": 4, "Tags": {"A": "1"}}, ARN),
        Exchange("put_scaling_policy", {**TARGET, "PolicyName": "cpu", **put}, {"PolicyARN": "arn", "Alarms": []}),
    )
    assert arn == "arn:new"


def test_only_what_differs_is_changed() -> None:
    deleted = Exchange("delete_scaling_policy", {**TARGET, "PolicyName": "step"}, refusal="ObjectNotFoundException")
    assert run(wanted(policies=[]), observed(STEP), deleted) == "arn"
    tagged = (
        Exchange("untag_resource", {"ResourceARN": "arn", "TagKeys": ["B"]}),
        Exchange("tag_resource", {"ResourceARN": "arn", "Tags": {"A": "2"}}),
    )
    assert run(wanted({"A": "2"}), observed(tags={"A": "1", "B": "1"}), *tagged) == "arn"


def test_a_target_from_before_there_were_tags_is_registered_for_its_arn() -> None:
    exchanges = (
        Exchange("register_scalable_target", TARGET, ARN),
        Exchange("tag_resource", {"ResourceARN": "arn:new", "Tags": {"A": "1"}}),
    )
    assert run(wanted({"A": "1"}), observed(arn=None), *exchanges) == "arn:new"


def test_a_target_that_is_gone_already_is_deregistered() -> None:
    found = observed()
    gone = Exchange("deregister_scalable_target", TARGET, refusal="ObjectNotFoundException")
    with answering(SERVICE, gone) as scope:
        assert apply_reader_autoscaling(scope.clients(SERVICE), wanted(), found, removal(found)) is None

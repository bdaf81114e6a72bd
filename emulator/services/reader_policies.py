"""Application Auto Scaling of Aurora replicas: policies with their alarms, which go with their target."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from moto.cloudwatch.models import CloudWatchBackend, cloudwatch_backends

from emulator.errors import AwsError
from emulator.operations import Asked, answers
from emulator.services.reader_scaling import (
    DIMENSION,
    NAMESPACE,
    Policy,
    Target,
    found_target,
    invalid,
    is_ours,
    paged,
    targets_of,
)

MOST_POLICIES = 50
# https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html
METRICS = {
    "RDSReaderAverageCPUUtilization": "CPUUtilization",
    "RDSReaderAverageDatabaseConnections": "DatabaseConnections",
}


@answers("application-autoscaling", "DeregisterScalableTarget")
def deregister(asked: Asked) -> dict[str, Any] | None:
    """https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeregisterScalableTarget.html"""
    if not is_ours(asked):
        return None
    for policy in found_target(asked).policies.values():
        _forget_alarms(asked, policy)
    del targets_of(asked)[asked.params["ResourceId"]]
    return {}


@answers("application-autoscaling", "PutScalingPolicy")
def put_policy(asked: Asked) -> dict[str, Any] | None:
    """https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html"""
    if not is_ours(asked):
        return None
    params, target = asked.params, found_target(asked)
    name = params["PolicyName"]
    policy = target.policies.get(name)
    kind = params.get("PolicyType", policy.description["PolicyType"] if policy else "StepScaling")
    tracking = params.get("TargetTrackingScalingPolicyConfiguration", {})
    _check_policy(target, name, kind, tracking)
    if policy is None:
        if len(target.policies) >= MOST_POLICIES:
            raise AwsError("LimitExceededException", f"A scalable target can have {MOST_POLICIES} scaling policies.")
        policy = target.policies[name] = _new_policy(asked, name)
    configuration = {key: value for key, value in params.items() if key.endswith("Configuration")}
    policy.description |= {"PolicyType": kind, **configuration}
    if kind == "TargetTrackingScaling":
        _put_alarms(asked, policy, tracking)
    return {"PolicyARN": policy.description["PolicyARN"], "Alarms": policy.description["Alarms"]}


def _check_policy(target: Target, name: str, kind: str, tracking: dict[str, Any]) -> None:
    if kind != "TargetTrackingScaling":
        return
    metric = tracking.get("PredefinedMetricSpecification", {}).get("PredefinedMetricType")
    if metric is None and "CustomizedMetricSpecification" not in tracking:
        raise invalid("You must specify either a predefined or a customized metric")
    if metric is not None and metric not in METRICS:
        raise invalid(f"PredefinedMetricType {metric} is not supported for {DIMENSION}")
    if any(policy.name != name and _metric(policy) == metric for policy in target.policies.values() if metric):
        raise invalid("Only one TargetTrackingScaling policy for a given metric specification is allowed.")


def _metric(policy: Policy) -> str | None:
    tracking = policy.description.get("TargetTrackingScalingPolicyConfiguration", {})
    metric: str | None = tracking.get("PredefinedMetricSpecification", {}).get("PredefinedMetricType")
    return metric


def _new_policy(asked: Asked, name: str) -> Policy:
    resource = asked.params["ResourceId"]
    prefix = f"arn:aws:autoscaling:{asked.region}:{asked.account_id}:scalingPolicy:{uuid.uuid4()}"
    description = {
        "PolicyARN": f"{prefix}:resource/{NAMESPACE}/{resource}:policyName/{name}",
        "PolicyName": name,
        "ServiceNamespace": NAMESPACE,
        "ResourceId": resource,
        "ScalableDimension": DIMENSION,
        "CreationTime": datetime.datetime.now(datetime.UTC),
        "Alarms": [],
    }
    return Policy(name, description)


@answers("application-autoscaling", "DescribeScalingPolicies")
def describe_policies(asked: Asked) -> dict[str, Any] | None:
    """https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalingPolicies.html"""
    if not is_ours(asked):
        return None
    resource, names = asked.params.get("ResourceId"), asked.params.get("PolicyNames")
    found = [
        policy.description
        for name, target in targets_of(asked).items()
        for policy in target.policies.values()
        if resource in (None, name) and (not names or policy.name in names)
    ]
    return paged(asked, "ScalingPolicies", "PolicyARN", found)


@answers("application-autoscaling", "DeleteScalingPolicy")
def delete_policy(asked: Asked) -> dict[str, Any] | None:
    """https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeleteScalingPolicy.html"""
    if not is_ours(asked):
        return None
    policy = found_target(asked).policies.pop(asked.params["PolicyName"], None)
    if policy is None:
        raise AwsError("ObjectNotFoundException", f"No scaling policy found with name {asked.params['PolicyName']}")
    _forget_alarms(asked, policy)
    return {}


def _cloudwatch(asked: Asked) -> CloudWatchBackend:
    backend: CloudWatchBackend = cloudwatch_backends[asked.account_id][asked.region]
    return backend


def _put_alarms(asked: Asked, policy: Policy, tracking: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking.html"""
    named = {alarm["AlarmName"].split("-Alarm")[1][:3]: alarm["AlarmName"] for alarm in policy.description["Alarms"]}
    resource = asked.params["ResourceId"]
    shown = []
    for side, operator, periods in (("High", "GreaterThanThreshold", 3), ("Low", "LessThanThreshold", 15)):
        name = named.get(side[:3], f"TargetTracking-{resource}-Alarm{side}-{uuid.uuid4()}")
        alarm = _cloudwatch(asked).put_metric_alarm(
            name=name,
            namespace="AWS/RDS",
            metric_name=METRICS.get(_metric(policy) or "", "Custom"),
            comparison_operator=operator,
            evaluation_periods=periods,
            period=60,
            threshold=tracking["TargetValue"],
            statistic="Average",
            description=f"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {policy.description['PolicyARN']}.",
            dimensions=[
                {"Name": "DBClusterIdentifier", "Value": resource.partition(":")[2]},
                {"Name": "Role", "Value": "READER"},
            ],
            alarm_actions=[policy.description["PolicyARN"]],
        )
        shown.append({"AlarmName": name, "AlarmARN": alarm.alarm_arn})
    policy.description["Alarms"] = shown


def _forget_alarms(asked: Asked, policy: Policy) -> None:
    _cloudwatch(asked).delete_alarms([alarm["AlarmName"] for alarm in policy.description["Alarms"]])

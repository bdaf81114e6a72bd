"""Application Auto Scaling of Aurora replicas.

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Integrating.AutoScaling.html
"""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.testing import Emulator

WHERE = {"ServiceNamespace": "rds", "ScalableDimension": "rds:cluster:ReadReplicaCount"}
TARGET = {**WHERE, "ResourceId": "cluster:orders"}
TRACKING = {
    "TargetValue": 60.0,
    "PredefinedMetricSpecification": {"PredefinedMetricType": "RDSReaderAverageCPUUtilization"},
}
POLICY = {"PolicyType": "TargetTrackingScaling", "TargetTrackingScalingPolicyConfiguration": TRACKING}


@pytest.fixture
def scaling(aws: Emulator) -> Any:
    """The client, with the cluster orders."""
    aws.client("rds").create_db_cluster(
        DBClusterIdentifier="orders",
        Engine="aurora-postgresql",
        MasterUsername="dbadmin",
        MasterUserPassword="correct-horse",
    )
    return aws.client("application-autoscaling")


def refused(scaling: Any, action: str, **params: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        getattr(scaling, action)(**params)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def register(scaling: Any, **params: Any) -> str:
    return str(scaling.register_scalable_target(**TARGET, **params)["ScalableTargetARN"])


def targets(scaling: Any, **params: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = scaling.describe_scalable_targets(ServiceNamespace="rds", **params)["ScalableTargets"]
    return found


def policies(scaling: Any, **params: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = scaling.describe_scaling_policies(ServiceNamespace="rds", **params)["ScalingPolicies"]
    return found


def test_a_target_keeps_what_an_update_leaves_out(scaling: Any) -> None:
    """https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html"""
    arn = register(scaling, MinCapacity=1, MaxCapacity=4)
    assert arn.startswith("arn:aws:application-autoscaling:us-east-1:123456789012:scalable-target/")
    register(scaling, SuspendedState={"DynamicScalingInSuspended": True})
    (found,) = targets(scaling, ResourceIds=["cluster:orders"])
    assert found.pop("CreationTime")
    role = "AWSServiceRoleForApplicationAutoScaling_RDSCluster"
    assert found == {
        **TARGET,
        "MinCapacity": 1,
        "MaxCapacity": 4,
        "RoleARN": f"arn:aws:iam::123456789012:role/aws-service-role/rds.application-autoscaling.amazonaws.com/{role}",
        "SuspendedState": {
            "DynamicScalingInSuspended": True,
            "DynamicScalingOutSuspended": False,
            "ScheduledScalingSuspended": False,
        },
        "ScalableTargetARN": arn,
    }
    assert targets(scaling, ResourceIds=["cluster:other"]) == []


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"MinCapacity": 1}, "both the minimum and maximum capacity"),
        ({"MinCapacity": 3, "MaxCapacity": 2}, "Maximum capacity cannot be less than minimum capacity"),
        ({"MinCapacity": -1, "MaxCapacity": 2}, "between 0 and 15"),
        ({"MinCapacity": 1, "MaxCapacity": 16}, "between 0 and 15"),
        ({"MinCapacity": 1, "MaxCapacity": 2, "ResourceId": "cluster:none"}, "DB cluster doesn't exist: cluster:none"),
        ({"MinCapacity": 1, "MaxCapacity": 2, "ResourceId": "service/a/b"}, "Unsupported service namespace"),
        ({"MinCapacity": 1, "MaxCapacity": 2, "ScalableDimension": "rds:cluster:None"}, "enum value set"),
    ],
)
def test_targets_that_are_refused(scaling: Any, params: dict[str, Any], message: str) -> None:
    """https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html"""
    code, text = refused(scaling, "register_scalable_target", **{**TARGET, **params})
    assert code == "ValidationException"
    assert message in text


def test_tags(scaling: Any) -> None:
    """https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TagResource.html"""
    arn = register(scaling, MinCapacity=1, MaxCapacity=4, Tags={"A": "1"})
    again = {**TARGET, "Tags": {"A": "2"}}
    assert "use the TagResource API" in refused(scaling, "register_scalable_target", **again)[1]
    scaling.tag_resource(ResourceARN=arn, Tags={"B": "2"})
    scaling.untag_resource(ResourceARN=arn, TagKeys=["A", "C"])
    assert scaling.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"B": "2"}
    many = {f"k{number}": "" for number in range(50)}
    assert refused(scaling, "tag_resource", ResourceARN=arn, Tags=many)[0] == "TooManyTagsException"
    assert refused(scaling, "list_tags_for_resource", ResourceARN=f"{arn}x")[0] == "ResourceNotFoundException"


def test_policies_have_alarms_and_go_with_their_target(aws: Emulator, scaling: Any) -> None:
    """https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking.html
    https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeregisterScalableTarget.html
    """
    register(scaling, MinCapacity=1, MaxCapacity=4)
    made = scaling.put_scaling_policy(PolicyName="cpu", **TARGET, **POLICY)
    names = [alarm["AlarmName"] for alarm in made["Alarms"]]
    assert [name.rpartition("-Alarm")[0] for name in names] == ["TargetTracking-cluster:orders"] * 2
    (found,) = policies(scaling, ResourceId="cluster:orders")
    assert found["TargetTrackingScalingPolicyConfiguration"] == TRACKING
    assert found["Alarms"] == made["Alarms"]

    other = {**POLICY, "TargetTrackingScalingPolicyConfiguration": {**TRACKING, "TargetValue": 70.0}}
    again = scaling.put_scaling_policy(PolicyName="cpu", **TARGET, **other)
    assert again == made | {"ResponseMetadata": again["ResponseMetadata"]}
    alarms = aws.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert {(alarm["AlarmName"], alarm["Threshold"]) for alarm in alarms} == {(name, 70.0) for name in names}

    scaling.delete_scaling_policy(PolicyName="cpu", **TARGET)
    assert aws.client("cloudwatch").describe_alarms()["MetricAlarms"] == []
    scaling.put_scaling_policy(PolicyName="cpu", **TARGET, **POLICY)
    scaling.deregister_scalable_target(**TARGET)
    assert targets(scaling) == policies(scaling) == []
    assert aws.client("cloudwatch").describe_alarms()["MetricAlarms"] == []


def test_policies_that_are_refused(scaling: Any) -> None:
    """https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html"""

    def put(name: str, **tracking: Any) -> tuple[str, str]:
        policy = {**POLICY, "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 1.0, **tracking}}
        return refused(scaling, "put_scaling_policy", PolicyName=name, **TARGET, **policy)

    named = {**TARGET, "PolicyName": "cpu"}
    assert put("cpu")[0] == "ObjectNotFoundException"
    assert refused(scaling, "deregister_scalable_target", **TARGET)[0] == "ObjectNotFoundException"
    register(scaling, MinCapacity=1, MaxCapacity=4)
    assert refused(scaling, "delete_scaling_policy", **named)[0] == "ObjectNotFoundException"
    assert "either a predefined or a customized metric" in put("cpu")[1]
    for metric in ("CPU", "ECSServiceAverageCPUUtilization"):
        assert put("cpu", PredefinedMetricSpecification={"PredefinedMetricType": metric})[0] == "ValidationException"
    scaling.put_scaling_policy(**named, **POLICY)
    one = "Only one TargetTrackingScaling policy for a given metric specification is allowed."
    assert put("other", **{k: v for k, v in TRACKING.items() if k != "TargetValue"}) == ("ValidationException", one)


def test_a_target_has_fifty_policies_in_pages(scaling: Any) -> None:
    """https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-limits.html"""
    register(scaling, MinCapacity=1, MaxCapacity=4)
    step = {"PolicyType": "StepScaling", "StepScalingPolicyConfiguration": {"AdjustmentType": "ChangeInCapacity"}}
    for number in range(50):
        scaling.put_scaling_policy(PolicyName=f"p{number}", **TARGET, **step)
    code, _text = refused(scaling, "put_scaling_policy", PolicyName="p50", **TARGET, **step)
    assert code == "LimitExceededException"
    pages = scaling.get_paginator("describe_scaling_policies").paginate(
        ServiceNamespace="rds", PaginationConfig={"PageSize": 20}
    )
    assert [len(page["ScalingPolicies"]) for page in pages] == [20, 20, 10]
    wrong = {"ServiceNamespace": "rds", "NextToken": "x"}
    assert refused(scaling, "describe_scaling_policies", **wrong)[0] == "InvalidNextTokenException"


def test_moto_answers_for_other_services(scaling: Any) -> None:
    table = {"ServiceNamespace": "dynamodb", "ScalableDimension": "dynamodb:table:ReadCapacityUnits"}
    scaling.register_scalable_target(**table, ResourceId="table/t", MinCapacity=1, MaxCapacity=2)
    (found,) = scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"]
    assert found["ResourceId"] == "table/t"
    scaling.put_scaling_policy(**table, ResourceId="table/t", PolicyName="x", **POLICY)
    assert scaling.describe_scaling_policies(ServiceNamespace="dynamodb")["ScalingPolicies"]
    scaling.delete_scaling_policy(**table, ResourceId="table/t", PolicyName="x")
    scaling.deregister_scalable_target(**table, ResourceId="table/t")
    assert targets(scaling) == []

"""reader_autoscaling through ansible-playbook: register, change each property, prune, deregister, refusals."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.testing import Emulator
from tests.integration.modules.module_runner import Ran, run_module

NAME = "orders"
OURS = {"pgfleet:system": "orders", "pgfleet:suffix": "prod"}
CPU, CONNECTIONS = "RDSReaderAverageCPUUtilization", "RDSReaderAverageDatabaseConnections"
POLICY: dict[str, Any] = {"name": "cpu", "metric": CPU, "target_value": 60, "scale_in_cooldown_seconds": 600}


@pytest.fixture
def cluster(aws: Emulator) -> Emulator:
    """An account with the cluster orders."""
    aws.client("rds").create_db_cluster(
        DBClusterIdentifier=NAME,
        Engine="aurora-postgresql",
        MasterUsername="dbadmin",
        MasterUserPassword="correct-horse",
    )
    return aws


def run(aws: Emulator, check: bool = False, **options: Any) -> Ran:
    return run_module(aws, "reader_autoscaling", {"name": NAME, **options}, check=check)


def target(aws: Emulator) -> dict[str, Any]:
    found = aws.client("application-autoscaling").describe_scalable_targets(ServiceNamespace="rds")["ScalableTargets"]
    return found[0] if found else {}


def policies(aws: Emulator) -> dict[str, Any]:
    """Configurations by name."""
    found = aws.client("application-autoscaling").describe_scaling_policies(ServiceNamespace="rds")["ScalingPolicies"]
    return {policy["PolicyName"]: policy["TargetTrackingScalingPolicyConfiguration"] for policy in found}


def test_life_of_a_target(cluster: Emulator) -> None:
    wanted: dict[str, Any] = {
        "name": "Orders",
        "min_capacity": 1,
        "max_capacity": 4,
        "policies": [POLICY],
        "tags": {"Project": "Orders", **OURS},
    }
    checked = run(cluster, check=True, **wanted)
    assert (checked.changed, checked.writes, checked.result["arn"]) == (True, [], "(known after apply)")

    made = run(cluster, **wanted)
    assert made.result["plan"] == checked.result["plan"]
    assert made.writes == ["RegisterScalableTarget", "PutScalingPolicy"]
    found = target(cluster)
    assert (found["ResourceId"], found["MinCapacity"], found["MaxCapacity"]) == ("cluster:orders", 1, 4)
    assert made.result["arn"] == found["ScalableTargetARN"]
    assert policies(cluster) == {
        "cpu": {
            "TargetValue": 60.0,
            "PredefinedMetricSpecification": {"PredefinedMetricType": CPU},
            "ScaleInCooldown": 600,
            "ScaleOutCooldown": 300,
            "DisableScaleIn": False,
        }
    }
    again = run(cluster, **wanted)
    assert (again.changed, again.writes, again.result["arn"]) == (False, [], made.result["arn"])
    assert again.actions == ["DescribeScalableTargets", "DescribeScalingPolicies", "ListTagsForResource"]

    changes: dict[str, Any] = {
        "min_capacity": 2,
        "max_capacity": 3,
        "scale_in_suspended": True,
        "scale_out_suspended": True,
        "scheduled_scaling_suspended": True,
        "policies": [
            {"name": "connections", "metric": CONNECTIONS, "target_value": 200, "scale_in_disabled": True},
            {**POLICY, "target_value": 70, "scale_out_cooldown_seconds": 60},
        ],
        "tags": OURS | {"Team": "shop"},
    }
    planned = run(cluster, check=True, **changes)
    assert (planned.changed, planned.writes) == (True, [])
    changed = run(cluster, **changes)
    assert changed.result["diff"] == planned.result["diff"]
    assert changed.result["plan"][0]["changes"][0]["note"] == "readers are added at once where there are fewer"
    assert sorted(changed.writes) == [
        "PutScalingPolicy",
        "PutScalingPolicy",
        "RegisterScalableTarget",
        "TagResource",
        "UntagResource",
    ]
    found = target(cluster)
    assert (found["MinCapacity"], found["MaxCapacity"]) == (2, 3)
    assert set(found["SuspendedState"].values()) == {True}
    assert policies(cluster)["cpu"]["TargetValue"] == 70
    assert (policies(cluster)["cpu"]["ScaleInCooldown"], policies(cluster)["cpu"]["ScaleOutCooldown"]) == (600, 60)
    assert policies(cluster)["connections"]["DisableScaleIn"]
    scaling = cluster.client("application-autoscaling")
    assert scaling.list_tags_for_resource(ResourceARN=made.result["arn"])["Tags"] == changes["tags"]

    # One metric has one policy: the old one goes first. What is left out stays.
    pruned = run(cluster, policies=[{"name": "load", "metric": CPU, "target_value": 50}], scale_in_suspended=False)
    assert pruned.writes == [
        "RegisterScalableTarget",
        "DeleteScalingPolicy",
        "DeleteScalingPolicy",
        "PutScalingPolicy",
    ]
    assert list(policies(cluster)) == ["load"]
    suspended = target(cluster)["SuspendedState"]
    assert (suspended["DynamicScalingInSuspended"], suspended["DynamicScalingOutSuspended"]) == (False, True)

    checked = run(cluster, check=True, state="absent")
    assert (checked.changed, checked.writes) == (True, [])
    assert run(cluster, state="absent").writes == ["DeregisterScalableTarget"]
    assert target(cluster) == policies(cluster) == {}
    assert not run(cluster, state="absent").changed


def test_what_cannot_be_is_refused_before_anything_is_written(cluster: Emulator) -> None:
    refused = run(
        cluster,
        min_capacity=4,
        max_capacity=16,
        policies=[
            {"name": "a", "metric": CPU, "target_value": 101, "scale_in_cooldown_seconds": -1},
            {"name": "b", "metric": CPU, "target_value": 50},
        ],
    )
    assert refused.requests == []
    for message in (
        "max_capacity: 16\n    is out of range. Allowed: 0 to 15, the readers of a cluster.",
        "policies: 101.0\n    a: target_value is out of range. Allowed: above 0, and up to 100 (percent) of the CPU.",
        "policies: -1\n    a: scale_in_cooldown_seconds is below 0.",
        f"policies: {CPU}\n    is the metric of two policies; one is allowed.",
    ):
        assert message in refused.message
    refused = run(cluster, name="none", min_capacity=1)
    assert refused.writes == []
    assert "max_capacity: (not given)\n    is needed for a cluster whose readers are not scaled yet." in refused.message
    assert "name: none\n    is no DB cluster in us-east-1." in refused.message
    run(cluster, min_capacity=1, max_capacity=4)
    refused = run(cluster, min_capacity=5)
    assert refused.writes == []
    assert "min_capacity: 5\n    the least number of readers, 5, is above the most, 4." in refused.message
    assert run(cluster, min_capacity=5, tags=OURS).result["failed"]


def test_throttling_is_waited_out_and_a_killed_run_is_finished(cluster: Emulator) -> None:
    cluster.fault("throttle", service="application-autoscaling", action="DescribeScalableTargets", count=1)
    cluster.fault("throttle", service="application-autoscaling", action="RegisterScalableTarget", count=1)
    cluster.fault("error500", service="application-autoscaling", action="PutScalingPolicy", count=20)
    options: dict[str, Any] = {"min_capacity": 1, "max_capacity": 4, "policies": [POLICY], "tags": OURS}
    failed = run(cluster, **options)
    assert "application-autoscaling:PutScalingPolicy for orders, policy cpu failed" in failed.message
    cluster.clear_faults()
    assert run(cluster, **options).writes == ["PutScalingPolicy"]
    refused = run(cluster, state="absent", tags=OURS | {"pgfleet:suffix": "pr4"})
    assert "belongs to system orders, suffix prod" in refused.message

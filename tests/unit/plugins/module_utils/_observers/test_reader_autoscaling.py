"""Reads of Application Auto Scaling: targets in lots of fifty, policies, tags, and whether the cluster is there."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.reader_autoscaling import (
    READER_AUTOSCALING,
    observe_reader_autoscaling,
    verify_with_cluster,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed

from tests.unit.stubs import Exchange, answering

SERVICE = "application-autoscaling"
WHERE = {"ServiceNamespace": "rds", "ScalableDimension": "rds:cluster:ReadReplicaCount"}
ARN = "arn:aws:application-autoscaling:us-west-2:123456789012:scalable-target/"


def wanted(name: str, **properties: Any) -> Desired:
    return Desired(READER_AUTOSCALING.kind.name, name, properties)


def raw(name: str, **members: Any) -> dict[str, Any]:
    needed = {"MinCapacity": 1, "MaxCapacity": 4, "RoleARN": "r", "CreationTime": 0}
    return {**WHERE, "ResourceId": f"cluster:{name}", **needed, "ScalableTargetARN": ARN + name, **members}


def policy(cluster: str, name: str) -> dict[str, Any]:
    needed = {"PolicyARN": "arn", "PolicyType": "StepScaling", "CreationTime": 0}
    return {**WHERE, "ResourceId": f"cluster:{cluster}", "PolicyName": name, **needed}


def targets(ids: list[str], *found: dict[str, Any]) -> Exchange:
    return Exchange("describe_scalable_targets", {**WHERE, "ResourceIds": ids}, {"ScalableTargets": list(found)})


def tags(name: str) -> Exchange:
    return Exchange("list_tags_for_resource", {"ResourceARN": ARN + name}, {"Tags": {"A": name}})


def observed(*exchanges: Exchange, asked: list[Desired]) -> list[Observed]:
    with answering(SERVICE, *exchanges) as scope:
        return list(observe_reader_autoscaling(scope, asked))


def test_one_is_asked_for_by_name() -> None:
    policies = Exchange(
        "describe_scaling_policies",
        {**WHERE, "ResourceId": "cluster:orders"},
        {"ScalingPolicies": [policy("orders", "p")]},
    )
    (found,) = observed(targets(["cluster:orders"], raw("orders")), policies, tags("orders"), asked=[wanted("Orders")])
    assert (found.name, found.tags) == ("Orders", {"A": "orders"})
    assert found.properties["policies"] == [{"name": "p", "metric": "StepScaling"}]


def test_none_has_no_policies_to_ask_for() -> None:
    assert observed(targets(["cluster:orders"]), asked=[wanted("orders")]) == []


def test_several_share_the_reads_and_one_from_before_there_were_tags_has_none() -> None:
    old = raw("a")
    del old["ScalableTargetARN"]
    names = sorted(["a", *(f"c{number:02}" for number in range(50))])
    ids = [f"cluster:{name}" for name in names]
    policies = Exchange("describe_scaling_policies", WHERE, {"ScalingPolicies": [policy("x", "p"), policy("c49", "q")]})
    found = observed(
        targets(ids[:50], old),
        targets(ids[50:], raw("c49")),
        policies,
        tags("c49"),
        asked=[wanted(name) for name in names],
    )
    assert [(each.name, len(each.properties["policies"]), each.tags) for each in found] == [
        ("a", 0, {}),
        ("c49", 1, {"A": "c49"}),
    ]


@pytest.mark.parametrize(
    ("exchange", "inputs"),
    [
        (
            Exchange(
                "describe_db_clusters",
                {"DBClusterIdentifier": "orders"},
                {"DBClusters": [{"Engine": "aurora-postgresql"}]},
            ),
            ["min_capacity"],
        ),
        (
            Exchange("describe_db_clusters", {"DBClusterIdentifier": "orders"}, refusal="DBClusterNotFoundFault"),
            ["min_capacity", "name"],
        ),
    ],
)
def test_verification_with_the_cluster(exchange: Exchange, inputs: list[str]) -> None:
    with answering("rds", exchange) as scope:
        problems = list(verify_with_cluster(scope, wanted("orders", max_capacity=2), None))
    assert [problem.input for problem in problems] == inputs

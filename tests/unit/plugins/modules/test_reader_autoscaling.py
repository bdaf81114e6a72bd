"""The scaling of a cluster's readers, from options to requests and result."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused
from ansible_collections.pgfleet.aws.plugins.modules.reader_autoscaling import SPEC, ensure

from tests.unit.modules import asked
from tests.unit.stubs import Exchange, account

ARN = "arn:aws:application-autoscaling:us-west-2:123456789012:scalable-target/orders"
WHERE = {"ServiceNamespace": "rds", "ScalableDimension": "rds:cluster:ReadReplicaCount"}
ORDERS = {**WHERE, "ResourceId": "cluster:orders"}
ASKED = {**WHERE, "ResourceIds": ["cluster:orders"]}
RAW = {**ORDERS, "MinCapacity": 1, "MaxCapacity": 4, "RoleARN": "r", "CreationTime": 0, "ScalableTargetARN": ARN}
NONE = [Exchange("describe_scalable_targets", ASKED, {"ScalableTargets": []})]
SCALED = [
    Exchange("describe_scalable_targets", ASKED, {"ScalableTargets": [RAW]}),
    Exchange("describe_scaling_policies", ORDERS, {"ScalingPolicies": []}),
    Exchange("list_tags_for_resource", {"ResourceARN": ARN}, {"Tags": {}}),
]
REGISTERED = {"ScalableTargetARN": ARN}


def cluster(engine: str = "aurora-postgresql") -> Exchange:
    return Exchange("describe_db_clusters", {"DBClusterIdentifier": "orders"}, {"DBClusters": [{"Engine": engine}]})


def ensured(*requests: Exchange, rds: tuple[Exchange, ...] = (), check: bool = False, **options: Any) -> dict[str, Any]:
    with account({"application-autoscaling": requests, "rds": rds}) as scope:
        return ensure(asked(SPEC, check=check, name="Orders", **options), scope.clients)


def test_readers_that_are_not_scaled_yet() -> None:
    bounds = {"MinCapacity": 1, "MaxCapacity": 4}
    register = Exchange("register_scalable_target", {**ORDERS, **bounds, "Tags": {"a": "1"}}, REGISTERED)
    result = ensured(*NONE, register, rds=(cluster(),), min_capacity=1, max_capacity=4, tags={"a": 1})
    assert (result["changed"], result["name"], result["arn"]) == (True, "orders", ARN)


def test_check_mode_of_readers_that_are_not_scaled_yet() -> None:
    result = ensured(*NONE, rds=(cluster(),), check=True, min_capacity=1, max_capacity=4)
    assert (result["changed"], result["arn"]) == (True, KNOWN_AFTER_APPLY)


def test_readers_that_are_scaled_as_wanted() -> None:
    result = ensured(*SCALED, min_capacity=1, policies=[])
    assert (result["changed"], result["arn"], result["plan"]) == (False, ARN, [])


def test_only_what_differs_is_asked_for() -> None:
    register = Exchange("register_scalable_target", {**ORDERS, "MaxCapacity": 5}, REGISTERED)
    result = ensured(*SCALED, register, rds=(cluster(),), min_capacity=1, max_capacity=5)
    assert [(c["property"], c["before"], c["after"]) for c in result["plan"][0]["changes"]] == [("max_capacity", 4, 5)]


def test_bounds_and_cluster_are_judged_at_once() -> None:
    with pytest.raises(Refused) as refused:
        ensured(*NONE, rds=(cluster("postgres"),), min_capacity=1)
    assert [problem.input for problem in refused.value.problems] == ["max_capacity", "name"]


def test_what_no_cluster_can_have_is_refused_before_aws_is_asked() -> None:
    with pytest.raises(Refused, match=r"is out of range. Allowed: 0 to 15"):
        ensured(max_capacity=16)


@pytest.mark.parametrize("check", [False, True])
def test_an_end_of_the_scaling(check: bool) -> None:
    deregister = [] if check else [Exchange("deregister_scalable_target", ORDERS)]
    result = ensured(*SCALED, *deregister, check=check, state="absent")
    assert (result["changed"], [entry["action"] for entry in result["plan"]]) == (True, ["delete"])
    assert "arn" not in result


def test_readers_that_are_not_scaled_need_no_end_of_it() -> None:
    assert ensured(*NONE, state="absent")["changed"] is False

"""Reader autoscaling: rules, plans, and the requests that carry them out, in their order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.reader_autoscaling import (
    CAPACITY,
    CONNECTIONS,
    CPU,
    READER_AUTOSCALING,
    SUSPENDED,
    capacity_problems,
    cluster_problems,
    completed,
    from_aws,
    plan_reader_autoscaling,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.reader_autoscaling_requests import (
    Request,
    policy_requests,
    registration,
    target,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    KNOWN_AFTER_APPLY,
    Action,
    Desired,
    Observed,
    Plan,
)
from hypothesis import given
from hypothesis import strategies as st

RAW = {"MinCapacity": 1, "MaxCapacity": 4, "RoleARN": "role", "ScalableTargetARN": "arn"}
TRACKING = {"TargetValue": 60.0, "PredefinedMetricSpecification": {"PredefinedMetricType": CPU}}
RAW_POLICY = {"PolicyName": "cpu", "PolicyType": "TargetTrackingScaling"}


def desired(**properties: Any) -> Desired:
    return Desired(READER_AUTOSCALING.name, "orders", properties)


def policy(name: str = "cpu", metric: str = CPU, target_value: float = 60, **more: Any) -> dict[str, Any]:
    return {"name": name, "metric": metric, "target_value": target_value, **more}


def observed(*policies: Mapping[str, Any], **members: Any) -> Observed:
    return from_aws("orders", {**RAW, **members}, policies, {})


def planned(wanted: Desired, found: Observed | None) -> Plan:
    return plan_reader_autoscaling(READER_AUTOSCALING, wanted, found)


@pytest.mark.parametrize(
    ("properties", "messages"),
    [
        ({"min_capacity": 0, "max_capacity": 15, "policies": [policy(), policy("b", CONNECTIONS, 500)]}, []),
        ({"min_capacity": KNOWN_AFTER_APPLY, "max_capacity": 1}, []),
        ({"policies": []}, []),
        ({"min_capacity": -1}, ["min_capacity: -1\n    is out of range. Allowed: 0 to 15"]),
        ({"max_capacity": 16}, ["max_capacity: 16\n    is out of range. Allowed: 0 to 15"]),
        (
            {"min_capacity": 3, "max_capacity": 2},
            ["max_capacity: 2\n    the least number of readers, 3, is above the most, 2."],
        ),
        ({"policies": [policy("")]}, ["policies: \n    a policy's name has 1 to 256 printable characters."]),
        ({"policies": [policy("a\tb")]}, ["policies: a\tb\n    a policy's name"]),
        ({"policies": [policy(metric="CPU")]}, [f"policies: CPU\n    cpu: allowed metrics: {CPU}, {CONNECTIONS}."]),
        ({"policies": [policy(target_value=0)]}, ["policies: 0\n    cpu: target_value is out of range."]),
        ({"policies": [policy(target_value=101)]}, ["policies: 101\n    cpu: target_value is out of range."]),
        (
            {"policies": [policy(scale_out_cooldown_seconds=-1)]},
            ["policies: -1\n    cpu: scale_out_cooldown_seconds is below 0."],
        ),
        ({"policies": [policy(), policy(metric=CONNECTIONS)]}, ["policies: cpu\n    names two policies."]),
        ({"policies": [policy(), policy("b")]}, [f"policies: {CPU}\n    is the metric of two policies"]),
    ],
)
def test_rules(properties: dict[str, Any], messages: list[str]) -> None:
    problems = list(READER_AUTOSCALING.check(desired(**properties)))
    assert len(problems) == len(messages)
    assert all(message in str(problem) for message, problem in zip(messages, problems, strict=True))


def test_what_aws_describes() -> None:
    custom = {**RAW_POLICY, "PolicyName": "z", "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 1.0}}
    step = {"PolicyName": "step", "PolicyType": "StepScaling"}
    plain = {**RAW_POLICY, "TargetTrackingScalingPolicyConfiguration": TRACKING}
    found = observed(custom, step, plain, SuspendedState={"DynamicScalingInSuspended": True})
    rest: dict[str, Any] = {
        "scale_in_cooldown_seconds": 300,
        "scale_out_cooldown_seconds": 300,
        "scale_in_disabled": False,
    }
    assert found.properties == {
        "min_capacity": 1,
        "max_capacity": 4,
        "scale_in_suspended": True,
        "scale_out_suspended": False,
        "scheduled_scaling_suspended": False,
        "policies": [
            policy(**rest),
            {"name": "step", "metric": "StepScaling"},
            policy("z", "CustomizedMetricSpecification", 1.0, **rest),
        ],
    }
    assert found.attributes == {"arn": "arn", "role_arn": "role"}


def test_what_a_policy_leaves_out_is_as_it_is_or_the_default() -> None:
    tracking = {**TRACKING, "ScaleInCooldown": 600, "DisableScaleIn": True}
    found = observed({**RAW_POLICY, "TargetTrackingScalingPolicyConfiguration": tracking})
    assert not planned(desired(policies=[policy(scale_in_disabled=None)]), found).changed
    (whole,) = completed(desired(policies=[policy("new", scale_out_cooldown_seconds=1)]), found).properties["policies"]
    assert whole == {
        "name": "new",
        "metric": CPU,
        "target_value": 60.0,
        "scale_in_cooldown_seconds": 300,
        "scale_out_cooldown_seconds": 1,
        "scale_in_disabled": False,
    }
    assert completed(desired(), None) == desired()


@pytest.mark.parametrize(
    ("properties", "notes"),
    [
        ({"min_capacity": 2}, ["readers are added at once where there are fewer"]),
        ({"min_capacity": 0}, [""]),
        ({"max_capacity": 3}, ["readers that were added automatically are removed at once where there are more"]),
        ({"max_capacity": 5, "scale_in_suspended": True}, ["", ""]),
        ({"max_capacity": KNOWN_AFTER_APPLY}, [""]),
    ],
)
def test_what_another_range_does_at_once(properties: dict[str, Any], notes: list[str]) -> None:
    assert [change.note for change in planned(desired(**properties), observed()).changes] == notes


def test_a_new_target_needs_both_bounds_and_a_changed_one_has_to_fit_the_other() -> None:
    assert [problem.input for problem in capacity_problems(desired(), None)] == ["min_capacity", "max_capacity"]
    assert list(capacity_problems(desired(min_capacity=4), observed())) == []
    (problem,) = capacity_problems(desired(min_capacity=5), observed())
    assert (problem.input, problem.value) == ("min_capacity", 5)


@pytest.mark.parametrize(
    ("cluster", "message"),
    [
        (None, "is no DB cluster in us-west-2."),
        ({"Engine": "postgres"}, "is postgres, provisioned: only Aurora clusters with instances are scaled."),
        ({"Engine": "aurora-postgresql", "EngineMode": "serverless"}, "is aurora-postgresql, serverless: only Aurora"),
        ({"Engine": "aurora-postgresql", "EngineMode": "provisioned"}, ""),
    ],
)
def test_clusters(cluster: dict[str, str] | None, message: str) -> None:
    problems = list(cluster_problems(desired(), cluster, "us-west-2"))
    assert bool(problems) == bool(message)
    assert all(message in problem.message for problem in problems)


def test_registration() -> None:
    """Whoever says one suspended activity says all: AWS takes the others for running."""
    tagged = Desired(READER_AUTOSCALING.name, "orders", {"min_capacity": 1, "max_capacity": 2}, {"A": "1"})
    bounds = {"MinCapacity": 1, "MaxCapacity": 2, "Tags": {"A": "1"}}
    assert registration(tagged, None, planned(tagged, None)) == {**target("orders"), **bounds}
    wanted = desired(scale_out_suspended=True)
    found = observed(SuspendedState={"DynamicScalingInSuspended": True})
    assert registration(wanted, found, planned(wanted, found))["SuspendedState"] == {
        "DynamicScalingInSuspended": True,
        "DynamicScalingOutSuspended": True,
        "ScheduledScalingSuspended": False,
    }
    assert registration(wanted, None, planned(wanted, None))["SuspendedState"]["DynamicScalingInSuspended"] is False
    assert registration(tagged, found, planned(desired(policies=[policy()]), found)) == {}


def test_policies_that_are_as_wanted_are_left_alone_and_a_metric_is_free_before_it_is_taken() -> None:
    def tracking(name: str, metric: str) -> dict[str, Any]:
        tracked = {"TargetValue": 60.0, "PredefinedMetricSpecification": {"PredefinedMetricType": metric}}
        return {**RAW_POLICY, "PolicyName": name, "TargetTrackingScalingPolicyConfiguration": tracked}

    found = observed(tracking("cpu", CPU), tracking("old", CONNECTIONS))
    wanted = desired(policies=[policy(), policy("new", CONNECTIONS, 500)])
    requests = policy_requests(wanted, found, planned(wanted, found))
    assert [(method, request["PolicyName"]) for method, request in requests] == [
        ("delete_scaling_policy", "old"),
        ("put_scaling_policy", "new"),
    ]


# What AWS has and what is wanted.
names, metrics = st.sampled_from(["a", "b", "c"]), st.sampled_from([CPU, CONNECTIONS])
settings: dict[str, st.SearchStrategy[Any]] = {
    "scale_in_cooldown_seconds": st.sampled_from([0, 300]),
    "scale_out_cooldown_seconds": st.sampled_from([0, 300]),
    "scale_in_disabled": st.booleans(),
}


def tracked(optional: bool) -> st.SearchStrategy[list[dict[str, Any]]]:
    needed: dict[str, st.SearchStrategy[Any]] = {
        "name": names,
        "metric": metrics,
        "target_value": st.sampled_from([50.0, 60.0]),
    }
    one = (
        st.fixed_dictionaries(needed, optional=settings) if optional else st.fixed_dictionaries({**needed, **settings})
    )
    return st.lists(one, max_size=2, unique_by=(lambda each: each["name"], lambda each: each["metric"]))


bounds = st.integers(0, 15)
activities = {name: st.booleans() for name in SUSPENDED}
states = st.fixed_dictionaries({**dict.fromkeys(CAPACITY, bounds), **activities, "policies": tracked(optional=False)})
wishes = st.fixed_dictionaries(
    {}, optional={**dict.fromkeys(CAPACITY, bounds), **activities, "policies": tracked(optional=True)}
)


def carried_out(state: Mapping[str, Any], request: Mapping[str, Any], requests: Iterable[Request]) -> dict[str, Any]:
    """What AWS has after the registration and these requests; it has one policy for a metric."""
    after = {ours: request.get(theirs, state[ours]) for ours, theirs in CAPACITY.items()}
    suspended = request.get("SuspendedState", {theirs: state[ours] for ours, theirs in SUSPENDED.items()})
    after |= {ours: suspended[theirs] for ours, theirs in SUSPENDED.items()}
    policies = {each["name"]: each for each in state["policies"]}
    for method, each in requests:
        if method == "delete_scaling_policy":
            del policies[each["PolicyName"]]
            continue
        name, tracking = each["PolicyName"], each["TargetTrackingScalingPolicyConfiguration"]
        metric = tracking["PredefinedMetricSpecification"]["PredefinedMetricType"]
        assert all(other["metric"] != metric for other in policies.values() if other["name"] != name)
        policies[name] = policy(
            name,
            metric,
            tracking["TargetValue"],
            scale_in_cooldown_seconds=tracking["ScaleInCooldown"],
            scale_out_cooldown_seconds=tracking["ScaleOutCooldown"],
            scale_in_disabled=tracking["DisableScaleIn"],
        )
    return {**after, "policies": sorted(policies.values(), key=lambda each: str(each["name"]))}


@given(before=states, wanted=wishes)
def test_an_applied_plan_leaves_nothing_to_plan(before: dict[str, Any], wanted: dict[str, Any]) -> None:
    wish, found = desired(**wanted), Observed(READER_AUTOSCALING.name, "orders", before)
    plan = planned(wish, found)
    assert all(change.before != change.after for change in plan.changes)
    request, requests = registration(wish, found, plan), list(policy_requests(wish, found, plan))
    assert bool(request or requests) == plan.changed
    after = carried_out(before, request, requests)
    assert planned(wish, Observed(READER_AUTOSCALING.name, "orders", after)).action is Action.NONE
    for name in before.keys() - wanted.keys() - {"policies"}:
        assert after[name] == before[name]
    kept = {each["name"] for each in before["policies"]} if "policies" not in wanted else set()
    assert kept <= {each["name"] for each in after["policies"]}
    untouched = [each for each in before["policies"] if each in after["policies"]]
    assert not {each["PolicyName"] for _method, each in requests} & {
        each["name"] for each in untouched if each in completed(wish, found).properties.get("policies", [])
    }


@given(wanted=wishes.filter(lambda wish: CAPACITY.keys() <= wish.keys()))
def test_a_new_target_is_as_wanted(wanted: dict[str, Any]) -> None:
    wish = desired(**wanted)
    plan = planned(wish, None)
    nothing = {**dict.fromkeys(CAPACITY, 0), **dict.fromkeys(SUSPENDED, False), "policies": []}
    after = carried_out(nothing, registration(wish, None, plan), policy_requests(wish, None, plan))
    assert planned(wish, Observed(READER_AUTOSCALING.name, "orders", after)).action is Action.NONE

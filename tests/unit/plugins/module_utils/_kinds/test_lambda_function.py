"""Lambda functions: rules, plans, what follows from a change, and the requests that carry it out."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.lambda_function import (
    FAILED,
    IN_PROGRESS,
    LAMBDA_FUNCTION,
    PUBLISHED,
    READY,
    UNRESERVED,
    from_aws,
    missing_for_creation,
    network_problems,
    plan_function,
    status,
    version_after,
    why_failed,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.lambda_function_requests import (
    changed_configuration,
    changes_code,
    concurrency_to_set,
    creation,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    KNOWN_AFTER_APPLY,
    Action,
    Desired,
    Kind,
    Observed,
    Plan,
    Property,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.lambdas import ARN, ROLE, properties, raw


def desired(name: str = "orders", **given: Any) -> Desired:
    return Desired(LAMBDA_FUNCTION.name, name, given)


def observed(*versions: str, concurrency: int | None = None, **members: Any) -> Observed:
    reserved = {} if concurrency is None else {"ReservedConcurrentExecutions": concurrency}
    return from_aws(raw(**members), [raw(version) for version in versions], reserved, {})


def planned(wanted: Desired, found: Observed | None) -> Plan:
    return plan_function(LAMBDA_FUNCTION, wanted, found)


@pytest.mark.parametrize(
    ("wanted", "inputs"),
    [
        (desired(**properties(reserved_concurrency=UNRESERVED)), []),
        (desired("a b"), ["name"]),
        (desired("a" * 65), ["name"]),
        (desired(memory_mb=127, timeout_seconds=901), ["memory_mb", "timeout_seconds"]),
        (desired(memory_mb=10240, timeout_seconds=1, reserved_concurrency=0), []),
        (desired(architecture="riscv", log_format="XML"), ["architecture", "log_format"]),
        (desired(handler="a b"), ["handler"]),
        (desired(reserved_concurrency=-2), ["reserved_concurrency"]),
        (desired(environment={"1A": "x"}), ["environment"]),
        (desired(environment={"AWS_REGION": "x"}), ["environment"]),
        (desired(environment={"AB": "x" * 4095}), ["environment"]),
        (desired(environment={"AB": "x" * 4094}), []),
    ],
)
def test_rules(wanted: Desired, inputs: list[str]) -> None:
    assert [problem.input for problem in LAMBDA_FUNCTION.check(wanted)] == inputs


def test_the_inventory_key_of_a_name() -> None:
    (problem,) = LAMBDA_FUNCTION.check(Desired("lambda_function", "a b", keys={"name": "shop_function"}))
    assert problem.input == "shop_function"


def test_what_aws_says_in_our_terms() -> None:
    found = observed("1", concurrency=5)
    assert {**found.properties} == {
        **properties(),
        "description": "",
        "reserved_concurrency": 5,
        "version": "1",
    }
    assert found.attributes["arn"] == ARN


def test_what_aws_leaves_out() -> None:
    bare = {
        name: value
        for name, value in raw().items()
        if name not in ("Architectures", "Environment", "VpcConfig", "LoggingConfig", "Description")
    }
    found = from_aws(bare, [], {}, {}).properties
    assert (found["architecture"], found["environment"], found["subnet_ids"]) == ("x86_64", {}, [])
    assert (found["log_group"], found["log_format"], found["description"]) == ("/aws/lambda/orders", "Text", "")
    assert (found["reserved_concurrency"], found["version"]) == (UNRESERVED, None)


@pytest.mark.parametrize(
    ("state", "update", "expected"),
    [
        ("Active", "Successful", READY),
        ("Inactive", "Successful", READY),
        ("Pending", "Successful", IN_PROGRESS),
        ("Failed", "InProgress", FAILED),
        ("Active", "InProgress", IN_PROGRESS),
        ("Active", "Failed", FAILED),
    ],
)
def test_status(state: str, update: str, expected: str) -> None:
    assert status({"State": state, "LastUpdateStatus": update}) == expected


def test_status_of_a_version() -> None:
    assert status({}) == READY


def test_why_it_failed() -> None:
    assert why_failed({"StateReason": "a", "LastUpdateStatusReason": "b"}) == "a; b"
    assert why_failed({}) == "AWS names no reason"


def test_a_new_function() -> None:
    plan = planned(desired(**properties()), None)
    assert (plan.action, version_after(None, plan)) == (Action.CREATE, KNOWN_AFTER_APPLY)


def test_a_function_as_wanted_is_not_published() -> None:
    found = observed("1", "2", "10")
    plan = planned(desired(**properties()), found)
    assert (plan.action, plan.changes, version_after(found, plan)) == (Action.NONE, (), "10")


@pytest.mark.parametrize(
    "change",
    [
        {"role_arn": f"{ROLE}-2"},
        {"runtime": "python3.14"},
        {"handler": "orders.other"},
        {"memory_mb": 1024},
        {"timeout_seconds": 30},
        {"architecture": "x86_64"},
        {"environment": {}},
        {"subnet_ids": ["subnet-c"]},
        {"security_group_ids": ["sg-2"]},
        {"log_group": "/orders"},
        {"log_format": "Text"},
        {"code_sha256": "00"},
    ],
)
def test_a_change_of_code_or_configuration_publishes_a_version(change: dict[str, Any]) -> None:
    found = observed("3")
    plan = planned(desired(**properties(**change)), found)
    assert [(c.property, c.after) for c in plan.changes] == [*change.items(), ("version", KNOWN_AFTER_APPLY)]
    assert plan.changes[-1].before == "3"
    assert version_after(found, plan) == KNOWN_AFTER_APPLY


def test_every_property_that_is_published_is_tried_above() -> None:
    (mark,) = test_a_change_of_code_or_configuration_publishes_a_version.pytestmark
    assert [name for case in mark.args[1] for name in case] == list(PUBLISHED)


@pytest.mark.parametrize("change", [{"reserved_concurrency": 1}, {"description": "Orders"}])
def test_what_is_no_part_of_a_version_publishes_none(change: dict[str, Any]) -> None:
    plan = planned(desired(**properties(**change)), observed("3"))
    assert [c.property for c in plan.changes] == list(change)


def test_what_a_killed_run_has_not_published_is_published() -> None:
    found = from_aws(raw(MemorySize=1024), [raw("1")], {}, {})
    plan = planned(desired(**properties(memory_mb=1024)), found)
    assert [(c.property, c.before) for c in plan.changes] == [("version", "1")]
    assert plan.action is Action.UPDATE


def test_a_version_with_a_description_of_its_own_is_the_function() -> None:
    assert from_aws(raw(), [raw("1", Description="of the version")], {}, {}).properties["version"] == "1"


def test_an_update_that_failed_is_made_again() -> None:
    found = observed("1", LastUpdateStatus="Failed")
    wanted = desired(**properties())
    plan = planned(wanted, found)
    assert [c.property for c in plan.changes] == ["last_update", "version"]
    request = changed_configuration(wanted, found, plan)
    assert {"Role", "Runtime", "Handler", "VpcConfig", "Environment", "LoggingConfig"} <= request.keys()
    assert "Description" not in request


def test_a_refusal_stays_one() -> None:
    kind = Kind("lambda_function", {"runtime": Property(immutable="No.")})
    assert plan_function(kind, desired(runtime="x"), observed("1")).action is Action.REFUSE


def test_what_a_new_function_needs() -> None:
    assert [p.input for p in missing_for_creation(desired())] == ["role_arn", "runtime", "handler", "zip_file"]
    assert not list(missing_for_creation(desired(**properties())))


@pytest.mark.parametrize(
    ("wanted", "found", "inputs"),
    [
        (desired(), None, []),
        (desired(subnet_ids=["a"]), None, ["security_group_ids"]),
        (desired(security_group_ids=["a"]), None, ["subnet_ids"]),
        (desired(subnet_ids=["a"]), observed(), []),
        (desired(subnet_ids=[]), observed(), ["subnet_ids"]),
        (desired(subnet_ids=[], security_group_ids=[]), observed(), []),
        (desired(subnet_ids=[KNOWN_AFTER_APPLY]), None, []),
    ],
)
def test_subnets_need_groups(wanted: Desired, found: Observed | None, inputs: list[str]) -> None:
    assert [p.input for p in network_problems(wanted, found)] == inputs


def test_the_request_of_a_creation() -> None:
    wanted = Desired("lambda_function", "orders", properties(reserved_concurrency=5), {"Project": "Orders"})
    assert creation(wanted) == {
        "FunctionName": "orders",
        "Role": ROLE,
        "Runtime": "python3.13",
        "Handler": "orders.handle",
        "MemorySize": 512,
        "Timeout": 60,
        "Architectures": ["arm64"],
        "Environment": {"Variables": {"ORDERS": "/orders/"}},
        "VpcConfig": {"SubnetIds": ["subnet-a", "subnet-b"], "SecurityGroupIds": ["sg-1"]},
        "LoggingConfig": {"LogFormat": "JSON", "LogGroup": "/aws/lambda/orders"},
        "Tags": {"Project": "Orders"},
    }
    assert creation(desired(role_arn=ROLE, memory_mb=None)) == {"FunctionName": "orders", "Role": ROLE}


def test_parts_that_lambda_takes_together_are_sent_together() -> None:
    found, wanted = observed("1"), desired(security_group_ids=["sg-2"], log_format="Text", description="Orders")
    assert changed_configuration(wanted, found, planned(wanted, found)) == {
        "FunctionName": "orders",
        "Description": "Orders",
        "VpcConfig": {"SubnetIds": ["subnet-a", "subnet-b"], "SecurityGroupIds": ["sg-2"]},
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": "/aws/lambda/orders"},
    }


@pytest.mark.parametrize(
    ("change", "configuration", "code"),
    [
        ({"code_sha256": "00"}, False, True),
        ({"architecture": "x86_64"}, False, True),
        ({"memory_mb": 128}, True, False),
        ({"reserved_concurrency": 1}, False, False),
    ],
)
def test_which_requests_a_change_needs(change: dict[str, Any], configuration: bool, code: bool) -> None:
    found, wanted = observed("1"), desired(**change)
    plan = planned(wanted, found)
    assert (bool(changed_configuration(wanted, found, plan)), changes_code(plan)) == (configuration, code)


@pytest.mark.parametrize(
    ("wanted", "found", "expected"),
    [
        (5, None, 5),
        (0, None, 0),
        (UNRESERVED, None, None),
        (5, observed("1"), 5),
        (UNRESERVED, observed("1", concurrency=5), UNRESERVED),
        (5, observed("1", concurrency=5), None),
    ],
)
def test_reserved_concurrency(wanted: int, found: Observed | None, expected: int | None) -> None:
    assert concurrency_to_set(planned(desired(reserved_concurrency=wanted), found)) == expected


WANTED = st.fixed_dictionaries(
    {},
    optional={
        "description": st.sampled_from(["", "Orders"]),
        "memory_mb": st.integers(128, 10240),
        "timeout_seconds": st.integers(1, 900),
        "environment": st.dictionaries(st.sampled_from(["AA", "BB"]), st.text(max_size=3)),
        "subnet_ids": st.lists(st.sampled_from(["subnet-a", "subnet-b"]), unique=True, min_size=1),
        "security_group_ids": st.lists(st.sampled_from(["sg-1", "sg-2"]), unique=True, min_size=1),
        "log_group": st.sampled_from(["/a", "/b"]),
        "log_format": st.sampled_from(["Text", "JSON"]),
    },
)


@given(WANTED)
def test_the_requests_make_what_is_wanted(wanted: dict[str, Any]) -> None:
    found = observed("1")
    target = desired(**wanted)
    request = changed_configuration(target, found, planned(target, found))
    after = from_aws({**raw(), **request}, [{**raw("2"), **request}], {}, {})
    assert planned(target, after).changes == ()
    untouched = {name for name in PUBLISHED if name not in wanted}
    assert {name: after.properties[name] for name in untouched} == {n: found.properties[n] for n in untouched}

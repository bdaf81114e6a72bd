"""Composite alarms: rules, what they look at, and the order that follows from it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.composite_alarm import (
    COMPOSITE_ALARM,
    check_circles,
    children,
    depths,
    from_aws,
    plan_composite_alarm,
    same_rule,
    to_aws,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired

ARN = "arn:aws:cloudwatch:us-west-2:123456789012:alarm:"


def desired(rule: str | None, name: str = "busy", **more: Any) -> Desired:
    return Desired("composite_alarm", name, {"alarm_rule": rule, **more})


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        ("ALARM(cpu)", {"cpu"}),
        ('ALARM("cpu high") AND NOT (OK( disk ) OR INSUFFICIENT_DATA("a:b"))', {"cpu high", "disk", "a:b"}),
        (f'ALARM("{ARN}cpu")', {"cpu"}),
        ("TRUE", set()),
    ],
)
def test_children(rule: str, names: set[str]) -> None:
    assert children(rule) == names


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("ALARM(a) OR ALARM(b)", "  ALARM( a )\n  OR  ALARM(b) ", True),
        ("NOT (ALARM(a))", "NOT(ALARM(a))", True),
        ('ALARM("two  words")', 'ALARM("two words")', False),
        ("ALARM(a) OR ALARM(b)", "ALARM(a) AND ALARM(b)", False),
    ],
)
def test_rules_are_compared_without_idle_white_space(before: str, after: str, same: bool) -> None:
    assert same_rule(before, after) is same


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (None, "is missing"),
        ("cpu > 80", "has none of ALARM(name)"),
        ("(ALARM(a)", "not closed"),
        ('ALARM("a)', "not closed"),
        (" OR ".join(f"ALARM(a{n})" for n in range(101)), "100 alarms"),
        ("ALARM(a) " + " " * 10240, "10240 characters"),
    ],
)
def test_bad_rules(rule: str | None, message: str) -> None:
    found = [problem for problem in COMPOSITE_ALARM.check(desired(rule)) if problem.input == "alarm_rule"]
    assert len(found) == 1
    assert message in found[0].message


@pytest.mark.parametrize("rule", ["ALARM(a)", "FALSE", 'ALARM("a(b") OR OK(c)'])
def test_good_rules(rule: str) -> None:
    assert list(COMPOSITE_ALARM.check(desired(rule))) == []


def test_depths_follow_the_rules() -> None:
    rules = {"top": "ALARM(middle) OR ALARM(x)", "middle": "ALARM(low)", "low": "ALARM(x)", "alone": "TRUE"}
    assert depths(rules) == {"low": 1, "alone": 1, "middle": 2, "top": 3}


@pytest.mark.parametrize(
    ("rules", "circular"),
    [
        ({"a": "ALARM(b)", "b": "ALARM(x)"}, []),
        ({"a": "ALARM(a)"}, ["a"]),
        ({"a": "ALARM(b)", "b": "ALARM(c)", "c": "ALARM(a)", "d": "ALARM(x)"}, ["a", "b", "c"]),
    ],
)
def test_circles_are_refused(rules: dict[str, str], circular: list[str]) -> None:
    found = check_circles(desired(rule, name) for name, rule in rules.items())
    assert [problem.message.split(":")[0] for problem in found] == [f"alarm {name}" for name in circular]


def test_round_trip() -> None:
    wanted = desired("ALARM(a)", description="Busy", alarm_actions=["arn:topic"])
    raw = {**to_aws(wanted), "AlarmArn": ARN + "busy", "StateValue": "OK"}
    assert raw["AlarmRule"] == "ALARM(a)"
    assert plan_composite_alarm(COMPOSITE_ALARM, wanted, from_aws(raw, {}), frozenset()).changes == ()


def test_a_description_that_is_no_longer_given_is_a_difference() -> None:
    raw = {**to_aws(desired("ALARM(a)", description="Busy")), "AlarmArn": ARN + "busy", "StateValue": "OK"}
    changes = plan_composite_alarm(COMPOSITE_ALARM, desired("ALARM(a)"), from_aws(raw, {}), frozenset()).changes
    assert [(change.property, change.before, change.after) for change in changes] == [("description", "Busy", "")]

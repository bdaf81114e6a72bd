"""What watches a database: sets of alarms merged by short name, the databases of each, the alarm over them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._document import DocumentError
from ansible_collections.pgfleet.aws.plugins.module_utils._watch import MOST_CHILDREN, alarms, merged, of_engine
from hypothesis import given as drawn
from hypothesis import strategies as st

TOPIC = "arn:aws:sns:us-west-2:123456789012:topic"
PAGER = "arn:aws:sns:us-west-2:123456789012:pager"
CPU: dict[str, Any] = {
    "description": "CPU above 80 %",
    "metric_name": "CPUUtilization",
    "comparison_operator": "GreaterThanThreshold",
    "threshold": 80,
    "evaluation_periods": 2,
}
INSTANCE: dict[str, Any] = {
    "system": "retail",
    "suffix": "prod",
    "dimensions": {"DBInstanceIdentifier": "db"},
    "instance_class": "db.t3.micro",
    "members": [{"name": "replica", "instance_class": "db.m5.large", "replica": True}],
    "actions": [TOPIC],
    "unwell_name": "unwell",
    "unwell_actions": [PAGER],
    "functions": ["access"],
    "log_namespace": "pgfleet/retail",
    "log_metrics": {"errors": "errors-prod"},
}
CLUSTER: dict[str, Any] = {
    **INSTANCE,
    "dimensions": {"DBClusterIdentifier": "cluster"},
    "instance_class": None,
    "members": [
        {"name": "one", "instance_class": "db.serverless"},
        {"name": "two", "instance_class": "db.t3.medium"},
        {"name": "three"},
    ],
}


def made(alarm: dict[str, Any], watched: dict[str, Any] = INSTANCE, **given: Any) -> list[dict[str, Any]]:
    return alarms({"x": {**CPU, **alarm}}, given, watched)


def watches(alarm: dict[str, Any], watched: dict[str, Any] = INSTANCE) -> dict[str, Any]:
    return {entry["name"]: entry["properties"]["dimensions"] for entry in made(alarm, watched)}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, CPU),
        ({"x": {}}, CPU),
        ({"x": {"threshold": 90}}, {**CPU, "threshold": 90}),
        ({"x": {"name": "cpu", "statistic": None}}, {**CPU, "name": "cpu"}),
        ({"x": {"description": None}}, {key: value for key, value in CPU.items() if key != "description"}),
    ],
)
def test_what_is_given_goes_over_the_default(given: Any, expected: dict[str, Any]) -> None:
    assert merged({"x": CPU}, given) == {"x": expected}


def test_null_removes_and_others_are_added() -> None:
    assert merged({"x": CPU, "y": CPU}, {"x": None, "z": {"threshold": 1}}) == {"y": CPU, "z": {"threshold": 1}}


@pytest.mark.parametrize(("one", "other"), [("threshold", "threshold_percent"), ("threshold_percent", "threshold")])
def test_a_threshold_takes_the_place_of_a_share_and_the_other_way_round(one: str, other: str) -> None:
    assert merged({"x": {one: 1}}, {"x": {other: 2}}) == {"x": {other: 2}}
    assert merged({"x": {one: 1}}, {"x": {"period_seconds": 60}}) == {"x": {one: 1, "period_seconds": 60}}


keys = st.sampled_from(["a", "b", "c"])
sets = st.dictionaries(keys, st.dictionaries(st.sampled_from(["threshold", "name"]), st.integers(0, 2), max_size=2))


@drawn(sets, st.dictionaries(keys, st.none() | st.dictionaries(st.just("threshold"), st.integers(0, 2))))
def test_merging_twice_is_merging_once(defaults: Any, given: Any) -> None:
    once = merged(defaults, given)
    assert merged(once, given) == once
    assert set(once) == (set(defaults) | set(given)) - {short for short, alarm in given.items() if alarm is None}


def test_a_set_for_engines() -> None:
    found: dict[str, Any] = {
        "x": {"a": 1},
        "y": {"a": 1, "for": {"aurora": {"a": 2}}},
        "z": {"for": {"postgres": {}, "aurora": {}}},
    }
    assert of_engine(found, "postgres") == {"x": {"a": 1}, "z": {}}
    assert of_engine(found, "aurora") == {"x": {"a": 1}, "y": {"a": 2}, "z": {}}


@pytest.mark.parametrize(
    ("alarm", "watched", "expected"),
    [
        ({}, INSTANCE, {"alarm-x-retail-prod": INSTANCE["dimensions"]}),
        ({}, CLUSTER, {"alarm-x-retail-prod": CLUSTER["dimensions"]}),
        (
            {"each_member": True, "name": "cpu-high"},
            INSTANCE,
            {"cpu-high": INSTANCE["dimensions"], "cpu-high-replica": {"DBInstanceIdentifier": "replica"}},
        ),
        ({"only": "replicas"}, CLUSTER, {}),
        ({"only": "replicas"}, INSTANCE, {"alarm-x-retail-prod-replica": {"DBInstanceIdentifier": "replica"}}),
        ({"only": "functions"}, INSTANCE, {"alarm-x-retail-prod-access": {"FunctionName": "access"}}),
        (
            {"only": "members", "classes": "burstable"},
            CLUSTER,
            {"alarm-x-retail-prod-two": {"DBInstanceIdentifier": "two"}},
        ),
        (
            {"each_member": True, "classes": "serverless"},
            CLUSTER,
            {"alarm-x-retail-prod": CLUSTER["dimensions"], "alarm-x-retail-prod-one": {"DBInstanceIdentifier": "one"}},
        ),
        ({"each_member": True, "classes": "burstable"}, INSTANCE, {"alarm-x-retail-prod": INSTANCE["dimensions"]}),
        ({"enabled": False}, INSTANCE, {}),
        ({"log_metric": "deadlocks"}, INSTANCE, {}),
        ({"log_metric": "errors"}, INSTANCE, {"alarm-x-retail-prod": {}}),
        ({"dimensions": {"a": "b"}}, INSTANCE, {"alarm-x-retail-prod": {"a": "b"}}),
    ],
)
def test_which_databases_an_alarm_watches(alarm: Any, watched: Any, expected: dict[str, Any]) -> None:
    assert watches(alarm, watched) == expected


def test_an_entry() -> None:
    assert made({}) == [
        {
            "kind": "metric_alarm",
            "name": "alarm-x-retail-prod",
            "outputs": {"alarm_names": "name"},
            "keys": {name: f"monitoring_alarms.x.{name}" for name in made({})[0]["keys"]},
            "properties": {
                **CPU,
                "threshold": 80.0,
                "namespace": "AWS/RDS",
                "dimensions": {"DBInstanceIdentifier": "db"},
                "statistic": "Average",
                "period_seconds": 300,
                "treat_missing_data": "notBreaching",
                "actions_enabled": True,
                "alarm_actions": [TOPIC],
                "ok_actions": [],
                "insufficient_data_actions": [],
            },
        }
    ]


def properties(alarm: dict[str, Any], **watched: Any) -> dict[str, Any]:
    return dict(made(alarm, {**INSTANCE, **watched})[0]["properties"])


def test_a_member_stands_in_its_description() -> None:
    [_, member] = made({"each_member": True})
    assert member["properties"]["description"] == "replica: CPU above 80 %"
    assert made({"only": "replicas", "description": None})[0]["properties"]["description"] == "replica: "


def test_the_log_has_a_namespace_of_its_own_and_no_dimensions() -> None:
    found = properties({"log_metric": "errors", "metric_name": None})
    assert (found["namespace"], found["metric_name"], found["dimensions"]) == ("pgfleet/retail", "errors-prod", {})


def test_other_sorts_of_alarms() -> None:
    assert "statistic" not in properties({"extended_statistic": "p99"})
    queries = [{"id": "a", "expression": "b * 2"}]
    found = properties({"metrics": queries, "metric_name": None, "threshold": None, "threshold_percent": "10"})
    assert found["metrics"] == queries
    assert found["threshold_percent"] == 10.0
    assert not found.keys() & {"statistic", "period_seconds", "namespace", "dimensions", "metric_name"}


@pytest.mark.parametrize(
    ("alarm", "each", "notified"),
    [
        ({}, True, [TOPIC]),
        ({}, False, [TOPIC]),
        ({"unwell": True}, True, [TOPIC]),
        ({"unwell": True}, False, []),
        ({"unwell": True, "notify": True}, False, [TOPIC]),
        ({"notify": False}, True, []),
    ],
)
def test_who_is_told(alarm: dict[str, Any], each: bool, notified: list[str]) -> None:
    assert properties(alarm, notify_each=each)["alarm_actions"] == notified


@pytest.mark.parametrize(
    ("alarm", "says"),
    [
        (
            {"treshold": 1, "colour": 2},
            r"monitoring_alarms\.x: has no colour, treshold\. An alarm may have .*threshold",
        ),
        ({"only": "readers"}, r"monitoring_alarms\.x\.only: readers is none of members, replicas, functions"),
        ({"classes": "large"}, r"monitoring_alarms\.x\.classes: large is none of burstable, provisioned, serverless"),
    ],
)
def test_what_is_no_alarm(alarm: dict[str, Any], says: str) -> None:
    with pytest.raises(DocumentError, match=says):
        made(alarm)


def test_the_alarm_over_those_that_users_feel() -> None:
    entries = alarms({"a": {**CPU, "unwell": True}, "b": CPU, "c": {**CPU, "unwell": True}}, {}, INSTANCE)
    [unwell] = [entry for entry in entries if entry["kind"] == "composite_alarm"]
    assert unwell == entries[-1]
    assert (unwell["name"], unwell["outputs"]) == ("unwell", {"unwell_alarm_name": "name"})
    assert unwell["properties"] == {
        "description": "The database retail prod is unwell: users feel it",
        "alarm_rule": 'ALARM("alarm-a-retail-prod") OR ALARM("alarm-c-retail-prod")',
        "actions_enabled": True,
        "alarm_actions": [TOPIC, PAGER],
        "ok_actions": [TOPIC, PAGER],
        "insufficient_data_actions": [],
    }


def test_more_alarms_than_a_rule_takes_get_alarms_between() -> None:
    members = [{"name": f"member-{number}"} for number in range(MOST_CHILDREN + 1)]
    entries = made({"unwell": True, "only": "members"}, {**CLUSTER, "members": members})
    first, second, whole = (entry for entry in entries if entry["kind"] == "composite_alarm")
    assert [first["name"], second["name"], whole["name"]] == ["unwell-1", "unwell-2", "unwell"]
    assert first["properties"]["alarm_rule"].count("ALARM(") == MOST_CHILDREN
    assert second["properties"]["alarm_rule"] == f'ALARM("alarm-x-retail-prod-member-{MOST_CHILDREN}")'
    assert whole["properties"]["alarm_rule"] == 'ALARM("unwell-1") OR ALARM("unwell-2")'
    assert [first["properties"]["alarm_actions"], whole["properties"]["alarm_actions"]] == [[], [TOPIC, PAGER]]


@pytest.mark.parametrize(("members", "published"), [(2, {"", "-m0", "-m1"}), (200, {""})])
def test_names_of_members_are_published_while_there_is_room(members: int, published: set[str]) -> None:
    watched = {**CLUSTER, "members": [{"name": f"m{number}"} for number in range(members)]}
    entries = made({"each_member": True}, watched)
    names = {entry["name"].removeprefix("alarm-x-retail-prod") for entry in entries if "outputs" in entry}
    assert names == published

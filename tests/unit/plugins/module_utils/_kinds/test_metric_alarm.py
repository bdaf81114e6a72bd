"""Alarms on metrics: what is refused before a write, what is a difference, and AWS's form of both."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.metric_alarm import (
    METRIC_ALARM,
    from_aws,
    plan_metric_alarm,
    to_aws,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.metric_query import metric_from_aws
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY, Action, Desired, Observed

CPU: dict[str, Any] = {
    "namespace": "AWS/RDS",
    "metric_name": "CPUUtilization",
    "dimensions": {"DBInstanceIdentifier": "db-retail-prod"},
    "statistic": "Average",
    "period_seconds": 300,
    "evaluation_periods": 2,
    "threshold": 80,
    "comparison_operator": "GreaterThanThreshold",
}
READ = {"id": "r", "namespace": "AWS/RDS", "metric_name": "ReadLatency", "statistic": "Average", "period_seconds": 60}
LATENCY: dict[str, Any] = {
    "metrics": [{"id": "total", "expression": "r * 1000", "label": "ms"}, {**READ, "return_data": False}],
    "evaluation_periods": 3,
    "threshold": 200,
    "comparison_operator": "GreaterThanThreshold",
}
BAND: dict[str, Any] = {
    "metrics": [READ, {"id": "band", "expression": "ANOMALY_DETECTION_BAND(r, 2)"}],
    "evaluation_periods": 3,
    "threshold_metric_id": "band",
    "comparison_operator": "GreaterThanUpperThreshold",
}
TAGS = {"pgfleet:system": "retail"}


def desired(properties: dict[str, Any], name: str = "alarm-cpu") -> Desired:
    return Desired("metric_alarm", name, properties, TAGS)


def put(properties: dict[str, Any]) -> Observed:
    """What DescribeAlarms says after a put: the arguments, and what CloudWatch adds."""
    raw = {**to_aws(desired(properties)), "AlarmArn": "arn:aws:cloudwatch:r:1:alarm:alarm-cpu", "StateValue": "OK"}
    return from_aws(raw, TAGS)


def problems(properties: dict[str, Any], name: str = "alarm-cpu") -> dict[str, str]:
    return {problem.input: problem.message for problem in METRIC_ALARM.check(desired(properties, name))}


@pytest.mark.parametrize("properties", [CPU, LATENCY, BAND], ids=["metric", "expression", "band"])
def test_good_definitions_have_no_problems(properties: dict[str, Any]) -> None:
    assert problems(properties) == {}


@pytest.mark.parametrize(
    ("changed", "culprit", "message"),
    [
        ({"period_seconds": 45}, "period_seconds", "10, 20, 30 or a multiple of 60"),
        ({"period_seconds": None}, "period_seconds", "is missing"),
        ({"period_seconds": 90}, "period_seconds", "multiple of 60"),
        ({"evaluation_periods": 0}, "evaluation_periods", "1 or more"),
        ({"evaluation_periods": 289}, "evaluation_periods", "at most 288 periods"),
        ({"period_seconds": 3600, "evaluation_periods": 169}, "evaluation_periods", "at most 168 periods"),
        ({"datapoints_to_alarm": 3}, "datapoints_to_alarm", "1 to evaluation_periods (2)"),
        ({"comparison_operator": "LessThanLowerThreshold"}, "comparison_operator", "GreaterThanThreshold"),
        ({"comparison_operator": "Above"}, "comparison_operator", "GreaterThanThreshold"),
        ({"threshold": None}, "threshold", "either threshold, threshold_percent or"),
        ({"namespace": None}, "namespace", "is missing"),
        ({"metric_name": None}, "metric_name", "is missing"),
        ({"statistic": None}, "statistic", "either statistic or extended_statistic"),
        ({"extended_statistic": "p99"}, "statistic", "either statistic or extended_statistic"),
        ({"statistic": None, "extended_statistic": "p99th"}, "extended_statistic", "p99, tm90"),
        ({"statistic": "Median"}, "statistic", "SampleCount, Average"),
        ({"treat_missing_data": "notbreaching"}, "treat_missing_data", "notBreaching"),
        ({"evaluate_low_sample_count_percentile": "no"}, "evaluate_low_sample_count_percentile", "evaluate, ignore"),
        ({"alarm_actions": ["arn"] * 6}, "alarm_actions", "more than 5"),
        ({"description": "x" * 1025}, "description", "1024"),
    ],
)
def test_bad_metric_alarm(changed: dict[str, Any], culprit: str, message: str) -> None:
    found = problems({**CPU, **changed})
    assert list(found) == [culprit]
    assert message in found[culprit]
    assert "alarm alarm-cpu" in found[culprit]


@pytest.mark.parametrize("name", ["", "x" * 256, "two\nlines"])
def test_bad_name(name: str) -> None:
    assert "1 to 255 characters" in problems(CPU, name)["name"]


@pytest.mark.parametrize(
    ("changed", "culprit", "message"),
    [
        ({"namespace": "AWS/RDS"}, "namespace", "stands beside metrics"),
        ({"metrics": [READ, READ | {"return_data": False}]}, "metrics.id", "its own id"),
        ({"metrics": [{**READ, "id": "Read"}]}, "metrics.id", "lower-case letter"),
        ({"metrics": [{"id": "a"}]}, "metrics", "either expression or metric_name"),
        ({"metrics": [{**READ, "expression": "1"}]}, "metrics", "either expression or metric_name"),
        ({"metrics": [{**READ, "statistic": None}]}, "metrics", "needs namespace, statistic and period_seconds"),
        ({"metrics": [READ, {"id": "b", "expression": "r"}]}, "metrics.return_data", "exactly one"),
        ({"metrics": [READ | {"return_data": False}]}, "metrics.return_data", "exactly one"),
        ({"metrics": [{**READ, "period_seconds": 61}]}, "period_seconds", "multiple of 60"),
    ],
)
def test_bad_expression_alarm(changed: dict[str, Any], culprit: str, message: str) -> None:
    found = problems({**LATENCY, **changed})
    assert list(found) == [culprit]
    assert message in found[culprit]


@pytest.mark.parametrize(
    ("changed", "culprit", "message"),
    [
        ({"threshold": 1}, "threshold", "either threshold, threshold_percent or"),
        ({"threshold_metric_id": "r"}, "threshold_metric_id", "there: band"),
        ({"comparison_operator": "GreaterThanThreshold"}, "comparison_operator", "GreaterThanUpperThreshold"),
    ],
)
def test_bad_band_alarm(changed: dict[str, Any], culprit: str, message: str) -> None:
    found = problems({**BAND, **changed})
    assert list(found) == [culprit]
    assert message in found[culprit]


def test_all_problems_are_listed_at_once() -> None:
    assert set(problems({**CPU, "period_seconds": 45, "statistic": "Median", "threshold": None})) == {
        "period_seconds",
        "statistic",
        "threshold",
    }


def test_messages_name_the_inventory_key() -> None:
    wanted = Desired(
        "metric_alarm", "a", {**CPU, "period_seconds": 45}, keys={"period_seconds": "monitoring_alarms.cpu"}
    )
    assert [problem.input for problem in METRIC_ALARM.check(wanted)] == ["monitoring_alarms.cpu"]


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        (CPU, CPU, {}),
        (CPU, CPU | {"threshold": 80.0}, {}),
        (CPU, CPU | {"datapoints_to_alarm": 2, "treat_missing_data": "missing", "ok_actions": []}, {}),
        (CPU, CPU | {"threshold": 90}, {"threshold": (80, 90)}),
        (CPU | {"alarm_actions": ["b", "a"]}, CPU | {"alarm_actions": ["a", "b"]}, {}),
        (CPU | {"alarm_actions": ["a"]}, CPU, {"alarm_actions": (["a"], ())}),
        (CPU | {"description": "old"}, CPU, {"description": ("old", "")}),
        (CPU | {"actions_enabled": False}, CPU, {"actions_enabled": (False, True)}),
        (CPU | {"unit": "Percent"}, CPU, {"unit": ("Percent", None)}),
        (CPU | {"datapoints_to_alarm": 1}, CPU, {"datapoints_to_alarm": (1, None)}),
        (LATENCY, LATENCY | {"metrics": LATENCY["metrics"][::-1]}, {}),
        (BAND, BAND | {"metrics": [READ | {"return_data": True, "dimensions": {}}, BAND["metrics"][1]]}, {}),
    ],
)
def test_plan(before: dict[str, Any], after: dict[str, Any], changes: dict[str, tuple[Any, Any]]) -> None:
    plan = plan_metric_alarm(METRIC_ALARM, desired(after), put(before), frozenset())
    assert {change.property: (change.before, change.after) for change in plan.changes} == changes
    assert plan.action is (Action.UPDATE if changes else Action.NONE)


def test_plan_of_a_new_alarm_lists_what_it_is_given() -> None:
    plan = plan_metric_alarm(METRIC_ALARM, desired(CPU), None, frozenset())
    assert plan.action is Action.CREATE
    assert [change.property for change in plan.changes] == [*CPU, "tags"]


def test_what_is_known_after_apply_differs() -> None:
    wanted = desired(CPU | {"alarm_actions": [KNOWN_AFTER_APPLY]})
    plan = plan_metric_alarm(METRIC_ALARM, wanted, put(CPU), frozenset())
    assert [change.property for change in plan.changes] == ["alarm_actions"]


def test_other_tags_are_differences() -> None:
    observed = from_aws({**to_aws(desired(CPU)), "AlarmArn": "arn", "StateValue": "OK"}, {"Team": "a", "aws:x": "y"})
    plan = plan_metric_alarm(METRIC_ALARM, desired(CPU), observed, frozenset())
    assert {change.property: change.after for change in plan.changes} == {
        "tags.Team": None,
        "tags.pgfleet:system": "retail",
    }


def test_the_definition_in_awss_form() -> None:
    assert to_aws(desired(CPU | {"alarm_actions": ["arn:topic"], "actions_enabled": False})) == {
        "AlarmName": "alarm-cpu",
        "Namespace": "AWS/RDS",
        "MetricName": "CPUUtilization",
        "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": "db-retail-prod"}],
        "Statistic": "Average",
        "Period": 300,
        "EvaluationPeriods": 2,
        "Threshold": 80,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "missing",
        "ActionsEnabled": False,
        "AlarmActions": ["arn:topic"],
    }


def test_a_threshold_of_zero_is_sent() -> None:
    assert to_aws(desired(CPU | {"threshold": 0}))["Threshold"] == 0


def test_expressions_in_awss_form() -> None:
    stat = {
        "Metric": {"Namespace": "AWS/RDS", "MetricName": "ReadLatency", "Dimensions": []},
        "Stat": "Average",
        "Period": 60,
    }
    arguments = to_aws(desired(LATENCY))
    assert arguments["Metrics"] == [
        {"Id": "total", "ReturnData": True, "Expression": "r * 1000", "Label": "ms"},
        {"Id": "r", "ReturnData": False, "MetricStat": stat},
    ]
    assert not arguments.keys() & {"Namespace", "Dimensions", "Period", "Statistic"}


def test_what_others_may_refer_to() -> None:
    assert put(CPU).attributes == {"arn": "arn:aws:cloudwatch:r:1:alarm:alarm-cpu", "state": "OK"}


def test_a_metric_without_return_data_is_watched() -> None:
    assert metric_from_aws({"Id": "m", "Expression": "1"}) == {"id": "m", "expression": "1", "return_data": True}
    hidden = metric_from_aws({"Id": "m", "Expression": "1", "ReturnData": False})
    assert hidden["return_data"] is False

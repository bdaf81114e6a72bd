"""Drifts of alarms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.integration.truth.drift import Drift, Said, Target

METRIC_ALARM = {
    "actions_enabled": "ActionsEnabled",
    "alarm_actions": "AlarmActions",
    "comparison_operator": "ComparisonOperator",
    "description": "AlarmDescription",
    "dimensions": "Dimensions",
    "evaluation_periods": "EvaluationPeriods",
    "insufficient_data_actions": "InsufficientDataActions",
    "metric_name": "MetricName",
    "namespace": "Namespace",
    "ok_actions": "OKActions",
    "period_seconds": "Period",
    "statistic": "Statistic",
    "threshold": "Threshold",
    "treat_missing_data": "TreatMissingData",
}
COMPOSITE_ALARM = {"alarm_rule": "AlarmRule"} | {
    name: METRIC_ALARM[name]
    for name in ("actions_enabled", "alarm_actions", "description", "insufficient_data_actions", "ok_actions")
}


def _definition(it: Target) -> dict[str, Any]:
    """What a put of the alarm as it is would give."""
    kind, names = ("CompositeAlarm", COMPOSITE_ALARM) if it.kind == "composite_alarm" else ("MetricAlarm", METRIC_ALARM)
    found = it.aws("cloudwatch").describe_alarms(AlarmNames=[it.name], AlarmTypes=[kind])[f"{kind}s"][0]
    return {name: found[name] for name in ("AlarmName", *names.values()) if name in found}


def _put_alarm(it: Target, definition: dict[str, Any]) -> None:
    cloudwatch = it.aws("cloudwatch")
    (cloudwatch.put_composite_alarm if it.kind == "composite_alarm" else cloudwatch.put_metric_alarm)(**definition)


def _elsewhere(it: Target) -> str:
    """A topic of somebody else."""
    return f"arn:aws:sns:{it.host.region}:{it.host.account_id}:other"


def _actions(option: str) -> Drift:
    return Drift(
        lambda it, name: _alarm(option, [_elsewhere(it)]).do(it, name),
        lambda it, name: _alarm(option, None).undo(it, name),
    )


def _alarm(option: str, to: Any, shown: Any = None, fits: Callable[[Target], bool] = lambda _it: True) -> Drift:
    """An option of an alarm at ``to``, which the plan writes as ``shown``."""

    def do(it: Target, name: str) -> Said:
        before = _definition(it)
        _put_alarm(it, {**before, option: to})
        meant = it.wanted.get(name, before[option])
        return {(it.key, "threshold" if option == "Threshold" else name): (to if shown is None else shown, meant)}

    def undo(it: Target, name: str) -> None:
        value = it.wanted[name]
        if name == "dimensions":
            value = [{"Name": key, "Value": of} for key, of in value.items()]
        _put_alarm(it, {**_definition(it), option: value})

    return Drift(do, undo, fits)


def _more(option: str, to: Any, fits: Callable[[Target], bool] = lambda _it: True) -> Drift:
    """An option that nobody wants."""

    def do(it: Target, name: str) -> Said:
        _put_alarm(it, {**_definition(it), option: to})
        return {(it.key, name): (to, None)}

    return Drift(do, lambda it, _name: _put_alarm(it, _definition(it)), fits)


def _share() -> Drift:
    """An alarm at a share of what a database has: its threshold is a number."""
    original: dict[str, float] = {}

    def do(it: Target, _name: str) -> Said:
        before = _definition(it)
        original[it.key] = before["Threshold"]
        _put_alarm(it, {**before, "Threshold": 1.0})
        return {(it.key, "threshold"): (1.0, before["Threshold"])}

    return Drift(do, lambda it, _name: _put_alarm(it, {**_definition(it), "Threshold": original[it.key]}))


def _has(name: str) -> Callable[[Target], bool]:
    return lambda it: bool(it.wanted.get(name))


DRIFTS: dict[str, dict[str, Drift | list[Drift]]] = {
    "metric_alarm": {
        "actions_enabled": _alarm("ActionsEnabled", False),
        "alarm_actions": _actions("AlarmActions"),
        "comparison_operator": _alarm("ComparisonOperator", "LessThanOrEqualToThreshold"),
        "description": _alarm("AlarmDescription", "Other"),
        "dimensions": _alarm(
            "Dimensions",
            [{"Name": "DBInstanceIdentifier", "Value": "other"}],
            {"DBInstanceIdentifier": "other"},
            _has("dimensions"),
        ),
        "evaluation_periods": _alarm("EvaluationPeriods", 9, fits=lambda it: "datapoints_to_alarm" not in it.wanted),
        "insufficient_data_actions": _actions("InsufficientDataActions"),
        "metric_name": _alarm("MetricName", "Other"),
        "namespace": _alarm("Namespace", "Other"),
        "ok_actions": _actions("OKActions"),
        "period_seconds": _alarm("Period", 120),
        "statistic": _alarm("Statistic", "SampleCount"),
        "threshold": _alarm("Threshold", 123456.0),
        "threshold_percent": _share(),
        "treat_missing_data": _alarm("TreatMissingData", "ignore"),
        # An alarm is one definition: what no document names is at AWS's default.
        "unit": _more("Unit", "Percent"),
        "datapoints_to_alarm": _more("DatapointsToAlarm", 1, lambda it: it.wanted["evaluation_periods"] > 1),
    },
    "composite_alarm": {
        "alarm_rule": _alarm("AlarmRule", "FALSE"),
        "actions_enabled": _alarm("ActionsEnabled", False),
        "alarm_actions": _actions("AlarmActions"),
        "description": _alarm("AlarmDescription", "Other"),
        "insufficient_data_actions": _actions("InsufficientDataActions"),
        "ok_actions": _actions("OKActions"),
    },
}

"""cloudwatch_metric_filters through ansible-playbook: create, change, prune, no-op, check mode, refusals."""

from __future__ import annotations

from typing import Any

from emulator.testing import Emulator
from tests.integration.modules.module_runner import Ran, run_module

GROUP = "/aws/rds/instance/db-retail-prod/postgresql"
DEADLOCKS = {
    "name": "deadlocks",
    "pattern": '"]:ERROR:  deadlock detected"',
    "metric_name": "deadlocks-prod",
    "default_value": 0,
    "unit": "Count",
}
ERRORS = {"name": "errors", "pattern": '"]:ERROR:"', "metric_name": "errors-prod", "metric_value": 1}


def run(aws: Emulator, *filters: dict[str, Any], check: bool = False, group: str = GROUP) -> Ran:
    options = {"log_group_name": group, "namespace": "pgfleet/retail", "filters": list(filters)}
    return run_module(aws, "cloudwatch_metric_filters", options, check=check)


def described(aws: Emulator) -> dict[str, Any]:
    found = aws.client("logs").describe_metric_filters(logGroupName=GROUP)["metricFilters"]
    return {one["filterName"]: (one["filterPattern"], one["metricTransformations"]) for one in found}


def test_life_of_metric_filters(aws: Emulator) -> None:
    logs = aws.client("logs")
    # Some task before this one makes the group, when it is not a check.
    checked = run(aws, DEADLOCKS, ERRORS, check=True)
    assert (checked.changed, checked.writes) == (True, [])
    refused = run(aws, DEADLOCKS, ERRORS)
    assert (refused.result["failed"], refused.writes) == (True, [])
    assert "there is no such log group. Make it first" in refused.message

    logs.create_log_group(logGroupName=GROUP)
    theirs = [{"metricName": "m", "metricNamespace": "theirs", "metricValue": "1"}]
    logs.put_metric_filter(logGroupName=GROUP, filterName="a", filterPattern="x", metricTransformations=theirs)
    aws.fault("throttle", service="logs", action="PutMetricFilter", count=1)
    assert run(aws, DEADLOCKS, ERRORS).changed is True
    metric = {"metricNamespace": "pgfleet/retail", "metricValue": "1"}
    deadlocks = {**metric, "metricName": "deadlocks-prod", "defaultValue": 0.0, "unit": "Count"}
    made = {
        "a": ("x", theirs),
        "deadlocks": ('"]:ERROR:  deadlock detected"', [deadlocks]),
        "errors": ('"]:ERROR:"', [{**metric, "metricName": "errors-prod"}]),
    }
    assert described(aws) == made

    again = run(aws, DEADLOCKS, ERRORS)
    assert (again.changed, again.actions) == (False, ["DescribeMetricFilters"])

    changed = {**ERRORS, "pattern": '"]:FATAL:"'}
    planned = run(aws, changed, check=True)
    assert (planned.changed, planned.writes) == (True, [])
    assert run(aws, changed).writes == ["PutMetricFilter", "DeleteMetricFilter"]
    assert described(aws) == {"a": made["a"], "errors": ('"]:FATAL:"', made["errors"][1])}
    assert [change["property"] for change in planned.result["plan"][0]["changes"]] == [
        "filters.deadlocks",
        "filters.errors",
    ]
    assert run(aws).changed is True
    assert list(described(aws)) == ["a"]


def test_a_bad_filter_is_refused_before_anything_is_asked(aws: Emulator) -> None:
    ran = run(aws, {**ERRORS, "pattern": '"'})
    assert (ran.result["failed"], ran.requests) == (True, [])
    assert "filters.errors.pattern" in ran.message

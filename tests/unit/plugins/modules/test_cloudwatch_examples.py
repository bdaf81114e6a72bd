"""What the documentation of our CloudWatch modules shows would be accepted."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.dashboard import DASHBOARD
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.metric_filters import METRIC_FILTERS
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired
from ansible_collections.pgfleet.aws.plugins.modules import (
    cloudwatch_alarms,
    cloudwatch_dashboard,
    cloudwatch_metric_filters,
)

BODIES = [
    task["pgfleet.aws.cloudwatch_dashboard"]["body"]
    for task in yaml.safe_load(cloudwatch_dashboard.EXAMPLES)
    if "body" in task["pgfleet.aws.cloudwatch_dashboard"]
]
SETS = [task["pgfleet.aws.cloudwatch_alarms"] for task in yaml.safe_load(cloudwatch_alarms.EXAMPLES)]


@pytest.mark.parametrize("body", BODIES)
def test_dashboards(body: dict[str, Any]) -> None:
    assert [str(p) for p in DASHBOARD.check(Desired("cloudwatch_dashboard", "d", {"body": body}))] == []


@pytest.mark.parametrize("options", SETS)
def test_alarms(options: dict[str, Any]) -> None:
    unset = dict.fromkeys(cloudwatch_alarms.ARGUMENTS["alarms"]["options"])
    whole = {"tags": {}, **options}
    wanted = [cloudwatch_alarms.desired_alarm({**unset, **alarm}, whole) for alarm in options["alarms"]]
    assert [str(p) for p in cloudwatch_alarms.check(wanted)] == []


@pytest.mark.parametrize("task", yaml.safe_load(cloudwatch_metric_filters.EXAMPLES))
def test_metric_filters(task: dict[str, Any]) -> None:
    options = task["pgfleet.aws.cloudwatch_metric_filters"]
    given = {name: options[name] for name in ("namespace", "filters")}
    assert list(METRIC_FILTERS.check(Desired("metric_filters", options["log_group_name"], given))) == []

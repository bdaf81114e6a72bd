"""Reads of metric filters: one call for each log group."""

from __future__ import annotations

from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._observers.metric_filters import METRIC_FILTERS
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired

from tests.unit.plugins.module_utils._kinds.test_metric_filters import RAW, raw
from tests.unit.stubs import Exchange, answering


def described(group: str, *found: dict[str, Any], **more: Any) -> Exchange:
    return Exchange("describe_metric_filters", {"logGroupName": group}, {"metricFilters": list(found), **more})


def test_each_group_once_and_all_pages() -> None:
    wanted = [Desired("metric_filters", name) for name in ("two", "one", "one", "gone")]
    exchanges = [
        Exchange("describe_metric_filters", {"logGroupName": "gone"}, refusal="ResourceNotFoundException"),
        described("one", RAW, nextToken="t"),
        Exchange("describe_metric_filters", {"logGroupName": "one", "nextToken": "t"}, {"metricFilters": [raw("b")]}),
        described("two"),
    ]
    with answering("logs", *exchanges) as scope:
        found = {observed.name: observed for observed in METRIC_FILTERS.observe(scope, wanted)}
    names = {name: [one["name"] for one in observed.properties["filters"]] for name, observed in found.items()}
    assert names == {"one": ["errors", "b"], "two": []}

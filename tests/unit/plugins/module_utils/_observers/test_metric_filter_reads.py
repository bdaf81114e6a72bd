"""Reads of metric filters: of one log group, of the region for several."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._observers.metric_filters import METRIC_FILTERS
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed

from tests.unit.plugins.module_utils._kinds.test_metric_filters import RAW, raw
from tests.unit.stubs import Exchange, answering


def described(group: str, *found: dict[str, Any], **more: Any) -> Exchange:
    return Exchange("describe_metric_filters", {"logGroupName": group}, {"metricFilters": list(found), **more})


def everywhere(*found: dict[str, Any], token: str = "", **more: Any) -> Exchange:
    asked = {"nextToken": token} if token else {}
    return Exchange("describe_metric_filters", asked, {"metricFilters": list(found), **more})


def of(group: str, name: str) -> dict[str, Any]:
    return {**raw(name), "logGroupName": group}


def wanted(*groups: str) -> list[Desired]:
    return [Desired("metric_filters", group) for group in groups]


def names(found: Iterable[Observed]) -> dict[str, list[str]]:
    return {observed.name: [one["name"] for one in observed.properties["filters"]] for observed in found}


def test_one_group_with_all_its_pages() -> None:
    more = Exchange("describe_metric_filters", {"logGroupName": "one", "nextToken": "t"}, {"metricFilters": [raw("b")]})
    with answering("logs", described("one", RAW, nextToken="t"), more) as scope:
        assert names(METRIC_FILTERS.observe(scope, wanted("one", "one"))) == {"one": ["errors", "b"]}


def test_several_groups_together_and_by_itself_what_has_none_or_does_not_exist() -> None:
    exchanges = [
        everywhere(of("one", "a"), of("other", "x"), nextToken="t"),
        everywhere(of("two", "b"), of("one", "c"), token="t"),
        Exchange("describe_metric_filters", {"logGroupName": "gone"}, refusal="ResourceNotFoundException"),
        described("without"),
    ]
    with answering("logs", *exchanges) as scope:
        found = names(METRIC_FILTERS.observe(scope, wanted("two", "one", "without", "gone", "one")))
    assert found == {"one": ["a", "c"], "two": ["b"], "without": []}


def test_a_region_with_more_pages_than_groups_are_wanted() -> None:
    """Of a group that stands on one of its first pages others may follow."""
    exchanges = [
        everywhere(of("one", "a"), nextToken="t"),
        everywhere(of("two", "b"), token="t", nextToken="u"),
        described("one", RAW, raw("b")),
        described("two"),
    ]
    with answering("logs", *exchanges) as scope:
        assert names(METRIC_FILTERS.observe(scope, wanted("one", "two"))) == {"one": ["errors", "b"], "two": []}


def test_whoever_may_see_some_groups_only_asks_for_each() -> None:
    denied = Exchange("describe_metric_filters", {}, refusal="AccessDeniedException")
    with answering("logs", denied, described("one", RAW), described("two")) as scope:
        assert names(METRIC_FILTERS.observe(scope, wanted("one", "two"))) == {"one": ["errors"], "two": []}

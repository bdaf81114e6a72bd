"""Metric filters of a log group: AWS's limits, ours told by their namespace, plans that reach what is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.metric_filters import (
    METRIC_FILTERS,
    from_aws,
    plan_metric_filters,
    to_aws,
    wanted_filters,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Desired, Observed, Plan
from hypothesis import given
from hypothesis import strategies as st

GROUP = "/aws/rds/instance/db/postgresql"
OURS = "pgfleet/retail"
ERRORS: dict[str, Any] = {"name": "errors", "pattern": '"]:ERROR:"', "metric_name": "errors-prod", "default_value": 0}
RAW: dict[str, Any] = {
    "filterName": "errors",
    "filterPattern": '"]:ERROR:"',
    "metricTransformations": [
        {"metricName": "errors-prod", "metricNamespace": OURS, "metricValue": "1", "defaultValue": 0.0}
    ],
}


def desired(*filters: Mapping[str, Any], namespace: str = OURS) -> Desired:
    return Desired("metric_filters", GROUP, {"namespace": namespace, "filters": list(filters)})


def planned(wanted: Desired, observed: Observed | None) -> Plan:
    return plan_metric_filters(METRIC_FILTERS, wanted, observed, frozenset())


def changes(plan: Plan) -> list[str]:
    return [change.property for change in plan.changes]


def raw(name: str, namespace: str = OURS, **metric: Any) -> dict[str, Any]:
    whole = {**RAW["metricTransformations"][0], "metricNamespace": namespace, **metric}
    return {**RAW, "filterName": name, "metricTransformations": [whole]}


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"pattern": ""},
        {"pattern": r'"a \" b"'},
        {"metric_value": "$duration"},
        {"metric_value": "-1.5"},
        {"unit": "Count"},
        {"dimensions": {"user": "$user"}, "default_value": None},
    ],
)
def test_what_aws_takes(more: dict[str, Any]) -> None:
    assert list(METRIC_FILTERS.check(desired({**ERRORS, **more}))) == []


@pytest.mark.parametrize(
    ("more", "culprit"),
    [
        ({"name": "a:b"}, "filters"),
        ({"name": "x" * 513}, "filters"),
        ({"pattern": None}, "filters.errors.pattern"),
        ({"pattern": "x" * 1025}, "filters.errors.pattern"),
        ({"pattern": '"open'}, "filters.errors.pattern"),
        ({"metric_name": "a$"}, "filters.errors.metric_name"),
        ({"metric_name": None}, "filters.errors.metric_name"),
        ({"metric_value": "one"}, "filters.errors.metric_value"),
        ({"dimensions": {"user": "$user"}}, "filters.errors.default_value"),
        ({"dimensions": dict.fromkeys("abcd", "$a"), "default_value": None}, "filters.errors.dimensions"),
    ],
)
def test_what_aws_refuses(more: dict[str, Any], culprit: str) -> None:
    assert [problem.input for problem in METRIC_FILTERS.check(desired({**ERRORS, **more}))] == [culprit]


@pytest.mark.parametrize("namespace", ["", "a:b", "AWS/RDS", "x" * 256])
def test_the_namespace(namespace: str) -> None:
    assert [p.input for p in METRIC_FILTERS.check(desired(namespace=namespace))] == ["namespace"]


def test_the_set_as_a_whole() -> None:
    many = [{**ERRORS, "name": f"f{number}"} for number in range(101)]
    [problem] = METRIC_FILTERS.check(desired(*many))
    assert (problem.input, problem.value) == ("filters", 101)
    [problem] = METRIC_FILTERS.check(desired(ERRORS, ERRORS))
    assert (problem.input, problem.value, problem.message) == ("filters", "errors", "stands more than once in the set.")
    keyed = Desired("metric_filters", GROUP, desired({**ERRORS, "pattern": None}).properties, keys={"filters": "key"})
    assert [problem.input for problem in METRIC_FILTERS.check(keyed)] == ["key.errors.pattern"]


def test_a_group_that_is_not_there() -> None:
    assert planned(desired(ERRORS), None).action is Action.CREATE
    assert planned(desired(), None) == Plan("metric_filters", GROUP)


def test_aws_says_what_was_put() -> None:
    observed = from_aws(GROUP, [RAW])
    assert planned(desired(ERRORS), observed).changed is False
    assert planned(desired({**ERRORS, "metric_value": 1, "unit": "None"}), observed).changed is False
    assert to_aws("errors", wanted_filters(desired(ERRORS))["errors"]) == RAW


def test_a_whole_request() -> None:
    given = {**ERRORS, "default_value": None, "unit": "Count", "dimensions": {"user": "$user"}, "metric_value": 2}
    [metric] = to_aws("errors", wanted_filters(desired(given))["errors"])["metricTransformations"]
    assert metric == {
        "metricName": "errors-prod",
        "metricNamespace": OURS,
        "metricValue": "2",
        "unit": "Count",
        "dimensions": {"user": "$user"},
    }


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        ([], ["filters.errors"]),
        ([raw("errors", defaultValue=1.0)], ["filters.errors"]),
        ([raw("errors", unit="Count")], ["filters.errors"]),
        ([raw("errors", namespace="other")], ["filters.errors"]),
        ([{**raw("errors"), "filterPattern": "?"}], ["filters.errors"]),
        ([raw("errors"), raw("old")], ["filters.old"]),
        ([raw("errors"), raw("theirs", namespace="other")], []),
    ],
)
def test_only_ours_and_what_differs(present: list[dict[str, Any]], expected: list[str]) -> None:
    assert changes(planned(desired(ERRORS), from_aws(GROUP, present))) == expected


names = st.sampled_from(["a", "b", "c"])
definitions = st.fixed_dictionaries(
    {"pattern": st.sampled_from(["", "x"]), "metric_name": st.sampled_from(["m", "n"])},
    optional={"default_value": st.sampled_from([0, 1.0]), "unit": st.just("Count"), "metric_value": st.just("2")},
)
filter_sets = st.dictionaries(names, definitions).map(lambda found: [{"name": k, **v} for k, v in found.items()])


@given(filter_sets, filter_sets)
def test_a_plan_leads_to_what_is_wanted_and_is_no_longer_than_that(before: Any, after: Any) -> None:
    present = {name: to_aws(name, one) for name, one in wanted_filters(desired(*before)).items()}
    there = from_aws(GROUP, present.values())
    plan = planned(desired(*after), there)
    for change in plan.changes:
        name = change.property.removeprefix("filters.")
        assert change.before != change.after
        present.pop(name, None)
        if change.after is not None:
            present[name] = to_aws(name, change.after)
    assert planned(desired(*after), from_aws(GROUP, present.values())).changed is False
    assert set(present) == {one["name"] for one in after}

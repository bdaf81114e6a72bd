"""Dashboards: what is refused, what is the same, and what a plan says of the rest."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.dashboard import (
    DASHBOARD,
    from_aws,
    plan_dashboard,
    to_aws,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.dashboard_body import expanded
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    KNOWN_AFTER_APPLY,
    Action,
    Change,
    Desired,
    Observed,
    Plan,
)
from hypothesis import given
from hypothesis import strategies as st

CPU = ["AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", "db"]
ARN = "arn:aws:cloudwatch:us-west-2:123456789012:alarm:a"
TEXT: dict[str, Any] = {"type": "text", "properties": {"markdown": "# Hello", "background": "solid"}}


def metric(**properties: Any) -> dict[str, Any]:
    whole = {"region": "us-west-2", "metrics": [CPU], **properties}
    return {"type": "metric", "properties": {name: value for name, value in whole.items() if value is not None}}


def problems(body: Any, name: str = "dashboard") -> dict[str, str]:
    found = DASHBOARD.check(Desired("cloudwatch_dashboard", name, {"body": body}))
    return {f"{problem.input}: {problem.value}": problem.message for problem in found}


def of_widget(widget: Any) -> list[str]:
    return [key.removeprefix("body.widgets[0]") for key in problems({"widgets": [widget]})]


@pytest.mark.parametrize(
    "widget",
    [
        TEXT,
        {**TEXT, "x": 0, "y": 1000, "width": 24, "height": 1000},
        {**TEXT, "x": 23.0, "width": 1},
        metric(),
        metric(metrics=[CPU, [".", "DatabaseConnections", ".", "."], ["...", "other", {"label": "x"}]]),
        metric(metrics=[[{"expression": "m1 * 2", "color": "#1f77b4"}], [*CPU, {"id": "m1", "visible": False}]]),
        metric(metrics=[["Ours", "Count"]]),
        metric(metrics=None, annotations={"alarms": [ARN]}),
        metric(view="gauge", yAxis={"left": {"min": 0, "max": 100}}),
        metric(view="timeSeries", stacked=True, period=300, stat="p99", legend={"position": "right"}),
        metric(stat="Average", yAxis={"right": {"label": "%", "showUnits": False}}),
        metric(annotations={"horizontal": [{"value": 80, "fill": "above"}, [{"value": 1}, {"value": 2}]]}),
        metric(annotations={"vertical": [{"value": "2026-01-01T00:00:00Z", "color": "#fff"}]}),
        metric(region=KNOWN_AFTER_APPLY),
        {"type": "log", "properties": {"region": "us-west-2", "query": "SOURCE 'g'", "view": "table"}},
        {"type": "alarm", "properties": {"alarms": [ARN, KNOWN_AFTER_APPLY], "states": ["ALARM"], "sortBy": "default"}},
        {"type": "explorer", "properties": {"metrics": [{"metricName": "x", "stat": "Sum"}], "labels": [{"key": "k"}]}},
        {"type": "custom", "properties": {"endpoint": "arn:aws:lambda:x", "updateOn": {"refresh": True}}},
        {"type": "chart", "properties": {"data": {"queries": []}}},
        {**TEXT, "properties": {**TEXT["properties"], "new": "AWS may know it"}},
    ],
)  # fmt: skip
def test_a_good_widget(widget: Any) -> None:
    assert of_widget(widget) == []


@pytest.mark.parametrize(
    ("widget", "found"),
    [
        ("text", [": text"]),
        ({}, [".type: (none)", ".properties: (none)"]),
        ({"type": "picture", "properties": {}}, [".type: picture"]),
        ({**TEXT, "properties": []}, [".properties: []"]),
        ({"type": "metric", "properties": "x"}, [".properties: x"]),
        ({**TEXT, "x": 24}, [".x: 24"]),
        ({**TEXT, "x": -1, "y": -1}, [".x: -1", ".y: -1"]),
        ({**TEXT, "x": True}, [".x: True"]),
        ({**TEXT, "x": 1.5}, [".x: 1.5"]),
        ({**TEXT, "width": 0, "height": 1001}, [".width: 0", ".height: 1001"]),
        ({**TEXT, "x": 12, "width": 13}, [".x: 12 + 13"]),
        ({**TEXT, "x": 19}, [".x: 19 + 6"]),
        ({"type": "text", "properties": {}}, [".properties.markdown: (none)"]),
        ({"type": "text", "properties": {"markdown": 1}}, [".properties.markdown: 1"]),
        (metric(region=None), [".properties.region: (none)"]),
        (metric(metrics=None), [".properties.metrics: (none)"]),
        (metric(metrics=[]), [".properties.metrics: a list of 0", ".properties.metrics: (none)"]),
        (metric(metrics="x"), [".properties.metrics: x"]),
        (metric(metrics=CPU), [f".properties.metrics[{n}]: {name}" for n, name in enumerate(CPU)]),
        (metric(metrics=[["AWS/RDS"]]), [".properties.metrics[0]: ['AWS/RDS']"]),
        (metric(metrics=[CPU[:3]]), [f".properties.metrics[0]: {CPU[:3]}"]),
        (metric(metrics=[[*CPU[:3], 5]]), [".properties.metrics[0][3]: 5"]),
        (metric(metrics=[[]]), [".properties.metrics[0]: []"]),
        (metric(metrics=[[{"label": "x"}]]), [".properties.metrics[0]: [{'label': 'x'}]"]),
        (metric(metrics=[[".", "x"]]), [".properties.metrics[0]: ['.', 'x']"]),
        (metric(metrics=[CPU, ["...", "...", "x"]]), [".properties.metrics[1]: ['...', '...', 'x']"]),
        (metric(metrics=[["n", "m", *["d", "v"] * 31]]), [f".properties.metrics[0]: {['n', 'm', *['d', 'v'] * 31]}"]),
        (metric(metrics=[[*CPU, {"color": "red", "id": "M1"}]]),
         [".properties.metrics[0][4].color: red", ".properties.metrics[0][4].id: M1"]),
        (metric(period=45), [".properties.period: 45"]),
        (metric(stat="Median"), [".properties.stat: Median"]),
        (metric(view="gauge"), [".properties.yAxis.left.min: (none)", ".properties.yAxis.left.max: (none)"]),
        (metric(view="gauge", yAxis={"left": {"min": 0}}), [".properties.yAxis.left.max: (none)"]),
        (metric(view="graph"), [".properties.view: graph"]),
        (metric(stacked="yes"), [".properties.stacked: yes"]),
        (metric(annotations={"alarms": [ARN, ARN]}), [".properties.annotations.alarms: a list of 2"]),
        (metric(annotations={"alarms": ["a"]}), [".properties.annotations.alarms[0]: a"]),
        (metric(annotations={"horizontal": [{"label": "x"}, [{"value": 1}]]}),
         [".properties.annotations.horizontal[0].value: (none)", ".properties.annotations.horizontal[1]: a list of 1"]),
        ({"type": "log", "properties": {"view": "x"}},
         [".properties.region: (none)", ".properties.query: (none)", ".properties.view: x"]),
        ({"type": "alarm", "properties": {"alarms": []}}, [".properties.alarms: a list of 0"]),
        ({"type": "alarm", "properties": {"states": ["BAD"]}},
         [".properties.alarms: (none)", ".properties.states[0]: BAD"]),
        ({"type": "custom", "properties": {}}, [".properties.endpoint: (none)"]),
    ],
)  # fmt: skip
def test_a_bad_widget(widget: Any, found: list[str]) -> None:
    assert of_widget(widget) == found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"widgets": []}, []),
        ({"widgets": [], "start": "-PT6H", "end": "-PT1H", "periodOverride": "inherit", "variables": []}, []),
        ({}, ["body.widgets: (none)"]),
        (None, ["body: (none)"]),
        ({"widgets": {}}, ["body.widgets: {}"]),
        ({"widgets": [TEXT] * 501}, ["body.widgets: a list of 501"]),
        ({"widgets": [], "end": "x"}, ["body.start: (none)"]),
        ({"widgets": [], "periodOverride": "never"}, ["body.periodOverride: never"]),
        ({"widgets": [], "variables": ["x"]}, ["body.variables[0]: x"]),
        ({"widgets": [TEXT, {**TEXT, "x": 24}]}, ["body.widgets[1].x: 24"]),
    ],
)
def test_a_body(body: Any, found: list[str]) -> None:
    assert list(problems(body)) == found


@pytest.mark.parametrize("name", ["", "a b", "a" * 256, "bär", "a/b"])
def test_a_bad_name(name: str) -> None:
    assert list(problems({"widgets": []}, name)) == [f"name: {name}"]


@pytest.mark.parametrize("name", ["a", "Dash-board_1", "a" * 255])
def test_a_good_name(name: str) -> None:
    assert problems({"widgets": []}, name) == {}


@pytest.mark.parametrize(
    ("metrics", "written_out"),
    [
        ([CPU, [".", "Reads", ".", "."]], [CPU, ["AWS/RDS", "Reads", *CPU[2:]]]),
        ([CPU, ["...", "other"]], [CPU, [*CPU[:3], "other"]]),
        ([CPU, [".", "Reads", "...", {"id": "m"}]], [CPU, ["AWS/RDS", "Reads", *CPU[2:], {"id": "m"}]]),
        ([CPU, ["..."]], [CPU, CPU]),
        ([CPU, [{"expression": "1"}], ["...", "x"]], [CPU, [{"expression": "1"}], [*CPU[:3], "x"]]),
        ([CPU, [".", "Reads", ".", ".", ".", "."]], [CPU, ["AWS/RDS", "Reads", *CPU[2:], ".", "."]]),
        ([[*CPU, {}]], [CPU]),
        (["odd"], ["odd"]),
    ],
)
def test_the_shorthand_of_metrics(metrics: Any, written_out: Any) -> None:
    assert list(expanded(metrics)) == written_out


def seen(body: Any, tags: dict[str, str] | None = None) -> Observed:
    raw = {"DashboardName": "d", "DashboardArn": "arn", "DashboardBody": json.dumps(body)}
    return from_aws(raw, tags or {})


def planned(before: Any, after: Any) -> Plan:
    wanted = Desired("cloudwatch_dashboard", "d", {} if after is None else {"body": after})
    return plan_dashboard(DASHBOARD, wanted, seen(before), frozenset())


OTHER = {"type": "text", "properties": {"markdown": "other"}}
THIRD = {"type": "text", "properties": {"markdown": "third"}}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param({"widgets": [TEXT]}, {"widgets": [{**TEXT, "width": 6, "height": 6.0}]}, id="size by default"),
        pytest.param({"widgets": []}, {"periodOverride": "auto", "widgets": []}, id="period by default"),
        pytest.param(
            {"widgets": [metric(metrics=[CPU, [".", "Reads", ".", "."]])]},
            {"widgets": [metric(metrics=[CPU, ["AWS/RDS", "Reads", *CPU[2:]]])]},
            id="shorthand",
        ),
        pytest.param({"widgets": ["odd"]}, {"widgets": ["odd"]}, id="what is no widget"),
        pytest.param({"widgets": [metric(period=60)]}, {"widgets": [metric(period=60.0)]}, id="numbers"),
        pytest.param({"widgets": [TEXT]}, None, id="not managed"),
    ],
)  # fmt: skip
def test_what_means_the_same(before: Any, after: Any) -> None:
    assert planned(before, after).action is Action.NONE


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        pytest.param(
            {"widgets": [TEXT, OTHER]}, {"widgets": [TEXT, THIRD]}, [("body.widgets[1]", OTHER, THIRD)], id="one of two"
        ),
        pytest.param(
            {"widgets": [OTHER]}, {"widgets": [TEXT, OTHER]}, [("body.widgets[0]", None, TEXT)], id="one more"
        ),
        pytest.param(
            {"widgets": [TEXT, OTHER]}, {"widgets": [OTHER]}, [("body.widgets[0] as it was", TEXT, None)], id="one less"
        ),
        pytest.param({}, {"widgets": [TEXT]}, [("body.widgets[0]", None, TEXT)], id="a body without widgets"),
        pytest.param(
            {"widgets": [], "start": "-PT6H"},
            {"widgets": [], "periodOverride": "inherit"},
            [("body.periodOverride", None, "inherit"), ("body.start", "-PT6H", None)],
            id="beside the widgets",
        ),
        pytest.param(
            {"widgets": [metric(stacked=True)]},
            {"widgets": [metric(stacked=1)]},
            [("body.widgets[0]", metric(stacked=True), metric(stacked=1))],
            id="true is not 1",
        ),
        pytest.param(
            {"widgets": [metric(title=KNOWN_AFTER_APPLY)]},
            {"widgets": [metric(title=KNOWN_AFTER_APPLY)]},
            [("body.widgets[0]", metric(title=KNOWN_AFTER_APPLY), metric(title=KNOWN_AFTER_APPLY))],
            id="known after apply",
        ),
    ],
)
def test_what_a_plan_says_of_widgets(before: Any, after: Any, changes: list[tuple[str, Any, Any]]) -> None:
    assert planned(before, after).changes == tuple(Change(*change) for change in changes)


def test_a_new_dashboard_is_made_whole() -> None:
    wanted = Desired("cloudwatch_dashboard", "d", {"body": {"widgets": []}}, {"a": "b"})
    plan = plan_dashboard(DASHBOARD, wanted, None, frozenset())
    assert [change.property for change in plan.changes] == ["body", "tags"]
    assert to_aws(wanted) == {"DashboardName": "d", "DashboardBody": '{"widgets": []}'}


numbers = st.integers(0, 3) | st.sampled_from([0.0, 1.0, 2.5])
values = st.recursive(
    st.none() | st.booleans() | numbers | st.text("ab.", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=2), inner, max_size=3),
    max_leaves=6,
)
metrics = st.lists(st.lists(st.sampled_from(["a", "b", ".", "..."]) | st.just({"id": "m"}), max_size=5), max_size=3)
widgets = st.dictionaries(st.sampled_from(["type", "x", "width"]), values) | st.builds(
    lambda of: {"type": "metric", "properties": {"metrics": of}}, metrics
)
bodies = st.fixed_dictionaries(
    {"widgets": st.lists(widgets, max_size=4)}, optional={"start": values, "periodOverride": st.just("auto")}
)


def rewritten(value: Any) -> Any:
    """The same JSON with its keys the other way round and its whole numbers with a point."""
    match value:
        case dict():
            return {key: rewritten(one) for key, one in reversed(value.items())}
        case list():
            return [rewritten(one) for one in value]
        case bool() | str() | None:
            return value
        case _:
            return float(value)


@given(body=bodies)
def test_a_body_written_differently_is_nothing_to_plan(body: Any) -> None:
    assert planned(body, body).action is Action.NONE
    assert planned(body, rewritten(body)).action is Action.NONE
    assert planned(rewritten(body), body).action is Action.NONE


@given(before=bodies, after=bodies)
def test_a_plan_holds_what_differs_and_leads_to_what_is_wanted(before: Any, after: Any) -> None:
    plan = planned(before, after)
    assert all(change.before != change.after or change.before is not change.after for change in plan.changes)
    assert (plan.action is Action.NONE) == (not plan.changes)
    named = [change.property for change in plan.changes]
    assert len(named) == len(set(named))
    # A put writes the whole body.
    assert planned(after, after).action is Action.NONE

"""The dashboard of a database: alarms first, a graph for each database, rows of 24 columns, nothing AWS refuses."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._dashboard import COLUMNS, body
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.dashboard_widgets import findings
from ansible_collections.pgfleet.aws.plugins.module_utils._watch import alarms
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.plugins.module_utils.test_watch import CLUSTER, CPU, INSTANCE

ARN = "arn:aws:cloudwatch:us-west-2:123456789012:alarm:"
PLACE: dict[str, Any] = {"region": "us-west-2", "alarm_arn": ARN, "heading": "# db", "log_groups": ["/one", "/two"]}
SET = {
    "cpu": {**CPU, "unwell": True},
    "share": {**CPU, "threshold": None, "threshold_percent": 10, "only": "members"},
    "errors": {**CPU, "log_metric": "errors"},
}


def widgets(shown: dict[str, Any], watched: dict[str, Any] = INSTANCE, **place: Any) -> list[dict[str, Any]]:
    """Without the heading."""
    made = body([{"title": "t", **shown}], alarms(SET, {}, watched), watched, {**PLACE, **place})
    assert list(findings(made)) == []
    heading, *rest = made["widgets"]
    assert heading["properties"] == {"markdown": "# db"}
    return list(rest)


def only(shown: dict[str, Any], watched: dict[str, Any] = INSTANCE) -> dict[str, Any]:
    [widget] = widgets(shown, watched)
    return dict(widget["properties"])


def test_all_alarms_the_one_over_them_first() -> None:
    [widget] = widgets({"status": "all", "width": 24})
    names = [arn.removeprefix(ARN) for arn in widget["properties"]["alarms"]]
    assert (widget["type"], widget["width"]) == ("alarm", 24)
    assert names == ["unwell", "alarm-cpu-retail-prod", "alarm-share-retail-prod-replica", "alarm-errors-retail-prod"]


def test_at_most_a_hundred_of_them() -> None:
    members = [{"name": f"m{number}"} for number in range(120)]
    assert len(only({"status": "all"}, {**CLUSTER, "members": members})["alarms"]) == 100


def test_without_alarms_there_is_no_status() -> None:
    made = body([{"title": "t", "status": "all"}], [], INSTANCE, PLACE)
    assert [widget["type"] for widget in made["widgets"]] == ["text"]


def test_an_alarm_is_drawn_with_its_line() -> None:
    assert only({"alarm": "share"}) == {
        "title": "t: replica",
        "region": "us-west-2",
        "annotations": {"alarms": [f"{ARN}alarm-share-retail-prod-replica"]},
    }
    assert len(widgets({"alarm": "share"}, CLUSTER)) == 3
    assert only({"alarm": "errors"})["title"] == "t: "
    assert widgets({"alarm": "none"}) == []


@pytest.mark.parametrize(
    ("shown", "watched", "lines"),
    [
        ({}, INSTANCE, [["DBInstanceIdentifier", "db", {"label": "M"}]]),
        (
            {"of": "all"},
            INSTANCE,
            [["DBInstanceIdentifier", "db", {"label": "M"}], ["DBInstanceIdentifier", "replica", {"label": "replica"}]],
        ),
        ({"of": "replicas"}, CLUSTER, []),
        ({"of": "members", "classes": "serverless"}, CLUSTER, [["DBInstanceIdentifier", "one", {"label": "one"}]]),
        ({"classes": "serverless"}, INSTANCE, []),
    ],
)
def test_a_graph_of_metrics(shown: dict[str, Any], watched: dict[str, Any], lines: list[list[Any]]) -> None:
    found = [widget["properties"]["metrics"] for widget in widgets({"metrics": ["M"], **shown}, watched)]
    assert found == ([[["AWS/RDS", "M", *line] for line in lines]] if lines else [])


def test_several_metrics_of_a_member_say_which_is_which() -> None:
    graph = only({"metrics": ["A", "B"], "of": "replicas", "stat": "Maximum", "period_seconds": 300})
    assert [metric[-1]["label"] for metric in graph["metrics"]] == ["replica A", "replica B"]
    assert (graph["stat"], graph["period"], graph["yAxis"]) == ("Maximum", 300, {"left": {"min": 0}})
    assert "annotations" not in graph


def test_a_graph_has_the_lines_of_alarms_with_a_number() -> None:
    graph = only({"metrics": ["CPUUtilization"], "lines": ["cpu", "share", "none"]})
    assert graph["annotations"] == {"horizontal": [{"label": "alarm", "value": 80.0}]}


def test_what_the_log_says() -> None:
    graph = only({"log_metrics": ["errors", "deadlocks"]})
    assert graph["metrics"] == [["pgfleet/retail", "errors-prod", {"label": "errors", "stat": "Sum"}]]
    [table] = widgets({"errors": "all"})
    assert table["type"] == "log"
    assert table["properties"]["query"].startswith("SOURCE '/one' | SOURCE '/two' | fields @timestamp")
    assert widgets({"errors": "all"}, log_groups=[]) == []


sizes = st.lists(st.fixed_dictionaries({"width": st.integers(1, 24), "height": st.integers(1, 8)}), max_size=12)


@given(sizes)
def test_no_two_widgets_share_a_place(given_sizes: list[dict[str, int]]) -> None:
    shown = [{"title": "t", "metrics": ["M"], **size} for size in given_sizes]
    made = body(shown, [], INSTANCE, PLACE)["widgets"]
    taken = [
        (x, y)
        for one in made
        for x in range(one["x"], one["x"] + one["width"])
        for y in range(one["y"], one["y"] + one["height"])
    ]
    assert len(taken) == len(set(taken))
    assert all(0 <= x < COLUMNS for x, _ in taken)

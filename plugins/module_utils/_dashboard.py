# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. The body of a database's dashboard, from the role's list of what it shows.

A widget of the list has a ``title`` and one of ``status`` (all alarms), ``alarm`` (each alarm of a short name, with the
line of its threshold), ``metrics`` (names of AWS/RDS, of the ``database``, of its ``members`` or of ``all``),
``log_metrics`` and ``errors`` (the last errors of the log).
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_metrics import NAMESPACE
from ansible_collections.pgfleet.aws.plugins.module_utils._watch import Target, Watched

Widget = dict[str, Any]

COLUMNS = 24
WIDTH, HEIGHT = 8, 6
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html: alarms
MOST_ALARMS = 100
ERRORS = (
    "fields @timestamp, @logStream, @message | filter @message like /:(ERROR|FATAL|PANIC):/"
    " | sort @timestamp desc | limit 50"
)


def body(
    shown: Sequence[Mapping[str, Any]],
    entries: Sequence[Mapping[str, Any]],
    watched: Mapping[str, Any],
    place: Mapping[str, Any],
) -> dict[str, Any]:
    """``entries`` are those of _watch.alarms; ``place`` has region, the prefix of alarms' ARNs, heading, log_groups."""
    known = Watched(**watched)
    made = [widget for one in shown for widget in _widgets(one, entries, known, place)]
    heading: Widget = {"type": "text", "width": COLUMNS, "height": 2, "properties": {"markdown": place["heading"]}}
    return {"start": "-PT6H", "periodOverride": "auto", "widgets": list(_placed([heading, *made]))}


def _placed(widgets: Iterable[Widget]) -> Iterator[Widget]:
    """From left to right, a new row where one is full."""
    x = y = tallest = 0
    for widget in widgets:
        if x + widget["width"] > COLUMNS:
            x, y, tallest = 0, y + tallest, 0
        yield {**widget, "x": x, "y": y}
        x, tallest = x + widget["width"], max(tallest, widget["height"])


def _widgets(
    one: Mapping[str, Any], entries: Sequence[Mapping[str, Any]], watched: Watched, place: Mapping[str, Any]
) -> Iterator[Widget]:
    size = {"width": one.get("width", WIDTH), "height": one.get("height", HEIGHT)}
    if "status" in one:
        arns = [place["alarm_arn"] + name for name in _composites_first(entries)[:MOST_ALARMS]]
        if arns:
            yield {"type": "alarm", **size, "properties": {"title": one["title"], "alarms": arns}}
    elif "errors" in one:
        sources = " | ".join(f"SOURCE '{name}'" for name in place["log_groups"])
        query = {"query": f"{sources} | {ERRORS}", "region": place["region"], "view": "table", "title": one["title"]}
        if sources:
            yield {"type": "log", **size, "properties": query}
    elif "alarm" in one:
        for entry in _of_alarm(one["alarm"], entries):
            yield {"type": "metric", **size, "properties": _alarm_widget(one["title"], entry, place)}
    else:
        metrics = list(_metrics(one, watched))
        if metrics:
            yield {"type": "metric", **size, "properties": _graph(one, metrics, entries, place)}


def _composites_first(entries: Sequence[Mapping[str, Any]]) -> list[str]:
    composites = [entry["name"] for entry in entries if entry["kind"] == "composite_alarm"]
    return [*reversed(composites), *(entry["name"] for entry in entries if entry["kind"] != "composite_alarm")]


def _of_alarm(short: str, entries: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [entry for entry in entries if entry["keys"]["name"] == f"monitoring_alarms.{short}.name"]


def _alarm_widget(title: str, entry: Mapping[str, Any], place: Mapping[str, Any]) -> dict[str, Any]:
    """CloudWatch draws the metric of the alarm and the line of its threshold, a share as the number it is now."""
    database = next(iter((entry["properties"].get("dimensions") or {}).values()), "")
    return {
        "title": f"{title}: {database}",
        "region": place["region"],
        "annotations": {"alarms": [place["alarm_arn"] + entry["name"]]},
    }


def _metrics(one: Mapping[str, Any], watched: Watched) -> Iterator[list[Any]]:
    for name in one.get("log_metrics", ()):
        if name in watched.log_metrics:
            yield [watched.log_namespace, watched.log_metrics[name], {"label": name, "stat": "Sum"}]
    for target in _targets(one.get("of", "database"), watched):
        if one.get("classes") in (None, *target.classes):
            for metric in one.get("metrics", ()):
                label = " ".join(
                    filter(None, [target.name, metric if len(one["metrics"]) > 1 or not target.name else ""])
                )
                dimensions = [part for pair in target.dimensions.items() for part in pair]
                yield [NAMESPACE, metric, *dimensions, {"label": label}]


def _targets(which: str, watched: Watched) -> list[Target]:
    if which in ("members", "replicas"):
        return watched.targets(which, False)
    return watched.targets(None, which == "all")


def _graph(
    one: Mapping[str, Any],
    metrics: list[list[Any]],
    entries: Sequence[Mapping[str, Any]],
    place: Mapping[str, Any],
) -> dict[str, Any]:
    graph: dict[str, Any] = {
        "title": one["title"],
        "region": place["region"],
        "view": "timeSeries",
        "stat": one.get("stat", "Average"),
        "period": one.get("period_seconds", 60),
        "metrics": metrics,
        "yAxis": {"left": {"min": 0}},
    }
    lines = {
        entry["properties"].get("threshold") for short in one.get("lines", ()) for entry in _of_alarm(short, entries)
    }
    drawn = [{"label": "alarm", "value": value} for value in sorted(line for line in lines if line is not None)]
    return {**graph, "annotations": {"horizontal": drawn}} if drawn else graph

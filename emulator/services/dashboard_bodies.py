"""What CloudWatch finds in the body of a dashboard, with its words and its paths (/widgets/0/properties).

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html; the words
are those that users report, such as in https://github.com/aws-samples/aws-eda-slurm-cluster/issues/116 and
https://github.com/pulumi/pulumi/issues/13059.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Found = Iterator[tuple[str, str]]

MOST_WIDGETS = 500
# Least and most; an open end where there is no most.
RANGES: dict[str, tuple[int, float]] = {
    "x": (0, 23),
    "y": (0, float("inf")),
    "width": (1, 24),
    "height": (1, 1000),
}
REQUIRED = {
    "metric": (),
    "text": ("markdown",),
    "log": ("query", "region"),
    "alarm": ("alarms",),
    "explorer": (),
    "custom": ("endpoint",),
    "chart": (),
}
WIDGET = {"type", "x", "y", "width", "height", "properties"}
TEXT = {"markdown", "background"}
ONE_OF = {
    ("metric", "view"): ("timeSeries", "singleValue", "gauge", "bar", "pie", "table"),
    ("log", "view"): ("table", "timeSeries", "bar", "pie"),
    ("text", "background"): ("solid", "transparent"),
    ("alarm", "sortBy"): ("default", "stateUpdatedTimestamp", "timestamp"),
}
MOST_ALARMS = 100
SHORT_PERIODS = (1, 5, 10, 20, 30)
NO_METRIC = (
    'Field "metrics" has to be an array of array of strings, with an optional metricRenderer object as last element'
)


def problems(body: dict[str, Any]) -> Found:
    widgets = body.get("widgets")
    if "widgets" not in body:
        yield "", "Should have required property 'widgets'"
        return
    if body.get("periodOverride", "auto") not in ("auto", "inherit"):
        yield "/periodOverride", "Should be equal to one of the allowed values"
    if "end" in body and "start" not in body:
        yield "", "Should have property start when property end is present"
    if not isinstance(widgets, list):
        yield "/widgets", "Should be array"
        return
    if len(widgets) > MOST_WIDGETS:
        yield "/widgets", f"Should NOT have more than {MOST_WIDGETS} items"
    for index, widget in enumerate(widgets):
        yield from _widget(f"/widgets/{index}", widget)


def unexpected(body: dict[str, Any]) -> Found:
    """What makes no body invalid: CloudWatch says that it ignores it."""
    for index, widget in enumerate(body["widgets"]):
        known = [(f"/widgets/{index}", widget, WIDGET)]
        if widget["type"] == "text":
            known.append((f"/widgets/{index}/properties", widget["properties"], TEXT))
        for path, value, allowed in known:
            for name in sorted(value.keys() - allowed):
                yield path, f'The "{name}" property is not expected to be part of a widget definition, will be ignored'


def _widget(path: str, widget: Any) -> Found:
    if not isinstance(widget, dict):
        yield path, "Should be object"
        return
    for name in ("type", "properties"):
        if name not in widget:
            yield path, f"Should have required property '{name}'"
    for name, (least, most) in RANGES.items():
        yield from _within(f"{path}/{name}", widget.get(name, least), least, most)
    kind, properties = widget.get("type"), widget.get("properties", {})
    if "type" in widget and kind not in REQUIRED:
        yield f"{path}/type", "Should be equal to one of the allowed values"
    elif not isinstance(properties, dict):
        yield f"{path}/properties", "Should be object"
    elif "type" in widget and "properties" in widget:
        yield from _properties(f"{path}/properties", str(kind), properties)


def _within(path: str, value: Any, least: int, most: float) -> Found:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        yield path, "Should be integer"
    elif value < least:
        yield path, f"Should be >= {least}"
    elif value > most:
        yield path, f"Should be <= {most}"


def _properties(path: str, kind: str, properties: dict[str, Any]) -> Found:
    for name in REQUIRED[kind]:
        if name not in properties:
            yield path, f"Should have required property '{name}'"
    for (of, name), allowed in ONE_OF.items():
        if of == kind and name in properties and properties[name] not in allowed:
            yield f"{path}/{name}", "Should be equal to one of the allowed values"
    if kind == "alarm" and not 1 <= len(properties.get("alarms", ["one"])) <= MOST_ALARMS:
        limit = f"more than {MOST_ALARMS}" if properties["alarms"] else "less than 1"
        yield f"{path}/alarms", f"Should NOT have {limit} items"
    if kind == "metric":
        yield from _metric_widget(path, properties)


def _metric_widget(path: str, properties: dict[str, Any]) -> Found:
    metrics, annotations = properties.get("metrics"), properties.get("annotations")
    has_alarm = isinstance(annotations, dict) and annotations.get("alarms")
    if metrics is None and not has_alarm:
        yield path, "Should have required property 'metrics'"
    if "region" not in properties or (metrics is None and not has_alarm):
        yield path, "The metric widget should have specified a region and a data source or an alarm annotation"
    if metrics is None and not has_alarm:
        yield path, "Should have required property 'annotations'"
    period = properties.get("period", 60)
    if not isinstance(period, int) or period <= 0 or (period not in SHORT_PERIODS and period % 60):
        yield f"{path}/period", "Period should be 1, 5, 10, 20, 30 or a multiple of 60"
    for index, metric in enumerate(metrics or ()):
        yield from _metric(f"{path}/metrics/{index}", metric)


def _metric(path: str, metric: Any) -> Found:
    if not isinstance(metric, list):
        yield path, "Should be array"
        yield path, NO_METRIC
        return
    names = metric[:-1] if metric and isinstance(metric[-1], dict) else metric
    for index, name in enumerate(names):
        if not isinstance(name, str):
            yield f"{path}/{index}", "Invalid metric field type, only 'String' type is allowed"
    if "..." not in names and len(names) % 2:
        yield path, "Metric definition should have pairs of dimension names and values"

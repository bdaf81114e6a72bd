# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. What AWS asks of the body of a dashboard and of each type of widget.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.dashboard_body import (
    REPEAT,
    REPEAT_MANY,
    WIDGET_DEFAULTS,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.dashboard_checks import (
    Check,
    Finding,
    all_of,
    anything,
    fields,
    flag,
    listed,
    matching,
    must,
    number,
    one_of,
    text,
    whole,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.metric_alarm import EXTENDED_STATISTIC, STATISTICS

MOST_WIDGETS = 500
COLUMNS = 24
SHORT_PERIODS = (1, 5, 10, 20, 30)
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Metric.html: Dimensions
MOST_DIMENSIONS = 30

color = matching(re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})"), "is a colour such as #1f77b4.")
period = must(
    lambda value: isinstance(value, int) and value > 0 and (value in SHORT_PERIODS or value % 60 == 0),
    "is 1, 5, 10, 20, 30 or a multiple of 60 (seconds).",
)
statistic = must(
    lambda value: value in STATISTICS or (isinstance(value, str) and EXTENDED_STATISTIC.fullmatch(value) is not None),
    f"is one of {', '.join(STATISTICS)}, or a form such as p99, tm90 or PR(0:100).",
)
side = one_of("left", "right")
axis = fields({"label": text, "min": number, "max": number, "showUnits": flag})
arn = matching(re.compile(r"arn:[^:]+:[^:]+:.+"), "is an ARN.")

RENDERING = fields(
    {
        "color": color,
        "expression": text,
        "id": matching(re.compile(r"[a-z][a-zA-Z0-9_]*"), "is letters, digits, underscores; begins in lower case."),
        "label": text,
        "period": period,
        "region": text,
        "stat": statistic,
        "visible": flag,
        "yAxis": side,
    }
)
HORIZONTAL = fields(
    {
        "value": number,
        "label": text,
        "color": color,
        "fill": one_of("above", "below", "none"),
        "visible": flag,
        "yAxis": side,
    },
    "value",
)
VERTICAL = fields(
    {"value": text, "label": text, "color": color, "fill": one_of("before", "after", "none"), "visible": flag}, "value"
)


def _annotation(of: Check) -> Check:
    """One line, or two of them for the band between."""
    band = listed(of, 2, 2)

    def check(path: str, value: Any) -> Iterator[Finding]:
        yield from (band if isinstance(value, list | tuple) else of)(path, value)

    return check


ANNOTATIONS = fields(
    {
        "horizontal": listed(_annotation(HORIZONTAL)),
        "vertical": listed(_annotation(VERTICAL)),
        "alarms": listed(arn, 1, 1),
    }
)


def _metric(path: str, value: Any) -> Iterator[Finding]:
    """Namespace, name, then names and values of dimensions by turns, then options; or options with an expression."""
    if not isinstance(value, list | tuple):
        yield path, value, "is a list: [namespace, metric, dimension, value, ..., {options}]."
        return
    names = value[:-1] if value and isinstance(value[-1], Mapping) else value
    options = value[len(names) :]
    for one in options:
        yield from RENDERING(f"{path}[{len(names)}]", one)
    for index, name in enumerate(names):
        yield from text(f"{path}[{index}]", name)
    if not names and not any("expression" in one for one in options):
        yield path, value, "names neither a metric nor an expression."
    elif names and REPEAT_MANY not in names and (len(names) < 2 or len(names) % 2):
        yield path, value, "has a namespace, a metric, and for each dimension its name and value."
    elif len(names) > 2 + 2 * MOST_DIMENSIONS or names.count(REPEAT_MANY) > 1:
        yield path, value, f"has at most {MOST_DIMENSIONS} dimensions, and ... at most once."


def _metrics(path: str, value: Any) -> Iterator[Finding]:
    yield from listed(_metric, 1)(path, value)
    metrics = [one for one in value if isinstance(one, list | tuple)] if isinstance(value, list | tuple) else []
    first = next((one for one in metrics if one and not isinstance(one[0], Mapping)), [])
    if REPEAT in first or REPEAT_MANY in first:
        yield f"{path}[{metrics.index(first)}]", first, ". and ... repeat the metric before, and there is none."


def _has_data(path: str, value: Any) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html:
    metrics are required unless the widget shows an alarm; a gauge needs both ends of its scale."""
    if not isinstance(value, Mapping):
        return
    annotations = value.get("annotations")
    shows_alarm = isinstance(annotations, Mapping) and annotations.get("alarms")
    if not value.get("metrics") and not shows_alarm:
        yield f"{path}.metrics", "(none)", "is required here, or annotations.alarms with the ARN of an alarm."
    axes = value.get("yAxis")
    left = axes.get("left") if isinstance(axes, Mapping) else None
    scale = left if isinstance(left, Mapping) else {}
    if value.get("view") == "gauge":
        for end in ("min", "max"):
            if scale.get(end) is None:
                yield f"{path}.yAxis.left.{end}", "(none)", "is required with the view gauge."


METRIC = all_of(
    fields(
        {
            "metrics": _metrics,
            "region": text,
            "title": text,
            "view": one_of("timeSeries", "singleValue", "gauge", "bar", "pie", "table"),
            "stat": statistic,
            "period": period,
            "stacked": flag,
            "sparkline": flag,
            "liveData": flag,
            "trend": flag,
            "setPeriodToTimeRange": flag,
            "singleValueFullPrecision": flag,
            "annotations": ANNOTATIONS,
            "legend": fields({"position": one_of("bottom", "right", "hidden")}),
            "yAxis": fields({"left": axis, "right": axis}),
        },
        "region",
    ),
    _has_data,
)
TEXT = fields({"markdown": text, "background": one_of("transparent", "solid")}, "markdown")
LOG = fields(
    {"region": text, "query": text, "title": text, "view": one_of("table", "timeSeries", "bar", "pie")},
    "region",
    "query",
)
ALARM = fields(
    {
        "alarms": listed(arn, 1, 100),
        "sortBy": one_of("default", "stateUpdatedTimestamp", "timestamp"),
        "states": listed(one_of("ALARM", "INSUFFICIENT_DATA", "OK")),
        "title": text,
    },
    "alarms",
)
EXPLORER = fields(
    {
        "metrics": listed(fields({"metricName": text, "resourceType": text, "stat": statistic})),
        "labels": listed(fields({"key": text, "value": text}, "key")),
        "period": period,
        "title": text,
    }
)
CUSTOM = fields(
    {"endpoint": text, "title": text, "updateOn": fields({"refresh": flag, "resize": flag, "timeRange": flag})},
    "endpoint",
)

PROPERTIES: Mapping[str, Check] = {
    "metric": METRIC,
    "text": TEXT,
    "log": LOG,
    "alarm": ALARM,
    "explorer": EXPLORER,
    "custom": CUSTOM,
    "chart": anything,
}
PLACE = fields(
    {
        "type": one_of(*PROPERTIES),
        "x": whole(0, COLUMNS - 1),
        "y": whole(0),
        "width": whole(1, COLUMNS),
        "height": whole(1, 1000),
    },
    "type",
    "properties",
)


def widget(path: str, value: Any) -> Iterator[Finding]:
    bad = list(PLACE(path, value))
    yield from bad
    if not isinstance(value, Mapping):
        return
    of = PROPERTIES.get(str(value.get("type")), fields({}))
    if value.get("properties") is not None:
        yield from of(f"{path}.properties", value["properties"])
    width = value.get("width", WIDGET_DEFAULTS["width"])
    if not bad and value.get("x") is not None and value["x"] + width > COLUMNS:
        beyond = f"{value['x']} + {width}"
        yield f"{path}.x", beyond, f"x and width together are at most {COLUMNS}, the columns of a dashboard."


BODY = fields(
    {
        "widgets": listed(widget, 0, MOST_WIDGETS),
        "start": text,
        "end": text,
        "periodOverride": one_of("auto", "inherit"),
        "variables": listed(fields({})),
    },
    "widgets",
)


def findings(body: Any) -> Iterator[Finding]:
    """Everything that is wrong with a body."""
    yield from BODY("body", body)
    if isinstance(body, Mapping) and body.get("end") is not None and body.get("start") is None:
        yield "body.start", "(none)", "is required with end."

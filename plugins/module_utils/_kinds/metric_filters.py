# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. The metric filters of a log group: how often its events match a pattern, as metrics.

They are one resource, because a filter bears no tags: those of the group that feed only the given namespace are ours.
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Change,
    Desired,
    Effect,
    Kind,
    Observed,
    Plan,
    Problem,
    Property,
    decide,
    plan,
)

Filter = Mapping[str, Any]

FILTER_NAME = re.compile(r"[^:*]{1,512}")
METRIC_NAME = re.compile(r"[^:*$]{1,255}")
VALUE = re.compile(r"-?\d+(\.\d+)?|\$.{1,99}")
PATTERN_LIMIT = 1024
FILTERS_LIMIT = 100
DIMENSIONS_LIMIT = 3

DEFAULTS: Filter = {"metric_value": "1", "default_value": None, "unit": "None", "dimensions": {}}
NAMES = {
    "metric_name": "metricName",
    "namespace": "metricNamespace",
    "metric_value": "metricValue",
    "default_value": "defaultValue",
    "unit": "unit",
    "dimensions": "dimensions",
}


def by_name(filters: Iterable[Filter]) -> dict[str, dict[str, Any]]:
    """Definitions by the names of their filters."""
    return {one["name"]: {key: value for key, value in one.items() if key != "name"} for one in filters}


def complete(given: Filter, namespace: str) -> dict[str, Any]:
    """A whole definition: what a put leaves out is at AWS's default."""
    return {**DEFAULTS, "namespace": namespace, **{name: value for name, value in given.items() if value is not None}}


def wanted_filters(desired: Desired) -> dict[str, dict[str, Any]]:
    p = desired.properties
    return {name: complete(given, p["namespace"]) for name, given in by_name(p["filters"]).items()}


def check(desired: Desired) -> Iterable[Problem]:
    """The rules of PutMetricFilter, so that a bad filter is refused before any is written."""
    namespace, filters = desired.properties.get("namespace") or "", desired.properties.get("filters") or ()
    if not METRIC_NAME.fullmatch(namespace) or namespace.startswith("AWS/"):
        message = "has 1 to 255 characters, none of : * $, and does not begin with AWS/."
        yield desired.problem("namespace", message, namespace or "(none)")
    if len(filters) > FILTERS_LIMIT:
        yield desired.problem("filters", f"a log group has at most {FILTERS_LIMIT} metric filters.", len(filters))
    for name, count in Counter(one["name"] for one in filters).items():
        if count > 1:
            yield desired.problem("filters", "stands more than once in the set.", name)
    for name, given in by_name(filters).items():
        for part, value, message in _findings(name, complete(given, namespace)):
            yield desired.problem(f"filters.{name}.{part}" if part else "filters", message, value)


def _findings(name: str, p: Filter) -> Iterable[tuple[str, Any, str]]:
    pattern, metric = p.get("pattern"), p.get("metric_name") or ""
    if not FILTER_NAME.fullmatch(name):
        yield "", name, "the name of a filter has 1 to 512 characters, none of : *."
    if not isinstance(pattern, str) or len(pattern) > PATTERN_LIMIT:
        yield "pattern", pattern or "(none)", f"is a filter pattern of at most {PATTERN_LIMIT} characters."
    elif pattern.replace('\\"', "").count('"') % 2:
        yield "pattern", pattern, "has a quotation mark that is not closed."
    if not METRIC_NAME.fullmatch(metric):
        yield "metric_name", metric or "(none)", "has 1 to 255 characters, none of : * $."
    if not VALUE.fullmatch(str(p["metric_value"])):
        yield "metric_value", p["metric_value"], "is a number, or a field of the event such as $duration."
    if p["default_value"] is not None and p["dimensions"]:
        yield (
            "default_value",
            p["default_value"],
            "stands beside dimensions; leave one of them out.",
        )
    if len(p["dimensions"]) > DIMENSIONS_LIMIT:
        yield (
            "dimensions",
            ", ".join(p["dimensions"]),
            f"a metric has at most {DIMENSIONS_LIMIT} of them here.",
        )


METRIC_FILTERS = Kind("metric_filters", {"namespace": Property(), "filters": Property()}, check)


def plan_metric_filters(kind: Kind, desired: Desired, observed: Observed | None, allow: frozenset[Effect]) -> Plan:
    """Filter by filter. Those of other namespaces are somebody else's, unless a wanted one has their name."""
    if observed is None:
        return plan(kind, desired, None, allow) if desired.properties["filters"] else Plan(desired.kind, desired.name)
    namespace, present = desired.properties["namespace"], by_name(observed.properties["filters"])
    wanted = wanted_filters(desired)
    ours = [name for name, found in present.items() if name in wanted or found["namespace"] == namespace]
    changes = [
        Change(f"filters.{name}", present.get(name), wanted.get(name))
        for name in sorted({*wanted, *ours})
        if _comparable(present.get(name)) != _comparable(wanted.get(name))
    ]
    return decide(desired, changes, (), allow)


def _comparable(given: Filter | None) -> Any:
    return given and {**given, "metric_value": str(given["metric_value"])}


def from_aws(group: str, raw: Iterable[Mapping[str, Any]]) -> Observed:
    return Observed("metric_filters", group, {"filters": [_filter_from_aws(one) for one in raw]})


def _filter_from_aws(raw: Mapping[str, Any]) -> dict[str, Any]:
    """AWS takes one transformation for a filter, though the field is a list."""
    found = raw["metricTransformations"][0]
    given = {ours: found[theirs] for ours, theirs in NAMES.items() if found.get(theirs) is not None}
    named = {"name": raw["filterName"], "pattern": raw.get("filterPattern", "")}
    return complete({**named, **given}, found["metricNamespace"])


def to_aws(name: str, wanted: Filter) -> dict[str, Any]:
    """The arguments of PutMetricFilter, without the log group."""
    metric = {theirs: wanted[ours] for ours, theirs in NAMES.items() if wanted[ours] not in (None, {}, "None")}
    metric["metricValue"] = str(wanted["metric_value"])
    if wanted["default_value"] is not None:
        metric["defaultValue"] = float(wanted["default_value"])
    return {"filterName": name, "filterPattern": wanted["pattern"], "metricTransformations": [metric]}

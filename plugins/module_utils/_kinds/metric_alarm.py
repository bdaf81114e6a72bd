# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. A CloudWatch alarm on a metric, a metric expression, or an anomaly band.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import alarm
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.alarm import Properties, given, problem
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.alarm_share import SHARE, check_share
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.metric_query import (
    dimensions_from_aws,
    dimensions_to_aws,
    full_metric,
    metric_from_aws,
    metric_to_aws,
    same_metrics,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Kind, Observed, Problem, Property

STATISTICS = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
EXTENDED_STATISTIC = re.compile(r"(p|tm|tc|ts|wm)\d{1,3}(\.\d+)?|IQM|(PR|TC|TM|TS|WM)\([^)]*:[^)]*\)")
MISSING_DATA = ("missing", "notBreaching", "breaching", "ignore")
THRESHOLD_OPERATORS = (
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
)
BAND_OPERATORS = ("LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold", "GreaterThanUpperThreshold")

ONE_METRIC = ("namespace", "metric_name", "dimensions", "statistic", "extended_statistic", "period_seconds", "unit")
SHORT_PERIODS = (10, 20, 30)
METRIC_ID = re.compile(r"[a-z][a-zA-Z0-9_]*")
HOUR, DAY, WEEK = 3600, 86400, 604800


METRIC_ALARM_PROPERTIES = alarm.COMMON_PROPERTIES | {
    "namespace": Property(),
    "metric_name": Property(),
    "dimensions": Property(),
    "statistic": Property(),
    "extended_statistic": Property(),
    "period_seconds": Property(),
    "unit": Property(),
    "metrics": Property(same_metrics),
    "evaluation_periods": Property(),
    "datapoints_to_alarm": Property(),
    "threshold": Property(),
    # Becomes a threshold before anything is compared: see alarm_share.py.
    SHARE: Property(),
    "threshold_metric_id": Property(),
    "comparison_operator": Property(),
    "treat_missing_data": Property(),
    "evaluate_low_sample_count_percentile": Property(),
}
DEFAULTS: Properties = {
    **dict.fromkeys(METRIC_ALARM_PROPERTIES),
    **alarm.COMMON_DEFAULTS,
    "dimensions": {},
    "metrics": (),
    "treat_missing_data": "missing",
}
NAMES = alarm.COMMON_NAMES | {
    "namespace": "Namespace",
    "metric_name": "MetricName",
    "statistic": "Statistic",
    "extended_statistic": "ExtendedStatistic",
    "period_seconds": "Period",
    "unit": "Unit",
    "evaluation_periods": "EvaluationPeriods",
    "datapoints_to_alarm": "DatapointsToAlarm",
    "threshold": "Threshold",
    "threshold_metric_id": "ThresholdMetricId",
    "comparison_operator": "ComparisonOperator",
    "treat_missing_data": "TreatMissingData",
    "evaluate_low_sample_count_percentile": "EvaluateLowSampleCountPercentile",
}


def complete(properties: Properties) -> dict[str, Any]:
    """A whole definition. N of N datapoints is what AWS does without ``datapoints_to_alarm``, so that is left out."""
    whole = {**DEFAULTS, **properties}
    if whole["datapoints_to_alarm"] == whole["evaluation_periods"]:
        whole["datapoints_to_alarm"] = None
    return whole


def check(desired: Desired) -> Iterable[Problem]:
    """The rules of PutMetricAlarm, so that a bad definition is refused before any alarm is written."""
    p = given(desired)
    yield from alarm.check_common(desired)
    yield from _check_source(desired, p)
    yield from _check_comparison(desired, p)
    yield from check_share(desired)
    yield from _check_periods(desired, p)
    for name, allowed in (
        ("treat_missing_data", MISSING_DATA),
        ("statistic", STATISTICS),
        ("evaluate_low_sample_count_percentile", ("evaluate", "ignore")),
    ):
        if name in p and p[name] not in allowed:
            yield problem(desired, name, f"is none of {', '.join(allowed)}.")


def _check_source(desired: Desired, p: Properties) -> Iterable[Problem]:
    if p.get("metrics"):
        for name in ONE_METRIC:
            if p.get(name):
                yield problem(
                    desired, name, "stands beside metrics. Move it into metrics, to the metric it is meant for."
                )
        yield from _check_metrics(desired, p["metrics"], "threshold_metric_id" in p)
        return
    for name in ("namespace", "metric_name", "period_seconds"):
        if not p.get(name):
            yield problem(
                desired, name, "is missing. An alarm has namespace, metric_name and period_seconds, or metrics."
            )
    if ("statistic" in p) == ("extended_statistic" in p):
        yield problem(desired, "statistic", "an alarm on a metric has either statistic or extended_statistic.")
    elif "extended_statistic" in p and not EXTENDED_STATISTIC.fullmatch(p["extended_statistic"]):
        yield problem(
            desired, "extended_statistic", "is not a form that CloudWatch has, such as p99, tm90 or PR(0:100)."
        )


def _check_metrics(desired: Desired, metrics: Sequence[Mapping[str, Any]], band: bool) -> Iterable[Problem]:
    ids = [metric.get("id", "") for metric in metrics]
    for bad in sorted({i for i in ids if not METRIC_ID.fullmatch(i) or ids.count(i) > 1}):
        message = "each has its own id: letters, digits, underscores, beginning with a lower-case letter."
        yield problem(desired, "metrics.id", message, bad or "(none)")
    for metric in metrics:
        if bool(metric.get("expression")) == bool(metric.get("metric_name")):
            yield problem(desired, "metrics", "each has either expression or metric_name.", metric.get("id"))
        elif metric.get("metric_name") and not all(metric.get(n) for n in ("namespace", "statistic", "period_seconds")):
            message = "with metric_name it needs namespace, statistic and period_seconds."
            yield problem(desired, "metrics", message, metric.get("id"))
    watched = [metric.get("id") for metric in metrics if full_metric(metric)["return_data"]]
    if len(watched) != 1 + band:
        needed = "the band and the metric that it is of are" if band else "exactly one is"
        message = (
            f"{needed} what the alarm watches (return_data is true by default); the others say return_data: false."
        )
        yield problem(desired, "metrics.return_data", message, ", ".join(map(str, watched)) or "none")


def _check_comparison(desired: Desired, p: Properties) -> Iterable[Problem]:
    operator = p.get("comparison_operator")
    band = "threshold_metric_id" in p
    fitting = BAND_OPERATORS if band else THRESHOLD_OPERATORS
    if operator not in fitting:
        with_what = "with threshold_metric_id" if band else "without threshold_metric_id"
        yield problem(
            desired, "comparison_operator", f"{with_what} it is one of {', '.join(fitting)}.", operator or "(none)"
        )
    if len(p.keys() & {"threshold", SHARE, "threshold_metric_id"}) != 1:
        message = f"an alarm has either threshold, {SHARE} or, on an anomaly band, threshold_metric_id."
        yield problem(desired, "threshold", message, p.get("threshold", p.get(SHARE, "(none)")))
    bands = [m.get("id") for m in p.get("metrics", ()) if "ANOMALY_DETECTION_BAND" in (m.get("expression") or "")]
    if band and p["threshold_metric_id"] not in bands:
        message = f"is no ANOMALY_DETECTION_BAND expression in metrics; there: {', '.join(map(str, bands)) or 'none'}."
        yield problem(desired, "threshold_metric_id", message)


def _check_periods(desired: Desired, p: Properties) -> Iterable[Problem]:
    own = [p["period_seconds"]] if "period_seconds" in p else []
    periods = own + [m["period_seconds"] for m in p.get("metrics", ()) if m.get("period_seconds")]
    for period in periods:
        if period not in SHORT_PERIODS and (period < 60 or period % 60):
            yield problem(desired, "period_seconds", "is not 10, 20, 30 or a multiple of 60.", period)
    count = p.get("evaluation_periods")
    if count is None or count < 1:
        yield problem(desired, "evaluation_periods", "is 1 or more.", count or "(none)")
        return
    if not 1 <= p.get("datapoints_to_alarm", count) <= count:
        yield problem(desired, "datapoints_to_alarm", f"is 1 to evaluation_periods ({count}).")
    longest = max(periods, default=0)
    limit = DAY if longest < HOUR else WEEK
    if longest * count > limit:
        message = (
            f"times {longest} seconds is more than {limit} seconds: at most {limit // longest} periods of this length."
        )
        yield problem(desired, "evaluation_periods", message)


def from_aws(raw: Mapping[str, Any], tags: Mapping[str, str]) -> Observed:
    scalars = {ours: raw[theirs] for ours, theirs in NAMES.items() if theirs in raw}
    metrics = [metric_from_aws(m) for m in raw.get("Metrics", ())]
    properties = complete(
        {**scalars, **alarm.common_from_aws(raw), "dimensions": dimensions_from_aws(raw), "metrics": metrics}
    )
    attributes = {"arn": raw["AlarmArn"], "state": raw["StateValue"]}
    return Observed("metric_alarm", raw["AlarmName"], properties, tags, attributes)


def to_aws(desired: Desired) -> dict[str, Any]:
    """The arguments of PutMetricAlarm, without tags."""
    p = complete(given(desired))
    arguments = {"AlarmName": desired.name} | alarm.to_aws(p, NAMES)
    if p["metrics"]:
        return arguments | {"Metrics": [metric_to_aws(m) for m in p["metrics"]]}
    return arguments | {"Dimensions": dimensions_to_aws(p["dimensions"])}


METRIC_ALARM = Kind("metric_alarm", METRIC_ALARM_PROPERTIES, check)
plan_metric_alarm = alarm.planner(complete)

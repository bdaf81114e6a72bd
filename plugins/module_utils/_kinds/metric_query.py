# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. The metrics and expressions of an alarm, in our names and in AWS's.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import alarm
from ansible_collections.pgfleet.aws.plugins.module_utils._values import as_set

Metrics = Sequence[Mapping[str, Any]]


def same_metrics(before: Metrics | None, after: Metrics | None) -> bool:
    return as_set(map(full_metric, before or ()), map(full_metric, after or ()))


def full_metric(metric: Mapping[str, Any]) -> dict[str, Any]:
    """One of ``metrics`` with AWS's defaults, without what is not set."""
    kept = {name: value for name, value in metric.items() if not alarm.is_empty(value)}
    return {"return_data": True} | kept


def metric_from_aws(raw: Mapping[str, Any]) -> dict[str, Any]:
    stat = raw.get("MetricStat", {})
    metric = stat.get("Metric", {})
    return full_metric(
        {
            "id": raw["Id"],
            "expression": raw.get("Expression"),
            "label": raw.get("Label"),
            "account_id": raw.get("AccountId"),
            "return_data": raw.get("ReturnData"),
            "namespace": metric.get("Namespace"),
            "metric_name": metric.get("MetricName"),
            "dimensions": dimensions_from_aws(metric),
            "statistic": stat.get("Stat"),
            "period_seconds": stat.get("Period") or raw.get("Period"),
            "unit": stat.get("Unit"),
        }
    )


def metric_to_aws(metric: Mapping[str, Any]) -> dict[str, Any]:
    m = full_metric(metric)
    query = {"Id": m["id"], "ReturnData": m["return_data"]}
    query |= alarm.to_aws(m, {"expression": "Expression", "label": "Label", "account_id": "AccountId"})
    if "metric_name" not in m:
        return query | alarm.to_aws(m, {"period_seconds": "Period"})
    named = {
        "Namespace": m["namespace"],
        "MetricName": m["metric_name"],
        "Dimensions": dimensions_to_aws(m.get("dimensions", {})),
    }
    stat = {"Metric": named} | alarm.to_aws(m, {"statistic": "Stat", "period_seconds": "Period", "unit": "Unit"})
    return query | {"MetricStat": stat}


def dimensions_from_aws(raw: Mapping[str, Any]) -> dict[str, str]:
    return {d["Name"]: d["Value"] for d in raw.get("Dimensions", ())}


def dimensions_to_aws(dimensions: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in sorted(dimensions.items())]

"""Metric filters as AWS documents them, where moto differs: it appends, needs no group, and keeps them after it."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.testing import Emulator

REGION = "us-west-2"
GROUP = "/aws/rds/instance/db/postgresql"
METRIC = {"metricName": "errors", "metricNamespace": "pgfleet/retail", "metricValue": "1"}


@pytest.fixture
def logs(aws: Emulator) -> Any:
    client = aws.client("logs", REGION)
    client.create_log_group(logGroupName=GROUP)
    return client


def put(logs: Any, name: str = "errors", group: str = GROUP, pattern: str = "ERROR", **metric: Any) -> None:
    whole: Any = [{**METRIC, **metric}]
    logs.put_metric_filter(logGroupName=group, filterName=name, filterPattern=pattern, metricTransformations=whole)


def names(logs: Any, **asked: Any) -> list[str]:
    return [one["filterName"] for one in logs.describe_metric_filters(**asked)["metricFilters"]]


def test_a_put_replaces(logs: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html"""
    put(logs, defaultValue=0.0)
    put(logs, pattern="FATAL", unit="Count")
    [found] = logs.describe_metric_filters(logGroupName=GROUP)["metricFilters"]
    assert (found["filterPattern"], found["logGroupName"]) == ("FATAL", GROUP)
    assert found["metricTransformations"] == [{**METRIC, "unit": "Count"}]
    assert found["applyOnTransformedLogs"] is False


def test_filters_are_found_by_prefix_and_metric_in_order_and_pages(logs: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeMetricFilters.html"""
    logs.create_log_group(logGroupName="other")
    for name, group, metric in (("b", GROUP, "one"), ("a", "other", "one"), ("ab", GROUP, "two")):
        put(logs, name, group, metricName=metric)
    assert names(logs) == ["a", "ab", "b"]
    assert names(logs, logGroupName=GROUP) == ["ab", "b"]
    assert names(logs, logGroupName=GROUP, filterNamePrefix="a") == ["ab"]
    assert names(logs, metricName="one", metricNamespace="pgfleet/retail") == ["a", "b"]
    first = logs.describe_metric_filters(limit=2)
    assert names(logs, nextToken=first["nextToken"]) == ["b"]
    for asked in ({"metricName": "one"}, {"nextToken": "no token"}):
        with pytest.raises(ClientError, match="InvalidParameterException"):
            logs.describe_metric_filters(**asked)


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"group": "absent"}, "ResourceNotFoundException"),
        ({"name": "a:b"}, "InvalidParameterException"),
        ({"pattern": '"open'}, "InvalidParameterException"),
        ({"metricNamespace": "a:b"}, "InvalidParameterException"),
        ({"unit": "Apples"}, "InvalidParameterException"),
        ({"dimensions": {"user": "$user"}, "defaultValue": 0.0}, "InvalidParameterException"),
    ],
)
def test_what_is_refused(logs: Any, more: dict[str, Any], error: str) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html, and
    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html"""
    with pytest.raises(ClientError, match=error):
        put(logs, **more)
    assert names(logs) == []


def test_a_group_has_a_hundred_of_them(logs: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html"""
    for number in range(100):
        put(logs, f"f{number}")
    put(logs, "f0")
    with pytest.raises(ClientError, match="LimitExceededException"):
        put(logs, "one more")


def test_filters_go_by_themselves_and_with_their_group(logs: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteMetricFilter.html"""
    put(logs)
    put(logs, "more")
    logs.delete_metric_filter(logGroupName=GROUP, filterName="errors")
    assert names(logs, logGroupName=GROUP) == ["more"]
    for group in (GROUP, "absent"):
        with pytest.raises(ClientError, match="ResourceNotFoundException"):
            logs.delete_metric_filter(logGroupName=group, filterName="errors")
    logs.delete_log_group(logGroupName=GROUP)
    assert names(logs) == []
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        logs.describe_metric_filters(logGroupName=GROUP)

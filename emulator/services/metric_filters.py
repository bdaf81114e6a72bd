"""CloudWatch Logs: metric filters, of log groups that exist, one of a name, gone with their group."""

from __future__ import annotations

from typing import Any

from emulator.errors import AwsError
from emulator.operations import Asked, answers, follows
from emulator.services.logs import logs
from emulator.services.paging import BadToken, page

PAGE = 50
FILTERS_LIMIT = 100


def _group(asked: Asked) -> str:
    name = str(asked.params["logGroupName"])
    if name not in logs(asked).groups:
        raise AwsError("ResourceNotFoundException", "The specified log group does not exist.")
    return name


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidParameterException", message)


def _filters(asked: Asked) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = logs(asked).filters.metric_filters
    return found


def _is(one: dict[str, Any], group: str, name: str) -> bool:
    return bool(one["logGroupName"] == group and one["filterName"] == name)


@answers("logs", "PutMetricFilter")
def put_metric_filter(asked: Asked) -> dict[str, Any]:
    """Creates or replaces. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html"""
    group, name, pattern = _group(asked), asked.params["filterName"], asked.params["filterPattern"]
    transformations = asked.params["metricTransformations"]
    _check(pattern, transformations[0])
    filters = _filters(asked)
    others = [one for one in filters if not _is(one, group, name)]
    if len([one for one in others if one["logGroupName"] == group]) >= FILTERS_LIMIT:
        raise AwsError("LimitExceededException", "Resource limit exceeded.")
    made = {
        "filterName": name,
        "filterPattern": pattern,
        "logGroupName": group,
        "metricTransformations": transformations,
        "applyOnTransformedLogs": asked.params.get("applyOnTransformedLogs", False),
    }
    filters[:] = [*others, made]
    return {}


def _check(pattern: str, metric: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html, and
    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html"""
    if pattern.replace('\\"', "").count('"') % 2:
        raise _invalid("Invalid metric filter pattern")
    if metric.get("dimensions") and metric.get("defaultValue") is not None:
        raise _invalid("Invalid metric transformation: dimensions and default value are mutually exclusive properties.")


@answers("logs", "DescribeMetricFilters")
def describe_metric_filters(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeMetricFilters.html"""
    group = _group(asked) if "logGroupName" in asked.params else None
    prefix = asked.params.get("filterNamePrefix", "") if group else ""
    wanted = {field: asked.params[field] for field in ("metricName", "metricNamespace") if field in asked.params}
    if len(wanted) == 1:
        raise _invalid("metricName and metricNamespace must be given together.")
    found = [
        one
        for one in _filters(asked)
        if group in (None, one["logGroupName"])
        and one["filterName"].startswith(prefix)
        and wanted.items() <= one["metricTransformations"][0].items()
    ]
    try:
        size, token = asked.params.get("limit", PAGE), asked.params.get("nextToken")
        shown, following = page(found, lambda one: f"{one['filterName']} {one['logGroupName']}", size, token)
    except BadToken as error:
        raise _invalid("The specified nextToken is invalid.") from error
    return {"metricFilters": shown, **({"nextToken": following} if following else {})}


@answers("logs", "DeleteMetricFilter")
def delete_metric_filter(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteMetricFilter.html"""
    group, name, filters = _group(asked), asked.params["filterName"], _filters(asked)
    if not any(_is(one, group, name) for one in filters):
        raise AwsError("ResourceNotFoundException", "The specified metric filter does not exist.")
    filters[:] = [one for one in filters if not _is(one, group, name)]
    return {}


@follows("logs", "DeleteLogGroup")
def gone_with_its_group(asked: Asked) -> None:
    """A filter is the group's: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html"""
    filters = _filters(asked)
    filters[:] = [one for one in filters if one["logGroupName"] != asked.params["logGroupName"]]

"""CloudWatch: states, pages, history and tags of alarms, and composite alarms."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

from moto.cloudwatch.models import Alarm, CloudWatchBackend, cloudwatch_backends

from emulator.errors import AwsError
from emulator.operations import Asked, answers
from emulator.services import alarms, dashboards
from emulator.services.paging import BadToken, page

DEFAULT_PAGE = 50
DEFAULT_HISTORY_PAGE = 100
# How long after its creation AWS looks at an alarm for the first time.
FIRST_CHECK_MINUTES = 1.0

# What PutCompositeAlarm takes and moto's alarms have no place for.
_suppressors: WeakKeyDictionary[Alarm, dict[str, Any]] = WeakKeyDictionary()


def cloudwatch(asked: Asked) -> CloudWatchBackend:
    backend: CloudWatchBackend = cloudwatch_backends[asked.account_id][asked.region]
    return backend


@answers("cloudwatch", "PutCompositeAlarm")
def put_composite_alarm(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html"""
    params = asked.params
    absent = ("namespace", "metric_name", "comparison_operator", "evaluation_periods", "period", "threshold")
    alarm = alarms.put(
        cloudwatch(asked),
        params["AlarmName"],
        **dict.fromkeys((*absent, "statistic")),
        description=params.get("AlarmDescription"),
        dimensions=[],
        alarm_actions=params.get("AlarmActions", []),
        ok_actions=params.get("OKActions"),
        insufficient_data_actions=params.get("InsufficientDataActions"),
        actions_enabled=params.get("ActionsEnabled", True),
        rule=params["AlarmRule"],
        tags=params.get("Tags"),
    )
    _suppressors[alarm] = {name: value for name, value in params.items() if name.startswith("ActionsSuppressor")}
    return {}


@answers("cloudwatch", "DescribeAlarms")
def describe_alarms(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html"""
    _check(asked)
    found, token = _page(
        _matching(asked), lambda alarm: alarm.name, asked.params.get("MaxRecords", DEFAULT_PAGE), asked
    )
    return {
        "MetricAlarms": [alarm for alarm in found if not alarms.is_composite(alarm)],
        "CompositeAlarms": [_composite(alarm) for alarm in found if alarms.is_composite(alarm)],
        "NextToken": token,
    }


def _check(asked: Asked) -> None:
    delay = asked.context.ready_at(FIRST_CHECK_MINUTES) - time.monotonic()
    alarms.check(cloudwatch(asked), delay)


def _page(items: Iterable[Any], key: Any, size: int, asked: Asked) -> tuple[list[Any], str | None]:
    try:
        return page(items, key, size, asked.params.get("NextToken"))
    except BadToken as error:
        raise AwsError("InvalidNextToken", "The next token specified is invalid.") from error


def _matching(asked: Asked) -> list[Alarm]:
    params, backend = asked.params, cloudwatch(asked)
    everything = backend.alarms
    if "ChildrenOfAlarmName" in params:
        parent = everything.get(params["ChildrenOfAlarmName"])
        children = alarms.children(parent) if parent else ()
        return [everything[name] for name in children if name in everything]
    if "ParentsOfAlarmName" in params:
        return [everything[name] for name in alarms.parents(backend, params["ParentsOfAlarmName"])]
    kinds = params.get("AlarmTypes") or ["MetricAlarm"]
    names, prefix, state = params.get("AlarmNames"), params.get("AlarmNamePrefix", ""), params.get("StateValue")
    return [
        alarm
        for alarm in everything.values()
        if alarms.kind(alarm) in kinds
        and (not names or alarm.name in names)
        and alarm.name.startswith(prefix)
        and state in (None, alarm.state_value)
        and _has_action(alarm, params.get("ActionPrefix"))
    ]


def _has_action(alarm: Alarm, prefix: str | None) -> bool:
    actions = [*alarm.alarm_actions, *alarm.ok_actions, *alarm.insufficient_data_actions]
    return prefix is None or any(action.startswith(prefix) for action in actions)


def _composite(alarm: Alarm) -> dict[str, Any]:
    return {
        "AlarmName": alarm.name,
        "AlarmArn": alarm.alarm_arn,
        "AlarmDescription": alarm.description,
        "AlarmRule": alarm.rule,
        "ActionsEnabled": alarm.actions_enabled,
        "AlarmActions": alarm.alarm_actions,
        "OKActions": alarm.ok_actions,
        "InsufficientDataActions": alarm.insufficient_data_actions,
        "AlarmConfigurationUpdatedTimestamp": alarm.configuration_updated_timestamp,
        "StateValue": alarm.state_value,
        "StateReason": alarm.state_reason,
        "StateReasonData": alarm.state_reason_data,
        "StateUpdatedTimestamp": alarm.state_updated_timestamp,
        **_suppressors.get(alarm, {}),
    }


@answers("cloudwatch", "DeleteAlarms")
def delete_alarms(asked: Asked) -> dict[str, Any]:
    """Unknown names are passed over.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html
    """
    backend = cloudwatch(asked)
    for name in asked.params["AlarmNames"]:
        alarm = backend.alarms.pop(name, None)
        if alarm is not None:
            backend.tagger.delete_all_tags_for_resource(alarm.alarm_arn)
            alarms.remember(backend, alarm, "ConfigurationUpdate", f'Alarm "{name}" deleted')
    return {}


@answers("cloudwatch", "SetAlarmState")
def set_alarm_state(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html"""
    params, backend = asked.params, cloudwatch(asked)
    _check(asked)
    alarm = backend.alarms.get(params["AlarmName"])
    if alarm is None:
        raise AwsError("ResourceNotFound", f"Alarm {params['AlarmName']} does not exist")
    data = params.get("StateReasonData", "{}")
    alarms.set_by_hand(backend, alarm, params["StateValue"], params["StateReason"], data)
    return {}


@answers("cloudwatch", "DescribeAlarmHistory")
def describe_alarm_history(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html"""
    _check(asked)
    params = asked.params
    kinds = params.get("AlarmTypes") or ["MetricAlarm"]
    oldest_first = [
        item
        for item in alarms.history(cloudwatch(asked))
        if params.get("AlarmName") in (None, item["AlarmName"])
        and item["AlarmType"] in kinds
        and params.get("HistoryItemType") in (None, item["HistoryItemType"])
    ]
    ordered = oldest_first if params.get("ScanBy") == "TimestampAscending" else oldest_first[::-1]
    numbered = enumerate(ordered)
    found, token = _page(numbered, lambda item: f"{item[0]:09}", params.get("MaxRecords", DEFAULT_HISTORY_PAGE), asked)
    return {"AlarmHistoryItems": [item for _, item in found], "NextToken": token}


@answers("cloudwatch", "TagResource")
def tag_resource(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_TagResource.html"""
    _holder(asked).tagger.tag_resource(asked.params["ResourceARN"], asked.params["Tags"])
    return {}


@answers("cloudwatch", "UntagResource")
def untag_resource(asked: Asked) -> dict[str, Any]:
    """Also what has no tags; moto calls that not found.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_UntagResource.html
    """
    _holder(asked).tagger.untag_resource_using_names(asked.params["ResourceARN"], asked.params["TagKeys"])
    return {}


@answers("cloudwatch", "ListTagsForResource")
def list_tags_for_resource(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListTagsForResource.html"""
    tags = _holder(asked).tagger.get_tag_dict_for_resource(asked.params["ResourceARN"])
    return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}


def _holder(asked: Asked) -> CloudWatchBackend:
    """The backend that keeps the tags of what this ARN is about."""
    arn = asked.params["ResourceARN"]
    backend = dashboards.home(asked) if dashboards.is_dashboard(arn) else cloudwatch(asked)
    known = (
        *(alarm.alarm_arn for alarm in backend.alarms.values()),
        *(rule.rule_arn for rule in backend.insight_rules.values()),
        *(dashboard.arn for dashboard in backend.dashboards.values()),
    )
    if arn not in known:
        raise AwsError("ResourceNotFoundException", f"{arn} does not exist")
    return backend

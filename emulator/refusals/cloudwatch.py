"""What CloudWatch refuses. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CommonErrors.html"""

from __future__ import annotations

from typing import Any

from emulator.errors import AwsError
from emulator.operations import Asked, refuses
from emulator.services import alarm_rules, alarms
from emulator.services.anomaly_detectors import band_of
from emulator.services.cloudwatch import cloudwatch

SHORT_PERIODS = (10, 20, 30)
MINUTE, HOUR, DAY, WEEK = 60, 3600, 86_400, 604_800
MISSING_DATA = ("breaching", "notBreaching", "ignore", "missing")
MOST_TAGS = 50
MOST_CHILDREN = 100
SUPPRESSOR_PERIODS = ("ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod")
BAND_OPERATORS = ("LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold", "GreaterThanUpperThreshold")
ACTION_LISTS = ("AlarmActions", "OKActions", "InsufficientDataActions")


def _invalid(message: str) -> AwsError:
    return AwsError("ValidationError", message)


@refuses("cloudwatch", "PutMetricAlarm")
def what_to_watch(asked: Asked) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"""
    params = asked.params
    if ("MetricName" in params) == ("Metrics" in params):
        raise _invalid("Exactly one of MetricName and Metrics must be given")
    if "Metrics" in params:
        return
    missing = [name for name in ("Namespace", "Period") if name not in params]
    if missing:
        raise _invalid(f"{missing[0]} must be given with MetricName")
    if ("Statistic" in params) == ("ExtendedStatistic" in params):
        raise _invalid("Exactly one of Statistic and ExtendedStatistic must be given with MetricName")


@refuses("cloudwatch", "PutMetricAlarm")
def what_to_compare(asked: Asked) -> None:
    """A threshold, or an anomaly band among the metrics; how many of the metrics return data depends on that.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Anomaly_Detection_Alarm.html; the words are
    those that users report, such as in https://github.com/hashicorp/terraform-provider-aws/pull/42504.
    """
    params = asked.params
    band, metrics = params.get("ThresholdMetricId"), params.get("Metrics", [])
    if band is None and params["ComparisonOperator"] in BAND_OPERATORS:
        raise _invalid("ComparisonOperators for ranges require ThresholdMetricId to be set")
    if band is not None:
        if params["ComparisonOperator"] not in BAND_OPERATORS:
            raise _invalid("ThresholdMetricId requires a ComparisonOperator for ranges")
        if "Threshold" in params:
            raise _invalid("Threshold and ThresholdMetricId cannot be given together")
        if any(action.split(":")[2:3] == ["autoscaling"] for name in ACTION_LISTS for action in params.get(name, [])):
            raise _invalid("Alarms with ThresholdMetricId cannot have Auto Scaling actions")
    elif "Threshold" not in params:
        raise _invalid("Threshold must be given, or ThresholdMetricId")
    returning = [metric["Id"] for metric in metrics if metric.get("ReturnData", True)]
    if metrics and len(returning) != (1 if band is None else 2):
        number = "one element" if band is None else "two elements"
        raise _invalid(f"Exactly {number} of the metrics list should return data.")
    if band is not None and (band not in returning or band_of(metrics, band) is None):
        raise _invalid("Metrics list must contain exactly one metric matching the ThresholdMetricId parameter")


@refuses("cloudwatch", "PutMetricAlarm")
def periods(asked: Asked) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html: Period"""
    params = asked.params
    period, count = params.get("Period"), params.get("EvaluationPeriods", 1)
    if period is not None:
        if period not in SHORT_PERIODS and period % MINUTE:
            raise _invalid("Period must be 10, 20, 30 or a multiple of 60")
        longest = DAY if period < HOUR else WEEK
        if period * count > longest:
            raise _invalid(f"Metrics cannot be checked across more than {longest} seconds (EvaluationPeriods * Period)")
    if params.get("DatapointsToAlarm", 1) > count:
        raise _invalid("DatapointsToAlarm must not be greater than EvaluationPeriods")


@refuses("cloudwatch", "PutMetricAlarm")
def missing_data(asked: Asked) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html: TreatMissingData"""
    treat = asked.params.get("TreatMissingData", "missing")
    if treat not in MISSING_DATA:
        raise _invalid(f"Option {treat} is not supported. Supported options for TreatMissingData: {MISSING_DATA}")


@refuses("cloudwatch", "PutMetricAlarm", "PutCompositeAlarm")
def actions_and_tags(asked: Asked) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html: AlarmActions, Tags"""
    for action in (action for name in ACTION_LISTS for action in asked.params.get(name, [])):
        parts = action.split(":")
        if parts[0] != "arn":
            raise _invalid(f"Invalid arn syntax: {action}")
        if parts[2] == "sns" and parts[3] != asked.region:
            raise _invalid(f"Invalid region {parts[3]} specified. Only {asked.region} is supported.")
    if len(asked.params.get("Tags", [])) > MOST_TAGS:
        raise _invalid(f"At most {MOST_TAGS} tags can be given")


@refuses("cloudwatch", "PutCompositeAlarm")
def rule(asked: Asked) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html: AlarmRule"""
    try:
        children = alarm_rules.parse(asked.params["AlarmRule"]).children
    except alarm_rules.BadRule as error:
        raise _invalid(f"Error in AlarmRule: {error}") from error
    if len(children) > MOST_CHILDREN:
        raise _invalid(f"AlarmRule speaks of {len(children)} alarms; at most {MOST_CHILDREN} are allowed")
    absent = sorted(children - set(cloudwatch(asked).alarms))
    if absent:
        raise _invalid(f"Could not save the composite alarm as alarms {absent} in its rule do not exist")


@refuses("cloudwatch", "PutCompositeAlarm")
def suppressor(asked: Asked) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html: ActionsSuppressor"""
    given = [name in asked.params for name in ("ActionsSuppressor", *SUPPRESSOR_PERIODS)]
    if any(given) and not all(given):
        raise _invalid(f"ActionsSuppressor needs {' and '.join(SUPPRESSOR_PERIODS)}, and they need it")


@refuses("cloudwatch", "PutMetricAlarm", "PutCompositeAlarm")
def change_of_kind(asked: Asked) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html"""
    known: Any = cloudwatch(asked).alarms.get(asked.params["AlarmName"])
    if known is not None and alarms.is_composite(known) != (asked.call.action == "PutCompositeAlarm"):
        raise _invalid(f"{known.name} already exists and is a {alarms.kind(known)}")


@refuses("cloudwatch", "DeleteAlarms")
def deletion(asked: Asked) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html"""
    backend, names = cloudwatch(asked), asked.params["AlarmNames"]
    if sum(alarms.is_composite(backend.alarms[name]) for name in names if name in backend.alarms) > 1:
        raise _invalid("At most one composite alarm can be deleted in one call")
    for name in names:
        if alarms.parents(backend, name):
            raise _invalid(f"Cannot delete {name} as there are composite alarm(s) depending on it.")


@refuses("cloudwatch", "DescribeAlarms")
def filters(asked: Asked) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html"""
    params = set(asked.params)
    if {"AlarmNames", "AlarmNamePrefix"} <= params:
        raise _invalid("AlarmNamePrefix and AlarmNames are mutually exclusive")
    for name in ("ChildrenOfAlarmName", "ParentsOfAlarmName"):
        if name in params and params - {name, "MaxRecords", "NextToken"}:
            raise _invalid(f"{name} cannot be given together with other filters")

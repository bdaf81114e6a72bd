"""CloudWatch alarms as AWS documents them, where moto differs."""

from __future__ import annotations

import datetime
from typing import Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError
from moto.cloudwatch.models import CloudWatchBackend, MetricDatum

from emulator.services import alarms
from emulator.testing import Emulator

REGION = "us-west-2"
TOPIC = f"arn:aws:sns:{REGION}:123456789012:alerts"
CPU: dict[str, Any] = {
    "AlarmName": "retail-prod-cpu",
    "Namespace": "AWS/RDS",
    "MetricName": "CPUUtilization",
    "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": "retail-prod"}],
    "Statistic": "Average",
    "Period": 300,
    "EvaluationPeriods": 2,
    "Threshold": 80.0,
    "ComparisonOperator": "GreaterThanThreshold",
    "TreatMissingData": "notBreaching",
    "AlarmActions": [TOPIC],
}


@pytest.fixture
def cloudwatch(aws: Emulator) -> Any:
    return aws.client("cloudwatch", REGION)


def put(cloudwatch: Any, name: str = str(CPU["AlarmName"]), **changes: Any) -> None:
    asked = {**CPU, "AlarmName": name, **changes}
    cloudwatch.put_metric_alarm(**{key: value for key, value in asked.items() if value is not None})


def state(cloudwatch: Any, name: str = str(CPU["AlarmName"])) -> str:
    found = cloudwatch.describe_alarms(AlarmNames=[name], AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    [alarm] = found["MetricAlarms"] + found["CompositeAlarms"]
    return str(alarm["StateValue"])


def refused(why: str) -> Any:
    return pytest.raises(ClientError, match=rf"\(ValidationError\).*{why}")


def test_an_alarm_is_described_as_it_was_put(cloudwatch: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html"""
    put(cloudwatch)
    [alarm] = cloudwatch.describe_alarms()["MetricAlarms"]
    assert {key: alarm[key] for key in CPU} == CPU
    assert alarm["AlarmArn"] == f"arn:aws:cloudwatch:{REGION}:123456789012:alarm:retail-prod-cpu"
    assert alarm["ActionsEnabled"] is True
    assert (alarm["OKActions"], alarm["InsufficientDataActions"]) == ([], [])


def test_a_new_alarm_has_no_data(aws: Emulator, cloudwatch: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"""
    aws.set_time_scale(60)
    put(cloudwatch)
    assert state(cloudwatch) == "INSUFFICIENT_DATA"
    cloudwatch.put_composite_alarm(AlarmName="any", AlarmRule="TRUE")
    assert state(cloudwatch, "any") == "INSUFFICIENT_DATA"


@pytest.mark.parametrize(
    ("treat", "expected"),
    [("notBreaching", "OK"), ("breaching", "ALARM"), ("missing", "INSUFFICIENT_DATA"), ("ignore", "INSUFFICIENT_DATA")],
)
def test_missing_data_is_treated_as_asked(cloudwatch: Any, treat: str, expected: str) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html"""
    put(cloudwatch, TreatMissingData=treat)
    assert state(cloudwatch) == expected


@pytest.mark.parametrize(
    ("values", "changes", "expected"),
    [
        ([90, 90], {}, "ALARM"),
        ([90, 70], {}, "OK"),
        ([90, 70], {"DatapointsToAlarm": 1}, "ALARM"),
        ([90], {}, "OK"),
        ([90], {"TreatMissingData": "breaching"}, "ALARM"),
        ([70, 70], {"ComparisonOperator": "LessThanThreshold"}, "ALARM"),
        ([90, 90], {"Dimensions": [{"Name": "DBInstanceIdentifier", "Value": "other"}]}, "OK"),
    ],
)
def test_data_decide_the_state(cloudwatch: Any, values: list[float], changes: dict[str, Any], expected: str) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html#alarm-evaluation"""
    put(cloudwatch, **changes)
    now = datetime.datetime.now(datetime.UTC)
    for age, value in enumerate(values):
        at = now - datetime.timedelta(seconds=age * 300 + 5)
        datum = {"MetricName": "CPUUtilization", "Dimensions": CPU["Dimensions"], "Timestamp": at, "Value": value}
        cloudwatch.put_metric_data(Namespace="AWS/RDS", MetricData=[datum])
    assert state(cloudwatch) == expected


def test_a_changed_alarm_keeps_its_state_and_its_tags(cloudwatch: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"""
    put(cloudwatch, Tags=[{"Key": "a", "Value": "old"}])
    cloudwatch.set_alarm_state(AlarmName=CPU["AlarmName"], StateValue="ALARM", StateReason="x")
    put(cloudwatch, Threshold=90.0, Tags=[{"Key": "a", "Value": "new"}])
    [alarm] = cloudwatch.describe_alarms(StateValue="ALARM")["MetricAlarms"]
    assert alarm["Threshold"] == 90.0
    assert cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"] == [{"Key": "a", "Value": "old"}]


def test_tags_go_with_the_alarm(cloudwatch: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_TagResource.html"""
    put(cloudwatch)
    [alarm] = cloudwatch.describe_alarms()["MetricAlarms"]
    cloudwatch.untag_resource(ResourceARN=alarm["AlarmArn"], TagKeys=["absent"])
    cloudwatch.tag_resource(ResourceARN=alarm["AlarmArn"], Tags=[{"Key": "a", "Value": "b"}])
    cloudwatch.delete_alarms(AlarmNames=[CPU["AlarmName"]])
    put(cloudwatch)
    assert cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"] == []


def test_alarms_come_in_pages(cloudwatch: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html: MaxRecords"""
    names = {f"alarm-{number:03}" for number in range(120)}
    for name in names:
        put(cloudwatch, name)
    pages = list(cloudwatch.get_paginator("describe_alarms").paginate())
    assert [len(page["MetricAlarms"]) for page in pages] == [50, 50, 20]
    assert {alarm["AlarmName"] for page in pages for alarm in page["MetricAlarms"]} == names
    assert len(cloudwatch.describe_alarms(MaxRecords=100)["MetricAlarms"]) == 100
    with pytest.raises(ClientError, match="InvalidNextToken"):
        cloudwatch.describe_alarms(NextToken="no token")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"AlarmNamePrefix": "b"}, ["b1", "b2"]),
        ({"ActionPrefix": TOPIC}, ["b2"]),
        ({"StateValue": "OK"}, ["a1", "b1", "b2"]),
        ({"StateValue": "ALARM"}, []),
        ({"AlarmNames": ["b1", "absent"]}, ["b1"]),
        ({"AlarmNamePrefix": "b", "ActionPrefix": "arn:aws:lambda"}, []),
    ],
)
def test_filters_work_together(cloudwatch: Any, asked: dict[str, Any], found: list[str]) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html"""
    for name, actions in (("a1", []), ("b1", []), ("b2", [TOPIC])):
        put(cloudwatch, name, AlarmActions=actions)
    assert [alarm["AlarmName"] for alarm in cloudwatch.describe_alarms(**asked)["MetricAlarms"]] == found


IMPOSSIBLE: list[tuple[dict[str, Any], str]] = [
    ({"Period": 45}, "multiple of 60"),
    ({"Period": 300, "EvaluationPeriods": 289}, "86400"),
    ({"Period": 3600, "EvaluationPeriods": 169}, "604800"),
    ({"DatapointsToAlarm": 3}, "DatapointsToAlarm"),
    ({"TreatMissingData": "fine"}, "TreatMissingData"),
    ({"ExtendedStatistic": "p90"}, "ExtendedStatistic"),
    ({"Statistic": None}, "ExtendedStatistic"),
    ({"MetricName": None}, "MetricName"),
    ({"Namespace": None}, "Namespace"),
    ({"Statistic": "Median"}, "enum"),
    ({"AlarmActions": ["arn:aws:sns:us-east-1:123456789012:alerts"]}, "Invalid region us-east-1"),
    ({"AlarmActions": ["alerts"]}, "arn"),
    ({"AlarmActions": [TOPIC] * 6}, "less than or equal to 5"),
    ({"AlarmName": "x" * 256}, "alarmName"),
    ({"Tags": [{"Key": str(number), "Value": "x"} for number in range(51)]}, "tags"),
]


@pytest.mark.parametrize(("changes", "why"), IMPOSSIBLE)
def test_impossible_alarms_are_refused(cloudwatch: Any, changes: dict[str, Any], why: str) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"""
    with refused(why):
        put(cloudwatch, **{"name": str(CPU["AlarmName"]), **changes} if "AlarmName" not in changes else changes)
    assert cloudwatch.describe_alarms()["MetricAlarms"] == []


def test_the_history_outlives_the_alarm(cloudwatch: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html"""
    put(cloudwatch, "a")
    put(cloudwatch, "b")
    cloudwatch.set_alarm_state(AlarmName="a", StateValue="ALARM", StateReason="x")
    cloudwatch.delete_alarms(AlarmNames=["a"])
    items = cloudwatch.describe_alarm_history(AlarmName="a", ScanBy="TimestampAscending")["AlarmHistoryItems"]
    kinds = [item["HistoryItemType"] for item in items]
    assert kinds == ["ConfigurationUpdate", "StateUpdate", "StateUpdate", "ConfigurationUpdate"]
    newest = cloudwatch.describe_alarm_history(AlarmName="a", MaxRecords=1)
    assert newest["AlarmHistoryItems"] == [items[-1]]
    rest = cloudwatch.describe_alarm_history(AlarmName="a", NextToken=newest["NextToken"])
    assert rest["AlarmHistoryItems"] == items[-2::-1]


def test_a_dashboard_is_json(cloudwatch: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html"""
    with pytest.raises(ClientError, match="InvalidParameterInput"):
        cloudwatch.put_dashboard(DashboardName="retail-prod", DashboardBody="no json")
    cloudwatch.put_dashboard(DashboardName="retail-prod", DashboardBody='{"widgets": []}')


def test_only_alarms_with_data_are_compared_with_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """moto makes the metrics of all AWS services whenever it is asked for any."""
    backend = CloudWatchBackend(REGION, "123456789012")
    every = Mock(side_effect=lambda: backend.metric_data)
    monkeypatch.setattr(backend, "get_all_metrics", every)
    for number in range(50):
        backend.put_metric_alarm(
            name=f"alarm-{number}",
            namespace="AWS/RDS",
            metric_name="CPUUtilization" if number == 7 else "FreeStorageSpace",
            comparison_operator="GreaterThanThreshold",
            evaluation_periods=1,
            period=300,
            threshold=80.0,
            statistic="Average",
            description="",
            dimensions=[],
            alarm_actions=[],
            treat_missing_data="notBreaching",
        )
    backend.metric_data.append(MetricDatum("AWS/RDS", "CPUUtilization", 90.0, [], None))
    alarms.check(backend, 0)
    states = {name: alarm.state_value for name, alarm in backend.alarms.items()}
    assert states == {f"alarm-{number}": "ALARM" if number == 7 else "OK" for number in range(50)}
    assert every.call_count == 2  # Once to see which metrics have data, and once for the one that has.

"""Composite alarms as AWS documents them; moto has none."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.testing import Emulator

REGION = "us-west-2"
TOPIC = f"arn:aws:sns:{REGION}:123456789012:alerts"


@pytest.fixture
def cloudwatch(aws: Emulator) -> Any:
    return aws.client("cloudwatch", REGION)


def put(cloudwatch: Any, name: str, missing_data: str = "notBreaching") -> None:
    """A metric alarm without data."""
    cloudwatch.put_metric_alarm(
        AlarmName=name, Namespace="n", MetricName="m", Statistic="Average", Period=60, EvaluationPeriods=1,
        Threshold=1.0, ComparisonOperator="GreaterThanThreshold", TreatMissingData=missing_data,
    )  # fmt: skip


def composite(cloudwatch: Any, name: str, rule: str, **more: Any) -> None:
    cloudwatch.put_composite_alarm(AlarmName=name, AlarmRule=rule, **more)


def state(cloudwatch: Any, name: str) -> str:
    found = cloudwatch.describe_alarms(AlarmNames=[name], AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    [alarm] = found["MetricAlarms"] + found["CompositeAlarms"]
    return str(alarm["StateValue"])


def refused(why: str) -> Any:
    return pytest.raises(ClientError, match=rf"\(ValidationError\).*{why}")


def test_composite_alarms_are_only_described_when_asked_for(cloudwatch: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html: AlarmTypes"""
    put(cloudwatch, "cpu")
    rule = 'ALARM("cpu")'
    composite(cloudwatch, "all", rule, AlarmActions=[TOPIC], Tags=[{"Key": "a", "Value": "b"}], AlarmDescription="d")
    assert len(cloudwatch.describe_alarms()["MetricAlarms"]) == 1
    assert cloudwatch.describe_alarms()["CompositeAlarms"] == []
    found = cloudwatch.describe_alarms(AlarmTypes=["CompositeAlarm"])
    assert found["MetricAlarms"] == []
    [alarm] = found["CompositeAlarms"]
    assert (alarm["AlarmRule"], alarm["AlarmActions"], alarm["AlarmDescription"]) == (rule, [TOPIC], "d")
    assert cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"] == [{"Key": "a", "Value": "b"}]


def test_a_composite_alarm_keeps_its_suppressor(cloudwatch: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html"""
    put(cloudwatch, "cpu")
    with refused("ActionsSuppressor"):
        composite(cloudwatch, "all", "TRUE", ActionsSuppressor="cpu")
    wanted = {
        "ActionsSuppressor": "cpu",
        "ActionsSuppressorWaitPeriod": 60,
        "ActionsSuppressorExtensionPeriod": 30,
    }
    composite(cloudwatch, "all", "TRUE", **wanted)
    [alarm] = cloudwatch.describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
    assert {key: alarm[key] for key in wanted} == wanted


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("ALARM(a)", "ALARM"),
        ("ALARM(a) AND ALARM(b)", "OK"),
        ('ALARM("a") OR ALARM("b")', "ALARM"),
        ("ALARM(a) AND NOT ALARM(b)", "ALARM"),
        ("NOT (ALARM(a) OR OK(b))", "OK"),
        ("FALSE AND FALSE OR TRUE", "ALARM"),
        (f"OK(arn:aws:cloudwatch:{REGION}:123456789012:alarm:b)", "ALARM"),
        ("INSUFFICIENT_DATA(b)", "OK"),
    ],
)
def test_the_rule_decides_the_state(cloudwatch: Any, rule: str, expected: str) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html: AlarmRule"""
    put(cloudwatch, "a", missing_data="breaching")
    put(cloudwatch, "b")
    composite(cloudwatch, "all", rule)
    assert state(cloudwatch, "all") == expected


def test_a_composite_alarm_follows_its_children(cloudwatch: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html"""
    put(cloudwatch, "a")
    composite(cloudwatch, "lower", "ALARM(a)")
    composite(cloudwatch, "upper", "ALARM(lower)")
    assert state(cloudwatch, "upper") == "OK"
    cloudwatch.set_alarm_state(AlarmName="upper", StateValue="ALARM", StateReason="x")
    assert state(cloudwatch, "upper") == "ALARM"
    cloudwatch.set_alarm_state(AlarmName="a", StateValue="ALARM", StateReason="x")
    assert state(cloudwatch, "upper") == "ALARM"
    cloudwatch.set_alarm_state(AlarmName="a", StateValue="OK", StateReason="x")
    assert state(cloudwatch, "upper") == "OK"


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("ALARM(absent)", "absent"),
        ("ALARM(a", "wrong from"),
        ("ALARM(a) ALARM(a)", "wrong from"),
        ("ALARM(a) AND", "missing"),
        ("(ALARM(a)", "parenthesis"),
        ("BROKEN(a)", "wrong from"),
    ],
)
def test_impossible_rules_are_refused(cloudwatch: Any, rule: str, why: str) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html"""
    put(cloudwatch, "a")
    with refused(why):
        composite(cloudwatch, "all", rule)


def test_an_alarm_with_parents_is_not_deleted(cloudwatch: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html"""
    put(cloudwatch, "a")
    for name in ("one", "two"):
        composite(cloudwatch, name, "ALARM(a)")
    with refused("depending on it"):
        cloudwatch.delete_alarms(AlarmNames=["a"])
    with refused("one composite alarm"):
        cloudwatch.delete_alarms(AlarmNames=["one", "two"])
    for names in (["one"], ["two"], ["a", "absent"]):
        cloudwatch.delete_alarms(AlarmNames=names)
    assert cloudwatch.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])["MetricAlarms"] == []


def test_a_cycle_can_be_broken_by_changing_a_rule(cloudwatch: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html"""
    composite(cloudwatch, "one", "TRUE")
    composite(cloudwatch, "two", "ALARM(one)")
    composite(cloudwatch, "one", "ALARM(two)")
    assert state(cloudwatch, "one") == "INSUFFICIENT_DATA"
    with refused("depending on it"):
        cloudwatch.delete_alarms(AlarmNames=["one"])
    composite(cloudwatch, "one", "FALSE")
    for name in ("two", "one"):
        cloudwatch.delete_alarms(AlarmNames=[name])


def test_children_and_parents_can_be_asked_for(cloudwatch: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html"""
    put(cloudwatch, "a")
    put(cloudwatch, "b")
    composite(cloudwatch, "all", "ALARM(a) OR ALARM(b)")
    children = cloudwatch.describe_alarms(ChildrenOfAlarmName="all")["MetricAlarms"]
    assert [alarm["AlarmName"] for alarm in children] == ["a", "b"]
    parents = cloudwatch.describe_alarms(ParentsOfAlarmName="a")["CompositeAlarms"]
    assert [alarm["AlarmName"] for alarm in parents] == ["all"]


def test_a_name_belongs_to_one_kind_of_alarm(cloudwatch: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html"""
    put(cloudwatch, "a")
    with refused("already exists"):
        composite(cloudwatch, "a", "TRUE")

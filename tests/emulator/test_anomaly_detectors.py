"""Anomaly detectors and alarms on their bands, as AWS documents them."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.testing import Emulator

METRIC: dict[str, Any] = {
    "Namespace": "AWS/RDS",
    "MetricName": "DatabaseConnections",
    "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": "db-retail-prod"}],
}
CONNECTIONS = {"Id": "m1", "MetricStat": {"Metric": METRIC, "Period": 300, "Stat": "Average"}, "ReturnData": True}
BAND = {"Id": "ad1", "Expression": "ANOMALY_DETECTION_BAND(m1, 2)", "ReturnData": True}
ALARM: dict[str, Any] = {
    "AlarmName": "unusual",
    "EvaluationPeriods": 2,
    "ComparisonOperator": "GreaterThanUpperThreshold",
    "ThresholdMetricId": "ad1",
    "Metrics": [CONNECTIONS, BAND],
}
SINGLE = {**METRIC, "Stat": "Average"}


@pytest.fixture
def cloudwatch(aws: Emulator) -> Any:
    return aws.client("cloudwatch")


def detectors(cloudwatch: Any, **filters: Any) -> list[dict[str, Any]]:
    pages = cloudwatch.get_paginator("describe_anomaly_detectors").paginate(**filters)
    return [detector for page in pages for detector in page["AnomalyDetectors"]]


def test_an_alarm_on_a_band_is_described_as_it_was_put(cloudwatch: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html: the example"""
    cloudwatch.put_metric_alarm(**ALARM)
    [alarm] = cloudwatch.describe_alarms()["MetricAlarms"]
    assert {name: alarm[name] for name in ALARM} == ALARM
    assert not {"Threshold", "MetricName", "Namespace", "Period", "Statistic"} & alarm.keys()
    assert alarm["StateValue"] == "INSUFFICIENT_DATA"


def test_an_alarm_on_a_band_makes_the_detector_which_outlives_it(cloudwatch: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Anomaly_Detection_Alarm.html"""
    cloudwatch.put_metric_alarm(**ALARM)
    cloudwatch.put_metric_alarm(**{**ALARM, "EvaluationPeriods": 3})
    [made] = detectors(cloudwatch)
    assert made["SingleMetricAnomalyDetector"] == SINGLE
    assert {name: made[name] for name in SINGLE} == SINGLE
    assert made["StateValue"] == "PENDING_TRAINING"
    cloudwatch.delete_alarms(AlarmNames=["unusual"])
    assert detectors(cloudwatch) == [made]


def test_an_alarm_leaves_the_settings_of_a_detector_alone(cloudwatch: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutAnomalyDetector.html"""
    cloudwatch.put_anomaly_detector(
        SingleMetricAnomalyDetector=SINGLE, Configuration={"MetricTimezone": "Europe/Berlin"}
    )
    cloudwatch.put_metric_alarm(**ALARM)
    assert [detector["Configuration"]["MetricTimezone"] for detector in detectors(cloudwatch)] == ["Europe/Berlin"]


def test_a_band_of_an_expression_makes_a_detector_of_metric_math(cloudwatch: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAnomalyDetectors.html"""
    total = {"Id": "e1", "Expression": "m1 * 2", "ReturnData": True}
    band = {**BAND, "Expression": "ANOMALY_DETECTION_BAND(e1, 2)"}
    cloudwatch.put_metric_alarm(**{**ALARM, "Metrics": [{**CONNECTIONS, "ReturnData": False}, total, band]})
    assert detectors(cloudwatch) == []
    [made] = detectors(cloudwatch, AnomalyDetectorTypes=["METRIC_MATH"])
    assert [query["Id"] for query in made["MetricMathAnomalyDetector"]["MetricDataQueries"]] == ["m1", "e1", "ad1"]


def test_a_detector_is_put_found_and_deleted(cloudwatch: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAnomalyDetector.html"""
    cloudwatch.put_anomaly_detector(**SINGLE)
    cloudwatch.put_anomaly_detector(SingleMetricAnomalyDetector=SINGLE)
    [made] = detectors(cloudwatch)
    for found, filters in (
        (1, METRIC),
        (1, {"AnomalyDetectorIds": [made["AnomalyDetectorId"]]}),
        (0, {"Namespace": "x"}),
    ):
        assert len(detectors(cloudwatch, **filters)) == found
    cloudwatch.delete_anomaly_detector(AnomalyDetectorId=made["AnomalyDetectorId"])
    with pytest.raises(ClientError, match=r"\(ResourceNotFoundException\)"):
        cloudwatch.delete_anomaly_detector(SingleMetricAnomalyDetector=SINGLE)
    with pytest.raises(ClientError, match=r"\(ResourceNotFoundException\)"):
        cloudwatch.delete_anomaly_detector(AnomalyDetectorId=made["AnomalyDetectorId"])


def test_a_detector_is_of_one_metric_or_of_an_expression(cloudwatch: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutAnomalyDetector.html"""
    with pytest.raises(ClientError, match=r"\(InvalidParameterCombination\)"):
        cloudwatch.put_anomaly_detector(**SINGLE, MetricMathAnomalyDetector={"MetricDataQueries": [CONNECTIONS]})
    with pytest.raises(ClientError, match=r"\(MissingParameter\).*Stat"):
        cloudwatch.put_anomaly_detector(**METRIC)
    with pytest.raises(ClientError, match=r"\(InvalidNextToken\)"):
        cloudwatch.describe_anomaly_detectors(NextToken="no token")


def test_detectors_come_in_pages(cloudwatch: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAnomalyDetectors.html: MaxResults"""
    for number in range(12):
        cloudwatch.put_anomaly_detector(**{**SINGLE, "MetricName": f"m{number}"})
    assert len(cloudwatch.describe_anomaly_detectors()["AnomalyDetectors"]) == 10
    assert len(detectors(cloudwatch)) == 12


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"ThresholdMetricId": None}, "ComparisonOperators for ranges require ThresholdMetricId to be set"),
        ({"Metrics": [{**CONNECTIONS, "ReturnData": False}, BAND]}, "Exactly two elements of the metrics list"),
        (
            {"Metrics": [CONNECTIONS, {"Id": "other", "Expression": "m1 * 2"}]},
            "exactly one metric matching the ThresholdMetricId",
        ),
        ({"ThresholdMetricId": "m1"}, "exactly one metric matching the ThresholdMetricId"),
        ({"ComparisonOperator": "GreaterThanThreshold"}, "ComparisonOperator for ranges"),
        ({"Threshold": 1.0}, "cannot be given together"),
        ({"AlarmActions": ["arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:x"]}, "Auto Scaling"),
        (
            {"ThresholdMetricId": None, "ComparisonOperator": "GreaterThanThreshold", "Threshold": 1.0},
            "Exactly one element of the metrics list should return data",
        ),
        ({"ThresholdMetricId": None, "ComparisonOperator": "GreaterThanThreshold"}, "Threshold must be given"),
    ],
)
def test_impossible_bands_are_refused(cloudwatch: Any, changed: dict[str, Any], why: str) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html: ThresholdMetricId"""
    asked = {name: value for name, value in {**ALARM, **changed}.items() if value is not None}
    with pytest.raises(ClientError, match=rf"\(ValidationError\).*{why}"):
        cloudwatch.put_metric_alarm(**asked)
    assert detectors(cloudwatch) == []

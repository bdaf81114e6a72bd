"""CloudWatch dashboards as AWS documents them, where moto differs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.testing import Emulator

TEXT: dict[str, Any] = {"type": "text", "x": 0, "y": 0, "width": 3, "height": 3, "properties": {"markdown": "Hello"}}
CPU = ["AWS/EC2", "CPUUtilization", "InstanceId", "i-012345"]
METRIC: dict[str, Any] = {
    "type": "metric",
    "properties": {"metrics": [CPU], "period": 300, "stat": "Average", "region": "us-east-1"},
}
ARN = "arn:aws:cloudwatch::123456789012:dashboard/d"


@pytest.fixture
def cloudwatch(aws: Emulator) -> Any:
    return aws.client("cloudwatch", "us-west-2")


def put(cloudwatch: Any, *widgets: Any, name: str = "d", **more: Any) -> list[dict[str, str]]:
    body = json.dumps({"widgets": list(widgets)})
    found = cloudwatch.put_dashboard(DashboardName=name, DashboardBody=body, **more)["DashboardValidationMessages"]
    return list(found)


def refused(code: str, why: str = "") -> Any:
    return pytest.raises(ClientError, match=rf"(?s)\({code}\).*{why}")


def tags(cloudwatch: Any) -> list[dict[str, str]]:
    return list(cloudwatch.list_tags_for_resource(ResourceARN=ARN)["Tags"])


def test_a_dashboard_is_got_as_it_was_put_and_in_every_region(aws: Emulator, cloudwatch: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html: dashboards are global"""
    assert put(cloudwatch, TEXT, METRIC) == []
    for region in ("us-west-2", "eu-central-1"):
        got = aws.client("cloudwatch", region).get_dashboard(DashboardName="d")
        assert (got["DashboardName"], got["DashboardArn"]) == ("d", ARN)
        assert json.loads(got["DashboardBody"]) == {"widgets": [TEXT, METRIC]}
    put(cloudwatch, TEXT)
    assert json.loads(cloudwatch.get_dashboard(DashboardName="d")["DashboardBody"]) == {"widgets": [TEXT]}


def test_tags_are_for_new_dashboards_and_for_the_tagging_calls(cloudwatch: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html: Tags"""
    put(cloudwatch, Tags=[{"Key": "a", "Value": "1"}])
    put(cloudwatch, TEXT, Tags=[{"Key": "a", "Value": "2"}])
    assert tags(cloudwatch) == [{"Key": "a", "Value": "1"}]
    cloudwatch.tag_resource(ResourceARN=ARN, Tags=[{"Key": "b", "Value": "2"}])
    cloudwatch.untag_resource(ResourceARN=ARN, TagKeys=["a"])
    assert tags(cloudwatch) == [{"Key": "b", "Value": "2"}]
    cloudwatch.delete_dashboards(DashboardNames=["d"])
    with refused("ResourceNotFoundException"):
        tags(cloudwatch)
    put(cloudwatch)
    assert tags(cloudwatch) == []


def test_what_does_not_exist(cloudwatch: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteDashboards.html"""
    put(cloudwatch)
    with refused("ResourceNotFound", "Dashboard e does not exist"):
        cloudwatch.get_dashboard(DashboardName="e")
    with refused("ResourceNotFound"):
        cloudwatch.delete_dashboards(DashboardNames=["d", "e"])
    assert cloudwatch.list_dashboards()["DashboardEntries"] == []


def test_dashboards_are_listed_by_prefix(cloudwatch: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListDashboards.html"""
    for name in ("a1", "b1", "b2"):
        put(cloudwatch, name=name)
    found = cloudwatch.list_dashboards(DashboardNamePrefix="b")["DashboardEntries"]
    assert [entry["DashboardName"] for entry in found] == ["b1", "b2"]
    assert found[0]["Size"] == len('{"widgets": []}')
    with refused("InvalidParameterValue"):
        cloudwatch.list_dashboards(NextToken="no token")


@pytest.mark.parametrize("name", ["a b", "a" * 256, "a/b"])
def test_names(cloudwatch: Any, name: str) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html: DashboardName"""
    with refused("InvalidParameterInput", "DashboardName"):
        put(cloudwatch, name=name)


@pytest.mark.parametrize("body", ["{", "[]"])
def test_a_body_is_a_json_object(cloudwatch: Any, body: str) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html"""
    with refused("InvalidParameterInput", "valid JSON object"):
        cloudwatch.put_dashboard(DashboardName="d", DashboardBody=body)


def metric(**changed: Any) -> dict[str, Any]:
    properties = {**METRIC["properties"], **changed}
    return {**METRIC, "properties": {name: value for name, value in properties.items() if value is not None}}


BAD: list[tuple[Any, str, str]] = [
    ("text", "/widgets/0", "Should be object"),
    ({"type": "text"}, "/widgets/0", "Should have required property 'properties'"),
    ({**TEXT, "type": "picture"}, "/widgets/0/type", "Should be equal to one of the allowed values"),
    ({**TEXT, "x": 24}, "/widgets/0/x", "Should be <= 23"),
    ({**TEXT, "y": -1}, "/widgets/0/y", "Should be >= 0"),
    ({**TEXT, "width": 2.5}, "/widgets/0/width", "Should be integer"),
    ({**TEXT, "height": 1001}, "/widgets/0/height", "Should be <= 1000"),
    ({**TEXT, "properties": []}, "/widgets/0/properties", "Should be object"),
    ({**TEXT, "properties": {}}, "/widgets/0/properties", "Should have required property 'markdown'"),
    (metric(metrics=None), "/widgets/0/properties", "Should have required property 'metrics'"),
    (metric(region=None), "/widgets/0/properties", "should have specified a region and a data source"),
    (metric(metrics=CPU), "/widgets/0/properties/metrics/0", "Should be array"),
    (metric(metrics=[[*CPU[:3], {"a": 1}, {}]]), "/widgets/0/properties/metrics/0/3", "only 'String' type is allowed"),
    (metric(metrics=[CPU[:3]]), "/widgets/0/properties/metrics/0", "pairs"),
    (metric(period=45), "/widgets/0/properties/period", "multiple of 60"),
    (metric(view="graph"), "/widgets/0/properties/view", "allowed values"),
    (
        {"type": "alarm", "properties": {"alarms": []}},
        "/widgets/0/properties/alarms",
        "Should NOT have less than 1 items",
    ),
    ({"type": "alarm", "properties": {"alarms": ["a"] * 101}}, "/widgets/0/properties/alarms", "more than 100 items"),
    ({"type": "log", "properties": {"region": "x"}}, "/widgets/0/properties", "Should have required property 'query'"),
]


@pytest.mark.parametrize(("widget", "path", "message"), BAD)
def test_what_is_wrong_with_a_widget_is_said_with_its_path(
    cloudwatch: Any, widget: Any, path: str, message: str
) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html"""
    with pytest.raises(ClientError) as refusal:
        put(cloudwatch, widget)
    error = refusal.value.response["Error"]
    assert error["Code"] == "InvalidParameterInput"
    headline, _, listed = error["Message"].partition("\n")
    found = json.loads(listed)
    assert headline == f"The dashboard body is invalid, there are {len(found)} validation errors:"
    assert any(one["dataPath"] == path and message in one["message"] for one in found)
    with refused("ResourceNotFound"):
        cloudwatch.get_dashboard(DashboardName="d")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "required property 'widgets'"),
        ({"widgets": {}}, "Should be array"),
        ({"widgets": [TEXT] * 501}, "NOT have more than 500 items"),
        ({"widgets": [], "periodOverride": "never"}, "allowed values"),
        ({"widgets": [], "end": "-PT1H"}, "start"),
    ],
)
def test_what_is_wrong_with_a_body(cloudwatch: Any, body: dict[str, Any], message: str) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html"""
    with refused("InvalidParameterInput", message):
        cloudwatch.put_dashboard(DashboardName="d", DashboardBody=json.dumps(body))


def test_what_is_not_expected_is_ignored_with_a_warning(cloudwatch: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html: only warning messages"""
    odd = {**TEXT, "z": 1, "properties": {"markdown": "x", "colour": "red"}}
    found = {message["DataPath"]: message["Message"] for message in put(cloudwatch, METRIC, odd)}
    assert found.keys() == {"/widgets/1", "/widgets/1/properties"}
    assert found["/widgets/1"].startswith('The "z" property is not expected to be part of a widget definition')
    assert json.loads(cloudwatch.get_dashboard(DashboardName="d")["DashboardBody"])["widgets"][1] == odd


def test_a_widget_may_show_an_alarm_in_place_of_metrics(cloudwatch: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html"""
    assert put(cloudwatch, metric(metrics=None, annotations={"alarms": ["arn:aws:cloudwatch:x"]})) == []

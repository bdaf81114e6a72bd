"""Why our CloudWatch and endpoint modules exist: what those of amazon.aws and community.aws lack, or do instead.

Each test says what would be right and is expected to fail; once it passes, upstream has closed the gap.
"""

from __future__ import annotations

from typing import Any

import pytest

from emulator.testing import Emulator
from tests.integration.modules.module_runner import run_module
from tests.integration.upstream import exists_upstream

SERVICE = "com.amazonaws.us-east-1.s3"
ALARM: dict[str, Any] = {
    "state": "present",
    "name": "alarm",
    "namespace": "AWS/RDS",
    "metric_name": "DatabaseConnections",
    "statistic": "Average",
    "period": 60,
    "evaluation_periods": 1,
    "comparison": "GreaterThanThreshold",
    "threshold": 1.0,
}
BAND = [
    {
        "id": "m1",
        "metric_stat": {
            "metric": {"namespace": "AWS/RDS", "metric_name": "DatabaseConnections"},
            "period": 60,
            "stat": "Average",
        },
        "return_data": True,
    },
    {"id": "band", "expression": "ANOMALY_DETECTION_BAND(m1, 2)", "return_data": True},
]


def accepted(aws: Emulator, module: str, options: dict[str, Any]) -> bool:
    """Whether the module takes these options; those that it does not know fail in Ansible's own check of them."""
    return not run_module(aws, module, options, check=True).result.get("failed")


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="cloudwatch_metric_alarm has no tags")
def test_an_alarm_is_tagged(aws: Emulator) -> None:
    assert accepted(aws, "amazon.aws.cloudwatch_metric_alarm", {**ALARM, "tags": {"Team": "dba"}})


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="cloudwatch_metric_alarm has no actions_enabled")
def test_the_actions_of_an_alarm_are_switched_off(aws: Emulator) -> None:
    assert accepted(aws, "amazon.aws.cloudwatch_metric_alarm", {**ALARM, "actions_enabled": False})


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="cloudwatch_metric_alarm has no threshold_metric_id")
def test_an_alarm_watches_an_anomaly_band(aws: Emulator) -> None:
    common = {name: ALARM[name] for name in ("state", "name", "evaluation_periods")}
    band = {"metrics": BAND, "threshold_metric_id": "band", "comparison": "GreaterThanUpperThreshold"}
    assert accepted(aws, "amazon.aws.cloudwatch_metric_alarm", {**common, **band})


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="cloudwatch_metric_alarm has no share of a capacity")
def test_a_threshold_is_a_share(aws: Emulator) -> None:
    assert accepted(aws, "amazon.aws.cloudwatch_metric_alarm", {**ALARM, "threshold_percent": 80})


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="cloudwatch_metric_alarm returns no diff")
def test_a_changed_alarm_has_a_diff(aws: Emulator) -> None:
    assert run_module(aws, "amazon.aws.cloudwatch_metric_alarm", ALARM).changed
    changed = run_module(aws, "amazon.aws.cloudwatch_metric_alarm", {**ALARM, "threshold": 2.0}, check=True)
    assert changed.result.get("diff")


def test_what_upstream_knows_is_accepted(aws: Emulator) -> None:
    assert accepted(aws, "amazon.aws.cloudwatch_metric_alarm", ALARM)


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="neither collection has dashboards")
def test_there_are_dashboards() -> None:
    assert exists_upstream("cloudwatch_dashboard", "cloudwatch_dashboards")


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="cloudwatchlogs_log_group has no log_group_class")
def test_a_log_group_has_a_class(aws: Emulator) -> None:
    options = {"log_group_name": "/x", "log_group_class": "INFREQUENT_ACCESS"}
    assert accepted(aws, "amazon.aws.cloudwatchlogs_log_group", options)


def vpc_with_tables(aws: Emulator) -> tuple[str, list[str]]:
    client = aws.client("ec2")
    vpc = client.create_vpc(CidrBlock="10.60.0.0/16")["Vpc"]["VpcId"]
    return vpc, [client.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _ in "ab"]


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="ec2_vpc_endpoint makes a second endpoint when route tables differ"
)
def test_an_endpoint_gets_another_route_table(aws: Emulator) -> None:
    vpc, tables = vpc_with_tables(aws)
    options = {"state": "present", "vpc_id": vpc, "service": SERVICE}
    run_module(aws, "amazon.aws.ec2_vpc_endpoint", {**options, "route_table_ids": tables[:1]})
    run_module(aws, "amazon.aws.ec2_vpc_endpoint", {**options, "route_table_ids": tables})
    [endpoint] = aws.client("ec2").describe_vpc_endpoints()["VpcEndpoints"]
    assert sorted(endpoint["RouteTableIds"]) == sorted(tables)


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="ec2_vpc_endpoint deletes by id alone")
def test_an_endpoint_is_deleted_by_vpc_and_service(aws: Emulator) -> None:
    vpc, _ = vpc_with_tables(aws)
    client = aws.client("ec2")
    client.create_vpc_endpoint(VpcId=vpc, ServiceName=SERVICE)
    run_module(aws, "amazon.aws.ec2_vpc_endpoint", {"state": "absent", "vpc_id": vpc, "service": SERVICE})
    found = client.describe_vpc_endpoints()["VpcEndpoints"]
    assert [endpoint for endpoint in found if endpoint["State"].lower() not in ("deleting", "deleted")] == []

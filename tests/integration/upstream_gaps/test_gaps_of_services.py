"""What the modules of amazon.aws and community.aws do instead of ours.

The gaps are why there are cloudwatch_alarms, cloudwatch_log_group, db_credentials, lambda_package, ssm_parameters and
vpc_gateway_endpoint.

Each test says what would be right and is expected to fail; once it passes, upstream has closed the gap.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.testing import Emulator
from tests.integration.modules.module_runner import run_module
from tests.integration.upstream import exists_upstream

GROUP = "/aws/rds/instance/db-retail-prod/postgresql"
ALARM: dict[str, Any] = {
    "state": "present",
    "name": "alarm",
    "metrics": [
        {
            "id": "m1",
            "metric_stat": {
                "metric": {"namespace": "AWS/RDS", "metric_name": "ReadLatency"},
                "period": 60,
                "stat": "Average",
            },
        },
    ],
    "evaluation_periods": 1,
    "comparison": "GreaterThanThreshold",
    "threshold": 1,
}


def group(aws: Emulator) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = aws.client("logs").describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"]
    return found


@pytest.mark.xfail(raises=AssertionError, reason="cloudwatchlogs_log_group writes the retention in check mode")
def test_check_mode_leaves_a_log_group_alone(aws: Emulator) -> None:
    aws.client("logs").create_log_group(logGroupName=GROUP)
    options = {"log_group_name": GROUP, "retention": 7}
    assert run_module(aws, "amazon.aws.cloudwatchlogs_log_group", options, check=True).writes == []


@pytest.mark.xfail(
    raises=AssertionError, reason="cloudwatchlogs_log_group deletes a group when it does not know the retention"
)
def test_a_bad_retention_leaves_a_log_group_alone(aws: Emulator) -> None:
    aws.client("logs").create_log_group(logGroupName=GROUP)
    run_module(aws, "amazon.aws.cloudwatchlogs_log_group", {"log_group_name": GROUP, "retention": 31})
    assert group(aws)


@pytest.mark.xfail(raises=AssertionError, reason="cloudwatchlogs_log_group ignores the key for an existing group")
def test_an_existing_log_group_is_encrypted(aws: Emulator) -> None:
    aws.client("logs").create_log_group(logGroupName=GROUP)
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    run_module(aws, "amazon.aws.cloudwatchlogs_log_group", {"log_group_name": GROUP, "kms_key_id": key})
    assert group(aws)[0].get("kmsKeyId") == key


@pytest.mark.xfail(raises=AssertionError, reason="ec2_vpc_endpoint does not change the policy of an existing endpoint")
def test_the_policy_of_an_existing_endpoint_is_changed(aws: Emulator) -> None:
    client = aws.client("ec2")
    vpc = client.create_vpc(CidrBlock="10.60.0.0/16")["Vpc"]["VpcId"]
    client.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.us-east-1.s3")
    policy = {"Version": "2012-10-17", "Statement": []}
    options = {"vpc_id": vpc, "service": "com.amazonaws.us-east-1.s3", "policy": json.dumps(policy)}
    run_module(aws, "amazon.aws.ec2_vpc_endpoint", options)
    [endpoint] = client.describe_vpc_endpoints()["VpcEndpoints"]
    assert json.loads(endpoint["PolicyDocument"]) == policy


@pytest.mark.xfail(raises=AssertionError, reason="cloudwatch_metric_alarm always reports a change with metrics")
def test_an_alarm_with_metrics_settles(aws: Emulator) -> None:
    run_module(aws, "amazon.aws.cloudwatch_metric_alarm", ALARM)
    assert aws.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert not run_module(aws, "amazon.aws.cloudwatch_metric_alarm", ALARM).changed


@pytest.mark.xfail(raises=AssertionError, reason="secretsmanager_secret compares JSON as text")
def test_a_secret_that_says_the_same_is_unchanged(aws: Emulator) -> None:
    options = {"name": "s", "json_secret": {"username": "dbadmin", "port": 5432}}
    aws.client("secretsmanager").create_secret(Name="s", SecretString='{"port": 5432, "username": "dbadmin"}')
    assert not run_module(aws, "community.aws.secretsmanager_secret", options).changed


@pytest.mark.xfail(raises=AssertionError, reason="neither collection has them")
@pytest.mark.parametrize("names", [("cloudwatch_composite_alarm", "cloudwatch_alarms"), ("ssm_parameters",)])
def test_there_are_composite_alarms_and_sets_of_parameters(names: tuple[str, ...]) -> None:
    assert exists_upstream(*names)


@pytest.mark.xfail(raises=AssertionError, reason="the lambda module takes a zip that somebody else has made")
def test_there_is_a_builder_of_packages() -> None:
    assert exists_upstream("lambda_package", "lambda_build", "lambda_zip")

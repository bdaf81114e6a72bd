"""Failures on demand."""

from __future__ import annotations

import threading
import time
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from emulator.testing import Emulator

REGION = "us-west-2"


@pytest.mark.parametrize(
    ("service", "method", "fault", "code", "status"),
    [
        ("ec2", "describe_vpcs", "throttle", "RequestLimitExceeded", 503),
        ("s3", "list_buckets", "throttle", "SlowDown", 503),
        ("rds", "describe_db_instances", "throttle", "Throttling", 400),
        ("cloudwatch", "describe_alarms", "throttle", "Throttling", 400),
        ("kms", "list_keys", "throttle", "ThrottlingException", 400),
        ("lambda", "list_functions", "throttle", "ThrottlingException", 400),
        ("ec2", "describe_vpcs", "error500", "InternalError", 500),
        ("logs", "describe_log_groups", "error500", "InternalFailure", 500),
        ("ec2", "describe_vpcs", "error503", "Unavailable", 503),
        ("s3", "list_buckets", "error503", "ServiceUnavailable", 503),
        ("rds", "describe_db_instances", "error503", "ServiceUnavailable", 503),
        ("ec2", "describe_vpcs", "expired", "RequestExpired", 400),
        ("s3", "list_buckets", "expired", "ExpiredToken", 400),
        ("rds", "describe_db_instances", "expired", "ExpiredToken", 403),
        ("kms", "list_keys", "expired", "ExpiredTokenException", 400),
    ],
)
def test_a_fault_speaks_the_language_of_its_service(
    aws: Emulator, service: str, method: str, fault: str, code: str, status: int
) -> None:
    """https://docs.aws.amazon.com/general/latest/gr/api-retries.html, https://repost.aws/knowledge-center/ec2-expired-token"""
    aws.fault(fault, service=service, count=1)
    call = getattr(aws.client(service, REGION), method)
    with pytest.raises(ClientError) as raised:
        call()
    assert raised.value.response["Error"]["Code"] == code
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    call()
    assert [(entry["status"], entry["error"]) for entry in aws.log()] == [(status, code), (200, None)]


def test_the_sdk_retries_throttling(aws: Emulator) -> None:
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    aws.fault("throttle", service="ec2", count=2)
    client = boto3.client(
        "ec2", region_name=REGION, endpoint_url=aws.endpoint, config=Config(retries={"mode": "standard"}),
        aws_access_key_id="x", aws_secret_access_key="x",
    )  # fmt: skip
    client.describe_vpcs()
    assert [entry["status"] for entry in aws.log()] == [503, 503, 200]


@pytest.mark.parametrize(("fault", "made"), [("drop", 0), ("lost_answer", 1)])
def test_a_lost_connection_may_have_done_its_work(aws: Emulator, fault: str, made: int) -> None:
    """https://docs.aws.amazon.com/general/latest/gr/api-retries.html, https://repost.aws/knowledge-center/ec2-expired-token"""
    aws.fault(fault, service="sns", action="Create*", count=1)
    with pytest.raises(ConnectionClosedError):
        aws.client("sns").create_topic(Name="t")
    assert len(aws.client("sns").list_topics()["Topics"]) == made
    assert (aws.log()[0]["status"], aws.log()[0]["error"]) == (0, fault)


def test_rules_choose_skip_and_count(aws: Emulator) -> None:
    aws.fault("error500", service="s*", action="List*", skip=1, count=1)
    sns, ssm = aws.client("sns"), aws.client("ssm")
    sns.create_topic(Name="t")
    sns.list_topics()
    ssm.describe_parameters()
    with pytest.raises(ClientError, match="InternalFailure"):
        sns.list_topics()
    sns.list_topics()


def test_a_slow_call_holds_up_no_other(aws: Emulator) -> None:
    aws.client("ec2").describe_vpcs()
    aws.client("sns").list_topics()
    aws.fault("delay", service="ec2", seconds=1.5)
    started = time.monotonic()
    slow = threading.Thread(target=aws.client("ec2").describe_vpcs)
    slow.start()
    aws.client("sns").list_topics()
    assert time.monotonic() - started < 1.0
    slow.join()
    assert time.monotonic() - started >= 1.5
    assert aws.log(service="ec2")[-1]["ms"] >= 1500


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ({"fault": "explode"}, "allowed: throttle"),
        ({"fault": "delay"}, "seconds"),
        ({"fault": "drop", "times": 3}, "unknown key times"),
        ({"fault": ""}, "allowed: throttle"),
    ],
)
def test_impossible_rules_are_refused(aws: Emulator, rule: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        aws.fault(**rule)
    assert aws.faults() == []


def test_rules_are_listed_and_cleared(aws: Emulator) -> None:
    aws.fault("throttle", service="rds", count=3)
    [rule] = aws.faults()
    assert (rule["fault"], rule["service"], rule["action"], rule["count"]) == ("throttle", "rds", "*", 3)
    aws.clear_faults()
    aws.client("rds").describe_db_instances()

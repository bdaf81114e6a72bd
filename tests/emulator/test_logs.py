"""CloudWatch Logs as AWS documents it, where moto differs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.testing import Emulator

REGION = "us-west-2"
GROUP = "/aws/rds/instance/retail-prod/postgresql"


@pytest.fixture
def logs(aws: Emulator) -> Any:
    return aws.client("logs", REGION)


def refused(why: str = "") -> Any:
    return pytest.raises(ClientError, match=rf"\(InvalidParameterException\).*{why}")


def new_key(aws: Emulator, *services: str) -> str:
    """A key that these services may use."""
    root = {"AWS": "arn:aws:iam::123456789012:root"}
    principals: list[Any] = [root, *({"Service": service} for service in services)]
    statements = [{"Effect": "Allow", "Principal": one, "Action": "kms:*", "Resource": "*"} for one in principals]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    return str(aws.client("kms", REGION).create_key(Policy=policy)["KeyMetadata"]["Arn"])


@pytest.mark.parametrize("days", [0, 2, 31, 100])
def test_retention_is_chosen_from_a_list(logs: Any, days: int) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html"""
    logs.create_log_group(logGroupName=GROUP)
    with refused("retentionInDays"):
        logs.put_retention_policy(logGroupName=GROUP, retentionInDays=days)
    logs.put_retention_policy(logGroupName=GROUP, retentionInDays=30)
    assert logs.describe_log_groups()["logGroups"][0]["retentionInDays"] == 30


def test_names_have_a_pattern(logs: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html"""
    with refused("logGroupName"):
        logs.create_log_group(logGroupName="a b")


@pytest.mark.parametrize("identifier", ["logGroupName", "resourceIdentifier"])
def test_a_key_is_put_on_a_group_and_taken_off(aws: Emulator, logs: Any, identifier: str) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html"""
    logs.create_log_group(logGroupName=GROUP)
    key = new_key(aws, f"logs.{REGION}.amazonaws.com")
    [group] = logs.describe_log_groups()["logGroups"]
    which = {identifier: GROUP if identifier == "logGroupName" else group["arn"]}
    logs.associate_kms_key(kmsKeyId=key, **which)
    assert logs.describe_log_groups()["logGroups"][0]["kmsKeyId"] == key
    logs.disassociate_kms_key(**which)
    assert "kmsKeyId" not in logs.describe_log_groups()["logGroups"][0]


def test_a_key_on_no_group_is_not_found(aws: Emulator, logs: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html"""
    key = new_key(aws, f"logs.{REGION}.amazonaws.com")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        logs.associate_kms_key(kmsKeyId=key, logGroupName=GROUP)


@pytest.mark.parametrize("services", [(), ("logs.us-east-1.amazonaws.com",)])
def test_the_key_policy_must_admit_the_service(aws: Emulator, logs: Any, services: tuple[str, ...]) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html"""
    with refused("KMS key"):
        logs.create_log_group(logGroupName=GROUP, kmsKeyId=new_key(aws, *services))
    with refused("KMS key"):
        logs.create_log_group(logGroupName=GROUP, kmsKeyId=f"arn:aws:kms:{REGION}:123456789012:key/absent")
    assert logs.describe_log_groups()["logGroups"] == []


@pytest.mark.parametrize(("asked", "described"), [({}, "STANDARD"), ({"logGroupClass": "DELIVERY"}, "DELIVERY")])
def test_a_group_keeps_its_class(logs: Any, asked: dict[str, str], described: str) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html: logGroupClass"""
    logs.create_log_group(logGroupName="classed", **asked)
    [group] = logs.describe_log_groups(logGroupNamePrefix="classed")["logGroups"]
    assert group["logGroupClass"] == described

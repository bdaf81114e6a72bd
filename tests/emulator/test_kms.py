"""KMS as AWS documents it, where moto differs."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.testing import Emulator

REGION = "us-west-2"
ROOT = "arn:aws:iam::123456789012:root"
Call = Callable[[Any, str], Any]


def policy(principal: str = ROOT, action: str = "kms:*") -> str:
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def new_key(aws: Emulator) -> tuple[Any, dict[str, Any]]:
    kms = aws.client("kms", REGION)
    return kms, kms.create_key()["KeyMetadata"]


@pytest.mark.parametrize("name", ["Arn", "KeyId"])
def test_a_key_is_deleted_and_kept_by_id_or_arn(aws: Emulator, name: str) -> None:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html"""
    kms, key = new_key(aws)
    scheduled = kms.schedule_key_deletion(KeyId=key[name], PendingWindowInDays=7)
    assert (scheduled["KeyId"], scheduled["KeyState"]) == (key["Arn"], "PendingDeletion")
    left = scheduled["DeletionDate"] - datetime.datetime.now(datetime.UTC)
    assert datetime.timedelta(days=6) < left <= datetime.timedelta(days=7)
    assert kms.cancel_key_deletion(KeyId=key[name])["KeyId"] == key["Arn"]
    assert kms.describe_key(KeyId=key[name])["KeyMetadata"]["KeyState"] == "Disabled"
    kms.enable_key(KeyId=key[name])
    assert kms.describe_key(KeyId=key[name])["KeyMetadata"]["KeyState"] == "Enabled"


@pytest.mark.parametrize("days", [6, 31])
def test_the_waiting_period_is_7_to_30_days(aws: Emulator, days: int) -> None:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html"""
    kms, key = new_key(aws)
    with pytest.raises(ClientError, match="ValidationException"):
        kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=days)


USES: list[Call] = [
    lambda kms, key: kms.encrypt(KeyId=key, Plaintext=b"x"),
    lambda kms, key: kms.generate_data_key(KeyId=key, KeySpec="AES_256"),
    lambda kms, key: kms.create_grant(KeyId=key, GranteePrincipal=ROOT, Operations=["Decrypt"]),
    lambda kms, key: kms.enable_key_rotation(KeyId=key),
]
CHANGES: list[Call] = [
    lambda kms, key: kms.create_alias(AliasName="alias/x", TargetKeyId=key),
    lambda kms, key: kms.tag_resource(KeyId=key, Tags=[{"TagKey": "a", "TagValue": "b"}]),
    lambda kms, key: kms.schedule_key_deletion(KeyId=key),
    lambda kms, key: kms.update_key_description(KeyId=key, Description="x"),
]


@pytest.mark.parametrize("call", USES + CHANGES)
def test_a_key_pending_deletion_cannot_be_used_or_changed(aws: Emulator, call: Call) -> None:
    """https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html"""
    kms, key = new_key(aws)
    kms.schedule_key_deletion(KeyId=key["KeyId"])
    with pytest.raises(ClientError, match=r"KMSInvalidStateException.*is pending deletion"):
        call(kms, key["Arn"])


@pytest.mark.parametrize("call", USES)
def test_a_disabled_key_cannot_be_used(aws: Emulator, call: Call) -> None:
    """https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html"""
    kms, key = new_key(aws)
    kms.disable_key(KeyId=key["Arn"])
    with pytest.raises(ClientError, match=r"DisabledException.*is disabled"):
        call(kms, key["KeyId"])


def test_cancelling_needs_a_pending_deletion(aws: Emulator) -> None:
    """https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html"""
    kms, key = new_key(aws)
    with pytest.raises(ClientError, match=r"KMSInvalidStateException.*not pending"):
        kms.cancel_key_deletion(KeyId=key["KeyId"])


@pytest.mark.parametrize(("asked", "days"), [({}, 365), ({"RotationPeriodInDays": 90}, 90)])
def test_the_rotation_period_is_kept(aws: Emulator, asked: dict[str, int], days: int) -> None:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html"""
    kms, key = new_key(aws)
    kms.enable_key_rotation(KeyId=key["Arn"], **asked)
    status = kms.get_key_rotation_status(KeyId=key["KeyId"])
    assert (status["KeyRotationEnabled"], status["RotationPeriodInDays"]) == (True, days)
    next_in = status["NextRotationDate"] - datetime.datetime.now(datetime.UTC)
    assert datetime.timedelta(days=days - 1) < next_in <= datetime.timedelta(days=days)


def test_a_key_pending_deletion_does_not_rotate(aws: Emulator) -> None:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html"""
    kms, key = new_key(aws)
    kms.enable_key_rotation(KeyId=key["Arn"])
    kms.schedule_key_deletion(KeyId=key["Arn"])
    assert kms.get_key_rotation_status(KeyId=key["Arn"])["KeyRotationEnabled"] is False
    kms.cancel_key_deletion(KeyId=key["Arn"])
    assert kms.get_key_rotation_status(KeyId=key["Arn"])["KeyRotationEnabled"] is True


def test_the_rotation_period_is_at_most_2560_days(aws: Emulator) -> None:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html"""
    kms, key = new_key(aws)
    with pytest.raises(ClientError, match=r"ValidationException.*rotationPeriodInDays"):
        kms.enable_key_rotation(KeyId=key["Arn"], RotationPeriodInDays=2561)


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ("no json", "no JSON"),
        (policy(principal="arn:aws:iam::123456789012:role/absent"), "invalid principals"),
        (policy(action="kms:Decrypt"), "update the key policy in the future"),
        (policy(principal="arn:aws:iam::210987654321:root"), "update the key policy in the future"),
    ],
)
def test_unusable_key_policies_are_refused(aws: Emulator, document: str, why: str) -> None:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html"""
    kms, key = new_key(aws)
    with pytest.raises(ClientError, match=f"MalformedPolicyDocumentException.*{why}"):
        kms.put_key_policy(KeyId=key["KeyId"], PolicyName="default", Policy=document)
    with pytest.raises(ClientError, match=f"MalformedPolicyDocumentException.*{why}"):
        kms.create_key(Policy=document)


def test_a_key_policy_may_name_a_role_that_exists(aws: Emulator) -> None:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html"""
    kms, key = new_key(aws)
    statement = {"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    role = aws.client("iam").create_role(RoleName="there", AssumeRolePolicyDocument=trust)
    document = policy(principal=role["Role"]["Arn"])
    kms.put_key_policy(KeyId=key["Arn"], Policy=document)
    assert json.loads(kms.get_key_policy(KeyId=key["KeyId"])["Policy"]) == json.loads(document)


def test_keys_of_aws_are_there_and_cannot_be_changed(aws: Emulator) -> None:
    """https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key"""
    kms = aws.client("kms", REGION)
    key = kms.describe_key(KeyId="alias/aws/rds")["KeyMetadata"]
    assert key["KeyManager"] == "AWS"
    with pytest.raises(ClientError, match="AccessDeniedException"):
        kms.schedule_key_deletion(KeyId=key["KeyId"])

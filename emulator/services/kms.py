"""KMS: rotation periods, keys of AWS, key ARNs where moto only takes ids, and the policy name that is optional."""

from __future__ import annotations

import datetime
from typing import Any
from weakref import WeakKeyDictionary

from moto.kms.models import Key, KmsBackend, kms_backends
from moto.kms.utils import RESERVED_ALIASE_TARGET_KEY_IDS, RESERVED_ALIASES

from emulator.errors import AwsError
from emulator.operations import Asked, answers, follows

# moto knows the keys of AWS for other services.
RESERVED_ALIASE_TARGET_KEY_IDS["alias/aws/sns"] = "0c1d7b0e-6f0f-4d3c-9c54-3e7b1f6a2d58"
RESERVED_ALIASES.append("alias/aws/sns")

DEFAULT_ROTATION_DAYS = 365
DEFAULT_DELETION_DAYS = 30

# Rotation period in days and when it was set, of keys with automatic rotation.
_rotations: WeakKeyDictionary[Key, tuple[int, datetime.datetime]] = WeakKeyDictionary()


def find_key(account_id: str, region: str, key_id: str) -> Key | None:
    """By id, ARN, alias or alias ARN; AWS's own keys (alias/aws/…) come into being when they are looked for."""
    backend: KmsBackend = kms_backends[account_id][region]
    alias = backend.get_alias_name(key_id)
    plain_id = backend.get_key_id_from_alias(alias) if alias.startswith("alias/") else backend.get_key_id(key_id)
    key = backend.keys.get(plain_id or "")
    if key is not None and any(name.startswith("alias/aws/") for name in key.aliases):
        key.key_manager = "AWS"
    return key


def asked_key(asked: Asked, parameter: str = "KeyId") -> Key:
    key_id = asked.params[parameter]
    key = find_key(asked.account_id, asked.region, key_id)
    if key is None:
        raise AwsError("NotFoundException", f"Key '{key_id}' does not exist")
    return key


@answers("kms", "DescribeKey")
def describe_key(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key"""
    return asked_key(asked).to_dict()


@answers("kms", "ScheduleKeyDeletion")
def schedule_key_deletion(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html"""
    key = asked_key(asked)
    days = asked.params.get("PendingWindowInDays", DEFAULT_DELETION_DAYS)
    deletion_date = kms_backends[asked.account_id][asked.region].schedule_key_deletion(key.id, days)
    return {
        "KeyId": key.arn,
        "DeletionDate": deletion_date,
        "KeyState": key.key_state,
        "PendingWindowInDays": days,
    }


@answers("kms", "CancelKeyDeletion")
def cancel_key_deletion(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html"""
    key = asked_key(asked)
    kms_backends[asked.account_id][asked.region].cancel_key_deletion(key.id)
    return {"KeyId": key.arn}


@answers("kms", "EnableKey")
def enable_key(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKey.html"""
    kms_backends[asked.account_id][asked.region].enable_key(asked_key(asked).id)
    return {}


@answers("kms", "DisableKey")
def disable_key(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKey.html"""
    kms_backends[asked.account_id][asked.region].disable_key(asked_key(asked).id)
    return {}


@answers("kms", "PutKeyPolicy")
def put_key_policy(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html"""
    asked_key(asked).policy = asked.params["Policy"]
    return {}


@answers("kms", "GetKeyPolicy")
def get_key_policy(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html"""
    return {"Policy": asked_key(asked).policy, "PolicyName": "default"}


@follows("kms", "EnableKeyRotation")
def remember_rotation(asked: Asked) -> None:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html"""
    days = asked.params.get("RotationPeriodInDays", DEFAULT_ROTATION_DAYS)
    _rotations[asked_key(asked)] = days, datetime.datetime.now(datetime.UTC)


@answers("kms", "GetKeyRotationStatus")
def get_key_rotation_status(asked: Asked) -> dict[str, Any]:
    """False while the key is pending deletion.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html
    """
    key = asked_key(asked)
    if key.key_state == "PendingDeletion" or not key.key_rotation_status:
        return {"KeyId": key.arn, "KeyRotationEnabled": False}
    days, since = _rotations[key]
    return {
        "KeyId": key.arn,
        "KeyRotationEnabled": True,
        "RotationPeriodInDays": days,
        "NextRotationDate": since + datetime.timedelta(days=days),
    }

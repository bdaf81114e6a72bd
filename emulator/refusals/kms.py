"""What KMS refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from moto.iam.models import iam_backends
from moto.kms.models import Key

from emulator.errors import AwsError
from emulator.operations import Asked, refuses
from emulator.services.kms import find_key

LONGEST_DELETION_DAYS = 30
SHORTEST_DELETION_DAYS = 7
POLICY_LIMIT_BYTES = 32 * 1024

NEEDS_ENABLED = (
    "CreateGrant", "Decrypt", "DisableKeyRotation", "EnableKeyRotation", "Encrypt", "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext", "ReEncrypt", "RotateKeyOnDemand",
)  # fmt: skip
NEEDS_NOT_PENDING = (
    "CreateAlias", "DisableKey", "EnableKey", "ScheduleKeyDeletion", "TagResource", "UntagResource", "UpdateAlias",
    "UpdateKeyDescription",
)  # fmt: skip


def _key(asked: Asked) -> Key | None:
    names = ("KeyId", "TargetKeyId", "DestinationKeyId")
    key_id = next((asked.params[name] for name in names if name in asked.params), None)
    return find_key(asked.account_id, asked.region, key_id) if key_id else None


@refuses("kms", *NEEDS_ENABLED, *NEEDS_NOT_PENDING)
def key_in_a_state_that_forbids_it(asked: Asked) -> None:
    """https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html"""
    key = _key(asked)
    if key is None:
        return
    if key.key_state == "PendingDeletion":
        raise AwsError("KMSInvalidStateException", f"{key.arn} is pending deletion.")
    if key.key_state == "Disabled" and asked.call.action in NEEDS_ENABLED:
        raise AwsError("DisabledException", f"{key.arn} is disabled.")


@refuses("kms", "CancelKeyDeletion")
def cancelling_what_is_not_pending(asked: Asked) -> None:
    """https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html"""
    key = _key(asked)
    if key is not None and key.key_state != "PendingDeletion":
        raise AwsError("KMSInvalidStateException", f"{key.arn} is not pending deletion.")


@refuses("kms", "ScheduleKeyDeletion")
def waiting_period_out_of_range(asked: Asked) -> None:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html"""
    days = asked.params.get("PendingWindowInDays", LONGEST_DELETION_DAYS)
    if not SHORTEST_DELETION_DAYS <= days <= LONGEST_DELETION_DAYS:
        raise AwsError(
            "ValidationException",
            f"PendingWindowInDays is {days}; it must be {SHORTEST_DELETION_DAYS} to {LONGEST_DELETION_DAYS}.",
        )


@refuses(
    "kms", "DisableKey", "EnableKey", "EnableKeyRotation", "DisableKeyRotation", "PutKeyPolicy", "ScheduleKeyDeletion"
)
def changing_a_key_of_aws(asked: Asked) -> None:
    """https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key"""
    key = _key(asked)
    if key is not None and key.key_manager == "AWS":
        raise AwsError("AccessDeniedException", f"{key.arn} is managed by AWS and cannot be changed.")


@refuses("kms", "CreateKey", "PutKeyPolicy")
def unusable_key_policy(asked: Asked) -> None:
    """No JSON, principals that do not exist, or nobody left who may change the policy.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#allow-iam-policies-lockout
    """
    if "Policy" not in asked.params:
        return
    statements = list(_statements(asked.params["Policy"]))
    if any(not _exists(asked, principal) for statement in statements for principal in _principals(statement)):
        raise AwsError(
            "MalformedPolicyDocumentException", "Policy contains a statement with one or more invalid principals."
        )
    if asked.params.get("BypassPolicyLockoutSafetyCheck"):
        return
    if not any(_lets_change_the_policy(asked, statement) for statement in statements):
        raise AwsError(
            "MalformedPolicyDocumentException",
            "The new key policy will not allow you to update the key policy in the future.",
        )


def _statements(policy: str) -> Iterator[dict[str, Any]]:
    if len(policy.encode()) > POLICY_LIMIT_BYTES:
        raise AwsError("LimitExceededException", f"The key policy is longer than {POLICY_LIMIT_BYTES} bytes.")
    try:
        document = json.loads(policy)
    except json.JSONDecodeError as error:
        raise AwsError("MalformedPolicyDocumentException", f"The key policy is no JSON: {error}") from error
    statement = document.get("Statement", []) if isinstance(document, dict) else []
    yield from statement if isinstance(statement, list) else [statement]


def _principals(statement: dict[str, Any]) -> list[str]:
    principal = statement.get("Principal", {})
    return _list(principal.get("AWS", [])) if isinstance(principal, dict) else []


def _exists(asked: Asked, principal: str) -> bool:
    """Only users and roles of the own account can be looked up."""
    prefix = f"arn:aws:iam::{asked.account_id}:"
    if not principal.startswith(prefix) or principal == f"{prefix}root":
        return True
    backend = iam_backends[asked.account_id]["aws"]
    users, roles = backend.users.values(), backend.roles.values()
    return principal in {user.arn for user in users} | {role.arn for role in roles}


def _lets_change_the_policy(asked: Asked, statement: dict[str, Any]) -> bool:
    if statement.get("Effect") != "Allow":
        return False
    changes = {"*", "kms:*", "kms:Put*", "kms:PutKeyPolicy"}
    own = {"*", asked.account_id, f"arn:aws:iam::{asked.account_id}:root"}
    principals = _principals(statement) or _list(statement.get("Principal"))
    return bool(changes & set(_list(statement.get("Action")))) and any(
        principal in own or principal.startswith(f"arn:aws:iam::{asked.account_id}:")
        for principal in principals
        if isinstance(principal, str)
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]

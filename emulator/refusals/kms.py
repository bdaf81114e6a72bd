"""What KMS refuses."""

from __future__ import annotations

from moto.kms.models import Key

from emulator import policies
from emulator.errors import AwsError
from emulator.operations import Asked, refuses
from emulator.services.kms import find_key

LONGEST_DELETION_DAYS = 30
SHORTEST_DELETION_DAYS = 7

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
    """No policy, principals that do not exist, or nobody left who may change the policy.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#allow-iam-policies-lockout
    """
    if "Policy" not in asked.params:
        return
    try:
        found = policies.statements(asked.params["Policy"])
    except policies.MalformedPolicy as error:
        raise AwsError("MalformedPolicyDocumentException", f"The key policy cannot be read: {error}") from error
    named = [principal for statement in found for principal in policies.aws_principals(statement)]
    if not all(policies.exists(asked.account_id, principal) for principal in named):
        raise AwsError(
            "MalformedPolicyDocumentException", "Policy contains a statement with one or more invalid principals."
        )
    bypass = asked.params.get("BypassPolicyLockoutSafetyCheck")
    if not bypass and not any(_lets_change_the_policy(asked, statement) for statement in found):
        raise AwsError(
            "MalformedPolicyDocumentException",
            "The new key policy will not allow you to update the key policy in the future.",
        )


def _lets_change_the_policy(asked: Asked, statement: policies.Statement) -> bool:
    own = ("*", asked.account_id, f"arn:aws:iam::{asked.account_id}:")
    return (
        statement.get("Effect") == "Allow"
        and bool({"*", "kms:*", "kms:Put*", "kms:PutKeyPolicy"} & policies.actions(statement))
        and any(principal.startswith(own) for principal in policies.aws_principals(statement))
    )

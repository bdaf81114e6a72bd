"""What Secrets Manager refuses."""

from __future__ import annotations

import re

from moto.secretsmanager.models import FakeSecret, ReplicaSecret, secretsmanager_backends

from emulator.errors import AwsError
from emulator.operations import Asked, refuses
from emulator.services.kms import find_key

NAME = re.compile(r"[A-Za-z0-9/_+=.@!-]{1,512}")


def _secret(asked: Asked, name: str) -> FakeSecret | ReplicaSecret | None:
    return secretsmanager_backends[asked.account_id][asked.region].secrets.get(name)


@refuses("secretsmanager", "CreateSecret")
def secret_name(asked: Asked) -> None:
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html"""
    if not NAME.fullmatch(asked.params["Name"]):
        raise AwsError(
            "ValidationException",
            "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
        )


@refuses("secretsmanager", "CreateSecret")
def name_of_a_deleted_secret(asked: Asked) -> None:
    """https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html"""
    secret = _secret(asked, asked.params["Name"])
    if secret is not None and secret.is_deleted():
        raise AwsError(
            "InvalidRequestException",
            "You can't create this secret because a secret with this name is already scheduled for deletion.",
        )


@refuses(
    "secretsmanager", "GetSecretValue", "PutSecretValue", "PutResourcePolicy", "RotateSecret", "TagResource",
    "UntagResource", "UpdateSecretVersionStage",
)  # fmt: skip
def deleted_secret(asked: Asked) -> None:
    """https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html"""
    secret = _secret(asked, asked.params["SecretId"])
    if secret is not None and secret.is_deleted():
        raise AwsError(
            "InvalidRequestException",
            "You can't perform this operation on the secret because it was marked for deletion.",
        )


@refuses("secretsmanager", "RotateSecret")
def rotation_by_nobody(asked: Asked) -> None:
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html: InvalidRequestException"""
    secret = _secret(asked, asked.params["SecretId"])
    if not isinstance(secret, FakeSecret) or secret.owning_service:
        return
    if not (secret.rotation_lambda_arn or asked.params.get("RotationLambdaARN")):
        raise AwsError(
            "InvalidRequestException",
            "You tried to enable rotation on a secret that doesn't already have a Lambda function ARN configured and "
            "you didn't include such an ARN as a parameter in this call.",
        )


@refuses("secretsmanager", "CreateSecret", "PutSecretValue", "UpdateSecret")
def encrypting_with_an_unusable_key(asked: Asked) -> None:
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html: EncryptionFailure"""
    if not _has_usable_key(asked, asked.params.get("SecretId", "")):
        raise AwsError(
            "EncryptionFailure",
            "Secrets Manager can't encrypt the protected secret text using the provided KMS key. "
            "Check that the KMS key is available, enabled, and not in an invalid state.",
        )


@refuses("secretsmanager", "GetSecretValue")
def decrypting_with_an_unusable_key(asked: Asked) -> None:
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html: DecryptionFailure"""
    if not _has_usable_key(asked, asked.params["SecretId"]):
        raise AwsError(
            "DecryptionFailure", "Secrets Manager can't decrypt the protected secret text using the provided KMS key."
        )


def _has_usable_key(asked: Asked, secret_id: str) -> bool:
    secret = _secret(asked, secret_id) if secret_id else None
    key_id = asked.params.get("KmsKeyId") or (secret.kms_key_id if isinstance(secret, FakeSecret) else None)
    if not key_id:
        return True
    key = find_key(asked.account_id, asked.region, key_id)
    return key is not None and key.enabled

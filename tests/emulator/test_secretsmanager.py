"""Secrets Manager as AWS documents it, where moto differs."""

from __future__ import annotations

import string
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.testing import Emulator

REGION = "us-west-2"
NAME = "retail-prod/master"


@pytest.fixture
def secrets(aws: Emulator) -> Any:
    return aws.client("secretsmanager", REGION)


def refused(code: str, why: str = "") -> Any:
    return pytest.raises(ClientError, match=rf"\({code}\).*{why}")


def test_a_random_password_has_what_was_asked_for(secrets: Any) -> None:
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html"""
    excluded = '"@/\\'
    password = secrets.get_random_password(PasswordLength=32, ExcludeCharacters=excluded, RequireEachIncludedType=True)[
        "RandomPassword"
    ]
    assert len(password) == 32
    assert not set(password) & set(excluded)
    kinds = (string.ascii_lowercase, string.ascii_uppercase, string.digits, string.punctuation)
    assert all(set(password) & set(kind) for kind in kinds)


def test_names_have_a_pattern(secrets: Any) -> None:
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html"""
    with refused("ValidationException", "Invalid name"):
        secrets.create_secret(Name="a b", SecretString="x")


def test_a_deleted_secret_keeps_its_name_until_it_is_restored(secrets: Any) -> None:
    """https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html"""
    secrets.create_secret(Name=NAME, SecretString="first")
    secrets.delete_secret(SecretId=NAME, RecoveryWindowInDays=30)
    assert "DeletedDate" in secrets.describe_secret(SecretId=NAME)
    assert secrets.list_secrets()["SecretList"] == []
    assert len(secrets.list_secrets(IncludePlannedDeletion=True)["SecretList"]) == 1
    with refused("InvalidRequestException", "already scheduled for deletion"):
        secrets.create_secret(Name=NAME, SecretString="second")
    secrets.restore_secret(SecretId=NAME)
    assert secrets.get_secret_value(SecretId=NAME)["SecretString"] == "first"


CHANGES: list[Callable[[Any], Any]] = [
    lambda secrets: secrets.get_secret_value(SecretId=NAME),
    lambda secrets: secrets.put_secret_value(SecretId=NAME, SecretString="second"),
    lambda secrets: secrets.update_secret(SecretId=NAME, Description="x"),
    lambda secrets: secrets.tag_resource(SecretId=NAME, Tags=[{"Key": "a", "Value": "b"}]),
    lambda secrets: secrets.untag_resource(SecretId=NAME, TagKeys=["a"]),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_deleted_secret_is_neither_read_nor_changed(secrets: Any, change: Callable[[Any], Any]) -> None:
    """https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html"""
    secrets.create_secret(Name=NAME, SecretString="first")
    secrets.delete_secret(SecretId=NAME, RecoveryWindowInDays=7)
    with refused("InvalidRequestException"):
        change(secrets)


@pytest.mark.parametrize("days", [6, 31])
def test_the_recovery_window_is_7_to_30_days(secrets: Any, days: int) -> None:
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html"""
    secrets.create_secret(Name=NAME, SecretString="first")
    with refused("InvalidParameterException"):
        secrets.delete_secret(SecretId=NAME, RecoveryWindowInDays=days)


def test_a_secret_needs_its_key(aws: Emulator, secrets: Any) -> None:
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html"""
    kms = aws.client("kms", REGION)
    key = kms.create_key()["KeyMetadata"]["Arn"]
    secrets.create_secret(Name=NAME, SecretString="first", KmsKeyId=key)
    assert secrets.get_secret_value(SecretId=NAME)["SecretString"] == "first"
    kms.schedule_key_deletion(KeyId=key)
    with refused("DecryptionFailure"):
        secrets.get_secret_value(SecretId=NAME)
    with refused("EncryptionFailure"):
        secrets.put_secret_value(SecretId=NAME, SecretString="second")
    with refused("EncryptionFailure"):
        secrets.create_secret(Name="other", SecretString="x", KmsKeyId="alias/absent")

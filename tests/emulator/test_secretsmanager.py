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


def stages(secrets: Any) -> dict[str, list[str]]:
    """By content of the version."""
    found = secrets.describe_secret(SecretId=NAME)["VersionIdsToStages"]
    return {
        secrets.get_secret_value(SecretId=NAME, VersionId=version)["SecretString"]: sorted(labels)
        for version, labels in found.items()
    }


def test_labels_follow_the_versions(secrets: Any) -> None:
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html"""
    secrets.create_secret(Name=NAME, SecretString="1")
    secrets.put_secret_value(SecretId=NAME, SecretString="2")
    assert stages(secrets) == {"1": ["AWSPREVIOUS"], "2": ["AWSCURRENT"]}
    secrets.put_secret_value(SecretId=NAME, SecretString="3", VersionStages=["AWSPENDING"])
    assert secrets.get_secret_value(SecretId=NAME)["SecretString"] == "2"
    assert secrets.get_secret_value(SecretId=NAME, VersionStage="AWSPENDING")["SecretString"] == "3"
    secrets.put_secret_value(SecretId=NAME, SecretString="4", VersionStages=["AWSPENDING"])
    assert stages(secrets) == {"1": ["AWSPREVIOUS"], "2": ["AWSCURRENT"], "4": ["AWSPENDING"]}
    secrets.put_secret_value(SecretId=NAME, SecretString="5")
    assert stages(secrets) == {"2": ["AWSPREVIOUS"], "4": ["AWSPENDING"], "5": ["AWSCURRENT"]}


def test_the_first_version_is_current_whatever_is_asked(secrets: Any) -> None:
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html"""
    secrets.create_secret(Name=NAME)
    with refused("ResourceNotFoundException", "staging label: AWSCURRENT"):
        secrets.get_secret_value(SecretId=NAME)
    secrets.put_secret_value(SecretId=NAME, SecretString="1", VersionStages=["AWSPENDING"])
    assert stages(secrets) == {"1": ["AWSCURRENT", "AWSPENDING"]}


def test_a_version_can_be_put_twice_but_not_changed(secrets: Any) -> None:
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html"""
    token = "11111111-2222-3333-4444-555555555555"
    secrets.create_secret(Name=NAME, SecretString="1")
    for _ in range(2):
        put = secrets.put_secret_value(
            SecretId=NAME, SecretString="2", ClientRequestToken=token, VersionStages=["AWSPENDING"]
        )
        assert (put["VersionId"], put["VersionStages"]) == (token, ["AWSPENDING"])
    with refused("ResourceExistsException", token):
        secrets.put_secret_value(SecretId=NAME, SecretString="3", ClientRequestToken=token)
    assert stages(secrets) == {"1": ["AWSCURRENT"], "2": ["AWSPENDING"]}


def test_a_label_moves_from_the_version_that_has_it(secrets: Any) -> None:
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html"""
    secrets.create_secret(Name=NAME, SecretString="1")
    first = secrets.get_secret_value(SecretId=NAME)["VersionId"]
    second = secrets.put_secret_value(SecretId=NAME, SecretString="2", VersionStages=["AWSPENDING"])["VersionId"]

    def move(label: str, **versions: str) -> None:
        secrets.update_secret_version_stage(SecretId=NAME, VersionStage=label, **versions)

    with refused("InvalidParameterException", "RemoveFromVersionId can't be empty"):
        move("AWSCURRENT", MoveToVersionId=second)
    with refused("InvalidParameterException", "isn't attached"):
        move("AWSCURRENT", MoveToVersionId=second, RemoveFromVersionId=second)
    with refused("ResourceNotFoundException"):
        move("AWSCURRENT", MoveToVersionId="0" * 32, RemoveFromVersionId=first)
    with refused("InvalidParameterException", "can't remove"):
        move("AWSCURRENT", RemoveFromVersionId=first)
    move("AWSCURRENT", MoveToVersionId=second, RemoveFromVersionId=first)
    assert stages(secrets) == {"1": ["AWSPREVIOUS"], "2": ["AWSCURRENT", "AWSPENDING"]}
    assert secrets.get_secret_value(SecretId=NAME)["SecretString"] == "2"
    move("AWSPENDING", RemoveFromVersionId=second)
    assert stages(secrets) == {"1": ["AWSPREVIOUS"], "2": ["AWSCURRENT"]}
    move("ours", MoveToVersionId=first)
    assert stages(secrets) == {"1": ["AWSPREVIOUS", "ours"], "2": ["AWSCURRENT"]}


def test_a_version_is_read_by_id_or_label_or_both(secrets: Any) -> None:
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html"""
    secrets.create_secret(Name=NAME, SecretString="1")
    secrets.put_secret_value(SecretId=NAME, SecretString="2")
    first = secrets.get_secret_value(SecretId=NAME, VersionStage="AWSPREVIOUS")["VersionId"]
    assert secrets.get_secret_value(SecretId=NAME, VersionId=first)["SecretString"] == "1"
    assert secrets.get_secret_value(SecretId=NAME, VersionId=first, VersionStage="AWSPREVIOUS")["SecretString"] == "1"
    with refused("InvalidRequestException", "not associated"):
        secrets.get_secret_value(SecretId=NAME, VersionId=first, VersionStage="AWSCURRENT")
    with refused("ResourceNotFoundException", "staging label: AWSPENDING"):
        secrets.get_secret_value(SecretId=NAME, VersionStage="AWSPENDING")
    with refused("ResourceNotFoundException", "VersionId"):
        secrets.get_secret_value(SecretId=NAME, VersionId="0" * 32)


def test_versions_without_labels_are_listed_on_request(secrets: Any) -> None:
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecretVersionIds.html"""
    secrets.create_secret(Name=NAME, SecretString="1")
    for content in ("2", "3"):
        secrets.put_secret_value(SecretId=NAME, SecretString=content)
    assert len(secrets.list_secret_version_ids(SecretId=NAME)["Versions"]) == 2
    every = secrets.list_secret_version_ids(SecretId=NAME, IncludeDeprecated=True)["Versions"]
    assert [version.get("VersionStages") for version in every] == [None, ["AWSPREVIOUS"], ["AWSCURRENT"]]
    dates = [version["CreatedDate"] for version in every]
    assert dates == sorted(dates)
    assert len(secrets.describe_secret(SecretId=NAME)["VersionIdsToStages"]) == 2


def test_a_secret_of_ones_own_is_rotated_by_a_function_only(secrets: Any) -> None:
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html"""
    secrets.create_secret(Name=NAME, SecretString="1")
    with refused("InvalidRequestException", "Lambda function"):
        secrets.rotate_secret(SecretId=NAME, RotationRules={"AutomaticallyAfterDays": 30})
    with refused("InvalidRequestException", "Lambda function"):
        secrets.cancel_rotate_secret(SecretId=NAME)


def test_a_secret_that_rds_keeps_is_rotated_by_rds(aws: Emulator, secrets: Any) -> None:
    """https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_managed.html"""
    made = aws.client("rds", REGION).create_db_instance(
        DBInstanceIdentifier="db",
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="dbadmin",
        ManageMasterUserPassword=True,
    )
    arn = made["DBInstance"]["MasterUserSecret"]["SecretArn"]

    def described() -> Any:
        aws.client("rds", REGION).describe_db_instances(DBInstanceIdentifier="db")
        return secrets.describe_secret(SecretId=arn)

    before = described()
    assert before["OwningService"] == "rds"
    assert (before["RotationEnabled"], before["RotationRules"]) == (True, {"AutomaticallyAfterDays": 7})
    secrets.rotate_secret(SecretId=arn, RotationRules={"AutomaticallyAfterDays": 30}, RotateImmediately=False)
    assert described()["RotationRules"] == {"AutomaticallyAfterDays": 30}
    assert described()["VersionIdsToStages"] == before["VersionIdsToStages"]
    secrets.rotate_secret(SecretId=arn)
    assert described()["VersionIdsToStages"] != before["VersionIdsToStages"]
    assert described()["RotationRules"] == {"AutomaticallyAfterDays": 30}
    secrets.cancel_rotate_secret(SecretId=arn)
    assert not described()["RotationEnabled"]

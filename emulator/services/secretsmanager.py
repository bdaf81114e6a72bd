"""Secrets Manager: versions of a secret, their staging labels, and rotation by the service that a secret belongs to.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version
https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_managed.html
"""

from __future__ import annotations

import time
import uuid
from typing import Any

from moto.secretsmanager.models import FakeSecret, ReplicaSecret, secretsmanager_backends

from emulator.errors import AwsError
from emulator.operations import Asked, answers

CURRENT, PENDING, PREVIOUS = "AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"
# What a version holds, by moto's name and AWS's.
CONTENTS = {"secret_string": "SecretString", "secret_binary": "SecretBinary"}

# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
MANAGED_DAYS = 7
Version = dict[str, Any]


def find(account_id: str, region: str, name: str) -> FakeSecret | None:
    """By name or ARN. For a replica, its source: they have the same versions."""
    secret: FakeSecret | ReplicaSecret | None = secretsmanager_backends[account_id][region].secrets.get(name)
    return secret.source if isinstance(secret, ReplicaSecret) else secret


def _found(asked: Asked) -> FakeSecret:
    secret = find(asked.account_id, asked.region, asked.params["SecretId"])
    if secret is None:
        raise AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
    return secret


def labelled(secret: FakeSecret, label: str) -> str | None:
    """The id of the version with a label."""
    return next((id_ for id_, version in secret.versions.items() if label in version["version_stages"]), None)


def put_version(secret: FakeSecret, id_: str, content: dict[str, Any], labels: list[str]) -> None:
    """Add a version, and move the labels to it."""
    secret.versions[id_] = {"createdate": time.time(), "version_id": id_, "version_stages": [], **content}
    secret.last_changed_date = int(time.time())
    for label in labels:
        move(secret, label, id_)


def move(secret: FakeSecret, label: str, to: str | None) -> None:
    """Take a label off the version that has it and give it to another. AWSPREVIOUS follows AWSCURRENT.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
    """
    before = labelled(secret, label)
    if before is not None:
        secret.versions[before]["version_stages"].remove(label)
    if to is not None:
        secret.versions[to]["version_stages"].append(label)
    if label == CURRENT and to != before:
        move(secret, PREVIOUS, before)
        secret.set_default_version_id(to)


@answers("secretsmanager", "PutSecretValue")
def put_secret_value(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html"""
    secret = _found(asked)
    id_ = asked.params.get("ClientRequestToken") or str(uuid.uuid4())
    content = {ours: asked.params[theirs] for ours, theirs in CONTENTS.items() if asked.params.get(theirs)}
    if len(content) != 1:
        raise AwsError("InvalidParameterException", "You must provide either SecretString or SecretBinary.")
    present = secret.versions.get(id_)
    if present is None:
        labels = list(asked.params.get("VersionStages") or [CURRENT])
        # The first version is current in any case.
        put_version(secret, id_, content, labels if secret.default_version_id else [*{*labels, CURRENT}])
    elif any(present.get(name) != content.get(name) for name in CONTENTS):
        raise AwsError(
            "ResourceExistsException",
            f"You can't use ClientRequestToken {id_} because that value is already in use for a version of secret "
            f"{secret.arn}.",
        )
    labels = secret.versions[id_]["version_stages"]
    return {"ARN": secret.arn, "Name": secret.name, "VersionId": id_, "VersionStages": labels}


@answers("secretsmanager", "UpdateSecretVersionStage")
def update_secret_version_stage(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html"""
    secret, label = _found(asked), asked.params["VersionStage"]
    remove, to = asked.params.get("RemoveFromVersionId"), asked.params.get("MoveToVersionId")
    attached = labelled(secret, label)
    if to is not None and to not in secret.versions:
        raise AwsError("ResourceNotFoundException", f"Secrets Manager can't find the specified secret version: {to}.")
    if remove is not None and remove != attached:
        raise AwsError("InvalidParameterException", f"The staging label {label} isn't attached to version {remove}.")
    if remove is None and attached not in (None, to):
        raise AwsError(
            "InvalidParameterException",
            f"The parameter RemoveFromVersionId can't be empty. Staging label {label} is currently attached to version "
            f"{attached}, so you must explicitly reference that version in RemoveFromVersionId.",
        )
    if label == CURRENT and to is None:
        raise AwsError("InvalidParameterException", f"You can't remove the staging label {CURRENT} from a version.")
    move(secret, label, to)
    return {"ARN": secret.arn, "Name": secret.name}


@answers("secretsmanager", "GetSecretValue")
def get_secret_value(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html"""
    secret = _found(asked)
    id_, label = asked.params.get("VersionId"), asked.params.get("VersionStage")
    found = id_ or labelled(secret, label or CURRENT)
    version = secret.versions.get(found or "")
    if version is not None and id_ and label and label not in version["version_stages"]:
        raise AwsError(
            "InvalidRequestException", "You provided a VersionStage that is not associated to the provided VersionId."
        )
    if version is None or not any(name in version for name in CONTENTS):
        which = f"VersionId: {id_}" if id_ else f"staging label: {label or CURRENT}"
        raise AwsError(
            "ResourceNotFoundException", f"Secrets Manager can't find the specified secret value for {which}"
        )
    return {
        "ARN": secret.arn,
        "Name": secret.name,
        "VersionId": version["version_id"],
        "VersionStages": version["version_stages"],
        "CreatedDate": version["createdate"],
        **{theirs: version[ours] for ours, theirs in CONTENTS.items() if ours in version},
    }


@answers("secretsmanager", "ListSecretVersionIds")
def list_secret_version_ids(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecretVersionIds.html"""
    secret = _found(asked)
    versions = [
        {"VersionId": id_, "CreatedDate": version["createdate"], "VersionStages": version["version_stages"] or None}
        for id_, version in secret.versions.items()
        if version["version_stages"] or asked.params.get("IncludeDeprecated")
    ]
    return {"ARN": secret.arn, "Name": secret.name, "Versions": versions}


@answers("secretsmanager", "DescribeSecret")
def describe_secret(asked: Asked) -> dict[str, Any]:
    """Versions without a label are not in it.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html
    """
    secret = _found(asked)
    described = {name: value for name, value in secret.to_dict().items() if value is not None}
    stages = {id_: version["version_stages"] for id_, version in secret.versions.items() if version["version_stages"]}
    rotation: dict[str, Any] = {}
    if secret.owning_service:
        # RDS rotates every seven days unless it is told otherwise.
        enabled = secret.rotation_enabled if secret.rotation_requested else True
        days = secret.auto_rotate_after_days or MANAGED_DAYS
        rotation = {"RotationEnabled": enabled, "RotationRules": {"AutomaticallyAfterDays": days}}
    return described | rotation | {"VersionIdsToStages": stages}


@answers("secretsmanager", "RotateSecret")
def rotate_secret(asked: Asked) -> dict[str, Any] | None:
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html"""
    secret = _found(asked)
    rotator = asked.context.rotators.get(secret.owning_service or "")
    if rotator is None:
        return None
    rules = asked.params.get("RotationRules")
    if rules:
        secret.auto_rotate_after_days = rules.get("AutomaticallyAfterDays", 0)
    secret.rotation_requested = secret.rotation_enabled = True
    if asked.params.get("RotateImmediately", True):
        rotator(asked.account_id, asked.region, secret.arn)
    return {"ARN": secret.arn, "Name": secret.name, "VersionId": secret.default_version_id}


@answers("secretsmanager", "CancelRotateSecret")
def cancel_rotate_secret(asked: Asked) -> dict[str, Any] | None:
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CancelRotateSecret.html"""
    secret = _found(asked)
    if not secret.owning_service:
        return None
    secret.rotation_requested, secret.rotation_enabled = True, False
    return {"ARN": secret.arn, "Name": secret.name}

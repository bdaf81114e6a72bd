"""Drifts of keys, roles, secrets, buckets and parameters."""

from __future__ import annotations

import json
from typing import Any

from tests import settings
from tests.integration.truth.drift import Drift, Said, Target, put, take


def _key_alias() -> Drift:
    """A key without its alias is still ours, by its tags."""

    def do(it: Target, name: str) -> Said:
        it.aws("kms").delete_alias(AliasName=it.name)
        return {(it.key, name): (None, it.wanted[name])}

    return Drift(do, lambda it, _name: it.aws("kms").create_alias(AliasName=it.name, TargetKeyId=it.id))


def _key_policy(it: Target, value: Any) -> None:
    it.aws("kms").put_key_policy(KeyId=it.id, PolicyName="default", Policy=json.dumps(value))


def _wider(it: Target) -> Any:
    """The policy with a statement more, as somebody adds one in the console."""
    extra = {**it.wanted["policy"]["Statement"][0], "Sid": "Other"}
    return {**it.wanted["policy"], "Statement": [*it.wanted["policy"]["Statement"], extra]}


def _key_rotation(it: Target, value: bool) -> None:
    kms = it.aws("kms")
    (kms.enable_key_rotation if value else kms.disable_key_rotation)(KeyId=it.id)


def _key_enabled(it: Target, value: bool) -> None:
    kms = it.aws("kms")
    (kms.enable_key if value else kms.disable_key)(KeyId=it.id)


def _key_going() -> Drift:
    """One that waits for its deletion is not rotated, and one that is kept is disabled at first.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html
    https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html
    """

    def do(it: Target, name: str) -> Said:
        it.aws("kms").schedule_key_deletion(KeyId=it.id, PendingWindowInDays=7)
        return {(it.key, part): (False, True) for part in (name, "enable_key_rotation")}

    def undo(it: Target, _name: str) -> None:
        it.aws("kms").cancel_key_deletion(KeyId=it.id)
        it.aws("kms").enable_key(KeyId=it.id)

    return Drift(do, undo)


def _assume_role_policy(it: Target, value: Any) -> None:
    it.aws("iam").update_assume_role_policy(RoleName=it.name, PolicyDocument=json.dumps(value))


def _trusts_another(it: Target) -> Any:
    (statement,) = it.wanted["assume_role_policy"]["Statement"]
    other = {**statement, "Principal": {"Service": "ec2.amazonaws.com"}}
    return {**it.wanted["assume_role_policy"], "Statement": [statement, other]}


def _managed(it: Target, arns: list[str]) -> None:
    iam = it.aws("iam")
    attached = iam.list_attached_role_policies(RoleName=it.name)["AttachedPolicies"]
    for present in attached:
        iam.detach_role_policy(RoleName=it.name, PolicyArn=present["PolicyArn"])
    for arn in arns:
        iam.attach_role_policy(RoleName=it.name, PolicyArn=arn)


def _one_managed_more(it: Target) -> list[str]:
    return [*it.wanted["managed_policy_arns"], "arn:aws:iam::aws:policy/ReadOnlyAccess"]


def _inline(it: Target, policies: dict[str, Any]) -> None:
    iam = it.aws("iam")
    for name in iam.list_role_policies(RoleName=it.name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=it.name, PolicyName=name)
    for name, policy in policies.items():
        iam.put_role_policy(RoleName=it.name, PolicyName=name, PolicyDocument=json.dumps(policy))


ADMIN = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def _has_inline(it: Target) -> bool:
    """The role of the function has to let it be changed meanwhile."""
    return bool(it.wanted["inline_policies"]) and "function" not in it.name


def _has_managed(it: Target) -> bool:
    return bool(it.wanted["managed_policy_arns"])


def _going_secret() -> Drift:
    """It can be restored as long as it waits for its deletion."""

    def do(it: Target, name: str) -> Said:
        secrets = it.aws("secretsmanager")
        secrets.delete_secret(SecretId=it.name, RecoveryWindowInDays=7)
        deleted = secrets.describe_secret(SecretId=it.name)["DeletedDate"]
        return {(it.key, name): (deleted.isoformat(), None)}

    return Drift(do, lambda it, _name: it.aws("secretsmanager").restore_secret(SecretId=it.name))


def _secret_option(option: str) -> Any:
    return lambda it, value: it.aws("secretsmanager").update_secret(SecretId=it.name, **{option: value})


def _secret_tag(key: str) -> Any:
    return lambda it, value: it.aws("secretsmanager").tag_resource(
        SecretId=it.name, Tags=[{"Key": key, "Value": value}]
    )


def _bucket(setting: str) -> Any:
    return lambda it, value: settings.BUCKET[setting](it.aws("s3"), it.name, value)


def _taken(setting: str, method: str, left: Any) -> Drift:
    return take(_bucket(setting), lambda it: getattr(it.aws("s3"), method)(Bucket=it.name), left)


# What a bucket has for which nothing is set: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html
S3_MANAGED = {"sse_algorithm": "AES256", "kms_key_arn": None, "bucket_key_enabled": False}
OPEN = dict.fromkeys(
    ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"), False
)


def _parameter(option: str) -> Any:
    def setter(it: Target, value: Any) -> None:
        text = ",".join(value) if isinstance(value, list) else str(value)
        ssm = it.aws("ssm")
        present = ssm.get_parameter(Name=it.name)["Parameter"]
        whole = {"Value": present["Value"], "Type": present["Type"], "Description": it.wanted["description"]}
        ssm.put_parameter(Name=it.name, Overwrite=True, **{**whole, option: text})

    return setter


def _is_string(it: Target) -> bool:
    return bool(it.wanted["type"] == "String")


DRIFTS: dict[str, dict[str, Drift | list[Drift]]] = {
    "kms_key": {
        "alias": _key_alias(),
        "description": put(
            lambda it, value: it.aws("kms").update_key_description(KeyId=it.id, Description=value), "Other"
        ),
        "enable_key_rotation": put(_key_rotation, False),
        "enabled": [put(_key_enabled, False), _key_going()],
        "policy": put(_key_policy, _wider),
    },
    "iam_role": {
        "description": put(lambda it, value: it.aws("iam").update_role(RoleName=it.name, Description=value), "Other"),
        "assume_role_policy": put(_assume_role_policy, _trusts_another),
        "managed_policy_arns": [put(_managed, _one_managed_more), put(_managed, lambda _it: [], _has_managed)],
        "inline_policies": [
            put(
                _inline,
                lambda it: {**it.wanted["inline_policies"], "other": ADMIN},
                lambda it: "function" not in it.name,
            ),
            put(_inline, lambda it: dict.fromkeys(it.wanted["inline_policies"], ADMIN), _has_inline),
            put(_inline, lambda _it: {}, _has_inline),
        ],
    },
    "secret": {
        "description": put(_secret_option("Description"), "Other"),
        "deleted_date": _going_secret(),
        "kms_key_id": put(_secret_option("KmsKeyId"), "alias/aws/secretsmanager", lambda it: "kms_key_id" in it.wanted),
    },
    "secret_attachment": {
        "database": put(_secret_tag("pgfleet:database"), "other"),
        "endpoint": put(_secret_tag("pgfleet:endpoint"), "other.example.com:5432"),
    },
    "s3_bucket": {
        "encryption": [
            put(_bucket("encryption"), S3_MANAGED),
            _taken("encryption", "delete_bucket_encryption", S3_MANAGED),
        ],
        "versioning": put(_bucket("versioning"), False),
        "public_access_block": [
            put(
                _bucket("public_access_block"),
                lambda it: {**it.wanted["public_access_block"], "block_public_acls": False},
            ),
            _taken("public_access_block", "delete_public_access_block", OPEN),
        ],
        "policy": [put(_bucket("policy"), _wider), _taken("policy", "delete_bucket_policy", None)],
        "lifecycle_rules": [
            _taken("lifecycle_rules", "delete_bucket_lifecycle", []),
            put(_bucket("lifecycle_rules"), lambda it: it.wanted["lifecycle_rules"][1:]),
            put(
                _bucket("lifecycle_rules"),
                lambda it: [
                    {"id": "DeleteOldVersions", "noncurrent_version_expiration_days": 1},
                    *it.wanted["lifecycle_rules"][1:],
                ],
            ),
        ],
    },
    "ssm_parameter": {
        "value": put(_parameter("Value"), "other", _is_string),
        "description": put(_parameter("Description"), "Other"),
    },
}

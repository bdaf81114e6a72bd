"""What S3 refuses. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"""

from __future__ import annotations

import ipaddress
import re
from http import HTTPStatus
from typing import Any

from emulator import policies
from emulator.errors import AwsError
from emulator.operations import Asked, refuses
from emulator.services.kms import find_key
from emulator.services.s3 import find_bucket

NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]")
RESERVED_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
RESERVED_SUFFIXES = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")

# Conditions on these, with fixed values, keep a statement for everybody from being public.
LIMITING_CONDITIONS = frozenset(
    {
        "aws:principalorgid", "aws:sourceaccount", "aws:sourcearn", "aws:sourceip", "aws:sourceowner", "aws:sourcevpc",
        "aws:sourcevpce", "aws:userid", "s3:dataaccesspointaccount", "s3:dataaccesspointarn",
    }
)  # fmt: skip

INFREQUENT_ACCESS = ("STANDARD_IA", "ONEZONE_IA")
INFREQUENT_ACCESS_DAYS = 30


@refuses("s3", "CreateBucket")
def bucket_name(asked: Asked) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"""
    name = asked.params["Bucket"]
    reserved = name.startswith(RESERVED_PREFIXES) or name.endswith(RESERVED_SUFFIXES)
    if not NAME.fullmatch(name) or reserved or _is_address(name):
        raise AwsError("InvalidBucketName", "The specified bucket is not valid.", HTTPStatus.BAD_REQUEST)


def _is_address(name: str) -> bool:
    try:
        ipaddress.IPv4Address(name)
    except ValueError:
        return False
    return True


@refuses("s3", "PutBucketPolicy")
def malformed_policy(asked: Asked) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html: MalformedPolicy"""
    bucket = f"arn:aws:s3:::{asked.params['Bucket']}"
    try:
        found = policies.statements(asked.params["Policy"])
    except policies.MalformedPolicy as error:
        raise AwsError("MalformedPolicy", f"Policies must be valid JSON: {error}", HTTPStatus.BAD_REQUEST) from error
    for statement in found:
        resources = policies.as_list(statement.get("Resource", []))
        if not all(resource == bucket or resource.startswith(f"{bucket}/") for resource in resources):
            raise AwsError("MalformedPolicy", "Policy has invalid resource", HTTPStatus.BAD_REQUEST)
        if not all(policies.exists(asked.account_id, named) for named in policies.aws_principals(statement)):
            raise AwsError("MalformedPolicy", "Invalid principal in policy", HTTPStatus.BAD_REQUEST)


@refuses("s3", "PutBucketPolicy")
def public_policy(asked: Asked) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"""
    bucket = find_bucket(asked)
    block = bucket.public_access_block if bucket else None
    if block is None or not block.block_public_policy:
        return
    if any(_is_public(statement) for statement in policies.statements(asked.params["Policy"])):
        raise AwsError(
            "AccessDenied",
            f"User is not authorized to perform: s3:PutBucketPolicy on resource: arn:aws:s3:::{asked.params['Bucket']} "
            "because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.",
            HTTPStatus.FORBIDDEN,
        )


def _is_public(statement: policies.Statement) -> bool:
    conditions = statement.get("Condition", {}).values()
    keys = {key.lower() for condition in conditions for key in condition}
    allows = statement.get("Effect") == "Allow" and "*" in policies.aws_principals(statement)
    return allows and not keys & LIMITING_CONDITIONS


@refuses(
    "s3",
    "GetBucketEncryption",
    "GetBucketLifecycleConfiguration",
    "GetBucketPolicy",
    "GetBucketTagging",
    "GetBucketVersioning",
    "GetPublicAccessBlock",
    "HeadBucket",
)
def bucket_of_another_account(asked: Asked) -> None:
    """Its settings are its owner's to see, unless a policy says so:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-management.html"""
    bucket = find_bucket(asked)
    if bucket is not None and bucket.account_id != asked.account_id and not bucket.policy:
        raise AwsError("AccessDenied", "Access Denied", HTTPStatus.FORBIDDEN)


@refuses("s3", "PutBucketAcl", "PutObjectAcl")
def acl_of_a_bucket_that_has_none(asked: Asked) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html"""
    bucket = find_bucket(asked)
    if bucket is not None and str(bucket.ownership_rule) == "BucketOwnerEnforced":
        message = "The bucket does not allow ACLs"
        raise AwsError("AccessControlListNotSupported", message, HTTPStatus.BAD_REQUEST)


@refuses("s3", "PutBucketLifecycleConfiguration")
def transition_too_early(asked: Asked) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html"""
    for rule in asked.params["LifecycleConfiguration"].get("Rules", []):
        _check_days(rule.get("Transitions", []), "Days")
        _check_days(rule.get("NoncurrentVersionTransitions", []), "NoncurrentDays")


def _check_days(transitions: list[dict[str, Any]], key: str) -> None:
    days = {transition["StorageClass"]: transition[key] for transition in transitions if key in transition}
    for storage_class in INFREQUENT_ACCESS:
        first = days.get(storage_class)
        if first is None:
            continue
        if key == "Days" and first < INFREQUENT_ACCESS_DAYS:
            raise _invalid(f"'Days' in Transition action must be at least 30 for storageClass '{storage_class}'")
        for later, day in days.items():
            if later not in INFREQUENT_ACCESS and first < day < first + INFREQUENT_ACCESS_DAYS:
                raise _invalid(
                    f"'{key}' in the Transition action for StorageClass '{later}' must be 30 days more than "
                    f"'{key}' in the Transition action for StorageClass '{storage_class}'"
                )


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidArgument", message, HTTPStatus.BAD_REQUEST)


@refuses("s3", "PutObject", "GetObject")
def unusable_key(asked: Asked) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html: KMS.DisabledException and others"""
    bucket = find_bucket(asked)
    if bucket is None:
        return
    key_id = asked.params.get("SSEKMSKeyId") or _key_of(asked, bucket)
    if key_id is None:
        return
    key = find_key(asked.account_id, asked.region, key_id)
    if key is None:
        raise AwsError("KMS.NotFoundException", f"Key '{key_id}' does not exist", HTTPStatus.BAD_REQUEST)
    if key.key_state == "PendingDeletion":
        raise AwsError("KMS.KMSInvalidStateException", f"{key.arn} is pending deletion.", HTTPStatus.BAD_REQUEST)
    if key.key_state == "Disabled":
        raise AwsError("KMS.DisabledException", f"{key.arn} is disabled.", HTTPStatus.BAD_REQUEST)


def _key_of(asked: Asked, bucket: Any) -> str | None:
    """The key an existing object is encrypted with, or the one a new object would be."""
    if asked.call.action == "GetObject":
        key = bucket.keys.get(asked.params["Key"])
        return key.kms_key_id if key else None
    default = bucket.encryption["Rule"]["ApplyServerSideEncryptionByDefault"] if bucket.encryption else {}
    return default.get("KMSMasterKeyID")

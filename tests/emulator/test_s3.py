"""S3 as AWS documents it, where moto differs."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from emulator.testing import Emulator

REGION = "us-west-2"
BUCKET = "backups-123456789012"
LOCATION = {"LocationConstraint": REGION}


def refused(code: str) -> Any:
    return pytest.raises(ClientError, match=rf"\({code}\)")


@pytest.fixture
def s3(aws: Emulator) -> Any:
    client = aws.client("s3", REGION)
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=LOCATION)
    return client


def policy(effect: str = "Allow", principal: Any = "*", resource: str = f"arn:aws:s3:::{BUCKET}/*", **more: Any) -> str:
    statement = {"Effect": effect, "Principal": principal, "Action": "s3:GetObject", "Resource": resource, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.mark.parametrize(
    "name",
    [
        "Capital", "ab", "a" * 64, "192.168.5.4", "two..dots", "-hyphen", "hyphen-", "under_score", "xn--reserved",
        "reserved-s3alias",
    ],
)  # fmt: skip
def test_bad_bucket_names_are_refused(aws: Emulator, name: str) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"""
    with refused("InvalidBucketName"):
        aws.client("s3", REGION).create_bucket(Bucket=name, CreateBucketConfiguration=LOCATION)


@pytest.mark.parametrize("name", ["a1b", "with.dots.and-hyphens", "a" * 63])
def test_good_bucket_names_are_taken(aws: Emulator, name: str) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"""
    aws.client("s3", REGION).create_bucket(Bucket=name, CreateBucketConfiguration=LOCATION)


def test_a_new_bucket_is_encrypted_private_and_without_acls(s3: Any) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html"""
    [rule] = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert rule["BucketKeyEnabled"] is False
    assert all(s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"].values())
    [ownership] = s3.get_bucket_ownership_controls(Bucket=BUCKET)["OwnershipControls"]["Rules"]
    assert ownership["ObjectOwnership"] == "BucketOwnerEnforced"
    with refused("AccessControlListNotSupported"):
        s3.put_bucket_acl(Bucket=BUCKET, ACL="public-read")
    assert s3.put_object(Bucket=BUCKET, Key="k", Body=b"x")["ServerSideEncryption"] == "AES256"


def test_deleting_the_encryption_brings_the_default_back(s3: Any) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-bucket-encryption.html"""
    kms = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": True}
    s3.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration={"Rules": [kms]})
    assert s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"] == [kms]
    s3.delete_bucket_encryption(Bucket=BUCKET)
    [rule] = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}


def test_public_policies_are_refused_while_they_are_blocked(s3: Any) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"""
    with refused("AccessDenied"):
        s3.put_bucket_policy(Bucket=BUCKET, Policy=policy())
    s3.delete_public_access_block(Bucket=BUCKET)
    s3.put_bucket_policy(Bucket=BUCKET, Policy=policy())


@pytest.mark.parametrize(
    "document",
    [
        policy(effect="Deny", Condition={"Bool": {"aws:SecureTransport": "false"}}),
        policy(principal={"AWS": "arn:aws:iam::123456789012:root"}),
        policy(principal={"Service": "rds.amazonaws.com"}),
        policy(Condition={"StringEquals": {"aws:SourceVpce": "vpce-1"}}),
    ],
)
def test_policies_that_are_not_public_are_taken(s3: Any, document: str) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"""
    s3.put_bucket_policy(Bucket=BUCKET, Policy=document)
    assert json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"]) == json.loads(document)


@pytest.mark.parametrize(
    "document",
    [
        "no json",
        "{}",
        policy(effect="Deny", resource="arn:aws:s3:::other/*"),
        policy(principal={"AWS": "arn:aws:iam::123456789012:role/absent"}),
    ],
)
def test_malformed_policies_are_refused(s3: Any, document: str) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"""
    with refused("MalformedPolicy"):
        s3.put_bucket_policy(Bucket=BUCKET, Policy=document)


def lifecycle(*transitions: tuple[int, str]) -> dict[str, Any]:
    steps = [{"Days": days, "StorageClass": storage_class} for days, storage_class in transitions]
    return {"Rules": [{"ID": "x", "Status": "Enabled", "Filter": {"Prefix": ""}, "Transitions": steps}]}


@pytest.mark.parametrize("steps", [[(29, "STANDARD_IA")], [(30, "STANDARD_IA"), (59, "GLACIER")]])
def test_transitions_that_come_too_early_are_refused(s3: Any, steps: list[tuple[int, str]]) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html"""
    with refused("InvalidArgument"):
        s3.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration=lifecycle(*steps))


def test_a_lifecycle_is_kept(s3: Any) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html"""
    wanted = lifecycle((30, "STANDARD_IA"), (90, "GLACIER"))
    s3.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration=wanted)
    assert s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"] == wanted["Rules"]


def test_objects_need_their_key(aws: Emulator, s3: Any) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"""
    kms = aws.client("kms", REGION)
    key = kms.create_key()["KeyMetadata"]["Arn"]
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    rules = [{"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}]
    s3.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration={"Rules": rules})
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"x")
    kms.disable_key(KeyId=key)
    with refused("KMS.DisabledException"):
        s3.get_object(Bucket=BUCKET, Key="k")
    kms.schedule_key_deletion(KeyId=key)
    with refused("KMS.KMSInvalidStateException"):
        s3.put_object(Bucket=BUCKET, Key="k", Body=b"x")


def test_a_bucket_with_old_versions_is_not_deleted(s3: Any) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html"""
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"x")
    s3.delete_object(Bucket=BUCKET, Key="k")
    assert "Contents" not in s3.list_objects_v2(Bucket=BUCKET)
    with refused("BucketNotEmpty"):
        s3.delete_bucket(Bucket=BUCKET)


def test_the_settings_of_another_accounts_bucket_are_not_to_be_seen(aws: Emulator, s3: Any) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-management.html"""
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    role = "arn:aws:iam::111111111111:role/other"
    keys = aws.client("sts").assume_role(RoleArn=role, RoleSessionName="other")["Credentials"]
    other = boto3.client(
        "s3",
        region_name=REGION,
        endpoint_url=aws.endpoint,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    with refused("AccessDenied"):
        other.get_bucket_versioning(Bucket=BUCKET)
    with refused("403"):
        other.head_bucket(Bucket=BUCKET)
    with refused("NoSuchBucket"):
        other.get_bucket_versioning(Bucket="none-of-this-name")
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"

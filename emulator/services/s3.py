"""S3: what every new bucket has on AWS."""

from __future__ import annotations

from typing import Any

from moto.s3.exceptions import MissingBucket
from moto.s3.models import FakeBucket, PublicAccessBlock, S3Backend, s3_backends

from emulator.operations import Asked, follows


def s3(asked: Asked) -> S3Backend:
    backend: S3Backend = s3_backends[asked.account_id]["aws"]
    return backend


def find_bucket(asked: Asked) -> FakeBucket | None:
    try:
        return s3(asked).get_bucket(asked.params["Bucket"])
    except MissingBucket:
        return None


@follows("s3", "CreateBucket")
def secure_from_the_start(asked: Asked) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html"""
    bucket = s3(asked).get_bucket(asked.params["Bucket"])
    bucket.public_access_block = PublicAccessBlock("true", "true", "true", "true")
    # moto declares a dictionary and keeps a word.
    bucket.ownership_rule = asked.params.get("ObjectOwnership", "BucketOwnerEnforced")
    encrypt_by_default(asked)


@follows("s3", "DeleteBucketEncryption")
def encrypt_by_default(asked: Asked) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-bucket-encryption.html"""
    rule: dict[str, Any] = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    s3(asked).get_bucket(asked.params["Bucket"]).encryption = {"Rule": {**rule, "BucketKeyEnabled": "false"}}

"""Reads of S3 buckets."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.s3 import observe_buckets
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed

from tests.unit.stubs import Exchange, answering

BUCKET = {"Bucket": "bucket"}
KEY = "arn:aws:kms:us-west-2:123456789012:key/1"
VERSIONED = Exchange("get_bucket_versioning", BUCKET, {"Status": "Enabled"})

# In the order in which they are asked, after versioning: the method, its full answer, and the code for nothing.
SETTINGS: list[tuple[str, dict[str, Any], str]] = [
    (
        "get_bucket_encryption",
        {
            "ServerSideEncryptionConfiguration": {
                "Rules": [
                    {
                        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY},
                        "BucketKeyEnabled": True,
                    }
                ]
            }
        },
        "ServerSideEncryptionConfigurationNotFoundError",
    ),
    (
        "get_public_access_block",
        {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}},
        "NoSuchPublicAccessBlockConfiguration",
    ),
    (
        "get_bucket_lifecycle_configuration",
        {"Rules": [{"ID": "old", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 9}}]},
        "NoSuchLifecycleConfiguration",
    ),
    ("get_bucket_policy", {"Policy": '{"Statement": []}'}, "NoSuchBucketPolicy"),
    ("get_bucket_tagging", {"TagSet": [{"Key": "A", "Value": "1"}]}, "NoSuchTagSet"),
]


def observed(*exchanges: Exchange) -> list[Observed]:
    with answering("s3", *exchanges) as scope:
        return list(observe_buckets(scope, [Desired("s3_bucket", "bucket")]))


def test_a_bucket_with_all_settings() -> None:
    (found,) = observed(VERSIONED, *(Exchange(method, BUCKET, answer) for method, answer, _ in SETTINGS))
    assert found.properties == {
        "encryption": {"sse_algorithm": "aws:kms", "kms_key_arn": KEY, "bucket_key_enabled": True},
        "versioning": True,
        "public_access_block": {
            "block_public_acls": True,
            "block_public_policy": False,
            "ignore_public_acls": False,
            "restrict_public_buckets": False,
        },
        "policy": '{"Statement": []}',
        "lifecycle_rules": [{"id": "old", "expiration_days": 9}],
    }
    assert found.attributes == {"arn": "arn:aws:s3:::bucket", "lifecycle_rule_ids": ["old"]}
    assert found.tags == {"A": "1"}


def test_a_bucket_without_settings() -> None:
    never = Exchange("get_bucket_versioning", BUCKET, {})
    (found,) = observed(never, *(Exchange(method, BUCKET, {}, refusal=code) for method, _, code in SETTINGS))
    assert (found.properties["encryption"], found.properties["policy"]) == (None, None)
    assert (found.properties["versioning"], found.properties["lifecycle_rules"]) == (False, [])
    assert not any(found.properties["public_access_block"].values())
    assert found.tags == {}


def test_no_bucket() -> None:
    """One call tells."""
    assert observed(Exchange("get_bucket_versioning", BUCKET, refusal="NoSuchBucket")) == []


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("AccessDenied", "AccessDenied: the bucket exists; it belongs to another account, or these credentials lack"),
        ("SlowDown", "SlowDown: AWS's words."),
    ],
)
def test_a_bucket_that_may_not_be_seen(code: str, said: str) -> None:
    with pytest.raises(AwsError, match=f"s3:GetBucketVersioning for bucket failed: {said}") as failed:
        observed(Exchange("get_bucket_versioning", BUCKET, refusal=code))
    assert failed.value.code == code


@pytest.mark.parametrize("n", range(len(SETTINGS)))
def test_a_setting_that_may_not_be_read_is_not_taken_for_none(n: int) -> None:
    """Nor does the code that stands for nothing of one setting stand for nothing of the next."""
    before = [Exchange(method, BUCKET, answer) for method, answer, _ in SETTINGS[:n]]
    for code in ("AccessDenied", SETTINGS[n - 1][2]):
        with pytest.raises(AwsError, match=f"for bucket failed: {code}"):
            observed(VERSIONED, *before, Exchange(SETTINGS[n][0], BUCKET, refusal=code))

"""S3 buckets and their settings."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.s3_bucket import (
    S3_BUCKET,
    access_block_from_aws,
    check,
    encryption_from_aws,
    from_aws,
    lifecycle_from_aws,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, plan

KEY = "arn:aws:kms:us-west-2:123456789012:key/1"


@pytest.mark.parametrize("name", ["abc", "backup-retail-prod-123456789012", "a.b.c", "1a2", "a" * 63])
def test_names(name: str) -> None:
    assert check(Desired("s3_bucket", name)) == []


@pytest.mark.parametrize(
    "name",
    [
        "ab",
        "a" * 64,
        "Backup",
        "back_up",
        "-abc",
        "abc-",
        ".abc",
        "a..b",
        "xn--abc",
        "sthree-a",
        "a-s3alias",
        "a--ol-s3",
    ],
)
def test_names_that_s3_does_not_take(name: str) -> None:
    (problem,) = check(Desired("s3_bucket", name, keys={"name": "kms_secrets_bucket_name"}))
    assert (problem.input, problem.value) == ("kms_secrets_bucket_name", name)


@pytest.mark.parametrize(
    ("configuration", "encryption"),
    [
        (None, None),
        ({"Rules": []}, None),
        (
            {
                "Rules": [
                    {
                        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY},
                        "BucketKeyEnabled": True,
                    }
                ]
            },
            {"sse_algorithm": "aws:kms", "kms_key_arn": KEY, "bucket_key_enabled": True},
        ),
        (
            {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]},
            {"sse_algorithm": "AES256", "kms_key_arn": None, "bucket_key_enabled": False},
        ),
        (
            {"Rules": [{"BucketKeyEnabled": True}]},
            {"sse_algorithm": None, "kms_key_arn": None, "bucket_key_enabled": True},
        ),
    ],
)
def test_encryption(configuration: dict[str, Any] | None, encryption: dict[str, Any] | None) -> None:
    assert encryption_from_aws(configuration) == encryption


@pytest.mark.parametrize("on", [True, False])
def test_public_access_block(on: bool) -> None:
    names = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    ours = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
    assert access_block_from_aws(dict.fromkeys(names, on)) == dict.fromkeys(ours, on)
    assert access_block_from_aws(None) == dict.fromkeys(ours, False)


ENABLED: dict[str, Any] = {"ID": "one", "Status": "Enabled"}
IA = {"Days": 30, "StorageClass": "STANDARD_IA"}
GLACIER = {"Days": 90, "StorageClass": "GLACIER"}
NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("elements", "rule"),
    [
        pytest.param({}, {}, id="nothing"),
        pytest.param({"Status": "Disabled"}, {"enabled": False}, id="disabled"),
        pytest.param({"Filter": {}}, {}, id="a filter that filters nothing"),
        pytest.param({"Filter": {"Prefix": ""}}, {}, id="an empty prefix"),
        pytest.param({"Filter": {"Prefix": "logs/"}}, {"prefix": "logs/"}, id="prefix"),
        pytest.param({"Prefix": ""}, {}, id="an empty prefix in the old form"),
        pytest.param({"Prefix": "logs/"}, {"prefix": "logs/"}, id="prefix in the old form"),
        pytest.param({"Transitions": [IA]}, {"transition_days": 30, "storage_class": "STANDARD_IA"}, id="transition"),
        pytest.param({"Expiration": {"Days": 365}}, {"expiration_days": 365}, id="expiration"),
        pytest.param(
            {"NoncurrentVersionExpiration": {"NoncurrentDays": 90}},
            {"noncurrent_version_expiration_days": 90},
            id="expiration of old versions",
        ),
    ],
)
def test_life_cycle_rules(elements: dict[str, Any], rule: dict[str, Any]) -> None:
    assert lifecycle_from_aws([ENABLED | elements]) == [{"id": "one"} | rule]


@pytest.mark.parametrize(
    "elements",
    [
        pytest.param({"Transitions": [IA, GLACIER]}, id="a second transition"),
        pytest.param({"Transitions": [{"Date": NEW_YEAR, "StorageClass": "GLACIER"}]}, id="a date"),
        pytest.param({"Expiration": {"Date": NEW_YEAR}}, id="a date of expiration"),
        pytest.param({"Expiration": {"ExpiredObjectDeleteMarker": True}}, id="delete markers"),
        pytest.param({"Filter": {"Tag": {"Key": "a", "Value": "b"}}}, id="a tag"),
        pytest.param({"Filter": {"And": {"Prefix": "logs/", "ObjectSizeLessThan": 9}}}, id="several conditions"),
        pytest.param({"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}}, id="uploads"),
        pytest.param(
            {"NoncurrentVersionExpiration": {"NoncurrentDays": 90, "NewerNoncurrentVersions": 3}}, id="versions kept"
        ),
    ],
)
def test_what_the_document_cannot_say_is_a_difference(elements: dict[str, Any]) -> None:
    assert lifecycle_from_aws([ENABLED | elements]) == [{"id": "one"} | elements]
    wishes: tuple[dict[str, Any], ...] = (
        {"transition_days": 90, "storage_class": "GLACIER"},
        {"noncurrent_version_expiration_days": 90},
        {},
    )
    found = lifecycle_from_aws([ENABLED | elements])
    assert not any(S3_BUCKET.properties["lifecycle_rules"].satisfied(found, [{"id": "one"} | wish]) for wish in wishes)


def test_a_bucket_from_aws() -> None:
    parts: dict[str, Any] = {
        "encryption": None,
        "versioning": True,
        "public_access_block": access_block_from_aws(None),
        "policy": '{"Statement": []}',
        "lifecycle_rules": [{"id": "b"}, {"id": "a"}],
    }
    found = from_aws("bucket", "aws-cn", parts, {"A": "1"})
    assert found.attributes == {"arn": "arn:aws-cn:s3:::bucket", "lifecycle_rule_ids": ["b", "a"]}
    assert (found.key, found.tags) == ("s3_bucket/bucket", {"A": "1"})
    wanted = parts | {"encryption": None, "policy": {"Statement": []}, "lifecycle_rules": [{"id": "a"}, {"id": "b"}]}
    assert wanted.keys() == S3_BUCKET.properties.keys()
    assert plan(S3_BUCKET, Desired("s3_bucket", "bucket", wanted), found).changes == ()

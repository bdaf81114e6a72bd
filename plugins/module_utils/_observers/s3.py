# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of S3 buckets and their settings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError, call, to_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import s3_bucket
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed


def observe_buckets(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    client = scope.clients("s3")
    for desired in wanted:
        if _exists(client, desired.name):
            yield s3_bucket.from_aws(
                desired.name, scope.partition, _settings(client, desired.name), _tags(client, desired.name)
            )


def _exists(client: Any, bucket: str) -> bool:
    """HeadBucket answers 403 for a bucket of somebody else: https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html"""
    try:
        return call(client, "head_bucket", Bucket=bucket, subject=bucket, absent={"404", "NoSuchBucket"}) is not None
    except AwsError as error:
        if error.code != "403":
            raise
        message = "the bucket exists and these credentials may not see it: it belongs to another account, or s3:ListBucket is missing"
        raise AwsError("s3", "HeadBucket", bucket, "403", message) from error


def _settings(client: Any, bucket: str) -> dict[str, Any]:
    encryption = (
        call(client, "get_bucket_encryption", Bucket=bucket, absent={"ServerSideEncryptionConfigurationNotFoundError"})
        or {}
    )
    block = (
        call(client, "get_public_access_block", Bucket=bucket, absent={"NoSuchPublicAccessBlockConfiguration"}) or {}
    )
    policy = call(client, "get_bucket_policy", Bucket=bucket, absent={"NoSuchBucketPolicy"}) or {}
    lifecycle = (
        call(client, "get_bucket_lifecycle_configuration", Bucket=bucket, absent={"NoSuchLifecycleConfiguration"}) or {}
    )
    return {
        "encryption": s3_bucket.encryption_from_aws(encryption.get("ServerSideEncryptionConfiguration")),
        "versioning": call(client, "get_bucket_versioning", Bucket=bucket).get("Status") == "Enabled",
        "public_access_block": s3_bucket.access_block_from_aws(block.get("PublicAccessBlockConfiguration")),
        "policy": policy.get("Policy"),
        "lifecycle_rules": s3_bucket.lifecycle_from_aws(lifecycle.get("Rules", [])),
    }


def _tags(client: Any, bucket: str) -> dict[str, str]:
    return to_tags((call(client, "get_bucket_tagging", Bucket=bucket, absent={"NoSuchTagSet"}) or {}).get("TagSet"))


S3_BUCKET = Handler(s3_bucket.S3_BUCKET, observe_buckets)

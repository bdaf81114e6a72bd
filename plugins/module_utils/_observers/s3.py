# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of S3 buckets and their settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError, call, side_by_side, to_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import s3_bucket
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.tagging import current_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed


def observe_buckets(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    """Setting by setting: S3 has no call for several buckets, nor for several settings of one."""
    return filter(None, side_by_side(partial(_bucket, scope, scope.clients("s3")), wanted))


def _bucket(scope: Scope, client: Any, desired: Desired) -> Observed | None:
    versioning = _versioning(client, desired.name)
    if versioning is None:
        return None
    arn = f"arn:{scope.partition}:s3:::{desired.name}"
    settings = {"versioning": versioning, **_settings(client, desired.name)}
    tags = current_tags(scope, arn, desired, partial(_tags, client, desired.name))
    return s3_bucket.from_aws(desired.name, scope.partition, settings, tags)


def _versioning(client: Any, bucket: str) -> bool | None:
    """None where there is no such bucket. Every bucket has an answer to this, so that nothing else need tell it:
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html"""
    try:
        found = call(client, "get_bucket_versioning", Bucket=bucket, subject=bucket, absent={"NoSuchBucket"})
    except AwsError as error:
        if error.code != "AccessDenied":
            raise
        message = "the bucket exists; it belongs to another account, or these credentials lack s3:GetBucketVersioning."
        raise AwsError("s3", error.action, bucket, error.code, message) from error
    return None if found is None else found.get("Status") == "Enabled"


def _settings(client: Any, bucket: str) -> dict[str, Any]:
    encryption = _setting(client, "get_bucket_encryption", bucket, "ServerSideEncryptionConfigurationNotFoundError")
    block = _setting(client, "get_public_access_block", bucket, "NoSuchPublicAccessBlockConfiguration")
    lifecycle = _setting(client, "get_bucket_lifecycle_configuration", bucket, "NoSuchLifecycleConfiguration")
    return {
        "encryption": s3_bucket.encryption_from_aws(encryption.get("ServerSideEncryptionConfiguration")),
        "public_access_block": s3_bucket.access_block_from_aws(block.get("PublicAccessBlockConfiguration")),
        "policy": _setting(client, "get_bucket_policy", bucket, "NoSuchBucketPolicy").get("Policy"),
        "lifecycle_rules": s3_bucket.lifecycle_from_aws(lifecycle.get("Rules", [])),
    }


def _setting(client: Any, method: str, bucket: str, absent: str) -> Mapping[str, Any]:
    """What ``method`` says of the bucket; nothing for the error code that stands for nothing."""
    return call(client, method, Bucket=bucket, subject=bucket, absent={absent}) or {}


def _tags(client: Any, bucket: str) -> dict[str, str]:
    return to_tags(_setting(client, "get_bucket_tagging", bucket, "NoSuchTagSet").get("TagSet"))


S3_BUCKET = Handler(s3_bucket.S3_BUCKET, observe_buckets)

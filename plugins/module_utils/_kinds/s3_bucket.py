# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. An S3 bucket: encryption, versioning, access block, policy, life cycle."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Kind, Observed, Problem, Property
from ansible_collections.pgfleet.aws.plugins.module_utils._values import as_set, same_policy

NAME = re.compile(r"(?!xn--|sthree-)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?<!-s3alias)(?<!--ol-s3)")


def check(desired: Desired) -> list[Problem]:
    """Bucket names: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"""
    if NAME.fullmatch(desired.name) and ".." not in desired.name:
        return []
    message = (
        "S3 takes 3 to 63 lower-case letters, digits, dots and hyphens, beginning and ending with a letter or digit."
    )
    return [Problem(desired.keys.get("name", "name"), desired.name, message)]


S3_BUCKET = Kind(
    "s3_bucket",
    {
        "encryption": Property(),
        "versioning": Property(),
        "public_access_block": Property(),
        "policy": Property(same_policy),
        "lifecycle_rules": Property(as_set),
    },
    check,
)


def encryption_from_aws(configuration: Mapping[str, Any] | None) -> dict[str, Any] | None:
    for rule in (configuration or {}).get("Rules", ()):
        default = rule["ApplyServerSideEncryptionByDefault"]
        return {
            "sse_algorithm": default["SSEAlgorithm"],
            "kms_key_arn": default.get("KMSMasterKeyID"),
            "bucket_key_enabled": rule.get("BucketKeyEnabled", False),
        }
    return None


def access_block_from_aws(configuration: Mapping[str, Any] | None) -> dict[str, bool]:
    names = {
        "block_public_acls": "BlockPublicAcls",
        "block_public_policy": "BlockPublicPolicy",
        "ignore_public_acls": "IgnorePublicAcls",
        "restrict_public_buckets": "RestrictPublicBuckets",
    }
    return {ours: bool((configuration or {}).get(theirs, False)) for ours, theirs in names.items()}


def lifecycle_from_aws(rules: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rules in the document's form: id, then what it does after how many days."""
    return [dict(_rule(rule)) for rule in rules]


def _rule(rule: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    yield "id", rule["ID"]
    if rule["Status"] != "Enabled":
        yield "enabled", False
    prefix = rule.get("Prefix") or rule.get("Filter", {}).get("Prefix")
    if prefix:
        yield "prefix", prefix
    for transition in rule.get("Transitions", ()):
        yield "transition_days", transition["Days"]
        yield "storage_class", transition["StorageClass"]
    if "Days" in rule.get("Expiration", {}):
        yield "expiration_days", rule["Expiration"]["Days"]
    if "NoncurrentDays" in rule.get("NoncurrentVersionExpiration", {}):
        yield "noncurrent_version_expiration_days", rule["NoncurrentVersionExpiration"]["NoncurrentDays"]


def from_aws(name: str, partition: str, parts: Mapping[str, Any], tags: Mapping[str, str]) -> Observed:
    attributes = {
        "arn": f"arn:{partition}:s3:::{name}",
        "lifecycle_rule_ids": [rule["id"] for rule in parts["lifecycle_rules"]],
    }
    return Observed("s3_bucket", name, parts, tags, attributes)

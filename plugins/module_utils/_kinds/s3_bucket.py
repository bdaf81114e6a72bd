# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. An S3 bucket: encryption, versioning, access block, policy, life cycle."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
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
        default = rule.get("ApplyServerSideEncryptionByDefault", {})
        return {
            "sse_algorithm": default.get("SSEAlgorithm"),
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


def lifecycle_from_aws(rules: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rules in the document's form: id, then what it does after how many days."""
    return [
        {name: value for element, given in rule.items() for name, value in _said(element, given).items()}
        for rule in rules
    ]


def _said(element: str, given: Any) -> dict[str, Any]:
    """One element of a rule in the document's form.

    What that has no words for (dates, tags, a second transition) stays as it is, so that it differs from every wish.
    """
    match element, given:
        case "ID", name:
            return {"id": name}
        case "Status", status:
            return {} if status == "Enabled" else {"enabled": False}
        case "Prefix", prefix:
            return _said("Filter", {"Prefix": prefix})
        case "Filter", {"Prefix": prefix} if len(given) == 1:
            return {"prefix": prefix} if prefix else {}
        case "Transitions", [{"Days": days, "StorageClass": storage_class}]:
            return {"transition_days": days, "storage_class": storage_class}
        case "Expiration", {"Days": days} if len(given) == 1:
            return {"expiration_days": days}
        case "NoncurrentVersionExpiration", {"NoncurrentDays": days} if len(given) == 1:
            return {"noncurrent_version_expiration_days": days}
        case _:
            return {element: given} if given else {}


def from_aws(name: str, partition: str, parts: Mapping[str, Any], tags: Mapping[str, str]) -> Observed:
    rule_ids = [rule["id"] for rule in parts["lifecycle_rules"]]
    attributes = {"arn": f"arn:{partition}:s3:::{name}", "lifecycle_rule_ids": rule_ids}
    return Observed("s3_bucket", name, parts, tags, attributes)

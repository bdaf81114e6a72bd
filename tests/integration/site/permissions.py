"""The permissions that docs/iam.md gives, and those that logged requests need."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from tests.integration.playbook import ROOT

PREFIXES = {"resourcegroupstaggingapi": "tag"}

# Where a permission is not called what the API is: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
S3 = {
    "HeadBucket": "ListBucket",
    "ListBuckets": "ListAllMyBuckets",
    "ListObjectVersions": "ListBucketVersions",
    "ListBucketInventoryConfigurations": "GetInventoryConfiguration",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}


def documented() -> tuple[set[str], set[str]]:
    """The actions of the policy for planning, and of the one for the life cycle, which adds to it."""
    blocks = re.findall(r"```json\n(.*?)```", (ROOT / "docs" / "iam.md").read_text(), re.DOTALL)
    plan, life = (
        {action for s in json.loads(block)["Statement"] for action in listed(s["Action"])} for block in blocks
    )
    return plan, plan | life


def listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def needed(requests: Iterable[Mapping[str, Any]]) -> set[str]:
    return {permission(entry["service"], entry["action"]) for entry in requests}


def permission(service: str, action: str) -> str:
    return f"{PREFIXES.get(service, service)}:{S3.get(action, action) if service == 's3' else action}"

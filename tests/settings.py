"""Rules of security groups and settings of buckets: from the form of a document to the calls that set them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Entry = Mapping[str, Any]


def permissions(rules: Iterable[Entry]) -> list[dict[str, Any]]:
    """Rules of a document as EC2 takes them."""
    ranges = {
        "cidr_ip": ("IpRanges", "CidrIp"),
        "cidr_ipv6": ("Ipv6Ranges", "CidrIpv6"),
        "group_id": ("UserIdGroupPairs", "GroupId"),
        "ip_prefix": ("PrefixListIds", "PrefixListId"),
    }
    return [
        {
            "IpProtocol": rule["proto"],
            "FromPort": rule["from_port"],
            "ToPort": rule["to_port"],
            group: [{source: rule[ours], "Description": rule["rule_desc"]}],
        }
        for rule in rules
        for ours, (group, source) in ranges.items()
        if ours in rule
    ]


def bucket(s3: Any, name: str, wanted: Entry) -> None:
    """Give a bucket those settings that are wanted."""
    for setting, value in wanted.items():
        BUCKET[setting](s3, name, value)


def _encryption(s3: Any, name: str, value: Entry) -> None:
    default = {"SSEAlgorithm": value["sse_algorithm"]}
    if value["kms_key_arn"]:
        default["KMSMasterKeyID"] = value["kms_key_arn"]
    rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": value["bucket_key_enabled"]}
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})


def _versioning(s3: Any, name: str, value: bool) -> None:
    status = "Enabled" if value else "Suspended"
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": status})


def _access_block(s3: Any, name: str, value: Entry) -> None:
    block = {"".join(part.title() for part in key.split("_")): flag for key, flag in value.items()}
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=block)


def _policy(s3: Any, name: str, value: Entry) -> None:
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps(value))


def _lifecycle(s3: Any, name: str, value: Iterable[Entry]) -> None:
    rules: list[dict[str, Any]] = []
    for rule in value:
        made: dict[str, Any] = {"ID": rule["id"], "Status": "Enabled", "Filter": {"Prefix": ""}}
        if "transition_days" in rule:
            made["Transitions"] = [{"Days": rule["transition_days"], "StorageClass": rule["storage_class"]}]
        if "noncurrent_version_expiration_days" in rule:
            days = rule["noncurrent_version_expiration_days"]
            made["NoncurrentVersionExpiration"] = {"NoncurrentDays": days}
        rules.append(made)
    s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": rules})


BUCKET: dict[str, Callable[[Any, str, Any], None]] = {
    "encryption": _encryption,
    "versioning": _versioning,
    "public_access_block": _access_block,
    "policy": _policy,
    "lifecycle_rules": _lifecycle,
}

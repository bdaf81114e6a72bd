# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads what holds data, and the keys without which it is unreadable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError, call, pages, to_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.kms import key_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds_reads import (
    PARAMETER_GROUP_ABSENT,
    SUBNET_GROUP_ABSENT,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.look import Look
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Found

NO_ENCRYPTION = {"ServerSideEncryptionConfigurationNotFoundError", "NoSuchBucket"}


def databases(look: Look) -> Iterator[Found]:
    """All of the account and region: also those of others, for they may need a key of ours."""
    for raw in pages(look.clients("rds"), "describe_db_instances", "DBInstances"):
        yield database(raw)


def database(raw: Mapping[str, Any]) -> Found:
    subnets = raw.get("DBSubnetGroup") or {}
    groups = [group["DBParameterGroupName"] for group in raw.get("DBParameterGroups", ())]
    facts = {
        "status": raw.get("DBInstanceStatus", ""),
        "deletion_protection": raw.get("DeletionProtection", False),
        "storage_gib": raw.get("AllocatedStorage"),
        "kms_key": raw.get("KmsKeyId"),
        "replica_of": raw.get("ReadReplicaSourceDBInstanceIdentifier"),
        "cluster": raw.get("DBClusterIdentifier"),
        "vpc_id": subnets.get("VpcId"),
        "uses": frozenset(
            {*groups, subnets.get("DBSubnetGroupName"), raw.get("MonitoringRoleArn", "").rpartition("/")[2]}
        ),
    }
    name = raw["DBInstanceIdentifier"]
    kind = "aurora_member" if raw.get("DBClusterIdentifier") else "rds_instance"
    return Found(kind, name, name, to_tags(raw.get("TagList")), facts)


def snapshots(look: Look) -> Iterator[Found]:
    """Automated ones go with their database."""
    for raw in pages(look.clients("rds"), "describe_db_snapshots", "DBSnapshots"):
        if raw.get("SnapshotType") != "automated":
            name = raw["DBSnapshotIdentifier"]
            facts = {
                "database": raw["DBInstanceIdentifier"],
                "storage_gib": raw.get("AllocatedStorage"),
                "kms_key": raw.get("KmsKeyId"),
            }
            yield Found("db_snapshot", name, name, to_tags(raw.get("TagList")), facts)


def retained_backups(look: Look) -> Iterator[Found]:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.Retaining.html"""
    filters = [{"Name": "status", "Values": ["retained"]}]
    client = look.clients("rds")
    found = pages(client, "describe_db_instance_automated_backups", "DBInstanceAutomatedBackups", Filters=filters)
    for raw in found:
        name = raw["DBInstanceIdentifier"]
        facts = {"database": name, "storage_gib": raw.get("AllocatedStorage"), "kms_key": raw.get("KmsKeyId")}
        yield Found("automated_backup", name, raw["DbiResourceId"], to_tags(raw.get("TagList")), facts)


def parameter_groups(look: Look) -> Iterator[Found]:
    client = look.clients("rds")
    for raw in pages(client, "describe_db_parameter_groups", "DBParameterGroups"):
        name, arn = raw["DBParameterGroupName"], raw["DBParameterGroupArn"]
        if not name.startswith("default.") and look.asks_about("db_parameter_group", name, arn):
            yield from _if_there(Found("db_parameter_group", name, name), client, arn)


def subnet_groups(look: Look) -> Iterator[Found]:
    client = look.clients("rds")
    for raw in pages(client, "describe_db_subnet_groups", "DBSubnetGroups"):
        name, arn = raw["DBSubnetGroupName"], raw["DBSubnetGroupArn"]
        if look.asks_about("db_subnet_group", name, arn):
            yield from _if_there(Found("db_subnet_group", name, name), client, arn)


def _if_there(found: Found, client: Any, arn: str) -> Iterator[Found]:
    """With its tags; nothing for a group that went meanwhile."""
    gone = PARAMETER_GROUP_ABSENT | SUBNET_GROUP_ABSENT
    tags = call(client, "list_tags_for_resource", ResourceName=arn, subject=found.name, absent=gone)
    if tags is not None:
        yield replace(found, tags=to_tags(tags["TagList"]))


def buckets(look: Look) -> Iterator[Found]:
    """A bucket whose tags we may not read is somebody else's."""
    client = look.clients("s3")
    for raw in call(client, "list_buckets")["Buckets"]:
        name = raw["Name"]
        if look.asks_about("s3_bucket", name, f"arn:aws:s3:::{name}"):
            tags = _bucket_tags(client, name)
            if tags is not None:
                yield Found("s3_bucket", name, name, tags, _content(client, name) if look.owner.owns(tags) else {})


def _bucket_tags(client: Any, name: str) -> dict[str, str] | None:
    """None for a bucket that is gone: S3 lists it for a while."""
    try:
        answer = call(client, "get_bucket_tagging", Bucket=name, subject=name, absent={"NoSuchBucket"})
    except AwsError as error:
        if error.code not in ("NoSuchTagSet", "AccessDenied"):
            raise
        return {}
    return to_tags(answer["TagSet"]) if answer else None


def _content(client: Any, name: str) -> dict[str, Any]:
    """The first page is enough to know. Delete markers hold nothing, if there are no versions on pages to come."""
    page = call(client, "list_object_versions", Bucket=name, subject=name, absent={"NoSuchBucket"}) or {}
    settings = call(client, "get_bucket_encryption", Bucket=name, subject=name, absent=NO_ENCRYPTION) or {}
    rules = settings.get("ServerSideEncryptionConfiguration", {}).get("Rules", [])
    keys = [rule.get("ApplyServerSideEncryptionByDefault", {}).get("KMSMasterKeyID") for rule in rules]
    versions, markers, more = (page.get(part, ()) for part in ("Versions", "DeleteMarkers", "IsTruncated"))
    objects = len(versions) + (len(markers) if more else 0)
    return {"objects": objects, "more": bool(more), "kms_key": next(filter(None, keys), None)}


def secrets(look: Look) -> Iterator[Found]:
    """Also those that wait for their deletion; RDS takes the ones that it made itself."""
    for raw in pages(look.clients("secretsmanager"), "list_secrets", "SecretList", IncludePlannedDeletion=True):
        if not raw.get("OwningService"):
            facts = {"deletes_on": raw.get("DeletedDate"), "kms_key": raw.get("KmsKeyId")}
            yield Found("secret", raw["Name"], raw["ARN"], to_tags(raw.get("Tags")), facts)


def keys(look: Look) -> Iterator[Found]:
    """Keys with a name of ours, and those without any: one that never had its alias, or that waits for its deletion.

    Those are called what their Name tag says, if they are ours.
    """
    client = look.clients("kms")
    aliases: dict[str, list[str]] = {}
    for raw in pages(client, "list_aliases", "Aliases"):
        aliases.setdefault(raw.get("TargetKeyId", ""), []).append(raw["AliasName"])
    for raw in pages(client, "list_keys", "Keys"):
        names = sorted(aliases.get(raw["KeyId"], ()))
        if not names or any(look.asks_about("kms_key", name, raw["KeyArn"]) for name in names):
            tags = key_tags(client, raw["KeyId"])
            arn, owned = raw["KeyArn"], look.owner.owns(tags)
            unnamed = tags.get("Name", raw["KeyId"]) if owned else raw["KeyId"]
            facts = {"aliases": tuple(names)} | (_state(client, arn) if owned else {})
            yield Found("kms_key", names[0] if names else unnamed, arn, tags, facts)


def _state(client: Any, arn: str) -> dict[str, Any]:
    metadata = call(client, "describe_key", KeyId=arn, subject=arn)["KeyMetadata"]
    return {"deletes_on": metadata.get("DeletionDate")}

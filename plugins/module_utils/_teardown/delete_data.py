# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Takes away buckets, and with a time in which they can be had back, secrets and keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError, Clients, call
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Removal
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.waiting import Patience

NO_BUCKET = {"NoSuchBucket"}


def buckets(clients: Clients, group: Sequence[Removal], _patience: Patience) -> None:
    """S3 deletes empty buckets only; an object written since the plan makes it refuse (BucketNotEmpty)."""
    client = clients("s3")
    for removal in group:
        name = removal.found.id
        while doomed := _first_page(client, name, removal.arguments["versions"]):
            _delete_objects(client, name, doomed)
        call(client, "delete_bucket", subject=name, absent=NO_BUCKET, Bucket=name)


def _first_page(client: Any, bucket: str, versions: bool) -> list[dict[str, str]]:
    """Up to 1000 versions and delete markers, as many as DeleteObjects takes.

    None of them while there are versions that may not go: without its marker, a deleted object would be there again.
    """
    page = call(client, "list_object_versions", subject=bucket, absent=NO_BUCKET, Bucket=bucket) or {}
    if not versions and (page.get("Versions") or page.get("IsTruncated")):
        return []
    listed = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
    return [{"Key": entry["Key"], "VersionId": entry["VersionId"]} for entry in listed]


def _delete_objects(client: Any, bucket: str, doomed: list[dict[str, str]]) -> None:
    """S3 answers 200 even for objects that it did not delete:
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html"""
    answer = call(client, "delete_objects", subject=bucket, Bucket=bucket, Delete={"Objects": doomed, "Quiet": True})
    for error in answer.get("Errors", ()):
        raise AwsError("s3", "DeleteObjects", f"{bucket}/{error['Key']}", error["Code"], error.get("Message", ""))


def secrets(clients: Clients, group: Sequence[Removal], _patience: Patience) -> None:
    """The list of secrets lags behind; DescribeSecret says for certain whether one waits for its deletion already."""
    client, gone = clients("secretsmanager"), {"ResourceNotFoundException"}
    for removal in group:
        arn, name, days = removal.found.id, removal.found.name, removal.arguments["days"]
        there = call(client, "describe_secret", subject=name, absent=gone, SecretId=arn)
        if there and "DeletedDate" not in there:
            call(client, "delete_secret", subject=name, absent=gone, SecretId=arn, RecoveryWindowInDays=days)


def keys(clients: Clients, group: Sequence[Removal], _patience: Patience) -> None:
    """The alias goes at once, so that the next deployment of this name makes a key of its own.

    KMS shows a change only after some seconds, so a key that does not look so may already wait for its deletion
    (KMSInvalidStateException); the look that follows knows.
    https://docs.aws.amazon.com/kms/latest/developerguide/accessing-kms.html#programming-eventual-consistency
    """
    client = clients("kms")
    for removal in group:
        for alias in removal.arguments["aliases"]:
            call(client, "delete_alias", subject=alias, absent={"NotFoundException"}, AliasName=alias)
        call(
            client,
            "schedule_key_deletion",
            subject=removal.found.name,
            absent={"NotFoundException", "KMSInvalidStateException"},
            KeyId=removal.found.id,
            PendingWindowInDays=removal.arguments["days"],
        )

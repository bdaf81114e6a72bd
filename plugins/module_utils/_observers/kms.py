# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of KMS keys: by alias, and by tags where a killed run left a key without one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, pages, side_by_side, to_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import kms_key
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.tagging import current_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed

NOT_FOUND = {"NotFoundException"}
# A key whose policy keeps its tags from us is not ours.
UNREADABLE = NOT_FOUND | {"AccessDeniedException"}
USABLE = {"Enabled", "Disabled"}


def key_tags(client: Any, key_id: str, absent: Collection[str] = UNREADABLE) -> dict[str, str]:
    found = pages(client, "list_resource_tags", "Tags", KeyId=key_id, subject=key_id, absent=absent)
    return to_tags(found, "TagKey", "TagValue")


def observe_keys(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    """By their aliases; where one leads to no key of ours, ours may be there all the same."""
    client = scope.clients("kms")
    missing: dict[str, str] = {}
    for desired, found in zip(wanted, side_by_side(partial(_aliased, scope, client), wanted), strict=True):
        if found:
            yield found
        if not found or not scope.owns(found.tags):
            missing[desired.name] = found.attributes["id"] if found else ""
    if missing:
        yield from unnamed_keys(scope, client, missing)


def _aliased(scope: Scope, client: Any, desired: Desired) -> Observed | None:
    found = call(client, "describe_key", KeyId=desired.name, subject=desired.name, absent=NOT_FOUND)
    if not found:
        return None
    metadata = found["KeyMetadata"]
    read = partial(key_tags, client, metadata["KeyId"], absent=NOT_FOUND)
    tags = current_tags(scope, metadata["Arn"], desired, read)
    return _key(client, desired.name, desired.name, metadata, tags)


def unnamed_keys(scope: Scope, client: Any, names: Mapping[str, str]) -> Iterable[Observed]:
    """Keys with the ownership tags and the Name of a wanted one, and no alias yet; ``names`` have the key that has it.

    The Name tells the keys of one owner apart. Tags are read from KMS itself: the tagging API lags.
    """
    for entry in pages(client, "list_keys", "Keys"):
        tags = key_tags(client, entry["KeyId"])
        if not (scope.owns(tags) and tags.get("Name") in names):
            continue
        metadata = call(client, "describe_key", KeyId=entry["KeyId"], subject=entry["KeyId"])["KeyMetadata"]
        if metadata["KeyState"] in USABLE:
            found = _key(client, tags["Name"], None, metadata, tags)
            yield kms_key.without_alias(found, names[found.name])


def _key(client: Any, name: str, alias: str | None, metadata: Mapping[str, Any], tags: Mapping[str, str]) -> Observed:
    key = {"KeyId": metadata["KeyId"], "subject": name}
    policy = call(client, "get_key_policy", PolicyName="default", **key)["Policy"]
    rotation = metadata["KeyState"] in USABLE and call(client, "get_key_rotation_status", **key)["KeyRotationEnabled"]
    return kms_key.from_aws(name, alias, metadata, policy, rotation, tags)


KMS_KEY = Handler(kms_key.KMS_KEY, observe_keys, plan=kms_key.plan_kms_key)

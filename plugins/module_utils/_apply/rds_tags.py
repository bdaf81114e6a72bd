# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Tags of RDS resources, by ARN."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, from_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Change

PREFIX = "tags."


def apply_tags(client: Any, arn: str, changes: Iterable[Change]) -> None:
    """Set and remove the tags among the changes of a plan."""
    tags = {
        change.property.removeprefix(PREFIX): change.after for change in changes if change.property.startswith(PREFIX)
    }
    gone = sorted(key for key, value in tags.items() if value is None)
    kept = {key: value for key, value in tags.items() if value is not None}
    if gone:
        call(client, "remove_tags_from_resource", subject=arn, ResourceName=arn, TagKeys=gone)
    if kept:
        call(client, "add_tags_to_resource", subject=arn, ResourceName=arn, Tags=from_tags(kept))

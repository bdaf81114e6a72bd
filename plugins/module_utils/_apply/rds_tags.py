# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Tags of RDS resources, by ARN."""

from __future__ import annotations

from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, from_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.tag_changes import to_remove, to_set
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Plan


def apply_tags(client: Any, arn: str, plan: Plan) -> None:
    """Set and remove the tags that the plan names."""
    gone, kept = to_remove(plan), to_set(plan)
    if gone:
        call(client, "remove_tags_from_resource", subject=arn, ResourceName=arn, TagKeys=gone)
    if kept:
        call(client, "add_tags_to_resource", subject=arn, ResourceName=arn, Tags=from_tags(kept))

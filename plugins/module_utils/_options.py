# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. Options that our modules share: tags with purge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Change, Plan

TAG_ARGUMENTS: dict[str, Any] = {
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
}


def wanted_tags(options: Mapping[str, Any], present: Mapping[str, str]) -> dict[str, str]:
    """The tags that a resource should have; none when its tags are not managed."""
    tags = {key: str(value) for key, value in (options["tags"] or {}).items()}
    return tags if options["purge_tags"] or not tags else {**present, **tags}


def emptied(plan: Plan, options: Mapping[str, Any], present: Mapping[str, str]) -> Plan:
    """The plan with the removal of all tags, which is what an empty mapping asks for. AWS's own stay."""
    if options["tags"] != {} or not options["purge_tags"] or plan.action not in (Action.NONE, Action.UPDATE):
        return plan
    removals = tuple(Change(f"tags.{k}", v, None) for k, v in sorted(present.items()) if not k.startswith("aws:"))
    return replace(plan, action=Action.UPDATE, changes=plan.changes + removals) if removals else plan

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. What a plan says of tags, in the form that AWS's tagging calls take."""

from __future__ import annotations

from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Change, Plan

PREFIX = "tags."


def is_tag(change: Change) -> bool:
    return change.property == "tags" or change.property.startswith(PREFIX)


def to_set(plan: Plan) -> dict[str, str]:
    changes = (c for c in plan.changes if c.property.startswith(PREFIX))
    return {c.property.removeprefix(PREFIX): c.after for c in changes if c.after is not None}


def to_remove(plan: Plan) -> list[str]:
    changes = (c for c in plan.changes if c.property.startswith(PREFIX))
    return [c.property.removeprefix(PREFIX) for c in changes if c.after is None]

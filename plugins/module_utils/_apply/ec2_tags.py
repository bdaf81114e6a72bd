# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The tags of a plan, written to a resource of EC2."""

from __future__ import annotations

from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, from_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.tag_changes import to_remove, to_set
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Plan


def apply_tags(client: Any, resource_id: str, planned: Plan) -> None:
    tags, gone = to_set(planned), to_remove(planned)
    if tags:
        call(client, "create_tags", Resources=[resource_id], Tags=from_tags(tags), subject=planned.name)
    if gone:
        call(client, "delete_tags", Resources=[resource_id], Tags=[{"Key": k} for k in gone], subject=planned.name)

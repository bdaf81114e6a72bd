# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of log groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, pages
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import log_group
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed


def observe_log_groups(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    client = scope.clients("logs")
    for name in sorted({desired.name for desired in wanted}):
        yield from find_log_group(client, name)


def find_log_group(client: Any, name: str) -> Iterable[Observed]:
    """The group of exactly this name, if there is one: AWS finds by prefix."""
    for raw in pages(client, "describe_log_groups", "logGroups", logGroupNamePrefix=name, subject=name):
        if raw["logGroupName"] == name:
            gone = {"ResourceNotFoundException"}
            tags = call(client, "list_tags_for_resource", resourceArn=log_group.arn(raw), subject=name, absent=gone)
            if tags is not None:
                yield log_group.from_aws(raw, tags["tags"])


LOG_GROUP = Handler(log_group.LOG_GROUP, observe_log_groups, plan=log_group.plan_log_group)

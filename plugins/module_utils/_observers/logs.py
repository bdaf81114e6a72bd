# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of log groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, pages
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import log_group
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.tagging import current_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed

# Parts of a name that say what the group is of: an empty one, aws, rds, instance.
SORT_DEPTH = 4


def observe_log_groups(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    """One call, and its pages, for all groups of one sort, such as those of RDS instances."""
    by_name = {desired.name: desired for desired in wanted}
    client = scope.clients("logs")
    for prefix in prefixes(by_name):
        for raw in pages(client, "describe_log_groups", "logGroups", logGroupNamePrefix=prefix, subject=prefix):
            if raw["logGroupName"] in by_name:
                yield from _tagged(scope, raw, by_name[raw["logGroupName"]])


def prefixes(names: Iterable[str]) -> list[str]:
    """The longest beginnings that the names of one sort share: /aws/rds/instance/db-shop/upgrade and .../postgresql.

    A group whose name begins with another one's needs no search of its own.
    """
    sorts: dict[str, list[str]] = defaultdict(list)
    for name in sorted(set(names)):
        sorts["/".join(name.split("/", SORT_DEPTH)[:SORT_DEPTH])].append(name)
    return [_shared(several[0], several[-1]) for several in sorts.values()]


def _shared(first: str, last: str) -> str:
    """What the first and the last of a sorted list begin with, and so all of it."""
    length = next((n for n, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
    return first[:length]


def _tagged(scope: Scope, raw: Mapping[str, Any], desired: Desired) -> Iterable[Observed]:
    tags = current_tags(scope, log_group.arn(raw), desired, lambda: _tags(scope.clients("logs"), raw))
    if tags is not None:
        yield log_group.from_aws(raw, tags)


def _tags(client: Any, raw: Mapping[str, Any]) -> Any:
    """None for a group deleted meanwhile."""
    gone = {"ResourceNotFoundException"}
    arn, name = log_group.arn(raw), raw["logGroupName"]
    found = call(client, "list_tags_for_resource", resourceArn=arn, subject=name, absent=gone)
    return found and found["tags"]


def find_log_group(client: Any, name: str) -> Iterable[Observed]:
    """The group of exactly this name, if there is one: AWS finds by prefix."""
    for raw in pages(client, "describe_log_groups", "logGroups", logGroupNamePrefix=name, subject=name):
        tags = _tags(client, raw) if raw["logGroupName"] == name else None
        if tags is not None:
            yield log_group.from_aws(raw, tags)


LOG_GROUP = Handler(log_group.LOG_GROUP, observe_log_groups, plan=log_group.plan_log_group)

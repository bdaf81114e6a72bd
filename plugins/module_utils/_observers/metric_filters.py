# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of metric filters: of one log group, or of the whole region for several.

The region may have many that are no concern of ours. So no more pages are read than groups are wanted; with more the
groups are asked one by one, and so is one that has no filter, because only that tells whether it exists.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import answers
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import metric_filters
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed

NO_GROUP = {"ResourceNotFoundException"}
# A permission for some log groups does not let anybody list the filters of all.
DENIED = {"AccessDeniedException"}


def observe_metric_filters(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    client = scope.clients("logs")
    groups = sorted({desired.name for desired in wanted})
    together = _together(client, len(groups)) if len(groups) > 1 else {}
    for group in groups:
        if group in together:
            yield metric_filters.from_aws(group, together[group])
        else:
            yield from find_metric_filters(client, group)


def _together(client: Any, most: int) -> Mapping[str, list[Any]]:
    """All filters by group; none where they take more pages than ``most``: a group may go on on the next."""
    read = answers(client, "describe_metric_filters", absent=DENIED, until=lambda found: len(found) == most)
    if not read or read[-1].get("nextToken"):
        return {}
    by_group: dict[str, list[Any]] = defaultdict(list)
    for raw in (raw for page in read for raw in page.get("metricFilters", ())):
        by_group[raw["logGroupName"]].append(raw)
    return dict(by_group)


def find_metric_filters(client: Any, group: str) -> Iterable[Observed]:
    """All filters of the group; nothing when there is no such group."""
    found = list(answers(client, "describe_metric_filters", absent=NO_GROUP, subject=group, logGroupName=group))
    if found:
        yield metric_filters.from_aws(group, [raw for page in found for raw in page.get("metricFilters", ())])


METRIC_FILTERS = Handler(metric_filters.METRIC_FILTERS, observe_metric_filters, plan=metric_filters.plan_metric_filters)

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of metric filters: one paged call per log group."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import answers
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import metric_filters
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed

NO_GROUP = {"ResourceNotFoundException"}


def observe_metric_filters(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    client = scope.clients("logs")
    for group in sorted({desired.name for desired in wanted}):
        yield from find_metric_filters(client, group)


def find_metric_filters(client: Any, group: str) -> Iterable[Observed]:
    """All filters of the group; nothing when there is no such group."""
    found = list(answers(client, "describe_metric_filters", absent=NO_GROUP, subject=group, logGroupName=group))
    if found:
        yield metric_filters.from_aws(group, [raw for page in found for raw in page.get("metricFilters", ())])


METRIC_FILTERS = Handler(metric_filters.METRIC_FILTERS, observe_metric_filters, plan=metric_filters.plan_metric_filters)

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of CloudWatch dashboards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import chain
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, side_by_side, to_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import dashboard
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed

# DashboardNotFoundError, and what the tagging calls say.
GONE = {"ResourceNotFound", "ResourceNotFoundException"}


def observe_dashboards(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    names = sorted({desired.name for desired in wanted})
    return chain.from_iterable(side_by_side(partial(find_dashboard, scope.clients("cloudwatch")), names))


def find_dashboard(client: Any, name: str) -> list[Observed]:
    raw = call(client, "get_dashboard", DashboardName=name, subject=name, absent=GONE)
    if raw is None:
        return []
    arn = raw["DashboardArn"]
    tags = call(client, "list_tags_for_resource", ResourceARN=arn, subject=name, absent=GONE)
    return [] if tags is None else [dashboard.from_aws(raw, to_tags(tags.get("Tags")))]


DASHBOARD = Handler(dashboard.DASHBOARD, observe_dashboards, plan=dashboard.plan_dashboard)

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The writes of the module cloudwatch_dashboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, from_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.tag_changes import is_tag, to_remove, to_set
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.dashboard import to_aws
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.dashboards import GONE
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Desired, Observed, Plan

Warn = Callable[[str], None]


def apply_dashboard(client: Any, desired: Desired, observed: Observed | None, plan: Plan, warn: Warn) -> str | None:
    """Carry out the plan; returns the ARN of the dashboard that there is now."""
    name = desired.name
    if plan.action is Action.DELETE:
        call(client, "delete_dashboards", DashboardNames=[name], subject=name, absent=GONE)
        return None
    if observed is None:
        _put(client, desired, warn, **({"Tags": from_tags(desired.tags)} if desired.tags else {}))
        return str(call(client, "get_dashboard", DashboardName=name, subject=name)["DashboardArn"])
    # A put of an existing dashboard ignores tags:
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
    if not all(map(is_tag, plan.changes)):
        _put(client, desired, warn)
    arn, tags, gone = str(observed.attributes["arn"]), to_set(plan), to_remove(plan)
    if tags:
        call(client, "tag_resource", ResourceARN=arn, Tags=from_tags(tags), subject=name)
    if gone:
        call(client, "untag_resource", ResourceARN=arn, TagKeys=gone, subject=name)
    return arn


def _put(client: Any, desired: Desired, warn: Warn, **more: Any) -> None:
    """What AWS says of a body that it takes are warnings: a widget, or a part of it, may not be shown."""
    answer = call(client, "put_dashboard", subject=desired.name, **to_aws(desired), **more)
    for said in answer.get("DashboardValidationMessages", ()):
        warn(f"CloudWatch says of dashboard {desired.name}: {said.get('DataPath', '')}: {said.get('Message', '')}")

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. A CloudWatch dashboard."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.dashboard_body import changes
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.dashboard_widgets import findings
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Desired,
    Effect,
    Kind,
    Observed,
    Plan,
    Problem,
    Property,
    decide,
    plan,
    tag_changes,
)

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html: DashboardName
NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")


def check(desired: Desired) -> Iterable[Problem]:
    """The rules of PutDashboard, so that a bad body is refused before anything is written."""
    if not NAME.fullmatch(desired.name):
        message = "a dashboard's name has 1 to 255 letters, digits and - _ (ASCII)."
        yield Problem(desired.keys.get("name", "name"), desired.name, message)
    for path, value, message in findings(desired.properties.get("body")):
        yield desired.problem(path, message, "(none)" if value is None else value)


DASHBOARD = Kind("cloudwatch_dashboard", {"body": Property()}, check)


def plan_dashboard(kind: Kind, desired: Desired, observed: Observed | None, allow: frozenset[Effect]) -> Plan:
    """A put replaces the whole body; the plan says which widgets that changes."""
    if observed is None:
        return plan(kind, desired, None, allow)
    body = desired.properties.get("body")
    changed = changes(observed.properties["body"], body) if body is not None else ()
    return decide(desired, [*changed, *tag_changes(desired.tags, observed.tags)], (), allow)


def from_aws(raw: Mapping[str, Any], tags: Mapping[str, str]) -> Observed:
    properties = {"body": json.loads(raw["DashboardBody"])}
    return Observed("cloudwatch_dashboard", raw["DashboardName"], properties, tags, {"arn": raw["DashboardArn"]})


def to_aws(desired: Desired) -> dict[str, str]:
    """The arguments of PutDashboard, without tags."""
    return {"DashboardName": desired.name, "DashboardBody": json.dumps(desired.properties["body"])}

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. What requests to RDS have in common, for instances and for Aurora clusters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_refusals import DEPENDENT
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_versions import major
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed

INSIGHTS = (
    "performance_insights_enabled",
    "performance_insights_kms_key_id",
    "performance_insights_retention_days",
    "database_insights_mode",
)
MONITORING = ("monitoring_interval_seconds", "monitoring_role_arn")


def with_companions(after: Mapping[str, Any], desired: Desired, observed: Observed) -> dict[str, Any]:
    """Settings that AWS wants together.

    Performance Insights asked for without its key means AWS's own key, and a change of the key is refused:
    https://github.com/hashicorp/terraform-provider-aws/issues/44046
    """
    names = set(after)
    if names & set(INSIGHTS):
        names.update(INSIGHTS)
    if names & set(MONITORING):
        names.update(MONITORING)
    request = {name: after[name] for name in after} | {
        name: value for name in names - set(after) if (value := wanted_or_present(name, desired, observed)) is not None
    }
    for main, dependents in DEPENDENT.items():
        if main in request and not request[main]:
            request = {name: value for name, value in request.items() if name not in dependents}
    return request


def wanted_or_present(name: str, desired: Desired, observed: Observed) -> Any:
    value = desired.properties.get(name)
    return observed.properties.get(name) if value is None else value


def log_changes(wanted: Iterable[str], observed: Observed) -> dict[str, list[str]]:
    """CloudwatchLogsExportConfiguration, which names what is to begin and what is to end."""
    now, then = set(observed.properties["log_exports"] or ()), set(wanted)
    lists = {"EnableLogTypes": sorted(then - now), "DisableLogTypes": sorted(now - then)}
    return {key: names for key, names in lists.items() if names}


def version_request(wanted: str, observed: Observed) -> dict[str, Any]:
    return {
        "EngineVersion": wanted,
        "AllowMajorVersionUpgrade": major(wanted) > major(observed.properties["engine_version"]),
    }


def pending_logs(raw: Mapping[str, Any], queue: Mapping[str, Any]) -> dict[str, list[str]]:
    """The logs that are exported once PendingCloudwatchLogsExports is done; nothing when nothing is pending."""
    logs = queue.get("PendingCloudwatchLogsExports")
    if not logs:
        return {}
    now = set(raw.get("EnabledCloudwatchLogsExports", []))
    return {
        "log_exports": sorted(now.union(logs.get("LogTypesToEnable", ())).difference(logs.get("LogTypesToDisable", ())))
    }

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The writes of the module cloudwatch_metric_filters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.metric_filters import to_aws, wanted_filters
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Desired, Plan

PREFIX = "filters."


def apply_metric_filters(client: Any, desired: Desired, planned: Plan) -> None:
    """Puts before deletes: what counts events under another name now has counted them until here."""
    changed: Mapping[str, Mapping[str, Any] | None]
    changed = wanted_filters(desired) if planned.action is Action.CREATE else _changed(planned)
    for name, wanted in changed.items():
        if wanted is not None:
            call(client, "put_metric_filter", logGroupName=desired.name, subject=name, **to_aws(name, wanted))
    for name, wanted in changed.items():
        if wanted is None:
            gone = {"ResourceNotFoundException"}
            call(client, "delete_metric_filter", logGroupName=desired.name, filterName=name, subject=name, absent=gone)


def _changed(planned: Plan) -> dict[str, Mapping[str, Any] | None]:
    return {change.property.removeprefix(PREFIX): change.after for change in planned.changes}

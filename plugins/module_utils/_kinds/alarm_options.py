# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. One alarm as options of the module cloudwatch_alarms."""

from __future__ import annotations

from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.metric_alarm import (
    BAND_OPERATORS,
    MISSING_DATA,
    STATISTICS,
    THRESHOLD_OPERATORS,
)

TEXT: dict[str, Any] = {"type": "str"}
NUMBER: dict[str, Any] = {"type": "int"}
ARNS: dict[str, Any] = {"type": "list", "elements": "str"}

METRIC_OPTIONS: dict[str, Any] = {
    "namespace": TEXT,
    "metric_name": TEXT,
    "dimensions": {"type": "dict"},
    "statistic": TEXT,
    "period_seconds": NUMBER,
    "unit": TEXT,
}
QUERY_OPTIONS: dict[str, Any] = {
    **METRIC_OPTIONS,
    "id": {"type": "str", "required": True},
    "expression": TEXT,
    "label": TEXT,
    "return_data": {"type": "bool"},
    "account_id": TEXT,
}
ALARM_OPTIONS: dict[str, Any] = {
    **METRIC_OPTIONS,
    "name": {"type": "str", "required": True},
    "description": TEXT,
    "actions_enabled": {"type": "bool"},
    "alarm_actions": ARNS,
    "ok_actions": ARNS,
    "insufficient_data_actions": ARNS,
    "alarm_rule": TEXT,
    "statistic": {"type": "str", "choices": list(STATISTICS)},
    "extended_statistic": TEXT,
    "metrics": {"type": "list", "elements": "dict", "options": QUERY_OPTIONS},
    "evaluation_periods": NUMBER,
    "datapoints_to_alarm": NUMBER,
    "threshold": {"type": "float"},
    "threshold_percent": {"type": "float"},
    "threshold_metric_id": TEXT,
    "comparison_operator": {"type": "str", "choices": [*THRESHOLD_OPERATORS, *BAND_OPERATORS]},
    "treat_missing_data": {"type": "str", "choices": list(MISSING_DATA)},
    "evaluate_low_sample_count_percentile": {"type": "str", "choices": ["evaluate", "ignore"]},
}

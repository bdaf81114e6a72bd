#!/usr/bin/python
# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cloudwatch_metric_filters
version_added: 0.1.0
short_description: The metric filters of a CloudWatch Logs group
description:
  - Makes the metric filters of one log group what they should be, in one task. One call reads them all, only what
    differs is written, and filters that are no longer wanted are deleted.
  - Filters bear no tags. Those that feed O(namespace) are the caller's; the others of the group are left alone.
  - All filters are validated before the first is written. A log group that does not exist is refused, and only
    allowed in check mode, where a task before this one may be about to make it.
  - M(amazon.aws.cloudwatchlogs_log_group_metric_filter) manages one filter a task. It looks for it by prefix, and
    always reports a change when another filter's name begins with its name or when the metric has a dimension in
    capitals; in check mode it fails when the group does not exist yet. It deletes nothing by itself and knows no diff.
author: pgfleet contributors (@pgfleet)
options:
  log_group_name:
    description: Name of the log group.
    type: str
    required: true
  namespace:
    description:
      - CloudWatch namespace of the metrics of all these filters. It does not begin with C(AWS/).
      - Filters of the group that feed it and are not in O(filters) are deleted.
    type: str
    required: true
  filters:
    description: The filters that the group should have, by name, at most 100.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the filter, 1 to 512 characters, none of V(:) and V(*).
        type: str
        required: true
      pattern:
        description: What events have to match, in the syntax of CloudWatch Logs; at most 1024 characters.
        type: str
        required: true
      metric_name:
        description: Name of the metric.
        type: str
        required: true
      metric_value:
        description: What a matching event adds; a number, or a field of the event such as V($duration).
        type: str
        default: "1"
      default_value:
        description: What is reported while events come in and none of them matches. Without it nothing is.
        type: float
      unit:
        description: Unit of the metric, such as V(Count).
        type: str
        default: "None"
      dimensions:
        description: Names of dimensions and the fields that give their values, at most three. Each combination of
          values is a metric to pay for. They exclude O(filters[].default_value).
        type: dict
        default: {}
seealso:
  - name: Filter pattern syntax
    description: The guide of AWS.
    link: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
  - module: amazon.aws.cloudwatchlogs_log_group_metric_filter
  - module: pgfleet.aws.cloudwatch_alarms
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - pgfleet.aws.planned.attributes
"""

EXAMPLES = r"""
- name: Deadlocks and errors of the retail database as metrics
  pgfleet.aws.cloudwatch_metric_filters:
    log_group_name: /aws/rds/instance/db-retail-prod/postgresql
    namespace: pgfleet/retail
    filters:
      - name: deadlocks-retail-prod
        pattern: '"]:ERROR:  deadlock detected"'
        metric_name: deadlocks-prod
        default_value: 0
      - name: errors-retail-prod
        pattern: '"]:ERROR:"'
        metric_name: errors-prod
        default_value: 0

- name: Remove them all
  pgfleet.aws.cloudwatch_metric_filters:
    log_group_name: /aws/rds/instance/db-retail-prod/postgresql
    namespace: pgfleet/retail
    filters: []
"""

RETURN = r"""
names:
  description: Names of the wanted filters.
  type: list
  elements: str
  returned: success
plan:
  description: What is changed, or would be in check mode, filter by filter.
  type: list
  elements: dict
  returned: success
"""

from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.metric_filters import apply_metric_filters
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.metric_filters import (
    METRIC_FILTERS,
    find_metric_filters,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Problem
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Module, Spec, converge, refuse_problems, run

TEXT: dict[str, Any] = {"type": "str", "required": True}
ARGUMENTS: dict[str, Any] = {
    "log_group_name": TEXT,
    "namespace": TEXT,
    "filters": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "name": TEXT,
            "pattern": TEXT,
            "metric_name": TEXT,
            "metric_value": {"type": "str", "default": "1"},
            "default_value": {"type": "float"},
            "unit": {"type": "str", "default": "None"},
            "dimensions": {"type": "dict", "default": {}},
        },
    },
}
SPEC = Spec(ARGUMENTS)


def ensure(module: Module, clients: Clients) -> dict[str, Any]:
    p = module.params
    kind = METRIC_FILTERS.kind
    desired = Desired(kind.name, p["log_group_name"], {"namespace": p["namespace"], "filters": p["filters"]})
    refuse_problems(kind.check(desired))
    observed = next(iter(find_metric_filters(clients("logs"), desired.name)), None)
    if observed is None and p["filters"] and not module.check_mode:
        message = "there is no such log group. Make it first, with pgfleet.aws.cloudwatch_log_group."
        refuse_problems([Problem("log_group_name", desired.name, message)])
    plan = METRIC_FILTERS.plan(kind, desired, observed, frozenset())
    result = converge(module, [plan], lambda planned: apply_metric_filters(clients("logs"), desired, planned))
    return {"names": [given["name"] for given in p["filters"]], **result}


def main() -> None:
    run(SPEC, ensure)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cloudwatch_dashboard
version_added: 0.1.0
short_description: A CloudWatch dashboard
description:
  - Creates, changes and deletes a dashboard.
  - Its body is compared by what it means, not by how it is written. The order of keys, V(1) and V(1.0), a default that
    one side writes out, and V(.) and V(...) for the metric before make no difference; the order of widgets does.
  - Everything that CloudWatch would refuse in the body is named before anything is written, each with its place, such
    as C(body.widgets[3].width).
  - What CloudWatch has to say of a body that it takes (a widget may not be shown) becomes a warning of the module.
  - Neither amazon.aws nor community.aws has a module for dashboards.
author: pgfleet contributors (@pgfleet)
options:
  name:
    description: Name of the dashboard; 1 to 255 letters, digits, V(-) and V(_). Dashboards are the account's, and the
      same in all regions.
    type: str
    required: true
  state:
    description: Whether the dashboard should exist.
    type: str
    choices: [present, absent]
    default: present
  body:
    description:
      - The dashboard, in the structure that AWS documents; required when it should exist.
      - It replaces the whole body of an existing dashboard.
    type: dict
notes:
  - A dashboard with the ownership tags of another deployment is refused when O(tags) holds ownership tags; one without
    any is adopted.
seealso:
  - name: Dashboard body structure and syntax
    description: The API reference of AWS.
    link: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
  - module: pgfleet.aws.cloudwatch_alarms
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
  - pgfleet.aws.planned.attributes
"""

EXAMPLES = r"""
- name: How the retail database does
  pgfleet.aws.cloudwatch_dashboard:
    name: dashboard-retail-prod
    body:
      start: -PT6H
      widgets:
        - type: text
          x: 0
          y: 0
          width: 24
          height: 2
          properties:
            markdown: "# Retail, production. Made by Ansible: changes made here are lost."
        - type: metric
          x: 0
          y: 2
          width: 12
          height: 6
          properties:
            title: CPU and connections
            region: us-west-2
            period: 300
            stat: Average
            metrics:
              - [AWS/RDS, CPUUtilization, DBInstanceIdentifier, db-retail-prod]
              - [., DatabaseConnections, ., ., {yAxis: right}]
        - type: alarm
          x: 12
          y: 2
          width: 12
          height: 6
          properties:
            title: Alarms
            alarms: ["arn:aws:cloudwatch:us-west-2:123456789012:alarm:alarm-cpu-retail-prod"]
    tags:
      Project: RetailInventory

- name: Remove it
  pgfleet.aws.cloudwatch_dashboard:
    name: dashboard-retail-prod
    state: absent
"""

RETURN = r"""
name:
  description: Name of the dashboard.
  type: str
  returned: success
arn:
  description: ARN of the dashboard. V((known after apply\)) in check mode when it would be created.
  type: str
  returned: when the dashboard should exist
plan:
  description: What is changed, or would be in check mode; of an existing dashboard widget by widget.
  type: list
  elements: dict
  returned: success
"""

from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.dashboard import apply_dashboard
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.dashboards import DASHBOARD
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Plan
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Module, Spec, run
from ansible_collections.pgfleet.aws.plugins.module_utils._single import (
    SINGLE_ARGUMENTS,
    carry_out,
    desired_of,
    plan_single,
    scope_of,
)

ARGUMENTS: dict[str, Any] = {**SINGLE_ARGUMENTS, "body": {"type": "dict"}}
SPEC = Spec(ARGUMENTS, {"required_if": [("state", "present", ("body",))]})


def ensure(module: Module, clients: Clients) -> dict[str, Any]:
    wanted = desired_of(DASHBOARD, module.params)
    single = plan_single(scope_of(module, clients, wanted.tags), DASHBOARD, wanted, module.params)

    def apply(plan: Plan) -> str | None:
        return apply_dashboard(clients("cloudwatch"), single.desired, single.observed, plan, module.warn)

    return carry_out(module, single, "arn", apply)


def main() -> None:
    run(SPEC, ensure)


if __name__ == "__main__":
    main()

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: dashboard_body
version_added: 0.1.0
short_description: The body of a database's dashboard
description:
  - Makes of a list of what to show the body of a CloudWatch dashboard, with a graph for each metric of the database
    and its members, and places the widgets.
author: pgfleet contributors (@pgfleet)
positional: entries, watched, place
options:
  _input:
    description: What to show; a C(title) and one of C(status), C(alarm), C(metrics), C(log_metrics) and C(errors) each.
    type: list
    elements: dict
    required: true
  entries:
    description: The alarms, as P(pgfleet.aws.alarm_entries#filter) returns them.
    type: list
    elements: dict
    required: true
  watched:
    description: The database, as for P(pgfleet.aws.alarm_entries#filter).
    type: dict
    required: true
  place:
    description: C(region), C(alarm_arn) (what comes before the name in the ARN of an alarm), C(heading), C(log_groups).
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: A dashboard with one graph
  ansible.builtin.debug:
    msg: "{{ [{'title': 'CPU', 'metrics': ['CPUUtilization']}] | pgfleet.aws.dashboard_body([], watched, place) }}"
  vars:
    watched: {system: shop, suffix: prod, dimensions: {DBInstanceIdentifier: db-shop-prod}}
    place:
      region: us-west-2
      alarm_arn: "arn:aws:cloudwatch:us-west-2:123456789012:alarm:"
      heading: "# Shop"
      log_groups: []
"""

RETURN = r"""
_value:
  description: The body, as M(pgfleet.aws.cloudwatch_dashboard) takes it.
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._dashboard import body


class FilterModule:
    """The filter pgfleet.aws.dashboard_body."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"dashboard_body": body}

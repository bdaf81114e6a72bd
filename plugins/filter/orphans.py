# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: orphans
version_added: 0.1.0
short_description: Names of the resources of a kind that the plan deletes
description:
  - They carry the ownership tags of the deployment and are no longer wanted.
author: pgfleet contributors (@pgfleet)
positional: kind
options:
  _input:
    description: Result of M(pgfleet.aws.stack_plan).
    type: dict
    required: true
  kind:
    description: Kind of the resources.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Alarms that are no longer wanted
  ansible.builtin.debug:
    msg: "{{ stack | pgfleet.aws.orphans('metric_alarm') }}"
"""

RETURN = r"""
_value:
  description: The names.
  type: list
  elements: str
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._roles import orphans


class FilterModule:
    """The filter pgfleet.aws.orphans."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"orphans": orphans}

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: touches
version_added: 0.1.0
short_description: Whether a plan does something with a kind of resource
description:
  - True when the plan creates, updates or deletes a resource of the kind.
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
- name: Only when an alarm differs
  ansible.builtin.debug:
    msg: Alarms differ
  when: "stack | pgfleet.aws.touches('metric_alarm')"
"""

RETURN = r"""
_value:
  description: The answer.
  type: bool
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._roles import touches


class FilterModule:
    """The filter pgfleet.aws.touches."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"touches": touches}

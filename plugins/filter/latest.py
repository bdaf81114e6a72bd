# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: latest
version_added: 0.1.0
short_description: The plans of a fleet, with what a run has made of them
description:
  - Hosts that had nothing to do stay as they were planned; of the others it takes C(stack) and C(outputs_outputs) from
    their variables.
author: pgfleet contributors (@pgfleet)
positional: hostvars
options:
  _input:
    description: C(hosts) of M(pgfleet.aws.stack_fleet), its values.
    type: list
    elements: dict
    required: true
  hostvars:
    description: The variables of all hosts.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: For a person
  ansible.builtin.debug:
    msg: "{{ fleet.hosts.values() | pgfleet.aws.latest(hostvars) | pgfleet.aws.summary_screen }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: The hosts.
  type: list
  elements: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._roles import latest


class FilterModule:
    """The filter pgfleet.aws.latest."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"latest": latest}

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: awaited
version_added: 0.1.0
short_description: What hosts wait for
description:
  - Databases that were not there when the hosts were planned, or that AWS was still making.
author: pgfleet contributors (@pgfleet)
positional: names
options:
  _input:
    description: RV(pgfleet.aws.stack_fleet#module:hosts).
    type: dict
    required: true
  names:
    description: The hosts asked for.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Wait
  pgfleet.aws.stack_ready:
    awaited: "{{ fleet.hosts | pgfleet.aws.awaited(ansible_play_hosts) }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: By host and kind, the names of what it waits for. Hosts that wait for nothing are not in it.
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._awaited import awaited


class FilterModule:
    """The filter pgfleet.aws.awaited."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"awaited": awaited}

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: plan_screen
version_added: 0.1.0
short_description: The plan of a fleet as a person reads it
positional: writing
description:
  - Formats what would change on all hosts, and what reading it took, at 80 columns.
author: pgfleet contributors (@pgfleet)
options:
  _input:
    description: The result of M(pgfleet.aws.stack_fleet).
    type: dict
    required: true
  writing:
    description: Whether a run with this plan follows.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: For a person
  pgfleet.aws.stack_screen:
    text: "{{ fleet | pgfleet.aws.plan_screen }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: The text.
  type: str
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._screen_plan import plan_screen


class FilterModule:
    """The filter pgfleet.aws.plan_screen."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"plan_screen": plan_screen}

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: options
version_added: 0.1.0
short_description: Resources as options of the modules for whole sets
description:
  - Puts the name of each resource beside its properties.
author: pgfleet contributors (@pgfleet)
options:
  _input:
    description: Resources as P(pgfleet.aws.todo#filter) returns them.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Alarms as options
  ansible.builtin.debug:
    msg: "{{ {'alarm-a': {'properties': {'threshold': 1}}} | pgfleet.aws.options }}"
"""

RETURN = r"""
_value:
  description: The options, one mapping per resource.
  type: list
  elements: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._roles import options


class FilterModule:
    """The filter pgfleet.aws.options."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"options": options}

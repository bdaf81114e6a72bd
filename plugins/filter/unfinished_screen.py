# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: unfinished_screen
version_added: 0.1.0
short_description: Which hosts of a run are not finished, and why
description:
  - Formats the failures of hosts, and how to go on.
author: pgfleet contributors (@pgfleet)
options:
  _input:
    description:
      - Variables of the hosts, with C(inventory_hostname), C(env_suffix), C(region) and C(unfinished), which
        P(pgfleet.aws.why#filter) makes.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: For a person
  ansible.builtin.debug:
    msg: "{{ failed | pgfleet.aws.unfinished_screen }}"
  vars:
    failed: "{{ ansible_play_hosts | map('extract', hostvars) | selectattr('unfinished', 'defined') }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: The text.
  type: str
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._screen_unfinished import unfinished_screen


class FilterModule:
    """The filter pgfleet.aws.unfinished_screen."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"unfinished_screen": unfinished_screen}

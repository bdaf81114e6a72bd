# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: destroy_screen
version_added: 0.1.0
short_description: What a teardown took away and what it left as a person reads it
description:
  - Formats the results of M(pgfleet.aws.stack_teardown) of all hosts, a block for each deployment, to fit 80 columns.
author: pgfleet contributors (@pgfleet)
positional: check
options:
  _input:
    description:
      - Variables of the hosts, with C(inventory_hostname), C(system), C(env_suffix) and C(teardown), the result of
        M(pgfleet.aws.stack_teardown). Hosts without C(teardown) are left out.
    type: list
    elements: dict
    required: true
  check:
    description: Whether these are the results of check mode; what would be removed is then listed.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: For a person
  ansible.builtin.debug:
    msg: "{{ ansible_play_hosts_all | map('extract', hostvars) | pgfleet.aws.destroy_screen(ansible_check_mode) }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: The text.
  type: str
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._screen_destroy import destroy_screen


class FilterModule:
    """The filter pgfleet.aws.destroy_screen."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"destroy_screen": destroy_screen}

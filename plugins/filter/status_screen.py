# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: status_screen
version_added: 0.1.0
short_description: How the databases of a fleet are, as a person reads it
description:
  - One line for each database, then what somebody should look at and what waits, at 80 columns.
author: pgfleet contributors (@pgfleet)
options:
  _input:
    description:
      - Variables of the hosts, with C(inventory_hostname) and C(database_status), the result of
        M(pgfleet.aws.database_status).
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: For a person
  ansible.builtin.debug:
    msg: "{{ ansible_play_hosts | map('extract', hostvars) | pgfleet.aws.status_screen }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: The text.
  type: str
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._screen_status import status_screen


class FilterModule:
    """The filter pgfleet.aws.status_screen."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"status_screen": status_screen}

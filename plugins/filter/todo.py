# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: todo
version_added: 0.1.0
short_description: The desired resources of a kind that a run has to act on
description:
  - Picks from a document the resources of one kind that the plan creates or updates, with references resolved and with
    C(known), the attributes of those that exist already.
author: pgfleet contributors (@pgfleet)
positional: stack, kind, full, new
options:
  _input:
    description: A document of desired resources.
    type: list
    elements: dict
    required: true
  stack:
    description: Result of M(pgfleet.aws.stack_plan).
    type: dict
    required: true
  kind:
    description: Kind of the resources.
    type: str
    required: true
  full:
    description: Take all, whatever the plan says.
    type: bool
    default: false
  new:
    description: Of these, take those that were not there when it was planned.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Names of the subnets to make
  ansible.builtin.debug:
    msg: "{{ network_resources | pgfleet.aws.todo(stack, 'subnet') | list }}"
"""

RETURN = r"""
_value:
  description: The resources by name, in the order of the document.
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._roles import todo


class FilterModule:
    """The filter pgfleet.aws.todo."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"todo": todo}

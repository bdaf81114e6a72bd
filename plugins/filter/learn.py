# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: learn
version_added: 0.1.0
short_description: Add what a task has made to what is known of a deployment
description:
  - Takes the registered result of a looped task and adds attributes of each made resource to C(known).
  - Keyword arguments name the attributes and give their paths in each result, such as C(id='vpc.id').
author: pgfleet contributors (@pgfleet)
positional: results, kind
options:
  _input:
    description: Result of M(pgfleet.aws.stack_plan).
    type: dict
    required: true
  results:
    description: The registered result of the looped task; each item is a name.
    type: dict
    required: true
  kind:
    description: Kind of the resources that the task makes.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Remember the ids of the VPCs just made
  ansible.builtin.set_fact:
    stack: "{{ stack | pgfleet.aws.learn(made_vpcs, 'vpc', id='vpc.id') }}"
"""

RETURN = r"""
_value:
  description: The stack with more known.
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._roles import learn


class FilterModule:
    """The filter pgfleet.aws.learn."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"learn": learn}

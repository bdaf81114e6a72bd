# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: parts
version_added: 0.1.0
short_description: The parts of resources that one task each makes or removes
description:
  - Lists the wanted parts of each resource, such as inline policies of roles or life cycle rules of buckets, and those
    that exist and are not wanted.
author: pgfleet contributors (@pgfleet)
positional: wanted, present
options:
  _input:
    description: Resources as P(pgfleet.aws.todo#filter) returns them.
    type: dict
    required: true
  wanted:
    description: The property that holds the parts, a mapping by name or a list of mappings with C(id).
    type: str
    required: true
  present:
    description: The attribute that names the existing ones.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Inline policies to write and to remove
  ansible.builtin.debug:
    msg: "{{ roles | pgfleet.aws.parts('inline_policies', 'inline_policy_names') }}"
  vars:
    roles: {role-a: {properties: {inline_policies: {}}, known: {inline_policy_names: [old]}}}
"""

RETURN = r"""
_value:
  description:
    - Each part's C(name), the resource it is a part C(of), and its C(value), empty where it is not wanted.
    - "By C(of: name)."
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._roles import parts


class FilterModule:
    """The filter pgfleet.aws.parts."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"parts": parts}

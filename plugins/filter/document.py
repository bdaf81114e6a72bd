# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: document
version_added: 0.1.0
short_description: Complete the entries of a role's document of desired resources
description:
  - Adds to each entry the role it comes from, the common tags and the C(Name) tag.
  - An entry with C(tags={}) gets no tags, nor does an C(external) one.
author: pgfleet contributors (@pgfleet)
positional: role, tags
options:
  _input:
    description: The entries, each with C(kind), C(name), C(properties).
    type: list
    elements: dict
    required: true
  role:
    description: The role that wants these resources.
    type: str
    required: true
  tags:
    description: Tags of every resource.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Desired resources
  ansible.builtin.set_fact:
    shop_resources: "{{ [{'kind': 'vpc', 'name': 'vpc-shop'}] | pgfleet.aws.document('shop', {'Project': 'Shop'}) }}"
"""

RETURN = r"""
_value:
  description: The completed entries.
  type: list
  elements: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._roles import document


class FilterModule:
    """The filter pgfleet.aws.document."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"document": document}

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: missing_network
version_added: 0.1.0
short_description: What to do about a network that a database needs and that is not there
description:
  - Returns a message, or nothing when every network exists or is made in this run.
author: pgfleet contributors (@pgfleet)
positional: stack, region, makers, hosts
options:
  _input:
    description: The document of desired resources of a database.
    type: list
    elements: dict
    required: true
  stack:
    description: Result of M(pgfleet.aws.stack_plan).
    type: dict
    required: true
  region:
    description: The region, for the message.
    type: str
    required: true
  makers:
    description: Inventory hosts that make networks of this system.
    type: list
    elements: str
    required: true
  hosts:
    description: Hosts of this run.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Stop when the network is not there
  ansible.builtin.assert:
    that: missing | length == 0
    fail_msg: "{{ missing }}"
  vars:
    missing: "{{ resources | pgfleet.aws.missing_network(stack, 'us-west-2', ['shop_network'], ansible_play_hosts) }}"
"""

RETURN = r"""
_value:
  description: The message, or nothing.
  type: str
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._roles import missing_network


class FilterModule:
    """The filter pgfleet.aws.missing_network."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"missing_network": missing_network}

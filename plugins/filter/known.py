# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: known
version_added: 0.1.0
short_description: A value with its references resolved
description:
  - Replaces references (P(pgfleet.aws.reference#filter)) by what is known of a deployment, the rest by
    V((known after apply)).
author: pgfleet contributors (@pgfleet)
positional: stack
options:
  _input:
    description: The value, references at any depth.
    type: raw
    required: true
  stack:
    description: Result of M(pgfleet.aws.stack_plan).
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: The key that exists
  ansible.builtin.debug:
    msg: "{{ {'ref': 'kms_key/alias/key-shop-prod', 'get': 'arn'} | pgfleet.aws.known(stack) }}"
"""

RETURN = r"""
_value:
  description: The value.
  type: raw
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._roles import known


class FilterModule:
    """The filter pgfleet.aws.known."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"known": known}

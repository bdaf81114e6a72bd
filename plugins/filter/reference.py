# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: reference
version_added: 0.1.0
short_description: Refer to an attribute that a desired resource has once it exists
description:
  - Returns C({ref, get}) for the first resource of a kind, or nothing when the document has none.
author: pgfleet contributors (@pgfleet)
positional: kind, attribute, name
options:
  _input:
    description: A document of desired resources.
    type: list
    elements: dict
    required: true
  kind:
    description: Kind of the resource.
    type: str
    required: true
  attribute:
    description: The attribute, such as C(arn).
    type: str
    required: true
  name:
    description: Name of the resource; the first of the kind when left out.
    type: str
"""

EXAMPLES = r"""
- name: The key that the instance will use
  ansible.builtin.debug:
    msg: "{{ [{'kind': 'kms_key', 'name': 'alias/key-shop-prod'}] | pgfleet.aws.reference('kms_key', 'arn') }}"
"""

RETURN = r"""
_value:
  description: The reference.
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._roles import reference


class FilterModule:
    """The filter pgfleet.aws.reference."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"reference": reference}

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: outputs
version_added: 0.1.0
short_description: What the resources of a deployment publish
description:
  - Collects the C(outputs) of a document's resources as references. An output in the plural is a list.
author: pgfleet contributors (@pgfleet)
options:
  _input:
    description: A document of desired resources.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: What the VPC publishes
  ansible.builtin.debug:
    msg: "{{ [{'kind': 'vpc', 'name': 'vpc-shop-prod', 'outputs': {'vpc_id': 'id'}}] | pgfleet.aws.outputs }}"
"""

RETURN = r"""
_value:
  description: References by output name.
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._roles import outputs


class FilterModule:
    """The filter pgfleet.aws.outputs."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"outputs": outputs}

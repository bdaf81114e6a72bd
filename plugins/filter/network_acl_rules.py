# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
name: network_acl_rules
version_added: 0.1.0
short_description: Rules of a network ACL, given or the least that subnets of databases need
description:
  - Returns C({ingress, egress}), each a list of rules with C(rule_number), C(protocol), C(action), C(cidr_block),
    C(from_port) and C(to_port).
  - A direction that the ACL gives is taken as it is. The other rules let clients reach the databases and get their
    answers, and let what is in the subnets ask for services of AWS.
author: pgfleet contributors (@pgfleet)
positional: vpc_block, port, client_blocks, endpoints, internet
options:
  _input:
    description: The ACL as the inventory gives it; C(ingress) and C(egress) may be left out.
    type: dict
    required: true
  vpc_block:
    description: Block of the VPC.
    type: str
    required: true
  port:
    description: Port of the databases.
    type: int
    required: true
  client_blocks:
    description: Blocks that may reach the databases.
    type: list
    elements: str
    required: true
  endpoints:
    description: Whether interface endpoints stand in these subnets.
    type: bool
    default: false
  internet:
    description: Whether what is in them may reach services outside the VPC.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Rules of isolated subnets
  ansible.builtin.debug:
    msg: "{{ {'tier': 'isolated'} | pgfleet.aws.network_acl_rules('10.80.0.0/16', 5432, ['10.80.0.0/16'], true) }}"
"""

RETURN = r"""
_value:
  description: The rules.
  type: dict
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.network_acl import database_rules, rules


def network_acl_rules(
    acl: Mapping[str, Any],
    vpc_block: str,
    port: int,
    client_blocks: Sequence[str],
    endpoints: bool = False,
    internet: bool = False,
) -> dict[str, Any]:
    default = database_rules(vpc_block, int(port), client_blocks, endpoints, internet)
    return {way: rules(acl[way]) if acl.get(way) is not None else default[way] for way in default}


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"network_acl_rules": network_acl_rules}

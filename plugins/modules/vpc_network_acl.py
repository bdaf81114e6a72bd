#!/usr/bin/python
# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vpc_network_acl
version_added: 0.1.0
short_description: A network ACL of a VPC, its rules and its subnets
description:
  - Creates, changes and deletes a network ACL with its rules and the subnets that it guards.
  - Rules come before subnets, changed rules are replaced in place and new ones are there before old ones go, so that
    what is allowed before and after is never refused in between.
  - M(amazon.aws.ec2_vpc_nacl) gives subnets a new ACL before it has rules, deletes changed rules before it makes them
    anew, and takes the first ACL of the name in the region, in whatever VPC, for the one that is meant.
author: pgfleet contributors (@pgfleet)
options:
  name:
    description: Tag C(Name) of the network ACL.
    type: str
    required: true
  state:
    description: Whether the network ACL should exist. Subnets of one that goes get the VPC's default one.
    type: str
    choices: [present, absent]
    default: present
  vpc_id:
    description: The VPC. Required with O(state=present).
    type: str
  subnet_ids:
    description:
      - Subnets that the ACL guards; all others that it does get the VPC's default one.
      - Left out, they are not looked at.
    type: list
    elements: str
  ingress:
    description: Rules for what comes in. Left out, they are not looked at.
    type: list
    elements: dict
    suboptions:
      rule_number:
        description: The lowest number that fits a packet decides; 1 to 32766.
        type: int
        required: true
      protocol:
        description: Protocol.
        type: str
        choices: [all, icmp, tcp, udp]
        default: tcp
      action:
        description: What becomes of the packet.
        type: str
        choices: [allow, deny]
        default: allow
      cidr_block:
        description: IPv4 or IPv6 block of the other side, as AWS writes it.
        type: str
        required: true
      from_port:
        description: First port, with V(tcp) and V(udp).
        type: int
      to_port:
        description: Last port.
        type: int
  egress:
    description: Rules for what goes out. Left out, they are not looked at.
    type: list
    elements: dict
    suboptions:
      rule_number:
        description: The lowest number that fits a packet decides; 1 to 32766.
        type: int
        required: true
      protocol:
        description: Protocol.
        type: str
        choices: [all, icmp, tcp, udp]
        default: tcp
      action:
        description: What becomes of the packet.
        type: str
        choices: [allow, deny]
        default: allow
      cidr_block:
        description: IPv4 or IPv6 block of the other side, as AWS writes it.
        type: str
        required: true
      from_port:
        description: First port, with V(tcp) and V(udp).
        type: int
      to_port:
        description: Last port.
        type: int
notes:
  - A network ACL keeps no state. Answers to a connection need a rule of their own, to ports 1024 to 65535.
  - A network ACL of the name that another deployment owns is another one when O(tags) holds ownership tags.
  - A network ACL that bears these ownership tags and has lost its tag C(Name) is the one that is meant if one of
    O(subnet_ids) uses it, and gets its name back. If no subnet uses it the module fails rather than make a second one.
seealso:
  - name: Network ACLs
    description: The guide of AWS.
    link: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
  - module: amazon.aws.ec2_vpc_nacl
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
  - pgfleet.aws.planned.attributes
"""

EXAMPLES = r"""
- name: Databases answer their clients, and nobody else
  pgfleet.aws.vpc_network_acl:
    name: acl-isolated-experimentation-prod
    vpc_id: vpc-0a1b2c3d4e5f67890
    subnet_ids:
      - subnet-0a1b2c3d4e5f67890
    ingress:
      - {rule_number: 100, cidr_block: 10.80.0.0/16, from_port: 5432, to_port: 5432}
    egress:
      - {rule_number: 100, cidr_block: 10.80.0.0/16, from_port: 1024, to_port: 65535}

- name: Remove a network ACL
  pgfleet.aws.vpc_network_acl:
    name: acl-isolated-experimentation-prod
    state: absent
"""

RETURN = r"""
name:
  description: Tag C(Name) of the network ACL.
  type: str
  returned: success
id:
  description: Id of the network ACL. V((known after apply\)) in check mode when it would be created.
  type: str
  returned: when the network ACL should exist
plan:
  description: What is changed, or would be in check mode, property by property.
  type: list
  elements: dict
  returned: success
"""

from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.network_acl import apply_network_acl
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.network_acl import NETWORK_ACL
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Plan
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Module, Spec, run
from ansible_collections.pgfleet.aws.plugins.module_utils._single import (
    SINGLE_ARGUMENTS,
    carry_out,
    desired_of,
    named_options,
    plan_single,
    scope_of,
)

RULES: dict[str, Any] = {
    "type": "list",
    "elements": "dict",
    "options": {
        "rule_number": {"type": "int", "required": True},
        "protocol": {"type": "str", "choices": ["all", "icmp", "tcp", "udp"], "default": "tcp"},
        "action": {"type": "str", "choices": ["allow", "deny"], "default": "allow"},
        "cidr_block": {"type": "str", "required": True},
        "from_port": {"type": "int"},
        "to_port": {"type": "int"},
    },
}
ARGUMENTS: dict[str, Any] = {
    **SINGLE_ARGUMENTS,
    "vpc_id": {"type": "str"},
    "subnet_ids": {"type": "list", "elements": "str"},
    "ingress": RULES,
    "egress": RULES,
}
SPEC = Spec(ARGUMENTS, {"required_if": [("state", "present", ("vpc_id",))]})


def ensure(module: Module, clients: Clients) -> dict[str, Any]:
    options = named_options(module)
    wanted = desired_of(NETWORK_ACL, options)
    single = plan_single(scope_of(module, clients, wanted.tags), NETWORK_ACL, wanted, options)

    def apply(plan: Plan) -> str | None:
        return apply_network_acl(clients("ec2"), single.desired, single.observed, plan)

    return carry_out(module, single, "id", apply)


def main() -> None:
    run(SPEC, ensure)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vpc_route_table
version_added: 0.1.0
short_description: A route table of a VPC, its routes and its subnets
description:
  - Creates, changes and deletes a route table with its routes and the subnets that use it.
  - Routes that were made and are not in O(routes) are deleted, whatever their destination is. Routes that AWS makes
    (the VPC's own block, gateway endpoints, propagated ones) are left alone.
  - A route whose target differs is replaced and a subnet that has another table is moved, each in one call, so that
    traffic goes on.
  - M(amazon.aws.ec2_vpc_route_table) cannot delete routes to IPv6 blocks and prefix lists, takes a subnet from its
    table before it gives it another, reads the tags of every table in the VPC one by one, and pauses for five seconds
    after each change.
author: pgfleet contributors (@pgfleet)
options:
  name:
    description: Tag C(Name) of the route table.
    type: str
    required: true
  state:
    description: Whether the route table should exist.
    type: str
    choices: [present, absent]
    default: present
  vpc_id:
    description: The VPC. Required with O(state=present).
    type: str
  subnet_ids:
    description:
      - Subnets that use the table; all others that do go back to the VPC's main one.
      - Left out, they are not looked at.
    type: list
    elements: str
  routes:
    description: Routes of the table. Left out, they are not looked at.
    type: list
    elements: dict
    suboptions:
      destination:
        description: IPv4 or IPv6 block as AWS writes it, or id of a prefix list.
        type: str
        required: true
      target:
        description:
          - Id of what the route leads to - an internet gateway (C(igw-)), NAT gateway (C(nat-)), transit gateway
            (C(tgw-)), peering connection (C(pcx-)), network interface (C(eni-)), VPN gateway (C(vgw-)), egress-only
            gateway (C(eigw-)), endpoint of a gateway load balancer (C(vpce-)), local gateway (C(lgw-)) or carrier
            gateway (C(cagw-)).
        type: str
        required: true
notes:
  - A route table of the name that another deployment owns is another one when O(tags) holds ownership tags.
  - A route table that bears these ownership tags and has lost its tag C(Name) is the one that is meant if one of
    O(subnet_ids) uses it, and gets its name back. If no subnet uses it the module fails rather than make a second one.
seealso:
  - name: Route tables
    description: The guide of AWS.
    link: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
  - module: amazon.aws.ec2_vpc_route_table
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
  - pgfleet.aws.planned.attributes
"""

EXAMPLES = r"""
- name: Private subnets reach the internet through a NAT gateway
  pgfleet.aws.vpc_route_table:
    name: route-table-private-a-finance-prod
    vpc_id: vpc-0a1b2c3d4e5f67890
    subnet_ids:
      - subnet-0a1b2c3d4e5f67890
    routes:
      - destination: 0.0.0.0/0
        target: nat-0a1b2c3d4e5f67890

- name: Isolated subnets lead nowhere
  pgfleet.aws.vpc_route_table:
    name: route-table-isolated-a-finance-prod
    vpc_id: vpc-0a1b2c3d4e5f67890
    subnet_ids:
      - subnet-09876f5e4d3c2b1a0
    routes: []

- name: Remove a route table
  pgfleet.aws.vpc_route_table:
    name: route-table-isolated-a-finance-prod
    state: absent
"""

RETURN = r"""
name:
  description: Tag C(Name) of the route table.
  type: str
  returned: success
id:
  description: Id of the route table. V((known after apply\)) in check mode when it would be created.
  type: str
  returned: when the route table should exist
plan:
  description: What is changed, or would be in check mode, property by property.
  type: list
  elements: dict
  returned: success
"""

from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.route_table import apply_route_table
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.ec2 import ROUTE_TABLE
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

ARGUMENTS: dict[str, Any] = {
    **SINGLE_ARGUMENTS,
    "vpc_id": {"type": "str"},
    "subnet_ids": {"type": "list", "elements": "str"},
    "routes": {
        "type": "list",
        "elements": "dict",
        "options": {"destination": {"type": "str", "required": True}, "target": {"type": "str", "required": True}},
    },
}
SPEC = Spec(ARGUMENTS, {"required_if": [("state", "present", ("vpc_id",))]})


def ensure(module: Module, clients: Clients) -> dict[str, Any]:
    options = named_options(module)
    wanted = desired_of(ROUTE_TABLE, options)
    single = plan_single(scope_of(module, clients, wanted.tags), ROUTE_TABLE, wanted, options)

    def apply(plan: Plan) -> str | None:
        return apply_route_table(clients("ec2"), single.desired, single.observed, plan)

    return carry_out(module, single, "id", apply)


def main() -> None:
    run(SPEC, ensure)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vpc_interface_endpoint
version_added: 0.1.0
short_description: The interface endpoint of a VPC for a service of AWS
description:
  - Creates, changes and deletes the interface endpoint through which a VPC reaches a service of AWS without the
    internet. Subnets, security groups and private DNS of an existing one are changed in place.
  - An endpoint without ownership tags that the VPC already has for the service is adopted, whatever its name.
  - Does not wait until the endpoint can be used; M(pgfleet.aws.vpc_ready) does, for several at once.
  - M(amazon.aws.ec2_vpc_endpoint) ignores other subnets and security groups for an existing endpoint and reports
    no change, cannot switch private DNS, and takes an endpoint that is being deleted for one that exists.
author: pgfleet contributors (@pgfleet)
options:
  name:
    description: Tag C(Name) of the endpoint.
    type: str
    required: true
  state:
    description: Whether the endpoint should exist.
    type: str
    choices: [present, absent]
    default: present
  vpc_id:
    description: The VPC. Private DNS needs DNS support and DNS hostnames there.
    type: str
    required: true
  service:
    description: The service, such as V(secretsmanager), V(ssm), V(kms), V(logs) or V(ecr.api).
    type: str
    required: true
  subnet_ids:
    description:
      - Subnets that the endpoint has a network interface in, one for each zone at most.
      - Left out, they are not looked at.
    type: list
    elements: str
  security_group_ids:
    description:
      - Security groups of those interfaces.
      - Left out, they are not looked at; AWS gives a new endpoint the VPC's default group.
    type: list
    elements: str
  private_dns_enabled:
    description:
      - Whether the service's own name leads to the endpoint inside the VPC.
      - Left out, it is not looked at; AWS's default is V(true).
    type: bool
notes:
  - An endpoint that another deployment owns is refused when O(tags) holds ownership tags.
seealso:
  - name: Interface endpoints
    description: The guide of AWS.
    link: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
  - module: amazon.aws.ec2_vpc_endpoint
  - module: pgfleet.aws.vpc_ready
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
  - pgfleet.aws.planned.attributes
"""

EXAMPLES = r"""
- name: A function in isolated subnets reads its secret
  pgfleet.aws.vpc_interface_endpoint:
    name: endpoint-secretsmanager-experimentation-prod
    vpc_id: vpc-0a1b2c3d4e5f67890
    service: secretsmanager
    subnet_ids:
      - subnet-0a1b2c3d4e5f67890
      - subnet-09876f5e4d3c2b1a0
    security_group_ids:
      - sg-0a1b2c3d4e5f67890
    private_dns_enabled: true

- name: Remove the endpoint
  pgfleet.aws.vpc_interface_endpoint:
    name: endpoint-secretsmanager-experimentation-prod
    vpc_id: vpc-0a1b2c3d4e5f67890
    service: secretsmanager
    state: absent
"""

RETURN = r"""
name:
  description: Tag C(Name) of the endpoint.
  type: str
  returned: success
id:
  description: Id of the endpoint. V((known after apply\)) in check mode when it would be created.
  type: str
  returned: when the endpoint should exist
plan:
  description: What is changed, or would be in check mode, property by property.
  type: list
  elements: dict
  returned: success
"""

from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.interface_endpoint import apply_interface_endpoint
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.interface_endpoint import INTERFACE_ENDPOINT
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
    "vpc_id": {"type": "str", "required": True},
    "service": {"type": "str", "required": True},
    "subnet_ids": {"type": "list", "elements": "str"},
    "security_group_ids": {"type": "list", "elements": "str"},
    "private_dns_enabled": {"type": "bool"},
}
SPEC = Spec(ARGUMENTS)


def ensure(module: Module, clients: Clients) -> dict[str, Any]:
    options = named_options(module)
    wanted = desired_of(INTERFACE_ENDPOINT, options)
    single = plan_single(scope_of(module, clients, wanted.tags), INTERFACE_ENDPOINT, wanted, options)

    def apply(plan: Plan) -> str | None:
        return apply_interface_endpoint(clients("ec2"), module.region, single.desired, single.observed, plan)

    return carry_out(module, single, "id", apply)


def main() -> None:
    run(SPEC, ensure)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vpc_gateway_endpoint
version_added: 0.1.0
short_description: The gateway endpoint of a VPC for S3 or DynamoDB
description:
  - Creates, changes and deletes the one gateway endpoint that a VPC has for a service. Policy and route tables of an
    existing one are changed in place.
  - An endpoint without ownership tags that the VPC already has for the service is adopted, whatever its name.
  - Policies are compared by what they mean, not by how they are written.
  - M(amazon.aws.ec2_vpc_endpoint) ignores another policy for an existing endpoint and reports no change, creates a
    second endpoint when the route tables differ, and deletes by id only.
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
    description: The VPC.
    type: str
    required: true
  service:
    description: The service.
    type: str
    choices: [s3, dynamodb]
    required: true
  route_table_ids:
    description:
      - Route tables that lead to the service through the endpoint; all others are detached from it.
      - Left out, route tables are not looked at.
    type: list
    elements: str
  policy:
    description:
      - IAM policy that says what may be done through the endpoint. Left out, it is not looked at; AWS lets a new
        endpoint do everything.
    type: dict
notes:
  - An endpoint that another deployment owns is refused when O(tags) holds ownership tags.
seealso:
  - name: Gateway endpoints
    description: The guide of AWS.
    link: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
  - module: amazon.aws.ec2_vpc_endpoint
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
  - pgfleet.aws.planned.attributes
"""

EXAMPLES = r"""
- name: Backups reach their bucket, and nothing else, without the internet
  pgfleet.aws.vpc_gateway_endpoint:
    name: s3-endpoint-retail-prod
    vpc_id: vpc-0a1b2c3d4e5f67890
    service: s3
    route_table_ids:
      - rtb-0a1b2c3d4e5f67890
      - rtb-09876f5e4d3c2b1a0
    policy:
      Version: "2012-10-17"
      Statement:
        - Effect: Allow
          Principal: "*"
          Action: ["s3:GetObject", "s3:PutObject", "s3:ListBucket"]
          Resource:
            - arn:aws:s3:::backup-retail-prod-123456789012
            - arn:aws:s3:::backup-retail-prod-123456789012/*

- name: Remove the endpoint and its routes
  pgfleet.aws.vpc_gateway_endpoint:
    name: s3-endpoint-retail-prod
    vpc_id: vpc-0a1b2c3d4e5f67890
    service: s3
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
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.gateway_endpoint import apply_gateway_endpoint
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.gateway_endpoint import SERVICES
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.gateway_endpoint import GATEWAY_ENDPOINT
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
    "service": {"type": "str", "choices": list(SERVICES), "required": True},
    "route_table_ids": {"type": "list", "elements": "str"},
    "policy": {"type": "dict"},
}
SPEC = Spec(ARGUMENTS)


def ensure(module: Module, clients: Clients) -> dict[str, Any]:
    options = named_options(module)
    wanted = desired_of(GATEWAY_ENDPOINT, options)
    single = plan_single(scope_of(module, clients, wanted.tags), GATEWAY_ENDPOINT, wanted, options)

    def apply(plan: Plan) -> str | None:
        return apply_gateway_endpoint(clients("ec2"), module.region, single.desired, single.observed, plan)

    return carry_out(module, single, "id", apply)


def main() -> None:
    run(SPEC, ensure)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vpc_ready
version_added: 0.1.0
short_description: Wait until NAT gateways and interface endpoints can be used
description:
  - Waits until all of the NAT gateways and endpoints named are C(available), and fails when AWS has given one up.
    Writes nothing.
  - What AWS needs minutes for can so be started together and waited for once, also by a later run.
  - M(amazon.aws.ec2_vpc_nat_gateway) waits for the one gateway that it makes, and not for one that an earlier run has
    begun. M(amazon.aws.ec2_vpc_endpoint) waits until the endpoint is listed, not until it is available.
author: pgfleet contributors (@pgfleet)
options:
  nat_gateway_ids:
    description: NAT gateways to wait for.
    type: list
    elements: str
    default: []
  endpoint_ids:
    description: Endpoints to wait for.
    type: list
    elements: str
    default: []
  wait_timeout:
    description: Seconds to wait, for all of them together.
    type: int
    default: 900
seealso:
  - module: amazon.aws.ec2_vpc_nat_gateway
  - module: pgfleet.aws.vpc_interface_endpoint
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Nothing to write; in check mode it does not wait.
    support: full
  diff_mode:
    description: Changes nothing.
    support: none
"""

EXAMPLES = r"""
- name: The way to the internet is open
  pgfleet.aws.vpc_ready:
    nat_gateway_ids:
      - nat-0a1b2c3d4e5f67890
    endpoint_ids:
      - vpce-0a1b2c3d4e5f67890
    wait_timeout: 600
"""

RETURN = r"""
waited_for:
  description: Ids of what can be used now.
  type: list
  elements: str
  returned: success
"""

from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.pending import wait_until_available
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Module, Spec, run

ARGUMENTS: dict[str, Any] = {
    "nat_gateway_ids": {"type": "list", "elements": "str", "default": []},
    "endpoint_ids": {"type": "list", "elements": "str", "default": []},
    "wait_timeout": {"type": "int", "default": 900},
}
SPEC = Spec(ARGUMENTS)


def ensure(module: Module, clients: Clients) -> dict[str, Any]:
    given = module.params
    gateways, endpoints = given["nat_gateway_ids"], given["endpoint_ids"]
    if not module.check_mode:
        wait_until_available(clients("ec2"), gateways, endpoints, given["wait_timeout"])
    return {"changed": False, "waited_for": [*gateways, *endpoints]}


def main() -> None:
    run(SPEC, ensure)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: stack_identity
version_added: 0.1.0
short_description: Check whose account this is and name a deployment
description:
  - Checks the system, suffix, environment and tags of a deployment, then the account that the credentials belong to,
    before anything else is read or written.
  - Fails when the account is not one of O(allowed_account_ids), so that a forgotten variable or profile cannot reach
    another account.
  - Returns the tags that every resource of the deployment carries.
  - M(amazon.aws.aws_caller_info) names the account but cannot refuse it.
  - Reads only (C(sts:GetCallerIdentity)).
author: pgfleet contributors (@pgfleet)
options:
  system:
    description: Name of the system, 1 to 20 lower-case letters and digits, beginning with a letter.
    type: str
    required: true
  suffix:
    description:
      - What sets this deployment apart from others of the system.
      - 1 to 12 lower-case letters and digits, beginning with a letter.
    type: str
    required: true
  environment:
    description: Which environment it is; V(dev), V(staging) or V(prod).
    type: str
    required: true
  project:
    description: Value of the tag C(Project).
    type: str
    required: true
  cost_center:
    description: Value of the tag C(CostCenter).
    type: str
    required: true
  extra_tags:
    description: The operator's own tags.
    type: dict
    default: {}
  allowed_account_ids:
    description: Accounts that may be touched.
    type: list
    elements: str
    required: true
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Reads only, so check mode does the same.
    support: full
  diff_mode:
    description: Reads only, so there is nothing to show.
    support: N/A
"""

EXAMPLES = r"""
- name: Stop unless this is the account of production
  pgfleet.aws.stack_identity:
    system: retail
    suffix: prod
    environment: prod
    project: RetailInventory
    cost_center: retail
    allowed_account_ids: ["123456789012"]
    region: us-west-2
  register: identity
"""

RETURN = r"""
account_id:
  description: The account of the credentials.
  type: str
  returned: success
  sample: "123456789012"
partition:
  description: The AWS partition of the credentials.
  type: str
  returned: success
  sample: aws
region:
  description: The region that calls go to.
  type: str
  returned: success
  sample: us-west-2
tags:
  description: Tags of every resource of the deployment, without C(Name).
  type: dict
  returned: success
"""

from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients, call
from ansible_collections.pgfleet.aws.plugins.module_utils._identity import (
    account_problem,
    problems,
    tag_value_problems,
    tags,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Module, Spec, refuse_problems, run

ARGUMENTS: dict[str, Any] = {
    "system": {"type": "str", "required": True},
    "suffix": {"type": "str", "required": True},
    "environment": {"type": "str", "required": True},
    "project": {"type": "str", "required": True},
    "cost_center": {"type": "str", "required": True},
    "extra_tags": {"type": "dict", "default": {}},
    "allowed_account_ids": {"type": "list", "elements": "str", "required": True},
}
SPEC = Spec(ARGUMENTS)


def ensure(module: Module, clients: Clients) -> dict[str, Any]:
    given = module.params
    named = problems(given["system"], given["suffix"], given["environment"], given["extra_tags"])
    refuse_problems([*named, *tag_value_problems({name: given[name] for name in ("project", "cost_center")})])
    caller = clients.once("caller", "", lambda: call(clients("sts"), "get_caller_identity"))
    refuse_problems(account_problem(caller["Account"], given["allowed_account_ids"]))
    owner = Owner(given["system"], given["suffix"])
    return {
        "changed": False,
        "account_id": caller["Account"],
        "partition": caller["Arn"].split(":")[1],
        "region": module.region,
        "tags": tags(owner, given["environment"], given["project"], given["cost_center"], given["extra_tags"]),
    }


def main() -> None:
    run(SPEC, ensure)


if __name__ == "__main__":
    main()

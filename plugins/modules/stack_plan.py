#!/usr/bin/python
# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: stack_plan
version_added: 0.1.0
short_description: Compare everything a deployment should have with what AWS has
description:
  - Reads every resource that the documents of the roles name, in batched and paged calls, compares it property by
    property, and returns what would change and what each change costs. It writes nothing, in check mode and outside
    of it.
  - Works on an empty account; what only exists later is C((known after apply)).
  - Fails, listing all of them at once, when something cannot work, by the names of the inventory keys. It does so as
    well when the account may not have as much of RDS as the plan would make.
  - Fills a gap of amazon.aws, whose modules cannot dry-run what depends on things that do not exist yet.
author: pgfleet contributors (@pgfleet)
options:
  system:
    description: System of the deployment, as in the ownership tag C(pgfleet:system).
    type: str
    required: true
  suffix:
    description: Suffix of the deployment, as in the ownership tag C(pgfleet:suffix).
    type: str
    required: true
  account_id:
    description: The account, as M(pgfleet.aws.stack_identity) returns it.
    type: str
    required: true
  partition:
    description: The AWS partition.
    type: str
    default: aws
  resources:
    description:
      - Desired resources, each with C(kind), C(name), C(properties), C(tags) and C(role).
      - They stand in the order in which they are made.
    type: list
    elements: dict
    required: true
  manages:
    description:
      - Kinds of which O(resources) holds all that the deployment wants, also when it wants none. What the deployment
        owns of them and no longer wants is deleted.
      - The same is done for kinds of which O(resources) holds at least one.
    type: list
    elements: str
    choices: [metric_alarm, composite_alarm]
    default: []
  allow:
    description: Effects that may happen now. A change with another effect waits and is listed as waiting.
    type: list
    elements: str
    choices: [reboot, failover, downtime, restart of readers]
    default: []
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Never writes. In check mode C(changed) says whether a run would change something.
    support: full
  diff_mode:
    description: The diff lists before and after of everything a run would change.
    support: full
"""

EXAMPLES = r"""
- name: What would change
  pgfleet.aws.stack_plan:
    system: retail
    suffix: prod
    account_id: "{{ identity.account_id }}"
    resources: "{{ network_resources }}"
    region: us-west-2
  register: stack
"""

RETURN = r"""
plan:
  description:
    - One entry per resource with something to do or waiting.
    - Each has C(kind), C(name), C(action), C(changes) and C(waiting).
  type: list
  elements: dict
  returned: success
known:
  description: Attributes (ids, ARNs, endpoints) of the resources that exist, by C(kind/name).
  type: dict
  returned: success
totals:
  description: Counts of C(add), C(change), C(delete), C(in_sync) and C(waiting).
  type: dict
  returned: success
in_sync:
  description: Whether a run would change nothing.
  type: bool
  returned: success
"""

from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._document import parse
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.cloudwatch import COMPOSITE_ALARM, METRIC_ALARM
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds_quotas import beyond_quotas
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._registry import HANDLERS
from ansible_collections.pgfleet.aws.plugins.module_utils._run import (
    ALLOW_ARGUMENT,
    Module,
    Spec,
    allowed,
    refuse_problems,
    run,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._stack import check, plan_stack

ARGUMENTS: dict[str, Any] = {
    "system": {"type": "str", "required": True},
    "suffix": {"type": "str", "required": True},
    "account_id": {"type": "str", "required": True},
    "partition": {"type": "str", "default": "aws"},
    "resources": {"type": "list", "elements": "dict", "required": True},
    "manages": {
        "type": "list",
        "elements": "str",
        "choices": [METRIC_ALARM.kind.name, COMPOSITE_ALARM.kind.name],
        "default": [],
    },
    "allow": ALLOW_ARGUMENT,
}
SPEC = Spec(ARGUMENTS)


def ensure(module: Module, clients: Clients) -> dict[str, Any]:
    given = module.params
    resources = parse(given["resources"], {name: handler.kind for name, handler in HANDLERS.items()})
    refuse_problems(check(resources, HANDLERS))
    owner = Owner(given["system"], given["suffix"])
    scope = Scope(clients, owner, given["account_id"], module.region, given["partition"], indexed=True)
    stack = plan_stack(scope, resources, HANDLERS, allowed(module), given["manages"])
    refuse_problems(stack.problems)
    for too_much in beyond_quotas(scope, {owner.system: stack.takes}).values():
        raise too_much
    changed = module.check_mode and not stack.in_sync
    return {"changed": changed, **stack.as_dict(), "diff": [p.diff() for p in stack.plans if p.changed]}


def main() -> None:
    run(SPEC, ensure)


if __name__ == "__main__":
    main()

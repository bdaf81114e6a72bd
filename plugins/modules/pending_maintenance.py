#!/usr/bin/python
# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: pending_maintenance
version_added: 0.1.0
short_description: Maintenance that AWS has announced, listed and asked for
description:
  - Lists the pending maintenance of RDS instances and Aurora clusters, and asks AWS to make it now or in the next
    maintenance window.
  - What is asked for as wanted, or is being made, is not asked for again.
  - Neither amazon.aws nor community.aws has a module for pending maintenance.
author: pgfleet contributors (@pgfleet)
options:
  instances:
    description: Identifiers or ARNs of the DB instances. All instances and clusters if neither is named.
    type: list
    elements: str
    default: []
  clusters:
    description: Identifiers or ARNs of the DB clusters. All instances and clusters if neither is named.
    type: list
    elements: str
    default: []
  actions:
    description:
      - The actions, such as V(system-update), V(os-upgrade), V(db-upgrade), V(hardware-maintenance) and
        V(ca-certificate-rotation). All that are pending by default.
    type: list
    elements: str
    default: []
  apply:
    description:
      - V(now) makes them at once. This is the permission for what they cost, which the plan shows as the effect of
        each; O(ignore:allow) is not needed.
      - V(window) makes them in the next maintenance window of each resource.
      - V(undo) takes an earlier V(window) back. AWS makes a required action nevertheless when its date has come. What
        is being made now cannot be undone and is refused.
      - Without this option they are only listed.
    type: str
    choices: [now, window, undo]
  wait:
    description: With O(apply=now), wait until nothing of what was asked for is pending any more.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait.
    type: int
    default: 3600
notes:
  - AWS lists pending maintenance with a delay, so that a run just after another may ask for the same once more, which
    changes nothing.
seealso:
  - name: Maintaining a DB instance
    description: AWS's guide.
    link: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Maintenance.html
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - pgfleet.aws.planned.attributes
"""

EXAMPLES = r"""
- name: What is pending anywhere
  pgfleet.aws.pending_maintenance:
  register: maintenance

- name: Updates of the operating system in the next window
  pgfleet.aws.pending_maintenance:
    instances: [db-retail-prod]
    actions: [system-update, os-upgrade]
    apply: window

- name: Everything that is pending for the orders cluster, now
  pgfleet.aws.pending_maintenance:
    clusters: [cluster-orders-staging]
    apply: now
"""

RETURN = r"""
pending:
  description: What is pending of the chosen actions and resources, after the change if there was one.
  type: list
  elements: dict
  returned: success
  contains:
    resource_arn:
      description: ARN of the instance or cluster.
      type: str
    resource_type:
      description: V(instance) or V(cluster).
      type: str
    resource_name:
      description: Its identifier.
      type: str
    action:
      description: The action.
      type: str
    description:
      description: AWS's words about it.
      type: str
    opt_in:
      description: V(now) or V(window) if that was asked for, otherwise empty.
      type: str
    auto_applied_after:
      description: Time after which AWS makes it in the next maintenance window, if there is one.
      type: str
    forced_on:
      description: Time at which AWS makes it whatever the maintenance window, if there is one.
      type: str
    applied_on:
      description: Time at which it is made as things stand.
      type: str
plan:
  description: What is asked for, or would be in check mode, action by action.
  type: list
  elements: dict
  returned: success
"""

from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.pending_maintenance import (
    apply_maintenance,
    named,
    pending,
    resources,
    until_made,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.pending_maintenance import (
    OPT_IN,
    action_problems,
    chosen,
    plans,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Plan
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Module, Spec, converge, refuse_problems, run

NAMES: dict[str, Any] = {"type": "list", "elements": "str", "default": []}
ARGUMENTS: dict[str, Any] = {
    "instances": NAMES,
    "clusters": NAMES,
    "actions": NAMES,
    "apply": {"type": "str", "choices": list(OPT_IN)},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 3600},
}
SPEC = Spec(ARGUMENTS)


def ensure(module: Module, clients: Clients) -> dict[str, Any]:
    options, client = module.params, clients("rds")
    wanted = {"instance": options["instances"], "cluster": options["clusters"]}
    known = resources(client) if options["apply"] or any(wanted.values()) else {}
    arns = named(wanted, known)
    found = pending(client)
    refuse_problems(action_problems(options["actions"], found))
    entries = chosen(found, arns, options["actions"])
    planned = plans(entries, options["apply"], known) if options["apply"] else []
    by_name = {(f"db_{entry['resource_type']}", entry["resource_name"]): entry["resource_arn"] for entry in entries}
    asked: set[tuple[str, str]] = set()

    def apply(plan: Plan) -> None:
        apply_maintenance(client, plan, by_name, options["apply"])
        asked.update((by_name[plan.kind, plan.name], change.property) for change in plan.changes)

    result = converge(module, planned, apply)
    # What an earlier run has begun is awaited as well.
    begun = {(entry["resource_arn"], entry["action"]) for entry in entries if entry["opt_in"] == "now"}
    if options["apply"] == "now" and options["wait"] and not module.check_mode and asked | begun:
        until_made(client, asked | begun, options["wait_timeout"])
    return {"pending": chosen(pending(client), arns, options["actions"]) if asked | begun else entries, **result}


def main() -> None:
    run(SPEC, ensure)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rds_event_subscription
version_added: 0.1.0
short_description: Events of RDS that are posted to an SNS topic
description:
  - Creates, changes and deletes a subscription of an SNS topic to RDS events. What is left out is not compared.
  - Categories are checked against those that AWS has for the type of source, and all that are wrong are named before
    anything is written.
  - Neither amazon.aws nor community.aws has a module for event subscriptions.
author: pgfleet contributors (@pgfleet)
options:
  name:
    description: Name of the subscription. AWS does not tell names by their case.
    type: str
    required: true
  state:
    description: Whether the subscription should exist.
    type: str
    choices: [present, absent]
    default: present
  sns_topic_arn:
    description:
      - ARN of the topic, which cannot be a FIFO topic. Its policy has to let C(events.rds.amazonaws.com) publish, as
        the policy that a topic is made with does for its own account.
      - Required for a new subscription.
    type: str
  source_type:
    description:
      - Type of the sources. A new subscription without it is one to the events of all types.
      - AWS cannot go back from a type to all of them. Delete the subscription and make it anew.
      - Another type needs O(source_ids) and O(event_categories) as well where the subscription has any.
    type: str
    choices:
      - db-instance
      - db-cluster
      - db-parameter-group
      - db-security-group
      - db-snapshot
      - db-cluster-snapshot
      - db-proxy
      - zero-etl
      - custom-engine-version
      - blue-green-deployment
  source_ids:
    description: Identifiers of the sources, which have to exist. An empty list is all of O(source_type).
    type: list
    elements: str
  event_categories:
    description:
      - Categories of the events, such as V(failover). An empty list is all that there are for O(source_type).
    type: list
    elements: str
  enabled:
    description: Whether events are posted. A new subscription is enabled without this option.
    type: bool
  wait:
    description: Wait until the subscription is active with all changes made, or gone.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait, for each thing that is waited for.
    type: int
    default: 600
notes:
  - A subscription with the ownership tags of another deployment is refused when O(tags) holds ownership tags.
seealso:
  - name: Working with Amazon RDS event notification
    description: AWS's categories and events.
    link: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.html
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
  - pgfleet.aws.planned.attributes
"""

EXAMPLES = r"""
- name: Failovers and failures of the retail database
  pgfleet.aws.rds_event_subscription:
    name: retail-prod
    sns_topic_arn: arn:aws:sns:us-west-2:123456789012:alerts-retail-prod
    source_type: db-instance
    source_ids: [db-retail-prod]
    event_categories: [failover, failure, low storage, maintenance]
    tags:
      Project: RetailInventory

- name: All events of all instances
  pgfleet.aws.rds_event_subscription:
    name: retail-prod
    source_type: db-instance
    source_ids: []
    event_categories: []

- name: Quiet during a migration
  pgfleet.aws.rds_event_subscription:
    name: retail-prod
    enabled: false

- name: No subscription
  pgfleet.aws.rds_event_subscription:
    name: retail-prod
    state: absent
"""

RETURN = r"""
name:
  description: Name of the subscription.
  type: str
  returned: success
arn:
  description: ARN of the subscription. V((known after apply\)) in check mode when it would be created.
  type: str
  returned: when the subscription should exist
status:
  description:
    - Its status. With V(no-permission), V(topic-not-exist) or V(all-sources-deleted) nothing is posted, and the module
      warns.
  type: str
  returned: when the subscription exists and should
plan:
  description: What is changed, or would be in check mode, property by property.
  type: list
  elements: dict
  returned: success
"""

from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.event_subscription import (
    GONE,
    SETTLED,
    Patience,
    apply_event_subscription,
    status_of,
    until,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.event_subscription import MUTE, SOURCE_TYPES
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.event_subscriptions import EVENT_SUBSCRIPTION
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY, Plan
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Module, Spec, run
from ansible_collections.pgfleet.aws.plugins.module_utils._single import (
    SINGLE_ARGUMENTS,
    Single,
    carry_out,
    desired_of,
    plan_single,
    scope_of,
)

ARGUMENTS: dict[str, Any] = {
    **SINGLE_ARGUMENTS,
    "sns_topic_arn": {"type": "str"},
    "source_type": {"type": "str", "choices": list(SOURCE_TYPES)},
    "source_ids": {"type": "list", "elements": "str"},
    "event_categories": {"type": "list", "elements": "str"},
    "enabled": {"type": "bool"},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 600},
}
SPEC = Spec(ARGUMENTS)


def settled(module: Module, scope: Scope, patience: Patience) -> Single:
    """The plan once the subscription can be changed: what a killed run has begun is awaited."""
    wanted = desired_of(EVENT_SUBSCRIPTION, module.params)
    single = plan_single(scope, EVENT_SUBSCRIPTION, wanted, module.params)
    status = single.observed.attributes["status"] if single.observed else ""
    as_wanted = not single.plan.changed and status != "deleting"
    if single.observed is None or status in SETTLED.ready or as_wanted or not patience.wait:
        return single
    until(scope, single.observed.name, GONE if status == "deleting" else SETTLED, patience)
    return plan_single(scope, EVENT_SUBSCRIPTION, wanted, module.params)


def ensure(module: Module, clients: Clients) -> dict[str, Any]:
    options = module.params
    scope = scope_of(module, clients, options["tags"] or {})
    patience = Patience(options["wait"] and not module.check_mode, options["wait_timeout"])
    single = settled(module, scope, patience)

    def apply(plan: Plan) -> str | None:
        return apply_event_subscription(scope, single.desired, single.observed, plan, patience)

    result = carry_out(module, single, "arn", apply)
    if result.get("arn") in (None, KNOWN_AFTER_APPLY):
        return result
    seen = single.observed.attributes["status"] if single.observed else ""
    status = status_of(scope, options["name"]) if result["changed"] else seen
    if status in MUTE:
        module.warn(f"The event subscription {options['name']} posts nothing: {MUTE[status]}")
    return {**result, "status": status}


def main() -> None:
    run(SPEC, ensure)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cloudwatch_log_group
version_added: 0.1.0
short_description: A CloudWatch Logs group, also one that RDS made first
description:
  - Creates, changes and deletes a log group. One that exists already, such as those that RDS makes with the first line
    it logs, is adopted and brought into the wanted form.
  - A retention that CloudWatch does not have is refused before anything is written.
  - M(amazon.aws.cloudwatchlogs_log_group) writes the retention in check mode, deletes an existing group when it is
    given a retention it does not know, ignores O(kms_key_id) for an existing group and knows no O(log_group_class).
author: pgfleet contributors (@pgfleet)
options:
  name:
    description: Name of the group.
    type: str
    required: true
  state:
    description: Whether the group should exist. Deleting it deletes all its events.
    type: str
    choices: [present, absent]
    default: present
  retention_days:
    description:
      - Days after which events are deleted. One of V(1), V(3), V(5), V(7), V(14), V(30), V(60), V(90), V(120), V(150),
        V(180), V(365), V(400), V(545), V(731), V(1096), V(1827), V(2192), V(2557), V(2922), V(3288) and V(3653).
      - V(0) keeps them for ever, which is also what a new group does without this option.
      - A retention that differs from what an account-level policy sets for the group is refused, as it would have no
        effect.
    type: int
  kms_key_id:
    description:
      - ARN of the KMS key that encrypts new events; its policy must let C(logs.<region>.amazonaws.com) use it.
      - An empty string takes the key away from the group. Older events stay encrypted with it.
    type: str
  log_group_class:
    description:
      - Class of the group; C(STANDARD) by default. It cannot be changed; a difference is refused.
      - C(DELIVERY) is for Lambda's logs on their way to S3 or Firehose, and keeps them one day.
    type: str
    choices: [STANDARD, INFREQUENT_ACCESS, ESSENTIALS, DELIVERY]
notes:
  - A group with the ownership tags of another deployment is refused when O(tags) holds ownership tags.
seealso:
  - name: Log retention
    description: The API reference of AWS.
    link: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
  - module: amazon.aws.cloudwatchlogs_log_group
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
  - pgfleet.aws.planned.attributes
"""

EXAMPLES = r"""
- name: PostgreSQL log of the retail database, for a quarter
  pgfleet.aws.cloudwatch_log_group:
    name: /aws/rds/instance/db-retail-prod/postgresql
    retention_days: 90
    tags:
      Project: RetailInventory

- name: Encrypt it with a key of our own
  pgfleet.aws.cloudwatch_log_group:
    name: /aws/rds/instance/db-retail-prod/postgresql
    kms_key_id: arn:aws:kms:us-west-2:123456789012:key/8a7cf1d1-0000-4000-8000-4f5b8c1e2d3a

- name: Remove it with all its events
  pgfleet.aws.cloudwatch_log_group:
    name: /aws/rds/instance/db-retail-prod/postgresql
    state: absent
"""

RETURN = r"""
name:
  description: Name of the group.
  type: str
  returned: success
arn:
  description: ARN of the group, without C(:*). V((known after apply\)) in check mode when it would be created.
  type: str
  returned: when the group should exist
plan:
  description: What is changed, or would be in check mode, property by property.
  type: list
  elements: dict
  returned: success
"""

from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.log_group import apply_log_group
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.log_group import CLASSES
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.logs import LOG_GROUP
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Plan
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Module, Spec, run
from ansible_collections.pgfleet.aws.plugins.module_utils._single import (
    SINGLE_ARGUMENTS,
    carry_out,
    desired_of,
    plan_single,
    scope_of,
)

ARGUMENTS: dict[str, Any] = {
    **SINGLE_ARGUMENTS,
    "retention_days": {"type": "int"},
    "kms_key_id": {"type": "str", "no_log": False},
    "log_group_class": {"type": "str", "choices": list(CLASSES)},
}
SPEC = Spec(ARGUMENTS)


def ensure(module: Module, clients: Clients) -> dict[str, Any]:
    wanted = desired_of(LOG_GROUP, module.params)
    single = plan_single(scope_of(module, clients, wanted.tags), LOG_GROUP, wanted, module.params)

    def apply(plan: Plan) -> str | None:
        return apply_log_group(clients("logs"), single.desired, single.observed, plan)

    return carry_out(module, single, "arn", apply)


def main() -> None:
    run(SPEC, ensure)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: reader_autoscaling
version_added: 0.1.0
short_description: How many readers an Aurora cluster has, by its load
description:
  - Registers the readers (Aurora replicas) of a cluster with Application Auto Scaling, and keeps the target-tracking
    policies that add and remove them. What is left out is not compared.
  - Registering moves the number of readers into the range at once. Readers are added with the class of the writer,
    V(db.serverless) as well, and only those that were added automatically are removed.
  - M(community.aws.application_autoscaling_policy) has no service namespace C(rds), no tags and no diff.
author: pgfleet contributors (@pgfleet)
options:
  name:
    description: Identifier of the Aurora DB cluster.
    type: str
    required: true
  state:
    description: Whether the readers should be scaled. With V(absent) the readers stay as they are.
    type: str
    choices: [present, absent]
    default: present
  min_capacity:
    description: Least number of readers, V(0) to V(15). Required for a cluster whose readers are not scaled yet.
    type: int
  max_capacity:
    description: Greatest number of readers, V(0) to V(15). Required for a cluster whose readers are not scaled yet.
    type: int
  scale_in_suspended:
    description: Keep the policies from removing readers for now.
    type: bool
  scale_out_suspended:
    description: Keep the policies from adding readers for now.
    type: bool
  scheduled_scaling_suspended:
    description: Keep scheduled actions from changing the number of readers for now.
    type: bool
  policies:
    description:
      - The target-tracking policies, at most one for each metric. Others that the cluster has are deleted; an empty
        list deletes all.
      - With several, the one that asks for the most readers wins.
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the policy.
        type: str
        required: true
      metric:
        description: What is tracked, on the average of all readers.
        type: str
        choices: [RDSReaderAverageCPUUtilization, RDSReaderAverageDatabaseConnections]
        required: true
      target_value:
        description: Percentage of the CPU, or number of connections, that should be held.
        type: float
        required: true
      scale_in_cooldown_seconds:
        description: Seconds after a removal before the next. AWS's default is 300.
        type: int
      scale_out_cooldown_seconds:
        description: Seconds after an addition before the next. AWS's default is 300.
        type: int
      scale_in_disabled:
        description: Whether this policy only ever adds readers.
        type: bool
notes:
  - The first use in an account makes the service-linked role C(AWSServiceRoleForApplicationAutoScaling_RDSCluster),
    for which the credentials need C(iam:CreateServiceLinkedRole).
  - AWS makes two alarms for each policy, C(TargetTracking-cluster:...). They are AWS's to change and to delete.
  - Readers that were added automatically have to be gone before a cluster can be deleted.
  - A cluster with the ownership tags of another deployment on its scalable target is refused when O(tags) holds
    ownership tags.
seealso:
  - name: Amazon Aurora Auto Scaling with Aurora Replicas
    description: AWS's guide.
    link: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Integrating.AutoScaling.html
  - module: community.aws.application_autoscaling_policy
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
  - pgfleet.aws.planned.attributes
"""

EXAMPLES = r"""
- name: One to four readers, at 60 % of their CPU
  pgfleet.aws.reader_autoscaling:
    name: cluster-orders-prod
    min_capacity: 1
    max_capacity: 4
    policies:
      - name: cpu
        metric: RDSReaderAverageCPUUtilization
        target_value: 60
        scale_in_cooldown_seconds: 600
    tags:
      Project: Orders

- name: Nothing is removed during the campaign
  pgfleet.aws.reader_autoscaling:
    name: cluster-orders-prod
    scale_in_suspended: true

- name: The readers stay as they are
  pgfleet.aws.reader_autoscaling:
    name: cluster-orders-prod
    state: absent
"""

RETURN = r"""
name:
  description: Identifier of the cluster.
  type: str
  returned: success
arn:
  description: ARN of the scalable target. V((known after apply\)) in check mode when it would be registered.
  type: str
  returned: when the readers should be scaled
plan:
  description: What is changed, or would be in check mode, property by property.
  type: list
  elements: dict
  returned: success
"""

from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.reader_autoscaling import apply_reader_autoscaling
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.reader_autoscaling import METRICS
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.reader_autoscaling import (
    READER_AUTOSCALING,
    verify_with_cluster,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Plan
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Module, Spec, run
from ansible_collections.pgfleet.aws.plugins.module_utils._single import (
    SINGLE_ARGUMENTS,
    carry_out,
    desired_of,
    plan_single,
    scope_of,
)

POLICY: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "metric": {"type": "str", "choices": list(METRICS), "required": True},
    "target_value": {"type": "float", "required": True},
    "scale_in_cooldown_seconds": {"type": "int"},
    "scale_out_cooldown_seconds": {"type": "int"},
    "scale_in_disabled": {"type": "bool"},
}
ARGUMENTS: dict[str, Any] = {
    **SINGLE_ARGUMENTS,
    "min_capacity": {"type": "int"},
    "max_capacity": {"type": "int"},
    "scale_in_suspended": {"type": "bool"},
    "scale_out_suspended": {"type": "bool"},
    "scheduled_scaling_suspended": {"type": "bool"},
    "policies": {"type": "list", "elements": "dict", "options": POLICY},
}
SPEC = Spec(ARGUMENTS)


def ensure(module: Module, clients: Clients) -> dict[str, Any]:
    handler = replace(READER_AUTOSCALING, verify=verify_with_cluster)
    wanted = desired_of(handler, {**module.params, "name": module.params["name"].lower()})
    single = plan_single(scope_of(module, clients, wanted.tags), handler, wanted, module.params)

    def apply(plan: Plan) -> str | None:
        client = clients("application-autoscaling")
        return apply_reader_autoscaling(client, single.desired, single.observed, plan)

    return carry_out(module, single, "arn", apply)


def main() -> None:
    run(SPEC, ensure)


if __name__ == "__main__":
    main()

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. The requests that scale the readers of a cluster, in their order.

https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.reader_autoscaling import (
    CAPACITY,
    SUSPENDED,
    Policy,
    completed,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed, Plan

Request = tuple[str, dict[str, Any]]


def target(name: str) -> dict[str, str]:
    return {
        "ServiceNamespace": "rds",
        "ResourceId": f"cluster:{name}",
        "ScalableDimension": "rds:cluster:ReadReplicaCount",
    }


def registration(desired: Desired, observed: Observed | None, plan: Plan) -> dict[str, Any]:
    """Bounds and suspended activities; empty where none of them changes. Tags are given to a new target only."""
    after = {change.property: change.after for change in plan.changes}
    request: dict[str, Any] = {theirs: after[ours] for ours, theirs in CAPACITY.items() if ours in after}
    if after.keys() & SUSPENDED.keys():
        present = observed.properties if observed else {}
        request["SuspendedState"] = {
            theirs: after.get(ours, present.get(ours, False)) for ours, theirs in SUSPENDED.items()
        }
    if observed is None and desired.tags:
        request["Tags"] = dict(desired.tags)
    return {**target(desired.name), **request} if request else {}


def policy_requests(desired: Desired, observed: Observed | None, plan: Plan) -> Iterator[Request]:
    """One metric has one policy at most: what leaves a metric goes before another comes to it."""
    if not any(change.property == "policies" for change in plan.changes):
        return
    wanted = {policy["name"]: policy for policy in completed(desired, observed).properties["policies"]}
    present = {policy["name"]: policy for policy in observed.properties["policies"]} if observed else {}
    named = target(desired.name)
    for name, policy in present.items():
        if name not in wanted or wanted[name]["metric"] != policy["metric"]:
            yield "delete_scaling_policy", {"PolicyName": name, **named}
    for name, policy in wanted.items():
        if policy != present.get(name):
            yield "put_scaling_policy", {"PolicyName": name, **named, **_configuration(policy)}


def _configuration(policy: Policy) -> dict[str, Any]:
    return {
        "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": {
            "TargetValue": policy["target_value"],
            "PredefinedMetricSpecification": {"PredefinedMetricType": policy["metric"]},
            "ScaleInCooldown": policy["scale_in_cooldown_seconds"],
            "ScaleOutCooldown": policy["scale_out_cooldown_seconds"],
            "DisableScaleIn": policy["scale_in_disabled"],
        },
    }

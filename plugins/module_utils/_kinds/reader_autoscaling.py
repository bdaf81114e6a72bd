# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. How many Aurora replicas Application Auto Scaling keeps in a cluster, and by what.

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Integrating.AutoScaling.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Change,
    Desired,
    Effect,
    Kind,
    Observed,
    Plan,
    Problem,
    Property,
    plan,
    unknown,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._values import as_set

MOST_READERS = 15
CPU, CONNECTIONS = "RDSReaderAverageCPUUtilization", "RDSReaderAverageDatabaseConnections"
METRICS = (CPU, CONNECTIONS)
LONGEST_NAME = 256
# https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html
DEFAULTS = {"scale_in_cooldown_seconds": 300, "scale_out_cooldown_seconds": 300, "scale_in_disabled": False}
SUSPENDED = {
    "scale_in_suspended": "DynamicScalingInSuspended",
    "scale_out_suspended": "DynamicScalingOutSuspended",
    "scheduled_scaling_suspended": "ScheduledScalingSuspended",
}
CAPACITY = {"min_capacity": "MinCapacity", "max_capacity": "MaxCapacity"}
NOTES = {
    ("min_capacity", True): "readers are added at once where there are fewer",
    ("max_capacity", False): "readers that were added automatically are removed at once where there are more",
}

Policy = Mapping[str, Any]


def check(desired: Desired) -> Iterable[Problem]:
    p = desired.properties
    for name in CAPACITY:
        value = p.get(name)
        if value is not None and not unknown(value) and not 0 <= value <= MOST_READERS:
            yield desired.problem(name, f"is out of range. Allowed: 0 to {MOST_READERS}, the readers of a cluster.")
    yield from bounds_problems(desired, p.get("min_capacity"), p.get("max_capacity"))
    yield from _policy_problems(desired, p.get("policies") or ())


def bounds_problems(desired: Desired, low: Any, high: Any) -> Iterable[Problem]:
    if isinstance(low, int) and isinstance(high, int) and low > high:
        name = "max_capacity" if desired.properties.get("max_capacity") is not None else "min_capacity"
        yield desired.problem(name, f"the least number of readers, {low}, is above the most, {high}.")


def _policy_problems(desired: Desired, policies: Sequence[Policy]) -> Iterable[Problem]:
    for policy in policies:
        name, target = policy["name"], policy["target_value"]
        if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
            yield desired.problem("policies", f"a policy's name has 1 to {LONGEST_NAME} printable characters.", name)
        if policy["metric"] not in METRICS:
            yield desired.problem("policies", f"{name}: allowed metrics: {', '.join(METRICS)}.", policy["metric"])
        if not target > 0 or (policy["metric"] == CPU and target > 100):
            allowed = "above 0, and up to 100 (percent) of the CPU"
            yield desired.problem("policies", f"{name}: target_value is out of range. Allowed: {allowed}.", target)
        for cooldown in ("scale_in_cooldown_seconds", "scale_out_cooldown_seconds"):
            if (policy.get(cooldown) or 0) < 0:
                yield desired.problem("policies", f"{name}: {cooldown} is below 0.", policy[cooldown])
    for key, message in (("name", "names two policies."), ("metric", "is the metric of two policies; one is allowed.")):
        for value, count in Counter(policy[key] for policy in policies).items():
            if count > 1:
                yield desired.problem("policies", message, value)


READER_AUTOSCALING = Kind(
    "reader_autoscaling",
    {
        "min_capacity": Property(),
        "max_capacity": Property(),
        "scale_in_suspended": Property(),
        "scale_out_suspended": Property(),
        "scheduled_scaling_suspended": Property(),
        "policies": Property(as_set),
    },
    check,
)


def from_aws(
    name: str, raw: Mapping[str, Any], policies: Sequence[Mapping[str, Any]], tags: Mapping[str, str]
) -> Observed:
    """A scalable target with its policies."""
    suspended = raw.get("SuspendedState") or {}
    properties = {
        **{ours: raw[theirs] for ours, theirs in CAPACITY.items()},
        **{ours: suspended.get(theirs, False) for ours, theirs in SUSPENDED.items()},
        "policies": [_policy(policy) for policy in sorted(policies, key=lambda each: str(each["PolicyName"]))],
    }
    attributes = {"arn": raw.get("ScalableTargetARN"), "role_arn": raw["RoleARN"]}
    return Observed("reader_autoscaling", name, properties, tags, attributes)


def _policy(raw: Mapping[str, Any]) -> dict[str, Any]:
    """``metric`` of a policy that tracks none of the two is its type, or what it tracks instead."""
    tracking = raw.get("TargetTrackingScalingPolicyConfiguration")
    if tracking is None:
        return {"name": raw["PolicyName"], "metric": raw["PolicyType"]}
    predefined = tracking.get("PredefinedMetricSpecification") or {}
    return {
        "name": raw["PolicyName"],
        "metric": predefined.get("PredefinedMetricType", "CustomizedMetricSpecification"),
        "target_value": tracking["TargetValue"],
        "scale_in_cooldown_seconds": tracking.get("ScaleInCooldown", DEFAULTS["scale_in_cooldown_seconds"]),
        "scale_out_cooldown_seconds": tracking.get("ScaleOutCooldown", DEFAULTS["scale_out_cooldown_seconds"]),
        "scale_in_disabled": tracking.get("DisableScaleIn", DEFAULTS["scale_in_disabled"]),
    }


def plan_reader_autoscaling(
    kind: Kind, desired: Desired, observed: Observed | None, allow: frozenset[Effect] = frozenset()
) -> Plan:
    """What a policy leaves out is as it is, or AWS's default."""
    found = plan(kind, completed(desired, observed), observed, allow)
    if observed is None:
        return found
    return replace(found, changes=tuple(replace(change, note=_note(change)) for change in found.changes))


def _note(change: Change) -> str:
    if change.property not in CAPACITY or unknown(change.after):
        return ""
    return NOTES.get((change.property, change.after > change.before), "")


def completed(desired: Desired, observed: Observed | None) -> Desired:
    policies = desired.properties.get("policies")
    if policies is None:
        return desired
    present = {policy["name"]: policy for policy in observed.properties["policies"]} if observed else {}
    whole = [_whole(policy, present.get(policy["name"], {})) for policy in policies]
    return replace(desired, properties={**desired.properties, "policies": whole})


def _whole(policy: Policy, present: Policy) -> dict[str, Any]:
    given = {name: value for name, value in policy.items() if value is not None}
    kept = {name: present.get(name, default) for name, default in DEFAULTS.items()}
    return {**kept, **given, "target_value": float(given["target_value"])}


def capacity_problems(desired: Desired, observed: Observed | None) -> Iterable[Problem]:
    """A new target needs both bounds; one that changes has to fit the other, which stays."""
    for name in CAPACITY if observed is None else ():
        if desired.properties.get(name) is None:
            yield desired.problem(name, "is needed for a cluster whose readers are not scaled yet.", "(not given)")
    if observed is not None:
        bounds = [desired.properties.get(name, observed.properties[name]) for name in CAPACITY]
        yield from bounds_problems(desired, *bounds)


def cluster_problems(desired: Desired, cluster: Mapping[str, Any] | None, region: str) -> Iterable[Problem]:
    """Application Auto Scaling takes Aurora clusters whose readers are instances, Serverless v2 ones included."""
    if cluster is None:
        yield desired.problem("name", f"is no DB cluster in {region}.", desired.name)
    elif not cluster["Engine"].startswith("aurora") or cluster.get("EngineMode") == "serverless":
        kind = f"{cluster['Engine']}, {cluster.get('EngineMode', 'provisioned')}"
        yield desired.problem("name", f"is {kind}: only Aurora clusters with instances are scaled.", desired.name)

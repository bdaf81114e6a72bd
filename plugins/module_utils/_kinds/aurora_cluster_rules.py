# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. The rules of an Aurora cluster and its members that need no AWS to be checked.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_member import (
    AUTOSCALED,
    SERVERLESS,
    autoscaled,
    members_of,
    wanted_members,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_rules import (
    COMMON_CHOICES,
    PORTS,
    Limits,
    Value,
    credentials_problems,
    insights_problems,
    key_problems,
    known,
    missing,
    monitoring_problems,
    name_problems,
    single_problems,
    window_problems,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Problem

LIMITS = Limits(
    choices={"engine": ("aurora-postgresql",), "storage_type": ("aurora", "aurora-iopt1"), **COMMON_CHOICES},
    ranges={"backup_retention_days": (1, 35), "port": PORTS},
    logs=("instance", "postgresql", "iam-db-auth-error"),
)
MEMBER_LIMITS = Limits(choices=COMMON_CHOICES, ranges={"promotion_tier": (0, 15)})
# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ServerlessV2ScalingConfiguration.html
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-rds-dbcluster-serverlessv2scalingconfiguration.html
ACU_STEP = 0.5
MIN_ACU = (0, 256)
MAX_ACU = (1, 256)
PAUSE_SECONDS = (300, 86400)
# A writer and 15 readers: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Replication.html
MOST_MEMBERS = 16
# Managed by the cluster or by the members, never by both: InvalidParameterCombination.
# https://github.com/hashicorp/terraform-provider-aws/issues/40966
EITHER = (
    "performance_insights_enabled",
    "performance_insights_retention_days",
    "performance_insights_kms_key_id",
    "monitoring_interval_seconds",
    "monitoring_role_arn",
)


def check_aurora_cluster(desired: Desired) -> Iterable[Problem]:
    """Every broken rule. Values that are only known after apply are taken on trust."""
    value = known(desired)
    yield from name_problems(desired, "DB cluster")
    yield from single_problems(desired, value, LIMITS)
    yield from window_problems(desired, value)
    yield from insights_problems(desired, value)
    yield from monitoring_problems(desired, value)
    yield from credentials_problems(desired, value)
    yield from key_problems(desired, value)
    yield from _scaling(desired, value)
    yield from _members(desired)


def missing_for_creation(desired: Desired) -> Iterator[Problem]:
    """What a new cluster needs; an existing one is changed without it."""
    yield from missing(desired, "a cluster", ("engine_version",))
    yield from missing_for_members(desired, ())


def missing_for_members(desired: Desired, present: Iterable[str]) -> Iterator[Problem]:
    """What new members need; ``present`` are the names of those that exist."""
    names = set(present)
    for member in wanted_members(desired):
        if member.name not in names and not member.properties.get("instance_class"):
            yield member.problem("instance_class", "is needed for a member that does not exist yet.", "(not given)")


def _scaling(desired: Desired, value: Value) -> Iterator[Problem]:
    scaling = value("serverless_v2_scaling")
    if scaling is None:
        return
    least, most, pause = (scaling.get(name) for name in ("min_acu", "max_acu", "seconds_until_auto_pause"))
    for name, acu, (low, high) in (("min_acu", least, MIN_ACU), ("max_acu", most, MAX_ACU)):
        if acu is None:
            yield _scaling_problem(desired, name, "is missing: min_acu and max_acu go together.", "(not given)")
        elif not low <= acu <= high or acu % ACU_STEP:
            yield _scaling_problem(desired, name, f"is not allowed. Allowed: {low} to {high} in steps of 0.5.", acu)
    if least is not None and most is not None and most < least:
        yield _scaling_problem(desired, "max_acu", f"is below min_acu {least:g}. Allowed: {least:g} and more.", most)
    if pause is not None and least:
        reason = "means nothing while min_acu is above 0: only at 0 does a member pause. Leave it out."
        yield _scaling_problem(desired, "seconds_until_auto_pause", reason, pause)
    elif pause is not None and not PAUSE_SECONDS[0] <= pause <= PAUSE_SECONDS[1]:
        allowed = f"is out of range. Allowed: {PAUSE_SECONDS[0]} to {PAUSE_SECONDS[1]}."
        yield _scaling_problem(desired, "seconds_until_auto_pause", allowed, pause)


def _scaling_problem(desired: Desired, name: str, message: str, value: object) -> Problem:
    return desired.problem(f"serverless_v2_scaling.{name}", message, value)


def _members(desired: Desired) -> Iterator[Problem]:
    members = members_of(desired)
    for name, count in Counter(member["name"] for member in members).items():
        if count > 1:
            yield desired.problem("members", f"has {name} {count} times. Give each member a name of its own.", name)
    if len(members) > MOST_MEMBERS:
        allowed = f"Allowed: {MOST_MEMBERS}, a writer and 15 readers"
        yield desired.problem("members", f"are too many. {allowed}.", len(members))
    for member in wanted_members(desired):
        yield from _member(desired, member)


def _member(desired: Desired, member: Desired) -> Iterator[Problem]:
    value = known(member)
    yield from name_problems(member, "DB instance")
    if autoscaled(member.name):
        yield member.problem("name", f"begins with {AUTOSCALED}, as AWS names the readers that it scales.", member.name)
    yield from single_problems(member, value, MEMBER_LIMITS)
    yield from _own_window(desired, member)
    yield from insights_problems(member, value)
    yield from monitoring_problems(member, value)
    for name in EITHER:
        if value(name) and desired.properties.get(name):
            yield member.problem(name, f"is managed by {desired.input_name(name)} of the cluster. Leave one out.")


def _own_window(desired: Desired, member: Desired) -> Iterator[Problem]:
    """A window that the member does not take from the cluster, beside the backup window, which is the cluster's."""
    window, ours = (resource.properties.get("maintenance_window") for resource in (member, desired))
    if window == ours:
        return
    windows = {"backup_window": desired.properties.get("backup_window"), "maintenance_window": window}
    beside = replace(
        member, properties=windows, keys={**member.keys, "backup_window": desired.input_name("backup_window")}
    )
    for problem in window_problems(beside, known(beside)):
        if problem.input == beside.input_name("maintenance_window"):
            yield problem


def serverless_problems(desired: Desired, scales: bool) -> Iterator[Problem]:
    """``scales``: whether the cluster has a capacity range already.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.requirements.html
    """
    if scales or desired.properties.get("serverless_v2_scaling"):
        return
    for member in wanted_members(desired):
        if member.properties.get("instance_class") == SERVERLESS:
            range_ = desired.input_name("serverless_v2_scaling")
            yield member.problem("instance_class", f"needs {range_}, the range in which it scales.")

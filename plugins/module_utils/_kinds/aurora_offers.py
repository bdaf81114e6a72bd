# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. What AWS offers (capacity ranges, classes, zones) against a wanted Aurora cluster.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBEngineVersions.html
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeOrderableDBInstanceOptions.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_cluster import AURORA_CLUSTER, members_in
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_member import wanted_members
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_offers import class_problem
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed, Problem, unknown

OFFERED = ("engine_version", "storage_type", "serverless_v2_scaling", "log_exports")
SUPPORTS = {
    "performance_insights_enabled": "SupportsPerformanceInsights",
    "monitoring_interval_seconds": "SupportsEnhancedMonitoring",
    "iam_authentication": "SupportsIAMDatabaseAuthentication",
    "storage_encrypted": "SupportsStorageEncryption",
}

Raw = Mapping[str, Any]


def depends_on_offer(desired: Desired, observed: Observed | None) -> bool:
    """Whether something changes that only some versions and classes have."""
    if observed is None or members_to_offer(desired, observed):
        return True
    return any(_differs(desired, observed, name) for name in OFFERED)


def _differs(desired: Desired, observed: Observed, name: str) -> bool:
    after = desired.properties.get(name)
    satisfied = AURORA_CLUSTER.properties[name].satisfied
    return after is not None and not unknown(after) and not satisfied(observed.properties.get(name), after)


def members_to_offer(desired: Desired, observed: Observed | None) -> list[Desired]:
    """The members that are new, or that change what only some classes and versions have."""
    present = members_in(observed) if observed else {}
    return [member for member in wanted_members(desired) if _changes(member, present.get(member.name))]


def _changes(member: Desired, seen: Observed | None) -> bool:
    names = ("instance_class", "ca_certificate_identifier")
    return seen is None or any(member.properties.get(name) not in (None, seen.properties.get(name)) for name in names)


def new_members(desired: Desired, observed: Observed | None) -> list[Desired]:
    present = members_in(observed) if observed else {}
    return [member for member in wanted_members(desired) if member.name not in present]


def scaling_problems(desired: Desired, raw: Raw) -> Iterator[Problem]:
    """The capacity range of the version. ``raw`` is AWS's description of it, empty when it was not read.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.how-it-works.html
    """
    range_ = raw.get("ServerlessV2FeaturesSupport")
    scaling = desired.properties.get("serverless_v2_scaling")
    if not range_ or not scaling:
        return
    version, least, most = raw["EngineVersion"], scaling.get("min_acu"), scaling.get("max_acu")
    low, high = range_["MinCapacity"], range_["MaxCapacity"]
    if least is not None and least < low:
        reason = f"is too low for {version}, whose members cannot pause. Allowed: {low:g} and more."
        yield desired.problem("serverless_v2_scaling.min_acu", reason, least)
    if most is not None and most > high:
        reason = f"is too high for {version}. Allowed: {high:g} and less."
        yield desired.problem("serverless_v2_scaling.max_acu", reason, most)


def member_problems(
    desired: Desired, member: Desired, options: Sequence[Raw], all_options: Sequence[Raw], where: tuple[str, str]
) -> Iterator[Problem]:
    """``options`` are those of the member's class, ``all_options`` of all classes if it has none; ``where`` is the
    version and the region."""
    if not options:
        yield class_problem(member, all_options, *where)
        return
    storage = desired.properties.get("storage_type")
    types = {option["StorageType"] for option in options if option.get("StorageType")}
    if storage and types and storage not in types:
        allowed = ", ".join(sorted(types))
        instance_class = options[0]["DBInstanceClass"]
        yield desired.problem("storage_type", f"is not offered with {instance_class}. Allowed: {allowed}.")
    for name, flag in SUPPORTS.items():
        for resource in (desired, member):
            if resource.properties.get(name) and not any(option.get(flag) for option in options):
                yield resource.problem(name, f"is not supported by {options[0]['DBInstanceClass']}.")


def zone_problems(members: Iterable[Desired], zones: Sequence[str]) -> Iterator[Problem]:
    """``zones`` are those of the subnet group, empty when it is not known yet."""
    for member in members:
        zone = member.properties.get("availability_zone")
        if zone and zones and zone not in zones:
            allowed = ", ".join(zones)
            yield member.problem("availability_zone", f"is no zone of the DB subnet group. Allowed: {allowed}.")


def taken_problems(members: Iterable[Desired], owners: Mapping[str, str]) -> Iterator[Problem]:
    """``owners`` says which cluster an instance of that name is in; empty for an instance in none."""
    for member in members:
        if member.name in owners:
            owner = owners[member.name]
            holder = f"a member of cluster {owner}" if owner else "an instance of its own"
            yield member.problem("name", f"exists and is {holder}. Choose another name.", member.name)

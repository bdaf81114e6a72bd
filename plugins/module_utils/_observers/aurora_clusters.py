# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of Aurora clusters with their members, and what AWS offers for wanted ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import pages
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import aurora_cluster, aurora_offers, rds_offers
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_cluster_requests import ENGINE
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds_catalogue import (
    known_version,
    offered_versions,
    orderable,
    version_problems,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds_reads import (
    CLUSTER_ABSENT,
    SUBNET_GROUP_ABSENT,
    described,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed, Problem, unknown


def observe_clusters(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    """Clusters and all their members: two requests and their pages, however many clusters there are."""
    client = scope.clients("rds")
    found = described(client, "describe_db_clusters", "DBClusters", "DBClusterIdentifier", CLUSTER_ABSENT, wanted)
    instances = _instances(client, "db-cluster-id", [raw["DBClusterIdentifier"] for raw in found])
    by_cluster: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for instance in instances:
        by_cluster[instance["DBClusterIdentifier"]].append(instance)
    now = datetime.now(UTC)
    return [aurora_cluster.from_aws(raw, by_cluster[raw["DBClusterIdentifier"]], now) for raw in found]


def _instances(client: Any, name: str, values: Sequence[str]) -> list[Any]:
    """The instances that a filter selects."""
    if not values:
        return []
    filters = [{"Name": name, "Values": list(values)}]
    return pages(client, "describe_db_instances", "DBInstances", subject=", ".join(values), Filters=filters)


def subnet_zones(client: Any, group: Any) -> list[str]:
    """The zones of a DB subnet group; none for a group that is not known or does not exist yet."""
    if not group or unknown(group):
        return []
    found = pages(
        client,
        "describe_db_subnet_groups",
        "DBSubnetGroups",
        absent=SUBNET_GROUP_ABSENT,
        subject=group,
        DBSubnetGroupName=group,
    )
    return sorted({subnet["SubnetAvailabilityZone"]["Name"] for raw in found for subnet in raw["Subnets"]})


def verify_cluster(scope: Scope, desired: Desired, observed: Observed | None) -> Iterable[Problem]:
    """Version, classes, capacity range, zones and names; asked only for what is new or changes in one of them."""
    if not known_version(desired, observed):
        return []
    client = scope.clients("rds")
    problems: list[Problem] = []
    if aurora_offers.depends_on_offer(desired, observed):
        version, raw, problems = version_problems(client, ENGINE, desired, observed, scope.region)
        if version:
            raw = raw or offered_versions(client, ENGINE, EngineVersion=version, IncludeAll=True).get(version, {})
            problems += _member_problems(scope, desired, observed, version, raw)
        problems += aurora_offers.scaling_problems(desired, raw)
    return problems + _new_member_problems(client, desired, observed)


def _member_problems(
    scope: Scope, desired: Desired, observed: Observed | None, version: str, raw: Mapping[str, Any]
) -> list[Problem]:
    client = scope.clients("rds")
    found: list[Problem] = []
    for member in aurora_offers.members_to_offer(desired, observed):
        if member.properties.get("ca_certificate_identifier") != desired.properties.get("ca_certificate_identifier"):
            found += rds_offers.version_problems(member, raw)
        wanted = member.properties.get("instance_class")
        if wanted is None:
            continue
        options = orderable(client, ENGINE, version, DBInstanceClass=wanted)
        every = options or orderable(client, ENGINE, version)
        found += aurora_offers.member_problems(desired, member, options, every, (version, scope.region))
    return list(dict.fromkeys(found))


def _new_member_problems(client: Any, desired: Desired, observed: Observed | None) -> list[Problem]:
    new = aurora_offers.new_members(desired, observed)
    owners = {
        raw["DBInstanceIdentifier"]: raw.get("DBClusterIdentifier", "")
        for raw in _instances(client, "db-instance-id", [member.name for member in new])
    }
    problems = list(aurora_offers.taken_problems(new, owners))
    if any(member.properties.get("availability_zone") for member in new):
        group = (observed or desired).properties.get("db_subnet_group_name")
        problems += aurora_offers.zone_problems(new, subnet_zones(client, group))
    return problems

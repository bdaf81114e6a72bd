# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of what databases have, for alarms whose threshold is a share of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients, pages
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.alarm_share import (
    database_of,
    needs_connections,
    with_threshold,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.capacity import SERVERLESS, Database
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.planned_database import After, planned_database
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds_reads import PARAMETER_GROUP_ABSENT
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Problem, unknown

PARAMETER = "max_connections"
READS = {
    "db_parameter_group": ("describe_db_parameters", "DBParameterGroupName"),
    "db_cluster_parameter_group": ("describe_db_cluster_parameters", "DBClusterParameterGroupName"),
}


def settle_shares(clients: Clients, alarms: Sequence[Desired]) -> tuple[list[Desired], list[Problem]]:
    """Alarms with their shares as numbers: one read of all the databases, none when no alarm has a share."""
    shares = [alarm for alarm in alarms if database_of(alarm)]
    if not shares:
        return list(alarms), []
    databases = _read(clients, shares)
    settled = [with_threshold(alarm, databases) for alarm in alarms]
    return [alarm for alarm, _unused in settled], [problem for _unused, problems in settled for problem in problems]


def settle_share(scope: Scope, alarm: Desired, after: After) -> tuple[Desired, list[Problem]]:
    """The same in a plan: a database of the document is taken as it will be after the run, not as it is."""
    identifier = database_of(alarm)
    if not identifier or unknown(identifier):
        return with_threshold(alarm, {})
    planned = planned_database(after, identifier)
    if planned is None:
        databases = scope.clients.once("databases", identifier, lambda: _read(scope.clients, [alarm], always=True))
        return with_threshold(alarm, databases)
    allowed = _connections_after(scope.clients, planned.groups, after) if needs_connections(alarm) else None
    database = Database(
        identifier,
        planned.engine,
        planned.instance_class,
        planned.allocated_storage_gib,
        allowed,
        planned.max_acu,
        planned.min_acu,
    )
    return with_threshold(alarm, {identifier: database})


def _connections_after(clients: Clients, groups: Iterable[str], after: After) -> Any:
    """What the first of these groups says that says something; one outside of the document is read."""
    for key in groups:
        kind, _slash, name = key.partition("/")
        planned = after.get(key)
        if planned is None:
            method, argument = READS[kind]
            found = _parameter(clients, method, **{argument: name})
        else:
            found = planned.get(f"parameters.{PARAMETER}", (planned.get("parameters") or {}).get(PARAMETER))
        if found:
            return found
    return None


def _read(clients: Clients, alarms: Iterable[Desired], always: bool = False) -> dict[str, Database]:
    """The databases of these alarms; their parameter groups only where max_connections matters, or ``always``."""
    wanted = {database_of(alarm) or "": alarm for alarm in alarms}
    busy = {database_of(alarm) for alarm in alarms if always or needs_connections(alarm)}
    names = sorted(name for name in wanted if not unknown(name))
    found = pages(
        clients("rds"),
        "describe_db_instances",
        "DBInstances",
        subject=", ".join(names),
        Filters=[{"Name": "db-instance-id", "Values": names}],
    )
    clusters = _clusters(clients, found)
    return {raw["DBInstanceIdentifier"]: _database(clients, raw, clusters, busy) for raw in found}


def _clusters(clients: Clients, instances: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    names = sorted({raw["DBClusterIdentifier"] for raw in instances if raw.get("DBClusterIdentifier")})
    if not names:
        return {}
    found = pages(
        clients("rds"),
        "describe_db_clusters",
        "DBClusters",
        subject=", ".join(names),
        Filters=[{"Name": "db-cluster-id", "Values": names}],
    )
    return {raw["DBClusterIdentifier"]: raw for raw in found}


def _database(
    clients: Clients, raw: Mapping[str, Any], clusters: Mapping[str, Mapping[str, Any]], busy: Collection[str | None]
) -> Database:
    identifier, cluster = raw["DBInstanceIdentifier"], clusters.get(raw.get("DBClusterIdentifier", ""), {})
    scaling = cluster.get("ServerlessV2ScalingConfiguration", {}) if raw["DBInstanceClass"] == SERVERLESS else {}
    return Database(
        identifier,
        raw["Engine"],
        raw["DBInstanceClass"],
        raw.get("AllocatedStorage"),
        _connections(clients, raw, cluster) if identifier in busy else None,
        scaling.get("MaxCapacity"),
        scaling.get("MinCapacity"),
    )


def _connections(clients: Clients, raw: Mapping[str, Any], cluster: Mapping[str, Any]) -> Any:
    """What the group of the instance says, else that of its cluster; None where both leave it at RDS's default."""
    groups = [group["DBParameterGroupName"] for group in raw.get("DBParameterGroups", ())]
    own = [_parameter(clients, "describe_db_parameters", DBParameterGroupName=name) for name in groups[:1]]
    shared = cluster.get("DBClusterParameterGroup")
    if any(own) or not shared:
        return next(iter(own), None)
    return _parameter(clients, "describe_db_cluster_parameters", DBClusterParameterGroupName=shared)


def _parameter(clients: Clients, method: str, **group: str) -> Any:
    """A parameter as somebody set it in a group, read once; None where nobody did, or where there is no such group."""
    name = next(iter(group.values()))

    def read() -> dict[str, Any]:
        found = pages(
            clients("rds"), method, "Parameters", subject=name, absent=PARAMETER_GROUP_ABSENT, Source="user", **group
        )
        return {raw["ParameterName"]: raw.get("ParameterValue") for raw in found}

    return clients.once(method, name, read).get(PARAMETER)

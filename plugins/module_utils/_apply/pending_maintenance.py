# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The reads and writes of the module pending_maintenance, and its wait."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, pages
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import pending_maintenance
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.pending_maintenance import OPT_IN, Resource
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Plan, Problem
from ansible_collections.pgfleet.aws.plugins.module_utils._run import refuse_problems
from ansible_collections.pgfleet.aws.plugins.module_utils._waiters import Awaited, wait

DONE = "done"
MADE = Awaited(frozenset({DONE}))


def pending(client: Any) -> list[dict[str, Any]]:
    """All pending actions of the region, resource by resource."""
    found = pages(client, "describe_pending_maintenance_actions", "PendingMaintenanceActions")
    return [entry for raw in found for entry in pending_maintenance.from_aws(raw)]


def resources(client: Any) -> dict[str, Resource]:
    """Instances and clusters of the region by ARN."""
    instances = pages(client, "describe_db_instances", "DBInstances")
    clusters = pages(client, "describe_db_clusters", "DBClusters")
    found = [
        *(Resource(raw["DBInstanceArn"], raw.get("MultiAZ", False)) for raw in instances),
        *(Resource(raw["DBClusterArn"]) for raw in clusters),
    ]
    return {resource.arn: resource for resource in found}


def named(wanted: Mapping[str, Collection[str]], known: Mapping[str, Resource]) -> set[str]:
    """ARNs of the wanted resources, ``{instance: names or ARNs, cluster: …}``. Raises Refused for what is not there."""
    found = {arn for kind, names in wanted.items() for arn in _matching(kind, names, known)}
    refuse_problems(problem for kind, names in wanted.items() for problem in _missing(kind, names, known))
    return found


def _matching(kind: str, names: Iterable[str], known: Mapping[str, Resource]) -> Iterator[str]:
    asked = {name.lower() for name in names}
    for arn, resource in known.items():
        if resource.kind == kind and {arn.lower(), resource.name} & asked:
            yield arn


def _missing(kind: str, names: Iterable[str], known: Mapping[str, Resource]) -> Iterator[Problem]:
    missing = [name for name in names if not list(_matching(kind, [name], known))]
    if missing:
        there = ", ".join(sorted(resource.name for resource in known.values() if resource.kind == kind)) or "none"
        yield Problem(
            f"{kind}s", ", ".join(missing), f"is no DB {kind} in this account and region. There are: {there}."
        )


def apply_maintenance(client: Any, plan: Plan, arns: Mapping[tuple[str, str], str], when: str) -> None:
    """Ask AWS for the actions of one resource."""
    for change in plan.changes:
        call(
            client,
            "apply_pending_maintenance_action",
            subject=f"{plan.name}, {change.property}",
            ResourceIdentifier=arns[plan.kind, plan.name],
            ApplyAction=change.property,
            OptInType=OPT_IN[when],
        )


def until_made(client: Any, asked: Collection[tuple[str, str]], timeout_seconds: float) -> None:
    """Until none of the actions, ``(ARN, action)``, is pending any more. Raises WaitTimeout."""

    def status() -> str:
        left = [entry for entry in pending(client) if (entry["resource_arn"], entry["action"]) in asked]
        names = ", ".join(f"{entry['action']} of {entry['resource_name']}" for entry in left)
        return f"pending ({names})" if left else DONE

    wait("maintenance", status, MADE, timeout_seconds)

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. A DB instance as a plan leaves it: of the document, or a member of its cluster."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.capacity import SERVERLESS

# Properties by ``kind/name``, as the planner hands them on.
After = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Planned:
    """``groups`` are its parameter groups, as ``kind/name``; the first that sets a parameter counts."""

    engine: str
    instance_class: str
    allocated_storage_gib: float | None = None
    max_acu: float | None = None
    min_acu: float | None = None
    groups: tuple[str, ...] = ()


def planned_database(after: After, identifier: str) -> Planned | None:
    """None for a database that is not of the document."""
    instance = after.get(f"rds_instance/{identifier}")
    if instance is not None:
        return Planned(
            str(instance.get("engine") or ""),
            str(instance.get("instance_class") or ""),
            instance.get("allocated_storage_gib"),
            groups=_groups(("db_parameter_group", instance.get("db_parameter_group_name"))),
        )
    clusters = (cluster for key, cluster in after.items() if key.startswith("aurora_cluster/"))
    found = ((cluster, _member(cluster, identifier)) for cluster in clusters)
    return next((_planned_member(cluster, member) for cluster, member in found if member is not None), None)


def _planned_member(cluster: Mapping[str, Any], member: Mapping[str, Any]) -> Planned:
    instance_class = str(member.get("instance_class") or "")
    scaling = (cluster.get("serverless_v2_scaling") or {}) if instance_class == SERVERLESS else {}
    return Planned(
        str(cluster.get("engine") or ""),
        instance_class,
        max_acu=scaling.get("max_acu"),
        min_acu=scaling.get("min_acu"),
        groups=_groups(
            ("db_parameter_group", member.get("db_parameter_group_name")),
            ("db_cluster_parameter_group", cluster.get("db_cluster_parameter_group_name")),
        ),
    )


def _groups(*named: tuple[str, Any]) -> tuple[str, ...]:
    return tuple(f"{kind}/{name}" for kind, name in named if name)


def _member(cluster: Mapping[str, Any], identifier: str) -> dict[str, Any] | None:
    """A cluster that there is has its present members under ``_members``, and its changes by their dotted names."""
    present = cluster.get("_members")
    if present is None:
        wanted = {member["name"]: member for member in cluster.get("members") or ()}
        return wanted.get(identifier)
    path = f"members.{identifier}"
    if identifier not in present:
        new: dict[str, Any] | None = cluster.get(path)
        return new
    changed = {key.removeprefix(f"{path}."): value for key, value in cluster.items() if key.startswith(f"{path}.")}
    return {**present[identifier].properties, **changed}

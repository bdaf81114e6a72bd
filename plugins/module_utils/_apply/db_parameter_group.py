# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The writes of the module rds_parameter_group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, from_tags, pages
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.rds_tags import apply_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter import Parameter, canonical
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter_group import (
    PREFIX,
    Metadata,
    batches,
    from_aws,
    wanted_parameters,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance_plan import REBOOT_PENDING
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds_groups import family_parameters
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Action,
    Change,
    Desired,
    Effect,
    Observed,
    Plan,
)

MEMBER = "members."


@dataclass(frozen=True, slots=True)
class Member:
    """An instance that uses the group."""

    name: str
    replica: bool
    pending: bool


def apply_parameter_group(client: Any, desired: Desired, observed: Observed | None, plan: Plan) -> Observed | None:
    """Create the group, or change the parameters and tags that the plan names. Returns the group as it is then."""
    if plan.action is Action.DELETE:
        call(client, "delete_db_parameter_group", subject=plan.name, DBParameterGroupName=plan.name)
        return None
    if observed is None:
        return _create(client, desired)
    metadata = observed.attributes["_metadata"]
    changes = {c.property.removeprefix(PREFIX): c.after for c in plan.changes if c.property.startswith(PREFIX)}
    values = {name: value for name, value in changes.items() if value is not None}
    _set(client, desired.name, values, metadata)
    _reset(client, desired.name, changes.keys() - values, metadata)
    apply_tags(client, observed.attributes["arn"], plan)
    kept = {name: value for name, value in observed.properties["parameters"].items() if name not in changes}
    return replace(observed, properties={**observed.properties, "parameters": dict(sorted({**kept, **values}.items()))})


def _create(client: Any, desired: Desired) -> Observed:
    family = desired.properties["family"]
    answer = call(
        client,
        "create_db_parameter_group",
        subject=desired.name,
        DBParameterGroupName=desired.name,
        DBParameterGroupFamily=family,
        Description=desired.properties.get("description") or desired.name,
        Tags=from_tags(desired.tags),
    )
    wanted = wanted_parameters(desired)
    metadata = family_parameters(client, family) if wanted else {}
    values = {name: canonical(value, metadata[name]) for name, value in sorted(wanted.items())}
    _set(client, desired.name, values, metadata)
    made = {name: replace(metadata[name], value=value, user=True) for name, value in values.items()}
    return from_aws(answer["DBParameterGroup"], made, metadata, desired.tags)


def _set(client: Any, name: str, values: Mapping[str, str], metadata: Metadata) -> None:
    for batch in batches(values):
        parameters = [{**_named(metadata[parameter]), "ParameterValue": values[parameter]} for parameter in batch]
        call(client, "modify_db_parameter_group", subject=name, DBParameterGroupName=name, Parameters=parameters)


def _reset(client: Any, name: str, names: Iterable[str], metadata: Metadata) -> None:
    for batch in batches(names):
        parameters = [_named(metadata[parameter]) for parameter in batch]
        call(
            client,
            "reset_db_parameter_group",
            subject=name,
            DBParameterGroupName=name,
            ResetAllParameters=False,
            Parameters=parameters,
        )


def _named(parameter: Parameter) -> dict[str, str]:
    return {"ParameterName": parameter.name, "ApplyMethod": parameter.apply_method}


def members(client: Any, group: str) -> list[Member]:
    """The instances that use the group, replicas first: that is the order in which they are rebooted."""
    found = [
        Member(raw["DBInstanceIdentifier"], "ReadReplicaSourceDBInstanceIdentifier" in raw, status == REBOOT_PENDING)
        for raw in pages(client, "describe_db_instances", "DBInstances")
        for status in _status_in(raw, group)
    ]
    return sorted(found, key=lambda member: (not member.replica, member.name))


def _status_in(raw: Mapping[str, Any], group: str) -> list[str]:
    return [
        used.get("ParameterApplyStatus", "")
        for used in raw.get("DBParameterGroups", ())
        if used["DBParameterGroupName"] == group
    ]


def with_reboots(plan: Plan, found: Sequence[Member], observed: Observed | None, allow: frozenset[Effect]) -> Plan:
    """The plan with the reboots that its static parameters, or earlier ones, need: made when allowed, else listed."""
    static = observed is not None and _touches_static(plan.changes, observed.attributes["_metadata"])
    due = [member for member in found if member.pending or static]
    reboots = tuple(Change(MEMBER + member.name, REBOOT_PENDING, "in-sync", Effect.REBOOT) for member in due)
    if not reboots or plan.action is Action.REFUSE:
        return plan
    if Effect.REBOOT in allow:
        return replace(plan, action=Action.UPDATE, changes=plan.changes + reboots)
    return replace(plan, waiting=plan.waiting + reboots)


def _touches_static(changes: Sequence[Change], metadata: Metadata) -> bool:
    names = (change.property.removeprefix(PREFIX) for change in changes if change.property.startswith(PREFIX))
    return any(name in metadata and metadata[name].static for name in names)


def rebooted(changes: Iterable[Change]) -> list[str]:
    """The members among the changes of a plan, in the order of their reboots."""
    return [change.property.removeprefix(MEMBER) for change in changes if change.property.startswith(MEMBER)]

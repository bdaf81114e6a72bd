# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The writes of the module rds_parameter_group to a group; its members are in
db_parameter_group_members.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, from_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.rds_tags import apply_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter import Parameter, canonical
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter_group import (
    PREFIX,
    Metadata,
    batches,
    from_aws,
    wanted_parameters,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter_level import BY_KIND, Level
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds_groups import family_parameters
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Desired, Observed, Plan


def apply_parameter_group(client: Any, desired: Desired, observed: Observed | None, plan: Plan) -> Observed | None:
    """Create the group, or change the parameters and tags that the plan names. Returns the group as it is then."""
    level = BY_KIND[desired.kind]
    if plan.action is Action.DELETE:
        call(client, level.group_method("delete"), subject=plan.name, **{level.name_key: plan.name})
        return None
    if observed is None:
        return _create(client, level, desired)
    metadata = observed.attributes["_metadata"]
    changes = {c.property.removeprefix(PREFIX): c.after for c in plan.changes if c.property.startswith(PREFIX)}
    values = {name: value for name, value in changes.items() if value is not None}
    _set(client, level, desired.name, values, metadata)
    _reset(client, level, desired.name, changes.keys() - values, metadata)
    apply_tags(client, observed.attributes["arn"], plan)
    kept = {name: value for name, value in observed.properties["parameters"].items() if name not in changes}
    return replace(observed, properties={**observed.properties, "parameters": dict(sorted({**kept, **values}.items()))})


def _create(client: Any, level: Level, desired: Desired) -> Observed:
    family = desired.properties["family"]
    asked = {
        level.name_key: desired.name,
        "DBParameterGroupFamily": family,
        "Description": desired.properties.get("description") or desired.name,
        "Tags": from_tags(desired.tags),
    }
    answer = call(client, level.group_method("create"), subject=desired.name, **asked)
    wanted = wanted_parameters(desired)
    metadata = family_parameters(client, level, family) if wanted else {}
    values = {name: canonical(value, metadata[name]) for name, value in sorted(wanted.items())}
    _set(client, level, desired.name, values, metadata)
    made = {name: replace(metadata[name], value=value, user=True) for name, value in values.items()}
    return from_aws(level, answer[level.group_key], made, metadata, desired.tags)


def _set(client: Any, level: Level, name: str, values: Mapping[str, str], metadata: Metadata) -> None:
    for batch in batches(values):
        parameters = [{**_named(metadata[parameter]), "ParameterValue": values[parameter]} for parameter in batch]
        asked: dict[str, Any] = {level.name_key: name, "Parameters": parameters}
        call(client, level.group_method("modify"), subject=name, **asked)


def _reset(client: Any, level: Level, name: str, names: Iterable[str], metadata: Metadata) -> None:
    for batch in batches(names):
        parameters = [_named(metadata[parameter]) for parameter in batch]
        asked: dict[str, Any] = {level.name_key: name, "ResetAllParameters": False, "Parameters": parameters}
        call(client, level.group_method("reset"), subject=name, **asked)


def _named(parameter: Parameter) -> dict[str, str]:
    return {"ParameterName": parameter.name, "ApplyMethod": parameter.apply_method}

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. DB parameter groups and DB cluster parameter groups: planned parameter by parameter,
in the values RDS keeps.

What RDS says of the parameters travels in the private attribute ``_metadata`` of an observed group.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter import (
    BadValue,
    Parameter,
    canonical,
    plain,
    same,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter_level import (
    BY_KIND,
    CLUSTER,
    INSTANCE,
    Level,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Action,
    Change,
    Desired,
    Effect,
    Kind,
    Observed,
    Plan,
    Problem,
    Property,
    decide,
    tag_changes,
    unknown,
)

Metadata = Mapping[str, Parameter]

# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBParameterGroup.html
NAME = re.compile(r"[a-z](?!.*--)[a-z0-9.-]{0,254}(?<!-)")
FAMILY = re.compile(r"(aurora-)?postgres(ql)?\d+(\.\d+)?")
EXAMPLES = {"instance": "postgres16, aurora-postgresql16", "cluster": "aurora-postgresql16, aurora-postgresql15"}
BATCH = 20
PREFIX = "parameters."

# Parameters that RDS or PostgreSQL checks against each other; one request must not separate them.
TOGETHER: tuple[frozenset[str], ...] = (
    frozenset({"rds.logical_replication", "max_wal_senders", "max_replication_slots", "max_worker_processes"}),
    frozenset({"min_wal_size", "max_wal_size"}),
    frozenset({"ssl_min_protocol_version", "ssl_max_protocol_version"}),
    frozenset({"rds.accepted_password_auth_method", "password_encryption"}),
    frozenset({"max_connections", "superuser_reserved_connections", "rds.rds_superuser_reserved_connections"}),
    frozenset({"max_worker_processes", "max_parallel_workers", "max_parallel_workers_per_gather"}),
    frozenset({"log_destination", "log_filename", "log_rotation_age", "log_rotation_size"}),
)

# What switches on the extensions that Aurora loads by itself.
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Optimize.Start.html
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/babelfish-configuration.html
SWITCHES = {
    "apg_plan_mgmt": "rds.enable_plan_management",
    "babelfishpg_tds": "rds.babelfish_status",
    "babelfishpg_tsql": "rds.babelfish_status",
}


def check_db_parameter_group(desired: Desired) -> Iterable[Problem]:
    level = BY_KIND[desired.kind]
    if not NAME.fullmatch(desired.name):
        allowed = "1-255 lower-case letters, digits, dots and single dashes, a letter first and no dash last"
        yield desired.problem("name", f"is no name of a {level.title}. Allowed: {allowed}.", desired.name)
    family = desired.properties.get("family")
    if family is not None and not unknown(family) and not FAMILY.fullmatch(family):
        yield desired.problem("family", f"is no family of PostgreSQL parameters. Allowed: {EXAMPLES[level.user]}, ...")


def new_group(level: Level) -> str:
    """The way to another family or description."""
    return (
        f"RDS cannot change it: give the group another name (with the family in it) and put the {level.user} on that."
    )


def kind_of(level: Level) -> Kind:
    fixed = Property(immutable=new_group(level))
    properties = {"family": fixed, "description": fixed, "parameters": Property()}
    return Kind(level.kind, properties, check_db_parameter_group)


DB_PARAMETER_GROUP = kind_of(INSTANCE)
DB_CLUSTER_PARAMETER_GROUP = kind_of(CLUSTER)


def wanted_parameters(desired: Desired) -> dict[str, Any]:
    """Parameters with a value; a parameter set to null is one that is not wanted."""
    return {name: value for name, value in (desired.properties.get("parameters") or {}).items() if value is not None}


def from_aws(
    level: Level, raw: Mapping[str, Any], user: Metadata, metadata: Metadata, tags: Mapping[str, str]
) -> Observed:
    """``user`` are the parameters set in the group, ``metadata`` what is known beyond them."""
    return Observed(
        level.kind,
        raw[level.name_key],
        {
            "family": raw["DBParameterGroupFamily"],
            "description": raw.get("Description"),
            "parameters": {name: parameter.value for name, parameter in sorted(user.items())},
        },
        tags,
        {"arn": raw[level.arn_key], "_metadata": {**metadata, **user}},
    )


def covers(desired: Desired, user: Metadata) -> bool:
    """Whether the parameters set by users are exactly the wanted ones: then nothing more has to be read."""
    if desired.properties.get("parameters") is None:
        return True
    wanted = wanted_parameters(desired)
    return wanted.keys() == user.keys() and all(_kept(value, user[name]) for name, value in wanted.items())


def _kept(value: Any, parameter: Parameter) -> bool:
    try:
        return same(parameter.value, canonical(value, parameter), parameter)
    except BadValue:
        return False


def parameter_problems(desired: Desired, metadata: Metadata) -> Iterator[Problem]:
    """Every wanted parameter that RDS would refuse, with what is allowed."""
    family = desired.properties.get("family", "this family")
    for name, value in wanted_parameters(desired).items():
        parameter = metadata.get(name)
        if parameter is None:
            close = get_close_matches(name, list(metadata), n=1)
            meant = f" Did you mean {close[0]}?" if close else ""
            message = f"{family} has no such parameter.{meant}{_other_level(desired)}"
            yield desired.problem(PREFIX + name, message, plain(value))
        elif not parameter.modifiable:
            yield desired.problem(PREFIX + name, "is set by RDS and cannot be changed. Leave it out.", plain(value))
        else:
            try:
                canonical(value, parameter)
            except BadValue as bad:
                yield desired.problem(PREFIX + name, str(bad), plain(value))


def _other_level(desired: Desired) -> str:
    """Most of what only Aurora has, and much of what is PostgreSQL's own, belongs to the cluster.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Reference.ParameterGroups.html
    """
    of_instance = desired.kind == INSTANCE.kind and str(desired.properties.get("family")).startswith("aurora-")
    return f" Aurora keeps many parameters in the {CLUSTER.title} only." if of_instance else ""


def plan_db_parameter_group(_kind: Kind, desired: Desired, observed: Observed | None, allow: frozenset[Effect]) -> Plan:
    """One change per parameter. Writing a static one costs nothing: it takes effect when a member reboots."""
    wanted = wanted_parameters(desired)
    if observed is None:
        own = {name: desired.properties[name] for name in ("family", "description") if desired.properties.get(name)}
        new = own | {PREFIX + name: plain(value) for name, value in sorted(wanted.items())}
        changes = [Change(name, None, value) for name, value in new.items()] + tag_changes(desired.tags, {})
        return Plan(desired.kind, desired.name, Action.CREATE, tuple(changes))
    refusals = [
        desired.problem(name, f"is {observed.properties[name]!r} in AWS. {new_group(BY_KIND[desired.kind])}")
        for name in ("family", "description")
        if desired.properties.get(name) not in (None, observed.properties[name])
    ]
    changes = []
    if desired.properties.get("parameters") is not None:
        changes = list(_parameter_changes(wanted, observed))
    return decide(desired, [*changes, *tag_changes(desired.tags, observed.tags)], refusals, allow)


def _parameter_changes(wanted: Mapping[str, Any], observed: Observed) -> Iterator[Change]:
    metadata: Metadata = observed.attributes["_metadata"]
    for name, value in sorted(wanted.items()):
        parameter = metadata.get(name, Parameter(name))
        try:
            after = canonical(value, parameter)
        except BadValue:
            after = plain(value)
        if not same(parameter.value, after, parameter):
            yield Change(PREFIX + name, parameter.value, after, note=_note(parameter))
    for name, value in sorted(observed.properties["parameters"].items()):
        if name not in wanted:
            yield Change(PREFIX + name, value, None, note=f"reset to the default{_reboot(metadata[name])}")


def _note(parameter: Parameter) -> str:
    counted = f"in {parameter.unit}" if parameter.unit else ""
    return ", ".join(filter(None, (counted, _reboot(parameter).removeprefix(", "))))


def _reboot(parameter: Parameter) -> str:
    return ", takes effect at the next reboot" if parameter.static else ""


def batches(names: Iterable[str]) -> list[list[str]]:
    """Requests of at most 20 parameters (the limit of ModifyDBParameterGroup) that keep dependent ones together.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBParameterGroup.html
    """
    filled: list[list[str]] = []
    for cluster in _clusters(sorted(names)):
        for start in range(0, len(cluster), BATCH):
            part = cluster[start : start + BATCH]
            fitting = next((batch for batch in filled if len(batch) + len(part) <= BATCH), None)
            if fitting is None:
                filled.append(part)
            else:
                fitting.extend(part)
    return filled


def _clusters(names: Sequence[str]) -> list[list[str]]:
    """Names that belong together: joined by TOGETHER (also over a common member), or of one extension ('pgaudit.')."""
    clusters: list[set[str]] = []
    for tie in (*TOGETHER, *_extensions(names), *(frozenset({name}) for name in names)):
        joined = set(tie & set(names))
        if not joined:
            continue
        for cluster in [c for c in clusters if c & joined]:
            clusters.remove(cluster)
            joined |= cluster
        clusters.append(joined)
    return sorted((sorted(cluster) for cluster in clusters), key=lambda cluster: (-len(cluster), cluster))


def _extensions(names: Sequence[str]) -> Iterator[frozenset[str]]:
    """Parameters of an extension, with what loads it and, on Aurora, switches it on."""
    prefixes = {name.split(".")[0] for name in names if "." in name} - {"rds"}
    for prefix in prefixes:
        own = frozenset(name for name in names if name.startswith(f"{prefix}."))
        yield own | {"shared_preload_libraries", SWITCHES.get(prefix, "")}

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of DB subnet groups and DB parameter groups, and what RDS says of parameters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, partial
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, pages, side_by_side
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import db_parameter_group, db_subnet_group
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter import Parameter
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter import from_aws as parameter_from_aws
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter_level import BY_KIND, Level
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds_reads import (
    PARAMETER_GROUP_ABSENT,
    SUBNET_GROUP_ABSENT,
    described,
    tags_of,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.tagging import current_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed, Problem, unknown
from ansible_collections.pgfleet.aws.plugins.module_utils._values import as_set


def observe_subnet_groups(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    client = scope.clients("rds")
    found = described(
        client, "describe_db_subnet_groups", "DBSubnetGroups", "DBSubnetGroupName", SUBNET_GROUP_ABSENT, wanted
    )
    by_name = {desired.name.lower(): desired for desired in wanted}
    for raw in found:
        arn = raw["DBSubnetGroupArn"]
        tags = current_tags(scope, arn, by_name[raw["DBSubnetGroupName"].lower()], partial(tags_of, client, arn))
        yield db_subnet_group.from_aws(raw, tags)


def verify_subnet_group(scope: Scope, desired: Desired, observed: Observed | None) -> Iterable[Problem]:
    """The zones of the wanted subnets, asked only when the subnets are known and are not already those of the group."""
    subnets = desired.properties.get("subnet_ids")
    if not subnets or unknown(subnets):
        return ()
    if observed is not None and as_set(observed.properties["subnet_ids"], subnets):
        return ()
    found = call(scope.clients("ec2"), "describe_subnets", subject=desired.name, SubnetIds=sorted(subnets))
    return db_subnet_group.zone_problems(desired, [subnet["AvailabilityZone"] for subnet in found["Subnets"]])


def observe_parameter_groups(level: Level, scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    client = scope.clients("rds")
    by_name = {desired.name.lower(): desired for desired in wanted}
    method, key = f"{level.group_method('describe')}s", f"{level.group_key}s"

    def group(raw: Any) -> Observed:
        name, arn = raw[level.name_key], raw[level.arn_key]
        desired = by_name[name.lower()]
        user = group_parameters(client, level, name, Source="user")
        metadata = {} if db_parameter_group.covers(desired, user) else group_parameters(client, level, name)
        tags = current_tags(scope, arn, desired, partial(tags_of, client, arn))
        return db_parameter_group.from_aws(level, raw, user, metadata, tags)

    return side_by_side(group, described(client, method, key, level.name_key, PARAMETER_GROUP_ABSENT, wanted))


def group_parameters(client: Any, level: Level, name: str, **source: str) -> dict[str, Parameter]:
    """Parameters of a group, by name; with ``Source="user"`` only those that were set in it."""
    asked = {level.name_key: name, **source}
    found = pages(client, level.parameters_method, "Parameters", subject=name, **asked)
    return {raw["ParameterName"]: parameter_from_aws(raw) for raw in found}


@cache
def family_parameters(client: Any, level: Level, family: str) -> dict[str, Parameter]:
    """Parameters of a family, for groups that do not exist yet. Groups of one family share the answer."""
    found = pages(
        client,
        level.defaults_method,
        "EngineDefaults.Parameters",
        absent={"InvalidParameterValue"},
        subject=family,
        DBParameterGroupFamily=family,
    )
    return {raw["ParameterName"]: parameter_from_aws(raw) for raw in found}


def verify_parameter_group(scope: Scope, desired: Desired, observed: Observed | None) -> Iterable[Problem]:
    """Names and values against AWS's own metadata: of the group, or of the family for a group that is new."""
    if not desired.properties.get("parameters"):
        return ()
    if observed is not None:
        return db_parameter_group.parameter_problems(desired, observed.attributes["_metadata"])
    family = desired.properties.get("family")
    if not db_parameter_group.FAMILY.fullmatch(family or ""):
        # Not known yet, or a problem of its own.
        return ()
    known = family_parameters(scope.clients("rds"), BY_KIND[desired.kind], family)
    if not known:
        return [desired.problem("family", f"is no parameter group family in {scope.region}.")]
    return db_parameter_group.parameter_problems(desired, known)

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of RDS instances, and what AWS offers for a wanted one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import pages
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import rds_instance, rds_offers
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_versions import VERSION, major, reached
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds_reads import INSTANCE_ABSENT, described
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed, Problem

ENGINE = "postgres"


def observe_instances(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    """Instances; AWS describes them with their tags."""
    found = described(
        scope.clients("rds"), "describe_db_instances", "DBInstances", "DBInstanceIdentifier", INSTANCE_ABSENT, wanted
    )
    return [rds_instance.from_aws(raw) for raw in found]


@cache
def offered_versions(client: Any, **filters: Any) -> dict[str, Mapping[str, Any]]:
    """Engine versions that AWS offers, described, by version. Hosts of one version share the answer."""
    found = pages(client, "describe_db_engine_versions", "DBEngineVersions", subject=ENGINE, Engine=ENGINE, **filters)
    return {raw["EngineVersion"]: raw for raw in found if raw.get("Status", "available") == "available"}


@cache
def orderable(client: Any, engine_version: str, **filters: Any) -> list[Mapping[str, Any]]:
    """How AWS sells instance classes for an engine version: an entry per class and storage type."""
    return pages(
        client,
        "describe_orderable_db_instance_options",
        "OrderableDBInstanceOptions",
        subject=filters.get("DBInstanceClass", ENGINE),
        Engine=ENGINE,
        EngineVersion=engine_version,
        **filters,
    )


def chosen_version(client: Any, desired: Desired, observed: Observed | None) -> tuple[str | None, Mapping[str, Any]]:
    """The exact version to ask AWS for (None when AWS does not offer the wanted one), and those offered in its major.

    An instance that already has what is wanted keeps its version.
    """
    wanted = desired.properties.get("engine_version")
    present = observed.properties["engine_version"] if observed else None
    if wanted is None or reached(present, wanted):
        return present, {}
    offered = offered_versions(client, DBParameterGroupFamily=f"{ENGINE}{major(wanted)}")
    return rds_offers.newest(offered, wanted), offered


def verify_instance(scope: Scope, desired: Desired, observed: Observed | None) -> Iterable[Problem]:
    """Version, class and what they support; asked only for an instance that is new or changes in one of them."""
    wanted = desired.properties.get("engine_version")
    if not VERSION.fullmatch(wanted or ("" if observed is None else observed.properties["engine_version"])):
        return []
    if observed is not None and not rds_offers.depends_on_offer(desired, observed):
        return []
    client = scope.clients("rds")
    version, offered = chosen_version(client, desired, observed)
    if version is None:
        problems = [rds_offers.version_problem(desired, offered or offered_versions(client), scope.region)]
        version = rds_offers.newest_of_all(offered)
    else:
        problems = list(rds_offers.version_problems(desired, offered.get(version, {})))
        problems += _upgrade_problems(client, desired, observed, version)
    return problems + (_class_problems(client, desired, observed, version, scope.region) if version else [])


def _upgrade_problems(client: Any, desired: Desired, observed: Observed | None, version: str) -> Iterable[Problem]:
    present = observed.properties["engine_version"] if observed else version
    if version == present:
        return []
    source = offered_versions(client, EngineVersion=present, IncludeAll=True).get(present, {})
    return rds_offers.upgrade_problems(desired, version, source)


def _class_problems(
    client: Any, desired: Desired, observed: Observed | None, version: str, region: str
) -> list[Problem]:
    wanted = desired.properties.get("instance_class") or (observed.properties["instance_class"] if observed else None)
    if wanted is None:
        return []
    options = orderable(client, version, DBInstanceClass=wanted)
    if not options:
        return [rds_offers.class_problem(desired, orderable(client, version), version, region)]
    return list(rds_offers.option_problems(desired, observed, options))

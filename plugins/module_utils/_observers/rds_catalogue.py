# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of what AWS offers: engine versions and instance classes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import pages
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import rds_offers
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_versions import VERSION, major, reached
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed, Problem


@cache
def offered_versions(client: Any, engine: str, **filters: Any) -> dict[str, Mapping[str, Any]]:
    """Engine versions that AWS offers, described, by version. Hosts of one version share the answer.

    Editions with a name of their own (15.4-limitless) are no versions to choose by number.
    """
    found = pages(client, "describe_db_engine_versions", "DBEngineVersions", subject=engine, Engine=engine, **filters)
    return {
        raw["EngineVersion"]: raw
        for raw in found
        if raw.get("Status", "available") == "available" and VERSION.fullmatch(raw["EngineVersion"])
    }


@cache
def orderable(client: Any, engine: str, engine_version: str, **filters: Any) -> list[Mapping[str, Any]]:
    """How AWS sells instance classes for an engine version: an entry per class and storage type."""
    return pages(
        client,
        "describe_orderable_db_instance_options",
        "OrderableDBInstanceOptions",
        subject=filters.get("DBInstanceClass", engine),
        Engine=engine,
        EngineVersion=engine_version,
        **filters,
    )


def chosen_version(
    client: Any, engine: str, desired: Desired, observed: Observed | None
) -> tuple[str | None, Mapping[str, Any]]:
    """The exact version to ask AWS for (None when AWS does not offer the wanted one), and those offered in its major.

    What already has the wanted version keeps its own.
    """
    wanted = desired.properties.get("engine_version")
    present = observed.properties["engine_version"] if observed else None
    if wanted is None or reached(present, wanted):
        return present, {}
    offered = offered_versions(client, engine, DBParameterGroupFamily=f"{engine}{major(wanted)}")
    return rds_offers.newest(offered, wanted), offered


def known_version(desired: Desired, observed: Observed | None) -> bool:
    """Whether there is a version to ask AWS about: the wanted one, or that of what exists."""
    wanted = desired.properties.get("engine_version")
    return bool(VERSION.fullmatch(wanted or ("" if observed is None else observed.properties["engine_version"])))


def version_problems(
    client: Any, engine: str, desired: Desired, observed: Observed | None, region: str
) -> tuple[str | None, Mapping[str, Any], list[Problem]]:
    """The version to look classes up for, AWS's description of it (empty when not read), and what is wrong with it."""
    version, offered = chosen_version(client, engine, desired, observed)
    if version is None:
        problem = rds_offers.version_problem(desired, offered or offered_versions(client, engine), region)
        newest = rds_offers.newest_of_all(offered)
        return newest, offered[newest] if newest else {}, [problem]
    described = offered.get(version, {})
    problems = list(rds_offers.version_problems(desired, described))
    return version, described, [*problems, *_upgrade_problems(client, engine, desired, observed, version)]


def _upgrade_problems(
    client: Any, engine: str, desired: Desired, observed: Observed | None, version: str
) -> Iterable[Problem]:
    present = observed.properties["engine_version"] if observed else version
    if version == present:
        return []
    source = offered_versions(client, engine, EngineVersion=present, IncludeAll=True).get(present, {})
    return rds_offers.upgrade_problems(desired, version, source)

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of RDS instances, and the questions about a wanted one that only AWS can answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import pages
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import rds_instance
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_versions import VERSION, major, newest, version
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds_reads import INSTANCE_ABSENT, described
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed, Problem, unknown

SUPPORTS = {
    "multi_az": "MultiAZCapable",
    "storage_encrypted": "SupportsStorageEncryption",
    "performance_insights_enabled": "SupportsPerformanceInsights",
    "monitoring_interval_seconds": "SupportsEnhancedMonitoring",
    "iam_authentication": "SupportsIAMDatabaseAuthentication",
    "max_allocated_storage_gib": "SupportsStorageAutoscaling",
    "dedicated_log_volume": "SupportsDedicatedLogVolume",
}


def observe_instances(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    """Instances come with their tags."""
    found = described(
        scope.clients("rds"), "describe_db_instances", "DBInstances", "DBInstanceIdentifier", INSTANCE_ABSENT, wanted
    )
    return [rds_instance.from_aws(raw) for raw in found]


@cache
def offered_versions(client: Any, engine: str) -> dict[str, Any]:
    """The engine versions that AWS offers for new instances, described, by version."""
    found = pages(client, "describe_db_engine_versions", "DBEngineVersions", subject=engine, Engine=engine)
    return {raw["EngineVersion"]: raw for raw in found if raw.get("Status", "available") == "available"}


@cache
def orderable(client: Any, engine: str, engine_version: str, instance_class: str) -> list[Any]:
    """How AWS sells a class for an engine version: one entry per storage type."""
    return pages(
        client,
        "describe_orderable_db_instance_options",
        "OrderableDBInstanceOptions",
        subject=instance_class,
        Engine=engine,
        EngineVersion=engine_version,
        DBInstanceClass=instance_class,
    )


def verify_instance(scope: Scope, desired: Desired, observed: Observed | None) -> Iterable[Problem]:
    """Version and class, asked only for an instance that is new or changes in what the answer depends on."""
    if observed is not None and not _asks_for_more(desired, observed):
        return
    client = scope.clients("rds")
    engine = desired.properties.get("engine") or (observed.properties["engine"] if observed else "postgres")
    wanted = desired.properties.get("engine_version")
    offered = offered_versions(client, engine)
    if observed is not None and (wanted is None or rds_instance.RDS_INSTANCE.properties["engine_version"].satisfied(
        observed.properties["engine_version"], wanted
    )):
        chosen = observed.properties["engine_version"]
    else:
        chosen = newest(offered, wanted) if wanted else None

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of RDS instances, and what AWS offers for a wanted one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import rds_instance, rds_offers, rds_replica
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds_catalogue import (
    known_version,
    orderable,
    version_problems,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds_reads import INSTANCE_ABSENT, described
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed, Problem

ENGINE = "postgres"


def observe_instances(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    """Instances; AWS describes them with their tags."""
    found = described(
        scope.clients("rds"), "describe_db_instances", "DBInstances", "DBInstanceIdentifier", INSTANCE_ABSENT, wanted
    )
    return [rds_instance.from_aws(raw) for raw in found]


def verify_instance(scope: Scope, desired: Desired, observed: Observed | None) -> Iterable[Problem]:
    """Version, class and what they support; asked only for an instance that is new or changes in one of them."""
    if not known_version(desired, observed):
        return []
    if observed is not None and not rds_offers.depends_on_offer(desired, observed):
        return []
    client = scope.clients("rds")
    version, _described, problems = version_problems(client, ENGINE, desired, observed, scope.region)
    return problems + (_class_problems(client, desired, observed, version, scope.region) if version else [])


def _class_problems(
    client: Any, desired: Desired, observed: Observed | None, version: str, region: str
) -> list[Problem]:
    wanted = desired.properties.get("instance_class") or (observed.properties["instance_class"] if observed else None)
    if wanted is None:
        return []
    options = orderable(client, ENGINE, version, DBInstanceClass=wanted)
    if not options:
        return [rds_offers.class_problem(desired, orderable(client, ENGINE, version), version, region)]
    return list(rds_offers.option_problems(desired, observed, options))


def observe_source(scope: Scope, desired: Desired) -> Observed | None:
    """What a wanted replica replicates."""
    source = rds_replica.source_of(desired)
    return None if source is None else next(iter(observe_instances(scope, [Desired("rds_instance", source)])), None)


def settle_replica(
    scope: Scope, desired: Desired, after: Mapping[str, Mapping[str, Any]]
) -> tuple[Desired, list[Problem]]:
    """A replica with the major version of its source, of the document or of AWS; and what is wrong with that."""
    name = rds_replica.source_of(desired)
    if name is None:
        return desired, []
    source = after.get(f"rds_instance/{name}")
    if source is None:
        observed = observe_source(scope, desired)
        if observed is None:
            return desired, [desired.problem(rds_replica.SOURCE, f"is no DB instance in {scope.region}.")]
        source = {**observed.properties, **observed.attributes}
    siblings = [key.partition("/")[2] for key, other in after.items() if other.get(rds_replica.SOURCE) == name]
    problems = rds_replica.source_problems(desired, source, [*source.get(rds_replica.REPLICAS, ()), *siblings])
    return rds_replica.with_major(desired, source), list(problems)

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. Read replicas of RDS for PostgreSQL instances: what they have of their source.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstanceReadReplica.html
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PostgreSQL.Replication.ReadReplicas.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_rules import NAME, Value
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_versions import VERSION, major
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed, Problem, unknown

SOURCE = "source_db_instance_identifier"
# Attribute of a source: the names of its replicas.
REPLICAS = "_replicas"
MOST_REPLICAS = 15
# The roles of a replica, with their passwords, and its databases are those of its source.
OF_THE_SOURCE = (
    *("master_username", "master_user_secret_arn", "manage_master_user_password", "master_user_secret_kms_key_id"),
    "db_name",
)
# What CreateDBInstanceReadReplica does not take: it is the source's, or set once the replica is there.
NOT_AT_CREATION = frozenset(
    {
        *OF_THE_SOURCE,
        *("engine", "engine_version", "allow_major_version_upgrade", "storage_encrypted", "database_insights_mode"),
        *("backup_retention_days", "backup_window", "maintenance_window"),
    }
)

Properties = Mapping[str, Any]


def source_of(desired: Desired) -> str | None:
    """The wanted source, in lower case as AWS keeps it; None for an instance of its own."""
    source = desired.properties.get(SOURCE)
    return None if not source or unknown(source) else str(source).lower()


def replica_problems(desired: Desired, value: Value) -> Iterator[Problem]:
    """What is wrong with a wanted replica whatever there is in AWS."""
    source = source_of(desired)
    if source is None:
        return
    if not NAME.fullmatch(source):
        yield desired.problem(SOURCE, "is no DB instance identifier. A source is in the same account and region.")
    elif source == desired.name:
        yield desired.problem(SOURCE, "is the replica itself.")
    for name in OF_THE_SOURCE:
        if value(name) not in (None, False):
            yield desired.problem(name, f"is that of {source}, which is replicated. Leave it out.")


def source_problems(desired: Desired, source: Properties, others: Iterable[str]) -> Iterator[Problem]:
    """Why AWS would not replicate the source, as it is or will be. ``others`` are the replicas that it has beside."""
    name = source_of(desired)
    if source.get("backup_retention_days") == 0:
        yield desired.problem(SOURCE, "has no backups. AWS replicates what has: set its backup_retention_days to 1-35.")
    if source.get("manage_master_user_password"):
        # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html#rds-secrets-manager-limitations
        yield desired.problem(SOURCE, "has a password that RDS manages. AWS does not replicate such an instance.")
    count = len(set(others) - {desired.name})
    if count >= MOST_REPLICAS:
        yield desired.problem(SOURCE, f"has {count} read replicas. Allowed: {MOST_REPLICAS}.")
    yield from _encryption_problems(desired, str(name), bool(source.get("storage_encrypted")))
    wanted, present = desired.properties.get("engine_version"), source.get("engine_version")
    if wanted and present and VERSION.fullmatch(wanted) and major(wanted) != major(present):
        yield desired.problem("engine_version", f"is not the major of {name}, which is {major(present)}. Leave it out.")


def _encryption_problems(desired: Desired, source: str, encrypted: bool) -> Iterator[Problem]:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html#Overview.Encryption.Limitations"""
    wanted, key = desired.properties.get("storage_encrypted"), desired.properties.get("kms_key_id")
    is_ = "encrypted" if encrypted else "not encrypted"
    if wanted is not None and wanted != encrypted:
        yield desired.problem("storage_encrypted", f"differs from {source}, which is {is_}. A replica is like it.")
    elif key and not encrypted:
        yield desired.problem("kms_key_id", f"encrypts nothing: {source} is not encrypted, and so is its replica.")


def with_major(desired: Desired, source: Properties) -> Desired:
    """A replica has the major version of its source, for which its class has to be offered."""
    version = source.get("engine_version")
    if desired.properties.get("engine_version") or not version:
        return desired
    return replace(desired, properties={**desired.properties, "engine_version": str(major(version))})


def version_of_source(desired: Desired, present: str) -> bool:
    """Whether the wanted version is a matter of the source: AWS upgrades replicas to another major with it."""
    wanted = str(desired.properties.get("engine_version") or "")
    if source_of(desired) is None or not VERSION.fullmatch(wanted):
        return False
    return wanted.isdigit() or major(wanted) > major(present)


def replica_refusals(desired: Desired, observed: Observed) -> Iterator[Problem]:
    """A replica never becomes an instance of its own by a plan, nor the other way round, and never changes source."""
    wanted, present = source_of(desired), _name(observed.properties.get(SOURCE))
    if not unknown(desired.properties.get(SOURCE)):
        yield from _source_refusals(desired, wanted, present)
    replicas = observed.attributes.get(REPLICAS)
    if replicas and desired.properties.get("backup_retention_days") == 0:
        advice = "Delete them first, or keep backups"
        yield desired.problem(
            "backup_retention_days", f"would end the backups that {', '.join(replicas)} replicate from. {advice}."
        )
    version = str(desired.properties.get("engine_version"))
    if version_of_source(desired, observed.properties["engine_version"]) and not version.isdigit():
        yield desired.problem("engine_version", f"is a major upgrade, which AWS makes with that of {wanted}.")


def _source_refusals(desired: Desired, wanted: str | None, present: str | None) -> Iterator[Problem]:
    if wanted and not present:
        advice = "It is not replaced: choose another name for the replica, or delete the instance first"
        yield desired.problem(SOURCE, f"is not replicated: {desired.name} is no replica, or was promoted. {advice}.")
    elif present and not wanted:
        advice = f"Give {SOURCE}, or promote it first to have it as an instance of its own"
        yield desired.problem(SOURCE, f"is missing: {desired.name} is a read replica of {present}. {advice}.", "(none)")
    elif present != wanted:
        advice = "A replica never changes its source: make another one"
        yield desired.problem(SOURCE, f"is not replicated: {desired.name} is a replica of {present}. {advice}.")


def _name(source: str | None) -> str | None:
    """AWS names a source in another region by its ARN."""
    return source.rpartition(":")[2] if source else None


def deletion_problems(desired: Desired, observed: Observed, snapshot: str | None) -> Iterator[Problem]:
    """``snapshot`` is the name that was given for a final one."""
    replicas = observed.attributes.get(REPLICAS)
    if replicas:
        left = f"AWS would promote {', '.join(replicas)}, which replicate it. Delete them first"
        yield desired.problem("state", f"is refused: {left}.", "absent")
    if observed.properties.get(SOURCE) and snapshot:
        yield desired.problem(
            "final_snapshot_identifier", "is refused: RDS takes none of a read replica. Leave it out.", snapshot
        )

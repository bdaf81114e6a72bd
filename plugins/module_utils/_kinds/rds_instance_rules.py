# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. The rules of an RDS for PostgreSQL instance that need no AWS to be checked.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_replica import SOURCE, replica_problems
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_rules import (
    COMMON_CHOICES,
    PORTS,
    Limits,
    credentials_problems,
    insights_problems,
    key_problems,
    known,
    missing,
    monitoring_problems,
    name_problems,
    single_problems,
    window_problems,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_storage import storage_problems
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Problem

LIMITS = Limits(
    choices={
        "engine": ("postgres",),
        "storage_type": ("standard", "gp2", "gp3", "io1", "io2"),
        **COMMON_CHOICES,
    },
    ranges={"backup_retention_days": (0, 35), "port": PORTS},
    logs=("postgresql", "upgrade", "iam-db-auth-error"),
)


def check_rds_instance(desired: Desired) -> Iterable[Problem]:
    """Every broken rule. Values that are only known after apply are taken on trust."""
    value = known(desired)
    yield from name_problems(desired, "DB instance")
    yield from single_problems(desired, value, LIMITS)
    yield from window_problems(desired, value)
    yield from insights_problems(desired, value)
    yield from monitoring_problems(desired, value)
    yield from credentials_problems(desired, value)
    yield from storage_problems(desired, value)
    yield from key_problems(desired, value)
    yield from replica_problems(desired, value)
    if value("multi_az") and value("availability_zone"):
        yield desired.problem("availability_zone", "cannot be chosen for a Multi-AZ instance. Leave it out.")


def missing_for_creation(desired: Desired) -> Iterator[Problem]:
    """What a new instance needs; an existing one is changed without it, and a replica takes it from its source."""
    if desired.properties.get(SOURCE):
        return iter(())
    return missing(desired, "an instance", ("engine_version", "instance_class", "allocated_storage_gib"))

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. What a database has of storage, memory and connections, in the units of its metrics.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter_formula import BadFormula, evaluate

GIB = 1024**3
STORAGE, MEMORY, CONNECTIONS = "storage", "memory", "connections"
# Of which capacity a metric of AWS/RDS is a part.
CAPACITY_OF = {
    "FreeStorageSpace": STORAGE,
    "ReplicationSlotDiskUsage": STORAGE,
    "TransactionLogsDiskUsage": STORAGE,
    "FreeableMemory": MEMORY,
    "SwapUsage": MEMORY,
    "DatabaseConnections": CONNECTIONS,
}
# The same in default.postgres* and default.aurora-postgresql*:
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections
DEFAULT_CONNECTIONS = "LEAST({DBInstanceClassMemory/9531392},5000)"

# GiB of an xlarge; the other sizes are multiples and parts of it. Families with a memory of their own come first.
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html
XLARGE_GIB: tuple[tuple[str, float], ...] = (
    ("x2iedn", 128),
    ("x2", 64),
    ("x8", 64),
    ("r3", 30.5),
    ("r4", 30.5),
    ("r", 32),
    ("z1d", 32),
    ("m3", 15),
    ("m", 16),
    ("t", 16),
    ("c", 8),
)
PARTS = {"micro": 1 / 16, "small": 1 / 8, "medium": 1 / 4, "large": 1 / 2}
CLASS = re.compile(r"db\.([a-z]\d+[a-z]*)\.(micro|small|medium|large|(\d*)xlarge)")
SERVERLESS = "db.serverless"
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.how-it-works.html: capacity
GIB_PER_ACU = 2
# What may scale down to so little has so many connections at most, whatever it may scale up to ("Maximum connections"):
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html
SMALL_ACU, SMALL_CONNECTIONS = 0.5, 2000


class NoCapacity(ValueError):
    """Why a capacity is not known, as the end of a sentence about the database."""


@dataclass(frozen=True, slots=True)
class Database:
    """What decides on the capacities of a DB instance. ``max_connections`` is as the parameter group says."""

    identifier: str
    engine: str
    instance_class: str
    allocated_storage_gib: float | None = None
    max_connections: Any = None
    max_acu: float | None = None
    min_acu: float | None = None


def capacity(database: Database, which: str) -> int:
    """In bytes, or a number of connections. Raises NoCapacity."""
    if which == STORAGE:
        return _storage(database)
    memory = memory_gib(database)
    return int(memory * GIB) if which == MEMORY else _connections(database, memory)


def _storage(database: Database) -> int:
    if database.engine.startswith("aurora"):
        raise NoCapacity("is of Aurora, whose storage grows by itself; give a threshold in bytes.")
    if not database.allocated_storage_gib:
        raise NoCapacity("has no allocated_storage_gib; give a threshold in bytes.")
    return int(database.allocated_storage_gib * GIB)


def memory_gib(database: Database) -> float:
    """Raises NoCapacity."""
    if database.instance_class == SERVERLESS:
        if database.max_acu is None:
            raise NoCapacity("is serverless and its cluster has no maximum capacity; give a threshold as a number.")
        return GIB_PER_ACU * database.max_acu
    found = CLASS.fullmatch(database.instance_class)
    xlarge = next((gib for prefix, gib in XLARGE_GIB if found and found[1].startswith(prefix)), None)
    if found is None or xlarge is None:
        raise NoCapacity(f"is a {database.instance_class}, whose memory is not known; give a threshold as a number.")
    return xlarge * (PARTS[found[2]] if found[2] in PARTS else int(found[3] or 1))


def _connections(database: Database, memory: float) -> int:
    formula = str(database.max_connections or DEFAULT_CONNECTIONS)
    try:
        allowed = evaluate(formula, variables(database, memory))
        return min(allowed, SMALL_CONNECTIONS) if may_be_small(database) else allowed
    except (BadFormula, KeyError) as error:
        raise NoCapacity(f"has max_connections {formula}, which cannot be evaluated ({error}).") from error


def may_be_small(database: Database) -> bool:
    return database.min_acu is not None and database.min_acu <= SMALL_ACU


def variables(database: Database, memory: float) -> Mapping[str, float]:
    """RDS does not say how much memory its own processes take, which DBInstanceClassMemory is without.

    With 0.2 GiB and 7 % its formula gives what is seen on RDS (82 on a db.t3.micro, 1653 on a db.r5.large), or slightly
    less: an alarm comes early rather than never.
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ParamValuesRef.html
    """
    storage = (database.allocated_storage_gib or 0) * GIB
    return {"DBInstanceClassMemory": (memory * 0.93 - 0.2) * GIB, "AllocatedStorage": storage}

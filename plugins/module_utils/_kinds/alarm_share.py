# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. Thresholds that are a share of what a database has: ``threshold_percent``.

"Free storage below 10 %" is the metric FreeStorageSpace, the database of the dimension DBInstanceIdentifier, and 10.
CloudWatch itself knows only numbers, so the share becomes one before anything is compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.alarm import problem
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.capacity import (
    CAPACITY_OF,
    CONNECTIONS,
    Database,
    NoCapacity,
    capacity,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    KNOWN_AFTER_APPLY,
    Desired,
    Problem,
    unknown,
)

SHARE = "threshold_percent"
DIMENSION = "DBInstanceIdentifier"
NAMESPACE = "AWS/RDS"


def database_of(desired: Desired) -> str | None:
    """The database whose capacity the alarm asks for; None for an alarm without a share."""
    if desired.properties.get(SHARE) is None:
        return None
    return str((desired.properties.get("dimensions") or {}).get(DIMENSION, "")).lower()


def needs_connections(desired: Desired) -> bool:
    return CAPACITY_OF.get(desired.properties.get("metric_name", "")) == CONNECTIONS


def check_share(desired: Desired) -> Iterable[Problem]:
    """What a share needs, so that it can become a number."""
    p = desired.properties
    percent = p.get(SHARE)
    if percent is None:
        return
    if not isinstance(percent, int | float) or isinstance(percent, bool) or not 0 < percent <= 100:
        yield problem(desired, SHARE, "is a number above 0, at most 100.")
    if p.get("namespace") != NAMESPACE or p.get("metric_name") not in CAPACITY_OF:
        fitting = f"{NAMESPACE}: {', '.join(sorted(CAPACITY_OF))}"
        yield problem(desired, SHARE, f"is a share of a capacity, which these metrics have. {fitting}.")
    dimensions = p.get("dimensions") or {}
    if list(dimensions) != [DIMENSION]:
        message = f"with {SHARE} it is {DIMENSION} alone: the capacity is that of one DB instance."
        yield problem(desired, "dimensions", message, ", ".join(dimensions) or "(none)")


def with_threshold(desired: Desired, databases: Mapping[str, Database]) -> tuple[Desired, list[Problem]]:
    """The alarm with its share as a number; known after apply for a database that is not known yet."""
    identifier = database_of(desired)
    if identifier is None:
        return desired, []
    database = None if unknown(identifier) else databases.get(identifier)
    if database is None:
        return _given(desired, KNOWN_AFTER_APPLY), []
    try:
        whole = capacity(database, CAPACITY_OF[desired.properties["metric_name"]])
    except NoCapacity as why:
        return desired, [problem(desired, SHARE, f"{identifier} {why}")]
    return _given(desired, int(whole * desired.properties[SHARE] / 100)), []


def _given(desired: Desired, threshold: Any) -> Desired:
    others = {name: value for name, value in desired.properties.items() if name != SHARE}
    keys = {**desired.keys, "threshold": desired.input_name(SHARE)}
    return replace(desired, properties={**others, "threshold": threshold}, keys=keys)

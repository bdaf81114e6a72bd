# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. The rules that RDS instances and Aurora clusters share, and that need no AWS.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_versions import VERSION
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_windows import (
    DAY,
    SHORTEST,
    backup_window,
    maintenance_window,
    overlap,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Problem, unknown

NAME = re.compile(r"[a-z](?!.*--)[a-z0-9-]{0,62}(?<!-)")
USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,15}")
# Refused by RDS as names of the master user.
RESERVED_USERS = frozenset({"admin", "rdsadmin", "rdsrepladmin", "rds_superuser", "rds_password"})
DATABASE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.Overview.cost.html
INSIGHTS_DAYS = (7, *(31 * month for month in range(1, 24)), 731)
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DatabaseInsights.html
ADVANCED_INSIGHTS_DAYS = 465
MONITORING_SECONDS = (0, 1, 5, 10, 15, 30, 60)
COMMON_CHOICES: dict[str, tuple[Any, ...]] = {
    "network_type": ("IPV4", "DUAL"),
    "database_insights_mode": ("standard", "advanced"),
    "monitoring_interval_seconds": MONITORING_SECONDS,
    "performance_insights_retention_days": INSIGHTS_DAYS,
}
PORTS = (1150, 65535)
PATTERNS = {
    "master_username": (USERNAME, "1-16 letters, digits and underscores, a letter first"),
    "db_name": (DATABASE, "1-63 letters, digits and underscores, no digit first"),
    "engine_version": (VERSION, "a version of PostgreSQL such as 16.9, or 16 for the newest of the major"),
}

Value = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Limits:
    """What is right or wrong by itself: the choices and ranges of properties, and the logs that can be exported."""

    choices: Mapping[str, tuple[Any, ...]]
    ranges: Mapping[str, tuple[int, int]]
    logs: tuple[str, ...] = field(default=())


def known(desired: Desired) -> Value:
    """The properties. Values that are only known after apply are taken on trust, as if they were left out."""

    def value(name: str) -> Any:
        found = desired.properties.get(name)
        return None if unknown(found) else found

    return value


def name_problems(desired: Desired, what: str) -> Iterator[Problem]:
    if not NAME.fullmatch(desired.name):
        allowed = "1-63 lower-case letters, digits and single dashes, a letter first and no dash last"
        yield desired.problem("name", f"is no {what} identifier. Allowed: {allowed}.", desired.name)


def single_problems(desired: Desired, value: Value, limits: Limits) -> Iterator[Problem]:
    """Properties that are right or wrong by themselves."""
    for name, choices in limits.choices.items():
        if value(name) is not None and value(name) not in choices:
            yield desired.problem(name, f"is not allowed. Allowed: {', '.join(str(choice) for choice in choices)}.")
    for name, (low, high) in limits.ranges.items():
        if value(name) is not None and not low <= value(name) <= high:
            yield desired.problem(name, f"is out of range. Allowed: {low} to {high}.")
    for name, (pattern, allowed) in PATTERNS.items():
        if value(name) is not None and not pattern.fullmatch(str(value(name))):
            yield desired.problem(name, f"is not allowed. Allowed: {allowed}.")
    strange = sorted(set(value("log_exports") or ()) - set(limits.logs))
    if strange:
        yield desired.problem("log_exports", f"has {', '.join(strange)}. Allowed: {', '.join(limits.logs)}.")


def window_problems(desired: Desired, value: Value) -> Iterator[Problem]:
    backup, maintenance = value("backup_window"), value("maintenance_window")
    daily = backup_window(backup) if backup else None
    weekly = maintenance_window(maintenance) if maintenance else None
    daily = daily if daily and daily.length >= SHORTEST else None
    weekly = weekly if weekly and SHORTEST <= weekly.length < DAY else None
    if backup and daily is None:
        yield desired.problem(
            "backup_window", f"is no window. Allowed: hh:mm-hh:mm in UTC, {SHORTEST} minutes or longer, as 03:00-04:00."
        )
    if maintenance and weekly is None:
        form = f"ddd:hh:mm-ddd:hh:mm in UTC, {SHORTEST} minutes to a day long, as sun:04:00-sun:05:00"
        yield desired.problem("maintenance_window", f"is no window. Allowed: {form}.")
    if daily and weekly and overlap(daily, weekly):
        other = f"{desired.input_name('backup_window')} {backup}"
        yield desired.problem("maintenance_window", f"overlaps {other}. They may touch, not overlap.")


def insights_problems(desired: Desired, value: Value) -> Iterator[Problem]:
    days = value("performance_insights_retention_days")
    if value("performance_insights_enabled") is False:
        for name in ("performance_insights_retention_days", "performance_insights_kms_key_id"):
            if value(name):
                yield desired.problem(name, "means nothing while performance_insights_enabled is false. Leave it out.")
    if value("database_insights_mode") != "advanced":
        return
    enabled = value("performance_insights_enabled")
    if enabled is False or (enabled and days is not None and days < ADVANCED_INSIGHTS_DAYS):
        yield desired.problem(
            "database_insights_mode",
            f"needs performance_insights_enabled, and performance_insights_retention_days of {ADVANCED_INSIGHTS_DAYS} "
            "or more.",
        )


def monitoring_problems(desired: Desired, value: Value) -> Iterator[Problem]:
    interval = value("monitoring_interval_seconds")
    if interval and not desired.properties.get("monitoring_role_arn"):
        yield desired.problem(
            "monitoring_interval_seconds", "needs monitoring_role_arn, the role that sends the metrics. 0 is off."
        )


def credentials_problems(desired: Desired, value: Value) -> Iterator[Problem]:
    user = value("master_username")
    if user and user.lower() in RESERVED_USERS:
        yield desired.problem("master_username", "is reserved by RDS. Choose another name.")
    if value("manage_master_user_password") and desired.properties.get("master_user_secret_arn"):
        yield desired.problem(
            "manage_master_user_password", "excludes master_user_secret_arn: the password is RDS's or that secret's."
        )


def key_problems(desired: Desired, value: Value) -> Iterator[Problem]:
    if value("kms_key_id") and value("storage_encrypted") is False:
        yield desired.problem("kms_key_id", "encrypts nothing while storage_encrypted is false.")


def missing(desired: Desired, what: str, needed: tuple[str, ...]) -> Iterator[Problem]:
    """What something new needs beside its credentials; what exists is changed without it."""
    given = desired.properties
    names = [*needed]
    if not given.get("master_user_secret_arn"):
        names.append("master_username")
        if not given.get("manage_master_user_password"):
            names.append("master_user_secret_arn")
    for name in names:
        if not given.get(name):
            yield desired.problem(name, f"is needed for {what} that does not exist yet.", "(not given)")

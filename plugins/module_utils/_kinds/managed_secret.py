# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. The secret that RDS keeps for a database: its schedule and tags are ours to set.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_managed.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_rotation import (
    HIDDEN,
    HIDDEN_NEW,
    ROTATED,
    Database,
    versions,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Action,
    Change,
    Desired,
    Kind,
    Observed,
    Plan,
    Problem,
    Property,
)

# https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotationRulesType.html
LONGEST_DAYS = 1000
IMPAIRED = "impaired"
SCHEDULE = "automatic_rotation_days"


def check(desired: Desired) -> Iterable[Problem]:
    days = desired.properties.get(SCHEDULE)
    if days is not None and not 0 <= days <= LONGEST_DAYS:
        yield desired.problem(SCHEDULE, f"Secrets Manager takes 1 to {LONGEST_DAYS} days; 0 switches rotation off.")


MANAGED_SECRET = Kind("managed_secret", {SCHEDULE: Property()}, check)


def from_aws(raw: Mapping[str, Any], tags: Mapping[str, str]) -> Observed:
    """0 days when RDS does not rotate the password by itself."""
    rules = raw.get("RotationRules") or {}
    days = rules.get("AutomaticallyAfterDays") if raw.get("RotationEnabled") else 0
    attributes = {"arn": raw["ARN"], "_versions": versions(raw.get("VersionIdsToStages", {}))}
    return Observed(MANAGED_SECRET.name, raw["Name"], {SCHEDULE: days}, tags, attributes)


def database_problems(option: str, name: str, found: Database | None) -> Iterable[Problem]:
    if found is None:
        yield Problem(option, name, "is not in this account and region.")
    elif found.cluster:
        message = f"is a member of the cluster {found.cluster}, which has the password: give db_cluster_identifier."
        yield Problem(option, name, message)
    elif found.secret_arn is None:
        module = "rds_instance" if found.option == "db_instance_identifier" else "aurora_cluster"
        message = (
            f"has no password that RDS manages. Set manage_master_user_password of {module} first, or leave "
            "managed_by_rds out for credentials of your own."
        )
        yield Problem(option, name, message)


def rotation_problems(option: str, found: Database) -> Iterable[Problem]:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_MasterUserSecret.html"""
    if found.secret_status == IMPAIRED:
        message = (
            "has a secret that RDS cannot rotate any more (impaired). See whether RDS can still use the secret and its "
            "KMS key; or switch manage_master_user_password off and on again."
        )
        yield Problem(option, found.name, message)
    if found.status in ("stopped", "stopping", "deleting"):
        yield Problem(option, found.name, f"is {found.status}. Only a running database takes a password.")


def with_rotation(planned: Plan, note: str) -> Plan:
    """The plan, and a new password, which RDS makes."""
    change = Change(ROTATED, HIDDEN, HIDDEN_NEW, note=note)
    return replace(planned, action=Action.UPDATE, changes=(*planned.changes, change))

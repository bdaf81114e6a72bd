# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads and writes of the secret that RDS keeps for a database; never of its value."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients, call, from_tags, to_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._apply import db_rotation as rotating
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.tag_changes import to_remove, to_set
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import db_rotation, managed_secret
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_rotation import Asked, Database
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Observed, Plan
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused, refuse_problems
from ansible_collections.pgfleet.aws.plugins.module_utils._waiters import Awaited, wait

ROTATED = "rotated"


def observe(clients: Clients, option: str, name: str) -> tuple[Database, Observed]:
    """The database and its secret. Raises Refused where there is none."""
    found = rotating.observe_database(clients, option, name)
    problems = list(managed_secret.database_problems(option, name, found))
    if found is None or problems:
        raise Refused(problems)
    raw = call(clients("secretsmanager"), "describe_secret", SecretId=found.secret_arn, subject=name)
    return found, managed_secret.from_aws(raw, to_tags(raw.get("Tags")))


def with_rotation(clients: Clients, found: Database, planned: Plan, asked: Asked) -> Plan:
    """The plan with a new password, where one is due. Raises Refused when RDS cannot give one."""
    if asked.rotate:
        note = "asked for"
    elif asked.older_than_days is not None and _is_old(clients, found, asked.older_than_days):
        note = f"is older than {asked.older_than_days} days"
    else:
        return planned
    refuse_problems(managed_secret.rotation_problems(found.option, found))
    return managed_secret.with_rotation(planned, note)


def _is_old(clients: Clients, found: Database, days: int) -> bool:
    """RDS makes a version for every password, and for nothing else."""
    versions = rotating.all_versions(clients("secretsmanager"), str(found.secret_arn))
    dates = [v["CreatedDate"] for v in versions if db_rotation.CURRENT in v.get("VersionStages", ())]
    return any(db_rotation.is_old(date, datetime.now(UTC), days) for date in dates)


def apply(clients: Clients, target: rotating.Target, observed: Observed, planned: Plan) -> str:
    """Carry out the plan; returns the ARN of the secret."""
    client, arn = clients("secretsmanager"), observed.attributes["arn"]
    changed = {change.property: change.after for change in planned.changes}
    if managed_secret.SCHEDULE in changed:
        _schedule(client, arn, changed[managed_secret.SCHEDULE])
    tags = to_set(planned)
    if tags:
        call(client, "tag_resource", SecretId=arn, Tags=from_tags(tags), subject=arn)
    gone = to_remove(planned)
    if gone:
        call(client, "untag_resource", SecretId=arn, TagKeys=gone, subject=arn)
    if db_rotation.ROTATED in changed:
        target.change(RotateMasterUserPassword=True)
        _until_rotated(client, target, observed)
    return str(arn)


def _until_rotated(client: Any, target: rotating.Target, observed: Observed) -> None:
    """RDS goes on saying for a moment that nothing happens: what shows that it did is another current version."""
    arn, before = observed.attributes["arn"], observed.attributes["_versions"].current

    def look() -> str:
        found = call(client, "describe_secret", SecretId=arn, subject=arn)
        return ROTATED if db_rotation.versions(found["VersionIdsToStages"]).current != before else "not rotated"

    wait(f"Secret {observed.name}", look, Awaited(frozenset({ROTATED})), target.timeout_seconds)


def _schedule(client: Any, arn: str, days: int) -> None:
    """RotateSecret rotates at once unless told not to:
    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html"""
    if days == 0:
        call(client, "cancel_rotate_secret", SecretId=arn, subject=arn)
        return
    rules = {"AutomaticallyAfterDays": days}
    call(client, "rotate_secret", SecretId=arn, RotationRules=rules, RotateImmediately=False, subject=arn)

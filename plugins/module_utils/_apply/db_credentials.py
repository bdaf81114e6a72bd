# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The reads and writes of the module db_credentials.

The secret's value is in the locals of this file alone: never in an observation, a plan, a message or a result.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, from_tags, to_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.tag_changes import to_remove, to_set
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import db_credentials
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.secretsmanager import NOT_FOUND
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Desired, Observed, Plan
from ansible_collections.pgfleet.aws.plugins.module_utils._run import refuse_problems

# AWS's names of a secret's own settings; the rest of the properties stand in its value.
SETTINGS = {"description": "Description", "kms_key_id": "KmsKeyId"}


@dataclass(frozen=True, slots=True)
class Options:
    """The password of a new secret (this one, or one that Secrets Manager generates), and how to delete."""

    password: str | None = field(repr=False)
    password_length: int
    exclude_characters: str
    recovery_window_days: int


def observe_credentials(client: Any, name: str, password: str | None) -> Observed | None:
    raw = call(client, "describe_secret", SecretId=name, subject=name, absent=NOT_FOUND)
    if raw is None:
        return None
    value = None if raw.get("DeletedDate") else _read(client, name)
    return db_credentials.from_aws(raw, to_tags(raw.get("Tags")), value, password)


def _read(client: Any, name: str) -> str | None:
    """None for a secret that was made without a value, or whose value is binary."""
    found = call(client, "get_secret_value", SecretId=name, subject=name, absent=NOT_FOUND)
    return (found or {}).get("SecretString")


def apply_credentials(
    client: Any, desired: Desired, observed: Observed | None, planned: Plan, options: Options
) -> str | None:
    """Carry out the plan; returns the ARN of the secret that there is now."""
    if observed is None:
        return _create(client, desired, options)
    if planned.action is Action.DELETE:
        days = options.recovery_window_days
        call(client, "delete_secret", SecretId=planned.name, RecoveryWindowInDays=days, subject=planned.name)
        return None
    if observed.attributes["deleted_date"]:
        planned = _restore(client, desired, options)
    _update(client, desired, planned)
    return str(observed.attributes["arn"])


def _create(client: Any, desired: Desired, options: Options) -> str:
    """One call makes the secret with its value and tags, so that a killed run leaves all of it or nothing. botocore
    gives the call its ClientRequestToken, by which AWS knows a retry."""
    p = desired.properties
    password = options.password or _generate(client, options)
    value = json.dumps({**db_credentials.merged(None, p), "password": password})
    settings = {theirs: p[ours] for ours, theirs in SETTINGS.items() if p.get(ours)}
    tags = from_tags({**desired.tags, **(p.get("attached_to") or {})})
    made = call(
        client, "create_secret", Name=desired.name, SecretString=value, Tags=tags, subject=desired.name, **settings
    )
    return str(made["ARN"])


def _generate(client: Any, options: Options) -> str:
    generated = call(
        client,
        "get_random_password",
        PasswordLength=options.password_length,
        ExcludeCharacters=options.exclude_characters,
        RequireEachIncludedType=True,
    )
    return str(generated["RandomPassword"])


def _restore(client: Any, desired: Desired, options: Options) -> Plan:
    """Bring the secret back, and plan what its value, readable again, still needs."""
    call(client, "restore_secret", SecretId=desired.name, subject=desired.name)
    observed = observe_credentials(client, desired.name, options.password)
    refuse_problems(db_credentials.verify(desired, observed))
    planned = db_credentials.plan_db_credentials(db_credentials.DB_CREDENTIALS, desired, observed, frozenset())
    refuse_problems(planned.refusals)
    return planned


def _update(client: Any, desired: Desired, planned: Plan) -> None:
    name, changed = desired.name, {change.property: change.after for change in planned.changes}
    settings = {theirs: changed[ours] for ours, theirs in SETTINGS.items() if ours in changed}
    if settings:
        call(client, "update_secret", SecretId=name, subject=name, **settings)
    if changed.keys() & db_credentials.FIELDS.keys():
        value = json.dumps(db_credentials.merged(_read(client, name), desired.properties))
        call(client, "put_secret_value", SecretId=name, SecretString=value, subject=name)
    tags = {**to_set(planned), **changed.get("attached_to", {})}
    if tags:
        call(client, "tag_resource", SecretId=name, Tags=from_tags(tags), subject=name)
    gone = to_remove(planned)
    if gone:
        call(client, "untag_resource", SecretId=name, TagKeys=gone, subject=name)

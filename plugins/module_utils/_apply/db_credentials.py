# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The reads and writes of the module db_credentials.

The secret's value is in the locals of this file alone: never in an observation, a plan, a message or a result.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients, call, from_tags, to_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._apply import db_rotation as rotating
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.tag_changes import to_remove, to_set
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import db_credentials, db_rotation
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_credentials_options import length_problems
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.secretsmanager import NOT_FOUND
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Desired, Observed, Plan, Problem
from ansible_collections.pgfleet.aws.plugins.module_utils._run import refuse_problems

# AWS's names of a secret's own settings; the rest of the properties stand in its value.
SETTINGS = {"description": "Description", "kms_key_id": "KmsKeyId"}


@dataclass(frozen=True, slots=True)
class Options:
    """The password of a new secret (this one, or one that Secrets Manager generates), how long to wait for a database
    that takes a new one, and how to delete."""

    password: str | None = field(repr=False)
    password_length: int
    exclude_characters: str
    recovery_window_days: int
    wait_timeout: int


@dataclass(frozen=True, slots=True)
class Session:
    """One run for one secret. ``hide`` makes a password unprintable."""

    clients: Clients
    desired: Desired
    options: Options
    hide: Callable[[str], None]

    @property
    def name(self) -> str:
        return self.desired.name

    @property
    def client(self) -> Any:
        return self.clients("secretsmanager")


def observe_credentials(client: Any, name: str, password: str | None) -> Observed | None:
    raw = call(client, "describe_secret", SecretId=name, subject=name, absent=NOT_FOUND)
    if raw is None:
        return None
    value = None if raw.get("DeletedDate") else rotating.read_version(client, name)
    return db_credentials.from_aws(raw, to_tags(raw.get("Tags")), value, password)


def with_rotation(session: Session, observed: Observed | None, planned: Plan, asked: db_rotation.Asked) -> Plan:
    """The plan with what is to become of the password. Raises Refused when it cannot be changed."""
    if observed is None or observed.attributes["deleted_date"]:
        return planned
    due = asked.rotate
    if not due and asked.older_than_days is not None:
        due = rotating.is_due(session.client, session.name, asked.older_than_days)
    found = db_rotation.versions(observed.attributes["_version_stages"])
    planned = db_rotation.plan_rotation(planned, found, asked, due)
    if any(change.property == db_rotation.ROTATED for change in planned.changes):
        refuse_problems(_rotation_problems(session, observed, asked))
    return planned


def _rotation_problems(session: Session, observed: Observed, asked: db_rotation.Asked) -> Iterable[Problem]:
    desired = session.desired
    given, value = ("rotate", True) if asked.rotate else ("rotate_if_older_than_days", asked.older_than_days)
    problems = list(db_rotation.secret_problems(desired, observed, given, value))
    attached = db_rotation.attached_database(desired, observed)
    if problems or attached is None:
        return problems
    database = rotating.observe_database(session.clients, *attached)
    length = session.options.password_length
    return [
        *db_rotation.database_problems(desired, database, attached, observed.properties["username"]),
        *length_problems(length, of_cluster=attached[0] == "db_cluster_identifier"),
    ]


def apply_credentials(session: Session, observed: Observed | None, planned: Plan) -> str | None:
    """Carry out the plan; returns the ARN of the secret that there is now."""
    if observed is None:
        return _create(session)
    if planned.action is Action.DELETE:
        days = session.options.recovery_window_days
        call(session.client, "delete_secret", SecretId=planned.name, RecoveryWindowInDays=days, subject=planned.name)
        return None
    if observed.attributes["deleted_date"]:
        planned = _restore(session)
    _update(session, planned)
    _rotate(session, observed, planned)
    return str(observed.attributes["arn"])


def _create(session: Session) -> str:
    """One call makes the secret with its value and tags, so that a killed run leaves all of it or nothing. botocore
    gives the call its ClientRequestToken, by which AWS knows a retry."""
    desired, p = session.desired, session.desired.properties
    password = session.options.password or _generate(session)
    session.hide(password)
    value = json.dumps({**db_credentials.merged(None, p), "password": password})
    settings = {theirs: p[ours] for ours, theirs in SETTINGS.items() if p.get(ours)}
    tags = from_tags({**desired.tags, **(p.get("attached_to") or {})})
    made = call(
        session.client,
        "create_secret",
        Name=desired.name,
        SecretString=value,
        Tags=tags,
        subject=desired.name,
        **settings,
    )
    return str(made["ARN"])


def _generate(session: Session) -> str:
    generated = call(
        session.client,
        "get_random_password",
        PasswordLength=session.options.password_length,
        ExcludeCharacters=session.options.exclude_characters,
        RequireEachIncludedType=True,
    )
    return str(generated["RandomPassword"])


def _restore(session: Session) -> Plan:
    """Bring the secret back, and plan what its value, readable again, still needs."""
    desired = session.desired
    call(session.client, "restore_secret", SecretId=desired.name, subject=desired.name)
    observed = observe_credentials(session.client, desired.name, session.options.password)
    refuse_problems(db_credentials.verify(desired, observed))
    planned = db_credentials.plan_db_credentials(db_credentials.DB_CREDENTIALS, desired, observed, frozenset())
    refuse_problems(planned.refusals)
    return planned


def _update(session: Session, planned: Plan) -> None:
    client, name = session.client, session.name
    changed = {change.property: change.after for change in planned.changes}
    settings = {theirs: changed[ours] for ours, theirs in SETTINGS.items() if ours in changed}
    if settings:
        call(client, "update_secret", SecretId=name, subject=name, **settings)
    if changed.keys() & db_credentials.FIELDS.keys():
        value = json.dumps(db_credentials.merged(rotating.read_version(client, name), session.desired.properties))
        call(client, "put_secret_value", SecretId=name, SecretString=value, subject=name)
    tags = {**to_set(planned), **changed.get("attached_to", {})}
    if tags:
        call(client, "tag_resource", SecretId=name, Tags=from_tags(tags), subject=name)
    gone = to_remove(planned)
    if gone:
        call(client, "untag_resource", SecretId=name, TagKeys=gone, subject=name)


def _rotate(session: Session, observed: Observed, planned: Plan) -> None:
    """After everything else: the pending version takes the connection data of the current one."""
    changed = {change.property: change.before for change in planned.changes}
    if db_rotation.LABEL in changed:
        rotating.remove_label(session.client, session.name, changed[db_rotation.LABEL])
    attached = db_rotation.attached_database(session.desired, observed)
    if db_rotation.ROTATED in changed and attached is not None:
        target = rotating.Target(session.clients, *attached, session.options.wait_timeout)
        rotating.rotate(rotating.Rotation(target, session.name, lambda: _generate(session), session.hide))

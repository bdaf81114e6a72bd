# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. The rotation of a database's password: where it stands, and when it is due.

It goes the way of Secrets Manager's own rotation: the new password first is a version of the secret with the label
AWSPENDING, then the database takes it, then the version becomes AWSCURRENT. As long as a version is pending, the
database may have its password already; so the next rotation finishes with that one, and never begins another.
https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import secret
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_credentials import IDENTIFIERS
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Action,
    Change,
    Desired,
    Effect,
    Kind,
    Observed,
    Plan,
    Problem,
)

CURRENT, PENDING = "AWSCURRENT", "AWSPENDING"
ROTATED = "password"
LABEL = f"version_stages.{PENDING}"
HIDDEN, HIDDEN_NEW = "(hidden)", "(hidden, new)"
RESET, NOT_RESET = "Reset master credentials", "Unable to reset your password"
ENGINES = ("postgres", "aurora-postgresql")


@dataclass(frozen=True, slots=True)
class Versions:
    """Ids of the versions of a secret that have these labels."""

    current: str | None = None
    pending: str | None = None

    @property
    def unfinished(self) -> bool:
        """Whether a rotation was begun, so that the database may have the pending password already."""
        return self.pending not in (None, self.current)

    @property
    def label_left(self) -> bool:
        """Whether a rotation is finished but for its label."""
        return self.pending is not None and self.pending == self.current


def versions(stages: Mapping[str, Sequence[str]]) -> Versions:
    """Of DescribeSecret's VersionIdsToStages."""
    by_label = {label: version for version, labels in stages.items() for label in labels}
    return Versions(by_label.get(CURRENT), by_label.get(PENDING))


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: a rotation now, or one of a password that is so old."""

    rotate: bool = False
    older_than_days: int | None = None

    @property
    def at_all(self) -> bool:
        return self.rotate or self.older_than_days is not None


def is_old(set_at: datetime, now: datetime, days: int) -> bool:
    return now - set_at >= timedelta(days=days)


def plan_rotation(planned: Plan, found: Versions, asked: Asked, due: bool) -> Plan:
    """The plan of the secret with its rotation: an ordinary run changes no password, it says what is unfinished."""
    if planned.action not in (Action.NONE, Action.UPDATE):
        return planned
    changes, waiting = list(planned.changes), list(planned.waiting)
    if found.unfinished and asked.at_all:
        changes.append(_new_password(note="finishes the rotation that was begun, with its password"))
    elif found.unfinished:
        waiting.append(_new_password(waits="rotate: true, which finishes the rotation that was begun"))
    elif due:
        note = "asked for" if asked.rotate else f"is older than {asked.older_than_days} days"
        changes.append(_new_password(note=note))
    elif found.label_left:
        changes.append(Change(LABEL, found.pending, None, note="was left by a finished rotation"))
    action = Action.UPDATE if changes else Action.NONE
    return replace(planned, action=action, changes=tuple(changes), waiting=tuple(waiting))


def plan_secret(kind: Kind, desired: Desired, observed: Observed | None, allow: frozenset[Effect]) -> Plan:
    """The plan of a secret in a stack, which also says what is unfinished."""
    planned = secret.plan_secret(kind, desired, observed, allow)
    if observed is None:
        return planned
    return plan_rotation(planned, versions(observed.attributes["_version_stages"]), Asked(), due=False)


def _new_password(waits: str = "", note: str = "") -> Change:
    return Change(ROTATED, HIDDEN, HIDDEN_NEW, waits=waits, note=note)


@dataclass(frozen=True, slots=True)
class Database:
    """What RDS says of a database that matters to its password."""

    option: str
    name: str
    status: str
    engine: str
    username: str | None
    password_pending: bool
    secret_arn: str | None = None
    secret_status: str | None = None
    cluster: str | None = None
    source: str | None = None

    @property
    def label(self) -> str:
        return label_of(self.option, self.name)

    @property
    def state(self) -> str:
        """The status, and whether the password that RDS was asked for is not there yet.

        https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html (MasterUserPassword)
        https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_MasterUserSecret.html
        """
        if self.password_pending:
            return f"{self.status}, the new password is pending"
        if self.secret_status not in (None, "active"):
            return f"{self.status}, its secret is {self.secret_status}"
        return self.status


def label_of(option: str, name: str) -> str:
    return f"DB {'instance' if option == IDENTIFIERS[0] else 'cluster'} {name}"


def database(option: str, name: str, raw: Mapping[str, Any]) -> Database:
    """An answer of DescribeDBInstances or DescribeDBClusters."""
    kept = raw.get("MasterUserSecret") or {}
    return Database(
        option=option,
        name=name,
        status=raw["DBInstanceStatus" if option == IDENTIFIERS[0] else "Status"],
        engine=raw["Engine"],
        username=raw.get("MasterUsername"),
        password_pending="MasterUserPassword" in (raw.get("PendingModifiedValues") or {}),
        secret_arn=kept.get("SecretArn"),
        secret_status=kept.get("SecretStatus"),
        # A cluster names itself.
        cluster=raw.get("DBClusterIdentifier") if option == IDENTIFIERS[0] else None,
        source=raw.get("ReadReplicaSourceDBInstanceIdentifier") or raw.get("ReplicationSourceIdentifier") or None,
    )


def reset_failure(events: Iterable[Mapping[str, Any]]) -> str | None:
    """What RDS says of a password that it could not give to the database; the last event about passwords counts.

    RDS-EVENT-0016 and RDS-EVENT-0067:
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html
    """
    by_date = sorted(events, key=lambda event: event["Date"])
    messages = [event["Message"] for event in by_date if event["Message"].startswith((RESET, NOT_RESET))]
    return messages[-1] if messages and messages[-1].startswith(NOT_RESET) else None


def attached_database(desired: Desired, observed: Observed) -> tuple[str, str] | None:
    """Option and name of the database that the credentials are, or will be, of."""
    for properties in (desired.properties, observed.properties):
        for option in IDENTIFIERS:
            if properties.get(option):
                return option, properties[option]
    return None


def secret_problems(desired: Desired, observed: Observed | None, given: str, value: Any) -> Iterable[Problem]:
    """What keeps a secret from being rotated; ``given`` is the option that asks for it."""

    def problem(message: str) -> Problem:
        return desired.problem(given, f"{desired.name} {message}", value)

    if observed is None:
        yield problem("does not exist: there is nothing to rotate. Create it with a run without this option.")
    elif observed.attributes["deleted_date"]:
        yield problem("waits for its deletion. Restore it with a run without this option, then rotate.")
    elif observed.attributes["_owning_service"]:
        service = observed.attributes["_owning_service"]
        yield problem(f"is kept by {service}, not by you. Use managed_by_rds with the database's identifier.")
    elif observed.attributes["_rotation_enabled"]:
        yield problem(
            "is rotated by Secrets Manager with a Lambda function. Let it do that (aws secretsmanager rotate-secret), "
            "or switch that off (aws secretsmanager cancel-rotate-secret)."
        )
    elif attached_database(desired, observed) is None:
        yield problem(
            "is attached to no database. Give host, port, and db_instance_identifier or db_cluster_identifier."
        )


def database_problems(
    desired: Desired, found: Database | None, attached: tuple[str, str], username: str | None
) -> Iterable[Problem]:
    """What keeps a database from taking the password."""
    option, name = attached

    def problem(message: str) -> Problem:
        return desired.problem(option, message, name)

    if found is None:
        yield problem("is not in this account and region.")
        return
    if found.engine not in ENGINES:
        yield problem(f"is {found.engine}. Allowed: {' and '.join(ENGINES)}.")
    if found.cluster:
        yield problem(
            f"is a member of the cluster {found.cluster}, which has the password: give db_cluster_identifier."
        )
    if found.source:
        yield problem(f"is a replica of {found.source}, which has the password: rotate the credentials of that.")
    if found.secret_arn:
        yield problem(
            "has a password that RDS manages. Rotate that one with managed_by_rds, or switch "
            "manage_master_user_password off first."
        )
    if found.username is not None and found.username != username:
        yield problem(
            f"has the master user {found.username}, and the secret is of {username}: rotation is for that one."
        )
    if found.status in ("stopped", "stopping", "deleting"):
        yield problem(f"is {found.status}. Only a running database takes a password: start it first.")

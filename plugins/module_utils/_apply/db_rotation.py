# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Rotation: a new password for database and secret, which a killed run can be killed in.

Every step can be done again with the same outcome: the version that is pending is found by its label, RDS takes a
password twice, and the labels are where they are. See _kinds/db_rotation.py for the order and the reasons.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import NOTHING, Clients, call, pages
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import db_credentials, db_rotation
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_rotation import CURRENT, PENDING, Database, Versions
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds_reads import INSTANCE_ABSENT
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.secretsmanager import NOT_FOUND
from ansible_collections.pgfleet.aws.plugins.module_utils._waiters import (
    ABSENT,
    INSTANCE_FAILED,
    Awaited,
    WaitFailed,
    wait,
)

CLUSTER_ABSENT = frozenset({"DBClusterNotFoundFault", "DBClusterNotFound"})
DESCRIBE = {
    "db_instance_identifier": ("describe_db_instances", "DBInstances", "DBInstanceIdentifier", INSTANCE_ABSENT),
    "db_cluster_identifier": ("describe_db_clusters", "DBClusters", "DBClusterIdentifier", CLUSTER_ABSENT),
}
MODIFY = {
    "db_instance_identifier": ("modify_db_instance", "DBInstanceIdentifier"),
    "db_cluster_identifier": ("modify_db_cluster", "DBClusterIdentifier"),
}
SOURCES = {"db_instance_identifier": "db-instance", "db_cluster_identifier": "db-cluster"}
# Of a database that something else is being done to, also our own request, when its answer was lost and botocore
# asked again.
BUSY = frozenset({"InvalidDBInstanceState", "InvalidDBInstanceStateFault", "InvalidDBClusterStateFault"})
# UpdateSecretVersionStage, where a label is not on the version that it is to be taken from.
NOT_THERE = frozenset({"InvalidParameterException"})
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html#Overview.DBInstance.Status
TAKEN = Awaited(
    frozenset({"available", "storage-optimization"}),
    INSTANCE_FAILED | {ABSENT, "deleting", "stopped", "stopping", "storage-full", "available, its secret is impaired"},
)


@dataclass(frozen=True, slots=True)
class Target:
    """The database whose password is changed. ``option`` says whether it is an instance or a cluster."""

    clients: Clients
    option: str
    name: str
    timeout_seconds: float

    def look(self) -> Database | None:
        return observe_database(self.clients, self.option, self.name)

    def until_taken(self) -> None:
        """Wait until the database has every password that RDS was asked for."""

        def state() -> str:
            found = self.look()
            return found.state if found else ABSENT

        wait(db_rotation.label_of(self.option, self.name), state, TAKEN, self.timeout_seconds)

    def change(self, **wanted: Any) -> None:
        """Ask RDS for a change of the password. It is made a while after the answer, whatever the window is."""
        client, began = self.clients("rds"), time.monotonic()
        method, argument = MODIFY[self.option]
        request = {argument: self.name, "ApplyImmediately": True, **wanted}
        self.until_taken()
        if call(client, method, absent=BUSY, subject=self.name, **request) is None:
            self.until_taken()
            call(client, method, subject=self.name, **request)
        self.until_taken()
        self._check_events(minutes=1 + math.ceil((time.monotonic() - began) / 60))

    def _check_events(self, minutes: int) -> None:
        """RDS says yes to a password, is done with it, and tells only in an event that the database did not take it."""
        events = pages(
            self.clients("rds"),
            "describe_events",
            "Events",
            SourceIdentifier=self.name,
            SourceType=SOURCES[self.option],
            Duration=minutes,
            subject=self.name,
        )
        failure = db_rotation.reset_failure(events)
        if failure:
            label = db_rotation.label_of(self.option, self.name)
            raise WaitFailed(
                f"{label} has not taken the new password. RDS says: {failure} The secret still has the old one as the "
                "current one. Once the cause is gone, rotate again."
            )


@dataclass(frozen=True, slots=True)
class Rotation:
    """One rotation of a secret with its database. ``generate`` makes a password, ``hide`` makes one unprintable."""

    target: Target
    secret: str
    generate: Callable[[], str]
    hide: Callable[[str], None]

    @property
    def secrets(self) -> Any:
        return self.target.clients("secretsmanager")


def observe_database(clients: Clients, option: str, name: str) -> Database | None:
    method, key, argument, absent = DESCRIBE[option]
    found = pages(clients("rds"), method, key, absent=absent, subject=name, **{argument: name})
    return db_rotation.database(option, name, found[0]) if found else None


def rotate(rotation: Rotation) -> None:
    version, password = _stage(rotation)
    rotation.target.change(MasterUserPassword=password)
    _make_current(rotation, version)
    remove_label(rotation.secrets, rotation.secret, version)


def remove_label(client: Any, secret: str, version: str) -> None:
    """Take AWSPENDING off a version that is current. Somebody else's pending version keeps the label."""
    labels = {"VersionStage": PENDING, "RemoveFromVersionId": version}
    call(client, "update_secret_version_stage", SecretId=secret, subject=secret, absent=NOT_THERE, **labels)


def _stage(rotation: Rotation) -> tuple[str, str]:
    """The version that becomes current, and its password: what is pending already, with the data that are current."""
    found = _versions(rotation)
    current = db_credentials.parse(read_version(rotation.secrets, rotation.secret, VersionStage=CURRENT))
    # A rotation function that failed may have left the label on a version without a value.
    pending = read_version(rotation.secrets, rotation.secret, VersionStage=PENDING) if found.unfinished else None
    password = db_credentials.parse(pending).get("password") or rotation.generate()
    rotation.hide(password)
    value = {**current, "password": password}
    if found.pending is not None and db_credentials.parse(pending) == value:
        return found.pending, password
    made = call(
        rotation.secrets,
        "put_secret_value",
        SecretId=rotation.secret,
        SecretString=json.dumps(value),
        VersionStages=[PENDING],
        subject=rotation.secret,
    )
    return str(made["VersionId"]), password


def _make_current(rotation: Rotation, version: str) -> None:
    """Secrets Manager moves AWSPREVIOUS by itself:
    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html"""
    if _move_current(rotation, version, NOT_THERE) is None:
        # Done, and only the answer was lost; or it is for AWS to say why the label does not move.
        _move_current(rotation, version, NOTHING)


def _move_current(rotation: Rotation, version: str, absent: frozenset[str]) -> Any:
    """None for an error code in ``absent``."""
    found = _versions(rotation)
    if found.current == version:
        return found
    labels = {"VersionStage": CURRENT, "MoveToVersionId": version, "RemoveFromVersionId": found.current}
    secret = rotation.secret
    return call(
        rotation.secrets, "update_secret_version_stage", SecretId=secret, subject=secret, absent=absent, **labels
    )


def _versions(rotation: Rotation) -> Versions:
    described = call(rotation.secrets, "describe_secret", SecretId=rotation.secret, subject=rotation.secret)
    return db_rotation.versions(described["VersionIdsToStages"])


def read_version(client: Any, secret: str, **which: str) -> str | None:
    """The value of a version of a secret; None for one without a value."""
    found = call(client, "get_secret_value", SecretId=secret, subject=secret, absent=NOT_FOUND, **which)
    return (found or {}).get("SecretString")


def is_due(client: Any, secret: str, days: int) -> bool:
    """Whether the current password is so old.

    A version may have been written with new connection data only: then its password is as old as that of the versions
    before it.
    """
    newest_first = sorted(all_versions(client, secret), key=lambda version: version["CreatedDate"], reverse=True)
    index = next(n for n, version in enumerate(newest_first) if CURRENT in version.get("VersionStages", ()))
    password, now = None, datetime.now(UTC)
    for version in newest_first[index:]:
        value = db_credentials.parse(read_version(client, secret, VersionId=version["VersionId"]))
        if password is not None and value.get("password") != password:
            return False
        password = value.get("password")
        if db_rotation.is_old(version["CreatedDate"], now, days):
            return True
    return False


def all_versions(client: Any, secret: str) -> Iterator[dict[str, Any]]:
    """botocore has no paginator for them."""
    more: dict[str, str] = {}
    while True:
        page = call(client, "list_secret_version_ids", SecretId=secret, IncludeDeprecated=True, subject=secret, **more)
        yield from page["Versions"]
        if not page.get("NextToken"):
            return
        more = {"NextToken": page["NextToken"]}

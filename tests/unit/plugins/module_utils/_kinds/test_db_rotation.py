"""Rotation: where it stands by the labels of the versions, what is due, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_rotation import (
    Asked,
    Database,
    Versions,
    attached_database,
    database,
    database_problems,
    is_old,
    plan_rotation,
    reset_failure,
    secret_problems,
    versions,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Change, Desired, Observed, Plan
from hypothesis import given
from hypothesis import strategies as st

INSTANCE, CLUSTER = "db_instance_identifier", "db_cluster_identifier"
ROTATE, BY_AGE, ORDINARY = Asked(rotate=True), Asked(older_than_days=90), Asked()
NONE, PENDING_ELSEWHERE, PENDING_CURRENT = Versions("v1"), Versions("v1", "v2"), Versions("v1", "v1")
OTHER = Change("port", 1, 2)
LABEL = "version_stages.AWSPENDING"


@pytest.mark.parametrize(
    ("stages", "found", "unfinished", "label_left"),
    [
        ({}, Versions(), False, False),
        ({"v1": ["AWSCURRENT"]}, NONE, False, False),
        ({"v1": ["AWSCURRENT"], "v0": ["AWSPREVIOUS"]}, NONE, False, False),
        # The database may have the password of v2 already, or not: both look like this, and are finished alike.
        ({"v1": ["AWSCURRENT"], "v2": ["AWSPENDING"]}, PENDING_ELSEWHERE, True, False),
        ({"v1": ["AWSCURRENT"], "v2": ["AWSPENDING", "AWSPREVIOUS"]}, PENDING_ELSEWHERE, True, False),
        ({"v1": ["AWSCURRENT", "AWSPENDING"]}, PENDING_CURRENT, False, True),
        ({"v2": ["AWSPENDING"]}, Versions(None, "v2"), True, False),
    ],
)
def test_versions(stages: dict[str, list[str]], found: Versions, unfinished: bool, label_left: bool) -> None:
    assert versions(stages) == found
    assert (found.unfinished, found.label_left) == (unfinished, label_left)


@pytest.mark.parametrize(
    ("found", "asked", "due", "changes", "waiting"),
    [
        (NONE, ORDINARY, False, [], []),
        (NONE, ROTATE, True, ["password"], []),
        (NONE, BY_AGE, False, [], []),
        (NONE, BY_AGE, True, ["password"], []),
        (PENDING_ELSEWHERE, ORDINARY, False, [], ["password"]),
        (PENDING_ELSEWHERE, ROTATE, True, ["password"], []),
        (PENDING_ELSEWHERE, BY_AGE, False, ["password"], []),
        (PENDING_CURRENT, ORDINARY, False, [LABEL], []),
        (PENDING_CURRENT, BY_AGE, False, [LABEL], []),
        (PENDING_CURRENT, BY_AGE, True, ["password"], []),
        (PENDING_CURRENT, ROTATE, True, ["password"], []),
    ],
)
@pytest.mark.parametrize("others", [(), (OTHER,)])
def test_plan(
    found: Versions, asked: Asked, due: bool, changes: list[str], waiting: list[str], others: tuple[Change, ...]
) -> None:
    before = Plan("secret", "s", Action.UPDATE if others else Action.NONE, others)
    planned = plan_rotation(before, found, asked, due)
    assert [c.property for c in planned.changes] == [*(c.property for c in others), *changes]
    assert [c.property for c in planned.waiting] == waiting
    assert planned.changed is bool(changes or others)


@pytest.mark.parametrize("action", [Action.CREATE, Action.DELETE, Action.REFUSE])
def test_nothing_else_is_rotated(action: Action) -> None:
    before = Plan("secret", "s", action, (OTHER,))
    assert plan_rotation(before, PENDING_ELSEWHERE, ROTATE, True) is before


@given(st.sampled_from([NONE, PENDING_ELSEWHERE, PENDING_CURRENT]), st.booleans())
def test_an_ordinary_run_never_changes_a_password(found: Versions, changed: bool) -> None:
    before = Plan("secret", "s", Action.UPDATE, (OTHER,)) if changed else Plan("secret", "s")
    planned = plan_rotation(before, found, ORDINARY, due=False)
    assert "password" not in [c.property for c in planned.changes]
    # ... and what is unfinished is said by every run.
    assert ("password" in [c.property for c in planned.waiting]) is found.unfinished


@given(st.sampled_from([ROTATE, BY_AGE]), st.booleans())
def test_a_rotation_that_was_begun_is_finished_first(asked: Asked, due: bool) -> None:
    [change] = plan_rotation(Plan("secret", "s"), PENDING_ELSEWHERE, asked, due).changes
    assert (change.property, change.note) == ("password", "finishes the rotation that was begun, with its password")


def test_the_plan_says_why() -> None:
    [asked] = plan_rotation(Plan("secret", "s"), NONE, ROTATE, True).changes
    [old] = plan_rotation(Plan("secret", "s"), NONE, BY_AGE, True).changes
    assert (asked.note, old.note) == ("asked for", "is older than 90 days")
    assert (asked.before, asked.after) == ("(hidden)", "(hidden, new)")


@pytest.mark.parametrize(("days", "old"), [(89, False), (90, True), (91, True)])
def test_age(days: int, old: bool) -> None:
    now = datetime(2026, 11, 25, tzinfo=UTC)
    assert is_old(now - timedelta(days=days), now, 90) is old


RAW: dict[str, Any] = {"Engine": "postgres", "MasterUsername": "dbadmin", "DBInstanceStatus": "available"}
RAW_CLUSTER: dict[str, Any] = {
    "Engine": "aurora-postgresql",
    "MasterUsername": "dbadmin",
    "Status": "available",
    "DBClusterIdentifier": "aurora",
}


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({}, "available"),
        ({"DBInstanceStatus": "resetting-master-credentials"}, "resetting-master-credentials"),
        ({"PendingModifiedValues": {"MasterUserPassword": "****"}}, "available, the new password is pending"),
        ({"PendingModifiedValues": {"AllocatedStorage": 30}}, "available"),
        ({"MasterUserSecret": {"SecretArn": "arn", "SecretStatus": "active"}}, "available"),
        ({"MasterUserSecret": {"SecretArn": "arn", "SecretStatus": "rotating"}}, "available, its secret is rotating"),
    ],
)
def test_state_of_a_database(more: dict[str, Any], state: str) -> None:
    assert database(INSTANCE, "db", RAW | more).state == state


def test_a_cluster_is_no_member_of_itself() -> None:
    found = database(CLUSTER, "aurora", RAW_CLUSTER)
    assert (found.cluster, found.status, found.engine) == (None, "available", "aurora-postgresql")


@pytest.mark.parametrize(
    ("option", "raw", "wrong"),
    [
        (INSTANCE, RAW, []),
        (CLUSTER, RAW_CLUSTER, []),
        (INSTANCE, RAW | {"Engine": "mysql"}, ["is mysql. Allowed: postgres and aurora-postgresql."]),
        (INSTANCE, RAW | {"DBClusterIdentifier": "aurora"}, ["is a member of the cluster aurora"]),
        (INSTANCE, RAW | {"ReadReplicaSourceDBInstanceIdentifier": "db-1"}, ["is a replica of db-1"]),
        (CLUSTER, RAW_CLUSTER | {"ReplicationSourceIdentifier": "other"}, ["is a replica of other"]),
        (INSTANCE, RAW | {"MasterUserSecret": {"SecretArn": "arn"}}, ["has a password that RDS manages"]),
        (INSTANCE, RAW | {"MasterUsername": "root"}, ["has the master user root, and the secret is of dbadmin"]),
        (INSTANCE, RAW | {"DBInstanceStatus": "stopped"}, ["is stopped"]),
        (CLUSTER, RAW_CLUSTER | {"Status": "stopping"}, ["is stopping"]),
        (INSTANCE, {"Engine": "mysql", "DBInstanceStatus": "stopped"}, ["is mysql", "is stopped"]),
    ],
)
def test_databases(option: str, raw: dict[str, Any], wrong: list[str]) -> None:
    found = list(database_problems(Desired("secret", "s"), database(option, "db", raw), (option, "db"), "dbadmin"))
    assert [(p.input, p.value) for p in found] == [(option, "db")] * len(wrong)
    for problem, words in zip(found, wrong, strict=True):
        assert words in problem.message


def test_no_database() -> None:
    [problem] = database_problems(Desired("secret", "s"), None, (CLUSTER, "aurora"), "dbadmin")
    assert (problem.input, problem.message) == (CLUSTER, "is not in this account and region.")


GOOD, BAD = "Reset master credentials", "Unable to reset your password. Error information: x."


@pytest.mark.parametrize(
    ("messages", "failure"),
    [
        ([], None),
        ([GOOD], None),
        ([BAD], BAD),
        ([GOOD, BAD, "DB instance restarted"], BAD),
        ([BAD, GOOD], None),
        (["Backing up DB instance"], None),
    ],
)
def test_what_the_events_say(messages: list[str], failure: str | None) -> None:
    start = datetime(2026, 11, 25, tzinfo=UTC)
    events = [{"Message": message, "Date": start + timedelta(minutes=n)} for n, message in enumerate(messages)]
    assert reset_failure(reversed(events)) == failure


def secret(deleted: str | None = None, owner: str | None = None, enabled: bool = False, **properties: Any) -> Observed:
    attributes = {"deleted_date": deleted, "_owning_service": owner, "_rotation_enabled": enabled}
    return Observed("secret", "s", properties, attributes=attributes)


@pytest.mark.parametrize(
    ("observed", "properties", "words"),
    [
        (None, {}, "does not exist"),
        (secret(deleted="2026-12-20"), {INSTANCE: "db"}, "waits for its deletion"),
        (secret(owner="rds"), {INSTANCE: "db"}, "is kept by rds"),
        (secret(enabled=True), {INSTANCE: "db"}, "cancel-rotate-secret"),
        (secret(), {}, "is attached to no database"),
        (secret(), {INSTANCE: "db"}, None),
        (secret(db_cluster_identifier="aurora"), {}, None),
    ],
)
def test_secrets(observed: Observed | None, properties: dict[str, Any], words: str | None) -> None:
    found = list(secret_problems(Desired("secret", "s", properties), observed, "rotate", True))
    assert [(p.input, p.value) for p in found] == ([] if words is None else [("rotate", True)])
    assert words is None or words in found[0].message


@pytest.mark.parametrize(
    ("wanted", "has", "attached"),
    [
        ({}, {}, None),
        ({CLUSTER: "new"}, {INSTANCE: "old"}, (CLUSTER, "new")),
        ({}, {INSTANCE: "old"}, (INSTANCE, "old")),
        ({}, {INSTANCE: None, CLUSTER: "c"}, (CLUSTER, "c")),
    ],
)
def test_attached_database(wanted: dict[str, Any], has: dict[str, Any], attached: tuple[str, str] | None) -> None:
    assert attached_database(Desired("secret", "s", wanted), secret(**has)) == attached


def test_label() -> None:
    assert database(INSTANCE, "db", RAW).label == "DB instance db"
    assert Database(CLUSTER, "c", "available", "postgres", None, False).label == "DB cluster c"

"""Credentials: connection data kept current in the secret's value, the password in nothing that is shown."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_credentials import (
    DB_CREDENTIALS,
    attachment,
    from_aws,
    merged,
    plan_db_credentials,
    verify,
    with_attachment,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Desired, Observed

PASSWORD = "correct-horse-battery"
VALUE = {"username": "dbadmin", "password": PASSWORD, "engine": "postgres", "host": "h", "port": 5432}
RAW: dict[str, Any] = {"Name": "s", "ARN": "arn:aws:secretsmanager:us-west-2:1:secret:s-AbCdEf"}
ATTACHED = {"pgfleet:database": "db", "pgfleet:endpoint": "h:5432"}
ATTACHMENT = {"host": "h", "port": 5432, "db_instance_identifier": "db"}


def observed(value: Any = VALUE, tags: dict[str, str] | None = None, given: str | None = None, **raw: Any) -> Observed:
    return from_aws({**RAW, **raw}, tags or {}, value if isinstance(value, str | None) else json.dumps(value), given)


def desired(**properties: Any) -> Desired:
    return with_attachment(Desired("secret", "s", properties))


def changes(wanted: Desired, found: Observed) -> dict[str, Any]:
    plan = plan_db_credentials(DB_CREDENTIALS, wanted, found, frozenset())
    return {change.property: change.after for change in plan.changes}


@pytest.mark.parametrize(
    ("value", "properties", "changed"),
    [
        (VALUE, {"username": "dbadmin", "engine": "postgres", "host": "h", "port": 5432}, {}),
        (VALUE | {"port": "5432"}, {"host": "h", "port": 5432}, {}),
        (VALUE, {"host": "other", "port": 5432}, {"host": "other"}),
        (VALUE, {"dbname": "inventory"}, {"dbname": "inventory"}),
        (VALUE, {"engine": "aurora-postgresql"}, {"engine": "aurora-postgresql"}),
        (VALUE, {}, {}),
    ],
)
def test_plan(value: dict[str, Any], properties: dict[str, Any], changed: dict[str, Any]) -> None:
    assert changes(desired(**properties), observed(value)) == changed


def test_a_value_without_its_tags_is_finished() -> None:
    value = VALUE | {"dbInstanceIdentifier": "db"}
    assert changes(desired(**ATTACHMENT), observed(value)) == {"attached_to": ATTACHED}
    assert changes(desired(**ATTACHMENT), observed(value, ATTACHED)) == {}


def test_the_tags_of_the_attachment_are_not_purged() -> None:
    wanted = Desired("secret", "s", {}, {"Team": "a"})
    assert changes(wanted, observed(tags={"Team": "a", **ATTACHED})) == {}


@pytest.mark.parametrize(
    ("properties", "tags"),
    [
        (ATTACHMENT, ATTACHED),
        ({"host": "h", "port": 1, "db_cluster_identifier": "c"}, {"pgfleet:database": "c", "pgfleet:endpoint": "h:1"}),
        ({"host": "h", "port": 5432}, None),
        ({"db_instance_identifier": "db"}, None),
    ],
)
def test_attachment(properties: dict[str, Any], tags: dict[str, str] | None) -> None:
    assert attachment(properties) == tags


def test_another_user_is_refused() -> None:
    plan = plan_db_credentials(DB_CREDENTIALS, desired(username="root"), observed(), frozenset())
    assert plan.action is Action.REFUSE
    assert "is dbadmin" in plan.refusals[0].message


def test_the_password_is_nowhere_but_in_the_value() -> None:
    found = observed(given="other")
    plan = plan_db_credentials(DB_CREDENTIALS, desired(host="x", port=1), found, frozenset())
    assert PASSWORD not in repr((found, plan, plan.diff()))


@pytest.mark.parametrize(
    ("given", "other"), [(None, False), (PASSWORD, False), ("another", True)], ids=["none", "same", "another"]
)
def test_another_password_is_noticed(given: str | None, other: bool) -> None:
    assert observed(given=given).attributes["_other_password"] is other


def test_of_a_deleted_secret_only_what_can_be_read_is_compared() -> None:
    deleted = observed(None, DeletedDate=datetime(2026, 12, 20, tzinfo=UTC), Description="old")
    wanted = desired(username="dbadmin", description="new", **ATTACHMENT)
    assert list(changes(wanted, deleted)) == ["deleted_date", "description"]
    assert list(verify(wanted, deleted)) == []


@pytest.mark.parametrize("value", [None, "", "plain", '["a"]', "{}", '{"username": "a"}', '{"password": "b"}'])
def test_a_secret_that_is_no_credentials_is_refused(value: str | None) -> None:
    [problem] = verify(desired(), observed(value))
    assert (problem.input, problem.value) == ("name", "s")


def test_a_new_secret_needs_a_user() -> None:
    assert [problem.input for problem in verify(desired(), None)] == ["username"]
    assert list(verify(desired(username="dbadmin"), None)) == []


def test_merged_keeps_what_is_not_wanted_otherwise() -> None:
    value = json.dumps(VALUE | {"masterarn": "arn", "dbInstanceIdentifier": "old"})
    assert merged(value, {"host": "new", "port": 1, "db_cluster_identifier": "c"}) == {
        **VALUE,
        "masterarn": "arn",
        "host": "new",
        "port": 1,
        "dbClusterIdentifier": "c",
    }


def test_merged_of_a_new_secret() -> None:
    assert merged(None, {"username": "dbadmin", "dbname": None}) == {"username": "dbadmin"}


@pytest.mark.parametrize(
    ("properties", "culprits"),
    [
        ({"username": "1admin"}, ["username"]),
        ({"username": "a" * 64}, ["username"]),
        ({"username": "a-b"}, ["username"]),
        ({"port": 0}, ["port"]),
        ({"port": 65536}, ["port"]),
        ({"username": "dbadmin", "port": 65535}, []),
    ],
)
def test_checks(properties: dict[str, Any], culprits: list[str]) -> None:
    assert [problem.input for problem in DB_CREDENTIALS.check(desired(**properties))] == culprits

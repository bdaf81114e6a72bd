"""Secrets that RDS keeps: their schedule, and what cannot be."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_rotation import Database, database
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.managed_secret import (
    MANAGED_SECRET,
    check,
    database_problems,
    from_aws,
    rotation_problems,
    with_rotation,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Change, Desired, Plan, plan

INSTANCE, CLUSTER = "db_instance_identifier", "db_cluster_identifier"
RAW: dict[str, Any] = {"Name": "rds!db-1", "ARN": "arn", "OwningService": "rds"}
EVERY_WEEK = {"RotationEnabled": True, "RotationRules": {"AutomaticallyAfterDays": 7}}
SWITCHED_OFF = {"RotationEnabled": False, "RotationRules": {"AutomaticallyAfterDays": 7}}


@pytest.mark.parametrize(
    ("raw", "days", "changed"),
    [
        (EVERY_WEEK, 7, None),
        (EVERY_WEEK, 30, 30),
        (EVERY_WEEK, 0, 0),
        (SWITCHED_OFF, 0, None),
        (SWITCHED_OFF, 7, 7),
        ({}, 0, None),
        ({"RotationEnabled": True}, 7, 7),
    ],
)
def test_schedule(raw: dict[str, Any], days: int, changed: int | None) -> None:
    wanted = Desired("managed_secret", "rds!db-1", {"automatic_rotation_days": days})
    planned = plan(MANAGED_SECRET, wanted, from_aws(RAW | raw, {}))
    assert [c.after for c in planned.changes] == ([] if changed is None else [changed])


@pytest.mark.parametrize(("days", "allowed"), [(-1, False), (0, True), (1, True), (1000, True), (1001, False)])
def test_days(days: int, allowed: bool) -> None:
    problems = list(check(Desired("managed_secret", "s", {"automatic_rotation_days": days})))
    assert [p.input for p in problems] == ([] if allowed else ["automatic_rotation_days"])


def test_nothing_wanted_of_the_schedule() -> None:
    assert list(check(Desired("managed_secret", "s"))) == []


def instance(**more: Any) -> Database:
    return database(INSTANCE, "db", {"Engine": "postgres", "DBInstanceStatus": "available", **more})


@pytest.mark.parametrize(
    ("option", "found", "words"),
    [
        (INSTANCE, None, "is not in this account and region"),
        (INSTANCE, instance(DBClusterIdentifier="aurora"), "member of the cluster aurora"),
        (INSTANCE, instance(), "manage_master_user_password of rds_instance"),
        (
            CLUSTER,
            database(CLUSTER, "aurora", {"Engine": "aurora-postgresql", "Status": "available"}),
            "manage_master_user_password of aurora_cluster",
        ),
        (INSTANCE, instance(MasterUserSecret={"SecretArn": "arn"}), None),
    ],
)
def test_databases(option: str, found: Database | None, words: str | None) -> None:
    problems = list(database_problems(option, "db", found))
    assert [p.input for p in problems] == ([] if words is None else [option])
    assert words is None or words in problems[0].message


@pytest.mark.parametrize(
    ("status", "secret_status", "count"),
    [("available", "active", 0), ("available", "impaired", 1), ("stopped", "active", 1), ("deleting", "impaired", 2)],
)
def test_what_rds_cannot_rotate(status: str, secret_status: str, count: int) -> None:
    secret = {"SecretArn": "arn", "SecretStatus": secret_status}
    found = instance(DBInstanceStatus=status, MasterUserSecret=secret)
    assert len(list(rotation_problems(INSTANCE, found))) == count


def test_with_rotation() -> None:
    planned = with_rotation(Plan("managed_secret", "s", Action.NONE), "asked for")
    assert planned.action is Action.UPDATE
    assert planned.changes == (Change("password", "(hidden)", "(hidden, new)", note="asked for"),)

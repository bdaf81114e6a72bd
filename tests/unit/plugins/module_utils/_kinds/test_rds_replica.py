"""Read replicas: what is wrong with a wanted one, with its source, and with one that exists."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import rds_replica
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance import RDS_INSTANCE
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance_plan import plan_rds_instance
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance_requests import replica_creation
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance_rules import missing_for_creation
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY, Action, Desired, Effect

from tests.unit.plugins.module_utils._kinds.instance_states import KEY, observed

NAME = "db-retail-prod"
SOURCE: dict[str, Any] = {
    "engine_version": "16.13",
    "backup_retention_days": 7,
    "storage_encrypted": True,
    "manage_master_user_password": False,
}


def replica(**properties: Any) -> Desired:
    return Desired("rds_instance", NAME, {"source_db_instance_identifier": "Source", **properties})


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({}, []),
        ({"source_db_instance_identifier": None}, []),
        ({"source_db_instance_identifier": KNOWN_AFTER_APPLY}, []),
        ({"manage_master_user_password": False}, []),
        ({"source_db_instance_identifier": "arn:aws:rds:eu-west-1:1:db:source"}, ["is no DB instance identifier."]),
        ({"source_db_instance_identifier": "DB-Retail-Prod"}, ["is the replica itself."]),
        (
            {"master_username": "dbadmin", "db_name": "shop", "manage_master_user_password": True},
            ["is that of source, which is replicated."] * 3,
        ),
    ],
)
def test_what_is_wrong_with_a_wanted_replica(properties: dict[str, Any], expected: list[str]) -> None:
    found = [problem.message for problem in RDS_INSTANCE.check(replica(**properties))]
    assert len(found) == len(expected)
    assert all(message.startswith(start) for message, start in zip(found, expected, strict=True))


@pytest.mark.parametrize(
    ("properties", "source", "expected"),
    [
        ({"storage_encrypted": True, "kms_key_id": KEY, "engine_version": "16"}, {}, []),
        ({"engine_version": "16.14"}, {}, []),
        ({"engine_version": "sixteen"}, {}, []),
        ({"engine_version": "16"}, {"engine_version": None}, []),
        ({}, {"backup_retention_days": 0}, ["has no backups."]),
        ({}, {"backup_retention_days": None}, []),
        ({}, {"manage_master_user_password": True}, ["has a password that RDS manages."]),
        ({"storage_encrypted": False}, {}, ["differs from source, which is encrypted."]),
        ({"storage_encrypted": True}, {"storage_encrypted": False}, ["differs from source, which is not encrypted."]),
        ({"kms_key_id": KEY}, {"storage_encrypted": None}, ["encrypts nothing: source is not encrypted"]),
        ({"engine_version": "15.2"}, {}, ["is not the major of source, which is 16."]),
    ],
)
def test_what_is_wrong_with_its_source(properties: dict[str, Any], source: dict[str, Any], expected: list[str]) -> None:
    found = [problem.message for problem in rds_replica.source_problems(replica(**properties), SOURCE | source, ())]
    assert len(found) == len(expected)
    assert all(message.startswith(start) for message, start in zip(found, expected, strict=True))


@pytest.mark.parametrize(("others", "expected"), [(14, []), (15, ["has 15 read replicas. Allowed: 15."])])
def test_an_instance_has_15_replicas_at_most(others: int, expected: list[str]) -> None:
    names = [NAME, *(f"replica-{number}" for number in range(others))]
    assert [problem.message for problem in rds_replica.source_problems(replica(), SOURCE, names)] == expected


@pytest.mark.parametrize(
    ("own", "source", "expected"),
    [(None, "16.13", "16"), ("16.12", "16.13", "16.12"), (None, None, None), (None, "16", "16")],
)
def test_a_replica_has_the_major_of_its_source(own: str | None, source: str | None, expected: str | None) -> None:
    wanted = replica() if own is None else replica(engine_version=own)
    found = rds_replica.with_major(wanted, SOURCE | {"engine_version": source})
    assert found.properties.get("engine_version") == expected


def test_nothing_is_missing_for_a_replica() -> None:
    assert list(missing_for_creation(replica())) == []


def refused(wanted: Desired, **raw: Any) -> list[str]:
    found = plan_rds_instance(RDS_INSTANCE, wanted, observed(**raw), frozenset(Effect))
    assert found.action is Action.REFUSE or not found.refusals
    return [problem.message for problem in found.refusals]


OF_SOURCE = "ReadReplicaSourceDBInstanceIdentifier"


@pytest.mark.parametrize(
    ("properties", "raw", "expected"),
    [
        ({}, {OF_SOURCE: "source"}, []),
        ({}, {OF_SOURCE: "arn:aws:rds:us-west-2:1:db:source"}, []),
        ({"source_db_instance_identifier": KNOWN_AFTER_APPLY}, {OF_SOURCE: "other"}, []),
        ({}, {}, ["is not replicated: db-retail-prod is no replica, or was promoted. It is not replaced:"]),
        (
            {"source_db_instance_identifier": None},
            {OF_SOURCE: "source"},
            ["is missing: db-retail-prod is a read replica of source. Give source_db_instance_identifier"],
        ),
        ({}, {OF_SOURCE: "other"}, ["is not replicated: db-retail-prod is a replica of other. A replica never"]),
        ({"engine_version": "17"}, {OF_SOURCE: "source"}, []),
        ({"engine_version": "16.14"}, {OF_SOURCE: "source"}, []),
        (
            {"engine_version": "17.2"},
            {OF_SOURCE: "source"},
            ["is a major upgrade, which AWS makes with that of source."],
        ),
        (
            {"backup_retention_days": 0, "source_db_instance_identifier": None},
            {"ReadReplicaDBInstanceIdentifiers": ["a", "b"]},
            ["would end the backups that a, b replicate from."],
        ),
        (
            {"backup_retention_days": 1, "source_db_instance_identifier": None},
            {"ReadReplicaDBInstanceIdentifiers": ["a", "b"]},
            [],
        ),
    ],
)
def test_what_a_plan_refuses(properties: dict[str, Any], raw: dict[str, Any], expected: list[str]) -> None:
    found = refused(replica(**properties), **raw)
    assert len(found) == len(expected)
    assert all(message.startswith(start) for message, start in zip(found, expected, strict=True))


def test_a_minor_upgrade_of_a_replica_is_planned_and_a_major_is_not() -> None:
    raw = {OF_SOURCE: "source"}
    minor = plan_rds_instance(RDS_INSTANCE, replica(engine_version="16.14"), observed(**raw), frozenset(Effect))
    assert [change.property for change in minor.changes] == ["engine_version"]
    followed = plan_rds_instance(RDS_INSTANCE, replica(engine_version="17"), observed(**raw), frozenset(Effect))
    assert followed.action is Action.NONE


@pytest.mark.parametrize(
    ("raw", "snapshot", "expected"),
    [
        ({}, "last", []),
        ({OF_SOURCE: "source"}, None, []),
        ({OF_SOURCE: "source"}, "last", ["is refused: RDS takes none of a read replica. Leave it out."]),
        (
            {"ReadReplicaDBInstanceIdentifiers": ["a", "b"]},
            None,
            ["is refused: AWS would promote a, b, which replicate it. Delete them first."],
        ),
    ],
)
def test_what_is_not_deleted(raw: dict[str, Any], snapshot: str | None, expected: list[str]) -> None:
    wanted = Desired("rds_instance", NAME)
    found = rds_replica.deletion_problems(wanted, observed(**raw), snapshot)
    assert [problem.message for problem in found] == expected


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({}, {}),
        (
            {"engine": "postgres", "engine_version": "16", "storage_encrypted": True, "backup_retention_days": 3},
            {},
        ),
        ({"maintenance_window": "sun:04:00-sun:05:00", "database_insights_mode": "advanced"}, {}),
        ({"allocated_storage_gib": 20, "db_subnet_group_name": "Subnets"}, {}),
        (
            {"allocated_storage_gib": 40, "db_subnet_group_name": "others", "instance_class": "db.t3.small"},
            {"AllocatedStorage": 40, "DBSubnetGroupName": "others", "DBInstanceClass": "db.t3.small"},
        ),
    ],
)
def test_the_request_leaves_out_what_is_of_the_source(properties: dict[str, Any], expected: dict[str, Any]) -> None:
    source = {"allocated_storage_gib": 30, "db_subnet_group_name": "subnets"}
    always = {"DBInstanceIdentifier": NAME, "SourceDBInstanceIdentifier": "Source", "Tags": []}
    assert replica_creation(replica(**properties), source) == always | expected

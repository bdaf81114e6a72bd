"""What AWS offers against what is wanted, tables."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_offers import (
    class_problem,
    depends_on_offer,
    newest,
    newest_of_all,
    option_problems,
    upgrade_problems,
    version_problem,
    version_problems,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY

from tests.unit.plugins.module_utils._kinds.instance_states import desired, observed

OFFERED = ["15.9", "15.15", "16.9", "16.13", "16.10"]
OPTION: dict[str, Any] = {
    "DBInstanceClass": "db.t3.micro",
    "StorageType": "gp3",
    "MultiAZCapable": True,
    "SupportsStorageEncryption": True,
    "SupportsPerformanceInsights": True,
    "SupportsEnhancedMonitoring": True,
    "SupportsStorageAutoscaling": True,
    "MinStorageSize": 20,
    "MaxStorageSize": 16384,
}


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [("16", "16.13"), ("16.9", "16.9"), ("15", "15.15"), ("16.11", None), ("17", None), ("1", None)],
)
def test_newest(wanted: str, chosen: str | None) -> None:
    assert newest(OFFERED, wanted) == chosen


def test_newest_of_all() -> None:
    assert newest_of_all(OFFERED) == "16.13"
    assert newest_of_all([]) is None


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("16.99", "is not offered by AWS in us-west-2. Offered: 16.9, 16.10, 16.13. Write 16 to follow the newest."),
        ("9.6", "is not offered by AWS in us-west-2. Offered majors: 15, 16."),
    ],
)
def test_version_problem(wanted: str, message: str) -> None:
    found = version_problem(desired({"engine_version": wanted}), OFFERED, "us-west-2")
    assert (found.input, found.value, found.message) == ("rds_postgres_engine_version", wanted, message)


def test_what_a_version_does_not_have() -> None:
    raw = {"SupportedCACertificateIdentifiers": ["rds-ca-rsa2048-g1"], "ExportableLogTypes": ["postgresql"]}
    wanted = desired({"ca_certificate_identifier": "rds-ca-2019", "log_exports": ["postgresql", "upgrade"]})
    assert [(p.input, p.message) for p in version_problems(wanted, raw)] == [
        ("rds_postgres_ca_certificate_identifier", "is not allowed. Allowed: rds-ca-rsa2048-g1."),
        ("rds_postgres_log_exports", "has upgrade. Allowed: postgresql."),
    ]
    assert list(version_problems(wanted, {})) == []
    assert list(version_problems(desired(), raw)) == []


@pytest.mark.parametrize(
    ("chosen", "source", "messages"),
    [
        ("17.5", {"EngineVersion": "16.9", "ValidUpgradeTarget": [{"EngineVersion": "17.5"}]}, []),
        (
            "18.1",
            {"EngineVersion": "16.9", "ValidUpgradeTarget": [{"EngineVersion": "16.13"}, {"EngineVersion": "17.5"}]},
            ["cannot be reached from 16.9 in one step. Allowed: 16.13, 17.5."],
        ),
        ("18.1", {}, []),
    ],
)
def test_upgrade_problems(chosen: str, source: dict[str, Any], messages: list[str]) -> None:
    assert [p.message for p in upgrade_problems(desired(), chosen, source)] == messages


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("db.t3.tiny", "is not offered for PostgreSQL 16.13 in us-west-2. Offered of db.t3: db.t3.micro."),
        ("db.x9.large", "is not offered for PostgreSQL 16.13 in us-west-2. Offered: db.m5.large, db.t3.micro."),
    ],
)
def test_class_problem(wanted: str, message: str) -> None:
    options = [OPTION, {**OPTION, "StorageType": "gp2"}, {**OPTION, "DBInstanceClass": "db.m5.large"}]
    assert class_problem(desired({"instance_class": wanted}), options, "16.13", "us-west-2").message == message


@pytest.mark.parametrize(
    ("properties", "option", "found"),
    [
        ({}, {}, []),
        ({}, {"StorageType": "gp2"}, [("storage_type", "is not offered with db.t3.micro. Allowed: gp2.")]),
        ({"multi_az": True}, {"MultiAZCapable": False}, [("multi_az", "is not supported by db.t3.micro with gp3.")]),
        ({"multi_az": False}, {"MultiAZCapable": False}, []),
        ({"iam_authentication": True}, {}, [("iam_authentication", "is not supported by db.t3.micro with gp3.")]),
        (
            {"allocated_storage_gib": 20000},
            {},
            [("allocated_storage_gib", "is not offered with this class. Allowed: 20 to 16384 GiB.")],
        ),
        ({"allocated_storage_gib": 20000}, {"MaxStorageSize": None}, []),
        ({"storage_type": None, "allocated_storage_gib": None}, {"StorageType": "gp2"}, []),
    ],
)
def test_option_problems(properties: dict[str, Any], option: dict[str, Any], found: list[tuple[str, str]]) -> None:
    problems = option_problems(desired(properties), None, [OPTION | option])
    assert [(p.input.removeprefix("rds_postgres_"), p.message) for p in problems] == found


def test_the_present_storage_type_counts_when_none_is_wanted() -> None:
    problems = option_problems(desired({"storage_type": None}), observed(StorageType="io1"), [OPTION])
    assert [(p.input, p.value) for p in problems] == [("rds_postgres_storage_type", "io1")]


@pytest.mark.parametrize(
    ("properties", "depends"),
    [
        ({}, False),
        ({"backup_retention_days": 9}, False),
        ({"instance_class": "db.t3.small"}, True),
        ({"instance_class": KNOWN_AFTER_APPLY}, False),
        ({"engine_version": "16.4"}, False),
        ({"engine_version": "16.14"}, True),
        ({"log_exports": ["upgrade"]}, True),
        ({"multi_az": True}, True),
    ],
)
def test_depends_on_offer(properties: dict[str, Any], depends: bool) -> None:
    assert depends_on_offer(desired(properties), observed()) is depends

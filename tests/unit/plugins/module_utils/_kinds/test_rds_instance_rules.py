"""Rules of an instance that need no AWS, tables."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance_rules import (
    check_rds_instance,
    missing_for_creation,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY, Desired

GOOD: dict[str, Any] = {
    "engine": "postgres",
    "engine_version": "16.13",
    "instance_class": "db.t3.micro",
    "allocated_storage_gib": 20,
    "max_allocated_storage_gib": 100,
    "storage_type": "gp3",
    "storage_encrypted": True,
    "kms_key_id": "arn",
    "master_username": "dbadmin",
    "backup_retention_days": 7,
    "backup_window": "03:00-04:00",
    "maintenance_window": "sun:04:00-sun:05:00",
    "performance_insights_enabled": True,
    "performance_insights_retention_days": 7,
    "performance_insights_kms_key_id": "arn",
    "monitoring_interval_seconds": 60,
    "monitoring_role_arn": KNOWN_AFTER_APPLY,
    "log_exports": ["postgresql", "upgrade"],
    "multi_az": False,
    "availability_zone": "us-east-1a",
}


def problems(name: str = "db-retail-prod", **properties: Any) -> list[tuple[str, str]]:
    desired = Desired("rds_instance", name, GOOD | properties, role="rds_postgres")
    return [(p.input.removeprefix("rds_postgres_"), p.message) for p in check_rds_instance(desired)]


def test_nothing_wrong() -> None:
    assert problems() == []


def test_what_is_known_after_apply_is_taken_on_trust() -> None:
    unknown: dict[str, Any] = {**dict.fromkeys(GOOD, KNOWN_AFTER_APPLY), "log_exports": [KNOWN_AFTER_APPLY]}
    assert problems(**unknown) == []


def test_an_empty_instance_breaks_no_rule() -> None:
    assert list(check_rds_instance(Desired("rds_instance", "a"))) == []


@pytest.mark.parametrize(
    ("properties", "inputs"),
    [
        ({"engine": "mysql"}, ["engine"]),
        ({"engine_version": "newest"}, ["engine_version"]),
        ({"master_username": "1admin"}, ["master_username"]),
        ({"master_username": "a" * 17}, ["master_username"]),
        ({"master_username": "rdsadmin"}, ["master_username"]),
        ({"db_name": "1st"}, ["db_name"]),
        ({"port": 80}, ["port"]),
        ({"port": 1150}, []),
        ({"backup_retention_days": 36}, ["backup_retention_days"]),
        ({"backup_retention_days": 0}, []),
        ({"storage_encrypted": False}, ["kms_key_id"]),
        ({"multi_az": True}, ["availability_zone"]),
        ({"network_type": "IPV6"}, ["network_type"]),
        ({"log_exports": ["slow", "postgresql"]}, ["log_exports"]),
        # windows
        ({"backup_window": "03:00-03:20"}, ["backup_window"]),
        ({"backup_window": "night"}, ["backup_window"]),
        ({"maintenance_window": "sun:04:00-sun:04:20"}, ["maintenance_window"]),
        ({"maintenance_window": "sun:04:00-tue:04:00"}, ["maintenance_window"]),
        ({"maintenance_window": "x", "backup_window": "y"}, ["backup_window", "maintenance_window"]),
        ({"backup_window": "03:30-04:30"}, ["maintenance_window"]),
        # performance insights, database insights, monitoring
        ({"performance_insights_retention_days": 8}, ["performance_insights_retention_days"]),
        ({"performance_insights_retention_days": 93}, []),
        (
            {"performance_insights_enabled": False},
            ["performance_insights_retention_days", "performance_insights_kms_key_id"],
        ),
        ({"database_insights_mode": "advanced"}, ["database_insights_mode"]),
        ({"database_insights_mode": "advanced", "performance_insights_retention_days": 465}, []),
        ({"database_insights_mode": "fast"}, ["database_insights_mode"]),
        (
            {"database_insights_mode": "advanced", "performance_insights_enabled": False,
             "performance_insights_retention_days": None, "performance_insights_kms_key_id": None},
            ["database_insights_mode"],
        ),
        ({"monitoring_interval_seconds": 7}, ["monitoring_interval_seconds"]),
        ({"monitoring_role_arn": None}, ["monitoring_interval_seconds"]),
        ({"monitoring_role_arn": None, "monitoring_interval_seconds": 0}, []),
        ({"manage_master_user_password": True, "master_user_secret_arn": "arn"}, ["manage_master_user_password"]),
        # storage
        ({"allocated_storage_gib": 19}, ["allocated_storage_gib"]),
        ({"max_allocated_storage_gib": 19}, ["max_allocated_storage_gib", "max_allocated_storage_gib"]),
        ({"max_allocated_storage_gib": 0}, []),
        ({"allocated_storage_gib": 101}, ["max_allocated_storage_gib"]),
        ({"storage_type": "io1", "iops": 1000}, ["allocated_storage_gib"]),
        ({"storage_type": "io1", "allocated_storage_gib": 100}, ["iops"]),
        ({"storage_type": "io1", "allocated_storage_gib": 100, "iops": 5001}, ["iops"]),
        ({"storage_type": "io2", "allocated_storage_gib": 100, "iops": 5001}, []),
        ({"storage_type": "io1", "allocated_storage_gib": None, "iops": 5001}, []),
        ({"storage_type": "standard", "iops": 1000}, ["iops"]),
        ({"storage_type": "gp2", "storage_throughput": 500}, ["storage_throughput"]),
        ({"iops": 12000}, ["iops"]),
        ({"allocated_storage_gib": 400, "max_allocated_storage_gib": 0, "iops": 12000, "storage_throughput": 500}, []),
        ({"allocated_storage_gib": 400, "max_allocated_storage_gib": 500, "iops": 3000}, ["iops"]),
        ({"storage_type": None, "iops": 3000}, []),
    ],
)  # fmt: skip
def test_rules(properties: dict[str, Any], inputs: list[str]) -> None:
    assert [name for name, _message in problems(**properties)] == inputs


@pytest.mark.parametrize("name", ["DB", "1db", "db-", "d--b", "a" * 64, ""])
def test_names(name: str) -> None:
    assert [input_name for input_name, _message in problems(name)] == ["name"]


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"allocated_storage_gib": 19}, "is out of range. Allowed with gp3: 20 to 65536 GiB."),
        (
            {"allocated_storage_gib": 101},
            "is below rds_postgres_allocated_storage_gib 101. Allowed: 101 and more, or 0.",
        ),
        (
            {"backup_window": "03:30-04:30"},
            "overlaps rds_postgres_backup_window 03:30-04:30. They may touch, not overlap.",
        ),
        (
            {"storage_type": "io1", "allocated_storage_gib": 100, "iops": 6000},
            "is out of range. Allowed with io1 and 100 GiB: 1000 to 5000.",
        ),
        (
            {"engine_version": "x"},
            "is not allowed. Allowed: a version of PostgreSQL such as 16.9, or 16 for the newest of",
        ),
        ({"log_exports": ["slow"]}, "has slow. Allowed: postgresql, upgrade, iam-db-auth-error."),
    ],
)
def test_messages_say_what_is_allowed(properties: dict[str, Any], message: str) -> None:
    assert [text for _input, text in problems(**properties) if text.startswith(message)]


@pytest.mark.parametrize(
    ("properties", "missing"),
    [
        (GOOD | {"master_user_secret_arn": "arn"}, []),
        (GOOD | {"manage_master_user_password": True}, []),
        (
            {"manage_master_user_password": True},
            ["engine_version", "instance_class", "allocated_storage_gib", "master_username"],
        ),
        (GOOD, ["master_user_secret_arn"]),
        (GOOD | {"master_user_secret_arn": "arn", "master_username": None}, []),
    ],
)
def test_missing_for_creation(properties: dict[str, Any], missing: list[str]) -> None:
    assert [p.input for p in missing_for_creation(Desired("rds_instance", "db", properties))] == missing

"""The module rds_instance, run by ansible-playbook. The tests share one instance, in the order in which they stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from emulator.testing import Emulator
from tests.integration.modules.module_runner import Ran, run_module
from tests.integration.modules.rds_account import PASSWORD, account

NAME = "db-retail-prod"
RETAIL: dict[str, Any] = {
    "name": NAME,
    "engine_version": "16.13",
    "instance_class": "db.t3.micro",
    "allocated_storage_gib": 20,
    "max_allocated_storage_gib": 100,
    "storage_type": "gp3",
    "storage_encrypted": True,
    "master_username": "dbadmin",
    "multi_az": False,
    "publicly_accessible": False,
    "backup_retention_days": 7,
    "backup_window": "03:00-04:00",
    "maintenance_window": "Sun:04:00-Sun:05:00",
    "performance_insights_enabled": True,
    "performance_insights_retention_days": 7,
    "monitoring_interval_seconds": 60,
    "log_exports": ["postgresql"],
    "deletion_protection": False,
    "auto_minor_version_upgrade": True,
    "copy_tags_to_snapshot": True,
    "tags": {"Name": NAME},
}


@pytest.fixture(scope="module")
def aws() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture(scope="module")
def retail(aws: Emulator) -> dict[str, Any]:
    """The options of the retail instance."""
    return RETAIL | account(aws)


def described(aws: Emulator, name: str = NAME) -> dict[str, Any]:
    found: list[dict[str, Any]] = aws.client("rds").describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
    return found[0]


def change(aws: Emulator, *, check: bool = False, **options: Any) -> Ran:
    """Run with these options alone: what is left out stays as it is."""
    return run_module(aws, "rds_instance", {"name": NAME, **options}, check=check)


@pytest.mark.parametrize(
    ("options", "messages"),
    [
        (
            {
                "engine_version": "16.99",
                "instance_class": "db.t3.tiny",
                "allocated_storage_gib": 19,
                "backup_window": "03:30-04:30",
                "master_username": "1admin",
                "performance_insights_retention_days": 8,
            },
            [
                "engine_version: 16.99\n    is not offered by AWS in us-east-1. Offered: 16.11, 16.12, 16.13, 16.14.",
                "instance_class: db.t3.tiny\n    is not offered for PostgreSQL 16.14 in us-east-1. Offered of db.t3: ",
                "allocated_storage_gib: 19\n    is out of range. Allowed with gp3: 20 to 65536 GiB.",
                "maintenance_window: Sun:04:00-Sun:05:00\n    overlaps backup_window 03:30-04:30.",
                "master_username: 1admin\n    is not allowed.",
                "performance_insights_retention_days: 8\n    is not allowed. Allowed: 7, 31,",
            ],
        ),
        (
            {"engine_version": "9.6", "instance_class": None, "master_user_secret_arn": None},
            [
                "engine_version: 9.6\n    is not offered by AWS in us-east-1. Offered majors: 15, 16.",
                "instance_class: (not given)\n    is needed for an instance that does not exist yet.",
                "master_user_secret_arn: (not given)\n    is needed for an instance that does not exist yet.",
            ],
        ),
        ({"kms_key_id": "alias/none"}, ["kms_key_id: alias/none\n    is no key in this account and region."]),
        (
            {"master_username": "other"},
            ["master_username: other\n    is not the user of the secret, which is dbadmin."],
        ),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    aws: Emulator, retail: dict[str, Any], options: dict[str, Any], messages: list[str]
) -> None:
    given = {name: value for name, value in (retail | options).items() if value is not None}
    ran = run_module(aws, "rds_instance", given)
    assert ran.result["failed"]
    assert ran.writes == []
    for message in messages:
        assert message in ran.message


def test_create_check(aws: Emulator, retail: dict[str, Any]) -> None:
    planned = run_module(aws, "rds_instance", retail, check=True)
    assert planned.changed
    assert planned.writes == []
    assert planned.result["plan"][0]["action"] == "create"


def test_create(aws: Emulator, retail: dict[str, Any]) -> None:
    aliases = dict.fromkeys(("kms_key_id", "performance_insights_kms_key_id"), "alias/key-retail-prod")
    made = run_module(aws, "rds_instance", retail | aliases)
    assert made.writes == ["CreateDBInstance"]
    assert PASSWORD not in made.output
    assert made.result["status"] == "available"
    found = described(aws)
    assert made.result["endpoint"] == f"{found['Endpoint']['Address']}:{found['Endpoint']['Port']}"
    assert found["DBInstanceClass"] == "db.t3.micro"
    assert found["EngineVersion"] == "16.13"
    assert (found["AllocatedStorage"], found["MaxAllocatedStorage"], found["StorageType"]) == (20, 100, "gp3")
    assert found["KmsKeyId"] == found["PerformanceInsightsKMSKeyId"] == retail["kms_key_id"]
    assert found["MonitoringInterval"] == 60
    assert found["EnabledCloudwatchLogsExports"] == ["postgresql"]
    assert found["TagList"] == [{"Key": "Name", "Value": NAME}]


def test_again(aws: Emulator, retail: dict[str, Any]) -> None:
    again = run_module(aws, "rds_instance", retail)
    assert not again.changed
    assert again.actions == ["DescribeDBInstances"]


def test_what_is_as_wanted_in_another_spelling(aws: Emulator, retail: dict[str, Any]) -> None:
    ran = change(
        aws,
        engine_version="16.11",
        maintenance_window="SUN:04:00-sun:05:00",
        db_subnet_group_name="SUBNETS",
        kms_key_id=retail["kms_key_id"].split("/")[-1],
        vpc_security_group_ids=retail["vpc_security_group_ids"],
        port=described(aws)["Endpoint"]["Port"],
    )
    assert not ran.changed
    assert ran.actions == ["DescribeDBInstances"]


def test_changes_without_interruption_are_one_request(aws: Emulator, retail: dict[str, Any]) -> None:
    wanted = {
        "MaxAllocatedStorage": ("max_allocated_storage_gib", 200),
        "AllocatedStorage": ("allocated_storage_gib", 40),
        "BackupRetentionPeriod": ("backup_retention_days", 8),
        "PreferredBackupWindow": ("backup_window", "01:00-02:00"),
        "PreferredMaintenanceWindow": ("maintenance_window", "mon:04:00-mon:05:00"),
        "PerformanceInsightsRetentionPeriod": ("performance_insights_retention_days", 465),
        "DatabaseInsightsMode": ("database_insights_mode", "advanced"),
        "MonitoringInterval": ("monitoring_interval_seconds", 30),
        "MonitoringRoleArn": ("monitoring_role_arn", retail["monitoring_role_arn"]),
        "EnabledCloudwatchLogsExports": ("log_exports", ["upgrade"]),
        "DeletionProtection": ("deletion_protection", True),
        "AutoMinorVersionUpgrade": ("auto_minor_version_upgrade", False),
        "CopyTagsToSnapshot": ("copy_tags_to_snapshot", False),
        "IAMDatabaseAuthenticationEnabled": ("iam_authentication", True),
        "PubliclyAccessible": ("publicly_accessible", True),
        "MultiAZ": ("multi_az", True),
    }
    options = {**dict(wanted.values()), "tags": {"Name": "other"}}
    ran = change(aws, **options)
    assert ran.writes == ["ModifyDBInstance", "AddTagsToResource"]
    assert ran.result["waiting"] == []
    found = described(aws)
    assert {member: found[member] for member in wanted} == {member: value for member, (_name, value) in wanted.items()}
    assert found["TagList"] == [{"Key": "Name", "Value": "other"}]
    # Storage is a floor.
    assert not change(aws, **(options | {"allocated_storage_gib": 20})).changed


def test_a_costly_change_waits_for_permission(aws: Emulator) -> None:
    waiting = change(aws, instance_class="db.t3.small", max_allocated_storage_gib=300)
    assert waiting.changed
    assert [(c["property"], c["effect"]) for c in waiting.result["waiting"]] == [("instance_class", "failover")]
    assert described(aws)["DBInstanceClass"] == "db.t3.micro"
    assert not change(aws, instance_class="db.t3.small").changed

    planned = change(aws, check=True, instance_class="db.t3.small", allow=["failover"])
    assert planned.changed
    assert planned.writes == []
    assert change(aws, instance_class="db.t3.small", allow=["failover"]).writes == ["ModifyDBInstance"]
    assert described(aws)["DBInstanceClass"] == "db.t3.small"


def test_what_aws_was_asked_for_is_not_asked_for_again(aws: Emulator) -> None:
    rds = aws.client("rds")
    rds.modify_db_instance(DBInstanceIdentifier=NAME, DBInstanceClass="db.t3.medium", ApplyImmediately=False)
    asked = change(aws, instance_class="db.t3.medium", allow=["failover"])
    assert not asked.changed
    assert asked.result["pending"] == {"instance_class": "db.t3.medium"}

    held = change(aws, allocated_storage_gib=50)
    assert not held.changed
    assert "would set off pending instance_class" in held.result["waiting"][0]["waits"]

    taken_back = change(aws, instance_class="db.t3.small")
    assert taken_back.changed
    assert described(aws)["PendingModifiedValues"] == {}
    assert described(aws)["DBInstanceClass"] == "db.t3.small"


def test_a_pending_reboot_is_reported_and_made_when_allowed(aws: Emulator) -> None:
    static = {"ParameterName": "max_connections", "ParameterValue": "55", "ApplyMethod": "pending-reboot"}
    aws.client("rds").modify_db_parameter_group(DBParameterGroupName="group16", Parameters=[static])
    reported = change(aws)
    assert not reported.changed
    assert reported.result["pending_reboot"]
    assert [c["property"] for c in reported.result["waiting"]] == ["parameter_apply_status"]

    rebooted = change(aws, allow=["reboot"])
    assert rebooted.writes == ["RebootDBInstance"]
    assert not rebooted.result["pending_reboot"]
    assert not change(aws, allow=["reboot"]).changed


def test_another_parameter_group(aws: Emulator) -> None:
    ran = change(aws, db_parameter_group_name="other16", allow=["reboot"])
    assert ran.writes == ["ModifyDBInstance", "RebootDBInstance"]
    (group,) = described(aws)["DBParameterGroups"]
    assert group == {"DBParameterGroupName": "other16", "ParameterApplyStatus": "in-sync"}


def test_a_group_reports_and_reboots_its_members(aws: Emulator) -> None:
    options = {"name": "other16", "parameters": {"max_connections": 60}}
    changed = run_module(aws, "rds_parameter_group", options)
    assert changed.changed
    assert changed.result["pending_reboot"] == [NAME]
    assert [c["property"] for c in changed.result["waiting"]] == [f"members.{NAME}"]
    assert described(aws)["DBParameterGroups"][0]["ParameterApplyStatus"] == "pending-reboot"

    rebooted = run_module(aws, "rds_parameter_group", options | {"allow": ["reboot"]})
    assert rebooted.writes == ["RebootDBInstance"]
    assert rebooted.result["pending_reboot"] == []
    assert not run_module(aws, "rds_parameter_group", options | {"allow": ["reboot"]}).changed


def test_immutable_differences_are_refused_together(aws: Emulator) -> None:
    ran = change(
        aws, engine_version="15.18", master_username="other", storage_encrypted=False, copy_tags_to_snapshot=True
    )
    assert ran.result["failed"]
    assert ran.writes == []
    for message in (
        "engine_version: 15.18\n    is 16.13 in AWS, and a server is never downgraded. Write 16.",
        "master_username: other\n    is dbadmin and cannot be changed in place.",
        "storage_encrypted: False\n    is True and cannot be changed in place.",
    ):
        assert message in ran.message


def test_a_minor_upgrade(aws: Emulator) -> None:
    assert change(aws, engine_version="16.14").result["waiting"][0]["effect"] == "downtime"
    assert change(aws, engine_version="16.14", allow=["downtime"]).changed
    assert described(aws)["EngineVersion"] == "16.14"


def test_deletion_protection_holds(aws: Emulator) -> None:
    ran = change(aws, state="absent")
    assert ran.result["failed"]
    assert "has deletion protection" in ran.message
    assert ran.writes == []
    assert change(aws, deletion_protection=False).changed


def test_delete(aws: Emulator) -> None:
    planned = change(aws, state="absent", check=True)
    assert planned.changed
    assert planned.writes == []

    gone = change(aws, state="absent")
    assert gone.writes == ["DeleteDBInstance"]
    snapshot = gone.result["final_snapshot_identifier"]
    assert snapshot.startswith(f"{NAME}-final-20")
    (found,) = aws.client("rds").describe_db_snapshots(DBSnapshotIdentifier=snapshot)["DBSnapshots"]
    assert found["DBInstanceIdentifier"] == NAME
    assert aws.client("rds").describe_db_instances()["DBInstances"] == []
    assert not change(aws, state="absent").changed


def test_performance_insights_with_a_key_and_a_managed_password(aws: Emulator, retail: dict[str, Any]) -> None:
    """Both are beyond amazon.aws.rds_instance: the first raises AttributeError there, the second is no option."""
    plain = {name: value for name, value in retail.items() if not name.startswith(("performance_", "master_", "tags"))}
    plain |= {"name": "second", "engine_version": "16", "master_username": "dbadmin"}
    made = run_module(aws, "rds_instance", plain | {"manage_master_user_password": True})
    assert made.result["engine_version"] == "16.14"
    assert made.result["master_user_secret_arn"].startswith("arn:aws:secretsmanager:")
    key = {"performance_insights_enabled": True, "performance_insights_kms_key_id": retail["kms_key_id"]}
    assert run_module(aws, "rds_instance", {"name": "second", **key}).changed
    assert described(aws, "second")["PerformanceInsightsKMSKeyId"] == retail["kms_key_id"]

    secret = {"manage_master_user_password": False, "master_user_secret_arn": retail["master_user_secret_arn"]}
    taken_over = run_module(aws, "rds_instance", {"name": "second", **secret})
    assert taken_over.changed
    assert PASSWORD not in taken_over.output
    assert "MasterUserSecret" not in described(aws, "second")


def test_a_killed_run_is_finished_by_the_next(aws: Emulator, retail: dict[str, Any]) -> None:
    aws.set_time_scale(0.3)
    started = run_module(aws, "rds_instance", retail | {"name": "third", "wait": False})
    assert started.changed
    assert started.result["status"] == "creating"
    finished = run_module(aws, "rds_instance", retail | {"name": "third"})
    assert not finished.changed
    assert finished.result["status"] == "available"


def test_a_wait_that_is_too_long_names_the_instance_and_its_status(aws: Emulator, retail: dict[str, Any]) -> None:
    aws.set_time_scale(60)
    ran = run_module(aws, "rds_instance", retail | {"name": "fourth", "wait_timeout": 2})
    assert ran.result["failed"]
    assert "DB instance fourth is still creating after 2 s, not available" in ran.message

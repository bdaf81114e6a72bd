"""Plans of an instance. Costs: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html"""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance import RDS_INSTANCE
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance_plan import plan_rds_instance
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    KNOWN_AFTER_APPLY,
    Action,
    Effect,
    Observed,
    Plan,
)

from tests.unit.plugins.module_utils._kinds.instance_states import KEY, TAGS, WANTED, desired, observed

EVERYTHING = frozenset(Effect)
NOTHING: frozenset[Effect] = frozenset()


def plan(
    properties: dict[str, Any] | None = None, seen: Observed | None = None, allow: frozenset[Effect] = EVERYTHING
) -> Plan:
    return plan_rds_instance(RDS_INSTANCE, desired(properties), seen or observed(), allow)


def test_nothing_to_do() -> None:
    found = plan(allow=NOTHING)
    assert (found.action, found.changes, found.waiting) == (Action.NONE, (), ())


@pytest.mark.parametrize(
    ("properties", "raw"),
    [
        ({"engine_version": "16"}, {}),
        ({"engine_version": "16.4"}, {}),
        ({"allocated_storage_gib": 20}, {"AllocatedStorage": 87}),
        ({"max_allocated_storage_gib": 0}, {"MaxAllocatedStorage": None}),
        ({"maintenance_window": "SUN:04:00-sun:05:00"}, {}),
        ({"vpc_security_group_ids": ["sg-2", "sg-1"]}, {}),
        ({"port": 5432}, {}),
        ({"port": 5433}, {"Endpoint": None}),
        ({"kms_key_id": "1111"}, {}),
        ({"performance_insights_kms_key_id": "1111"}, {}),
        ({"backup_retention_days": None}, {"BackupRetentionPeriod": 14}),
        ({"availability_zone": "us-west-2b"}, {"MultiAZ": True}),
        ({"monitoring_interval_seconds": 0}, {"MonitoringInterval": 0, "MonitoringRoleArn": None}),
        (
            {"performance_insights_enabled": False},
            {
                "PerformanceInsightsEnabled": False,
                "PerformanceInsightsRetentionPeriod": None,
                "PerformanceInsightsKMSKeyId": None,
            },
        ),
        ({"allow_major_version_upgrade": True}, {}),
        # Asked for already.
        ({"instance_class": "db.t3.small"}, {"PendingModifiedValues": {"DBInstanceClass": "db.t3.small"}}),
        ({"engine_version": "16.14"}, {"PendingModifiedValues": {"EngineVersion": "16.14"}}),
        ({"allocated_storage_gib": 50}, {"PendingModifiedValues": {"AllocatedStorage": 60}}),
    ],
)
def test_satisfied(properties: dict[str, Any], raw: dict[str, Any]) -> None:
    if "availability_zone" in properties:
        properties = {**properties, "multi_az": True}
    assert plan(properties, observed(**raw), NOTHING).action is Action.NONE


@pytest.mark.parametrize(
    ("properties", "raw", "effect"),
    [
        ({"engine_version": "16.14"}, {}, Effect.DOWNTIME),
        ({"instance_class": "db.t3.small"}, {}, Effect.DOWNTIME),
        ({"instance_class": "db.t3.small", "multi_az": None}, {"MultiAZ": True}, Effect.FAILOVER),
        ({"allocated_storage_gib": 21}, {}, Effect.NONE),
        ({"max_allocated_storage_gib": 200}, {}, Effect.NONE),
        ({"max_allocated_storage_gib": 0}, {}, Effect.NONE),
        ({"storage_type": "gp2"}, {}, Effect.NONE),
        ({"storage_type": "standard"}, {}, Effect.DOWNTIME),
        ({"storage_type": "gp3"}, {"StorageType": "standard"}, Effect.DOWNTIME),
        ({"port": 5433}, {}, Effect.REBOOT),
        ({"multi_az": True}, {}, Effect.NONE),
        ({"publicly_accessible": True}, {}, Effect.NONE),
        ({"network_type": "DUAL"}, {}, Effect.DOWNTIME),
        ({"db_subnet_group_name": "other"}, {}, Effect.DOWNTIME),
        ({"vpc_security_group_ids": ["sg-1"]}, {}, Effect.NONE),
        ({"db_parameter_group_name": "other"}, {}, Effect.NONE),
        ({"backup_retention_days": 8}, {}, Effect.NONE),
        ({"backup_retention_days": 0}, {}, Effect.DOWNTIME),
        ({"backup_retention_days": 8}, {"BackupRetentionPeriod": 0}, Effect.DOWNTIME),
        ({"backup_window": "02:00-03:00"}, {}, Effect.NONE),
        ({"maintenance_window": "mon:04:00-mon:05:00"}, {}, Effect.NONE),
        ({"performance_insights_retention_days": 31}, {}, Effect.NONE),
        ({"database_insights_mode": "advanced"}, {}, Effect.NONE),
        ({"performance_insights_kms_key_id": "other"}, {"PerformanceInsightsKMSKeyId": None}, Effect.NONE),
        ({"monitoring_interval_seconds": 30}, {}, Effect.NONE),
        ({"log_exports": []}, {}, Effect.NONE),
        ({"deletion_protection": True}, {}, Effect.NONE),
        ({"auto_minor_version_upgrade": False}, {}, Effect.NONE),
        ({"copy_tags_to_snapshot": False}, {}, Effect.NONE),
        ({"iam_authentication": True}, {}, Effect.NONE),
        ({"ca_certificate_identifier": "rds-ca-ecc384-g1"}, {}, Effect.DOWNTIME),
        ({"dedicated_log_volume": True}, {}, Effect.REBOOT),
        ({"manage_master_user_password": True}, {}, Effect.NONE),
        ({"monitoring_role_arn": KNOWN_AFTER_APPLY}, {}, Effect.NONE),
    ],
)
def test_one_change_and_its_cost(properties: dict[str, Any], raw: dict[str, Any], effect: Effect) -> None:
    seen = observed(**raw)
    found = plan(properties, seen)
    assert [(change.property, change.effect) for change in found.changes] == [(next(iter(properties)), effect)]
    waiting = plan(properties, seen, NOTHING)
    if effect is Effect.NONE:
        assert waiting.changes == found.changes
    else:
        assert (waiting.action, waiting.changes, waiting.waiting) == (Action.NONE, (), found.changes)


@pytest.mark.parametrize(
    ("properties", "raw", "message"),
    [
        ({"engine": "mysql"}, {}, "is postgres and cannot be changed in place. Move the data"),
        ({"storage_encrypted": False}, {}, "is True and cannot be changed in place. Take a snapshot"),
        ({"kms_key_id": "other"}, {}, f"is {KEY} and cannot be changed in place."),
        ({"master_username": "other"}, {}, "is dbadmin and cannot be changed in place. RDS cannot rename"),
        (
            {"db_name": "app"},
            {},
            "is None and cannot be changed in place. RDS names the first database at creation only",
        ),
        ({"availability_zone": "us-west-2b"}, {}, "is us-west-2a and cannot be changed in place."),
        (
            {"availability_zone": "us-west-2b", "multi_az": False},
            {"MultiAZ": True},
            "is us-west-2a and cannot be changed in place.",
        ),
        ({"engine_version": "15.16"}, {}, "is 16.13 in AWS, and a server is never downgraded. Write 16."),
        ({"engine_version": "17"}, {}, "is a major upgrade from 16.13. Take a snapshot"),
        ({"performance_insights_kms_key_id": "other"}, {}, f"is {KEY} and can never change"),
        ({"max_allocated_storage_gib": 100}, {"AllocatedStorage": 120}, "is below the 120 GiB that the instance has."),
        (
            {"manage_master_user_password": False, "master_user_secret_arn": None},
            {"MasterUserSecret": {"SecretArn": "arn"}},
            "needs master_user_secret_arn",
        ),
    ],
)
def test_refused(properties: dict[str, Any], raw: dict[str, Any], message: str) -> None:
    found = plan(properties, observed(**raw))
    assert found.action is Action.REFUSE
    assert not found.changes
    (refusal,) = found.refusals
    assert refusal.input == f"rds_postgres_{next(iter(properties))}"
    assert refusal.message.startswith(message)


@pytest.mark.parametrize(
    ("managed", "key", "refused"),
    [(True, "other", True), (False, "other", False), (True, "key", False), (True, KNOWN_AFTER_APPLY, False)],
)
def test_the_key_of_the_secret_that_rds_manages_stays(managed: bool, key: str, refused: bool) -> None:
    """MasterUserSecretKmsKeyId is valid only while the password is not managed yet."""
    raw: dict[str, Any] = {"MasterUserSecret": {"SecretArn": "arn", "KmsKeyId": "key"}} if managed else {}
    wanted = {"manage_master_user_password": True, "master_user_secret_kms_key_id": key}
    found = plan(wanted, observed(**raw))
    assert [r.message.split(".")[0] for r in found.refusals] == ["is key and cannot change in place"] * refused


def test_all_refusals_are_listed_together() -> None:
    found = plan({"engine_version": "15", "master_username": "other", "instance_class": "db.t3.small"})
    assert {refusal.input for refusal in found.refusals} == {
        "rds_postgres_engine_version",
        "rds_postgres_master_username",
    }


def test_a_permitted_major_upgrade_is_planned() -> None:
    found = plan({"engine_version": "17", "allow_major_version_upgrade": True})
    assert [(c.property, c.after, c.effect) for c in found.changes] == [("engine_version", "17", Effect.DOWNTIME)]


def test_the_group_of_the_new_family_waits_with_the_upgrade() -> None:
    wanted = {"engine_version": "17", "allow_major_version_upgrade": True, "db_parameter_group_name": "group17"}
    found = plan(wanted, allow=NOTHING)
    assert found.action is Action.NONE
    assert {(c.property, c.effect) for c in found.waiting} == {
        ("engine_version", Effect.DOWNTIME),
        ("db_parameter_group_name", Effect.DOWNTIME),
    }


def test_a_new_instance_has_everything_that_is_wanted() -> None:
    found = plan_rds_instance(RDS_INSTANCE, desired({"allow_major_version_upgrade": True}), None, NOTHING)
    assert found.action is Action.CREATE
    assert {change.property: change.after for change in found.changes} == WANTED | {"tags": TAGS}


def test_a_pending_reboot_waits_for_permission() -> None:
    seen = observed(DBParameterGroups=[{"DBParameterGroupName": "group16", "ParameterApplyStatus": "pending-reboot"}])
    waiting = plan(seen=seen, allow=NOTHING)
    assert waiting.action is Action.NONE
    assert [(c.property, c.effect) for c in waiting.waiting] == [("parameter_apply_status", Effect.REBOOT)]
    now = plan(seen=seen, allow=frozenset({Effect.REBOOT}))
    assert now.action is Action.UPDATE
    assert now.changes == waiting.waiting


def test_an_unwanted_pending_change_is_taken_back() -> None:
    seen = observed(PendingModifiedValues={"DBInstanceClass": "db.m5.large", "AllocatedStorage": 50})
    found = plan(seen=seen, allow=NOTHING)
    (change,) = found.changes
    assert (change.property, change.before, change.after) == ("instance_class", "db.m5.large", "db.t3.micro")
    assert change.note == "takes back the pending change"


def test_what_is_pending_and_unknown_or_not_named_is_left() -> None:
    seen = observed(PendingModifiedValues={"DBInstanceClass": "db.m5.large"})
    assert plan({"instance_class": None}, seen).action is Action.NONE


@pytest.mark.parametrize(
    ("name", "value", "queue", "allow", "held"),
    [
        # ApplyImmediately would make the pending class change too.
        ("allocated_storage_gib", 50, {"DBInstanceClass": "db.m5.large"}, NOTHING, True),
        ("multi_az", True, {"EngineVersion": "16.14"}, NOTHING, True),
        ("allocated_storage_gib", 50, {"DBInstanceClass": "db.m5.large"}, frozenset({Effect.DOWNTIME}), False),
        ("allocated_storage_gib", 50, {"MultiAZ": True}, NOTHING, False),
        ("max_allocated_storage_gib", 200, {"DBInstanceClass": "db.m5.large"}, NOTHING, False),
    ],
)
def test_a_harmless_change_does_not_set_off_a_costly_pending_one(
    name: str, value: Any, queue: dict[str, Any], allow: frozenset[Effect], held: bool
) -> None:
    unmanaged = {"instance_class": None, "engine_version": None, "multi_az": None}
    found = plan({**unmanaged, name: value}, observed(PendingModifiedValues=queue), allow)
    assert [c.property for c in (found.waiting if held else found.changes)] == [name]
    if held:
        assert found.waiting[0].waits.startswith("the maintenance window: made now, it would set off pending")


def test_storage_waits_while_storage_is_optimized() -> None:
    found = plan({"allocated_storage_gib": 30}, observed(DBInstanceStatus="storage-optimization"))
    assert [(c.property, c.waits) for c in found.waiting] == [
        ("allocated_storage_gib", "the end of storage optimization")
    ]


def test_another_parameter_group_says_that_it_takes_a_reboot() -> None:
    assert plan({"db_parameter_group_name": "other"}).changes[0].note == "takes effect at the next reboot"

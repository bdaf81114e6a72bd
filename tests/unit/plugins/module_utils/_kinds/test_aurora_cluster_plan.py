"""Plans of a cluster.

Costs: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Modifying.html#Aurora.Modifying.Settings
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_cluster import AURORA_CLUSTER
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_cluster_plan import (
    new_members,
    of_cluster,
    of_member,
    plan_aurora_cluster,
    removed_members,
    split,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    KNOWN_AFTER_APPLY,
    Action,
    Desired,
    Effect,
    Observed,
    Plan,
)

from tests.unit.plugins.module_utils._kinds.cluster_states import (
    INSTANCES,
    KEY,
    NAME,
    NOW,
    READER,
    TAGS,
    WANTED,
    WRITER,
    desired,
    instance,
    members,
    observed,
    role,
)

EVERYTHING = frozenset(Effect)
NOTHING: frozenset[Effect] = frozenset()
LATER = NOW + timedelta(days=3)
NVME = [instance(WRITER, DBInstanceClass="db.r6gd.xlarge")]
ALONE = [role(WRITER, writer=True)]


def plan(
    properties: dict[str, Any] | None = None, seen: Observed | None = None, allow: frozenset[Effect] = EVERYTHING
) -> Plan:
    return plan_aurora_cluster(AURORA_CLUSTER, desired(properties), seen or observed(), allow)


def test_nothing_to_do() -> None:
    found = plan(allow=NOTHING)
    assert (found.action, found.changes, found.waiting, found.refusals) == (Action.NONE, (), (), ())


@pytest.mark.parametrize(
    ("properties", "raw"),
    [
        ({"engine_version": "15"}, {}),
        ({"engine_version": "15.4"}, {}),
        ({"backup_retention_days": None}, {"BackupRetentionPeriod": 14}),
        ({"maintenance_window": "MON:04:00-mon:05:00"}, {}),
        ({"vpc_security_group_ids": ["sg-2", "sg-1"]}, {}),
        ({"kms_key_id": "1111"}, {}),
        ({"storage_type": "aurora"}, {"StorageType": "aurora"}),
        ({"serverless_v2_scaling": None}, {}),
        (
            {"serverless_v2_scaling": {"min_acu": 0, "max_acu": 1}},
            {"ServerlessV2ScalingConfiguration": {"MinCapacity": 0, "MaxCapacity": 1, "SecondsUntilAutoPause": 300}},
        ),
        ({"members": None}, {}),
        ({"auto_minor_version_upgrade": True}, {"AutoMinorVersionUpgrade": None}),
        ({"monitoring_interval_seconds": 0}, {"MonitoringInterval": None, "MonitoringRoleArn": None}),
        (
            {"performance_insights_enabled": False},
            {
                "PerformanceInsightsEnabled": None,
                "PerformanceInsightsRetentionPeriod": None,
                "PerformanceInsightsKMSKeyId": None,
            },
        ),
        ({"allow_major_version_upgrade": True, "db_instance_parameter_group_name": "other"}, {}),
        # Asked for already.
        ({"engine_version": "15.13"}, {"PendingModifiedValues": {"EngineVersion": "15.13"}}),
        ({"iam_authentication": True}, {"PendingModifiedValues": {"IAMDatabaseAuthenticationEnabled": True}}),
        ({"storage_type": "aurora-iopt1"}, {"PendingModifiedValues": {"StorageType": "aurora-iopt1"}}),
        (
            {"log_exports": ["instance"]},
            {
                "PendingModifiedValues": {
                    "PendingCloudwatchLogsExports": {
                        "LogTypesToEnable": ["instance"],
                        "LogTypesToDisable": ["postgresql"],
                    }
                }
            },
        ),
    ],
)
def test_satisfied(properties: dict[str, Any], raw: dict[str, Any]) -> None:
    assert plan(properties, observed(**raw), NOTHING).action is Action.NONE


@pytest.mark.parametrize(
    ("properties", "raw", "effect"),
    [
        ({"engine_version": "15.13"}, {}, Effect.DOWNTIME),
        ({"port": 5433}, {}, Effect.REBOOT),
        ({"storage_type": "aurora-iopt1"}, {}, Effect.NONE),
        ({"storage_type": "aurora"}, {"StorageType": "aurora-iopt1"}, Effect.NONE),
        ({"serverless_v2_scaling": {"min_acu": 0.5, "max_acu": 2}}, {}, Effect.NONE),
        (
            {"serverless_v2_scaling": {"min_acu": 0.5, "max_acu": 1}},
            {"ServerlessV2ScalingConfiguration": None},
            Effect.NONE,
        ),
        (
            {"serverless_v2_scaling": {"min_acu": 0, "max_acu": 1, "seconds_until_auto_pause": 600}},
            {"ServerlessV2ScalingConfiguration": {"MinCapacity": 0, "MaxCapacity": 1, "SecondsUntilAutoPause": 300}},
            Effect.NONE,
        ),
        ({"vpc_security_group_ids": ["sg-1"]}, {}, Effect.NONE),
        ({"network_type": "DUAL"}, {}, Effect.NONE),
        ({"db_cluster_parameter_group_name": "other"}, {}, Effect.NONE),
        ({"backup_retention_days": 8}, {}, Effect.NONE),
        ({"backup_window": "02:00-03:00"}, {}, Effect.NONE),
        ({"log_exports": []}, {}, Effect.NONE),
        ({"iam_authentication": True}, {}, Effect.NONE),
        ({"http_endpoint_enabled": True}, {}, Effect.NONE),
        ({"deletion_protection": True}, {}, Effect.NONE),
        ({"copy_tags_to_snapshot": False}, {}, Effect.NONE),
        ({"performance_insights_retention_days": 31}, {}, Effect.NONE),
        ({"performance_insights_kms_key_id": "other"}, {"PerformanceInsightsKMSKeyId": None}, Effect.NONE),
        ({"database_insights_mode": "advanced"}, {}, Effect.NONE),
        ({"monitoring_interval_seconds": 30}, {}, Effect.NONE),
        ({"monitoring_role_arn": KNOWN_AFTER_APPLY}, {}, Effect.NONE),
        ({"manage_master_user_password": True}, {}, Effect.NONE),
    ],
)
def test_one_change_of_the_cluster_and_its_cost(
    properties: dict[str, Any], raw: dict[str, Any], effect: Effect
) -> None:
    seen = observed(**raw)
    found = plan(properties, seen)
    assert [(change.property, change.effect) for change in found.changes] == [(next(iter(properties)), effect)]
    waiting = plan(properties, seen, NOTHING)
    if effect is Effect.NONE:
        assert waiting.changes == found.changes
    else:
        assert (waiting.action, waiting.changes, waiting.waiting) == (Action.NONE, (), found.changes)


@pytest.mark.parametrize(
    ("name", "value", "effects"),
    [
        ("instance_class", "db.r5.large", (Effect.FAILOVER, Effect.READERS)),
        ("ca_certificate_identifier", "rds-ca-ecc384-g1", (Effect.REBOOT, Effect.READERS)),
        ("promotion_tier", 0, (Effect.NONE, Effect.NONE)),
        ("publicly_accessible", True, (Effect.NONE, Effect.NONE)),
        ("db_parameter_group_name", "other", (Effect.NONE, Effect.NONE)),
        ("maintenance_window", "tue:04:00-tue:05:00", (Effect.NONE, Effect.NONE)),
        ("auto_minor_version_upgrade", False, (Effect.NONE, Effect.NONE)),
        ("performance_insights_enabled", True, (Effect.NONE, Effect.NONE)),
        ("monitoring_interval_seconds", 60, (Effect.NONE, Effect.NONE)),
        ("monitoring_role_arn", "arn:role", (Effect.NONE, Effect.NONE)),
    ],
)
def test_one_change_of_a_member_and_its_cost(name: str, value: Any, effects: tuple[Effect, Effect]) -> None:
    for member, changes, effect in (
        (WRITER, ({name: value}, {}), effects[0]),
        (READER, ({}, {name: value}), effects[1]),
    ):
        found = plan({"members": members(*changes)})
        assert [(c.property, c.effect) for c in found.changes] == [(f"members.{member}.{name}", effect)]


def test_the_only_member_is_down_while_its_class_changes() -> None:
    only = [{"name": WRITER, "instance_class": "db.r5.large"}]
    seen = observed([instance(WRITER)], ALONE)
    assert [c.effect for c in plan({"members": only}, seen).changes] == [Effect.DOWNTIME]


def test_members_take_from_the_cluster_what_they_do_not_name() -> None:
    found = plan({"maintenance_window": "tue:04:00-tue:05:00", "ca_certificate_identifier": "rds-ca-ecc384-g1"})
    assert {c.property for c in found.changes} == {
        "maintenance_window",
        *(f"members.{name}.maintenance_window" for name in (WRITER, READER)),
        *(f"members.{name}.ca_certificate_identifier" for name in (WRITER, READER)),
    }


def test_tags_of_members_are_those_of_the_cluster_or_their_own() -> None:
    assert [c.property for c in plan({"members": members({"tags": {"Name": "other"}}, {})}).changes] == [
        f"members.{WRITER}.tags.Name"
    ]
    seen = observed([instance(WRITER, TagList=[]), *INSTANCES[1:]])
    assert [(c.property, c.after) for c in plan(seen=seen).changes] == [(f"members.{WRITER}.tags.Name", NAME)]


@pytest.mark.parametrize(
    ("properties", "raw", "message"),
    [
        ({"engine": "aurora-mysql"}, {}, "is aurora-postgresql and cannot be changed in place. Move the data"),
        ({"storage_encrypted": False}, {}, "is True and cannot be changed in place. Take a snapshot"),
        ({"kms_key_id": "other"}, {}, f"is {KEY} and cannot be changed in place."),
        ({"master_username": "other"}, {}, "is dbadmin and cannot be changed in place. RDS cannot rename"),
        ({"db_name": "app"}, {}, "is transactiondb and cannot be changed in place. RDS names the first"),
        ({"db_subnet_group_name": "other"}, {}, "is subnets and cannot be changed in place. Take a snapshot"),
        ({"engine_version": "14.9"}, {}, "is 15.12 in AWS, and a server is never downgraded. Write 15."),
        (
            {"engine_version": "16"},
            {},
            "is a major upgrade from 15.12. Take a snapshot, give the cluster a parameter group of the family aurora-",
        ),
        ({"performance_insights_kms_key_id": "other"}, {}, f"is {KEY} and can never change"),
        (
            {"manage_master_user_password": False, "master_user_secret_arn": None},
            {"MasterUserSecret": {"SecretArn": "arn"}},
            "needs master_user_secret_arn, a secret with the password that the cluster should have then",
        ),
    ],
)
def test_refused(properties: dict[str, Any], raw: dict[str, Any], message: str) -> None:
    found = plan(properties, observed(**raw))
    assert (found.action, found.changes) == (Action.REFUSE, ())
    (refusal,) = found.refusals
    assert refusal.input == f"aurora_serverless_{next(iter(properties))}"
    assert refusal.message.startswith(message)


def test_a_member_never_moves() -> None:
    (refusal,) = plan({"members": members({"availability_zone": "us-east-1c"}, {})}).refusals
    assert refusal.input == f"aurora_serverless_members.{WRITER}.availability_zone"
    assert refusal.message.startswith("is us-east-1a and cannot be changed in place. Add a member as wanted")


def test_the_key_of_a_members_insights_never_changes() -> None:
    seen = observed([instance(WRITER, PerformanceInsightsKMSKeyId=KEY), *INSTANCES[1:]])
    (refusal,) = plan({"members": members({"performance_insights_kms_key_id": "other"}, {})}, seen).refusals
    assert refusal.input == f"aurora_serverless_members.{WRITER}.performance_insights_kms_key_id"


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
    found = plan(
        {"master_username": "other", "db_name": "other", "members": members({"availability_zone": "x"}, {}), "port": 1}
    )
    assert len(found.refusals) == 3
    assert found.changes == ()


def test_serverless_members_need_a_range() -> None:
    wanted = {"serverless_v2_scaling": None}
    seen = observed(ServerlessV2ScalingConfiguration=None)
    for refusals in (plan(wanted, seen).refusals, plan_new(desired(wanted)).refusals):
        assert [(r.input, r.message) for r in refusals] == [
            (
                f"aurora_serverless_members.{name}.instance_class",
                "needs aurora_serverless_serverless_v2_scaling, the range in which it scales.",
            )
            for name in (WRITER, READER)
        ]


def plan_new(wanted: Desired) -> Plan:
    return plan_aurora_cluster(AURORA_CLUSTER, wanted, None, NOTHING)


def test_a_new_cluster_has_everything_that_is_wanted() -> None:
    found = plan_new(desired({"allow_major_version_upgrade": True, "prune_members": True, "backup_window": None}))
    assert found.action is Action.CREATE
    planned = {change.property: change.after for change in found.changes}
    inherited = {
        "maintenance_window": "Mon:04:00-Mon:05:00",
        "auto_minor_version_upgrade": True,
        "ca_certificate_identifier": "rds-ca-rsa2048-g1",
    }
    own = {name: value for name, value in WANTED.items() if name not in ("members", "backup_window")}
    assert planned == own | {
        "tags": TAGS,
        f"members.{WRITER}": {"instance_class": "db.serverless", "publicly_accessible": False, **inherited},
        f"members.{READER}": {"instance_class": "db.serverless", "db_parameter_group_name": "Instance15", **inherited},
    }


def test_a_new_cluster_without_tags_and_members() -> None:
    bare = Desired("aurora_cluster", NAME, {"engine_version": "15", "members": None})
    assert [change.property for change in plan_new(bare).changes] == ["engine_version"]


def test_members_that_a_killed_run_did_not_make_are_made() -> None:
    found = plan(seen=observed([], []))
    assert new_members(found.changes) == [WRITER, READER]
    unknown_group = members({"db_parameter_group_name": KNOWN_AFTER_APPLY}, {})
    assert new_members(plan({"members": unknown_group}, observed([], [])).changes) == [WRITER, READER]


def test_a_permitted_major_upgrade_takes_its_groups_with_it() -> None:
    wanted = {
        "engine_version": "16",
        "allow_major_version_upgrade": True,
        "db_cluster_parameter_group_name": "cluster16",
        "members": members({"db_parameter_group_name": "instance16"}, {"db_parameter_group_name": "instance16"}),
    }
    found = plan(wanted)
    assert {(c.property.rpartition(".")[2], c.effect) for c in found.changes} == {
        ("engine_version", Effect.DOWNTIME),
        ("db_cluster_parameter_group_name", Effect.DOWNTIME),
        ("db_parameter_group_name", Effect.DOWNTIME),
    }
    assert plan(wanted, allow=NOTHING).action is Action.NONE


@pytest.mark.parametrize(("status", "parameters"), [("pending-reboot", "in-sync"), ("in-sync", "pending-reboot")])
def test_pending_reboots_wait_for_permission(status: str, parameters: str) -> None:
    groups = [{"DBParameterGroupName": "instance15", "ParameterApplyStatus": parameters}]
    seen = observed(
        [instance(WRITER, DBParameterGroups=groups), instance(READER, "b", DBParameterGroups=groups)],
        [role(READER, status=status), role(WRITER, writer=True, status=status)],
    )
    waiting = plan(seen=seen, allow=NOTHING)
    assert waiting.action is Action.NONE
    assert [(c.property, c.effect) for c in waiting.waiting] == [
        (f"members.{WRITER}.parameter_apply_status", Effect.REBOOT),
        (f"members.{READER}.parameter_apply_status", Effect.READERS),
    ]
    readers = plan(seen=seen, allow=frozenset({Effect.READERS}))
    assert [c.property for c in readers.changes] == [f"members.{READER}.parameter_apply_status"]


def test_an_unwanted_pending_change_is_taken_back() -> None:
    pending = {"DBInstanceClass": "db.r5.large", "BackupRetentionPeriod": 3}
    seen = observed([instance(WRITER, PendingModifiedValues=pending), *INSTANCES[1:]])
    (change,) = plan(seen=seen, allow=NOTHING).changes
    assert (change.property, change.before, change.after) == (
        f"members.{WRITER}.instance_class",
        "db.r5.large",
        "db.serverless",
    )
    (change,) = plan(seen=observed(PendingModifiedValues={"EngineVersion": "16.1"}), allow=NOTHING).changes
    assert (change.property, change.note) == ("engine_version", "takes back the pending change")


def test_a_harmless_change_does_not_set_off_a_costly_pending_one() -> None:
    seen = observed(PendingModifiedValues={"EngineVersion": "15.13"})
    wanted = {"engine_version": None, "iam_authentication": True, "deletion_protection": True}
    found = plan(wanted, seen, NOTHING)
    assert [c.property for c in found.changes] == ["deletion_protection"]
    assert [(c.property, c.waits) for c in found.waiting] == [
        ("iam_authentication", "the maintenance window: made now, it would set off pending engine_version")
    ]
    assert len(plan(wanted, seen).changes) == 2


def test_io_optimized_storage_waits_for_its_30_days() -> None:
    seen = observed(IOOptimizedNextAllowedModificationTime=LATER)
    (change,) = plan({"storage_type": "aurora-iopt1"}, seen).waiting
    assert change.waits == f"{LATER.isoformat()}: AWS allows it every 30 days"
    past = observed(IOOptimizedNextAllowedModificationTime=NOW)
    assert plan({"storage_type": "aurora-iopt1"}, past).changes
    back = observed(IOOptimizedNextAllowedModificationTime=LATER, StorageType="aurora-iopt1")
    assert plan(seen=back).changes


def test_another_storage_type_restarts_classes_with_local_storage() -> None:
    (change,) = plan({"storage_type": "aurora-iopt1", "members": None}, observed(NVME, ALONE)).changes
    assert change.effect is Effect.DOWNTIME


def test_a_stopped_cluster_is_not_changed() -> None:
    found = plan(
        {"deletion_protection": True, "members": members({"promotion_tier": 3}, {})}, observed(Status="stopped")
    )
    assert found.action is Action.NONE
    assert {c.waits for c in found.waiting} == {"the start of the cluster, which is stopped"}


def test_members_that_are_not_wanted_go_only_when_asked() -> None:
    only_writer = {"members": WANTED["members"][:1]}
    assert plan(only_writer).action is Action.NONE
    assert plan({"prune_members": True, "members": None}).action is Action.NONE
    found = plan(only_writer | {"prune_members": True})
    assert removed_members(found.changes) == [READER]
    assert [c.effect for c in found.changes] == [Effect.READERS]
    assert plan(only_writer | {"prune_members": True}, allow=NOTHING).action is Action.NONE


def test_the_writer_does_not_go_by_implication() -> None:
    found = plan({"members": WANTED["members"][1:], "prune_members": True})
    (refusal,) = found.refusals
    assert refusal.input == "aurora_serverless_members"
    assert refusal.message.startswith(f"leave out {WRITER}, which is the writer. Fail over to a wanted member first")


def test_autoscaled_readers_are_left_alone() -> None:
    autoscaled = "application-autoscaling-1f2e"
    seen = observed([*INSTANCES, instance(autoscaled, DBInstanceClass="db.r5.large")])
    assert plan({"prune_members": True}, seen).action is Action.NONE


def test_names_of_changes() -> None:
    assert split("port") == ("", "port")
    assert split("members.a") == ("a", "")
    assert split("members.a.tags.x.y") == ("a", "tags.x.y")
    found = plan({"port": 5433, "members": [*members({"promotion_tier": 3}, {}), {"name": "third"}]})
    assert [c.property for c in of_cluster(found.changes)] == ["port"]
    assert [c.property for c in of_member(found.changes, WRITER)] == ["promotion_tier"]
    assert new_members(found.changes) == ["third"]
    assert removed_members(found.changes) == []

"""Writes of a cluster and its members, their order, what is waited for, and what no wait may miss."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._apply import rds_session
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.aurora_cluster import (
    NOUN,
    apply_create,
    apply_delete,
    apply_update,
    settle,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.rds_session import FinalSnapshot, Session
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._observers import rds_catalogue
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds import AURORA_CLUSTER
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Effect, Observed
from ansible_collections.pgfleet.aws.plugins.module_utils._run import WaitTimeout
from ansible_collections.pgfleet.aws.plugins.module_utils._waiters import WaitFailed, wait

from tests.unit.plugins.module_utils._kinds.cluster_states import (
    CLUSTER,
    INSTANCES,
    NAME,
    READER,
    ROLES,
    TAGS,
    WANTED,
    WRITER,
    desired,
    instance,
    members,
    observed,
    role,
)
from tests.unit.stubs import Exchange, account, answering

ARN = CLUSTER["DBClusterArn"]
SECRET = "arn:secret"
TAG_LIST = [{"Key": "Name", "Value": NAME}]
THIRD = "aurora-instance-3-prod"
LARGE = "db.r5.large"
Looks = list[Exchange]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits look again at once, and nothing is remembered of other tests."""
    monkeypatch.setattr(rds_session, "wait", partial(wait, sleep=lambda _seconds: None))
    rds_catalogue.offered_versions.cache_clear()


def look(
    status: str = "available",
    instances: Sequence[Mapping[str, Any]] | None = None,
    roles: Sequence[Mapping[str, Any]] | None = None,
    **raw: Any,
) -> Looks:
    """The two requests of a look, with what they find; "" is a cluster that is gone, which takes one request."""
    one = {"DBClusterIdentifier": NAME}
    if not status:
        return [Exchange("describe_db_clusters", one, refusal="DBClusterNotFoundFault")]
    described = {**CLUSTER, "DBClusterMembers": ROLES if roles is None else roles, "Status": status, **raw}
    found = {"DBClusters": [{key: value for key, value in described.items() if value is not None}]}
    filters = {"Filters": [{"Name": "db-cluster-id", "Values": [NAME]}]}
    return [
        Exchange("describe_db_clusters", one, found),
        Exchange("describe_db_instances", filters, {"DBInstances": INSTANCES if instances is None else instances}),
    ]


def changed(*changes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The instances, each with its changes of AWS's description."""
    return [{**raw, **change} for raw, change in zip(INSTANCES, changes, strict=True)]


def session(
    scope: Scope, *allow: Effect, wait: bool = True, timeout: float = 60, wanted: Desired | None = None
) -> Session:
    return Session(scope, AURORA_CLUSTER, NOUN, wanted or desired(), frozenset(allow), wait, timeout)


def update(
    looks: Looks,
    properties: Mapping[str, Any] | None = None,
    *allow: Effect,
    before: Observed | None = None,
    wait: bool = True,
    timeout: float = 60,
    services: Mapping[str, Looks] | None = None,
    tags: Mapping[str, str] | None = None,
) -> Observed | None:
    """Plan these options against what was seen before, and apply the plan with exactly these requests."""
    wanted, seen = desired(properties, tags), before or observed()
    plan = AURORA_CLUSTER.plan(AURORA_CLUSTER.kind, wanted, seen, frozenset(allow))
    assert plan.changed, plan
    with account({"rds": looks, **(services or {})}) as scope:
        return apply_update(session(scope, *allow, wait=wait, timeout=timeout, wanted=wanted), seen, plan)


def modify(immediately: bool = False, **asked: Any) -> Exchange:
    return Exchange("modify_db_cluster", {"DBClusterIdentifier": NAME, **asked, "ApplyImmediately": immediately})


def modify_member(name: str, immediately: bool = False, **asked: Any) -> Exchange:
    return Exchange("modify_db_instance", {"DBInstanceIdentifier": name, **asked, "ApplyImmediately": immediately})


def reboot(name: str) -> Exchange:
    return Exchange("reboot_db_instance", {"DBInstanceIdentifier": name})


def delete_member(name: str) -> Exchange:
    return Exchange("delete_db_instance", {"DBInstanceIdentifier": name, "SkipFinalSnapshot": True})


def create_member(name: str, zone: str | None, refusal: str = "", **own: Any) -> Exchange:
    request = {
        "DBInstanceIdentifier": name,
        "DBClusterIdentifier": NAME,
        "Engine": "aurora-postgresql",
        "DBInstanceClass": "db.serverless",
        "PreferredMaintenanceWindow": "Mon:04:00-Mon:05:00",
        "AutoMinorVersionUpgrade": True,
        "CACertificateIdentifier": "rds-ca-rsa2048-g1",
        "Tags": TAG_LIST,
        **({"AvailabilityZone": f"us-east-1{zone}"} if zone else {}),
        **own,
    }
    return Exchange("create_db_instance", request, {"DBInstance": {}}, refusal)


def zones(group: str, *letters: str) -> Exchange:
    subnets = [{"SubnetAvailabilityZone": {"Name": f"us-east-1{letter}"}} for letter in letters]
    return Exchange(
        "describe_db_subnet_groups", {"DBSubnetGroupName": group}, {"DBSubnetGroups": [{"Subnets": subnets}]}
    )


@pytest.mark.parametrize(
    ("waits", "looks", "status"),
    [
        (True, look(""), None),
        (True, look(), "available"),
        (True, look("stopped"), "stopped"),
        (True, look("migration-failed"), "migration-failed"),
        (True, look(instances=changed({}, {"DBInstanceStatus": "failed"})), "available"),
        (True, look("creating", [], []) + look(), "available"),
        (True, look(instances=changed({"DBInstanceStatus": "creating"}, {})) + look(), "available"),
        (True, look("deleting", [], []) + look("deleting", [], []) + look(""), None),
        (False, look("modifying"), "modifying"),
    ],
)
def test_what_a_killed_run_has_left_is_awaited(waits: bool, looks: Looks, status: str | None) -> None:
    with answering("rds", *looks) as scope:
        found = settle(session(scope, wait=waits))
    assert (found.attributes["status"] if found else None) == status


def test_readers_that_aurora_scales_are_not_awaited() -> None:
    scaled = instance("application-autoscaling-1", DBInstanceStatus="creating")
    with answering("rds", *look(instances=[*INSTANCES, scaled])) as scope:
        assert settle(session(scope)) is not None


NEW = {
    "engine_version": "15.12",
    "master_user_secret_arn": SECRET,
    "serverless_v2_scaling": {"min_acu": 0.5, "max_acu": 1},
    **{
        name: WANTED[name] for name in ("maintenance_window", "auto_minor_version_upgrade", "ca_certificate_identifier")
    },
}
VERSIONS = Exchange(
    "describe_db_engine_versions",
    {"Engine": "aurora-postgresql", "DBParameterGroupFamily": "aurora-postgresql15"},
    {"DBEngineVersions": [{"EngineVersion": v} for v in ("15.10", "15.12", "15.13", "15.4-limitless")]},
)
CREATE = {
    "DBClusterIdentifier": NAME,
    "Engine": "aurora-postgresql",
    "EngineVersion": "15.12",
    "ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5, "MaxCapacity": 1},
    "PreferredMaintenanceWindow": "Mon:04:00-Mon:05:00",
    "AutoMinorVersionUpgrade": True,
    "Tags": TAG_LIST,
}
MADE = {"DBCluster": {"AvailabilityZones": ["us-east-1c", "us-east-1b"], "DBSubnetGroup": "default"}}
HUSH = Exchange(
    "get_secret_value",
    {"SecretId": SECRET},
    {"SecretString": json.dumps({"username": "dbadmin", "password": "hush-hush"})},
)


def create(looks: Looks, wanted: Mapping[str, Any], *, waits: bool = True) -> Observed | None:
    named = Desired("aurora_cluster", NAME, wanted, TAGS)
    with account({"rds": looks, "secretsmanager": [HUSH] if "master_user_secret_arn" in wanted else []}) as scope:
        return apply_create(session(scope, wait=waits, wanted=named))


PAIR = [{"name": WRITER, "instance_class": "db.serverless"}, {"name": READER, "instance_class": "db.serverless"}]


def test_a_new_cluster_gets_all_its_members_at_once() -> None:
    """In different zones of the subnet group that also hold the storage; and all of them are awaited."""
    password = {"MasterUsername": "dbadmin", "MasterUserPassword": "hush-hush"}
    looks = [
        VERSIONS,
        Exchange("create_db_cluster", {**CREATE, **password}, MADE),
        zones("default", "c", "b", "a"),
        create_member(WRITER, "b"),
        create_member(READER, "c"),
        *look("creating", [], []),
        *look(instances=INSTANCES[:1]),
        *look(instances=changed({}, {"DBInstanceStatus": "configuring-enhanced-monitoring"})),
        *look(),
    ]
    made = create(looks, {**NEW, "members": PAIR})
    assert made is not None
    assert [member["status"] for member in made.attributes["members"]] == ["available", "available"]


def test_members_wait_for_a_cluster_that_does_not_take_them_yet() -> None:
    managed = {"ManageMasterUserPassword": True, "MasterUsername": "dbadmin"}
    wanted = {**NEW, "manage_master_user_password": True, "master_username": "dbadmin", "members": PAIR[:1]}
    wanted.pop("master_user_secret_arn")
    looks = [
        VERSIONS,
        Exchange("create_db_cluster", {**CREATE, **managed}, {"DBCluster": {}}),
        create_member(WRITER, None, "InvalidDBClusterStateFault"),
        *look("creating", [], []),
        *look(instances=[], roles=[]),
        create_member(WRITER, None),
        *look(instances=INSTANCES[:1]),
    ]
    assert create(looks, wanted) is not None


def test_a_member_that_fails_ends_the_wait() -> None:
    looks = [
        VERSIONS,
        Exchange("create_db_cluster", {**CREATE, "MasterUsername": "dbadmin", "MasterUserPassword": "hush-hush"}, MADE),
        zones("default", "a"),
        create_member(WRITER, "a"),
        *look(instances=changed({"DBInstanceStatus": "incompatible-network"}, {})),
    ]
    with pytest.raises(WaitFailed, match=f"DB instance {WRITER} is incompatible-network. AWS does not leave"):
        create(looks, {**NEW, "members": PAIR[:1]})


def test_without_waiting_one_look_is_the_end_of_creation() -> None:
    looks = [
        VERSIONS,
        Exchange("create_db_cluster", {**CREATE, "MasterUsername": "dbadmin", "MasterUserPassword": "hush-hush"}, MADE),
        *look("creating", [], []),
    ]
    made = create(looks, NEW, waits=False)
    assert made is not None
    assert made.attributes["status"] == "creating"


def test_changes_of_the_cluster_are_one_request_and_awaited() -> None:
    """AWS says available before it begins, and again while a change is pending."""
    looks = [
        modify(True, EnableIAMDatabaseAuthentication=True, BackupRetentionPeriod=9),
        Exchange("enable_http_endpoint", {"ResourceArn": ARN}),
        Exchange("remove_tags_from_resource", {"ResourceName": ARN, "TagKeys": ["Name"]}),
        Exchange("add_tags_to_resource", {"ResourceName": ARN, "Tags": [{"Key": "a", "Value": "1"}]}),
        *look(),
        *look("modifying"),
        *look(
            BackupRetentionPeriod=9,
            HttpEndpointEnabled=True,
            PendingModifiedValues={"IAMDatabaseAuthenticationEnabled": True},
        ),
        *look(BackupRetentionPeriod=9, HttpEndpointEnabled=True, IAMDatabaseAuthenticationEnabled=True),
    ]
    wanted = {
        "iam_authentication": True,
        "backup_retention_days": 9,
        "http_endpoint_enabled": True,
        "members": None,
    }
    assert update(looks, wanted, tags={"a": "1"}) is not None


def test_the_data_api_is_switched_off_by_its_own_call() -> None:
    looks = [Exchange("disable_http_endpoint", {"ResourceArn": ARN}), *look()]
    assert update(looks, before=observed(HttpEndpointEnabled=True)) is not None


def test_an_update_that_does_not_come_in_time_says_what_is_missing() -> None:
    looks = [modify(True, BackupRetentionPeriod=9), *look(instances=changed({"DBInstanceStatus": "modifying"}, {}))]
    with pytest.raises(WaitTimeout) as late:
        update(looks, {"backup_retention_days": 9}, timeout=0)
    missing = f"without backup_retention_days, {WRITER} modifying"
    assert f"DB cluster {NAME} is still available, {missing} after 0 s, not available" in str(late.value)


def test_a_cluster_that_goes_meanwhile_is_said_to_be_absent() -> None:
    with pytest.raises(WaitTimeout, match="is still absent after 0 s"):
        update([modify(True, BackupRetentionPeriod=9), *look("")], {"backup_retention_days": 9}, timeout=0)


def test_an_upgrade_is_awaited_before_members_change_whatever_the_option_says() -> None:
    upgrade = modify(True, EngineVersion="15.13", AllowMajorVersionUpgrade=False)
    looks = [
        VERSIONS,
        upgrade,
        *look("upgrading"),
        *look(EngineVersion="15.13"),
        modify_member(READER, PromotionTier=0),
        *look(),
    ]
    wanted = {"engine_version": "15.13", "members": members({}, {"promotion_tier": 0})}
    assert update(looks, wanted, Effect.DOWNTIME, wait=False) is not None
    assert update([upgrade, *look("upgrading")], {"engine_version": "15.13"}, Effect.DOWNTIME, wait=False)


def test_a_password_that_was_the_one_of_rds_is_taken_from_the_secret() -> None:
    managed: dict[str, Any] = {"MasterUserSecret": {"SecretArn": "arn", "SecretStatus": "active"}}
    looks = [
        modify(True, ManageMasterUserPassword=False, MasterUserPassword="hush-hush"),
        *look(**managed),
        *look(),
    ]
    wanted = {"manage_master_user_password": False}
    assert update(looks, wanted, before=observed(**managed), services={"secretsmanager": [HUSH]}) is not None


def test_a_new_member_goes_where_the_others_are_not() -> None:
    third = [*INSTANCES, instance(THIRD, "c")]
    wanted = {"members": [*WANTED["members"], {"name": THIRD, "instance_class": "db.serverless"}]}
    looks = [zones("subnets", "a", "b", "c"), create_member(THIRD, "c")]
    assert update([*looks, *look(), *look(instances=third), *look(instances=third)], wanted) is not None
    assert update([*looks, *look()], wanted, wait=False) is not None


def test_a_reader_is_exchanged_for_another() -> None:
    """The new one is there before the old one goes, also when the run does not wait for its end."""
    third = [INSTANCES[0], instance(THIRD, "b")]
    wanted = {
        "members": [WANTED["members"][0], {"name": THIRD, "instance_class": "db.serverless"}],
        "prune_members": True,
    }
    looks = [zones("subnets", "a", "b"), create_member(THIRD, "a"), *look(instances=[*INSTANCES, third[1]])]
    ends = [delete_member(READER), *look(instances=[*INSTANCES, third[1]]), *look(instances=third)]
    assert update([*looks, *ends], wanted, Effect.READERS) is not None
    assert update([*looks, *ends[:3]], wanted, Effect.READERS, wait=False) is not None


def test_members_restart_one_at_a_time_the_writer_last() -> None:
    larger = {"instance_class": LARGE}
    wanted = {"members": members({**larger, "promotion_tier": 3}, larger)}
    reader_done = changed({}, {"DBInstanceClass": LARGE})
    both_done = changed({"DBInstanceClass": LARGE, "PromotionTier": 3}, {"DBInstanceClass": LARGE})
    looks = [
        modify_member(READER, True, DBInstanceClass=LARGE),
        *look(),
        *look(instances=changed({}, {"DBInstanceStatus": "modifying"})),
        *look(instances=reader_done),
        modify_member(WRITER, True, DBInstanceClass=LARGE, PromotionTier=3),
        *look(instances=reader_done),
        *look(instances=both_done),
    ]
    assert update(looks, wanted, Effect.READERS, Effect.FAILOVER) is not None
    unwaited = [*looks[:8], *look()]
    assert update(unwaited, wanted, Effect.READERS, Effect.FAILOVER, wait=False) is not None


def test_what_restarts_nothing_is_done_before_what_does() -> None:
    wanted = {"members": members({"promotion_tier": 0}, {"instance_class": LARGE})}
    quiet = changed({"PromotionTier": 0}, {})
    looks = [
        modify_member(WRITER, PromotionTier=0),
        *look(instances=quiet),
        modify_member(READER, True, DBInstanceClass=LARGE),
        *look(instances=changed({"PromotionTier": 0}, {"DBInstanceClass": LARGE})),
    ]
    assert update(looks, wanted, Effect.READERS) is not None


def test_tags_of_a_member() -> None:
    arn = INSTANCES[1]["DBInstanceArn"]
    tagged = Exchange("add_tags_to_resource", {"ResourceName": arn, "Tags": [{"Key": "Name", "Value": "x"}]})
    wanted = {"members": members({}, {"tags": {"Name": "x"}})}
    assert update([tagged, *look()], wanted) is not None


def groups(status: str) -> dict[str, Any]:
    return {"DBParameterGroups": [{"DBParameterGroupName": "other", "ParameterApplyStatus": status}]}


def test_a_pending_reboot_is_made_readers_first() -> None:
    both = changed(groups("pending-reboot"), groups("pending-reboot"))
    half = changed(groups("pending-reboot"), groups("in-sync"))
    looks = [
        reboot(READER),
        *look(instances=both),
        *look(instances=half),
        reboot(WRITER),
        *look(instances=half),
        *look(instances=changed(groups("in-sync"), groups("in-sync"))),
    ]
    allow = (Effect.REBOOT, Effect.READERS)
    wanted = {"members": members({}, {"db_parameter_group_name": None})}
    assert update(looks, wanted, *allow, before=observed(both)) is not None


def test_the_reboot_that_another_group_makes_due_is_made_where_allowed() -> None:
    wanted = {"members": members({}, {"db_parameter_group_name": "other"})}
    switched = modify_member(READER, DBParameterGroupName="other")
    due = changed({}, groups("pending-reboot"))
    looks = [switched, *look(instances=changed({}, groups("applying"))), *look(instances=due)]
    found = update(looks, wanted)
    assert found is not None
    assert [member["pending_reboot"] for member in found.attributes["members"]] == [True, False]
    done = [*looks, reboot(READER), *look(instances=due), *look(instances=changed({}, groups("in-sync")))]
    assert update(done, wanted, Effect.READERS) is not None


def test_a_change_and_the_reboot_that_is_due_are_made_one_after_the_other() -> None:
    before = observed(changed({}, groups("pending-reboot")))
    wanted = {"members": members({}, {"db_parameter_group_name": None, "promotion_tier": 0})}
    moved = changed({}, {"PromotionTier": 0, **groups("pending-reboot")})
    looks = [
        modify_member(READER, True, PromotionTier=0),
        *look(instances=moved),
        reboot(READER),
        *look(instances=changed({}, {"PromotionTier": 0, **groups("in-sync")})),
    ]
    assert update(looks, wanted, Effect.READERS, before=before) is not None


DELETE = Exchange(
    "delete_db_cluster",
    {
        "DBClusterIdentifier": NAME,
        "SkipFinalSnapshot": False,
        "DeleteAutomatedBackups": True,
        "FinalDBSnapshotIdentifier": "last",
    },
)


@pytest.mark.parametrize(
    ("before", "waits", "requests"),
    [
        (observed(), False, [delete_member(READER), delete_member(WRITER), DELETE]),
        (
            observed(changed({}, {"DBInstanceStatus": "deleting"})),
            False,
            [delete_member(WRITER), DELETE],
        ),
        (observed(Status="deleting"), True, [*look("deleting", [], []), *look("")]),
        (
            observed(changed({"DBInstanceStatus": "creating"}, {})),
            True,
            [*look("modifying"), *look(), delete_member(READER), delete_member(WRITER), DELETE, *look("")],
        ),
        (
            observed([], [], Status="inaccessible-encryption-credentials"),
            True,
            [DELETE, *look("")],
        ),
        (
            observed(Status="stopped"),
            False,
            [
                Exchange("start_db_cluster", {"DBClusterIdentifier": NAME}),
                *look("stopped"),
                *look("starting"),
                *look(),
                delete_member(READER),
                delete_member(WRITER),
                DELETE,
            ],
        ),
    ],
)
def test_deletion(before: Observed, waits: bool, requests: Looks) -> None:
    """Readers before the writer, so that nothing fails over; a stopped cluster is started first."""
    with answering("rds", *requests) as scope:
        apply_delete(session(scope, wait=waits), before, FinalSnapshot("last", True))


def test_deletion_without_a_snapshot() -> None:
    request = {"DBClusterIdentifier": NAME, "SkipFinalSnapshot": True, "DeleteAutomatedBackups": False}
    with answering("rds", Exchange("delete_db_cluster", request)) as scope:
        apply_delete(session(scope, wait=False), observed([], []), FinalSnapshot(None, False))


def test_roles_are_told_apart() -> None:
    assert [member["role"] for member in observed(roles=[role(READER, writer=True)]).attributes["members"]] == [
        "reader",
        "writer",
    ]

"""Writes of an instance, what is waited for, and what no wait may miss."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._apply import rds_session
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.rds_instance import (
    NOUN,
    apply_create,
    apply_create_replica,
    apply_delete,
    apply_update,
    reboot,
    settle,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.rds_session import (
    FinalSnapshot,
    Session,
    protected,
    with_key_arns,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._observers import rds_catalogue
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds import RDS_INSTANCE
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Change, Desired, Effect, Plan
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused, WaitTimeout
from ansible_collections.pgfleet.aws.plugins.module_utils._waiters import wait

from tests.unit.plugins.module_utils._kinds.instance_states import RAW, observed
from tests.unit.stubs import Exchange, account, answering

NAME = "db-retail-prod"
ARN = RAW["DBInstanceArn"]
SECRET = "arn:aws:secretsmanager:us-west-2:123456789012:secret:s"
KEY_ARN = "arn:aws:kms:us-west-2:123456789012:key/2222"
PENDING_REBOOT: dict[str, Any] = {
    "DBParameterGroups": [{"DBParameterGroupName": "g", "ParameterApplyStatus": "pending-reboot"}]
}
APPLYING: dict[str, Any] = {"DBParameterGroups": [{"DBParameterGroupName": "g", "ParameterApplyStatus": "applying"}]}
REBOOT = Exchange("reboot_db_instance", {"DBInstanceIdentifier": NAME})


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits look again at once, and nothing is remembered of other tests."""
    monkeypatch.setattr(rds_session, "wait", partial(wait, sleep=lambda _seconds: None))
    rds_catalogue.offered_versions.cache_clear()


def seen(status: str = "available", **raw: Any) -> Exchange:
    """A look that finds the instance like this; "" when it is gone."""
    answer = {"DBInstances": [{**RAW, "DBInstanceStatus": status, **raw}]}
    return Exchange(
        "describe_db_instances", {"DBInstanceIdentifier": NAME}, answer, "" if status else "DBInstanceNotFound"
    )


def session(
    scope: Scope,
    *allow: Effect,
    wait: bool = True,
    timeout: float = 60,
    hidden: list[str] | None = None,
    **properties: Any,
) -> Session:
    desired = Desired("rds_instance", NAME, properties, {"Name": NAME})
    hide: list[str] = [] if hidden is None else hidden
    return Session(scope, RDS_INSTANCE, NOUN, desired, frozenset(allow), wait, timeout, hide.append)


@pytest.mark.parametrize(
    ("wait", "looks", "status"),
    [
        (True, [seen("")], None),
        (True, [seen()], "available"),
        (True, [seen("failed")], "failed"),
        (True, [seen("creating"), seen("backing-up"), seen()], "available"),
        (True, [seen("deleting"), seen("deleting"), seen("")], None),
        (False, [seen("modifying")], "modifying"),
    ],
)
def test_what_a_killed_run_has_left_is_awaited(wait: bool, looks: list[Exchange], status: str | None) -> None:
    with answering("rds", *looks) as scope:
        found = settle(session(scope, wait=wait))
    assert (found.attributes["status"] if found else None) == status


def test_aliases_are_replaced_by_what_aws_reports() -> None:
    properties = {
        "kms_key_id": "alias/a",
        "performance_insights_kms_key_id": KEY_ARN,
        "master_user_secret_kms_key_id": None,
    }
    asked = Exchange("describe_key", {"KeyId": "alias/a"}, {"KeyMetadata": {"KeyId": "2222", "Arn": KEY_ARN}})
    with answering("kms", asked) as scope:
        desired = with_key_arns(scope.clients, Desired("rds_instance", NAME, properties))
    assert desired.properties == properties | {"kms_key_id": KEY_ARN}
    unknown = Desired("rds_instance", NAME, {"kms_key_id": "alias/(known after apply)"})
    with answering("kms") as scope:
        assert with_key_arns(scope.clients, unknown) == unknown


def test_an_alias_of_no_key_is_refused() -> None:
    asked = Exchange("describe_key", {"KeyId": "alias/a"}, refusal="NotFoundException")
    with answering("kms", asked) as scope, pytest.raises(Refused, match="kms_key_id: alias/a\n    is no key in this"):
        with_key_arns(scope.clients, Desired("rds_instance", NAME, {"kms_key_id": "alias/a"}))


def created(**asked: Any) -> Exchange:
    tags = [{"Key": "Name", "Value": NAME}]
    return Exchange("create_db_instance", {"DBInstanceIdentifier": NAME, "Tags": tags, **asked})


def secret(value: str | None) -> Exchange:
    return Exchange("get_secret_value", {"SecretId": SECRET}, {} if value is None else {"SecretString": value})


CREDENTIALS = json.dumps({"username": "dbadmin", "password": "hush-hush"})
BASICS: dict[str, Any] = {"Engine": "postgres", "DBInstanceClass": "db.t3.micro", "AllocatedStorage": 20}
WANTED: dict[str, Any] = {"engine": "postgres", "instance_class": "db.t3.micro", "allocated_storage_gib": 20}


@pytest.mark.parametrize(
    ("wait", "looks"), [(False, [seen("creating")]), (True, [seen("creating"), seen("backing-up"), seen()])]
)
def test_a_new_instance_takes_its_password_from_the_secret(wait: bool, looks: list[Exchange]) -> None:
    """The password is hidden before anything is done with it."""
    hidden: list[str] = []
    create = created(**BASICS, MasterUsername="dbadmin", MasterUserPassword="hush-hush")
    with account({"rds": [create, *looks], "secretsmanager": [secret(CREDENTIALS)]}) as scope:
        made = apply_create(session(scope, wait=wait, hidden=hidden, master_user_secret_arn=SECRET, **WANTED))
    assert made is not None
    assert made.attributes["status"] == ("available" if wait else "creating")
    assert hidden == ["hush-hush"]


def test_a_password_that_rds_manages_is_not_read() -> None:
    create = created(**BASICS, MasterUsername="dbadmin", ManageMasterUserPassword=True)
    managed: dict[str, Any] = {"manage_master_user_password": True, "master_username": "dbadmin"}
    with answering("rds", create, seen()) as scope:
        assert apply_create(session(scope, **managed, **WANTED)) is not None


@pytest.mark.parametrize(
    ("value", "wanted", "option", "message"),
    [
        (None, {}, "master_user_secret_arn", "holds no JSON of the form"),
        ("hush-hush", {}, "master_user_secret_arn", "holds no JSON of the form"),
        ("[]", {}, "master_user_secret_arn", "db_credentials makes one"),
        ('{"username": "dbadmin"}', {}, "master_user_secret_arn", "holds no JSON"),
        (CREDENTIALS, {"master_username": "other"}, "master_username", "the user of the secret, which is dbadmin"),
    ],
)
def test_a_secret_that_does_not_fit_is_refused_and_never_shown(
    value: str | None, wanted: dict[str, Any], option: str, message: str
) -> None:
    services = {"rds": [], "secretsmanager": [secret(value)]}
    with account(services) as scope, pytest.raises(Refused, match=message) as refused:
        apply_create(session(scope, master_user_secret_arn=SECRET, **wanted))
    [problem] = refused.value.problems
    assert problem.input == option
    assert "hush-hush" not in str(refused.value)


def modified(immediately: bool = False, **asked: Any) -> Exchange:
    return Exchange("modify_db_instance", {"DBInstanceIdentifier": NAME, **asked, "ApplyImmediately": immediately})


def update(scope: Scope, changes: list[Change], *allow: Effect, before: Any = None, **options: Any) -> str | None:
    """The status that the update ends with."""
    plan = Plan("rds_instance", NAME, Action.UPDATE, tuple(changes))
    found = apply_update(session(scope, *allow, **options), before or observed(), plan)
    return found.attributes["status"] if found else None


BACKUPS = Change("backup_retention_days", 7, 14)
MODIFY = modified(BackupRetentionPeriod=14)
TAGGED = Exchange("add_tags_to_resource", {"ResourceName": ARN, "Tags": [{"Key": "a", "Value": "1"}]})


@pytest.mark.parametrize(
    ("changes", "requests"),
    [
        ([BACKUPS], [MODIFY, seen(BackupRetentionPeriod=14)]),
        # AWS says available before it begins, and again while the change is pending.
        ([BACKUPS], [MODIFY, seen(), seen("modifying"), seen(BackupRetentionPeriod=14)]),
        (
            [Change("instance_class", "db.t3.micro", "db.t3.small")],
            [
                modified(immediately=True, DBInstanceClass="db.t3.small"),
                seen(DBInstanceClass="db.t3.small", PendingModifiedValues={"DBInstanceClass": "db.t3.small"}),
                seen(DBInstanceClass="db.t3.small"),
            ],
        ),
        # A new parameter group is applied after the rest.
        (
            [Change("db_parameter_group_name", "group16", "g")],
            [modified(DBParameterGroupName="g"), seen(**APPLYING), seen(**PENDING_REBOOT)],
        ),
        ([Change("tags.a", None, "1")], [TAGGED, seen()]),
    ],
)
def test_an_update_ends_when_the_instance_is_as_planned(changes: list[Change], requests: list[Exchange]) -> None:
    with answering("rds", *requests) as scope:
        assert update(scope, changes) == "available"


def test_an_update_that_does_not_come_in_time_says_what_is_missing() -> None:
    with answering("rds", MODIFY, seen()) as scope, pytest.raises(WaitTimeout) as late:
        update(scope, [BACKUPS], timeout=0)
    assert "DB instance db-retail-prod is still available, without backup_retention_days after 0 s" in str(late.value)
    with (
        answering("rds", modified(DBParameterGroupName="g"), seen(**APPLYING)) as scope,
        pytest.raises(WaitTimeout, match="still available, without all parameters after"),
    ):
        update(scope, [Change("db_parameter_group_name", "group16", "g")], timeout=0)


def test_an_instance_that_goes_meanwhile_is_said_to_be_absent() -> None:
    with answering("rds", MODIFY, seen("")) as scope, pytest.raises(WaitTimeout, match="is still absent after 0 s"):
        update(scope, [BACKUPS], timeout=0)


def test_without_waiting_one_look_is_the_end() -> None:
    with answering("rds", MODIFY, seen("modifying", **PENDING_REBOOT)) as scope:
        assert update(scope, [BACKUPS], Effect.REBOOT, wait=False) == "modifying"


@pytest.mark.parametrize("wait", [True, False])
def test_a_reboot_that_is_due_and_allowed_is_made(wait: bool) -> None:
    """It has begun only when the parameters wait for it no longer."""
    change = Change("parameter_apply_status", "pending-reboot", "in-sync", Effect.REBOOT)
    looks = [seen(**PENDING_REBOOT), seen("rebooting"), seen()] if wait else [seen("rebooting")]
    before = [seen(), seen(**PENDING_REBOOT)] if wait else [seen(**PENDING_REBOOT)]
    requests = [*before[-1:], REBOOT, *looks]
    with answering("rds", *requests) as scope:
        status = update(scope, [change], Effect.REBOOT, wait=wait, before=observed(**PENDING_REBOOT))
    assert status == ("available" if wait else "rebooting")


def test_a_reboot_that_is_not_allowed_is_not_made() -> None:
    with answering("rds", TAGGED, seen(**PENDING_REBOOT)) as scope:
        assert update(scope, [Change("tags.a", None, "1")]) == "available"


def test_no_reboot_is_made_that_is_not_due() -> None:
    with answering("rds", TAGGED, seen("")) as scope:
        assert update(scope, [Change("tags.a", None, "1")], Effect.REBOOT, wait=False) is None
    with answering("rds", TAGGED, seen()) as scope:
        assert update(scope, [Change("tags.a", None, "1")], Effect.REBOOT) == "available"


def test_a_reboot_of_an_instance_that_goes_meanwhile() -> None:
    with answering("rds", REBOOT, seen("")) as scope, pytest.raises(WaitTimeout, match="is still absent"):
        reboot(session(scope, timeout=0))


def test_an_upgrade_asks_for_the_newest_of_the_major() -> None:
    offered = {"DBEngineVersions": [{"EngineVersion": version} for version in ("17.5", "17.6")]}
    requests = (
        Exchange(
            "describe_db_engine_versions", {"Engine": "postgres", "DBParameterGroupFamily": "postgres17"}, offered
        ),
        modified(immediately=True, EngineVersion="17.6", AllowMajorVersionUpgrade=True),
        seen(EngineVersion="17.6"),
    )
    with answering("rds", *requests) as scope:
        change = Change("engine_version", "16.13", "17", Effect.DOWNTIME)
        assert update(scope, [change], engine_version="17") == "available"


def test_a_password_that_was_the_one_of_rds_is_taken_from_the_secret() -> None:
    managed: dict[str, Any] = {"MasterUserSecret": {"SecretArn": SECRET, "SecretStatus": "active"}}
    modify = modified(ManageMasterUserPassword=False, MasterUserPassword="hush-hush")
    wanted: dict[str, Any] = {"manage_master_user_password": False, "master_user_secret_arn": SECRET}
    services = {"rds": [modify, seen(**managed), seen()], "secretsmanager": [secret(CREDENTIALS)]}
    change = Change("manage_master_user_password", True, False)
    with account(services) as scope:
        assert update(scope, [change], before=observed(**managed), **wanted) == "available"


def test_a_password_that_rds_takes_over_is_not_read() -> None:
    modify = modified(ManageMasterUserPassword=True)
    managed = seen(MasterUserSecret={"SecretArn": SECRET})
    change = Change("manage_master_user_password", False, True)
    with answering("rds", modify, managed) as scope:
        assert update(scope, [change], manage_master_user_password=True) == "available"


@pytest.mark.parametrize(
    ("status", "wait", "final", "requests"),
    [
        (
            "available",
            False,
            FinalSnapshot("last", True),
            [{"SkipFinalSnapshot": False, "DeleteAutomatedBackups": True, "FinalDBSnapshotIdentifier": "last"}],
        ),
        ("available", True, FinalSnapshot(None, False), [{"SkipFinalSnapshot": True, "DeleteAutomatedBackups": False}]),
        ("deleting", True, FinalSnapshot(None, True), []),
    ],
)
def test_deletion(status: str, wait: bool, final: FinalSnapshot, requests: list[dict[str, Any]]) -> None:
    """One that a killed run is deleting is only waited for."""
    deletes = [Exchange("delete_db_instance", {"DBInstanceIdentifier": NAME, **asked}) for asked in requests]
    looks = [seen("deleting"), seen("")] if wait else []
    with answering("rds", *deletes, *looks) as scope:
        apply_delete(session(scope, wait=wait), observed(DBInstanceStatus=status), final)


def test_a_protected_instance_stays() -> None:
    desired = Desired("rds_instance", NAME)
    assert protected(desired, observed()) == []
    [problem] = protected(desired, observed(DeletionProtection=True))
    assert (problem.input, problem.value) == ("state", "absent")
    assert "Switch deletion_protection off with a run of its own first." in problem.message


SOURCE_SEEN = Exchange(
    "describe_db_instances",
    {"DBInstanceIdentifier": "source"},
    {"DBInstances": [{**RAW, "DBInstanceIdentifier": "source", "AllocatedStorage": 30}]},
)
SOURCE_GONE = Exchange("describe_db_instances", {"DBInstanceIdentifier": "source"}, refusal="DBInstanceNotFound")
FOLLOWING: dict[str, Any] = {"ReadReplicaSourceDBInstanceIdentifier": "source"}


def replicated(**asked: Any) -> Exchange:
    request = {"DBInstanceIdentifier": NAME, "SourceDBInstanceIdentifier": "source", **asked}
    return Exchange("create_db_instance_read_replica", {**request, "Tags": [{"Key": "Name", "Value": NAME}]})


@pytest.mark.parametrize(
    ("wanted", "wait", "exchanges"),
    [
        ({"allocated_storage_gib": 20}, True, [SOURCE_SEEN, replicated(), seen("creating"), seen(**FOLLOWING)]),
        ({"allocated_storage_gib": 20}, True, [SOURCE_GONE, replicated(AllocatedStorage=20), seen(**FOLLOWING)]),
        ({"backup_retention_days": 14}, False, [SOURCE_SEEN, replicated(), seen("creating")]),
        (
            {"backup_retention_days": 3},
            True,
            [
                SOURCE_SEEN,
                replicated(),
                seen(**FOLLOWING, BackupRetentionPeriod=0),
                modified(immediately=True, BackupRetentionPeriod=3),
                seen(**FOLLOWING, BackupRetentionPeriod=3),
            ],
        ),
    ],
)
def test_a_replica_is_made_and_then_changed_in_what_it_cannot_be_made_with(
    wanted: dict[str, Any], wait: bool, exchanges: list[Exchange]
) -> None:
    with answering("rds", *exchanges) as scope:
        made = apply_create_replica(session(scope, wait=wait, source_db_instance_identifier="source", **wanted))
    assert made is not None
    assert made.attributes["status"] == ("available" if wait else "creating")

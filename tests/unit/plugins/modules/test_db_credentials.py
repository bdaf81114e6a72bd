"""db_credentials, from options to requests and result; the rotation request by request."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused, WaitTimeout
from ansible_collections.pgfleet.aws.plugins.module_utils._waiters import WaitFailed
from ansible_collections.pgfleet.aws.plugins.modules.db_credentials import SPEC, ensure

from tests.unit.modules import Asked, asked
from tests.unit.stubs import Exchange, account

NAME, DATABASE = "secret-retail-prod", "db-retail-prod"
ARN = f"arn:aws:secretsmanager:us-west-2:123456789012:secret:{NAME}-AbCdEf"
OLD, NEW = "old-password", "new-password"
V0, V1, V2 = (f"0000000{n}-1111-2222-3333-444444444444" for n in range(3))
VALUE = {"username": "dbadmin", "password": OLD, "host": "h", "port": 5432, "dbInstanceIdentifier": DATABASE}
STAGES = {V1: ["AWSCURRENT"], V0: ["AWSPREVIOUS"]}
UNFINISHED = {V1: ["AWSCURRENT"], V2: ["AWSPENDING"]}
LABEL_LEFT = {V2: ["AWSCURRENT", "AWSPENDING"], V1: ["AWSPREVIOUS"]}
SECRET = {"SecretId": NAME}
NOW = datetime.now(UTC)

Requests = list[Exchange]


def described(stages: dict[str, list[str]] = STAGES, tags: dict[str, str] | None = None, **more: Any) -> Exchange:
    listed = [{"Key": key, "Value": value} for key, value in (tags or {}).items()]
    return Exchange(
        "describe_secret", SECRET, {"Name": NAME, "ARN": ARN, "VersionIdsToStages": stages, "Tags": listed, **more}
    )


ABSENT = Exchange("describe_secret", SECRET, refusal="ResourceNotFoundException")


def read(value: Any = VALUE, **which: str) -> Exchange:
    return Exchange("get_secret_value", {**SECRET, **which}, {"SecretString": json.dumps(value)})


def empty(**which: str) -> Exchange:
    return Exchange("get_secret_value", {**SECRET, **which}, refusal="ResourceNotFoundException")


GENERATED = Exchange(
    "get_random_password",
    {"PasswordLength": 32, "ExcludeCharacters": "\"@/\\'", "RequireEachIncludedType": True},
    {"RandomPassword": NEW},
)


def staged(value: dict[str, Any]) -> Exchange:
    asked = {**SECRET, "SecretString": json.dumps(value), "VersionStages": ["AWSPENDING"]}
    return Exchange("put_secret_value", asked, {"VersionId": V2})


def moved(to: str = V2, away_from: str = V1, refusal: str = "") -> Exchange:
    asked = {**SECRET, "VersionStage": "AWSCURRENT", "MoveToVersionId": to, "RemoveFromVersionId": away_from}
    return Exchange("update_secret_version_stage", asked, {"Name": NAME}, refusal=refusal)


def unlabelled(version: str = V2, refusal: str = "") -> Exchange:
    asked = {**SECRET, "VersionStage": "AWSPENDING", "RemoveFromVersionId": version}
    return Exchange("update_secret_version_stage", asked, {"Name": NAME}, refusal=refusal)


def instance(status: str = "available", **more: Any) -> Exchange:
    found = {"DBInstanceStatus": status, "Engine": "postgres", "MasterUsername": "dbadmin", **more}
    return Exchange("describe_db_instances", {"DBInstanceIdentifier": DATABASE}, {"DBInstances": [found]})


def given(password: str = NEW, refusal: str = "") -> Exchange:
    asked = {"DBInstanceIdentifier": DATABASE, "ApplyImmediately": True, "MasterUserPassword": password}
    return Exchange("modify_db_instance", asked, {}, refusal=refusal)


def events(*messages: str, source: str = DATABASE, kind: str = "db-instance") -> Exchange:
    asked = {"SourceIdentifier": source, "SourceType": kind, "Duration": 2}
    found = [{"Message": message, "Date": NOW + timedelta(seconds=n)} for n, message in enumerate(messages)]
    return Exchange("describe_events", asked, {"Events": found})


DONE = [instance(), given(), instance(), events("Reset master credentials")]
PENDING_PASSWORD: dict[str, Any] = {"PendingModifiedValues": {"MasterUserPassword": "****"}}


def ensured(secrets: Requests, rds: Requests | None = None, **options: Any) -> tuple[dict[str, Any], Asked]:
    module = asked(SPEC, **{"name": NAME, **options})
    with account({"secretsmanager": secrets, "rds": rds or []}) as scope:
        return ensure(module, scope.clients), module


def properties(result: dict[str, Any], which: str = "changes") -> list[str]:
    return [change["property"] for plan in result["plan"] for change in plan[which]]


def test_a_rotation_from_its_beginning() -> None:
    secrets = [
        described(), read(),
        # Rotation.
        described(), read(VersionStage="AWSCURRENT"), GENERATED, staged({**VALUE, "password": NEW}),
        described(), moved(), unlabelled(),
    ]  # fmt: skip
    rds = [instance(), *DONE]
    result, module = ensured(secrets, rds, rotate=True)
    assert (result["changed"], result["arn"], properties(result)) == (True, ARN, ["password"])
    assert module.no_log_values == {NEW}
    assert NEW not in repr(result)


def test_check_mode_asks_for_nothing() -> None:
    module = asked(SPEC, check=True, name=NAME, rotate=True)
    with account({"secretsmanager": [described(), read()], "rds": [instance()]}) as scope:
        result = ensure(module, scope.clients)
    assert result["changed"]


@pytest.mark.parametrize("in_database", [False, True])
def test_a_rotation_that_was_begun_is_finished_with_its_password(in_database: bool) -> None:
    """Whether the database has it already, nobody can say: RDS is given it again."""
    secrets = [
        described(UNFINISHED), read(),
        described(UNFINISHED), read(VersionStage="AWSCURRENT"),
        read({**VALUE, "password": NEW}, VersionStage="AWSPENDING"),
        described(UNFINISHED), moved(), unlabelled(),
    ]  # fmt: skip
    busy = [instance(**PENDING_PASSWORD)] if in_database else []
    rds = [instance(), *busy, *DONE]
    result, module = ensured(secrets, rds, rotate=True)
    assert result["changed"]
    assert module.no_log_values == {NEW}


def test_a_pending_version_gets_the_connection_data_of_the_current_one() -> None:
    secrets = [
        described(UNFINISHED), read(),
        described(UNFINISHED), read(VersionStage="AWSCURRENT"),
        read({**VALUE, "password": NEW, "host": "old"}, VersionStage="AWSPENDING"), staged({**VALUE, "password": NEW}),
        described(UNFINISHED), moved(), unlabelled(),
    ]  # fmt: skip
    assert ensured(secrets, [instance(), *DONE], rotate=True)[0]["changed"]


def test_a_pending_version_without_a_value_holds_no_password() -> None:
    """As a rotation function that failed leaves one."""
    secrets = [
        described(UNFINISHED), read(),
        described(UNFINISHED), read(VersionStage="AWSCURRENT"), empty(VersionStage="AWSPENDING"), GENERATED,
        staged({**VALUE, "password": NEW}), described(UNFINISHED), moved(), unlabelled(),
    ]  # fmt: skip
    assert ensured(secrets, [instance(), *DONE], rotate=True)[0]["changed"]


def test_an_ordinary_run_reports_what_was_begun() -> None:
    result, _ = ensured([described(UNFINISHED), read()])
    assert (result["changed"], properties(result, "waiting")) == (False, ["password"])


def test_an_ordinary_run_removes_a_label_that_was_left() -> None:
    result, _ = ensured([described(LABEL_LEFT), read(), unlabelled()])
    assert (result["changed"], properties(result)) == (True, ["version_stages.AWSPENDING"])


def test_a_label_that_somebody_has_moved_meanwhile_stays_there() -> None:
    result, _ = ensured([described(LABEL_LEFT), read(), unlabelled(refusal="InvalidParameterException")])
    assert result["changed"]


def test_a_database_that_is_busy_is_asked_again() -> None:
    secrets = [
        described(), read(),
        described(), read(VersionStage="AWSCURRENT"), GENERATED, staged({**VALUE, "password": NEW}),
        described(), moved(), unlabelled(),
    ]  # fmt: skip
    rds = [instance(), instance(), given(refusal="InvalidDBInstanceState"), *DONE]
    assert ensured(secrets, rds, rotate=True)[0]["changed"]


BEGUN = [
    described(),
    read(),
    described(),
    read(VersionStage="AWSCURRENT"),
    GENERATED,
    staged({**VALUE, "password": NEW}),
]


@pytest.mark.parametrize(
    ("states", "error", "words"),
    [
        ([instance(**PENDING_PASSWORD)], WaitTimeout, "available, the new password is pending"),
        ([instance("resetting-master-credentials")], WaitTimeout, "resetting-master-credentials"),
        ([instance("stopped")], WaitFailed, "is stopped"),
        (
            [Exchange("describe_db_instances", {"DBInstanceIdentifier": DATABASE}, refusal="DBInstanceNotFound")],
            WaitFailed,
            "is absent",
        ),
    ],
)
def test_the_secret_does_not_follow_before_the_database_has_it(
    states: Requests, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=f"DB instance {DATABASE}") as raised:
        ensured(BEGUN, [instance(), instance(), given(), *states], rotate=True, wait_timeout=0)
    assert words in str(raised.value)
    assert NEW not in str(raised.value)


def test_the_secret_does_not_follow_when_the_database_did_not_take_it() -> None:
    failure = "Unable to reset your password. Error information: no space."
    rds = [instance(), instance(), given(), instance(), events("Reset master credentials", failure)]
    with pytest.raises(WaitFailed, match=r"has not taken the new password\. RDS says: Unable .* no space"):
        ensured(BEGUN, rds, rotate=True)


def test_an_answer_about_a_label_that_was_lost() -> None:
    """botocore asks again for what is done."""
    done = described({V2: ["AWSCURRENT", "AWSPENDING"], V1: ["AWSPREVIOUS"]})
    secrets = [*BEGUN, described(UNFINISHED), moved(refusal="InvalidParameterException"), done, unlabelled()]
    assert ensured(secrets, [instance(), *DONE], rotate=True)[0]["changed"]


def test_a_label_that_does_not_move() -> None:
    """Two rotations at once: the other has made another version current."""
    other = described({V0: ["AWSCURRENT"], V2: ["AWSPENDING"]})
    secrets = [
        *BEGUN, described(UNFINISHED), moved(refusal="InvalidParameterException"),
        other, moved(away_from=V0, refusal="InvalidParameterException"),
    ]  # fmt: skip
    with pytest.raises(AwsError, match="secretsmanager:UpdateSecretVersionStage"):
        ensured(secrets, [instance(), *DONE], rotate=True)


def test_a_cluster() -> None:
    value = {**VALUE, "dbClusterIdentifier": "aurora"}
    del value["dbInstanceIdentifier"]
    found = {"Status": "available", "Engine": "aurora-postgresql", "DBClusterIdentifier": "aurora"}
    look = Exchange("describe_db_clusters", {"DBClusterIdentifier": "aurora"}, {"DBClusters": [found]})
    change = {"DBClusterIdentifier": "aurora", "ApplyImmediately": True, "MasterUserPassword": NEW}
    secrets = [
        described(), read(value),
        described(), read(value, VersionStage="AWSCURRENT"), GENERATED, staged({**value, "password": NEW}),
        described(), moved(), unlabelled(),
    ]  # fmt: skip
    rds = [look, look, Exchange("modify_db_cluster", change, {}), look, events(source="aurora", kind="db-cluster")]
    assert ensured(secrets, rds, rotate=True)[0]["changed"]
    with pytest.raises(Refused, match="password_length: 42"):
        ensured([described(), read(value)], [look], rotate=True, password_length=42)


def versions(*listed: tuple[str, int, list[str]], token: str = "", more: str = "") -> Exchange:
    """Ids, ages in days and labels."""
    asked = {**SECRET, "IncludeDeprecated": True} | ({"NextToken": token} if token else {})
    found = [
        {"VersionId": id_, "CreatedDate": NOW - timedelta(days=days), **({"VersionStages": labels} if labels else {})}
        for id_, days, labels in listed
    ]
    return Exchange("list_secret_version_ids", asked, {"Versions": found} | ({"NextToken": more} if more else {}))


OTHER = {**VALUE, "password": "another"}


@pytest.mark.parametrize(
    ("read_for_age", "due"),
    [
        # Version by version, the newest first, until the password is another, or is old enough.
        ([versions((V1, 10, ["AWSCURRENT"])), read(VersionId=V1)], False),
        ([versions((V1, 90, ["AWSCURRENT"])), read(VersionId=V1)], True),
        (
            [
                versions((V0, 99, ["AWSPREVIOUS"]), (V1, 10, ["AWSCURRENT"])),
                read(VersionId=V1),
                read(OTHER, VersionId=V0),
            ],
            False,
        ),
        # Only the connection data were new.
        ([versions((V0, 99, ["AWSPREVIOUS"]), (V1, 10, ["AWSCURRENT"])), read(VersionId=V1), read(VersionId=V0)], True),
        (
            [
                versions((V1, 10, ["AWSCURRENT"]), more="next"),
                versions((V0, 99, []), token="next"),
                read(VersionId=V1),
                read(VersionId=V0),
            ],
            True,
        ),
        # One that was begun later does not count.
        ([versions((V2, 1, []), (V1, 10, ["AWSCURRENT"])), read(VersionId=V1)], False),
    ],
)
def test_age_of_a_password(read_for_age: Requests, due: bool) -> None:
    module = asked(SPEC, check=True, name=NAME, rotate_if_older_than_days=90)
    secrets = [described(), read(), *read_for_age]
    with account({"secretsmanager": secrets, "rds": [instance()] if due else []}) as scope:
        result = ensure(module, scope.clients)
    assert result["changed"] is due
    assert properties(result) == (["password"] if due else [])


def test_a_secret_without_a_database_may_be_young() -> None:
    unattached = {"username": "dbadmin", "password": OLD}
    young = [described(), read(unattached), versions((V1, 1, ["AWSCURRENT"])), read(unattached, VersionId=V1)]
    assert not ensured(young, rotate_if_older_than_days=90)[0]["changed"]
    old = [described(), read(unattached), versions((V1, 99, ["AWSCURRENT"])), read(unattached, VersionId=V1)]
    with pytest.raises(Refused, match="is attached to no database"):
        ensured(old, rotate_if_older_than_days=90)


@pytest.mark.parametrize(
    ("secrets", "words"),
    [
        ([ABSENT], "does not exist"),
        ([described(DeletedDate=NOW)], "waits for its deletion"),
        ([described(RotationEnabled=True), read()], "with a Lambda function"),
        ([described(OwningService="rds"), read()], "is kept by rds"),
    ],
)
def test_secrets_that_are_not_rotated(secrets: Requests, words: str) -> None:
    with pytest.raises(Refused, match=words):
        ensured(secrets, rotate=True)


def test_a_database_that_is_not_the_one() -> None:
    with pytest.raises(Refused, match="has the master user root, and the secret is of dbadmin"):
        ensured([described(), read()], [instance(MasterUsername="root")], rotate=True)


def test_a_new_secret_is_not_rotated() -> None:
    made = {
        "Name": NAME,
        "SecretString": json.dumps({"username": "dbadmin", "password": NEW}),
        "Tags": [],
        "Description": "Credentials",
    }
    secrets = [ABSENT, GENERATED, Exchange("create_secret", made, {"ARN": ARN})]
    options: dict[str, Any] = {"username": "dbadmin", "description": "Credentials", "rotate_if_older_than_days": 90}
    result, module = ensured(secrets, **options)
    assert (result["arn"], module.no_log_values) == (ARN, {NEW})


def test_everything_else_first() -> None:
    tags = {"Team": "dba", "Old": "x"}
    value = {**VALUE, "port": 6543}
    secrets = [
        described(tags=tags), read(),
        Exchange("update_secret", {**SECRET, "Description": "New"}),
        read(),
        Exchange("put_secret_value", {**SECRET, "SecretString": json.dumps({**VALUE, "port": 6543})}),
        Exchange("tag_resource", {**SECRET, "Tags": [{"Key": "Team", "Value": "ops"}]}),
        Exchange("untag_resource", {**SECRET, "TagKeys": ["Old"]}),
        described(), read(value, VersionStage="AWSCURRENT"), GENERATED, staged({**value, "password": NEW}),
        described(), moved(), unlabelled(),
    ]  # fmt: skip
    options = {"description": "New", "host": "h", "port": 6543, "tags": {"Team": "ops"}, "rotate": True}
    result, _ = ensured(secrets, [instance(), *DONE], **options)
    assert properties(result) == ["description", "port", "tags.Old", "tags.Team", "password"]


def test_restored_and_as_wanted() -> None:
    secrets = [described(DeletedDate=NOW), Exchange("restore_secret", SECRET), described(), read()]
    result, _ = ensured(secrets)
    assert properties(result) == ["deleted_date"]


def test_restored_but_of_another_user() -> None:
    secrets = [described(DeletedDate=NOW), Exchange("restore_secret", SECRET), described(), read()]
    with pytest.raises(Refused, match="username: report"):
        ensured(secrets, username="report")


def test_absent() -> None:
    deletion = Exchange("delete_secret", {**SECRET, "RecoveryWindowInDays": 30})
    assert ensured([described(), read(), deletion], state="absent")[0]["changed"]
    assert not ensured([described(DeletedDate=NOW)], state="absent")[0]["changed"]
    assert not ensured([ABSENT], state="absent")[0]["changed"]


def test_a_password_that_differs_is_warned_of() -> None:
    result, module = ensured([described(), read()], password="Correct8Horse")
    assert not result["changed"]
    assert "is not the one given" in module.warnings[0]


# ---- The secret that RDS keeps

MANAGED: dict[str, Any] = {"MasterUserSecret": {"SecretArn": ARN, "SecretStatus": "active"}}
EVERY_WEEK: dict[str, Any] = {
    "RotationEnabled": True,
    "RotationRules": {"AutomaticallyAfterDays": 7},
    "OwningService": "rds",
}
KEPT = {"SecretId": ARN}


def kept(tags: dict[str, str] | None = None, stages: dict[str, list[str]] = STAGES) -> Exchange:
    answer = described(stages, {"aws:secretsmanager:owningService": "rds", **(tags or {})}, **EVERY_WEEK).answer
    return Exchange("describe_secret", KEPT, answer)


def managed(secrets: Requests, rds: Requests, **options: Any) -> dict[str, Any]:
    module = asked(SPEC, managed_by_rds=True, db_instance_identifier=DATABASE, **options)
    with account({"secretsmanager": secrets, "rds": rds}) as scope:
        return ensure(module, scope.clients)


def test_a_managed_secret_is_found() -> None:
    result = managed([kept()], [instance(**MANAGED)])
    assert (result["changed"], result["name"], result["arn"]) == (False, NAME, ARN)


@pytest.mark.parametrize(
    ("options", "requests"),
    [
        (
            {"automatic_rotation_days": 30},
            [
                Exchange(
                    "rotate_secret",
                    {
                        **KEPT,
                        "RotationRules": {"AutomaticallyAfterDays": 30},
                        "RotateImmediately": False,
                    },
                )
            ],
        ),
        ({"automatic_rotation_days": 7}, []),
        ({"automatic_rotation_days": 0}, [Exchange("cancel_rotate_secret", KEPT)]),
        (
            {"tags": {"a": "1"}},
            [
                Exchange("tag_resource", {**KEPT, "Tags": [{"Key": "a", "Value": "1"}]}),
                Exchange("untag_resource", {**KEPT, "TagKeys": ["b"]}),
            ],
        ),
        ({"tags": {"b": "1"}}, []),
    ],
)  # fmt: skip
def test_settings_of_a_managed_secret(options: dict[str, Any], requests: Requests) -> None:
    result = managed([kept({"b": "1"}), *requests], [instance(**MANAGED)], **options)
    assert result["changed"] is bool(requests)


ROTATED = Exchange(
    "modify_db_instance",
    {"DBInstanceIdentifier": DATABASE, "ApplyImmediately": True, "RotateMasterUserPassword": True},
)


def test_a_managed_secret_is_rotated_by_rds() -> None:
    rds = [instance(**MANAGED), instance(**MANAGED), ROTATED, instance(**MANAGED), events()]
    done = kept(stages={V2: ["AWSCURRENT"], V1: ["AWSPREVIOUS"]})
    assert properties(managed([kept(), done], rds, rotate=True)) == ["password"]
    with pytest.raises(WaitTimeout, match=f"Secret {NAME} is still not rotated"):
        managed([kept(), kept()], rds, rotate=True, wait_timeout=0)


def test_a_rotation_by_rds_is_waited_for() -> None:
    rotating = instance(MasterUserSecret={"SecretArn": ARN, "SecretStatus": "rotating"})
    with pytest.raises(WaitTimeout, match="available, its secret is rotating"):
        managed([kept()], [instance(**MANAGED), instance(**MANAGED), ROTATED, rotating], rotate=True, wait_timeout=0)


@pytest.mark.parametrize(("days", "due"), [(89, False), (90, True)])
def test_age_of_a_managed_password(days: int, due: bool) -> None:
    listed = versions((V0, 99, ["AWSPREVIOUS"]), (V1, days, ["AWSCURRENT"]), (V2, 1, []))
    age = Exchange("list_secret_version_ids", {**KEPT, "IncludeDeprecated": True}, listed.answer)
    rotation = [instance(**MANAGED), ROTATED, instance(**MANAGED), events()] if due else []
    done = [kept(stages={V2: ["AWSCURRENT"]})] if due else []
    result = managed([kept(), age, *done], [instance(**MANAGED), *rotation], rotate_if_older_than_days=90)
    assert result["changed"] is due


def test_managed_secrets_that_there_are_not() -> None:
    with pytest.raises(Refused, match="manage_master_user_password of rds_instance"):
        managed([], [instance()])
    impaired = instance(MasterUserSecret={"SecretArn": ARN, "SecretStatus": "impaired"})
    with pytest.raises(Refused, match="cannot rotate any more"):
        managed([kept()], [impaired], rotate=True)


def test_refused_options() -> None:
    with pytest.raises(Refused, match="password_length: 4"):
        ensured([], password_length=4)

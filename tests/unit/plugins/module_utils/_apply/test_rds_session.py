"""What runs for instances and clusters share: keys, secrets, last snapshots, protection."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.rds_session import (
    FinalSnapshot,
    Session,
    credentials,
    final_snapshot,
    protected,
    session_of,
    with_key_arns,
    with_password,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds import RDS_INSTANCE
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused
from ansible_collections.pgfleet.aws.plugins.modules.rds_instance import SPEC

from tests.unit.modules import asked
from tests.unit.plugins.module_utils._kinds.instance_states import observed
from tests.unit.stubs import Exchange, answering

NAME = "db-retail-prod"
SECRET = "arn:aws:secretsmanager:us-west-2:123456789012:secret:s"
KEY_ARN = "arn:aws:kms:us-west-2:123456789012:key/2222"
CREDENTIALS = json.dumps({"username": "dbadmin", "password": "hush-hush"})


def secret(value: str | None) -> Exchange:
    return Exchange("get_secret_value", {"SecretId": SECRET}, {} if value is None else {"SecretString": value})


def session(scope: Any, **properties: Any) -> Session:
    desired = Desired("rds_instance", NAME, {"master_user_secret_arn": SECRET, **properties})
    return Session(scope, RDS_INSTANCE, "DB instance", desired, frozenset(), True, 60)


def test_aliases_are_replaced_by_what_aws_reports() -> None:
    properties = {"kms_key_id": "alias/a", "performance_insights_kms_key_id": KEY_ARN}
    found = Exchange("describe_key", {"KeyId": "alias/a"}, {"KeyMetadata": {"KeyId": "2222", "Arn": KEY_ARN}})
    with answering("kms", found) as scope:
        desired = with_key_arns(scope.clients, Desired("rds_instance", NAME, properties))
    assert desired.properties == properties | {"kms_key_id": KEY_ARN}
    unknown = Desired("rds_instance", NAME, {"kms_key_id": "alias/(known after apply)"})
    with answering("kms") as scope:
        assert with_key_arns(scope.clients, unknown) == unknown


def test_an_alias_of_no_key_is_refused() -> None:
    missing = Exchange("describe_key", {"KeyId": "alias/a"}, refusal="NotFoundException")
    with answering("kms", missing) as scope, pytest.raises(Refused, match="kms_key_id: alias/a\n    is no key in this"):
        with_key_arns(scope.clients, Desired("rds_instance", NAME, {"kms_key_id": "alias/a"}))


def test_a_password_goes_to_rds_only_when_it_takes_over() -> None:
    name = "manage_master_user_password"
    with answering("secretsmanager", secret(CREDENTIALS)) as scope:
        taken_over = with_password(session(scope, **{name: False}), {"A": 1}, {name})
        assert taken_over == {"A": 1, "MasterUserPassword": "hush-hush"}
        assert with_password(session(scope, **{name: True}), {"A": 1}, {name}) == {"A": 1}
        assert with_password(session(scope), {"A": 1}, set()) == {"A": 1}


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
    with answering("secretsmanager", secret(value)) as scope, pytest.raises(Refused, match=message) as refused:
        credentials(session(scope, **wanted))
    [problem] = refused.value.problems
    assert problem.input == option
    assert "hush-hush" not in str(refused.value)


def test_what_becomes_of_the_data() -> None:
    options: dict[str, Any] = {
        "final_snapshot": True,
        "final_snapshot_identifier": "last",
        "delete_automated_backups": True,
    }
    assert final_snapshot(NAME, options) == FinalSnapshot("last", True)
    assert final_snapshot(NAME, options | {"final_snapshot": False}) == FinalSnapshot(None, True)
    named = final_snapshot(NAME, options | {"final_snapshot_identifier": None}).name
    assert named is not None
    assert named.startswith(f"{NAME}-final-20")
    assert FinalSnapshot("last", False).request("Key") == {
        "SkipFinalSnapshot": False,
        "DeleteAutomatedBackups": False,
        "Key": "last",
    }


def test_a_protected_resource_stays() -> None:
    desired = Desired("rds_instance", NAME)
    assert protected(desired, observed()) == []
    [problem] = protected(desired, observed(DeletionProtection=True))
    assert (problem.input, problem.value) == ("state", "absent")
    assert "Switch deletion_protection off with a run of its own first." in problem.message


@pytest.mark.parametrize(("check", "waits"), [(False, True), (True, False)])
def test_nothing_is_awaited_in_check_mode(check: bool, waits: bool) -> None:
    module = asked(SPEC, check=check, name=NAME, wait_timeout=7)
    with answering("rds") as scope:
        made = session_of(module, scope.clients, RDS_INSTANCE, "DB instance", Desired("rds_instance", NAME))
        assert (made.wait, made.timeout_seconds, made.subject) == (waits, 7, f"DB instance {NAME}")
        made.hide("hush-hush")
    assert module.no_log_values == {"hush-hush"}

"""What would change, as a module result."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.modules import stack_plan

from emulator.testing import Emulator
from tests.unit.modules import returned

ROLE = "role-retail-prod"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "rds.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
WANTED: dict[str, Any] = {
    "kind": "iam_role",
    "name": ROLE,
    "role": "kms_secrets",
    "properties": {"assume_role_policy": TRUST, "description": "Backups"},
}
TRUSTED = json.dumps(TRUST)


def planned(aws: Emulator, capsys: pytest.CaptureFixture[str], *resources: Any, **options: Any) -> dict[str, Any]:
    given = {
        "endpoint_url": aws.endpoint,
        "access_key": aws.env["AWS_ACCESS_KEY_ID"],
        "secret_key": aws.env["AWS_SECRET_ACCESS_KEY"],
        "region": "us-west-2",
        "system": "retail",
        "suffix": "prod",
        "account_id": "123456789012",
        "resources": list(resources),
    }
    return returned(capsys, stack_plan.main, **given | options)


@pytest.mark.parametrize("check", [False, True])
def test_what_would_be_made_is_a_change_in_check_mode_only(
    aws: Emulator, capsys: pytest.CaptureFixture[str], check: bool
) -> None:
    result = planned(aws, capsys, WANTED, _ansible_check_mode=check)
    assert result["changed"] is check
    assert (result["in_sync"], result["known"]) == (False, {})
    assert [(entry["name"], entry["action"]) for entry in result["plan"]] == [(ROLE, "create")]
    assert [entry["after"]["description"] for entry in result["diff"]] == ["Backups"]
    assert result["totals"] == {"add": 1, "change": 0, "delete": 0, "in_sync": 0, "waiting": 0}
    assert aws.writes() == []


def test_what_is_as_wanted_is_no_change_in_check_mode_either(aws: Emulator, capsys: pytest.CaptureFixture[str]) -> None:
    made = aws.client("iam").create_role(RoleName=ROLE, Description="Backups", AssumeRolePolicyDocument=TRUSTED)
    result = planned(aws, capsys, WANTED, _ansible_check_mode=True)
    assert (result["changed"], result["in_sync"], result["plan"], result["diff"]) == (False, True, [], [])
    assert result["known"] == {f"iam_role/{ROLE}": {"arn": made["Role"]["Arn"], "inline_policy_names": []}}


def test_what_cannot_be_is_refused_before_aws_is_asked(aws: Emulator, capsys: pytest.CaptureFixture[str]) -> None:
    result = planned(aws, capsys, WANTED | {"name": "r" * 65}, {"kind": "kms_key", "name": "key"})
    assert "r" * 65 in result["msg"]
    assert "begins with alias/" in result["msg"]
    assert aws.log() == []


def test_what_the_account_may_not_have_is_refused(aws: Emulator, capsys: pytest.CaptureFixture[str]) -> None:
    group = {"kind": "db_parameter_group", "name": "one", "properties": {"family": "postgres16", "description": "d"}}
    assert planned(aws, capsys, group)["totals"]["add"] == 1
    aws.set_quotas(DBParameterGroups=0)
    assert "RDS quota DBParameterGroups: 0 of 0 used in us-west-2" in planned(aws, capsys, group)["msg"]


def test_storage_that_grows_counts_and_what_is_as_wanted_asks_for_no_quotas(
    aws: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.client("rds", "us-west-2").create_db_instance(
        DBInstanceIdentifier="db",
        Engine="postgres",
        DBInstanceClass="db.t3.micro",
        AllocatedStorage=20,
        MasterUsername="dbadmin",
        MasterUserPassword="correct-horse",
    )
    aws.set_quotas(AllocatedStorage=45, DBInstances=1)

    def sized(gib: int) -> dict[str, Any]:
        return planned(
            aws, capsys, {"kind": "rds_instance", "name": "db", "properties": {"allocated_storage_gib": gib}}
        )

    mark = aws.mark()
    assert sized(20)["in_sync"] is True
    assert "DescribeAccountAttributes" not in {entry["action"] for entry in aws.log(since=mark)}
    assert sized(45)["in_sync"] is False
    assert "20 of 45 GiB used in us-west-2 of account 123456789012" in sized(46)["msg"]
    assert aws.writes(since=mark) == []


def test_what_belongs_to_another_deployment_is_refused(aws: Emulator, capsys: pytest.CaptureFixture[str]) -> None:
    tags = [{"Key": "pgfleet:system", "Value": "finance"}, {"Key": "pgfleet:suffix", "Value": "prod"}]
    aws.client("iam").create_role(RoleName=ROLE, AssumeRolePolicyDocument=TRUSTED, Tags=tags)
    assert "belongs to system finance, suffix prod" in planned(aws, capsys, WANTED)["msg"]


def test_a_document_that_does_not_parse_is_a_failure_and_no_traceback(
    aws: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    result = planned(aws, capsys, {"kind": "iam_rule", "name": ROLE})
    assert result["failed"] is True
    assert result["msg"].startswith("unknown kind 'iam_rule'; known: ")
    assert " composite_alarm, " in result["msg"]

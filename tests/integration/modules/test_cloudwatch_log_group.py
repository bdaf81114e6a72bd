"""cloudwatch_log_group through ansible-playbook: create, adopt, change, no-op, delete, check mode, refusals."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._apply.log_group import apply_log_group
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.log_group import LOG_GROUP
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, plan

from emulator.testing import Emulator
from tests.integration.modules.module_runner import Ran, run_module

NAME = "/aws/rds/instance/db-retail-prod/postgresql"
OURS = {"pgfleet:system": "retail", "pgfleet:suffix": "prod"}


def run(aws: Emulator, check: bool = False, **options: Any) -> Ran:
    return run_module(aws, "cloudwatch_log_group", {"name": NAME, **options}, check=check)


def group(aws: Emulator) -> dict[str, Any] | None:
    found = aws.client("logs").describe_log_groups(logGroupNamePrefix=NAME)["logGroups"]
    return next((raw for raw in found if raw["logGroupName"] == NAME), None)


def tags(aws: Emulator, arn: str) -> dict[str, str]:
    found: dict[str, str] = aws.client("logs").list_tags_for_resource(resourceArn=arn)["tags"]
    return found


def key(aws: Emulator) -> str:
    """A key that CloudWatch Logs may use."""
    statement = {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}
    account = statement | {"Principal": {"AWS": "arn:aws:iam::123456789012:root"}}
    logs = statement | {"Principal": {"Service": "logs.us-east-1.amazonaws.com"}}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [account, logs]})
    return str(aws.client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"])


def test_life_of_a_group(aws: Emulator) -> None:
    wanted: dict[str, Any] = {
        "retention_days": 2557,
        "kms_key_id": key(aws),
        "tags": {"Project": "RetailInventory", **OURS},
    }
    checked = run(aws, check=True, **wanted)
    assert (checked.changed, checked.writes, checked.result["arn"]) == (True, [], "(known after apply)")

    made = run(aws, **wanted)
    assert made.result["plan"] == checked.result["plan"]
    assert made.writes == ["CreateLogGroup", "PutRetentionPolicy"]
    found = group(aws)
    assert found is not None
    assert (found["retentionInDays"], found["kmsKeyId"]) == (2557, wanted["kms_key_id"])
    assert made.result["arn"] == found["arn"].removesuffix(":*")
    assert tags(aws, made.result["arn"]) == wanted["tags"]

    again = run(aws, **wanted)
    assert (again.changed, again.writes, again.result["arn"]) == (False, [], made.result["arn"])

    other_key = key(aws)
    changed = run(aws, retention_days=30, kms_key_id=other_key, tags={"Project": "X", **OURS})
    assert sorted(changed.writes) == ["AssociateKmsKey", "PutRetentionPolicy", "TagResource"]
    emptied = run(aws, retention_days=0, kms_key_id="", tags=OURS)
    assert sorted(emptied.writes) == ["DeleteRetentionPolicy", "DisassociateKmsKey", "UntagResource"]
    assert not (group(aws) or {}).keys() & {"retentionInDays", "kmsKeyId"}

    checked = run(aws, check=True, state="absent")
    assert (checked.changed, checked.writes) == (True, [])
    assert run(aws, state="absent").writes == ["DeleteLogGroup"]
    assert group(aws) is None
    assert not run(aws, state="absent").changed


def test_a_group_that_rds_made_first_is_adopted(aws: Emulator) -> None:
    aws.client("logs").create_log_group(logGroupName=NAME)
    adopted = run(aws, retention_days=90, tags=OURS)
    assert sorted(adopted.writes) == ["PutRetentionPolicy", "TagResource"]
    assert (group(aws) or {})["retentionInDays"] == 90


def test_a_group_that_rds_makes_meanwhile_is_adopted(aws: Emulator) -> None:
    client = aws.client("logs")
    wanted = Desired("log_group", NAME, {"retention_days": 90}, OURS)
    unseen = plan(LOG_GROUP, wanted, None)
    client.create_log_group(logGroupName=NAME)
    arn = apply_log_group(client, wanted, None, unseen)
    assert (group(aws) or {})["retentionInDays"] == 90
    assert tags(aws, str(arn)) == OURS


def test_the_class_is_for_good(aws: Emulator) -> None:
    assert run(aws, log_group_class="INFREQUENT_ACCESS", retention_days=1096).writes == [
        "CreateLogGroup",
        "PutRetentionPolicy",
    ]
    found = group(aws) or {}
    assert (found["logGroupClass"], found["retentionInDays"]) == ("INFREQUENT_ACCESS", 1096)
    assert not run(aws, log_group_class="INFREQUENT_ACCESS").changed
    refused = run(aws, log_group_class="STANDARD", retention_days=7)
    assert refused.writes == []
    assert "log_group_class: STANDARD" in refused.message
    assert "export its events, delete the group and run again" in refused.message
    assert (group(aws) or {})["retentionInDays"] == 1096


def test_tags_are_kept_added_or_all_removed(aws: Emulator) -> None:
    arn = run(aws, tags={"a": "1", "b": "2"}).result["arn"]
    assert not run(aws, retention_days=0).changed
    assert run(aws, tags={"c": "3"}, purge_tags=False).writes == ["TagResource"]
    assert tags(aws, arn) == {"a": "1", "b": "2", "c": "3"}
    assert run(aws, tags={}).writes == ["UntagResource"]
    assert tags(aws, arn) == {}


def test_throttling_is_waited_out_and_refusals_are_told(aws: Emulator) -> None:
    for action in ("DescribeLogGroups", "CreateLogGroup", "PutRetentionPolicy"):
        aws.fault("throttle", service="logs", action=action, count=1)
    assert run(aws, retention_days=7).changed
    assert (group(aws) or {})["retentionInDays"] == 7
    # The default policy of a key lets nobody but the account use it.
    unusable = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    failed = run(aws, kms_key_id=unusable)
    assert failed.result["failed"]
    assert (failed.result["action"], failed.result["error_code"]) == ("AssociateKmsKey", "InvalidParameterException")
    assert f"logs:AssociateKmsKey for {NAME} failed" in failed.message
    assert "kmsKeyId" not in (group(aws) or {})


def test_an_unknown_retention_is_refused_and_deletes_nothing(aws: Emulator) -> None:
    aws.client("logs").create_log_group(logGroupName=NAME)
    refused = run(aws, retention_days=31)
    assert refused.result["failed"]
    assert refused.requests == []
    assert "retention_days: 31" in refused.message
    assert "The next longer is 60." in refused.message
    assert group(aws) is not None


def test_a_group_of_another_deployment_is_refused(aws: Emulator) -> None:
    aws.client("logs").create_log_group(logGroupName=NAME, tags=OURS | {"pgfleet:suffix": "pr4"})
    for options in ({"retention_days": 30, "tags": OURS}, {"state": "absent", "tags": OURS}):
        refused = run(aws, **options)
        assert refused.writes == []
        assert "belongs to system retail, suffix pr4" in refused.message
    # Who does not say whose it should be is not asked.
    assert run(aws, retention_days=30).writes == ["PutRetentionPolicy"]

"""KMS keys behind an alias."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.kms_key import (
    KMS_KEY,
    check,
    from_aws,
    plan_kms_key,
    without_alias,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Change, Desired, plan

ARN = "arn:aws:kms:us-west-2:123456789012:key/1"
METADATA = {"KeyId": "1", "Arn": ARN, "KeyState": "Enabled", "Description": "Key"}
POLICY: dict[str, Any] = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:*"}]}
WANTED = Desired(
    "kms_key",
    "alias/key",
    {"alias": "alias/key", "description": "Key", "policy": POLICY, "enable_key_rotation": True, "enabled": True},
)


@pytest.mark.parametrize(
    ("name", "fine"), [("alias/key", True), ("key", False), ("alias/aws/rds", False), ("alias/awsome", True)]
)
def test_names(name: str, fine: bool) -> None:
    problems = check(Desired("kms_key", name, keys={"name": "kms_secrets_key_alias"}))
    assert [(problem.input, problem.value) for problem in problems] == [("kms_secrets_key_alias", name)] * (not fine)


def test_a_key_from_aws() -> None:
    found = from_aws("alias/key", "alias/key", METADATA, json.dumps(POLICY), True, {"A": "1"})
    assert found.attributes == {"id": "1", "arn": ARN, "state": "Enabled"}
    assert found.tags == {"A": "1"}
    assert plan(KMS_KEY, WANTED, found).changes == ()


@pytest.mark.parametrize("state", ["Disabled", "PendingDeletion", "PendingImport"])
def test_a_key_that_cannot_be_used_is_to_be_enabled(state: str) -> None:
    found = from_aws("alias/key", "alias/key", METADATA | {"KeyState": state}, json.dumps(POLICY), True, {})
    assert plan(KMS_KEY, WANTED, found).changes == (Change("enabled", False, True),)


def test_a_key_that_a_killed_run_left_lacks_its_alias() -> None:
    found = from_aws("alias/key", None, METADATA, json.dumps(POLICY), False, {})
    changes = plan(KMS_KEY, WANTED, found).changes
    assert changes == (Change("alias", None, "alias/key"), Change("enable_key_rotation", False, True))


def test_a_key_without_description() -> None:
    bare = {name: value for name, value in METADATA.items() if name != "Description"}
    assert from_aws("alias/key", "alias/key", bare, "{}", True, {}).properties["description"] == ""


@pytest.mark.parametrize(
    ("alias_key", "action", "said"),
    [("", Action.UPDATE, []), ("2", Action.REFUSE, ["leads to the key 2 and not to 1"])],
)
def test_an_alias_is_not_taken_away_from_another_key(alias_key: str, action: Action, said: list[str]) -> None:
    found = without_alias(from_aws("alias/key", None, METADATA, json.dumps(POLICY), True, {}), alias_key)
    planned = plan_kms_key(KMS_KEY, WANTED, found)
    assert planned.action is action
    assert [problem.message[: len(words)] for problem, words in zip(planned.refusals, said, strict=True)] == said


def test_a_key_that_is_new() -> None:
    assert plan_kms_key(KMS_KEY, WANTED, None).action is Action.CREATE

"""Secrets: how they are kept, and their rescue."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.secret import SECRET, from_aws, plan_secret
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Desired
from ansible_collections.pgfleet.aws.plugins.module_utils._values import same_key

KEY = "arn:aws:kms:us-west-2:123456789012:key/8a7cf1d1-0000-4000-8000-4f5b8c1e2d3a"
RAW: dict[str, Any] = {"Name": "secret-retail-prod", "ARN": "arn:aws:secretsmanager:us-west-2:1:secret:s-AbCdEf"}
DELETED = {"DeletedDate": datetime(2026, 12, 20, tzinfo=UTC)}


def desired(name: str = "secret-retail-prod", **properties: Any) -> Desired:
    return Desired("secret", name, properties)


@pytest.mark.parametrize(
    ("described", "properties", "changed"),
    [
        (RAW, {}, []),
        (RAW, {"kms_key_id": "alias/aws/secretsmanager"}, []),
        (RAW, {"kms_key_id": KEY}, ["kms_key_id"]),
        (RAW | {"KmsKeyId": KEY}, {"kms_key_id": KEY.rpartition("/")[2]}, []),
        (RAW, {"description": "d"}, ["description"]),
    ],
)
def test_plan(described: dict[str, Any], properties: dict[str, Any], changed: list[str]) -> None:
    plan = plan_secret(SECRET, desired(**properties), from_aws(described, {}))
    assert [change.property for change in plan.changes] == changed


def test_a_secret_that_waits_for_its_deletion_is_restored_first() -> None:
    plan = plan_secret(SECRET, desired(description="d"), from_aws(RAW | DELETED, {}))
    assert plan.action is Action.UPDATE
    assert [(c.property, c.before, c.after) for c in plan.changes] == [
        ("deleted_date", "2026-12-20T00:00:00+00:00", None),
        ("description", "", "d"),
    ]


def test_a_secret_that_is_otherwise_as_wanted_is_restored() -> None:
    plan = plan_secret(SECRET, desired(), from_aws(RAW | DELETED, {}))
    assert plan.action is Action.UPDATE
    assert [c.property for c in plan.changes] == ["deleted_date"]


def test_a_new_secret_is_created() -> None:
    assert plan_secret(SECRET, desired(description="d"), None).action is Action.CREATE


@pytest.mark.parametrize("name", ["", "a b", "x" * 513, "s!"])
def test_bad_names(name: str) -> None:
    assert [problem.input for problem in SECRET.check(desired(name))] == ["name"]


def test_too_long_a_description() -> None:
    assert [problem.input for problem in SECRET.check(desired(description="x" * 2049))] == ["description"]


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        (KEY, KEY, True),
        (KEY, KEY.rpartition("/")[2], True),
        ("alias/a", "arn:aws:kms:us-west-2:123456789012:alias/a", True),
        (KEY, KEY.replace("8a7c", "8a7d"), False),
        (KEY, "4f5b8c1e2d3a", False),
        (KEY, "", False),
        (None, "", True),
        ("alias/a", "alias/b", False),
    ],
)
def test_spellings_of_a_key(before: str | None, after: str | None, same: bool) -> None:
    assert same_key(before, after) is same
    assert same_key(after, before) is same

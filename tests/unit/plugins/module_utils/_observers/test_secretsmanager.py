"""Reads of secrets: described, never their value."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.secretsmanager import (
    SECRET,
    observe_attachments,
    observe_secrets,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Desired

from tests.unit.stubs import OWNER, Exchange, answering

NAME = "secret-retail-prod"
TAGS = OWNER.tags() | {"pgfleet:database": "db-retail-prod", "pgfleet:endpoint": "db.example.com:5432"}


def described(name: str = NAME, tags: dict[str, str] = TAGS, stages: dict[str, list[str]] | None = None) -> Exchange:
    arn = f"arn:aws:secretsmanager:us-west-2:123456789012:secret:{name}-AbCdEf"
    listed = [{"Key": key, "Value": value} for key, value in tags.items()]
    answer = {"Name": name, "ARN": arn, "Tags": listed, "VersionIdsToStages": stages or {}}
    return Exchange("describe_secret", {"SecretId": name}, answer)


def missing(name: str) -> Exchange:
    return Exchange("describe_secret", {"SecretId": name}, refusal="ResourceNotFoundException")


def wanted(*names: str, kind: str = "secret") -> list[Desired]:
    return [Desired(kind, name) for name in names]


def test_secrets_without_the_tags_of_their_attachment() -> None:
    with answering("secretsmanager", missing("absent"), described()) as scope:
        (found,) = observe_secrets(scope, wanted(NAME, "absent", NAME))
    assert (found.name, found.tags) == (NAME, OWNER.tags())


def test_attachments() -> None:
    with answering("secretsmanager", missing("absent"), described("bare", {}), described()) as scope:
        (found,) = observe_attachments(scope, wanted("absent", "bare", NAME, kind="secret_attachment"))
    expected: dict[str, Any] = {"database": "db-retail-prod", "endpoint": "db.example.com:5432"}
    assert (found.name, found.properties) == (NAME, expected)


def test_both_are_read_from_one_answer() -> None:
    with answering("secretsmanager", described()) as scope:
        assert list(observe_secrets(scope, wanted(NAME)))
        assert list(observe_attachments(scope, wanted(NAME, kind="secret_attachment")))


V1, V2 = "00000001-1111-2222-3333-444444444444", "00000002-1111-2222-3333-444444444444"


@pytest.mark.parametrize(
    ("stages", "changes", "waiting"),
    [
        ({V1: ["AWSCURRENT"]}, [], []),
        ({V1: ["AWSCURRENT"], V2: ["AWSPENDING"]}, [], ["password"]),
        ({V1: ["AWSCURRENT", "AWSPENDING"]}, ["version_stages.AWSPENDING"], []),
    ],
)
def test_the_plan_of_a_stack_says_what_a_killed_rotation_left(
    stages: dict[str, list[str]], changes: list[str], waiting: list[str]
) -> None:
    desired = Desired("secret", NAME)
    with answering("secretsmanager", described(stages=stages)) as scope:
        (found,) = observe_secrets(scope, [desired])
    planned = SECRET.plan(SECRET.kind, desired, found, frozenset())
    assert [change.property for change in planned.changes] == changes
    assert [change.property for change in planned.waiting] == waiting
    assert set(found.attributes) - {"arn", "deleted_date"} == {
        "_rotation_enabled",
        "_owning_service",
        "_version_stages",
    }


def test_a_secret_that_there_is_not_yet() -> None:
    assert SECRET.plan(SECRET.kind, Desired("secret", NAME), None, frozenset()).action is Action.CREATE

"""Reads of secrets: described, never their value."""

from __future__ import annotations

from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._observers.secretsmanager import (
    observe_attachments,
    observe_secrets,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired

from tests.unit.stubs import OWNER, Exchange, answering

NAME = "secret-retail-prod"
TAGS = OWNER.tags() | {"pgfleet:database": "db-retail-prod", "pgfleet:endpoint": "db.example.com:5432"}


def described(name: str = NAME, tags: dict[str, str] = TAGS) -> Exchange:
    arn = f"arn:aws:secretsmanager:us-west-2:123456789012:secret:{name}-AbCdEf"
    listed = [{"Key": key, "Value": value} for key, value in tags.items()]
    return Exchange("describe_secret", {"SecretId": name}, {"Name": name, "ARN": arn, "Tags": listed})


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

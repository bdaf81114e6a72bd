"""Which database a secret's connection data are of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.secret_attachment import (
    SECRET_ATTACHMENT,
    from_tags,
    lost_passwords,
    to_tags,
    without,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Change, Desired, plan

TAGS = {"pgfleet:database": "db-retail-prod", "pgfleet:endpoint": "db.example.org:5432"}
WANTED = Desired("secret_attachment", "secret", {"database": "db-retail-prod", "endpoint": "db.example.org:5432"})


def test_tags_to_and_fro() -> None:
    tags = to_tags("db-retail-prod", "db.example.org", 5432)
    assert tags == TAGS
    assert plan(SECRET_ATTACHMENT, WANTED, from_tags("secret", tags)).action is Action.NONE


def test_a_secret_that_nothing_was_attached_to() -> None:
    assert from_tags("secret", {"Name": "secret"}) is None


def test_a_run_killed_between_the_two_tags_is_finished() -> None:
    found = from_tags("secret", {"pgfleet:database": "db-retail-prod"})
    assert plan(SECRET_ATTACHMENT, WANTED, found).changes == (Change("endpoint", None, "db.example.org:5432"),)


def test_the_secret_has_the_rest() -> None:
    assert without({"Name": "secret"} | TAGS) == {"Name": "secret"}


SECRET = Desired("secret", "secret", {}, role="kms_secrets", keys={"name": "kms_secrets_secret_name"})
INSTANCE = {"rds_instance/db-retail-prod": {"endpoint": "db.example.org:5432"}}


@pytest.mark.parametrize(
    ("known", "says"),
    [
        (INSTANCE, "(aws rds modify-db-instance --master-user-password)"),
        ({"aurora_cluster/db-retail-prod": {}}, "(aws rds modify-db-cluster --master-user-password)"),
    ],
)
def test_no_secret_is_made_anew_for_a_database_that_is_there(known: Mapping[str, Any], says: str) -> None:
    (problem,) = lost_passwords([SECRET, WANTED], known)
    assert (problem.input, problem.value) == ("kms_secrets_secret_name", "secret")
    assert problem.message.startswith("does not exist, and db-retail-prod, whose password belongs into it, does: ")
    assert says in problem.message


@pytest.mark.parametrize(
    ("secret", "known"),
    [
        # The first run: neither is there.
        (SECRET, {}),
        (SECRET, {"rds_instance/db-retail-other": {}}),
        (SECRET, {**INSTANCE, "secret/secret": {"arn": "arn"}}),
        # Its password was given.
        (Desired("secret", "secret", adopt=True), INSTANCE),
        # Of nobody's database, and of another document.
        (Desired("secret", "readonly"), INSTANCE),
    ],
)
def test_a_secret_that_may_be_made(secret: Desired, known: Mapping[str, Any]) -> None:
    assert list(lost_passwords([secret, WANTED], known)) == []

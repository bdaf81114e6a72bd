"""Which database a secret's connection data are of."""

from __future__ import annotations

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.secret_attachment import (
    SECRET_ATTACHMENT,
    from_tags,
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

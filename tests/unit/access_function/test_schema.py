"""Schemas from migrations, and the role that only reads."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import pytest
from access_function import read_only_role, schema, shipped
from access_function.errors import AccessError, AuthenticationFailed
from access_function.sessions import Sessions

from tests.unit.access_function.fakes import SECRETS, FakeSession, Server, refused, settings

APPLIED = [[migration.version, migration.sha256] for migration in shipped.migrations()["experiments"]]
NO_TABLE = {"to_regclass": [[None]]}
MAY_READ = {"has_schema_privilege": [[True]]}
NOT_YET = AuthenticationFailed("writer", "read_only")


def present(*rows: Any) -> dict[str, Any]:
    return {"to_regclass": [["experiments.schema_migrations"]], "SELECT version, sha256": list(rows)}


def test_all_is_applied_in_order_each_in_a_transaction_under_a_lock() -> None:
    owner, reader = FakeSession(NO_TABLE), FakeSession(MAY_READ)
    answer = schema.create(Sessions(settings(), Server(owner, reader).connect), "experiments")
    assert answer == {
        "schema": "experiments",
        "version": 2,
        "applied": [1, 2],
        "read_only_role": "unchanged",
        "changed": True,
    }
    for migration, begin in zip(
        shipped.migrations()["experiments"], [at for at, said in enumerate(owner.said) if said == "BEGIN"], strict=True
    ):
        transaction = owner.said[begin : owner.said.index("COMMIT", begin)]
        assert "pg_advisory_xact_lock" in transaction[1]
        assert migration.sql in transaction
        assert "INSERT INTO" in transaction[-1]
        assert migration.sha256 in transaction[-1]


def test_the_second_time_nothing_is_done() -> None:
    owner, reader = FakeSession(present(*APPLIED)), FakeSession(MAY_READ)
    answer = schema.create(Sessions(settings(), Server(owner, reader).connect), "experiments")
    assert (answer["applied"], answer["changed"]) == ([], False)
    assert "BEGIN" not in owner.said
    assert reader.closed


def test_what_another_function_has_applied_meanwhile_is_not_applied_again() -> None:
    class Late(FakeSession):
        """Finds nothing until it has the lock."""

        def ask(self, sql: str, **parameters: Any) -> list[list[Any]]:
            if "pg_advisory_xact_lock" in sql:
                self.answers = present(*APPLIED)
            return super().ask(sql, **parameters)

    owner = Late(NO_TABLE)
    schema.create(Sessions(settings(), Server(owner, FakeSession(MAY_READ)).connect), "experiments")
    assert not any("CREATE TABLE" in said for said in owner.said)


def test_a_migration_that_has_changed_is_refused_before_anything_is_done() -> None:
    owner = FakeSession(present([1, "another"]))
    with pytest.raises(AccessError, match="Migration 1 ") as refusal:
        schema.create(Sessions(settings(), Server(owner).connect), "experiments")
    assert refusal.value.code == "migration_changed"
    assert "BEGIN" not in owner.said


def test_a_migration_that_fails_says_why() -> None:
    owner = FakeSession({**NO_TABLE, "CREATE TABLE experiments.experiment ": refused("42601", 'syntax error at "x"')})
    with pytest.raises(AccessError) as failed:
        schema.create(Sessions(settings(), Server(owner).connect), "experiments")
    assert failed.value.code == "migration_failed"
    assert failed.value.message == 'Migration 1 of experiments failed with SQLSTATE 42601: syntax error at "x"'


@pytest.mark.parametrize(
    ("reader", "role", "done", "said", "unsaid"),
    [
        (NOT_YET, [], "created", "CREATE ROLE", 'ALTER ROLE "lab-reader" LOGIN'),
        (NOT_YET, [[False]], "refreshed", 'ALTER ROLE "lab-reader" LOGIN', "CREATE ROLE"),
        (FakeSession({"has_schema_privilege": [[False]]}), [[False]], "refreshed", "GRANT SELECT", "PASSWORD"),
    ],
)
def test_the_role_gets_what_it_lacks(reader: Any, role: Any, done: str, said: str, unsaid: str) -> None:
    owner = FakeSession({"rolsuper": role})
    assert read_only_role.refresh(Sessions(settings(), Server(reader, owner).connect), "experiments") == done
    everything = "\n".join(owner.said)
    assert said in everything
    assert unsaid not in everything
    assert 'GRANT USAGE ON SCHEMA "experiments" TO "lab-reader"' in everything
    assert "hidden" not in everything


def test_a_role_that_can_do_more_is_left_alone() -> None:
    owner = FakeSession({"rolsuper": [[True]]})
    with pytest.raises(AccessError) as refusal:
        read_only_role.refresh(Sessions(settings(), Server(NOT_YET, owner).connect), "experiments")
    assert refusal.value.code == "read_only_role_refused"
    assert not any("ALTER" in said or "GRANT" in said for said in owner.said)


def test_the_owner_is_no_read_only_role() -> None:
    made = settings(secrets={"arn:owner": SECRETS["arn:owner"], "arn:reader": SECRETS["arn:owner"]})
    server = Server()
    with pytest.raises(AccessError) as refusal:
        read_only_role.refresh(Sessions(made, server.connect), "experiments")
    assert refusal.value.code == "read_only_role_refused"
    assert server.logins == []


def test_a_verifier_is_what_rfc_5802_says() -> None:
    kind, iterations_salt, keys = read_only_role.verifier("pencil").split("$")
    iterations, salt = iterations_salt.split(":")
    stored, server = (base64.b64decode(key) for key in keys.split(":"))
    salted = hashlib.pbkdf2_hmac("sha256", b"pencil", base64.b64decode(salt), int(iterations))
    client = hmac.digest(salted, b"Client Key", "sha256")
    assert (kind, iterations) == ("SCRAM-SHA-256", "4096")
    assert stored == hashlib.sha256(client).digest()
    assert server == hmac.digest(salted, b"Server Key", "sha256")
    assert read_only_role.verifier("pencil") != read_only_role.verifier("pencil")

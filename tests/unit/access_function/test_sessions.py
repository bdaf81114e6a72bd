"""Connections that are kept: used again, closed when broken, and opened again with the present credentials."""

from __future__ import annotations

from typing import Any

import pytest
from access_function.connection import Session
from access_function.errors import AccessError, AuthenticationFailed, StatementFailed, Unavailable
from access_function.sessions import Sessions
from access_function.settings import Settings
from pg8000.native import InterfaceError

from tests.unit.access_function.fakes import PATH, SECRETS, VALUES, FakeSession, Provider, Server, refused, settings

WRONG_PASSWORD = AuthenticationFailed("writer", "owner")


def answer(session: Session) -> Any:
    return session.run("SELECT 1")


def test_a_connection_per_endpoint_and_login_is_kept() -> None:
    server = Server(*(FakeSession({"SELECT": [[number]]}) for number in range(3)))
    made = Sessions(settings(), server.connect)
    for _ in range(3):
        assert made.run("writer", "owner", answer) == [[0]]
        assert made.run("reader", "owner", answer) == [[1]]
        assert made.run("reader", "read_only", answer) == [[2]]
    assert server.logins == [
        ("writer", "owner", "hidden-1"),
        ("reader", "owner", "hidden-1"),
        ("reader", "read_only", "hidden-2"),
    ]


@pytest.mark.parametrize(
    "broken", [InterfaceError("network error"), TimeoutError(), refused("0A000"), refused("26000")]
)
def test_a_warm_connection_that_broke_is_replaced_once(broken: Exception) -> None:
    first, second = FakeSession({"SELECT": [[1]]}), FakeSession({"SELECT": [[2]]})
    made = Sessions(settings(), Server(first, second).connect)
    assert made.run("writer", "owner", answer) == [[1]]
    first.answers["SELECT"] = broken
    assert made.run("writer", "owner", answer) == [[2]]
    assert first.closed
    assert not second.closed


@pytest.mark.parametrize("broken", [InterfaceError("network error"), ConnectionResetError()])
def test_a_new_connection_that_broke_is_not_tried_again(broken: Exception) -> None:
    broken_one, whole = FakeSession({"SELECT": broken}), FakeSession({"SELECT": [[1]]})
    made = Sessions(settings(), Server(broken_one, whole).connect)
    with pytest.raises(Unavailable) as failed:
        made.run("writer", "owner", answer)
    assert failed.value.code == "database_unavailable"
    assert type(broken).__name__ in failed.value.message
    assert broken_one.closed
    assert made.run("writer", "owner", answer) == [[1]]


@pytest.mark.parametrize(
    ("code", "means"), [("42P01", "statement_failed"), ("0A000", "statement_failed"), ("57014", "statement_timeout")]
)
def test_a_refused_statement_leaves_the_connection_as_it_is(code: str, means: str) -> None:
    session = FakeSession({"SELECT": refused(code, "a value that nobody should see")})
    made = Sessions(settings(), Server(session).connect)
    with pytest.raises(StatementFailed) as failed:
        made.run("writer", "owner", answer)
    assert (failed.value.code, failed.value.sqlstate) == (means, code)
    assert "nobody" not in failed.value.message
    assert not session.closed
    session.answers["SELECT"] = [[1]]
    assert made.run("writer", "owner", answer) == [[1]]


def rotated(server: Server) -> tuple[Sessions, Provider]:
    """Sessions that have read the password before it was changed."""
    secrets = Provider(SECRETS)
    given: Any = (Provider(VALUES), secrets)
    made = Sessions(Settings(PATH, *given), server.connect)
    made.settings.target("writer", "owner")
    secrets.now = {**SECRETS, "arn:owner": SECRETS["arn:owner"].replace("hidden-1", "hidden-3")}
    return made, secrets


def test_after_a_rotation_the_login_is_tried_once_more_with_the_present_password() -> None:
    server = Server(WRONG_PASSWORD, FakeSession({"SELECT": [[1]]}))
    made, secrets = rotated(server)
    assert made.run("writer", "owner", answer) == [[1]]
    assert [password for _, _, password in server.logins] == ["hidden-1", "hidden-3"]
    assert secrets.fetched == ["arn:owner"] * 2


def test_there_is_one_retry() -> None:
    server = Server(WRONG_PASSWORD, WRONG_PASSWORD)
    made, _ = rotated(server)
    with pytest.raises(AuthenticationFailed):
        made.run("writer", "owner", answer)
    assert len(server.logins) == 2


def test_credentials_that_are_the_same_are_not_tried_again() -> None:
    server = Server(WRONG_PASSWORD)
    with pytest.raises(AccessError, match="refused the credentials"):
        Sessions(settings(), server.connect).run("writer", "owner", answer)
    assert len(server.logins) == 1


def test_closing_what_is_not_open_is_nothing() -> None:
    session = FakeSession({"SELECT": [[1]]})
    made = Sessions(settings(), Server(session).connect)
    made.close("writer", "owner")
    made.run("writer", "owner", answer)
    made.close("writer", "owner")
    assert session.closed

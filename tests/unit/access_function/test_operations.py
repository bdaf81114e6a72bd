"""What each operation asks, and what it answers."""

from __future__ import annotations

from typing import Any

import pytest
from access_function import events, operations, schema, shipped
from access_function.errors import AccessError
from access_function.sessions import Sessions

from tests.unit.access_function.fakes import FakeSession, Server, settings


def test_every_operation_that_an_event_may_name_is_there() -> None:
    assert tuple(operations.OPERATIONS) == events.OPERATIONS


def test_health_of_both() -> None:
    writer = FakeSession({"pg_is_in_recovery": [["15.10", False, True, "TLSv1.3"]]})
    reader = FakeSession({"pg_is_in_recovery": [["15.10", True, True, "TLSv1.3"]]})
    made = Sessions(settings(), Server(writer, reader).connect)
    answer = operations.health(made, {"endpoints": ["writer", "reader"]})
    about = {"server_version": "15.10", "tls": True, "tls_version": "TLSv1.3"}
    assert answer == {
        "endpoints": {"writer": {**about, "in_recovery": False}, "reader": {**about, "in_recovery": True}}
    }
    assert len(writer.said) == 1


def test_create_schema_is_that_of_the_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "create", lambda _sessions, name: {"schema": name})
    made = Sessions(settings())
    assert operations.create_schema(made, {"schema": "experiments"}) == {"schema": "experiments"}


def queried(rows: list[Any], limit: Any) -> tuple[dict[str, Any], Server, FakeSession]:
    session = FakeSession({"row_to_json": [[row] for row in rows]})
    server = Server(session)
    request = {"statement": "variants", "parameters": {"experiment": "x'; DROP TABLE y"}, "row_limit": limit}
    return operations.query(Sessions(settings(), server.connect), request), server, session


def test_a_query_reads_from_the_reader_and_binds() -> None:
    answer, server, session = queried([{"name": "blue"}], 2)
    assert answer == {"statement": "variants", "rows": [{"name": "blue"}], "row_count": 1, "more": False}
    assert server.logins == [("reader", "read_only", "hidden-2")]
    [said] = session.said
    sql, parameters = said.rsplit(" {", 1)
    assert shipped.statements()["variants"].sql in sql
    assert "DROP" not in sql
    assert "DROP" in parameters
    assert "'access_function_row_limit': 3" in parameters


def test_more_rows_than_asked_for_are_told_of() -> None:
    answer, _, _ = queried([{"name": "blue"}, {"name": "green"}], 1.0)
    assert (answer["rows"], answer["more"]) == ([{"name": "blue"}], True)


def test_an_answer_that_lambda_would_not_pass_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "LARGEST_ANSWER_BYTES", 10)
    with pytest.raises(AccessError) as refused:
        queried([{"name": "a long name"}], 1)
    assert (refused.value.code, refused.value.field) == ("answer_too_large", "row_limit")

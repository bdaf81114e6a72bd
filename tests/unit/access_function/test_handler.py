"""The entry that Lambda calls: answers, and a log that says nothing it should not."""

from __future__ import annotations

import importlib
import io
import json
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from access_function.errors import Unavailable

from tests.unit.access_function.fakes import PATH

Log = Callable[[], list[dict[str, Any]]]


class Context:
    function_name = "access"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:access"
    aws_request_id = "1"


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module as a cold start makes it, with an environment that asks for too much logging."""
    for name, value in {
        "DATABASE_PARAMETERS_PATH": PATH,
        "AWS_DEFAULT_REGION": "us-east-1",
        "POWERTOOLS_SERVICE_NAME": "access",
        "POWERTOOLS_LOGGER_LOG_EVENT": "true",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delitem(sys.modules, "access_function.handler", raising=False)
    return importlib.import_module("access_function.handler")


@pytest.fixture
def log(handler: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[dict[str, Any]]]:
    """Reads what was logged."""
    written = io.StringIO()
    monkeypatch.setattr(handler.logger.registered_handler, "stream", written)
    return lambda: [json.loads(line) for line in written.getvalue().splitlines()]


def test_an_answer(handler: ModuleType, monkeypatch: pytest.MonkeyPatch, log: Log) -> None:
    asked: list[Any] = []

    def query(sessions: Any, request: Any) -> dict[str, Any]:
        asked.append((sessions, request))
        return {"rows": []}

    monkeypatch.setattr(handler, "OPERATIONS", {"query": query})
    event = {"operation": "query", "statement": "variants", "parameters": {"experiment": "hush"}}
    assert handler.handle(event, Context()) == {"ok": True, "operation": "query", "rows": []}
    assert asked == [(handler.sessions, {**event, "row_limit": 100})]
    [line] = log()
    assert (line["level"], line["operation"], line["service"]) == ("INFO", "query", "access")
    assert "hush" not in str(line)


def test_an_error(handler: ModuleType, monkeypatch: pytest.MonkeyPatch, log: Log) -> None:
    def health(*_given: Any) -> dict[str, Any]:
        raise Unavailable("Gone.")

    monkeypatch.setattr(handler, "OPERATIONS", {"health": health})
    answer = handler.handle({"operation": "health"}, Context())
    assert answer == {"ok": False, "error": {"code": "database_unavailable", "message": "Gone."}}
    [line] = log()
    assert (line["level"], line["code"], line["message"]) == ("ERROR", "database_unavailable", "Gone.")


def test_a_bad_event(handler: ModuleType, log: Log) -> None:
    answer = handler.handle({"operation": "health", "endpoints": ["hush"]}, Context())
    assert answer["error"]["field"] == "endpoints.0"
    [line] = log()
    assert (line["code"], line["field"]) == ("invalid_event", "endpoints.0")
    assert "hush" not in str(line)

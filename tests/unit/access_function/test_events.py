"""Events: what is taken, what is refused, and which field it is about."""

from __future__ import annotations

from typing import Any

import pytest
from access_function import events
from access_function.errors import AccessError
from hypothesis import given
from hypothesis import strategies as st

QUERY = {"operation": "query", "statement": "variants", "parameters": {"experiment": "checkout-button"}}


def refusal(event: Any) -> tuple[str, str]:
    with pytest.raises(AccessError) as refused:
        events.validated(event)
    assert refused.value.code == "invalid_event"
    return refused.value.field, refused.value.message


@pytest.mark.parametrize(
    ("event", "defaults"),
    [
        ({"operation": "health"}, {"endpoints": ["writer"]}),
        ({"operation": "health", "endpoints": ["reader", "writer"]}, {}),
        ({"operation": "create_schema", "schema": "experiments"}, {}),
        (QUERY, {"row_limit": 100}),
        (
            {"operation": "query", "statement": "experiments"},
            {"row_limit": 100, "parameters": {"states": ["draft", "running", "stopped"]}},
        ),
        ({**QUERY, "row_limit": 1000}, {}),
    ],
)
def test_what_is_left_out_has_a_default(event: dict[str, Any], defaults: dict[str, Any]) -> None:
    assert events.validated(dict(event)) == {**event, **defaults}


@pytest.mark.parametrize(
    ("event", "field", "message"),
    [
        ([], "", "type: object"),
        (None, "", "type: object"),
        ({}, "operation", "missing"),
        ({"operation": "drop"}, "operation", "health, create_schema, query"),
        ({"operation": ["health"]}, "operation", "health, create_schema, query"),
        ({"operation": "health", "endpoints": []}, "endpoints", "minItems: 1"),
        ({"operation": "health", "endpoints": "writer"}, "endpoints", "type: array"),
        ({"operation": "health", "endpoints": ["writer", "master"]}, "endpoints.1", "writer, reader"),
        ({"operation": "health", "endpoints": ["writer", "writer"]}, "endpoints", "uniqueItems"),
        ({"operation": "health", "host": "evil.example"}, "host", "unknown"),
        ({"operation": "create_schema"}, "schema", "missing"),
        ({"operation": "create_schema", "schema": 'x"; DROP TABLE y; --'}, "schema", "experiments"),
        ({"operation": "query"}, "statement", "missing"),
        ({"operation": "query", "statement": "SELECT 1"}, "statement", "variants"),
        ({"operation": "query", "statement": ["variants"]}, "statement", "variants"),
        ({"operation": "query", "statement": "variants"}, "parameters", "missing"),
        ({**QUERY, "parameters": {}}, "parameters.experiment", "missing"),
        ({**QUERY, "parameters": []}, "parameters", "type: object"),
        ({**QUERY, "parameters": {"experiment": 1}}, "parameters.experiment", "type: string"),
        ({**QUERY, "parameters": {"experiment": "x" * 201}}, "parameters.experiment", "maxLength: 200"),
        ({**QUERY, "parameters": {"experiment": "x", "sql": ""}}, "parameters.sql", "unknown"),
        ({**QUERY, "row_limit": 0}, "row_limit", "minimum: 1"),
        ({**QUERY, "row_limit": 1001}, "row_limit", "maximum: 1000"),
        ({**QUERY, "row_limit": True}, "row_limit", "type: integer"),
        ({**QUERY, "row_limit": "1; DROP TABLE x"}, "row_limit", "type: integer"),
        ({**QUERY, "parameters": {"experiment": "\ud800"}}, "", "no valid Unicode"),
        ({**QUERY, "parameters": {"experiment": "x" * 70_000}}, "parameters", "at most 65536"),
        ("x" * 70_000, "", "at most 65536"),
    ],
)
def test_what_is_wrong_is_named(event: Any, field: str, message: str) -> None:
    named, said = refusal(event)
    assert named == field
    assert message in said


def test_no_value_is_in_a_refusal() -> None:
    for event in ({**QUERY, "statement": "hush"}, {**QUERY, "row_limit": "hush"}, {"operation": "hush"}):
        assert "hush" not in str(refusal(event))


def test_the_name_of_a_field_is_cut() -> None:
    assert refusal({"operation": "health", "x" * 1000: 1})[0] == "x" * 63


def test_a_refusal_does_not_hold_the_event() -> None:
    """Powertools' own error quotes it; a traceback must not."""
    with pytest.raises(AccessError) as refused:
        events.validated({**QUERY, "row_limit": "hush"})
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(["health", "create_schema", "query", "experiments", "variants"])


@given(
    JSON
    | st.fixed_dictionaries(
        {},
        optional={
            "operation": JSON | NAMES,
            "statement": JSON | NAMES,
            "schema": JSON | NAMES,
            "parameters": JSON,
            "row_limit": JSON,
        },
    )
)
def test_every_event_is_taken_or_refused(event: Any) -> None:
    try:
        answer = events.validated(event)
    except AccessError as error:
        answer = error.as_dict()
    assert answer.get("operation") in events.OPERATIONS or answer["code"] == "invalid_event"

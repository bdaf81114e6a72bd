# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Events are checked whole before anything is done: unknown fields, wrong types and wrong values are refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from aws_lambda_powertools.utilities.validation import SchemaValidationError, validate

from access_function import shipped
from access_function.errors import AccessError

OPERATIONS = ("health", "create_schema", "query")
LARGEST_EVENT_BYTES = 65536
MOST_ROWS = 1000
# Names that an event may give a field: a longer one is cut in the answer.
LONGEST_NAME = 63

ENDPOINTS = {
    "type": "array",
    "items": {"enum": ["writer", "reader"]},
    "minItems": 1,
    "uniqueItems": True,
    "default": ["writer"],
}
ANY = {"type": "object", "required": ["operation"], "properties": {"operation": {"enum": list(OPERATIONS)}}}


def validated(event: Any) -> dict[str, Any]:
    """The event with its defaults in it. Raises AccessError, code ``invalid_event``."""
    _measured(event)
    try:
        valid: dict[str, Any] = validate(event=event, schema=_schema(event))
    except SchemaValidationError as error:
        # Not ``from error``: its text has the whole event in it.
        raise _refusal(error) from None
    return valid


def _schema(event: Any) -> dict[str, Any]:
    """JSON Schema of the events that this one wants to be: one, because Powertools compiles it each time."""
    operation = event.get("operation") if isinstance(event, dict) else None
    match operation:
        case "health":
            return _closed({"operation": {}, "endpoints": ENDPOINTS})
        case "create_schema":
            return _closed({"operation": {}, "schema": {"enum": list(shipped.migrations())}})
        case "query":
            return _closed({"operation": {}, **_fields_of_query(event.get("statement"))})
        case _:
            return ANY


def _fields_of_query(name: Any) -> dict[str, Any]:
    statements = shipped.statements()
    # Without a statement there is nothing to compare the parameters with.
    declared = statements[name].parameters if isinstance(name, str) and name in statements else {}
    defaults = {parameter: schema["default"] for parameter, schema in declared.items() if "default" in schema}
    optional = {"default": defaults} if declared.keys() == defaults.keys() else {}
    return {
        "statement": {"enum": list(statements)},
        "parameters": {**_closed(declared), **optional},
        "row_limit": {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": 100},
    }


def _closed(properties: Mapping[str, Any]) -> dict[str, Any]:
    """An object with these fields and no others; those without a default have to be there."""
    required = [name for name, schema in properties.items() if "default" not in schema]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _measured(event: Any) -> None:
    """Refuse what is too large, or text that is no text."""
    try:
        size = _bytes(event)
    except UnicodeEncodeError:
        raise _invalid("The event has text that is no valid Unicode.") from None
    if size > LARGEST_EVENT_BYTES:
        largest = [max(event, key=lambda name: _bytes(event[name]))] if isinstance(event, dict) else []
        raise _invalid(f"The event has {size} bytes; at most {LARGEST_EVENT_BYTES} are allowed.", largest)


def _bytes(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode())


def _refusal(error: SchemaValidationError) -> AccessError:
    """Which field, and what is wrong with it; never its value."""
    path = (error.path or [])[1:]
    value, allowed, definition = (cast("Any", told) for told in (error.value, error.rule_definition, error.definition))
    match error.rule:
        case "required":
            return _invalid("The field is missing.", [*path, next(name for name in allowed if name not in value)])
        case "additionalProperties":
            unknown = next(name for name in value if name not in definition["properties"])
            return _invalid("The field is unknown.", [*path, unknown])
        case "enum":
            return _invalid(f"The value is none of: {', '.join(map(str, allowed))}.", path)
        case rule:
            return _invalid(f"The value breaks the rule {rule}: {allowed}.", path)


def _invalid(message: str, path: list[str] | None = None) -> AccessError:
    field = ".".join(str(name)[:LONGEST_NAME] for name in path or [])
    return AccessError("invalid_event", message, field)

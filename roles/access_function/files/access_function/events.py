# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Events are checked whole before anything is done: unknown fields, wrong types and wrong values are refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.validation import SchemaValidationError, validate

from access_function import shipped
from access_function.errors import AccessError

OPERATIONS = ("health", "create_schema", "query")
LARGEST_EVENT_BYTES = 65536
MOST_ROWS = 1000
# Names that an event may give a field: a longer one is cut in the answer.
LONGEST_NAME = 63

ANY = {"type": "object", "required": ["operation"], "properties": {"operation": {"enum": list(OPERATIONS)}}}


def validated(event: Any) -> dict[str, Any]:
    """The event with its defaults in it. Raises AccessError, code ``invalid_event``."""
    _measured(event)
    operation = _valid(event, ANY)["operation"]
    request: dict[str, Any] = _valid(event, _schema(operation))
    if operation == "query":
        declared = shipped.statements()[request["statement"]].parameters
        _valid(request, {"properties": {"parameters": _closed(declared)}})
    return request


def _schema(operation: str) -> dict[str, Any]:
    """JSON Schema of an operation's events."""
    fields: dict[str, dict[str, Any]] = {
        "health": {
            "endpoints": {
                "type": "array",
                "items": {"enum": ["writer", "reader"]},
                "minItems": 1,
                "uniqueItems": True,
                "default": ["writer"],
            }
        },
        "create_schema": {"schema": {"enum": list(shipped.migrations())}},
        "query": {
            "statement": {"enum": list(shipped.statements())},
            "parameters": {"type": "object", "default": {}},
            "row_limit": {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": 100},
        },
    }
    return _closed({"operation": {}, **fields[operation]})


def _closed(properties: Mapping[str, Any]) -> dict[str, Any]:
    """An object with these fields and no others; those without a default have to be there."""
    required = [name for name, schema in properties.items() if "default" not in schema]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _measured(event: Any) -> None:
    """Refuse what is too large, or text that is no text."""
    try:
        size = len(json.dumps(event, ensure_ascii=False).encode())
    except UnicodeEncodeError:
        raise _invalid("The event has text that is no valid Unicode.") from None
    if size > LARGEST_EVENT_BYTES:
        raise _invalid(f"The event has {size} bytes; at most {LARGEST_EVENT_BYTES} are allowed.")


def _valid(event: Any, schema: dict[str, Any]) -> Any:
    try:
        return validate(event=event, schema=schema)
    except SchemaValidationError as error:
        # Not ``from error``: its text has the whole event in it.
        raise _refusal(error) from None


def _refusal(error: SchemaValidationError) -> AccessError:
    """Which field, and what is wrong with it; never its value."""
    path = (error.path or [])[1:]
    names = error.value if isinstance(error.value, dict) else {}
    match error.rule:
        case "required":
            missing = next(name for name in error.rule_definition if name not in names)
            return _invalid("The field is missing.", [*path, missing])
        case "additionalProperties":
            unknown = next(name for name in names if name not in error.definition["properties"])
            return _invalid("The field is unknown.", [*path, unknown])
        case "enum":
            allowed = ", ".join(map(str, error.rule_definition))
            return _invalid(f"The value is none of: {allowed}.", path)
        case rule:
            return _invalid(f"The value breaks the rule {rule}: {error.rule_definition}.", path)


def _invalid(message: str, path: list[str] | None = None) -> AccessError:
    field = ".".join(str(name)[:LONGEST_NAME] for name in path or [])
    return AccessError("invalid_event", message, field)

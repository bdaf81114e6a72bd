"""Parameters in RDS's spelling, from rows of pg_settings, and the values they take."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.rds.metadata import Parameter, is_allowed, parameters

SETTING = {
    "name": "x",
    "vartype": "integer",
    "unit": "kB",
    "context": "postmaster",
    "category": "Memory",
    "min_val": "-1",
    "max_val": "5",
    "enumvals": None,
    "short_desc": "D.",
}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({}, Parameter("x", "integer", "static", "(kB) D.", "-1-5")),
        ({"context": "sighup", "unit": None}, Parameter("x", "integer", "dynamic", "D.", "-1-5")),
        ({"context": "internal"}, Parameter("x", "integer", "static", "(kB) D.", "-1-5", modifiable=False)),
        (
            {"name": "TimeZone", "vartype": "string", "unit": None, "context": "user"},
            Parameter("timezone", "string", "dynamic", "D.", default="UTC"),
        ),
        (
            {"vartype": "enum", "enumvals": ["a", "b"], "unit": None, "context": "user"},
            Parameter("x", "string", "dynamic", "D.", "a,b"),
        ),
    ],
)
def test_parameter_from_a_row_of_pg_settings(row: dict[str, Any], expected: Parameter) -> None:
    """https://www.postgresql.org/docs/16/view-pg-settings.html"""
    assert parameters([{**SETTING, **row}])[expected.name] == expected


@pytest.mark.parametrize(
    "row", [{"category": "Developer Options"}, {"category": "Preset Options"}, {"name": "wal_level"}]
)
def test_hidden_rows_of_pg_settings(row: dict[str, Any]) -> None:
    assert not {"x", "wal_level"} & set(parameters([{**SETTING, **row}]))


@pytest.mark.parametrize(
    ("data_type", "allowed", "value", "good"),
    [
        ("integer", "-1-5", "-1", True),
        ("integer", "-1-5", "5", True),
        ("integer", "-1-5", "6", False),
        ("integer", "-1-5", "-2", False),
        ("integer", "0-5", "1.5", False),
        ("integer", "0-5", "4MB", False),
        ("integer", "0-5", "{DBInstanceClassMemory/2}", True),
        ("integer", "0-5", "GREATEST(1,2)", True),
        ("float", "0-1.79769e+308", "1.1", True),
        ("float", "0-1", "1.1", False),
        ("boolean", "0,1", "1", True),
        ("boolean", "0,1", "on", False),
        ("boolean", "0,1", "{1}", False),
        ("string", "none,ddl,mod,all", "mod", True),
        ("string", "none,ddl,mod,all", "all,mod", False),
        ("string", None, "anything (at) {all}", True),
        ("list", "a,b,c", "a, c", True),
        ("list", "a,b,c", "", True),
        ("list", "a,b,c", "a,d", False),
    ],
)
def test_allowed_values(data_type: str, allowed: str | None, value: str, good: bool) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ParamValuesRef.html"""
    assert is_allowed(Parameter("x", data_type, "dynamic", "", allowed), value) is good

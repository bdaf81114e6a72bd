"""What is shipped with the function: that it can be used, and that nobody can put anything in its way."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from access_function import operations, shipped
from pg8000.native import to_statement

STATEMENTS = shipped.statements()
TYPES = {"string", "integer", "number", "boolean", "array", "null"}


@pytest.mark.parametrize("schema", shipped.migrations())
def test_migrations_are_numbered_without_gaps(schema: str) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", schema)
    migrations = shipped.migrations()[schema]
    assert [migration.version for migration in migrations] == list(range(1, len(migrations) + 1))
    assert all(migration.name and migration.sql.strip() for migration in migrations)


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_binds_what_it_declares(name: str) -> None:
    statement = STATEMENTS[name]
    _, make_values = to_statement(statement.sql)
    asked: set[str] = set()

    class Values(dict[str, Any]):
        def __getitem__(self, key: str) -> Any:
            asked.add(key)
            return None

    make_values(Values())
    assert asked == set(statement.parameters)
    assert operations.LIMIT not in asked
    assert ";" not in statement.sql


def limited(schema: dict[str, Any]) -> bool:
    """Whether the values of a parameter have a largest size."""
    if "enum" in schema:
        return True
    match schema["type"]:
        case "string":
            return "maxLength" in schema
        case "integer" | "number":
            return {"minimum", "maximum"} <= schema.keys()
        case "array":
            return "maxItems" in schema and limited(schema["items"])
        case kind:
            return bool(kind == "boolean")


@pytest.mark.parametrize("name", STATEMENTS)
def test_parameters_have_limits(name: str) -> None:
    for parameter, schema in STATEMENTS[name].parameters.items():
        assert limited(schema), parameter


def test_files_are_read_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "002_more.sql").write_text("SELECT 2;\n")
    (tmp_path / "shop" / "001_first_step.sql").write_text("SELECT 1;\n")
    [first, second] = shipped.migrations(tmp_path)["shop"]
    assert (first.version, first.name, first.sql) == (1, "first_step", "SELECT 1;\n")
    assert (second.version, second.name) == (2, "more")
    assert first.sha256 != second.sha256
    (tmp_path / "all.toml").write_text('sql = "SELECT 1"\n')
    assert shipped.statements(tmp_path) == {"all": shipped.Statement("SELECT 1", {})}

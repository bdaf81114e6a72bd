# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is shipped with the function as data: migrations by schema, and statements by name."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Migration:
    """A step of a schema, from ``migrations/<schema>/<version>_<name>.sql``."""

    version: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


@dataclass(frozen=True)
class Statement:
    """A query, from ``statements/<name>.toml``.

    parameters: JSON Schema of each; all are bound
    """

    sql: str
    parameters: Mapping[str, Any]


@cache
def migrations(directory: Path = HERE / "migrations") -> Mapping[str, tuple[Migration, ...]]:
    """The migrations of each schema, oldest first."""
    return {
        schema.name: tuple(_migration(file) for file in sorted(schema.glob("*.sql")))
        for schema in sorted(directory.iterdir())
    }


@cache
def statements(directory: Path = HERE / "statements") -> Mapping[str, Statement]:
    return {file.stem: _statement(file) for file in sorted(directory.glob("*.toml"))}


def _migration(file: Path) -> Migration:
    version, _underscore, name = file.stem.partition("_")
    return Migration(int(version), name, file.read_text())


def _statement(file: Path) -> Statement:
    given = tomllib.loads(file.read_text())
    return Statement(given["sql"].strip(), given.get("parameters", {}))

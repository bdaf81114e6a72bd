# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schemas from migrations: each is applied once, in a transaction of its own, by one function at a time."""

from __future__ import annotations

from typing import Any

from pg8000.native import identifier

from access_function import read_only_role, shipped
from access_function.connection import Session
from access_function.errors import AccessError, StatementFailed
from access_function.sessions import Sessions
from access_function.shipped import Migration

# One lock per schema; it ends with the transaction.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('access_function.' || CAST(:schema AS text), 0))"


def create(sessions: Sessions, name: str) -> dict[str, Any]:
    """Apply what is not applied yet, and see to the role that only reads. Raises AccessError."""
    shipped_now = shipped.migrations()[name]
    applied = sessions.run("writer", "owner", lambda session: _applied(session, name))
    _unchanged(shipped_now, applied)
    pending = [migration for migration in shipped_now if migration.version not in applied]
    for migration in pending:
        _apply(sessions, name, migration)
    role = read_only_role.refresh(sessions, name)
    return {
        "schema": name,
        "version": max(migration.version for migration in shipped_now),
        "applied": [migration.version for migration in pending],
        "read_only_role": role,
        "changed": bool(pending) or role != read_only_role.UNCHANGED,
    }


def _applied(session: Session, name: str) -> dict[int, str]:
    """Checksums by version."""
    table = f"{identifier(name)}.schema_migrations"
    [[found]] = session.ask("SELECT CAST(to_regclass(CAST(:relation AS text)) AS text)", relation=table)
    return dict(session.run(f"SELECT version, sha256 FROM {table}")) if found else {}


def _unchanged(shipped_now: tuple[Migration, ...], applied: dict[int, str]) -> None:
    for migration in shipped_now:
        if applied.get(migration.version, migration.sha256) != migration.sha256:
            raise AccessError(
                "migration_changed",
                f"Migration {migration.version} is not the one that was applied: undo its change and write another.",
            )


def _apply(sessions: Sessions, name: str, migration: Migration) -> None:
    try:
        sessions.run("writer", "owner", lambda session: _apply_once(session, name, migration))
    except StatementFailed as error:
        # The text of a migration is no secret, and whoever wrote it needs to know what is wrong with it.
        message = f"Migration {migration.version} of {name} failed with SQLSTATE {error.sqlstate}: {error.detail}"
        raise AccessError("migration_failed", message) from error


def _apply_once(session: Session, name: str, migration: Migration) -> None:
    schema = identifier(name)
    with session.writing():
        session.ask(LOCK, schema=name)
        if migration.version in _applied(session, name):
            return
        session.run(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        session.run(
            f"CREATE TABLE IF NOT EXISTS {schema}.schema_migrations (version integer PRIMARY KEY, name text NOT NULL,"
            " sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())"
        )
        session.run(migration.sql)
        session.ask(
            f"INSERT INTO {schema}.schema_migrations (version, name, sha256)"
            " VALUES (CAST(:version AS integer), :name, :sha256)",
            version=migration.version,
            name=migration.name,
            sha256=migration.sha256,
        )

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role that queries run as: it logs in with a secret of its own, and may read one schema."""

from __future__ import annotations

from base64 import b64encode

from pg8000.native import identifier, literal
from scramp import ScramMechanism

from access_function.connection import Session
from access_function.errors import AccessError, AuthenticationFailed
from access_function.sessions import Sessions

CREATED, REFRESHED, UNCHANGED = "created", "refreshed", "unchanged"
# What PostgreSQL itself uses: https://www.postgresql.org/docs/16/runtime-config-connection.html#GUC-SCRAM-ITERATIONS
ITERATIONS = 4096

MAY_READ = """
    SELECT has_schema_privilege(CAST(:schema AS text), 'USAGE') AND NOT EXISTS (
        SELECT FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE nspname = :schema AND relkind IN ('r', 'p', 'v', 'm', 'f')
            AND NOT has_table_privilege(pg_class.oid, 'SELECT')
    )
"""
# A role that may do more than log in is somebody else's.
PRESENT = """
    SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls OR rolname = current_user
        OR EXISTS (SELECT FROM pg_auth_members WHERE member = pg_roles.oid)
    FROM pg_roles WHERE rolname = :role
"""


def refresh(sessions: Sessions, schema: str) -> str:
    """See to it that the role can log in and read the schema; say what was done for it. Raises AccessError."""
    user, password = sessions.settings.credentials("read_only")
    if user == sessions.settings.credentials("owner")[0]:
        raise _refused()
    try:
        if sessions.run("writer", "read_only", lambda session: session.ask(MAY_READ, schema=schema)) == [[True]]:
            return UNCHANGED
        knows_password = True
    except AuthenticationFailed:
        knows_password = False
    finally:
        # The reader is where queries go.
        sessions.close("writer", "read_only")
    sets = None if knows_password else literal(verifier(password))
    return sessions.run("writer", "owner", lambda session: _set_up(session, schema, user, sets))


def _set_up(session: Session, schema: str, user: str, password: str | None) -> str:
    role = identifier(user)
    with session.writing():
        present = session.ask(PRESENT, role=user)
        if present == [[True]]:
            raise _refused()
        if password is not None:
            session.run(f"{'ALTER' if present else 'CREATE'} ROLE {role} LOGIN PASSWORD {password}")
            session.run(f"ALTER ROLE {role} SET default_transaction_read_only = on")
        session.run(f"GRANT USAGE ON SCHEMA {identifier(schema)} TO {role}")
        session.run(f"GRANT SELECT ON ALL TABLES IN SCHEMA {identifier(schema)} TO {role}")
    return REFRESHED if present else CREATED


def _refused() -> AccessError:
    message = "The user of readonly_secret_arn can do more than read: give it a user name of its own."
    return AccessError("read_only_role_refused", message)


def verifier(password: str) -> str:
    """What PostgreSQL keeps of a password. The password itself is in no statement, hence in no log.

    https://www.postgresql.org/docs/16/catalog-pg-authid.html
    """
    salt, stored_key, server_key, iterations = ScramMechanism().make_auth_info(password, iteration_count=ITERATIONS)
    encoded = (b64encode(part).decode() for part in (salt, stored_key, server_key))
    return "SCRAM-SHA-256${}:{}${}:{}".format(iterations, *encoded)

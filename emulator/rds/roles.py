"""The master user and the databases of a server, as RDS makes them."""

from __future__ import annotations

import psycopg
from psycopg import sql

from emulator.postgres.server import Server

DEFAULT_DATABASE = "postgres"


def create_master(server: Server, name: str, password: str, database: str | None) -> None:
    """Create the master user, and make the databases its own.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Roles.html
    """
    role = sql.Identifier(name)
    with server.connect() as connection:
        verifier = _verifier(connection, name, password)
        connection.execute(
            sql.SQL("CREATE ROLE {} LOGIN CREATEDB CREATEROLE PASSWORD {} VALID UNTIL 'infinity'").format(
                role, verifier
            )
        )
        connection.execute(sql.SQL("GRANT rds_superuser TO {} WITH ADMIN OPTION").format(role))
        connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(DEFAULT_DATABASE), role))
        if database is not None and database != DEFAULT_DATABASE:
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(database), role))


def change_password(server: Server, name: str, password: str) -> None:
    """Give the master user another password."""
    with server.connect() as connection:
        verifier = _verifier(connection, name, password)
        connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(name), verifier))


def _verifier(connection: psycopg.Connection, name: str, password: str) -> sql.Literal:
    """SCRAM verifier, so that the password itself is in no statement that a log could show."""
    secret = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256")
    return sql.Literal(secret.decode())

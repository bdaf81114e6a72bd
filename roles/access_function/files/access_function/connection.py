# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One connection to PostgreSQL: encrypted, to a server that proves its name, with limits on what it may take."""

from __future__ import annotations

import socket
import ssl
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from pg8000.native import Connection, DatabaseError, InterfaceError, PreparedStatement
from scramp import ScramException

from access_function.errors import AccessError, AuthenticationFailed, Unavailable
from access_function.settings import Target

AUTHORITIES = Path(__file__).resolve().parents[1] / "global-bundle.pem"
# Together they stay below the 60 seconds of the function, also when a warm connection turns out to be dead:
# 25 seconds to notice, 5 + 5 to connect, 25 for the statement would be the worst of all cases.
CONNECT_SECONDS = 5.0
STATEMENT_SECONDS = 20
READ_SECONDS = STATEMENT_SECONDS + 5.0
# https://www.postgresql.org/docs/16/protocol-flow.html#PROTOCOL-FLOW-SSL
SSL_REQUEST = struct.pack("!ii", 8, 80877103)
# In the first message, so that they cost no round trip of their own.
SESSION_DEFAULTS = {
    "client_encoding": "UTF8",
    "default_transaction_read_only": "on",
    "statement_timeout": f"{STATEMENT_SECONDS}s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "30s",
    # Names that are not qualified mean PostgreSQL's own, whatever somebody has put into `public`.
    "search_path": "pg_catalog",
    "TimeZone": "UTC",
}
# https://www.postgresql.org/docs/16/errcodes-appendix.html : invalid authorization, password
REFUSED = ("28000", "28P01")


class Session:
    """A connection and its prepared statements."""

    def __init__(self, target: Target, endpoint: str, login: str) -> None:
        with _explained(endpoint, login):
            self._connection = _connected(target)
        self._prepared: dict[str, PreparedStatement] = {}

    def run(self, sql: str) -> list[list[Any]]:
        """Statements without parameters, in one round trip."""
        return self._connection.run(sql) or []

    def ask(self, sql: str, **parameters: Any) -> list[list[Any]]:
        """A statement with bound parameters: two round trips the first time, then one."""
        if sql not in self._prepared:
            self._prepared[sql] = self._connection.prepare(sql)
        return self._prepared[sql].run(**parameters) or []

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction that may write."""
        self.run("BEGIN READ WRITE")
        try:
            yield
        except BaseException:
            with suppress(DatabaseError, InterfaceError, OSError):
                self.run("ROLLBACK")
            raise
        self.run("COMMIT")

    def close(self) -> None:
        """Say good-bye, if there is still somebody to say it to."""
        with suppress(InterfaceError, OSError):
            self._connection.close()


def sqlstate(error: BaseException) -> str:
    """PostgreSQL's code for what went wrong; empty when it is not PostgreSQL's error.

    When the server ends a connection, pg8000's own attempt to end it fails, and hides the reason behind that failure.
    """
    while not isinstance(error, DatabaseError):
        if error.__context__ is None:
            return ""
        error = error.__context__
    return str(error.args[0]["C"])


@contextmanager
def _explained(endpoint: str, login: str) -> Iterator[None]:
    """Errors of connecting, as what they mean."""
    try:
        yield
    except ssl.SSLError as error:
        reason = getattr(error, "verify_message", "") or error.strerror
        raise AccessError("tls_failed", f"No trustworthy TLS connection to the {endpoint}: {reason}.") from error
    except ScramException as error:
        raise AuthenticationFailed(endpoint, login) from error
    except (DatabaseError, InterfaceError, OSError) as error:
        code = sqlstate(error)
        if code in REFUSED:
            raise AuthenticationFailed(endpoint, login) from error
        why = f"PostgreSQL says SQLSTATE {code}" if code else type(error).__name__
        raise Unavailable(f"The {endpoint} takes no connection: {why}.") from error


def _connected(target: Target) -> Connection:
    tls = _encrypted(target.host, target.port)
    try:
        connection = Connection(
            target.user,
            sock=tls,
            ssl_context=False,
            database=target.database,
            password=target.password,
            application_name="access_function",
            startup_params=SESSION_DEFAULTS,
        )
    except BaseException:
        tls.close()
        raise
    tls.settimeout(READ_SECONDS)
    return connection


def _encrypted(host: str, port: int) -> ssl.SSLSocket:
    """A TLS connection. Done here and not by pg8000, because only the owner of a socket can set its time-out.

    Raises OSError (ssl.SSLError is one).
    """
    plain = socket.create_connection((host, port), CONNECT_SECONDS)
    try:
        plain.sendall(SSL_REQUEST)
        answer = plain.recv(1)
        if answer == b"N":
            raise ssl.SSLError(ssl.SSL_ERROR_SSL, "the server has none")
        if answer != b"S":
            raise ConnectionError("not PostgreSQL's answer")
        return _context(AUTHORITIES).wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise


@cache
def _context(authorities: Path) -> ssl.SSLContext:
    """Certificate and host name are verified.

    Not ``create_default_context``, which from Python 3.13 on also refuses certificates that libpq takes:
    https://docs.python.org/3/library/ssl.html#ssl.VERIFY_X509_STRICT
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(authorities)
    return context

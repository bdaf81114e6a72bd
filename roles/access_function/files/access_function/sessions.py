# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connections that stay open while the function is warm: one for each endpoint and user."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from aws_lambda_powertools import Logger
from pg8000.native import DatabaseError, InterfaceError

from access_function.connection import Session, sqlstate
from access_function.errors import AuthenticationFailed, StatementFailed, Unavailable
from access_function.settings import Settings, Target

Result = TypeVar("Result")
Key = tuple[str, str]

# After these a new connection can do what this one cannot: the server ends it or is another now (a writer that became
# a reader answers 0A000), a prepared statement is out of date (0A000) or gone (26000).
# https://www.postgresql.org/docs/16/errcodes-appendix.html
ENDED = ("0A000", "26000", "57P01", "57P02", "57P03", "57P05")

logger = Logger(child=True)


class Sessions:
    """Sessions by endpoint (``writer``, ``reader``) and login (``owner``, ``read_only``)."""

    def __init__(self, settings: Settings, connect: Callable[[Target, str, str], Session] = Session) -> None:
        self.settings = settings
        self._connect = connect
        self._open: dict[Key, Session] = {}

    def run(self, endpoint: str, login: str, work: Callable[[Session], Result]) -> Result:
        """The result of ``work(session)``, done once more on a new connection when a warm one has died.

        ``work`` only reads, or does nothing the second time. Raises AccessError.
        """
        key = (endpoint, login)
        if key in self._open:
            try:
                return self._try(key, work)
            except Unavailable:
                logger.warning("A warm connection was dead; connecting again", extra={"endpoint": endpoint})
        self._open[key] = self._new(*key)
        return self._try(key, work)

    def close(self, endpoint: str, login: str) -> None:
        """End the connection, if there is one."""
        session = self._open.pop((endpoint, login), None)
        if session is not None:
            session.close()

    def _try(self, key: Key, work: Callable[[Session], Result]) -> Result:
        try:
            return work(self._open[key])
        except DatabaseError as error:
            code = sqlstate(error)
            if code not in ENDED:
                raise StatementFailed(code, str(error.args[0].get("M", ""))) from error
            self.close(*key)
            raise Unavailable(f"The {key[0]} ended the connection with SQLSTATE {code}.") from error
        except (InterfaceError, OSError) as error:
            self.close(*key)
            raise Unavailable(f"The connection to the {key[0]} broke: {type(error).__name__}.") from error

    def _new(self, endpoint: str, login: str) -> Session:
        """Connect; once more when credentials that were kept have changed meanwhile."""
        target = self.settings.target(endpoint, login)
        try:
            return self._connect(target, endpoint, login)
        except AuthenticationFailed:
            fresh = self.settings.target(endpoint, login, fresh=True)
            if fresh == target:
                raise
            logger.info("Credentials have changed; logging in with the present ones", extra={"endpoint": endpoint})
            return self._connect(fresh, endpoint, login)

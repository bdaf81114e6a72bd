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

# What a warm connection may have missed: its server is no writer any more, or a prepared statement would have an answer
# of other types now (0A000); a prepared statement is gone (26000).
# https://www.postgresql.org/docs/16/errcodes-appendix.html
STALE = ("0A000", "26000")

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
                return self._try(key, work, STALE)
            except Unavailable as error:
                logger.warning(f"{error.message} Connecting again.")
        self._open[key] = self._new(*key)
        return self._try(key, work)

    def close(self, endpoint: str, login: str) -> None:
        """End the connection, if there is one."""
        session = self._open.pop((endpoint, login), None)
        if session is not None:
            session.close()

    def _try(self, key: Key, work: Callable[[Session], Result], ended: tuple[str, ...] = ()) -> Result:
        try:
            return work(self._open[key])
        except DatabaseError as error:
            code = sqlstate(error)
            if code not in ended:
                raise StatementFailed(code, str(error.args[0]["M"])) from error
            self.close(*key)
            raise Unavailable(f"The connection to the {key[0]} is out of date: SQLSTATE {code}.") from error
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
            logger.info(f"The {login} has other credentials now; logging in to the {endpoint} with them.")
            return self._connect(fresh, endpoint, login)

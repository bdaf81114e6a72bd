# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the function answers when it cannot do what it is asked."""

from __future__ import annotations

from typing import Any


class AccessError(Exception):
    """An answer: a code for programs, a message for people, and the field of the event that it is about.

    No message holds a secret, or a value of an event.
    """

    def __init__(self, code: str, message: str, field: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.field = code, message, field

    def as_dict(self) -> dict[str, Any]:
        about = {"field": self.field} if self.field else {}
        return {"code": self.code, "message": self.message, **about}


class AuthenticationFailed(AccessError):
    """The database does not take these credentials."""

    def __init__(self, endpoint: str, login: str) -> None:
        super().__init__("authentication_failed", f"The {endpoint} refused the credentials of the {login} secret.")


class Unavailable(AccessError):
    """Nothing answers, or what did answer has gone: another connection may work."""

    def __init__(self, message: str) -> None:
        super().__init__("database_unavailable", message)


class StatementFailed(AccessError):
    """PostgreSQL refused a statement; the connection is as good as before."""

    def __init__(self, sqlstate: str, detail: str) -> None:
        code = "statement_timeout" if sqlstate == QUERY_CANCELED else "statement_failed"
        super().__init__(code, f"PostgreSQL refused the statement with SQLSTATE {sqlstate}.")
        self.sqlstate, self.detail = sqlstate, detail


# https://www.postgresql.org/docs/16/errcodes-appendix.html
QUERY_CANCELED = "57014"

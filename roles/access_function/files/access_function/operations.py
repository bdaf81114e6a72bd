# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the function does: health, create_schema, query."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from access_function import schema, shipped
from access_function.connection import Session
from access_function.errors import AccessError
from access_function.sessions import Sessions

Operation = Callable[[Sessions, Mapping[str, Any]], dict[str, Any]]

# Of the 6 MB of https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
LARGEST_ANSWER_BYTES = 5 * 1024 * 1024

LIMIT = "access_function_row_limit"
HEALTH = """
    SELECT current_setting('server_version'), pg_is_in_recovery(), ssl, version
    FROM pg_stat_ssl WHERE pid = pg_backend_pid()
"""


def health(sessions: Sessions, request: Mapping[str, Any]) -> dict[str, Any]:
    """What each endpoint says about itself: one round trip when warm."""
    return {"endpoints": {name: sessions.run(name, "owner", _about) for name in request["endpoints"]}}


def _about(session: Session) -> dict[str, Any]:
    [[version, in_recovery, encrypted, tls_version]] = session.run(HEALTH)
    return {"server_version": version, "in_recovery": in_recovery, "tls": encrypted, "tls_version": tls_version}


def create_schema(sessions: Sessions, request: Mapping[str, Any]) -> dict[str, Any]:
    """Bring a schema up to date; the second time there is nothing to do."""
    return schema.create(sessions, request["schema"])


def query(sessions: Sessions, request: Mapping[str, Any]) -> dict[str, Any]:
    """Rows of a named statement, each a JSON object."""
    statement = shipped.statements()[request["statement"]]
    limit = int(request["row_limit"])
    # PostgreSQL makes the JSON, so that every type has the form that PostgreSQL gives it. One row more tells whether
    # there are more.
    sql = f"SELECT row_to_json(answer) FROM (\n{statement.sql}\n) AS answer LIMIT CAST(:{LIMIT} AS integer)"
    bound = {**request["parameters"], LIMIT: limit + 1}
    found = sessions.run("reader", "read_only", lambda session: session.ask(sql, **bound))
    rows = [row for (row,) in found[:limit]]
    if len(json.dumps(rows)) > LARGEST_ANSWER_BYTES:
        message = f"The answer is larger than {LARGEST_ANSWER_BYTES} bytes: ask for fewer rows."
        raise AccessError("answer_too_large", message, "row_limit")
    return {"statement": request["statement"], "rows": rows, "row_count": len(rows), "more": len(found) > limit}


OPERATIONS: Mapping[str, Operation] = {"health": health, "create_schema": create_schema, "query": query}

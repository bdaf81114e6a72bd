# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the database is and who may log in: SSM parameters and secrets, read once and kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aws_lambda_powertools.utilities.parameters import GetParameterError, SecretsProvider, SSMProvider

from access_function.errors import AccessError

# While a connection is warm, nothing is read at all; this is for the next one.
MAX_AGE_SECONDS = 300
REQUIRED = ("host", "port", "dbname", "secret_arn", "readonly_secret_arn", "tls_mode")
# Encrypted, from a server that proves its name: https://www.postgresql.org/docs/16/libpq-ssl.html
TLS_MODE = "verify-full"
SECRETS = {"owner": "secret_arn", "read_only": "readonly_secret_arn"}
HIGHEST_PORT = 65535


@dataclass(frozen=True)
class Target:
    """A database as somebody."""

    host: str
    port: int
    database: str
    user: str
    password: str = field(repr=False)


class Settings:
    """What is below ``path`` in Parameter Store, and in the secrets that it names."""

    def __init__(self, path: str, parameters: SSMProvider, secrets: SecretsProvider) -> None:
        self._path, self._parameters, self._secrets = path, parameters, secrets

    def target(self, endpoint: str, login: str, fresh: bool = False) -> Target:
        """The ``writer`` or the ``reader``, as the ``owner`` or ``read_only``; fresh: whatever is kept is read again.

        Raises AccessError.
        """
        given = self._connection_data(fresh)
        user, password = self._login(SECRETS[login], given, fresh)
        host = given["host"] if endpoint == "writer" else given.get("reader_host") or given["host"]
        return Target(host, _port(given["port"]), given["dbname"], user, password)

    def credentials(self, login: str) -> tuple[str, str]:
        """User name and password. Raises AccessError."""
        return self._login(SECRETS[login], self._connection_data(fresh=False), fresh=False)

    def _login(self, name: str, given: Mapping[str, str], fresh: bool) -> tuple[str, str]:
        try:
            text = self._secrets.get(given[name], max_age=MAX_AGE_SECONDS, force_fetch=fresh)
        except GetParameterError as error:
            raise _unreadable(f"the secret of {name}", error) from error
        return _credentials(text, name)

    def _connection_data(self, fresh: bool) -> Mapping[str, str]:
        try:
            given = self._parameters.get_multiple(self._path, max_age=MAX_AGE_SECONDS, force_fetch=fresh)
        except GetParameterError as error:
            raise _unreadable(f"the parameters below {self._path}", error) from error
        values: dict[str, str] = {name: str(value) for name, value in (given or {}).items()}
        missing = [name for name in REQUIRED if not values.get(name)]
        if missing:
            raise _invalid(f"Parameters missing below {self._path}: {', '.join(missing)}.")
        if values["tls_mode"] != TLS_MODE:
            raise _invalid(f"The parameter tls_mode has to be {TLS_MODE}.")
        return values


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= HIGHEST_PORT:
        raise _invalid(f"The parameter port has to be a number from 1 to {HIGHEST_PORT}.")
    return int(text)


def _credentials(text: Any, name: str) -> tuple[str, str]:
    """The user name and password of a secret in the form of RDS: JSON with ``username`` and ``password``."""
    try:
        secret = json.loads(text)
        user, password = secret["username"], secret["password"]
    except (ValueError, TypeError, KeyError) as error:
        # Not ``from error``: it may quote the secret.
        raise _invalid(
            f"The secret of {name} is no JSON with username and password ({type(error).__name__})."
        ) from None
    if not (isinstance(user, str) and isinstance(password, str) and user and password):
        raise _invalid(f"username and password in the secret of {name} have to be texts, and not empty.")
    return user, password


def _unreadable(what: str, error: GetParameterError) -> AccessError:
    """Powertools hides the error of AWS behind its own; AWS's code is what helps, its message may name accounts."""
    cause = error.__context__
    answer = getattr(cause, "response", None) or {}
    code = answer.get("Error", {}).get("Code") or type(cause).__name__
    return AccessError("configuration_unavailable", f"AWS did not let {what} be read: {code}.")


def _invalid(message: str) -> AccessError:
    return AccessError("configuration_invalid", message)

"""Stand-ins for what the access function talks to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from access_function.sessions import Sessions
from access_function.settings import Settings, Target
from aws_lambda_powertools.utilities.parameters import GetParameterError
from botocore.exceptions import ClientError
from pg8000.native import DatabaseError

PATH = "/experimentation/prod/database/"
VALUES = {
    "host": "writer.example",
    "reader_host": "reader.example",
    "port": "5432",
    "dbname": "lab",
    "secret_arn": "arn:owner",
    "readonly_secret_arn": "arn:reader",
    "tls_mode": "verify-full",
}
SECRETS = {
    "arn:owner": json.dumps({"username": "dbadmin", "password": "hidden-1"}),
    "arn:reader": json.dumps({"username": "lab-reader", "password": "hidden-2"}),
}


def refused(sqlstate: str, message: str = "PostgreSQL's words") -> DatabaseError:
    return DatabaseError({"C": sqlstate, "M": message})


class Provider:
    """A Powertools provider: what AWS has now, and what was read of it before."""

    def __init__(self, now: Mapping[str, Any]) -> None:
        self.now: Mapping[str, Any] = now
        self.refusal: Exception | None = None
        self.fetched: list[str] = []
        self._kept: dict[str, Any] = {}

    def get(self, name: str, max_age: int, force_fetch: bool) -> Any:
        return self._read(name, lambda: self.now[name], max_age, force_fetch)

    def get_multiple(self, path: str, max_age: int, force_fetch: bool) -> Any:
        return self._read(path, lambda: dict(self.now), max_age, force_fetch)

    def _read(self, name: str, fetch: Callable[[], Any], max_age: int, force_fetch: bool) -> Any:
        assert max_age > 0
        if force_fetch or name not in self._kept:
            self.fetched.append(name)
            if self.refusal:
                self._fail(self.refusal)
            self._kept[name] = fetch()
        return self._kept[name]

    @staticmethod
    def _fail(refusal: Exception) -> None:
        """As Powertools does it: the real error is in the context alone."""
        try:
            raise refusal
        except type(refusal) as error:
            raise GetParameterError(str(error))  # noqa: B904


def denied() -> ClientError:
    return ClientError(
        {"Error": {"Code": "AccessDeniedException", "Message": "User: arn:aws:sts::1:x"}}, "GetSecretValue"
    )


def settings(values: Mapping[str, Any] = VALUES, secrets: Mapping[str, Any] = SECRETS) -> Settings:
    parameters: Any = Provider(values)
    secret_values: Any = Provider(secrets)
    return Settings(PATH, parameters, secret_values)


class FakeSession:
    """Answers by a part of the statement; an exception is raised. What was said to it is in ``said``."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = dict(answers)
        self.said: list[str] = []
        self.closed = False

    def run(self, sql: str) -> list[list[Any]]:
        return self._answer(sql)

    def ask(self, sql: str, **parameters: Any) -> list[list[Any]]:
        return self._answer(f"{sql} {parameters}" if parameters else sql)

    @contextmanager
    def writing(self) -> Iterator[None]:
        self.said.append("BEGIN")
        yield
        self.said.append("COMMIT")

    def close(self) -> None:
        self.closed = True

    def _answer(self, said: str) -> list[list[Any]]:
        self.said.append(said)
        answer: Any = next((answer for part, answer in self.answers.items() if part in said), [])
        if isinstance(answer, Exception):
            raise answer
        return list(answer)


class Server:
    """Gives out sessions, one after the other, and remembers who has logged in where."""

    def __init__(self, *sessions: FakeSession | Exception) -> None:
        self.sessions = list(sessions)
        self.logins: list[tuple[str, str, str]] = []

    def connect(self, target: Target, endpoint: str, login: str) -> Any:
        self.logins.append((endpoint, login, target.password))
        session = self.sessions.pop(0)
        if isinstance(session, Exception):
            raise session
        return session


def sessions(*given: FakeSession | Exception) -> Sessions:
    return Sessions(settings(), Server(*given).connect)

"""The access function on a real PostgreSQL with TLS forced, its settings in SSM and Secrets Manager."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from emulator import tls
from emulator.postgres.fleet import Fleet
from emulator.postgres.server import Server
from emulator.rds import roles
from emulator.testing import Emulator

PATH = "/experimentation/prod/database/"
PASSWORD = "owner'pass\\word%with:all"
READER_PASSWORD = "reader'pass\\word%with:all"


@dataclass
class Context:
    """What Lambda hands over, as far as Powertools reads it."""

    function_name: str = "lambda-access-experimentation-prod"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:lambda-access-experimentation-prod"
    aws_request_id: str = "52fdfc07-2182-154f-163f-5f0f9a621d72"


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="module")
def fleet(state: Path) -> Iterator[Fleet]:
    made = Fleet(state, tls.ensure(state))
    yield made
    made.shutdown()


@pytest.fixture(scope="module")
def server(fleet: Fleet) -> Server:
    """A server with a master user; TLS is required, and every statement is in the log."""
    made = fleet.create("access", "15", fleet.take_port("access", None))
    fleet.configure(made, {"log_statement": "all", "log_connections": "on"}, force_ssl=True)
    made.start()
    roles.create_master(made, "dbadmin", PASSWORD, "lab")
    return made


class Lambda:
    """The function, started anew as for a cold start, with its settings in the account."""

    def __init__(self, aws: Emulator, monkeypatch: pytest.MonkeyPatch, authorities: Path) -> None:
        self.aws = aws
        for name, value in {**aws.env, "DATABASE_PARAMETERS_PATH": PATH, "POWERTOOLS_SERVICE_NAME": "access"}.items():
            monkeypatch.setenv(name, value)
        self._monkeypatch, self._authorities = monkeypatch, authorities
        self.restart()

    def restart(self) -> None:
        for name in [name for name in sys.modules if name.split(".")[0] == "access_function"]:
            self._monkeypatch.delitem(sys.modules, name)
        self.trust(self._authorities)
        self.module = importlib.import_module("access_function.handler")

    def trust(self, authorities: Path) -> None:
        connection = importlib.import_module("access_function.connection")
        self._monkeypatch.setattr(connection, "AUTHORITIES", authorities)

    def __call__(self, **event: Any) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(json.dumps(self.module.handle(event, Context())))
        return answer

    def secret(self, name: str, user: str, password: str) -> str:
        value = json.dumps({"username": user, "password": password})
        answer = self.aws.client("secretsmanager").create_secret(Name=name, SecretString=value)
        return str(answer["ARN"])

    def parameters(self, **values: str) -> None:
        for name, value in values.items():
            self.aws.client("ssm").put_parameter(Name=PATH + name, Value=value, Type="String", Overwrite=True)


@pytest.fixture
def function(aws: Emulator, server: Server, state: Path, monkeypatch: pytest.MonkeyPatch) -> Lambda:
    made = Lambda(aws, monkeypatch, state / "ca.pem")
    made.parameters(
        host="127.0.0.1",
        reader_host="localhost",
        port=str(server.port),
        dbname="lab",
        secret_arn=made.secret("owner", "dbadmin", PASSWORD),
        readonly_secret_arn=made.secret("reader", "lab-reader", READER_PASSWORD),
        tls_mode="verify-full",
    )
    return made


def test_a_life(function: Lambda) -> None:
    health = function(operation="health", endpoints=["writer", "reader"])
    assert health["ok"], health
    assert function(operation="create_schema", schema="experiments")["applied"] == [1, 2]
    again = function(operation="create_schema", schema="experiments")
    assert (again["applied"], again["changed"]) == ([], False)
    rows = function(operation="query", statement="variants", parameters={"experiment": "checkout-button"})["rows"]
    assert rows == [
        {"name": "blue", "weight_percent": 50, "assigned": 0},
        {"name": "green", "weight_percent": 50, "assigned": 0},
    ]
    print(health, again, function(operation="query", statement="experiments"))

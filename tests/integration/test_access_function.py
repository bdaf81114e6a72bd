"""The access function on a real PostgreSQL with TLS forced, its settings in SSM and Secrets Manager."""

from __future__ import annotations

import importlib
import json
import select
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from emulator import tls
from emulator.postgres.fleet import Fleet
from emulator.postgres.server import Server
from emulator.rds import roles
from emulator.testing import Emulator

ROOT = Path(__file__).parents[2]
AMAZON = ROOT / "roles" / "access_function" / "files" / "global-bundle.pem"
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
        self.module: Any = None
        self.restart()

    def end(self) -> None:
        """As when Lambda takes the environment down."""
        if self.module:
            for endpoint in ("writer", "reader"):
                for login in ("owner", "read_only"):
                    self.module.sessions.close(endpoint, login)

    def restart(self) -> None:
        self.end()
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

    def put(self, name: str, user: str, password: str) -> None:
        value = json.dumps({"username": user, "password": password})
        self.aws.client("secretsmanager").put_secret_value(SecretId=name, SecretString=value)

    def parameters(self, **values: str) -> None:
        for name, value in values.items():
            self.aws.client("ssm").put_parameter(Name=PATH + name, Value=value, Type="String", Overwrite=True)


@pytest.fixture
def function(aws: Emulator, server: Server, state: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lambda]:
    """The function in front of an empty database."""
    end_sessions(server)
    administer(
        server,
        "DROP SCHEMA IF EXISTS experiments CASCADE",
        'DROP ROLE IF EXISTS "lab-reader"',
    )
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
    yield made
    made.end()


class Counting:
    """A proxy that counts how often the server was asked: a round trip begins when the client speaks again."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.target = port
        self._listener = socket.create_server((host, 0))
        self.port: int = self._listener.getsockname()[1]
        self.round_trips = 0
        self._taken: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self.target))
                self._taken += [client, server]
                threading.Thread(target=self._pass_on, args=(client, server), daemon=True).start()

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        answered = True
        with client, server, suppress(OSError):
            while True:
                for speaker in select.select([client, server], [], [])[0]:
                    said = speaker.recv(65536)
                    if not said:
                        return
                    if speaker is client and answered:
                        self.round_trips += 1
                    answered = speaker is server
                    (client if answered else server).sendall(said)

    def cut(self) -> None:
        """End all connections, as a firewall that has forgotten them."""
        for taken in self._taken:
            with suppress(OSError):
                taken.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listener.close()
        self.cut()


@pytest.fixture
def proxy(server: Server, function: Lambda) -> Iterator[Counting]:
    """Counts what the function says to the database."""
    made = Counting(server.port)
    function.parameters(port=str(made.port))
    yield made
    made.close()


def administer(server: Server, *statements: str) -> list[Any]:
    """Do these as the administrator, and return the rows of the last."""
    with server.connect("lab") as session:
        cursors = [session.execute(statement.encode()) for statement in statements]
        return cursors[-1].fetchall() if cursors[-1].description else []


def sessions_of(server: Server, user: str) -> int:
    return [name for (name,) in administer(server, "SELECT usename FROM pg_stat_activity")].count(user)


def end_sessions(server: Server) -> None:
    administer(
        server,
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'access_function'",
    )


VARIANTS = {"operation": "query", "statement": "variants", "parameters": {"experiment": "checkout-button"}}


def test_a_life(function: Lambda, server: Server) -> None:
    """Health before there is anything; a schema, once; a query of what its migration has put in."""
    health = function(operation="health", endpoints=["writer", "reader"])
    version = health["endpoints"]["writer"].pop("server_version")
    assert version.startswith("15.")
    assert health["endpoints"]["writer"] == {"in_recovery": False, "tls": True, "tls_version": "TLSv1.3"}
    before = function(**VARIANTS)
    assert before["error"]["code"] == "authentication_failed"

    first = function(operation="create_schema", schema="experiments")
    assert (first["applied"], first["read_only_role"], first["version"]) == ([1, 2], "created", 2)
    written = administer(server, "SELECT pg_current_wal_lsn()::text")
    again = function(operation="create_schema", schema="experiments")
    assert (again["applied"], again["read_only_role"], again["changed"]) == ([], "unchanged", False)
    assert administer(server, "SELECT pg_current_wal_lsn()::text") == written

    answer = function(**VARIANTS, row_limit=1)
    assert answer["rows"] == [{"name": "blue", "weight_percent": 50, "assigned": 0}]
    assert answer["more"] is True
    named = function(operation="query", statement="experiments", parameters={"states": ["running"]})
    assert [row["name"] for row in named["rows"]] == ["checkout-button"]
    assert len(function(operation="query", statement="experiments")["rows"]) == 2
    log = server.log.read_text()
    assert "CREATE ROLE" in log
    for secret in (PASSWORD, PASSWORD.replace("'", "''"), READER_PASSWORD, READER_PASSWORD.replace("'", "''")):
        assert secret not in log


def test_the_read_only_role_only_reads(function: Lambda, server: Server, state: Path) -> None:
    function(operation="create_schema", schema="experiments")
    with psycopg.connect(
        host="127.0.0.1",
        port=server.port,
        user="lab-reader",
        password=READER_PASSWORD,
        dbname="lab",
        sslmode="verify-full",
        sslrootcert=str(state / "ca.pem"),
        autocommit=True,
    ) as session:
        assert session.execute("SELECT count(*) FROM experiments.experiment").fetchone() == (2,)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            session.execute("DELETE FROM experiments.experiment")
        session.execute("SET default_transaction_read_only = off")
        for statement in (
            "DELETE FROM experiments.experiment",
            "CREATE TABLE experiments.mine ()",
            "CREATE TABLE public.mine ()",
            "ALTER ROLE dbadmin PASSWORD 'x'",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.execute(statement.encode())


def test_a_plain_connection_is_refused_and_the_function_makes_none(server: Server) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html"""
    with pytest.raises(psycopg.OperationalError, match="no encryption"):
        psycopg.connect(
            host="127.0.0.1", port=server.port, user="dbadmin", password=PASSWORD, dbname="lab", sslmode="disable"
        )


def test_only_a_server_that_proves_its_name_is_talked_to(function: Lambda, server: Server, tmp_path: Path) -> None:
    function.trust(tls.ensure(tmp_path).ca)
    wrong_authority = function(operation="health")["error"]
    assert wrong_authority["code"] == "tls_failed"
    assert "verify" in wrong_authority["message"] or "certificate" in wrong_authority["message"]

    function.restart()
    function.trust(AMAZON)
    assert function(operation="health")["error"]["code"] == "tls_failed"

    function.restart()
    with closing(Counting(server.port, "127.0.0.3")) as elsewhere:
        function.parameters(host="127.0.0.3", port=str(elsewhere.port))
        wrong_name = function(operation="health")["error"]
    assert wrong_name["code"] == "tls_failed"
    assert "127.0.0.3" in wrong_name["message"]


def test_rotation_while_warm(function: Lambda, server: Server) -> None:
    """The old connection is good for as long as it lasts; the next one needs one more login."""
    assert function(operation="health")["ok"]
    roles.change_password(server, "dbadmin", "rotated")
    try:
        function.put("owner", "dbadmin", "rotated")
        mark = function.aws.mark()
        assert function(operation="health")["ok"]
        assert function.aws.log(since=mark) == []

        end_sessions(server)
        refused = server.log.read_text().count('password authentication failed for user "dbadmin"')
        assert function(operation="health")["ok"]
        assert server.log.read_text().count('password authentication failed for user "dbadmin"') == refused + 1
        assert sorted(entry["action"] for entry in function.aws.log(since=mark)) == [
            "GetParametersByPath",
            "GetSecretValue",
        ]
    finally:
        roles.change_password(server, "dbadmin", PASSWORD)

    end_sessions(server)
    failed = function(operation="health")["error"]
    assert failed == {
        "code": "authentication_failed",
        "message": "The writer refused the credentials of the owner secret.",
    }


def test_a_new_password_of_the_read_only_role_comes_with_create_schema(function: Lambda, server: Server) -> None:
    function(operation="create_schema", schema="experiments")
    assert function(**VARIANTS)["ok"]
    function.put("reader", "lab-reader", "another")
    function.restart()
    assert function(**VARIANTS)["error"]["code"] == "authentication_failed"
    assert function(operation="create_schema", schema="experiments")["read_only_role"] == "refreshed"
    assert function(**VARIANTS)["ok"]
    administer(server, "DROP ROLE IF EXISTS admin", "CREATE ROLE admin LOGIN CREATEDB PASSWORD 'kept'")
    for somebody_else in ("dbadmin", "admin"):
        function.put("reader", somebody_else, "taken")
        function.restart()
        refused = function(operation="create_schema", schema="experiments")["error"]
        assert refused["code"] == "read_only_role_refused"
    assert function(operation="health")["ok"]


def test_the_database_goes_down_and_comes_back(function: Lambda, server: Server) -> None:
    function(operation="create_schema", schema="experiments")
    assert function(**VARIANTS)["ok"]
    server.stop()
    try:
        for event in (VARIANTS, {"operation": "health"}, {"operation": "create_schema", "schema": "experiments"}):
            began = time.monotonic()
            failed = function(**event)["error"]
            assert failed["code"] == "database_unavailable"
            assert time.monotonic() - began < 10
    finally:
        server.start()
    assert function(**VARIANTS)["ok"]
    assert function(operation="health")["ok"]


def test_a_server_that_says_nothing(function: Lambda, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a host that is gone, or a firewall that drops: the time-outs are the function's own."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        function.parameters(port=str(silent.getsockname()[1]))
        monkeypatch.setattr(sys.modules["access_function.connection"], "CONNECT_SECONDS", 0.2)
        failed = function(operation="health")["error"]
    assert failed["code"] == "database_unavailable"
    assert "TimeoutError" in failed["message"]


def test_round_trips_and_calls_of_aws_when_warm(function: Lambda, proxy: Counting) -> None:
    function(operation="create_schema", schema="experiments")
    counts: dict[str, list[int]] = {"health": [], "query": []}
    for event in ({"operation": "health"}, VARIANTS):
        for _ in range(3):
            before, mark = proxy.round_trips, function.aws.mark()
            assert function(**event)["ok"]
            counts[str(event["operation"])].append(proxy.round_trips - before)
    assert function.aws.log(since=mark) == []
    # create_schema has opened the writer's connection already. The first query connects: TCP, TLS, login; then it
    # prepares its statement, which the next need not.
    assert counts["health"] == [1, 1, 1]
    assert counts["query"][1:] == [1, 1]


def test_a_connection_that_died_unseen_is_replaced(function: Lambda, proxy: Counting, server: Server) -> None:
    function(operation="create_schema", schema="experiments")
    for event in ({"operation": "health"}, VARIANTS, {"operation": "create_schema", "schema": "experiments"}):
        assert function(**event)["ok"]
        proxy.cut()
        assert function(**event)["ok"]
    assert sessions_of(server, "lab-reader") <= 2


def test_a_writer_that_became_a_reader_is_left_for_the_new_one(
    function: Lambda, proxy: Counting, server: Server, fleet: Fleet
) -> None:
    """A failover that leaves the connection alive: reading still works on it, writing does not (0A000).

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html
    """
    standby = fleet.create_standby("old-writer", "15", fleet.take_port("old-writer", None), server, server.port)
    fleet.configure(standby, {}, force_ssl=True)
    standby.start()
    proxy.target = standby.port
    assert function(operation="health")["endpoints"]["writer"]["in_recovery"] is True
    proxy.target = server.port
    assert function(operation="create_schema", schema="experiments")["applied"] == [1, 2]
    assert function(operation="health")["endpoints"]["writer"]["in_recovery"] is False
    fleet.remove("old-writer")


NASTY = (
    "'; DROP TABLE experiments.experiment; --",
    "x' OR '1'='1",
    '"; SELECT pg_sleep(10); --',
    "$1",
    ":experiment",
    "\\'; SELECT 1; --",
    "%s",
    "\x00",
)


def test_what_an_event_says_is_never_sql(function: Lambda, server: Server) -> None:
    function(operation="create_schema", schema="experiments")
    for nasty in NASTY:
        try_injection(function, nasty)
    assert administer(server, "SELECT count(*) FROM experiments.experiment") == [(2,)]


def try_injection(function: Lambda, nasty: str) -> None:
    """A bound parameter finds nothing; anything else is refused."""
    answer = function(operation="query", statement="variants", parameters={"experiment": nasty})
    assert answer.get("rows") == [] or answer["error"]["code"] == "statement_failed"
    for event in (
        {"operation": nasty},
        {"operation": "create_schema", "schema": nasty},
        {"operation": "create_schema", "schema": f"experiments{nasty}"},
        {"operation": "query", "statement": nasty},
        {"operation": "query", "statement": "variants", "parameters": {nasty: "x"}},
        {"operation": "query", "statement": "experiments", "parameters": {"states": [nasty]}},
        {**VARIANTS, "row_limit": nasty},
        {"operation": "health", "endpoints": [nasty]},
        {"operation": "health", nasty: nasty},
    ):
        assert function(**event)["error"]["code"] == "invalid_event", event


def test_a_bad_event_reaches_nobody(function: Lambda, server: Server) -> None:
    mark, before = function.aws.mark(), server.log.read_text()
    assert function(operation="create_schema")["error"]["field"] == "schema"
    assert (
        function(operation="query", statement="variants", parameters={"experiment": "x" * 100_000})["error"]["field"]
        == "parameters"
    )
    assert function.aws.log(since=mark) == []
    assert server.log.read_text() == before


def test_settings_that_are_not_there(function: Lambda) -> None:
    function.aws.client("ssm").delete_parameter(Name=PATH + "secret_arn")
    assert function(operation="health")["error"] == {
        "code": "configuration_invalid",
        "message": f"Parameters missing below {PATH}: secret_arn.",
    }
    function.parameters(secret_arn="no-such-secret")
    function.restart()
    failed = function(operation="health")["error"]
    assert failed["code"] == "configuration_unavailable"
    assert "ResourceNotFoundException" in failed["message"]

"""Connecting: TLS first, limits from the start, and errors that say what they mean."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from access_function import connection
from access_function.connection import Session, sqlstate
from access_function.errors import AccessError, AuthenticationFailed, Unavailable
from access_function.settings import Target
from pg8000.native import DatabaseError, InterfaceError
from scramp import ScramException

from emulator import tls
from emulator.context import Tls
from tests.unit.access_function.fakes import refused

# Nothing here takes that long; a test that fails must not hang.
SECONDS = 5.0
Serve = Callable[[socket.socket], None]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    return tls.ensure(tmp_path_factory.mktemp("tls"))


@contextmanager
def listening(serve: Serve, host: str = "127.0.0.1") -> Iterator[int]:
    """A server that does ``serve(connection)`` once, after it has read the request for TLS."""

    def accept() -> None:
        taken, _ = listener.accept()
        taken.settimeout(SECONDS)
        with taken, suppress(OSError):
            assert taken.recv(8) == connection.SSL_REQUEST
            serve(taken)

    with socket.create_server((host, 0)) as listener:
        listener.settimeout(SECONDS)
        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            thread.join()


def encrypting(certificate: Tls) -> Serve:
    def serve(plain: socket.socket) -> None:
        plain.sendall(b"S")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.certificate, certificate.key)
        with context.wrap_socket(plain, server_side=True) as secure:
            secure.recv(1)

    return serve


class Driver:
    """pg8000's Connection: statements and answers without a server."""

    failure: Exception | None = None

    def __init__(self, user: str, **given: Any) -> None:
        self.given = {"user": user, **given}
        self.said: list[str] = []
        self.failing: dict[str, Exception] = {}
        if self.failure:
            raise self.failure

    def run(self, sql: str) -> Any:
        self.said.append(sql)
        if sql in self.failing:
            raise self.failing[sql]
        return [[1]] if sql == "SELECT 1" else None

    def prepare(self, sql: str) -> Any:
        self.said.append(f"prepare {sql}")
        return type("Prepared", (), {"run": lambda _self, **values: [[sql, values]]})()

    def close(self) -> None:
        self.given["sock"].close()
        raise InterfaceError("network error")


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch, certificate: Tls) -> Callable[..., Session]:
    """Makes sessions over real TLS whose other end is a Driver."""
    monkeypatch.setattr(connection, "AUTHORITIES", certificate.ca)
    monkeypatch.setattr(connection, "Connection", Driver)

    def make(host: str = "127.0.0.1", serve: Serve | None = None) -> Session:
        with listening(serve or encrypting(certificate), host) as port:
            session = Session(Target(host, port, "lab", "lab-reader", "hidden"), "reader", "read_only")
            session.close()
        return session

    return make


def driver_of(session: Session) -> Driver:
    made: Any = session._connection
    return made  # type: ignore[no-any-return]


def test_the_session_has_its_limits_from_the_first_message_on(driver: Callable[..., Session]) -> None:
    given = driver_of(driver()).given
    assert given["startup_params"]["default_transaction_read_only"] == "on"
    assert given["startup_params"]["statement_timeout"] == "20s"
    assert isinstance(given["sock"], ssl.SSLSocket)
    assert given["ssl_context"] is False
    assert (given["user"], given["database"], given["password"]) == ("lab-reader", "lab", "hidden")


def test_the_time_outs_fit_into_the_function_s_own() -> None:
    worst = 2 * connection.READ_SECONDS + 2 * connection.CONNECT_SECONDS
    assert connection.STATEMENT_SECONDS < connection.READ_SECONDS
    assert worst <= 60


def test_statements(driver: Callable[..., Session]) -> None:
    session = driver()
    assert session.run("SELECT 1") == [[1]]
    assert session.run("DO") == []
    for _ in range(2):
        assert session.ask("SELECT :x", x="';--") == [["SELECT :x", {"x": "';--"}]]
    assert driver_of(session).said == ["SELECT 1", "DO", "prepare SELECT :x"]


def test_a_transaction_that_succeeds(driver: Callable[..., Session]) -> None:
    session = driver()
    with session.writing():
        session.run("INSERT")
    assert driver_of(session).said == ["BEGIN READ WRITE", "INSERT", "COMMIT"]


@pytest.mark.parametrize("broken", [False, True])
def test_a_transaction_that_fails(driver: Callable[..., Session], broken: bool) -> None:
    session = driver()
    driver_of(session).failing = {"INSERT": refused("23505"), **({"ROLLBACK": OSError()} if broken else {})}
    with pytest.raises(DatabaseError), session.writing():
        session.run("INSERT")
    assert driver_of(session).said == ["BEGIN READ WRITE", "INSERT", "ROLLBACK"]


def failure(make: Callable[..., Session], **options: Any) -> AccessError:
    with pytest.raises(AccessError) as failed:
        make(**options)
    return failed.value


def hidden(sqlstate_of_it: str) -> Exception:
    """pg8000's failure to end a connection that the server has ended already."""
    error: Exception = InterfaceError("network error")
    error.__context__ = OSError()
    error.__context__.__context__ = refused(sqlstate_of_it)
    return error


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (refused("28P01"), AuthenticationFailed, "reader refused the credentials of the read_only"),
        (refused("28000"), AuthenticationFailed, "reader refused"),
        (hidden("28P01"), AuthenticationFailed, "reader refused"),
        (ScramException("proof"), AuthenticationFailed, "reader refused"),
        (refused("53300"), Unavailable, "SQLSTATE 53300"),
        (hidden("57P03"), Unavailable, "SQLSTATE 57P03"),
        (InterfaceError("network error"), Unavailable, "InterfaceError"),
        (TimeoutError("timed out"), Unavailable, "TimeoutError"),
    ],
)
def test_logging_in_fails(
    driver: Callable[..., Session],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    kind: type[AccessError],
    message: str,
) -> None:
    monkeypatch.setattr(Driver, "failure", error)
    failed = failure(driver, serve=None)
    assert type(failed) is kind
    assert message in failed.message
    assert "hidden" not in failed.message


def test_another_host_name(driver: Callable[..., Session]) -> None:
    failed = failure(driver, host="127.0.0.3")
    assert failed.code == "tls_failed"
    assert "IP address mismatch" in failed.message


def test_another_authority(driver: Callable[..., Session], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(connection, "AUTHORITIES", tls.ensure(tmp_path).ca)
    assert failure(driver).code == "tls_failed"


@pytest.mark.parametrize(
    ("answer", "code", "message"),
    [
        (b"N", "tls_failed", "the server has none"),
        (b"H", "database_unavailable", "ConnectionError"),
        (b"", "database_unavailable", "ConnectionError"),
        (b"Sno TLS at all", "tls_failed", "."),
    ],
)
def test_no_tls(driver: Callable[..., Session], answer: bytes, code: str, message: str) -> None:
    failed = failure(driver, serve=lambda plain: plain.sendall(answer))
    assert failed.code == code
    assert message in failed.message


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unavailable, match="ConnectionRefusedError"):
        Session(Target("127.0.0.1", port, "lab", "lab-reader", "hidden"), "reader", "read_only")


def test_an_error_that_is_not_postgresql_s_has_no_code() -> None:
    assert sqlstate(OSError()) == ""
    assert sqlstate(refused("42601")) == "42601"

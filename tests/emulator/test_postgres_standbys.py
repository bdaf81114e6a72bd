"""Standbys that follow a server, and addresses that lead to one or the other: emulator.postgres."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from emulator import tls
from emulator.postgres import backup, config, ports
from emulator.postgres.binaries import MAJORS
from emulator.postgres.fleet import Fleet, PortTaken
from emulator.postgres.server import HOST, READER_HOST, Server
from emulator.rds import roles

PATIENCE_SECONDS = 30
PASSWORD = "correct-horse"


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="module")
def used_fleet(state: Path) -> Iterator[Fleet]:
    made = Fleet(state, tls.ensure(state))
    yield made
    made.shutdown()


@pytest.fixture
def fleet(used_fleet: Fleet) -> Iterator[Fleet]:
    yield used_fleet
    used_fleet.clear()
    for name in ("endpoint", "first", "second"):
        used_fleet.give_back_port(name)


def pair(fleet: Fleet, major: str = "16") -> tuple[Server, Server]:
    """A running server with a master user, and a running standby that follows it."""
    primary = fleet.create("primary", major, fleet.take_port("primary", None))
    fleet.configure(primary, {}, force_ssl=False)
    primary.start()
    roles.create_master(primary, "dbadmin", PASSWORD, None)
    standby = fleet.create_standby("standby", major, fleet.take_port("standby", None), primary, primary.port)
    fleet.configure(standby, {}, force_ssl=False)
    standby.start()
    return primary, standby


def ask(server: Server, query: str) -> object:
    with server.connect() as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def eventually(expected: object, get: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while get() != expected:
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("major", MAJORS)
def test_standby_follows_until_it_is_promoted(fleet: Fleet, major: str) -> None:
    """https://www.postgresql.org/docs/16/warm-standby.html#STREAMING-REPLICATION"""
    primary, standby = pair(fleet, major)
    with primary.connect() as connection:
        connection.execute("CREATE TABLE t AS SELECT 42 AS x")
    eventually(True, lambda: ask(standby, "SELECT to_regclass('t') IS NOT NULL"))
    assert ask(standby, "SELECT pg_is_in_recovery()") is True
    primary.stop()
    standby.promote()
    with standby.connect() as connection:
        connection.execute("INSERT INTO t VALUES (43)")
    assert ask(standby, "SELECT count(*) FROM t") == 2
    assert standby.upstream is None


def test_nobody_reads_how_a_standby_logs_in(fleet: Fleet) -> None:
    """The master user may read all settings: https://www.postgresql.org/docs/16/predefined-roles.html"""
    primary, standby = pair(fleet)
    with psycopg.connect(
        host=HOST, port=standby.port, user="dbadmin", password=PASSWORD, dbname="postgres"
    ) as connection:
        row = connection.execute("SHOW primary_conninfo").fetchone()
    assert row is not None
    assert "passfile=" in row[0]
    assert primary.password not in row[0]
    login = standby.data / config.UPSTREAM_LOGIN
    assert login.stat().st_mode & 0o077 == 0


def test_copy_of_a_standby_is_none(fleet: Fleet) -> None:
    """A copy is what another server begins with, which follows nobody."""
    _, standby = pair(fleet)
    standby.stop()
    copy = fleet.copy_data(standby, "copy")
    assert (standby.data / config.STANDBY_SIGNAL).exists()
    assert not {config.STANDBY_SIGNAL, config.UPSTREAM_LOGIN} & {path.name for path in copy.iterdir()}
    assert {config.STANDBY_SIGNAL, config.UPSTREAM_LOGIN} < set(backup.TRANSIENT)
    again = fleet.copy_copy(copy, "again")
    assert (again / "PG_VERSION").read_text() == (copy / "PG_VERSION").read_text()


def test_endpoint_leads_where_it_should_now(fleet: Fleet, state: Path) -> None:
    primary, standby = pair(fleet)
    port = fleet.take_port("endpoint", None, READER_HOST)
    target: list[int | None] = [primary.port]
    fleet.open_endpoint(READER_HOST, port, lambda: target[0])

    def recovering() -> object:
        with psycopg.connect(
            host=READER_HOST,
            port=port,
            user="dbadmin",
            password=PASSWORD,
            dbname="postgres",
            sslmode="verify-full",
            sslrootcert=str(state / "ca.pem"),
        ) as connection:
            row = connection.execute("SELECT pg_is_in_recovery()").fetchone()
        return row and row[0]

    assert recovering() is False
    target[0] = standby.port
    assert recovering() is True
    for nowhere in (None, ports.free()):
        target[0] = nowhere
        with pytest.raises(psycopg.OperationalError):
            recovering()
    fleet.close_endpoint(READER_HOST, port)
    eventually(True, lambda: ports.is_free(port, READER_HOST))


def test_session_through_an_endpoint_ends_with_the_server(fleet: Fleet) -> None:
    primary, _ = pair(fleet)
    port = fleet.take_port("endpoint", None)
    fleet.open_endpoint(HOST, port, lambda: primary.port)
    with psycopg.connect(host=HOST, port=port, user="dbadmin", password=PASSWORD, dbname="postgres") as connection:
        primary.stop()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


def test_port_must_be_free_on_every_address(fleet: Fleet) -> None:
    port = fleet.take_port("first", None, READER_HOST)
    fleet.open_endpoint(READER_HOST, port, lambda: None)
    fleet.give_back_port("first")
    assert fleet.take_port("second", port) == port
    with pytest.raises(PortTaken):
        fleet.take_port("second", port, READER_HOST)
    assert ports.has(READER_HOST)
    assert not ports.has("192.0.2.1")

"""PostgreSQL servers as the emulator makes them: emulator.postgres."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from emulator import tls
from emulator.postgres import leftovers, ports
from emulator.postgres.binaries import MAJORS
from emulator.postgres.fleet import Fleet, PortTaken
from emulator.postgres.server import PostgresFailed, Server
from emulator.rds import roles

PASSWORD = "pass'word\\with%quotes"


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="module")
def fleet(state: Path) -> Iterator[Fleet]:
    made = Fleet(state, tls.ensure(state))
    yield made
    made.shutdown()


@pytest.fixture(scope="module", params=MAJORS)
def server(fleet: Fleet, request: pytest.FixtureRequest) -> Server:
    """A running server with a master user, TLS required."""
    made = new_server(fleet, f"shared-{request.param}", request.param)
    fleet.configure(made, {"shared_preload_libraries": "pg_stat_statements", "log_statement": "all"}, force_ssl=True)
    made.start()
    roles.create_master(made, "dbadmin", PASSWORD, "shop")
    return made


def new_server(fleet: Fleet, name: str, major: str = "16") -> Server:
    return fleet.create(name, major, fleet.take_port(name, None))


def login(server: Server, state: Path, mode: str = "verify-full", database: str = "postgres") -> psycopg.Connection:
    return psycopg.connect(
        host="127.0.0.1",
        port=server.port,
        user="dbadmin",
        password=PASSWORD,
        dbname=database,
        sslmode=mode,
        sslrootcert=str(state / "ca.pem"),
        autocommit=True,
    )


def one(connection: psycopg.Connection, query: str) -> object:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def test_master_user_logs_in_over_verified_tls(server: Server, state: Path) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html"""
    with login(server, state) as connection:
        assert one(connection, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") is True
        major = int(str(one(connection, "SHOW server_version_num"))) // 10000
        assert f"shared-{major}" in str(server.data)


def test_plain_connection_is_refused_while_tls_is_forced(server: Server, state: Path) -> None:
    with pytest.raises(psycopg.OperationalError, match="no encryption"):
        login(server, state, mode="disable")


def test_master_user_is_no_superuser_but_has_what_rds_superuser_has(server: Server, state: Path) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Roles.rds_superuser.html"""
    with login(server, state) as connection:
        facts = "SELECT (rolsuper, rolcreatedb, rolcreaterole)::text FROM pg_roles WHERE rolname = current_user"
        assert one(connection, facts) == "(f,t,t)"
        assert one(connection, "SELECT pg_has_role('rds_superuser', 'member')") is True
        assert one(connection, "SELECT pg_has_role('pg_monitor', 'usage')") is True
        connection.execute("SET log_statement = 'none'")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("COPY (SELECT 1) TO '/tmp/x'")


def test_master_user_creates_extensions_databases_and_roles(server: Server, state: Path) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_PostgreSQL.html#PostgreSQL.Concepts.General.FeatureSupport.Extensions"""
    with login(server, state, database="shop") as connection:
        connection.execute("CREATE EXTENSION pg_stat_statements")
        assert int(str(one(connection, "SELECT count(*) FROM pg_stat_statements"))) > 0
        connection.execute("CREATE ROLE app LOGIN PASSWORD 'x'")
        connection.execute("CREATE DATABASE other")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE EXTENSION file_fdw")


def test_rdsadmin_and_its_database_are_closed(server: Server, state: Path) -> None:
    with pytest.raises(psycopg.OperationalError, match=r"pg_hba\.conf rejects"):
        login(server, state, database="rdsadmin")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(host="127.0.0.1", port=server.port, user="rdsadmin", password=PASSWORD, dbname="postgres")


def test_password_is_not_in_the_log_although_all_statements_are(server: Server, state: Path) -> None:
    with login(server, state) as connection:
        connection.execute("SELECT 'seen'")
    roles.change_password(server, "dbadmin", PASSWORD)
    log = server.log.read_text()
    assert "SELECT 'seen'" in log
    assert "pass'word" not in log
    assert "ALTER ROLE" not in log


def test_listens_on_the_loopback_address_only(server: Server) -> None:
    with server.connect() as connection:
        assert one(connection, "SHOW listen_addresses") == "127.0.0.1"
        assert one(connection, "SHOW unix_socket_directories") == ""


def test_reload_is_seen_by_the_next_session(fleet: Fleet) -> None:
    server = new_server(fleet, "reload")
    fleet.configure(server, {"work_mem": "1000"}, force_ssl=False)
    server.start()
    fleet.configure(server, {"work_mem": "2000"}, force_ssl=False)
    server.reload()
    with server.connect() as connection:
        assert one(connection, "SHOW work_mem") == "2000kB"


def test_a_server_that_does_not_start_says_why(fleet: Fleet) -> None:
    server = new_server(fleet, "broken")
    fleet.configure(server, {"shared_preload_libraries": "no_such_library"}, force_ssl=True)
    with pytest.raises(PostgresFailed, match='could not access file "no_such_library"'):
        server.start()
    assert not server.running


@pytest.mark.parametrize("running", [True, False])
def test_a_copy_has_the_data_of_its_moment(fleet: Fleet, running: bool) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_CreateSnapshot.html"""
    server = new_server(fleet, f"copied-{running}")
    fleet.configure(server, {}, force_ssl=False)
    server.start()
    with server.connect() as connection:
        connection.execute("CREATE TABLE t AS SELECT 42 AS x")
    if not running:
        server.stop()
    copy = fleet.copy_data(server, f"copy-{running}")
    # Without it, a checkpoint of meanwhile would make recovery begin too late.
    assert (copy / "backup_label").exists() is running
    if running:
        with server.connect() as connection:
            connection.execute("DROP TABLE t")
    name = f"restored-{running}"
    restored = fleet.create(name, "16", fleet.take_port(name, None), copy)
    fleet.configure(restored, {}, force_ssl=False)
    restored.start()
    with restored.connect() as connection:
        assert one(connection, "SELECT x FROM t") == 42


def test_a_taken_port_is_refused(fleet: Fleet, server: Server) -> None:
    with pytest.raises(PortTaken, match=str(server.port)):
        fleet.take_port("another", server.port)
    port = ports.free()
    assert fleet.take_port("another", port) == port
    with pytest.raises(PortTaken):
        fleet.take_port("third", port)


def test_removed_server_leaves_neither_process_nor_files(fleet: Fleet) -> None:
    server = new_server(fleet, "removed")
    fleet.configure(server, {}, force_ssl=True)
    server.start()
    pid = int((server.data / "postmaster.pid").read_text().split()[0])
    fleet.remove("removed")
    assert not server.data.parent.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


# Starts a server and is then killed in a way that no handler sees.
KILLED = """
    import os, signal, sys
    from pathlib import Path
    from emulator import tls
    from emulator.postgres.fleet import Fleet
    state = Path(sys.argv[1])
    fleet = Fleet(state, tls.ensure(state))
    server = fleet.create("orphan", "16", fleet.take_port("orphan", None))
    fleet.configure(server, {}, force_ssl=True)
    server.start()
    print(server.data, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_servers_of_a_killed_emulator_are_ended_by_the_next(tmp_path: Path) -> None:
    """What follows on the same state directory finds them by their pid files, and their files go too."""
    command = [sys.executable, "-c", textwrap.dedent(KILLED), str(tmp_path)]
    killed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    data = Path(killed.stdout.strip())
    pid = int((data / "postmaster.pid").read_text().split()[0])
    os.kill(pid, 0)
    leftovers.reap(tmp_path)
    assert not data.exists()
    # It may wait for init to take notice; then it has no command line any more.
    assert not leftovers.is_server_of(pid, data)


def test_a_pid_that_is_another_process_now_is_left_alone(tmp_path: Path) -> None:
    data = leftovers.servers_directory(tmp_path) / "old" / "data"
    data.mkdir(parents=True)
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n")
    leftovers.reap(tmp_path)
    assert not data.exists()

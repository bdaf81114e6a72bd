"""One PostgreSQL server process: start, wait until it answers, talk to it as its administrator, stop."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from emulator.postgres.account import Account
from emulator.postgres.binaries import Binaries

ADMINISTRATOR = "rdsadmin"
HOST = "127.0.0.1"
# So that a cluster has two endpoints of the same port.
READER_HOST = "127.0.0.2"
START_SECONDS = 60.0
STOP_SECONDS = 15.0
POLL_SECONDS = 0.02
LOG_LINES_SHOWN = 15
# https://github.com/postgres/postgres/blob/REL_16_STABLE/src/include/utils/pidfile.h
STATUS_LINE = 8

# What the emulator itself does must not show in the log or the statistics that a user reads.
QUIET = "-c log_statement=none -c log_min_duration_statement=-1 -c log_duration=off -c pg_stat_statements.track=none"


class PostgresFailed(RuntimeError):
    """A server did not start or stop; the message ends with the last lines of its log."""


@dataclass
class Server:
    """A server over one data directory.

    password: of the administrator, the role `rdsadmin`
    log:      standard output and error of the process
    upstream: port where the server is that this one follows; None = it follows none
    """

    binaries: Binaries
    account: Account
    data: Path
    port: int
    password: str = field(repr=False)
    log: Path
    upstream: int | None = None
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def configuration(self) -> str:
        """What postgresql.conf says, whether the server has read it or not."""
        return (self.data / "postgresql.conf").read_text()

    def start(self) -> None:
        """Start the process and return once it accepts connections. Raises PostgresFailed."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [self.binaries.program("postgres"), "-D", self.data],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C at the emulator's terminal must reach the emulator only, which then stops its servers.
                start_new_session=True,
                **self.account.process_options,
            )
        self._wait_until_ready(time.monotonic() + START_SECONDS)

    def _wait_until_ready(self, deadline: float) -> None:
        while not self._ready():
            if not self.running or time.monotonic() > deadline:
                self.stop(signal.SIGQUIT)
                raise PostgresFailed(f"PostgreSQL in {self.data} did not start. Its log ends:\n{self.log_tail()}")
            time.sleep(POLL_SECONDS)

    def _ready(self) -> bool:
        """What pg_ctl looks for: our process's pid in the first line of the pid file, `ready` in the last."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        ours = self._process is not None and lines[:1] == [str(self._process.pid)]
        return ours and len(lines) >= STATUS_LINE and lines[STATUS_LINE - 1].strip() == "ready"

    @contextlib.contextmanager
    def connect(self, database: str = "postgres") -> Iterator[psycopg.Connection]:
        """A session of the administrator that commits each statement."""
        with psycopg.connect(
            host=HOST,
            port=self.port,
            user=ADMINISTRATOR,
            password=self.password,
            dbname=database,
            sslmode="prefer",
            options=QUIET,
            connect_timeout=5,
            autocommit=True,
        ) as connection:
            yield connection

    def reload(self) -> None:
        """Have the configuration files read again, and return once new sessions see it. Raises PostgresFailed."""
        if self._process is None:
            return
        before = self._loaded()
        self._process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + START_SECONDS
        while self._loaded() == before:
            if time.monotonic() > deadline:
                raise PostgresFailed(f"PostgreSQL in {self.data} did not reload. Its log ends:\n{self.log_tail()}")
            time.sleep(POLL_SECONDS)

    def _loaded(self) -> object:
        with self.connect() as connection:
            return connection.execute("SELECT pg_conf_load_time()").fetchone()

    def written(self) -> str:
        """How far the write-ahead log of this server goes, which is not a standby."""
        with self.connect() as connection:
            row = connection.execute("SELECT pg_current_wal_lsn()::text").fetchone()
        return str(row[0]) if row else "0/0"

    def has_replayed(self, position: str) -> bool:
        """Whether a standby is as far as another server was, by ``written``."""
        with self.connect() as connection:
            row = connection.execute("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", [position]).fetchone()
        return row == (True,)

    def promote(self) -> None:
        """Let a standby become a server that writes, and return once it does. Raises PostgresFailed."""
        self.upstream = None
        with self.connect() as connection:
            promoted = connection.execute("SELECT pg_promote(true, %s)", [int(START_SECONDS)]).fetchone()
        if promoted != (True,):
            raise PostgresFailed(f"PostgreSQL in {self.data} was not promoted. Its log ends:\n{self.log_tail()}")

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop: SIGINT ends sessions and writes everything down (`fast`), SIGQUIT just ends (`immediate`).

        https://www.postgresql.org/docs/16/server-shutdown.html
        """
        if self._process is None:
            return
        for sign in (how, signal.SIGQUIT, signal.SIGKILL):
            self._process.send_signal(sign)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                continue
            break
        self._process = None

    def log_tail(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-LOG_LINES_SHOWN:])

"""The data directory that every new server of a major version starts from, made once and kept in the cache."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg.rows import dict_row

from emulator.postgres import binaries, config, ports
from emulator.postgres.account import Account, cache_directory, passable
from emulator.postgres.binaries import Binaries
from emulator.postgres.server import ADMINISTRATOR, PostgresFailed, Server

UNUSED_SECONDS = 30 * 24 * 3600
BOOTSTRAP = Path(__file__).with_name("bootstrap.sql")
# Loaded while pg_settings is read, so that their parameters are in it as they are in RDS parameter groups.
LIBRARIES = "pg_stat_statements,auto_explain,pg_prewarm"
SETTINGS_QUERY = """
    SELECT name, vartype, unit, context, category, min_val, max_val, enumvals, boot_val, short_desc, extra_desc
    FROM pg_settings ORDER BY name
"""
KEYWORDS_QUERY = "SELECT word FROM pg_get_keywords() WHERE catcode = 'R'"


@dataclass(frozen=True)
class Template:
    """What a server of one major version is made from.

    data:     data directory to copy
    password: of the administrator in it
    settings: rows of pg_settings, as dictionaries
    keywords: reserved words
    """

    binaries: Binaries
    data: Path
    password: str
    settings: list[dict[str, Any]]
    keywords: list[str]
    version: str


def ensure(major: str, account: Account) -> Template:
    """Return the template of a major version from the cache; make it if absent. Raises PostgresMissing."""
    source = binaries.locate(major)
    cache = cache_directory(account)
    home = cache / f"postgres-{_fingerprint(source, account)}"
    with _locked(cache / "lock"):
        if not home.exists():
            _forget_unused(cache)
            _make(source, account, home)
        home.touch()
    facts = json.loads((home / "facts.json").read_text())
    return Template(Binaries(home / "install"), home / "data", **facts)


def _fingerprint(source: Binaries, account: Account) -> str:
    """Different when the programs, the account or the way a template is made are different."""
    program = source.program("postgres")
    parts = [str(program), str(program.stat().st_mtime_ns), str(account.name), BOOTSTRAP.read_text()]
    parts += [Path(module).read_text() for module in (__file__, binaries.__file__)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _forget_unused(cache: Path) -> None:
    """Delete templates of programs, or of an emulator, that nobody has used for a month."""
    for home in cache.glob("postgres-*"):
        if time.time() - home.stat().st_mtime > UNUSED_SECONDS:
            shutil.rmtree(home)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Let one process at a time make templates; the others wait and find it made."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _make(source: Binaries, account: Account, home: Path) -> None:
    with tempfile.TemporaryDirectory(dir=home.parent, prefix="making-") as scratch:
        Path(scratch).chmod(0o755)
        part = passable(Path(scratch) / "template")
        staged = binaries.stage(source, part / "install")
        password = secrets.token_urlsafe(24)
        _initdb(staged, account, part / "data", password)
        server = Server(staged, account, part / "data", ports.free(), password, part / "log")
        facts = {"password": password, "version": staged.version(), **_bootstrap(server)}
        with open(part / "facts.json", "w", opener=_private) as file:
            json.dump(facts, file)
        part.rename(home)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _initdb(staged: Binaries, account: Account, data: Path, password: str) -> None:
    data.mkdir(mode=0o700)
    account.give(data)
    with tempfile.NamedTemporaryFile("w", dir=data.parent) as file:
        file.write(password)
        file.flush()
        account.give(Path(file.name))
        command: list[str | Path] = [staged.program("initdb"), "--pgdata", data, "--username", ADMINISTRATOR]
        # Amazon RDS creates its databases in UTF8, collation en_US.UTF-8; C is the one every machine has.
        command += ["--encoding=UTF8", "--locale=C", "--auth=scram-sha-256", f"--pwfile={file.name}", "--no-sync"]
        # Small, so that a new database is.
        command += ["--wal-segsize=1"]
        done = subprocess.run(command, check=False, capture_output=True, text=True, **account.process_options)
    if done.returncode != 0:
        raise PostgresFailed(f"initdb failed: {done.stdout}{done.stderr}")


def _bootstrap(server: Server) -> dict[str, Any]:
    """Run bootstrap.sql, and return what a template tells about the server."""
    conf = {"shared_preload_libraries": LIBRARIES, "listen_addresses": "127.0.0.1", "port": str(server.port)}
    conf |= {"unix_socket_directories": "", "fsync": "off"}
    lines = [f"{name} = {config.quoted(value)}\n" for name, value in conf.items()]
    (server.data / "postgresql.conf").write_text("".join(lines))
    server.start()
    try:
        with server.connect() as connection:
            for statement in BOOTSTRAP.read_text().split(";\n"):
                if statement.strip():
                    connection.execute(statement.encode())
            settings = connection.cursor(row_factory=dict_row).execute(SETTINGS_QUERY).fetchall()
            keywords = [word for (word,) in connection.execute(KEYWORDS_QUERY)]
    finally:
        server.stop()
    return {"settings": settings, "keywords": keywords}

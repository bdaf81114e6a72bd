"""All servers of one emulator: their directories, making them from a template, and leaving nothing behind."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from emulator.context import Tls
from emulator.postgres import backup, config, ports, template
from emulator.postgres.account import Account, cache_directory
from emulator.postgres.server import HOST, POLL_SECONDS, Server
from emulator.postgres.template import Template

REAP_SECONDS = 10.0


class PortTaken(RuntimeError):
    """Something listens on a port that was asked for."""


class Fleet:
    """The servers of one emulator, by name, below one directory that nobody else uses."""

    def __init__(self, state_dir: Path, tls: Tls) -> None:
        self._account = Account.current()
        self._tls = tls
        self._root = _root(state_dir, self._account)
        self._servers: dict[str, Server] = {}
        self._ports: dict[str, int] = {}
        self._lock = threading.Lock()
        self._templates: dict[str, Template] = {}
        self._reap()
        self._root.mkdir(mode=0o755, parents=True)

    def template(self, major: str) -> Template:
        """The template of a major version. Raises PostgresMissing."""
        with self._lock:
            if major not in self._templates:
                self._templates[major] = template.ensure(major, self._account)
            return self._templates[major]

    def take_port(self, name: str, asked: int | None) -> int:
        """Give the server `name` the port asked for, or any. Raises PortTaken."""
        with self._lock:
            port = asked or next(port for port in iter(ports.free, None) if port not in self._ports.values())
            others = {taken for owner, taken in self._ports.items() if owner != name}
            if port in others or not ports.is_free(port):
                raise PortTaken(f"Port {port} of {HOST} is in use.")
            self._ports[name] = port
            return port

    def create(self, name: str, major: str, port: int) -> Server:
        """Make a server that is not started: the template's data, our certificate. Raises PostgresMissing.

        name: unique, of letters, digits and dashes
        """
        source = self.template(major)
        home = self._root / name
        home.mkdir(mode=0o755)
        data = home / "data"
        shutil.copytree(source.data, data, ignore=backup.NOT_COPIED)
        server = Server(source.binaries, self._account, data, port, source.password, home / "postgresql.log")
        self._add_certificate(data)
        self._account.give(data)
        with self._lock:
            self._servers[name] = server
        return server

    def _add_certificate(self, data: Path) -> None:
        shutil.copy(self._tls.certificate, data / config.CERTIFICATE)
        shutil.copy(self._tls.key, data / config.KEY)
        (data / config.KEY).chmod(0o600)

    def configure(self, server: Server, parameters: Mapping[str, str], force_ssl: bool) -> None:
        """Write the server's configuration; it takes effect when the server starts or reloads."""
        config.write(server.data, server.port, parameters, force_ssl)

    def copy_data(self, server: Server, name: str) -> Path:
        """Copy a server's files, running or not, so that a server started over the copy has its data of now."""
        copy = self._root / "copies" / hashlib.sha256(name.encode()).hexdigest()[:32]
        copy.parent.mkdir(mode=0o755, exist_ok=True)
        if server.running:
            backup.copy_running(server, copy)
        else:
            backup.copy_stopped(server, copy)
        return copy

    def remove_copy(self, copy: Path) -> None:
        shutil.rmtree(copy, ignore_errors=True)

    def remove(self, name: str) -> None:
        """End a server and delete its files; nothing happens if there is none."""
        with self._lock:
            server = self._servers.pop(name, None)
            self._ports.pop(name, None)
        if server is not None:
            server.stop(signal.SIGQUIT)
        shutil.rmtree(self._root / name, ignore_errors=True)

    def clear(self) -> None:
        """End all servers and delete their files."""
        with self._lock:
            names = list(self._servers)
        for name in names:
            self.remove(name)

    def shutdown(self) -> None:
        """End all servers and delete everything that this emulator wrote for them."""
        self.clear()
        shutil.rmtree(self._root, ignore_errors=True)

    def _reap(self) -> None:
        """End what an emulator that was killed left running, and delete its files."""
        for pid_file in self._root.glob("*/data/postmaster.pid"):
            pid = int(pid_file.read_text().split(maxsplit=1)[0])
            if _is_server_of(pid, pid_file.parent):
                _end(pid, pid_file.parent)
        shutil.rmtree(self._root, ignore_errors=True)


def _root(state_dir: Path, account: Account) -> Path:
    """Below the state directory if the account can get there (not in a home directory closed to others)."""
    if account.can_reach(state_dir):
        return state_dir.resolve() / "postgres"
    name = hashlib.sha256(str(state_dir.resolve()).encode()).hexdigest()[:16]
    return cache_directory(account) / f"servers-{name}"


def _is_server_of(pid: int, data: Path) -> bool:
    """Whether a process is PostgreSQL over that directory: a pid alone may be another process's by now."""
    return str(data) in _arguments(pid)


def _arguments(pid: int) -> str:
    """Command line of a process; empty if it is gone or only waits for its parent to notice."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        # No such process, or no /proc (macOS).
        return subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True).stdout


def _end(pid: int, data: Path) -> None:
    for sign in (signal.SIGQUIT, signal.SIGKILL):
        os.kill(pid, sign)
        deadline = time.monotonic() + REAP_SECONDS
        while _is_server_of(pid, data) and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
        if not _is_server_of(pid, data):
            return

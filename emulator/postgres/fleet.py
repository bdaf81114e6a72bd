"""All servers of one emulator: their directories, making them from a template, and leaving nothing behind."""

from __future__ import annotations

import hashlib
import shutil
import signal
import threading
from collections.abc import Mapping
from pathlib import Path

from emulator.context import Tls
from emulator.postgres import backup, config, ports, template
from emulator.postgres.account import Account, passable
from emulator.postgres.directories import Directories
from emulator.postgres.leftovers import servers_directory
from emulator.postgres.server import HOST, Server
from emulator.postgres.template import Template

COPIES = "copies"


class PortTaken(RuntimeError):
    """Something listens on a port that was asked for."""


class Fleet:
    """The servers of one emulator, by name, below one directory that nobody else uses."""

    def __init__(self, state_dir: Path, tls: Tls) -> None:
        self._account = Account.current()
        self._tls = tls
        self._root = passable(servers_directory(state_dir))
        self._directories = Directories(self._root)
        self._servers: dict[str, Server] = {}
        self._ports: dict[str, int] = {}
        self._lock = threading.Lock()
        self._templates: dict[str, Template] = {}

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

    def create(self, name: str, major: str, port: int, copy: Path | None = None) -> Server:
        """Make a server that is not started, with our certificate. Raises PostgresMissing.

        name: unique, of letters, digits and dashes
        copy: of the data that it shall have, by copy_data; without, it is a new one
        """
        source = self.template(major)
        home = passable(self._root / name)
        data = home / "data"
        self._directories.copy(copy or source.data, data, *backup.TRANSIENT)
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
        copy = passable(self._root / COPIES) / hashlib.sha256(name.encode()).hexdigest()[:32]
        backup.copy_data(server, copy, self._directories)
        return copy

    def remove_copy(self, copy: Path) -> None:
        self._directories.discard(copy)

    def remove(self, name: str) -> None:
        """End a server and delete its files; nothing happens if there is none."""
        with self._lock:
            server = self._servers.pop(name, None)
            self._ports.pop(name, None)
        if server is not None:
            server.stop(signal.SIGQUIT)
            self._directories.discard(server.data)
        shutil.rmtree(self._root / name, ignore_errors=True)

    def clear(self) -> None:
        """End all servers and delete their files."""
        with self._lock:
            names = list(self._servers)
        for name in names:
            self.remove(name)
        for copy in (self._root / COPIES).glob("*"):
            self._directories.discard(copy)

    def shutdown(self) -> None:
        """End all servers and delete everything that this emulator wrote for them."""
        self.clear()
        shutil.rmtree(self._root, ignore_errors=True)

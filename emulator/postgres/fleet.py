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
from emulator.postgres.endpoints import Endpoints, Target
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
        self._endpoints = Endpoints()

    def template(self, major: str) -> Template:
        """The template of a major version. Raises PostgresMissing."""
        with self._lock:
            if major not in self._templates:
                self._templates[major] = template.ensure(major, self._account)
            return self._templates[major]

    def take_port(self, name: str, asked: int | None, *more_hosts: str) -> int:
        """Give the server `name` the port asked for, or any that is free on all these hosts. Raises PortTaken."""
        hosts = (HOST, *more_hosts)
        with self._lock:
            others = {taken for owner, taken in self._ports.items() if owner != name}
            port = asked or next(port for port in iter(ports.free, None) if _is_free(port, others, hosts))
            if not _is_free(port, others, hosts):
                raise PortTaken(f"Port {port} of {HOST} is in use.")
            self._ports[name] = port
            return port

    def open_endpoint(self, host: str, port: int, target: Target) -> None:
        """Let an address lead to one server or another."""
        self._endpoints.open(host, port, target)

    def close_endpoint(self, host: str, port: int) -> None:
        self._endpoints.close(host, port)

    def give_back_port(self, name: str) -> None:
        with self._lock:
            self._ports.pop(name, None)

    def create(self, name: str, major: str, port: int, copy: Path | None = None) -> Server:
        """Make a server that is not started, with our certificate. Raises PostgresMissing.

        name: unique, of letters, digits and dashes
        copy: of the data that it shall have, by copy_data; without, it is a new one
        """
        server = self._new(name, major, port)
        self._directories.copy(copy or self.template(major).data, server.data, *backup.TRANSIENT)
        self._take_in(name, server)
        return server

    def create_standby(self, name: str, major: str, port: int, primary: Server, upstream: int) -> Server:
        """Make a server that is not started, with the data of another, which it will follow.

        upstream: port where the other is, also when it is not the same one any more
        https://www.postgresql.org/docs/16/warm-standby.html#STREAMING-REPLICATION
        """
        server = self._new(name, major, port)
        backup.copy_data(primary, server.data, self._directories)
        server.upstream = upstream
        (server.data / config.STANDBY_SIGNAL).touch()
        login = server.data / config.UPSTREAM_LOGIN
        login.touch(mode=0o600)
        login.write_text(f"*:*:*:*:{server.password}\n")
        self._take_in(name, server)
        return server

    def _new(self, name: str, major: str, port: int) -> Server:
        source, home = self.template(major), passable(self._root / name)
        return Server(source.binaries, self._account, home / "data", port, source.password, home / "postgresql.log")

    def _take_in(self, name: str, server: Server) -> None:
        self._add_certificate(server.data)
        self._account.give(server.data)
        with self._lock:
            self._servers[name] = server

    def _add_certificate(self, data: Path) -> None:
        shutil.copy(self._tls.certificate, data / config.CERTIFICATE)
        shutil.copy(self._tls.key, data / config.KEY)
        (data / config.KEY).chmod(0o600)

    def configure(self, server: Server, parameters: Mapping[str, str], force_ssl: bool) -> None:
        """Write the server's configuration; it takes effect when the server starts or reloads."""
        config.write(server.data, server.port, parameters, force_ssl, server.upstream)

    def copy_data(self, server: Server, name: str) -> Path:
        """Copy a server's files, running or not, so that a server started over the copy has its data of now."""
        copy = passable(self._root / COPIES) / hashlib.sha256(name.encode()).hexdigest()[:32]
        backup.copy_data(server, copy, self._directories)
        return copy

    def copy_copy(self, source: Path, name: str) -> Path:
        """Copy what copy_data made."""
        copy = passable(self._root / COPIES) / hashlib.sha256(name.encode()).hexdigest()[:32]
        self._directories.copy(source, copy)
        return copy

    def remove_copy(self, copy: Path) -> None:
        self._directories.discard(copy)

    def remove(self, name: str, keep_port: bool = False) -> None:
        """End a server and delete its files; nothing happens if there is none."""
        with self._lock:
            server = self._servers.pop(name, None)
            if not keep_port:
                self._ports.pop(name, None)
        if server is not None:
            server.stop(signal.SIGQUIT)
            self._directories.discard(server.data)
        shutil.rmtree(self._root / name, ignore_errors=True)

    def clear(self) -> None:
        """End all servers and delete their files."""
        self._endpoints.close_all()
        with self._lock:
            names = list(self._servers)
        for name in names:
            self.remove(name)
        for copy in (self._root / COPIES).glob("*"):
            self._directories.discard(copy)

    def shutdown(self) -> None:
        """End all servers and delete everything that this emulator wrote for them."""
        self.clear()
        self._endpoints.shutdown()
        shutil.rmtree(self._root, ignore_errors=True)


def _is_free(port: int, taken: set[int], hosts: tuple[str, ...]) -> bool:
    return port not in taken and all(ports.is_free(port, host) for host in hosts)

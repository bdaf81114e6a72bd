"""The configuration files of a server: postgresql.conf and pg_hba.conf."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from emulator.postgres.server import ADMINISTRATOR, HOST

CERTIFICATE = "server.crt"
KEY = "server.key"


def postgresql_conf(port: int, parameters: Mapping[str, str]) -> str:
    """Text of postgresql.conf: the parameters, and after them, so that they win, what the emulator needs.

    port:       TCP port
    parameters: by PostgreSQL's names, in PostgreSQL's base units
    """
    fixed = {
        "listen_addresses": HOST,
        "port": str(port),
        "unix_socket_directories": "",
        "ssl": "on",
        "ssl_cert_file": CERTIFICATE,
        "ssl_key_file": KEY,
        "logging_collector": "off",
        # Data here do not outlive the emulator: nothing to save from a power cut.
        "fsync": "off",
        "full_page_writes": "off",
    }
    return "".join(f"{name} = {quoted(value)}\n" for name, value in {**parameters, **fixed}.items())


def quoted(value: str) -> str:
    """https://www.postgresql.org/docs/16/config-setting.html : quotes are doubled; backslashes are escapes."""
    escaped = value.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def pg_hba_conf(force_ssl: bool) -> str:
    """Text of pg_hba.conf: passwords only; the administrator's database is closed to everybody else.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html
    """
    kind = "hostssl" if force_ssl else "host"
    return (
        f"host all {ADMINISTRATOR} {HOST}/32 scram-sha-256\n"
        f"host {ADMINISTRATOR} all {HOST}/32 reject\n"
        f"{kind} all all {HOST}/32 scram-sha-256\n"
        # As on RDS, a standby or a logical consumer may connect.
        f"{kind} replication all {HOST}/32 scram-sha-256\n"
    )


def write(data: Path, port: int, parameters: Mapping[str, str], force_ssl: bool) -> None:
    """Write both files of a data directory."""
    (data / "postgresql.conf").write_text(postgresql_conf(port, parameters))
    (data / "pg_hba.conf").write_text(pg_hba_conf(force_ssl))

"""The configuration files of a server: postgresql.conf and pg_hba.conf."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from emulator.postgres.server import ADMINISTRATOR, HOST

CERTIFICATE = "server.crt"
KEY = "server.key"
UPSTREAM_LOGIN = "upstream.pgpass"
# https://www.postgresql.org/docs/16/warm-standby.html#STANDBY-SERVER-SETUP
STANDBY_SIGNAL = "standby.signal"


def postgresql_conf(port: int, parameters: Mapping[str, str], upstream: int | None = None) -> str:
    """Text of postgresql.conf: the parameters, and after them, so that they win, what the emulator needs.

    port:       TCP port
    parameters: by PostgreSQL's names, in PostgreSQL's base units
    upstream:   port of HOST where a standby finds the server that it follows
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
    if upstream is not None:
        fixed |= {
            # The password is in a file: who may read all settings must not read it.
            "primary_conninfo": (
                f"host={HOST} port={upstream} user={ADMINISTRATOR} passfile={UPSTREAM_LOGIN} sslmode=disable"
            ),
            "wal_retrieve_retry_interval": "100",
            "hot_standby": "on",
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
        f"host replication {ADMINISTRATOR} {HOST}/32 scram-sha-256\n"
        f"host {ADMINISTRATOR} all {HOST}/32 reject\n"
        f"{kind} all all {HOST}/32 scram-sha-256\n"
        # As on RDS, a standby or a logical consumer may connect.
        f"{kind} replication all {HOST}/32 scram-sha-256\n"
    )


def write(data: Path, port: int, parameters: Mapping[str, str], force_ssl: bool, upstream: int | None = None) -> None:
    """Write both files of a data directory."""
    (data / "postgresql.conf").write_text(postgresql_conf(port, parameters, upstream))
    (data / "pg_hba.conf").write_text(pg_hba_conf(force_ssl))

"""Copies of a server's files that a server can be started over.

https://www.postgresql.org/docs/16/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP
"""

from __future__ import annotations

from pathlib import Path

from emulator.postgres.directories import Directories, mirror
from emulator.postgres.server import Server

# These say which process has the files and what it is to do, or last less than a process.
TRANSIENT = ("standby.signal", "upstream.pgpass", "postmaster.pid", "postmaster.opts", "pgsql_tmp", "pg_internal.init")
WAL = "pg_wal"


def copy_data(server: Server, copy: Path, directories: Directories) -> None:
    """Copy a server's files to a directory that does not exist."""
    if server.running:
        _copy_running(server, copy, directories)
    else:
        directories.copy(server.data, copy, *TRANSIENT)


def _copy_running(server: Server, copy: Path, directories: Directories) -> None:
    """Copy while the server works; the write-ahead log of meanwhile makes the copy whole when it is started."""
    with server.connect() as connection:
        connection.execute("SELECT pg_backup_start('snapshot', true)")
        directories.copy(server.data, copy, *TRANSIENT, WAL)
        label = connection.execute("SELECT labelfile FROM pg_backup_stop(false)").fetchone()
    if label is None:
        raise RuntimeError("pg_backup_stop answered nothing")
    (copy / "backup_label").write_text(label[0])
    mirror(server.data / WAL, copy / WAL)

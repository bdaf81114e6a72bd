"""Copies of a server's files that a server can be started over.

https://www.postgresql.org/docs/16/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP
"""

from __future__ import annotations

import shutil
from pathlib import Path

from emulator.postgres.server import Server

# These say which process has the files, or last less than a process.
NOT_COPIED = shutil.ignore_patterns("postmaster.pid", "postmaster.opts", "pgsql_tmp*", "pg_internal.init")
WITHOUT_WAL = shutil.ignore_patterns("postmaster.pid", "postmaster.opts", "pgsql_tmp*", "pg_internal.init", "pg_wal")


def copy_stopped(server: Server, copy: Path) -> None:
    shutil.copytree(server.data, copy, ignore=NOT_COPIED)


def copy_running(server: Server, copy: Path) -> None:
    """Copy while the server works; the write-ahead log of meanwhile makes the copy whole when it is started."""
    with server.connect() as connection:
        connection.execute("SELECT pg_backup_start('snapshot', true)")
        shutil.copytree(server.data, copy, ignore=WITHOUT_WAL)
        label = connection.execute("SELECT labelfile FROM pg_backup_stop(false)").fetchone()
    if label is None:
        raise RuntimeError("pg_backup_stop answered nothing")
    (copy / "backup_label").write_text(label[0])
    shutil.copytree(server.data / "pg_wal", copy / "pg_wal")

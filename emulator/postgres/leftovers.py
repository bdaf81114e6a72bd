"""Servers of an emulator that was killed: found by their pid files, ended, and deleted."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from emulator.postgres.account import Account, cache_directory

REAP_SECONDS = 10.0
POLL_SECONDS = 0.02


def servers_directory(state_dir: Path) -> Path:
    """Where the servers of an emulator are.

    Below its state directory, if PostgreSQL's account can get there (and not in a home directory closed to others).
    """
    account, state_dir = Account.current(), state_dir.resolve()
    if account.can_reach(state_dir):
        return state_dir / "postgres"
    name = hashlib.sha256(str(state_dir).encode()).hexdigest()[:16]
    return cache_directory(account) / f"servers-{name}"


def reap(state_dir: Path) -> None:
    """End the servers that run below a state directory whose emulator is gone, and delete their files."""
    directory = servers_directory(state_dir)
    for pid_file in directory.glob("*/data/postmaster.pid"):
        pid = int(pid_file.read_text().split(maxsplit=1)[0])
        if is_server_of(pid, pid_file.parent):
            _end(pid, pid_file.parent)
    shutil.rmtree(directory, ignore_errors=True)


def is_server_of(pid: int, data: Path) -> bool:
    """Whether a process is PostgreSQL over that directory: a pid alone may be another process's by now."""
    return str(data) in _arguments(pid)


def _arguments(pid: int) -> str:
    """Command line of a process; empty if it is gone or only waits for its parent to notice."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        # No such process, or no /proc (macOS).
        command = ["ps", "-o", "args=", "-p", str(pid)]
        output: str = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        return output


def _end(pid: int, data: Path) -> None:
    for sign in (signal.SIGQUIT, signal.SIGKILL):
        os.kill(pid, sign)
        deadline = time.monotonic() + REAP_SECONDS
        while is_server_of(pid, data) and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
        if not is_server_of(pid, data):
            return

"""Ending processes with all that they have started."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def kill_tree(pid: int) -> None:
    """Kill a process and all its descendants. Each is stopped before its children are listed, so that it makes no more.

    Ansible's workers, and hence modules, are in sessions of their own: the process group does not have them.
    """
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGSTOP)
        for child in list(_children(pid)):
            kill_tree(child)
        os.kill(pid, signal.SIGKILL)


def _children(pid: int) -> Iterator[int]:
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            # The name of the program, in parentheses, may have spaces.
            if int(status.read_text().rpartition(")")[2].split()[1]) == pid:
                yield int(status.parent.name)

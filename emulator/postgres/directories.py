"""Directories of PostgreSQL's thousand files, used again and again."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import threading
from pathlib import Path


class Directories:
    """Keeps directories that are no longer needed, for the next that needs one.

    Deleting and making them would be simple, but ext4 gives no recently deleted inode to a new file and looks at them
    one by one: with some databases just deleted, as between two tests, the next takes seconds instead of 0.2 s.
    """

    def __init__(self, root: Path) -> None:
        self._spares = root / "spares"
        self._numbers = itertools.count()
        self._lock = threading.Lock()

    def copy(self, source: Path, target: Path, *without: str) -> None:
        """Make `target`, which does not exist, a copy of `source` without the files and directories of these names."""
        with self._lock:
            spare = next(self._spares.iterdir(), None) if self._spares.exists() else None
            if spare is not None:
                spare.rename(target)
        mirror(source, target, *without)

    def discard(self, directory: Path) -> None:
        """Take a directory away; nothing happens if it does not exist."""
        with self._lock:
            if directory.exists():
                self._spares.mkdir(exist_ok=True)
                directory.rename(self._spares / str(next(self._numbers)))


def mirror(source: Path, target: Path, *without: str) -> None:
    """Make `target` what `source` is, writing into the files that it has already."""
    for directory, names, files in os.walk(source):
        here = target / Path(directory).relative_to(source)
        here.mkdir(mode=0o700, exist_ok=True)
        names[:] = [name for name in names if name not in without]
        files = [name for name in files if name not in without]
        for extra in {path.name for path in here.iterdir()} - {*names, *files}:
            _delete(here / extra)
        for name in files:
            # A running server deletes files, which its write-ahead log then deletes from the copy too.
            with contextlib.suppress(FileNotFoundError):
                _overwrite(Path(directory, name), here / name)


def _overwrite(source: Path, target: Path) -> None:
    """Copy a file without emptying the target first, after which ext4 would write it to the disk at once."""
    with source.open("rb") as content:
        target.touch(mode=0o600)
        with target.open("r+b") as file:
            shutil.copyfileobj(content, file)
            file.truncate()


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()

"""The operating-system account that PostgreSQL runs as, and which places that account can reach."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

UNPRIVILEGED = "nobody"


@dataclass(frozen=True)
class Account:
    """Our own account, or, as PostgreSQL refuses to be root, an unprivileged one when we are root.

    name: account to drop to; None = stay who we are
    """

    name: str | None

    @classmethod
    def current(cls) -> Account:
        return cls(UNPRIVILEGED if os.geteuid() == 0 else None)

    @cached_property
    def _entry(self) -> pwd.struct_passwd | None:
        return pwd.getpwnam(self.name) if self.name else None

    @property
    def process_options(self) -> dict[str, Any]:
        """Arguments of subprocess.Popen and run that drop to the account."""
        if self._entry is None:
            return {}
        return {"user": self._entry.pw_uid, "group": self._entry.pw_gid, "extra_groups": []}

    def give(self, *paths: Path) -> None:
        """Make the account the owner of the paths, and of everything below them."""
        if self._entry is None:
            return
        for path in paths:
            _chown(path, self._entry)
            for inner in path.rglob("*"):
                _chown(inner, self._entry)

    def can_reach(self, directory: Path) -> bool:
        """Whether the account may pass through the directory, or through what exists of the way to it."""
        existing = next(path for path in (directory, *directory.parents) if path.exists())
        return subprocess.run(["test", "-x", existing], check=False, **self.process_options).returncode == 0


def _chown(path: Path, entry: pwd.struct_passwd) -> None:
    os.chown(path, entry.pw_uid, entry.pw_gid, follow_symlinks=False)


def cache_directory(account: Account) -> Path:
    """Per-user directory for what is expensive to make and the same for every emulator; made if absent.

    $XDG_CACHE_HOME or ~/.cache; under /var/cache when that is root's home, which the account cannot enter.
    """
    own = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    base = own if account.can_reach(own) else Path("/var/cache")
    return passable(base / "pgfleet-emulator")


def passable(directory: Path) -> Path:
    """Make a directory, if absent, that every account may pass through whatever the umask."""
    if not directory.exists():
        directory.mkdir(parents=True)
        directory.chmod(0o755)
    return directory

"""Run the unit tests by ansible-test units, with the ansible-core of this Python: each in a process of its own.

    python -m tools.units                                  all
    python -m tools.units tests/unit/plugins/filter/       what ansible-test takes

ansible-test wants the checkout at a path that names the collection, and imports the tests by that name. Its copy holds
what git has or would have, so that nothing made beside it counts.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.collection import ROOT, supply_dependencies

TRACKED = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")


def main() -> int:
    """The exit status of ansible-test."""
    python = ".".join(map(str, sys.version_info[:2]))
    with tempfile.TemporaryDirectory(prefix="pgfleet-units-") as made:
        where = Path(made, "ansible_collections", "pgfleet", "aws")
        copy(where)
        (where / ".postgres").symlink_to(ROOT / ".postgres")
        supply_dependencies(Path(made))
        command = ["ansible-test", "units", "--color", "no", "--python", python, *sys.argv[1:]]
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        return subprocess.run(command, cwd=where, env=environment, check=False).returncode


def copy(where: Path) -> None:
    """What git has of the checkout, with what is not committed yet."""
    listed = subprocess.run(TRACKED, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    for name in filter(None, listed.split("\0")):
        source, target = ROOT / name, where / name
        if not (source.exists() or source.is_symlink()):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target, follow_symlinks=False)


if __name__ == "__main__":
    sys.exit(main())

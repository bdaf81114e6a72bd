"""Run Galaxy's own importer on the package: it must neither refuse it nor warn of it.

    python -m tools.importer

It wants versions of packages that the linters here do not, so it has an environment of its own, below .cache, in which
the ansible package brings the collections that ours depends on.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from tools.collection import ROOT, build

# How the lines begin that are not progress.
LOUD = ("WARNING:", "ERROR:", "Traceback")


def main() -> int:
    """1 when the importer refused the package or found something."""
    environment = ROOT / ".cache" / "galaxy-importer"
    wanted = ["galaxy-importer", f"ansible=={version('ansible')}", f"ansible-core=={version('ansible-core')}", "boto3"]
    for command in (
        ["venv", "--allow-existing", str(environment)],
        ["pip", "install", "--python", str(environment), *wanted],
    ):
        subprocess.run(["uv", *command, "--quiet"], check=True)
    programs = str(environment / "bin")
    variables = {**os.environ, "PATH": os.pathsep.join([programs, os.environ["PATH"]])}
    with tempfile.TemporaryDirectory(prefix="pgfleet-importer-") as made:
        command = [f"{programs}/python", "-m", "galaxy_importer.main", str(build(Path(made)))]
        done = subprocess.run(
            command, cwd=made, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
    found = [line for line in done.stdout.splitlines() if line.startswith(LOUD)]
    print("\n".join(found) if done.returncode == 0 else done.stdout)
    return int(bool(found) or done.returncode != 0)


if __name__ == "__main__":
    sys.exit(main())

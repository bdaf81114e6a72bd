"""Run Galaxy's own importer on the package: it must take it, list all that is in it, and neither refuse nor warn.

    python -m tools.importer

It wants versions of packages that the linters here do not, so it has an environment of its own, below .cache, in which
the ansible package brings the collections that ours depends on. It does there all that it can do without a container:
what it would have ansible-test do in one, `python -m tools.sanity` does.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tools.collection import ROOT, build

# How the lines begin that are not progress.
LOUD = ("WARNING:", "ERROR:", "Traceback")
# https://github.com/ansible/galaxy-importer#configuration. Off: ansible-test, which it runs by Docker alone; and, as on
# Galaxy, flake8, which wants slices and operators otherwise than ruff, which formats ours.
CONFIGURATION = """\
[galaxy-importer]
check_changelog = true
check_required_tags = true
offline_ansible_lint = true
run_ansible_doc = true
run_ansible_lint = true
run_ansible_test = false
run_flake8 = false
"""
TIMED_OUT = "It gives ansible-lint 180 s, which is a matter of this machine's load: try again when it is idle."


def main() -> int:
    """1 when the importer refused the package, found something, or passed over something."""
    environment = ROOT / ".cache" / "galaxy-importer" / version("ansible-core")
    for command in (
        ["venv", "--allow-existing", "--python", sys.executable, str(environment)],
        ["pip", "sync", "--python", str(environment), "--require-hashes", "requirements/importer.txt"],
    ):
        subprocess.run(["uv", *command, "--quiet"], cwd=ROOT, check=True)
    with tempfile.TemporaryDirectory(prefix="pgfleet-importer-") as made:
        status, said = imported(environment / "bin", build(Path(made)))
        result = Path(made, "importer_result.json")
        problems = list(found(status, said, json.loads(result.read_text()) if result.exists() else None))
    print("\n".join([said, "", *problems] if problems else ["Galaxy's importer takes the package, without a warning."]))
    return int(bool(problems))


def imported(programs: Path, package: Path) -> tuple[int, str]:
    """The importer's exit status and what it said; its result lies beside the package."""
    settings = package.with_name("galaxy-importer.cfg")
    settings.write_text(CONFIGURATION)
    variables = {
        **os.environ,
        "PATH": os.pathsep.join([str(programs), os.environ["PATH"]]),
        "GALAXY_IMPORTER_CONFIG": str(settings),
    }
    command = [str(programs / "python"), "-m", "galaxy_importer.main", str(package)]
    done = subprocess.run(
        command,
        cwd=package.parent,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def found(status: int, said: str, result: dict[str, Any] | None) -> Iterator[str]:
    """What is wrong. That all of ours is listed shows that it looked: it passes over what it cannot read."""
    if status != 0 or result is None:
        yield f"Galaxy's importer refused the package (exit status {status})."
        return
    yield from (line for line in said.splitlines() if line.startswith(LOUD))
    if "Timeout on call to ansible-lint" in said:
        yield TIMED_OUT
    listed = {(item["content_type"], item["name"]) for item in result["contents"]}
    yield from (f"{kind} {name} is in the package but not listed." for kind, name in sorted(ours() - listed))
    documented = {item["content_name"] for item in result["docs_blob"]["contents"] if item["doc_strings"]}
    modules = {name for kind, name in ours() if kind == "module"}
    yield from (f"The documentation of module {name} was not read." for name in sorted(modules - documented))


def ours() -> set[tuple[str, str]]:
    """The modules, roles and playbooks of the collection, as the importer calls their kinds."""
    return {
        *(("module", path.stem) for path in ROOT.glob("plugins/modules/*.py")),
        *(("role", path.parent.name) for path in ROOT.glob("roles/*/tasks")),
        *(("playbook", path.name) for path in ROOT.glob("playbooks/*.yml")),
    }


if __name__ == "__main__":
    sys.exit(main())

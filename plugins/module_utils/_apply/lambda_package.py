# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Building a Lambda package from a directory, locked requirements and further files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from ansible_collections.pgfleet.aws.plugins.module_utils import _package
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Problem
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused, refuse_problems

CACHE = ".lambda_package"
# Nothing is built here, and nothing comes in that the lock file does not name with its hash.
LOCKED = ("--require-hashes", "--no-deps", "--only-binary", ":all:")
WORDS_SHOWN = 2000


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a package is made of: a directory, a lock file or None, further files by their paths in the package."""

    source: Path
    requirements: Path | None
    extra_files: Mapping[str, Path]


def package(inputs: Inputs, directory: Path) -> bytes:
    """The package, built unless ``directory`` has that of the same inputs already. Raises Refused."""
    refuse_problems(_problems(inputs))
    own = tree(inputs.source, f"{inputs.source.name}/")
    extra = {path: file.read_bytes() for path, file in inputs.extra_files.items()}
    lock = {"requirements": inputs.requirements.read_bytes()} if inputs.requirements else {}
    cache = directory / CACHE
    kept = cache / f"{_package.digest({'source': own, 'extra': extra, 'lock': lock})}.zip"
    if kept.exists():
        return kept.read_bytes()
    vendored = _vendored(inputs.requirements, cache) if inputs.requirements else {}
    _refuse_twice(own, extra, vendored)
    built = _package.archive({**vendored, **own, **extra})
    _keep(kept, built)
    return built


def put(content: bytes, target: Path) -> None:
    """Write whole or not at all."""
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as part:
        part.write(content)
    Path(part.name).chmod(0o644)
    Path(part.name).replace(target)


def tree(directory: Path, prefix: str = "") -> dict[str, bytes]:
    """The files below a directory, without caches and hidden ones, by their paths."""
    return {prefix + path: (directory / path).read_bytes() for path in _paths(directory) if _package.is_source(path)}


def _paths(directory: Path) -> Iterator[str]:
    for here, _directories, names in os.walk(directory):
        for name in names:
            yield Path(here, name).relative_to(directory).as_posix()


def _problems(inputs: Inputs) -> Iterator[Problem]:
    if not inputs.source.is_dir():
        yield Problem("source", str(inputs.source), "There is no such directory. Name the function's own package.")
    if inputs.requirements and not inputs.requirements.is_file():
        yield Problem("requirements", str(inputs.requirements), "There is no such file. Name a lock file with hashes.")
    for path, file in inputs.extra_files.items():
        if path.startswith("/") or ".." in path.split("/") or not path:
            yield Problem("extra_files", path, "A path in the package is relative, and does not lead out of it.")
        if not file.is_file():
            yield Problem(f"extra_files.{path}", str(file), "There is no such file.")


def _refuse_twice(*parts: Mapping[str, bytes]) -> None:
    seen: set[str] = set()
    twice: set[str] = set()
    for files in parts:
        twice |= seen & files.keys()
        seen |= files.keys()
    problems = [
        Problem("extra_files", path, "The package has this file already: choose another path.") for path in twice
    ]
    refuse_problems(sorted(problems, key=str))


def _keep(kept: Path, built: bytes) -> None:
    """Keep the package; those of other inputs have had their day."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    put(built, kept)
    for other in kept.parent.glob("*.zip"):
        if other != kept:
            other.unlink(missing_ok=True)


def _vendored(requirements: Path, cache: Path) -> dict[str, bytes]:
    """The files of the locked wheels. They are kept too: a change of the source alone needs no network."""
    kept = cache / f"wheels-{_package.digest({'lock': {'requirements': requirements.read_bytes()}})}"
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix="part-") as part:
            target = Path(part, "wheels")
            _install(requirements, target)
            _keep_wheels(target, kept)
    files = {path: (kept / path).read_bytes() for path in _paths(kept) if _package.is_vendored(path)}
    compiled = _package.compiled(files)
    if compiled:
        message = "These run on one kind of machine alone. Lock wheels in pure Python."
        raise Refused([Problem("requirements", ", ".join(compiled), message)])
    return files


def _keep_wheels(target: Path, kept: Path) -> None:
    """Keep the wheels of this lock file alone. Another run, for another host, may have put the same there meanwhile."""
    for other in kept.parent.glob("wheels-*"):
        if other != kept:
            shutil.rmtree(other, ignore_errors=True)
    try:
        target.rename(kept)
    except OSError:
        if not kept.is_dir():
            raise


def _install(requirements: Path, target: Path) -> None:
    """Raises Refused with the installer's own words."""
    command = [*_installer(), *LOCKED, "--target", str(target), "--requirement", str(requirements)]
    # run_command is AnsibleModule's, and the lookup plugin that packages too has no module.
    # pylint: disable-next=ansible-bad-function
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()[-WORDS_SHOWN:]
        message = f"{Path(command[0]).name} could not install it. Is the package index within reach? It says:\n{said}"
        raise Refused([Problem("requirements", str(requirements), message)])


def _installer() -> Sequence[str]:
    """uv where there is one, because it is fast; otherwise the interpreter's own pip. Raises Refused."""
    beside = Path(sys.executable).with_name("uv")
    uv = str(beside) if beside.exists() else shutil.which("uv")
    if uv:
        return [uv, "pip", "install", "--quiet", "--python", sys.executable]
    if find_spec("pip"):
        return [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-compile",
            "--disable-pip-version-check",
            "--no-input",
        ]
    message = "Neither uv nor pip is there to install the requirements: install one of them for the Python of Ansible."
    raise Refused([Problem("requirements", sys.executable, message)])

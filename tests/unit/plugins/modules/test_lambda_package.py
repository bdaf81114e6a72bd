"""lambda_package: what gets into the zip, that it is the same everywhere, and when it is built."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils import _package
from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._apply import lambda_package as building
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused
from ansible_collections.pgfleet.aws.plugins.modules import lambda_package

from tests.unit.modules import asked

NO_CLIENTS = Clients(lambda *_given, **_more: pytest.fail("asked AWS"))
# Computed with CPython 3.11, and the same with 3.13.
KNOWN = "yD43brlbv8ZCsxvXKpCoHd9AAgsCN9kxDzfx3Z9V+Rw="
WHEELS = {
    "driver/__init__.py": "x = 1\n",
    "driver/__pycache__/__init__.cpython-311.pyc": "machine's",
    "driver-1.0.dist-info/METADATA": "Name: driver\n",
    "driver-1.0.dist-info/licenses/LICENSE": "free\n",
    "driver-1.0.dist-info/RECORD": "machine's",
    "driver-1.0.dist-info/INSTALLER": "machine's",
    "driver-1.0.dist-info/direct_url.json": "machine's",
    "bin/driver": "#!/machine's/python",
    ".lock": "machine's",
}


class Installer:
    """pip or uv: puts WHEELS down, or says why not."""

    def __init__(self, wheels: dict[str, str], code: int = 0) -> None:
        self.wheels, self.code = wheels, code
        self.commands: list[list[str]] = []

    def __call__(self, command: list[str], **_options: Any) -> Any:
        self.commands.append(command)
        target = Path(command[command.index("--target") + 1])
        for path, content in self.wheels.items():
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            (target / path).write_text(content)
        return SimpleNamespace(returncode=self.code, stderr="", stdout="No route to host")


@pytest.fixture
def installer(monkeypatch: pytest.MonkeyPatch) -> Installer:
    made = Installer(WHEELS)
    monkeypatch.setattr(subprocess, "run", made)
    return made


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A directory with the inputs of a package."""
    write(tmp_path / "in" / "function" / "handler.py", "handle = None\n")
    write(tmp_path / "in" / "function" / "sql" / "one.sql", "SELECT 1;\n")
    write(tmp_path / "in" / "function" / "__pycache__" / "handler.cpython-311.pyc", "machine's")
    write(tmp_path / "in" / "function" / ".DS_Store", "machine's")
    write(tmp_path / "in" / "ca.pem", "certificates\n")
    write(tmp_path / "in" / "lock.txt", "driver==1.0 --hash=sha256:00\n")
    return tmp_path / "in"


def write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


def build(made: Path, dest: Path, *, check: bool = False, **options: Any) -> dict[str, Any]:
    given = {
        "source": str(made / "function"),
        "requirements": str(made / "lock.txt"),
        "extra_files": {"certificates/ca.pem": str(made / "ca.pem")},
        **options,
    }
    return lambda_package.ensure(asked(lambda_package.SPEC, check=check, dest=str(dest), **given), NO_CLIENTS)


def test_what_is_in_it(made: Path, tmp_path: Path, installer: Installer) -> None:
    dest = tmp_path / "out" / "function.zip"
    result = build(made, dest)
    with zipfile.ZipFile(dest) as package:
        entries = package.infolist()
        assert package.read("function/handler.py") == b"handle = None\n"
    assert [entry.filename for entry in entries] == [
        "certificates/ca.pem",
        "driver-1.0.dist-info/METADATA",
        "driver-1.0.dist-info/licenses/LICENSE",
        "driver/__init__.py",
        "function/handler.py",
        "function/sql/one.sql",
    ]
    assert {(entry.date_time, entry.external_attr, entry.compress_type) for entry in entries} == {
        ((1980, 1, 1, 0, 0, 0), 0o100644 << 16, zipfile.ZIP_STORED)
    }
    content = dest.read_bytes()
    assert (result["changed"], result["path"], result["size_bytes"]) == (True, str(dest), len(content))
    assert result["sha256"] == _package.code_sha256(content)
    assert {"--require-hashes", "--no-deps", "--only-binary"} <= set(installer.commands[0])


def test_the_hash_is_lambda_s() -> None:
    """openssl dgst -sha256 -binary </dev/null | base64"""
    assert _package.code_sha256(b"") == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


def test_a_zip_that_is_known() -> None:
    """Byte for byte: a change here means that every function is deployed anew."""
    archive = _package.archive({"b/c.py": b"x\n", "a.pem": b""})
    assert _package.code_sha256(archive) == KNOWN


def test_the_order_in_which_a_directory_is_read_does_not_matter() -> None:
    one, other = {"a": b"1", "b": b"2"}, {"b": b"2", "a": b"1"}
    assert _package.archive(one) == _package.archive(other)
    assert _package.digest({"source": one, "lock": {}}) == _package.digest({"lock": {}, "source": other})
    assert _package.digest({"source": one}) != _package.digest({"extra": one})


@pytest.mark.usefixtures("installer")
def test_neither_times_nor_modes_nor_order_nor_caches_matter(made: Path, tmp_path: Path) -> None:
    first = build(made, tmp_path / "one" / "function.zip")["sha256"]
    (made / "function" / "handler.py").unlink()
    write(made / "function" / "handler.py", "handle = None\n")
    (made / "function" / "handler.py").chmod(0o700)
    os.utime(made / "function" / "sql" / "one.sql", (0, 0))
    write(made / "function" / "sql" / "__pycache__" / "x.pyc", "other")
    assert build(made, tmp_path / "two" / "function.zip")["sha256"] == first


def test_nothing_is_built_while_the_inputs_are_the_same(made: Path, tmp_path: Path, installer: Installer) -> None:
    dest = tmp_path / "function.zip"
    first = build(made, dest)
    mark = dest.stat().st_mtime_ns
    again = build(made, dest)
    assert (again["changed"], again["diff"], again["sha256"]) == (False, [], first["sha256"])
    assert dest.stat().st_mtime_ns == mark
    assert len(installer.commands) == 1


Change = Callable[[Path], None]


@pytest.mark.parametrize(
    ("change", "installs"),
    [
        (lambda made: write(made / "function" / "handler.py", "handle = 1\n"), 1),
        (lambda made: write(made / "function" / "more.py", ""), 1),
        (lambda made: (made / "function" / "sql" / "one.sql").rename(made / "function" / "sql" / "two.sql"), 1),
        (lambda made: write(made / "ca.pem", "others\n"), 1),
        (lambda made: write(made / "lock.txt", "driver==1.1 --hash=sha256:00\n"), 2),
    ],
)
def test_every_input_counts(made: Path, tmp_path: Path, installer: Installer, change: Change, installs: int) -> None:
    dest = tmp_path / "function.zip"
    first = build(made, dest)
    installer.wheels = {**WHEELS, "driver/__init__.py": "x = 2\n"}
    change(made)
    second = build(made, dest)
    assert second["changed"]
    assert second["sha256"] != first["sha256"]
    assert second["diff"][0]["before"] == f"sha256 {first['sha256']}\n"
    assert second["diff"][0]["after"] == f"sha256 {second['sha256']}\n"
    assert len(installer.commands) == installs
    assert len(list((tmp_path / ".lambda_package").glob("*.zip"))) == 1
    assert len(list((tmp_path / ".lambda_package").glob("wheels-*"))) == 1


@pytest.mark.usefixtures("installer")
def test_check_mode_builds_but_does_not_put_it_there(made: Path, tmp_path: Path) -> None:
    dest = tmp_path / "out" / "function.zip"
    planned = build(made, dest, check=True)
    assert planned["changed"]
    assert planned["diff"][0]["before"] == ""
    assert not dest.exists()
    done = build(made, dest)
    assert done["sha256"] == planned["sha256"]
    assert not build(made, dest, check=True)["changed"]


def test_without_requirements_and_extra_files(made: Path, tmp_path: Path, installer: Installer) -> None:
    build(made, tmp_path / "function.zip", requirements=None, extra_files={})
    assert zipfile.ZipFile(tmp_path / "function.zip").namelist() == ["function/handler.py", "function/sql/one.sql"]
    assert installer.commands == []


def refusal(made: Path, tmp_path: Path, **options: Any) -> str:
    with pytest.raises(Refused) as refused:
        build(made, tmp_path / "function.zip", **options)
    return str(refused.value)


def test_all_that_is_wrong_is_said_at_once(made: Path, tmp_path: Path) -> None:
    extra = {"/etc/ca.pem": "a", "../ca.pem": "b", "": "c", "ca.pem": str(made)}
    said = refusal(made, tmp_path, source="/no/source", requirements="/no/lock", extra_files=extra)
    for named in ("source: /no/source", "requirements: /no/lock", "/etc/ca.pem", "../ca.pem", "extra_files.ca.pem"):
        assert named in said
    assert said.count("leads out") == 0
    assert said.count("does not lead out of it") == 3


@pytest.mark.usefixtures("installer")
def test_two_files_of_one_path(made: Path, tmp_path: Path) -> None:
    said = refusal(
        made,
        tmp_path,
        extra_files={"function/handler.py": str(made / "ca.pem"), "driver/__init__.py": str(made / "ca.pem")},
    )
    assert "function/handler.py" in said
    assert "driver/__init__.py" in said


def test_compiled_wheels(made: Path, tmp_path: Path, installer: Installer) -> None:
    installer.wheels = {"fast.cpython-313-x86_64-linux-gnu.so": "", "lib/libpq.so.5": "", "ok.py": ""}
    said = refusal(made, tmp_path)
    assert "fast.cpython-313-x86_64-linux-gnu.so, lib/libpq.so.5" in said
    assert "pure Python" in said


def test_no_way_to_the_index(made: Path, tmp_path: Path, installer: Installer) -> None:
    installer.code = 1
    said = refusal(made, tmp_path)
    assert "package index" in said
    assert "No route to host" in said
    assert list((tmp_path / ".lambda_package").iterdir()) == []


def test_another_run_had_the_same_wheels_first(made: Path, tmp_path: Path, installer: Installer) -> None:
    build(made, tmp_path / "function.zip")
    [kept] = (tmp_path / ".lambda_package").glob("wheels-*")
    late = tmp_path / "late"
    write(late / "driver" / "__init__.py", "x = 1\n")
    building._keep_wheels(late, kept)
    assert (kept / "driver-1.0.dist-info" / "METADATA").exists()
    with pytest.raises(FileNotFoundError):
        building._keep_wheels(tmp_path / "nowhere", tmp_path / ".lambda_package" / "wheels-of-nothing")
    assert len(installer.commands) == 1


@pytest.mark.parametrize(
    ("uv_beside", "uv", "pip", "command"),
    [
        (True, None, True, "{beside} pip install"),
        (False, "/usr/bin/uv", True, "/usr/bin/uv pip install"),
        (False, None, True, "{python} -m pip install"),
        (False, None, False, None),
    ],
)
def test_which_installer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, uv_beside: bool, uv: str | None, pip: bool, command: str | None
) -> None:
    python, beside = tmp_path / "python", tmp_path / "uv"
    if uv_beside:
        beside.touch()
    monkeypatch.setattr(sys, "executable", str(python))
    monkeypatch.setattr(shutil, "which", lambda _name: uv)
    monkeypatch.setattr(building, "find_spec", lambda _name: object() if pip else None)
    if command is None:
        with pytest.raises(Refused, match="Neither uv nor pip"):
            building._installer()
    else:
        assert " ".join(building._installer()).startswith(command.format(beside=beside, python=python))

"""Versions that stand in several files are the same in all of them."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.galaxy.dependency_resolution.versioning import meets_requirements
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from tests.unit.documented import ROOT

CORE = SpecifierSet(yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())["requires_ansible"])
GALAXY: dict[str, Any] = yaml.safe_load((ROOT / "galaxy.yml").read_text())
ROLES = sorted(path.parents[1].name for path in (ROOT / "roles").glob("*/meta/main.yml"))


def locked(package: str) -> list[str]:
    """All versions of a package in the lock file, of which each Python takes one."""
    return re.findall(rf"^{re.escape(package)}==(\S+)", (ROOT / "requirements" / "lock.txt").read_text(), re.MULTILINE)


def runtime(package: str) -> Requirement:
    lines = (ROOT / "requirements" / "runtime.in").read_text().splitlines()
    [found] = [Requirement(line) for line in lines if re.match(rf"{package}\b", line)]
    return found


def test_the_collections_that_ours_depends_on_are_the_same_everywhere() -> None:
    listed = yaml.safe_load((ROOT / "requirements.yml").read_text())["collections"]
    assert {one["name"]: one["version"] for one in listed} == GALAXY["dependencies"]


@pytest.mark.parametrize("name", GALAXY["dependencies"])
def test_every_dependency_has_a_lower_and_an_upper_bound_and_is_met_here(name: str) -> None:
    wanted = GALAXY["dependencies"][name]
    assert re.fullmatch(r">=\d+\.\d+\.\d+,<\d+\.0\.0", wanted)
    # A collection says what version it is in its MANIFEST.json; what the ansible package has is pinned with it.
    namespace, collection = name.split(".")
    module = __import__(f"ansible_collections.{namespace}.{collection}", fromlist=["__path__"])
    manifest = yaml.safe_load((next(iter(map(Path, module.__path__))) / "MANIFEST.json").read_text())
    assert meets_requirements(manifest["collection_info"]["version"], wanted)


def test_every_locked_ansible_is_one_that_we_claim() -> None:
    assert len(locked("ansible-core")) > 1
    assert all(one in CORE for one in locked("ansible-core"))
    assert all(one in runtime("ansible").specifier for one in locked("ansible"))
    assert version("ansible-core") in locked("ansible-core")


def test_the_lowest_ansible_core_that_we_claim_is_tested() -> None:
    """Also on this Python, if it is the lowest."""
    [lowest] = [specifier.version for specifier in CORE if specifier.operator == ">="]
    minors = {".".join(one.split(".")[:2]) for one in locked("ansible-core")}
    assert ".".join(lowest.split(".")[:2]) in minors
    if sys.version_info[:2] == (3, 11):
        assert version("ansible-core").startswith(".".join(lowest.split(".")[:2]))


@pytest.mark.parametrize("role", ROLES)
def test_roles_claim_the_same_ansible(role: str) -> None:
    info = yaml.safe_load((ROOT / "roles" / role / "meta" / "main.yml").read_text())["galaxy_info"]
    assert SpecifierSet(f">={info['min_ansible_version']}.0") == CORE
    assert info["license"] == GALAXY["license"][0]


def test_the_python_of_the_tools_is_that_of_the_modules() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    lowest = settings["mypy"]["python_version"]
    assert settings["ruff"]["target-version"] == f"py{lowest.replace('.', '')}"
    # What ansible-test calls the Pythons of its ansible-core: the modules run where that does.
    assert yaml.safe_load((ROOT / "tests" / "config.yml").read_text())["modules"]["python_requires"] == "controller"
    assert f"--python-version {lowest}" in (ROOT / "Makefile").read_text()


def test_the_changelog_ends_with_the_version_of_the_package() -> None:
    releases = yaml.safe_load((ROOT / "changelogs" / "changelog.yaml").read_text())["releases"]
    assert sorted(releases, key=Version)[-1] == GALAXY["version"]


def test_the_changelog_is_what_antsibull_changelog_makes_of_it(tmp_path: Path) -> None:
    made = tmp_path / "CHANGELOG.md"
    command = ["antsibull-changelog", "generate", "--output", str(made), "--output-format", "md"]
    subprocess.run(command, cwd=ROOT, check=True)
    assert made.read_text() == (ROOT / "CHANGELOG.md").read_text()

"""execution-environment.yml and ansible-navigator.yml, by the tools that read them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import ansiblelint
import jsonschema
import pytest
import yaml
from packaging.requirements import Requirement

from tests.awx.controller import CONFIG
from tests.awx.reading import ROOT


def read(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text())


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("context")
    builder = str(Path(sys.executable).with_name("ansible-builder"))
    definition = str(ROOT / "execution-environment.yml")
    command = [builder, "create", "--file", definition, "--context", str(folder), "--output-filename", "Containerfile"]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return folder


def test_the_context_has_what_the_environment_needs(context: Path) -> None:
    assert (context / "_build/requirements.yml").read_text() == (ROOT / "requirements.yml").read_text()
    assert (context / "_build/requirements.txt").read_text() == (ROOT / "requirements.txt").read_text()
    assert (context / "_build/bindep.txt").read_text() == (ROOT / "bindep.txt").read_text()
    built = (context / "Containerfile").read_text()
    assert "quay.io/centos/centos:stream9" in built
    assert "python3.12" in built


def test_the_environment_has_the_versions_that_are_tested() -> None:
    """What the lock file chooses for its Python."""
    environment = read("execution-environment.yml")["dependencies"]
    wanted = [Requirement(environment[key]["package_pip"]) for key in ("ansible_core", "ansible_runner")]
    wanted += [Requirement(line) for line in (ROOT / "requirements.txt").read_text().splitlines() if "#" not in line]
    lines = (ROOT / "requirements/lock.txt").read_text().splitlines()
    locked = [line.split(" ")[0].split("==") for line in lines if "==" in line and not line.startswith(" ")]
    for requirement in wanted:
        versions = [version for name, version in locked if name == requirement.name]
        assert versions
        assert all(version in requirement.specifier for version in versions), requirement


def test_galaxy_requirements_are_those_of_the_collection() -> None:
    needed = {each["name"]: each["version"] for each in read("requirements.yml")["collections"]}
    assert needed == read("galaxy.yml")["dependencies"]
    # Where AWX looks when it updates the project.
    assert (ROOT / "collections/requirements.yml").resolve() == ROOT / "requirements.yml"


def test_the_collection_names_the_same_requirements() -> None:
    named = read("meta/execution-environment.yml")["dependencies"]
    assert named == {key: read("execution-environment.yml")["dependencies"][key] for key in ("python", "system")}


@pytest.mark.parametrize(
    ("name", "schema"),
    [("execution-environment.yml", "execution-environment"), ("ansible-navigator.yml", "ansible-navigator-config")],
)
def test_schemas(name: str, schema: str) -> None:
    path = Path(ansiblelint.__file__).parent / "schemas" / f"{schema}.json"
    jsonschema.validate(read(name), json.loads(path.read_text()))


def test_navigator_and_awx_run_the_same_image() -> None:
    image = read("ansible-navigator.yml")["ansible-navigator"]["execution-environment"]["image"]
    assert image == CONFIG["awx_execution_environment"]["image"]
    assert image in (ROOT / "execution-environment.yml").read_text()
    assert image.endswith(f":{read('galaxy.yml')['version']}")

"""What Galaxy gets: the package holds what it should, and works where there is nothing else of ours."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import yaml

from emulator.testing import Emulator
from tests.integration.playbook import RECAP, ROOT
from tools.collection import build

# Every file of the package fits one of these, and each of these fits a file. ``*`` is part of a name, ``**`` any path.
PACKED = (
    "FILES.json",
    "MANIFEST.json",
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "bindep.txt",
    "changelogs/changelog.yaml",
    "changelogs/config.yaml",
    "docs/*.md",
    "docs/plan.schema.json",
    "docs/*/*.md",
    "docs/bench/*.svg",
    "docs/iam/*",
    "inventories/*/hosts.yml",
    "inventories/*/group_vars/**.yml",
    "inventories/*/host_vars/*/*.yml",
    "inventories/shared/*.yml",
    "meta/*.yml",
    "playbooks/*.yml",
    "playbooks/tasks/*.yml",
    "playbooks/vars/*.yml",
    "plugins/*/*.py",
    "plugins/module_utils/*/*.py",
    "requirements.txt",
    "roles/*/README.md",
    "roles/*/defaults/main.yml",
    "roles/*/meta/*.yml",
    "roles/*/tasks/*.yml",
    "roles/*/templates/*.yml.j2",
    "roles/*/vars/main.yml",
    "roles/access_function/files/*.pem",
    "roles/access_function/files/requirements.txt",
    "roles/access_function/files/access_function/*.py",
    "roles/access_function/files/access_function/migrations/*/*.sql",
    "roles/access_function/files/access_function/statements/*.toml",
    "tests/config.yml",
)
# Of the repository, and so missing in the package only by mistake.
WHOLE = ("meta", "playbooks", "plugins", "roles", "inventories", "docs")


def fits(pattern: str, path: str) -> bool:
    """As a shell does: a star stays within one name unless there are two."""
    if "**" in pattern:
        return fnmatchcase(path, pattern)
    parts, wanted = path.split("/"), pattern.split("/")
    return len(parts) == len(wanted) and all(map(fnmatchcase, parts, wanted))


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of collections of a user who has the package and nothing of the checkout."""
    package = build(tmp_path_factory.mktemp("package"))
    collections = tmp_path_factory.mktemp("collections")
    finished = galaxy(collections, "install", str(package), "--offline", "-p", str(collections))
    assert finished.returncode == 0, finished.stdout
    return collections


@pytest.fixture(scope="module")
def home(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the user works, with the package's own inventories for a start."""
    directory = tmp_path_factory.mktemp("home")
    shutil.copytree(collection(installed) / "inventories", directory / "inventories", symlinks=True)
    return directory


def collection(installed: Path) -> Path:
    return installed / "ansible_collections" / "pgfleet" / "aws"


def environment(collections: Path) -> dict[str, str]:
    """Nothing of ours but the installed package: neither the settings of the checkout nor its link."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    return ours | {"ANSIBLE_COLLECTIONS_PATH": str(collections), "ANSIBLE_NOCOLOR": "1"}


def galaxy(collections: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["ansible-galaxy", "collection", *arguments]
    return subprocess.run(
        command,
        cwd=collections,
        env=environment(collections),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def play(aws: Emulator, installed: Path, home: Path, *arguments: str, **extra: Any) -> str:
    """What a successful run of ``ansible-playbook`` prints."""
    finished = subprocess.run(
        ["ansible-playbook", *arguments, "-e", json.dumps(extra)],
        cwd=home,
        env=environment(installed) | aws.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout
    assert RECAP.findall(finished.stdout)
    return finished.stdout


def test_the_package_holds_what_it_should_and_nothing_else(installed: Path) -> None:
    files = [path for path in collection(installed).rglob("*") if path.is_file()]
    names = sorted(str(path.relative_to(collection(installed))) for path in files)
    assert [name for name in names if not any(fits(pattern, name) for pattern in PACKED)] == []
    assert [pattern for pattern in PACKED if not any(fits(pattern, name) for name in names)] == []


def test_nothing_of_the_repository_is_missing(installed: Path) -> None:
    listed = subprocess.run(["git", "ls-files", *WHOLE], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    there = [name for name in listed.stdout.splitlines() if (ROOT / name).exists() and name != "playbooks/collections"]
    assert [name for name in there if not (collection(installed) / name).exists()] == []


def test_every_link_leads_to_a_file_of_the_package(installed: Path) -> None:
    root = collection(installed).resolve()
    links = [path for path in root.rglob("*") if path.is_symlink()]
    assert [path for path in links if not path.resolve(strict=True).is_relative_to(root)] == []
    assert links


def test_its_dependencies_are_those_of_the_repository(installed: Path) -> None:
    manifest = json.loads((collection(installed) / "MANIFEST.json").read_text())["collection_info"]
    wanted = yaml.safe_load((ROOT / "requirements.yml").read_text())["collections"]
    assert manifest["dependencies"] == {one["name"]: one["version"] for one in wanted}


def test_the_plan_runs_from_the_installed_package(aws: Emulator, installed: Path, home: Path) -> None:
    begun = aws.mark()
    output = play(aws, installed, home, "pgfleet.aws.plan", "-i", "inventories/prod", "--limit", "retail_system")
    assert "retail (prod, us-west-2" in output
    assert re.search(r"\d+ to add", output)
    assert aws.writes(begun) == []


def test_a_role_runs_alone_from_a_users_own_playbook(aws: Emulator, installed: Path, home: Path) -> None:
    """The play of the role's README, as it stands there."""
    readme = (collection(installed) / "roles" / "kms_secrets" / "README.md").read_text()
    [example, *_] = re.findall(r"^```yaml\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    (home / "own.yml").write_text(example)
    output = play(aws, installed, home, "own.yml")
    assert re.search(r"localhost\s+: ok=\d+\s+changed=[1-9]", output)
    [secret] = aws.client("secretsmanager", "us-west-2").list_secrets()["SecretList"]
    assert secret["Name"] == "secret-shop-prod"
    assert not (collection(installed) / "outputs").exists()


def test_nothing_of_the_checkout_was_used(installed: Path) -> None:
    found = galaxy(installed, "list", "--format", "json")
    # Above it, ansible-galaxy may warn of what ansible-core brings itself.
    listing = json.loads(found.stdout.splitlines()[-1])
    places = [place for place, listed in listing.items() if "pgfleet.aws" in listed]
    assert places == [str(installed / "ansible_collections")]

"""The collection as ansible-galaxy packs it, unpacked where Ansible and its tools look for it.

    python -m tools.collection <directory>      <directory>/ansible_collections/{pgfleet,amazon,community}/aws

What users install is what the gates of a release examine, not the checkout.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def build(directory: Path) -> Path:
    """The package, in a directory that holds no other."""
    command = ["ansible-galaxy", "collection", "build", "--output-path", str(directory)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    [package] = directory.glob("*.tar.gz")
    return package


def unpack(package: Path, collections: Path) -> Path:
    """The directory of the collection below ``collections``."""
    where = collections / "ansible_collections" / "pgfleet" / "aws"
    where.mkdir(parents=True)
    with tarfile.open(package) as members:
        members.extractall(where, filter="data")
    return where


def supply_dependencies(collections: Path) -> None:
    """Copy the collections that it depends on, which the ansible package has, beside it."""
    packaged = Path(sysconfig.get_path("purelib"), "ansible_collections")
    for name in ("amazon/aws", "community/aws"):
        unused = shutil.ignore_patterns("tests", "changelogs", "__pycache__")
        shutil.copytree(packaged / name, collections / "ansible_collections" / name, ignore=unused)


if __name__ == "__main__":
    into = Path(sys.argv[1])
    into.mkdir(parents=True, exist_ok=True)
    supply_dependencies(into)
    print(unpack(build(into), into))

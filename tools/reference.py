"""The reference documentation of modules, filters and roles, from what they say of themselves.

    python -m tools.reference lint              antsibull-docs finds nothing wrong
    python -m tools.reference <directory>       HTML, without a warning

It is made from the collection as it is packed. Those that it depends on are read where .venv has them: antsibull-docs
copies of a git checkout what git has there, which of .venv is nothing, so git must not look above it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tempfile
import zlib
from pathlib import Path

from tools.collection import ROOT, build, unpack

LINT = ("antsibull-docs", "lint-collection-docs", "--plugin-docs", "--validate-collection-refs=self", ".")
ANSIBLE = "https://docs.ansible.com/ansible/latest/"
# What is on every page of a plugin.
PAGES = {
    "action_plugins": "plugins/action.html",
    "ansible_configuration_settings": "reference_appendices/config.html",
    "common_return_values": "reference_appendices/common_return_values.html",
}
INVENTORY_HEAD = """\
# Sphinx inventory version 2
# Project: Ansible
# Version:
# The remainder of this file is compressed using zlib.
"""
COLLECTION = ("--use-current", "--squash-hierarchy", "pgfleet.aws")


def main() -> int:
    """The exit status of the tool that found something, else 0."""
    with tempfile.TemporaryDirectory(prefix="pgfleet-reference-") as made:
        collections = Path(made)
        where = unpack(build(collections), collections)
        environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": made, "GIT_CEILING_DIRECTORIES": str(ROOT)}
        if sys.argv[1] == "lint":
            return subprocess.run(LINT, cwd=where, env=environment, check=False).returncode
        source = collections / "source"
        source.mkdir(mode=0o700)
        for command in commands(source, Path(sys.argv[1]).absolute()):
            done = subprocess.run(command, cwd=made, env=environment, check=False)
            if done.returncode != 0:
                return done.returncode
            if "sphinx-init" in command:
                supply_inventory(source)
    return 0


def commands(source: Path, html: Path) -> tuple[tuple[str, ...], ...]:
    """What makes HTML: a Sphinx project, its pages, their HTML. A warning of Sphinx is an error."""
    return (
        ("antsibull-docs", "sphinx-init", "--sphinx-theme", "alabaster", "--dest-dir", str(source), *COLLECTION),
        ("antsibull-docs", "collection", "--fail-on-error", "--dest-dir", str(source / "rst"), *COLLECTION),
        ("sphinx-build", "-q", "-W", "--keep-going", "-c", str(source), str(source / "rst"), str(html)),
    )


def supply_inventory(source: Path) -> None:
    """Have Sphinx look up what the pages name of others in what is installed here, not at docs.ansible.com.

    The file is as in https://sphobjinv.readthedocs.io/en/stable/syntax.html.
    """
    lines = "".join(f"{label} std:label -1 {page} {label}\n" for label, page in sorted(labels().items()))
    inventory = source / "ansible.inv"
    inventory.write_bytes(INVENTORY_HEAD.encode() + zlib.compress(lines.encode()))
    with (source / "conf.py").open("a") as settings:
        settings.write(f"\nintersphinx_mapping = {{'ansible': ({ANSIBLE!r}, {str(inventory)!r})}}\n")


def labels() -> dict[str, str]:
    """The pages of Ansible that antsibull-docs names, and those of the plugins here that ours may name."""
    installed = Path(sysconfig.get_path("purelib"))
    found = dict(PAGES)
    for collection, plugins in (
        ("ansible.builtin", installed / "ansible"),
        ("amazon.aws", installed / "ansible_collections" / "amazon" / "aws" / "plugins"),
        ("community.aws", installed / "ansible_collections" / "community" / "aws" / "plugins"),
    ):
        for kind, directory in (("module", "modules"), ("lookup", "lookup"), ("inventory", "inventory")):
            for path in (plugins / directory).glob("*.py"):
                page = f"collections/{collection.replace('.', '/')}/{path.stem}_{kind}.html"
                found[f"ansible_collections.{collection}.{path.stem}_{kind}"] = page
    return found


if __name__ == "__main__":
    sys.exit(main())

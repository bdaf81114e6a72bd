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
import tempfile
from pathlib import Path

from tools.collection import ROOT, build, unpack

LINT = ("antsibull-docs", "lint-collection-docs", "--plugin-docs", "--validate-collection-refs=self", ".")
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
    return 0


def commands(source: Path, html: Path) -> tuple[tuple[str, ...], ...]:
    """What makes HTML: a Sphinx project, its pages, their HTML. A warning of Sphinx is an error.

    Without docs.ansible.com: what the pages name of others is text, not a link, and none of it is looked up.
    """
    alone = ("-D", "extensions=sphinx_antsibull_ext", "-D", "suppress_warnings=ref.ref")
    return (
        ("antsibull-docs", "sphinx-init", "--sphinx-theme", "alabaster", "--dest-dir", str(source), *COLLECTION),
        ("antsibull-docs", "collection", "--fail-on-error", "--dest-dir", str(source / "rst"), *COLLECTION),
        ("sphinx-build", "-q", "-W", "--keep-going", *alone, "-c", str(source), str(source / "rst"), str(html)),
    )


if __name__ == "__main__":
    sys.exit(main())

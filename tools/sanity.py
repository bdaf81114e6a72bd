"""Run ansible-test sanity on the collection as it is packed, with the ansible-core of this Python.

    python -m tools.sanity                     all tests
    python -m tools.sanity --test import       what ansible-test takes

There is no ignore list. Not run: pslint and shellcheck, as there is neither PowerShell nor a shell script to look at.

ansible-test makes environments of its own, below .cache. It hides the environment from pip, so what is set there goes
into a file. And it fetches pip by a script from a server of Ansible's, which not every network reaches; here one of our
own, which takes pip from where other packages come from, lies where ansible-test would save it.
"""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.collection import ROOT, build, supply_dependencies, unpack

# Called with the options of get-pip.py, of which those that begin with --no- are not pip's.
GET_PIP = """\
import subprocess, sys
wanted = [argument for argument in sys.argv[1:] if not argument.startswith("--no-")]
subprocess.check_call([sys.executable, "-m", "ensurepip"], stdout=subprocess.DEVNULL)
subprocess.check_call([sys.executable, "-m", "pip", "install", "--quiet", *wanted])
"""


def main() -> int:
    """The exit status of ansible-test."""
    home = ROOT / ".cache" / "ansible-test" / importlib.metadata.version("ansible-core")
    supply_pip(home / ".ansible" / "test" / "cache")
    configure_pip(home)
    python = ".".join(map(str, sys.version_info[:2]))
    with tempfile.TemporaryDirectory(prefix="pgfleet-sanity-") as made:
        where = unpack(build(Path(made)), Path(made))
        supply_dependencies(Path(made))
        command = ["ansible-test", "sanity", "--color", "no", "--python", python, *sys.argv[1:]]
        environment = {**os.environ, "HOME": str(home), "LC_ALL": "C.UTF-8"}
        return subprocess.run(command, cwd=where, env=environment, check=False).returncode


def configure_pip(home: Path) -> None:
    """Give pip what this user has configured: the file, and over it the environment."""
    of_user, of_environment = home / ".pip" / "pip.conf", home / ".config" / "pip" / "pip.conf"
    for file in (of_user, of_environment):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
    of_user.symlink_to(Path.home() / ".config" / "pip" / "pip.conf")
    settings = {name[4:].lower().replace("_", "-"): value for name, value in os.environ.items() if name[:4] == "PIP_"}
    lines = [f"{name} = {value}" for name, value in settings.items() if name != "config-file"]
    of_environment.write_text("\n".join(["[global]", "quiet = 2", *lines, ""]))
    of_environment.chmod(0o600)


def supply_pip(cache: Path) -> None:
    """Put the script where ansible-test looks, under the name of each version of pip that it may ask for."""
    cache.mkdir(parents=True, exist_ok=True)
    core = importlib.metadata.distribution("ansible-core")
    source = Path(str(core.locate_file("ansible_test/_internal/python_requirements.py")))
    versions = re.findall(r"pip='([0-9.]+)'", source.read_text())
    for version in versions:
        (cache / f"get_pip_{version.replace('.', '_')}.py").write_text(GET_PIP)


if __name__ == "__main__":
    sys.exit(main())

"""The same system planned by Terraform or OpenTofu, where it and its AWS provider are on this machine already.

The provider is looked for where Terraform itself looks, and in the directory of ``--mirror``: a filesystem mirror as
`terraform providers mirror` makes it.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from emulator.testing import Emulator
from tests.bench.figures import Cost
from tests.bench.measured import measure

FILES = Path(__file__).parent / "hcl"
# https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories
MIRRORS = (
    "~/.terraform.d/plugins",
    "~/.local/share/terraform/plugins",
    "/usr/local/share/terraform/plugins",
    "/usr/share/terraform/plugins",
)
PROVIDER = "*/hashicorp/aws"
CONFIGURATION = """
provider_installation {{
  filesystem_mirror {{
    path = "{mirror}"
  }}
}}
"""


@dataclass(frozen=True)
class Program:
    path: str
    mirror: Path


def find(mirror: str = "", path: str | None = None) -> Program | str:
    """Terraform with its provider, or what is lacking."""
    program = next(filter(None, (shutil.which(name, path=path) for name in ("terraform", "tofu"))), None)
    if program is None:
        return "neither terraform nor tofu was found"
    for directory in (Path(each).expanduser() for each in ([mirror] if mirror else MIRRORS)):
        if any(directory.glob(PROVIDER)):
            return Program(program, directory)
    return f"no AWS provider was found for {Path(program).name} in {mirror or ', '.join(MIRRORS)}"


def apply(program: Program, aws: Emulator, workspace: Path) -> Path:
    """Make the system, and return where its state is."""
    shutil.copytree(FILES, workspace, dirs_exist_ok=True)
    (workspace / "cli.tfrc").write_text(CONFIGURATION.format(mirror=program.mirror))
    (workspace / "terraform.tfvars").write_text(f'password = "{secrets.token_hex(12)}"\n')
    measure(
        aws, [program.path, f"-chdir={workspace}", "init", "-input=false", "-no-color"], _environment(aws, workspace)
    )
    _run(program, aws, workspace, "apply", "-auto-approve")
    return workspace


def plan(program: Program, aws: Emulator, workspace: Path) -> Cost:
    """Raises Failed when anything would change: the exit status is 2 then."""
    return _run(program, aws, workspace, "plan", "-detailed-exitcode")


def _run(program: Program, aws: Emulator, workspace: Path, *command: str) -> Cost:
    arguments = [program.path, f"-chdir={workspace}", *command, "-input=false", "-no-color"]
    return measure(aws, arguments, _environment(aws, workspace))


def _environment(aws: Emulator, workspace: Path) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    return {**kept, **aws.env, "TF_CLI_CONFIG_FILE": str(workspace / "cli.tfrc"), "CHECKPOINT_DISABLE": "1"}

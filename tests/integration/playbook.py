"""Run a playbook of the repository as a user does, and read what it printed."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator.testing import Emulator

ROOT = Path(__file__).parents[2]
RECAP = re.compile(r"^(\S+)\s+: ok=(\d+)\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)", re.MULTILINE)


@dataclass(frozen=True)
class Run:
    """``changed`` and ``failed`` are counts by host, from the recap."""

    status: int
    output: str
    changed: Mapping[str, int]
    failed: Mapping[str, int]

    @property
    def text(self) -> str:
        """The output with runs of white space as one space, for sentences that Ansible wraps."""
        return " ".join(self.output.split())


def command(playbook: str, *arguments: str, inventory: str = "prod", **extra: Any) -> list[str]:
    """A playbook of ours is run for ``retail`` and its network in the inventory prod unless the arguments name others:
    no account begins with the network that ``transactions`` finds."""
    variables = ["-e", json.dumps(extra)] if extra else []
    of_ours = inventory == "prod" and not Path(playbook).is_absolute()
    limit = ["--limit", "retail_system"] if of_ours and "--limit" not in arguments else []
    return ["ansible-playbook", playbook, "-i", f"inventories/{inventory}", *limit, *arguments, *variables]


def run(aws: Emulator, playbook: str, *arguments: str, inventory: str = "prod", **extra: Any) -> Run:
    """Run ``ansible-playbook <playbook> -i inventories/<inventory> <arguments> -e <extra>`` against the emulator.

    Outputs go to the emulator's own directory unless ``outputs_directory`` says otherwise: never to the checkout's.
    """
    variables = {"outputs_directory": str(aws.state / "outputs"), **extra}
    finished = subprocess.run(
        command(playbook, *arguments, inventory=inventory, **variables),
        cwd=ROOT,
        env=environment(aws),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    recap = RECAP.findall(finished.stdout)
    changed = {host: int(changed) for host, _ok, changed, _unreachable, _failed in recap}
    failed = {host: int(unreachable) + int(failed) for host, _ok, _changed, unreachable, failed in recap}
    return Run(finished.returncode, finished.stdout, changed, failed)


def environment(aws: Emulator) -> dict[str, str]:
    return aws.environ() | {"ANSIBLE_NOCOLOR": "1", "ANSIBLE_FORCE_COLOR": "0"}

"""Run a playbook of the repository as a user does, and read what it printed."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator.testing import Emulator
from tests.integration.processes import kill_tree

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


def run(
    aws: Emulator,
    playbook: str,
    *arguments: str,
    inventory: str = "prod",
    credentials: Mapping[str, str] | None = None,
    **extra: Any,
) -> Run:
    """Run ``ansible-playbook <playbook> -i inventories/<inventory> <arguments> -e <extra>`` against the emulator.

    `credentials` are the variables of a user other than the root user. Outputs go to the emulator's own directory
    unless ``outputs_directory`` says otherwise: never to the checkout's.
    """
    finished = subprocess.run(
        command(playbook, *arguments, inventory=inventory, **_variables(aws, extra)),
        cwd=ROOT,
        env=environment(aws) | dict(credentials or {}),
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


def run_and_kill(aws: Emulator, playbook: str, after_writes: int, *arguments: str, **extra: Any) -> bool:
    """Start such a run, kill all its processes once it has made so many writes; False when it ended before."""
    begun = aws.mark()
    process = subprocess.Popen(
        command(playbook, *arguments, **_variables(aws, extra)),
        cwd=ROOT,
        env=environment(aws),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while process.poll() is None:
        if len(aws.writes(begun)) >= after_writes:
            kill_tree(process.pid)
            process.wait()
            return True
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.02)
    return False


def _variables(aws: Emulator, extra: Mapping[str, Any]) -> dict[str, Any]:
    return {"outputs_directory": str(aws.state / "outputs"), **extra}


def environment(aws: Emulator) -> dict[str, str]:
    return aws.environ() | {"ANSIBLE_NOCOLOR": "1", "ANSIBLE_FORCE_COLOR": "0"}

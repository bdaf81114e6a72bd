"""Run one module through ansible-playbook, against the emulator, and read its result and what it asked AWS."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator.testing import Emulator
from tests.integration.playbook import ROOT, environment
from tests.integration.processes import kill_tree

ANSWER = re.compile(r"answer=([A-Za-z0-9+/=]+)")
PROGRAM = Path(sys.executable).with_name("ansible-playbook")


@dataclass(frozen=True)
class Ran:
    """What a module returned (``failed`` is in it when it failed), what was printed, and its requests to AWS."""

    result: dict[str, Any]
    output: str
    requests: list[dict[str, Any]]

    @property
    def writes(self) -> list[str]:
        return [request["action"] for request in self.requests if request["access"] == "write"]

    @property
    def actions(self) -> list[str]:
        return [request["action"] for request in self.requests]

    @property
    def changed(self) -> bool:
        return bool(self.result["changed"])

    @property
    def message(self) -> str:
        return str(self.result["msg"])


def run_module(aws: Emulator, module: str, options: dict[str, Any], *, check: bool = False) -> Ran:
    """Run a module (of pgfleet.aws, unless its full name is given) with these options, with ``-vvv``."""
    mark = aws.mark()
    with started_module(aws, module, options, check=check) as process:
        output, _ = process.communicate()
    return Ran(read_answer(output), output, aws.log(since=mark))


@contextmanager
def started_module(
    aws: Emulator, module: str, options: dict[str, Any], *, check: bool = False
) -> Iterator[subprocess.Popen[str]]:
    """An ansible-playbook that runs a module."""
    with tempfile.TemporaryDirectory() as directory:
        playbook = Path(directory, "play.json")
        playbook.write_text(json.dumps([_play(module, options)]))
        with subprocess.Popen(
            [str(PROGRAM), str(playbook), "-i", "localhost,", "-c", "local", "--diff", "-vvv", *["--check"] * check],
            cwd=ROOT,
            env=environment(aws) | {"ANSIBLE_CALLBACK_RESULT_FORMAT": "json"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            yield process


def kill_module(aws: Emulator, module: str, options: dict[str, Any], action: str, skip: int = 0) -> None:
    """Run a module until it asks for this action, which is not done, and kill it and all its descendants then."""
    aws.fault("drop", action=action, skip=skip)
    mark = aws.mark()
    with started_module(aws, module, options) as process:
        while not any(entry["action"] == action and entry["error"] == "drop" for entry in aws.log(since=mark)):
            with suppress(subprocess.TimeoutExpired):
                output, _ = process.communicate(timeout=0.05)
                raise AssertionError(f"{module} ended without {action}:\n{output}")
        kill_tree(process.pid)
        process.communicate()
    aws.clear_faults()


def read_answer(output: str) -> dict[str, Any]:
    """What a play shows with ``answer={{ … | to_json | b64encode }}``."""
    answer = ANSWER.search(output)
    assert answer, output
    result: dict[str, Any] = json.loads(base64.b64decode(answer[1]))
    return result


def _play(module: str, options: dict[str, Any]) -> dict[str, Any]:
    """A play with the one task, whose result is printed for us, also when it fails."""
    return {
        "hosts": "localhost",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
        "tasks": [
            {
                "name": "The module",
                "block": [{module if "." in module else f"pgfleet.aws.{module}": options, "register": "result"}],
                "rescue": [{"ansible.builtin.set_fact": {"result": "{{ ansible_failed_result }}"}}],
                "always": [{"ansible.builtin.debug": {"msg": "answer={{ result | to_json | b64encode }}"}}],
            }
        ],
    }

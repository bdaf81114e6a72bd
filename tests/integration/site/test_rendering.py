"""What a host costs in Ansible's template engine, counted instead of timed: each use of it compiles a template."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.integration.playbook import ROOT

# Those of the first host are for all: what has the same values elsewhere is not rendered again.
FIRST, EACH_MORE = 45, 30


def ask(argument: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.rendered", argument]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "collections")}
    finished = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(finished.stdout)
    return found


@pytest.mark.parametrize("environment", ["dev", "staging", "prod"])
def test_documents_are_those_that_ansible_alone_would_render(environment: str) -> None:
    found = ask(f"inventories/{environment}")
    assert len(found) == 7
    assert {host: roles for host, roles in found.items() if roles} == {}


def test_each_host_renders_only_what_differs_from_the_others_and_that_once() -> None:
    first, *more = ask("3").values()
    assert sum(first.values()) <= FIRST
    assert [sum(host.values()) <= EACH_MORE for host in more] == [True, True], more
    assert {text: times for host in (first, *more) for text, times in host.items() if times > 1} == {}

"""What a host costs in Ansible's template engine, counted instead of timed: each use of it compiles a template."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from tests.integration.playbook import ROOT

# Those of the first host are for all: what has the same values elsewhere is not rendered again.
FIRST, EACH_MORE = 45, 30


def test_each_host_renders_only_what_differs_from_the_others_and_that_once() -> None:
    command = [sys.executable, "-m", "tests.bench.rendered", "3"]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "collections")}
    finished = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True)
    first, *more = json.loads(finished.stdout).values()
    assert sum(first.values()) <= FIRST
    assert [sum(host.values()) <= EACH_MORE for host in more] == [True, True], more
    assert {text: times for host in (first, *more) for text, times in host.items() if times > 1} == {}

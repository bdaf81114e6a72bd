"""What a module costs beside AWS's own time: in Ansible's worker, and as a process of its own. ``make bench``.

Each module runs on something that is as wanted already, once and then ``REPEATS`` times more in one play; the
difference is what one more task costs. Medians of ``ROUNDS``. AWS's time is the local AWS's own, from its request log.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator.testing import Emulator

ROOT = Path(__file__).parents[2]
PROGRAM = Path(sys.executable).with_name("ansible-playbook")
TABLE = ROOT / "docs/bench/in-process.md"
REPEATS = 8
ROUNDS = 3
# Anything that only another process can give.
ELSEWHERE = {"environment": {"ANYTHING": "1"}}
OWNER = {"system": "bench", "suffix": "one"}
ALARM = {
    "namespace": "AWS/RDS",
    "metric_name": "CPUUtilization",
    "statistic": "Average",
    "period_seconds": 300,
    "evaluation_periods": 2,
    "threshold": 80,
    "comparison_operator": "GreaterThanThreshold",
}
COSTS = [f"{name}_cost" for name in ("cpu_tuple", "cpu_index_tuple", "cpu_operator", "seq_page", "random_page")]
ENABLED = ["bitmapscan", "hashagg", "hashjoin", "indexscan", "indexonlyscan", "material", "mergejoin", "nestloop"]
PARAMETERS = dict.fromkeys(COSTS, "1") | {f"enable_{name}": True for name in [*ENABLED, "sort", "tidscan"]}
TASKS: dict[str, dict[str, Any]] = {
    "cloudwatch_log_group": {"name": "/aws/rds/instance/db-bench/postgresql", "retention_days": 7},
    "cloudwatch_alarms": {**OWNER, "alarms": [{"name": f"alarm-{n}", **ALARM} for n in range(60)]},
    "rds_parameter_group": {"name": "bench-postgres16", "family": "postgres16", "parameters": PARAMETERS},
    "ssm_parameters": {**OWNER, "path": "/bench", "parameters": [{"name": "/bench/a", "value": "b"}]},
}


@dataclass(frozen=True)
class Cost:
    """Of one more task, in milliseconds: wall time, and what of it AWS took."""

    wall: float
    aws: float
    calls: float

    @property
    def ours(self) -> float:
        return self.wall - self.aws


def play(aws: Emulator, task: dict[str, Any], count: int) -> tuple[float, float, int]:
    """Seconds that a play with so many of the task takes, seconds of AWS in them, and calls."""
    python = {"ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    where = {"hosts": "localhost", "connection": "local", "gather_facts": False, "vars": python}
    with tempfile.TemporaryDirectory() as directory:
        playbook = Path(directory, "play.json")
        playbook.write_text(json.dumps([{**where, "tasks": [task] * count}]))
        mark, start = aws.mark(), time.perf_counter()
        command = [str(PROGRAM), str(playbook), "-i", "localhost,"]
        subprocess.run(command, cwd=ROOT, env=aws.environ(), stdout=subprocess.DEVNULL, check=True)
        wall = time.perf_counter() - start
    asked = aws.log(since=mark)
    return wall, sum(request["ms"] for request in asked) / 1000, len(asked)


def cost(aws: Emulator, task: dict[str, Any]) -> Cost:
    rounds = [(play(aws, task, 1), play(aws, task, 1 + REPEATS)) for _ in range(ROUNDS)]
    wall, api, calls = (statistics.median((many[n] - one[n]) / REPEATS for one, many in rounds) for n in range(3))
    return Cost(wall * 1000, api * 1000, calls)


def measured(aws: Emulator) -> Iterable[str]:
    """Rows of the table, as they come."""
    for name, options in TASKS.items():
        task = {f"pgfleet.aws.{name}": options}
        play(aws, task, 1)
        here, there = cost(aws, task), cost(aws, task | ELSEWHERE)
        figures = f"{here.calls:.0f} | {here.aws:.0f} ms | {here.ours:.0f} ms | {there.ours:.0f} ms"
        row = f"| `{name}` | {figures} | {there.ours / here.ours:.0f} : 1 |"
        print(row, flush=True)
        yield row


def main(write: bool = True) -> None:
    heading = [
        "| module, nothing to change | calls | AWS | in Ansible's worker | own process | ratio |",
        "|---|---|---|---|---|---|",
    ]
    print("\n".join(heading), flush=True)
    with Emulator() as aws:
        rows = list(measured(aws))
    about = f"`make bench`, {os.cpu_count()} cores, medians of {ROUNDS}: one more task, beside the time AWS takes."
    if write:
        TABLE.write_text("\n".join(["# What a module costs", "", about, "", *heading, *rows, ""]))


if __name__ == "__main__":
    main()

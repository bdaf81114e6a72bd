"""What a command takes: wall time, CPU, memory, and what it asks of AWS."""

from __future__ import annotations

import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from emulator.testing import Emulator
from tests.bench.figures import Cost

ROOT = Path(__file__).parents[2]
REGION = "us-west-2"
SAMPLE_SECONDS = 0.2


class Failed(Exception):
    """A command that is measured has to work."""


def measure(aws: Emulator, command: Sequence[str], environment: Mapping[str, str]) -> Cost:
    """Run it once. Raises Failed with its output."""
    mark, peak, done = aws.mark(), [0.0], threading.Event()
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with subprocess.Popen(
        list(command), cwd=ROOT, env=dict(environment), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        watcher = threading.Thread(target=_watch, args=(process.pid, peak, done))
        watcher.start()
        output, _ = process.communicate()
        wall = time.perf_counter() - began
        done.set()
        watcher.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        raise Failed(f"{' '.join(command)}\n{output}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    asked = aws.log(since=mark)
    return Cost(wall, cpu, peak[0], len(asked), sum(entry["access"] == "write" for entry in asked))


def say(line: str) -> None:
    """As it comes: the whole takes a while."""
    print(line, file=sys.stderr, flush=True)


def in_turn(rounds: int, runs: Mapping[str, Callable[[], Cost]], warm: bool = True) -> dict[str, Cost]:
    """Medians. One round that is not counted, then all of them in each round, so that a slow minute is everyone's."""
    for run in runs.values() if warm else ():
        run()
    costs: dict[str, list[Cost]] = {name: [] for name in runs}
    for _round in range(rounds):
        for name, run in runs.items():
            costs[name].append(run())
            say(costs[name][-1].row(name))
    return {name: Cost.median(found) for name, found in costs.items()}


def _watch(root: int, peak: list[float], done: threading.Event) -> None:
    while not done.wait(SAMPLE_SECONDS):
        peak[0] = max(peak[0], sum(map(_memory, _tree(root))))


def _tree(root: int) -> list[int]:
    found = [root]
    for pid in found:
        with suppress(OSError):
            for task in Path(f"/proc/{pid}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
    return found


def _memory(pid: int) -> float:
    with suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("Pss:")).split()[1]) / 1024
    return 0.0


def playbook(aws: Emulator, path: str, inventory: str, *more: str, **extra: Any) -> Cost:
    program = str(ROOT / ".venv" / "bin" / "ansible-playbook")
    variables = [f"{name}={value}" for name, value in ({"outputs_directory": aws.state / "outputs"} | extra).items()]
    flags = [part for variable in variables for part in ("-e", variable)]
    return measure(aws, [program, path, "-i", inventory, *more, *flags], aws.environ())

"""What a command takes: wall time, CPU, memory, and what it asks of AWS."""

from __future__ import annotations

import resource
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator.testing import Emulator

ROOT = Path(__file__).parents[2]
REGION = "us-west-2"
SAMPLE_SECONDS = 0.2


class Failed(Exception):
    """A command that is measured has to work."""


@dataclass(frozen=True)
class Cost:
    """Seconds, seconds of CPU, MiB (proportional set size of the whole tree, sampled), calls; of them, writes."""

    wall: float
    cpu: float
    memory: float
    calls: float
    writes: float

    @staticmethod
    def median(costs: Sequence[Cost]) -> Cost:
        return Cost(*(statistics.median(getattr(cost, name) for cost in costs) for name in Cost.__dataclass_fields__))

    def row(self, *first: str) -> str:
        figures = f"{self.wall:.1f} s | {self.cpu:.1f} s | {self.memory:.0f} MiB | {self.calls:.0f} | {self.writes:.0f}"
        return f"| {' | '.join(first)} | {figures} |"


HEADING = "wall | CPU | memory | calls | writes |"


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


def repeated(times: int, run: Callable[[], Cost]) -> Cost:
    """The median after one run that is not counted."""
    run()
    return Cost.median([run() for _ in range(times)])


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

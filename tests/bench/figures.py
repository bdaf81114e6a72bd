"""What was measured, and what it has to reach: figures, the ratios between them, and the goals. Pure."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

FIRST, AGAIN = "`site.yml`, empty account", "`site.yml`, nothing to do"
PLAN_FIRST, PLAN_AGAIN = "`plan.yml`, empty account", "`plan.yml`, nothing to do"
STOCK_FIRST, STOCK_AGAIN = "stock playbook, empty account", "stock playbook, nothing to do"
TERRAFORM = "`terraform plan`, nothing to do"
FLOOR = "boto3 alone, the same state"
RUNS = (FIRST, STOCK_FIRST, AGAIN, PLAN_AGAIN, PLAN_FIRST, FLOOR, TERRAFORM, STOCK_AGAIN)
BIGGEST = 100


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

    def each_more(self, fewer: Cost, added: int) -> Cost:
        """What one more costs, where so many more cost this instead of ``fewer``."""
        ours, theirs = asdict(self), asdict(fewer)
        return Cost(**{name: (ours[name] - theirs[name]) / added for name in ours})


HEADING = "wall | CPU | memory | calls | writes |"


@dataclass(frozen=True)
class Figures:
    """Of one run of the benchmark. ``lacking`` says why a row is not there."""

    cores: int
    rounds: int
    runs: Mapping[str, Cost] = field(default_factory=dict)
    fleets: Mapping[int, Cost] = field(default_factory=dict)
    lacking: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def of(saved: Mapping[str, Any]) -> Figures:
        """From JSON, whose keys are strings."""
        runs = {name: Cost(**cost) for name, cost in saved["runs"].items()}
        fleets = {int(size): Cost(**cost) for size, cost in saved["fleets"].items()}
        return Figures(saved["cores"], saved["rounds"], runs, fleets, saved["lacking"])


@dataclass(frozen=True)
class Goal:
    """A figure or ratio, and how much it may be; ``below`` where it has to stay below that. None: not measured."""

    measure: str
    figure: float | None
    limit: float
    unit: str = ""
    below: bool = False

    @property
    def met(self) -> bool | None:
        if self.figure is None:
            return None
        return self.figure < self.limit if self.below else self.figure <= self.limit

    def row(self) -> str:
        wanted = f"{'<' if self.below else '≤'} {_written(self.limit, self.unit)}"
        verdict = {True: "yes", False: "**no**", None: "not measured"}[self.met]
        found = "" if self.figure is None else _written(self.figure, self.unit)
        return f"| {self.measure} | {found} | {wanted} | {verdict} |"


def _written(figure: float, unit: str) -> str:
    digits = 0 if figure == int(figure) else 3 if figure < 0.1 else 2 if figure < 10 else 1
    return f"{figure:.{digits}f}{f' {unit}' if unit else ''}"


def goals(figures: Figures) -> list[Goal]:
    return [*_of_one_system(figures), *_of_fleets(figures)]


def _of_one_system(figures: Figures) -> Iterator[Goal]:
    def ratio(of: str, to: str, what: str = "wall") -> float | None:
        if of not in figures.runs or to not in figures.runs:
            return None
        return float(getattr(figures.runs[of], what) / getattr(figures.runs[to], what))

    writes = figures.runs[AGAIN].writes if AGAIN in figures.runs else None
    yield Goal("nothing to do: `site.yml` ÷ stock playbook", ratio(AGAIN, STOCK_AGAIN), 1 / 12)
    yield Goal("nothing to do: `site.yml` ÷ boto3 alone", ratio(AGAIN, FLOOR), 2.3)
    yield Goal("nothing to do: `site.yml` ÷ `terraform plan`", ratio(AGAIN, TERRAFORM), 0.4)
    yield Goal("`plan.yml` on an empty account ÷ `site.yml` with nothing to do", ratio(PLAN_FIRST, AGAIN), 1)
    yield Goal("`plan.yml` with nothing to do ÷ `site.yml` with nothing to do", ratio(PLAN_AGAIN, AGAIN), 1)
    yield Goal("nothing to do: calls of `site.yml` ÷ calls of boto3 alone", ratio(AGAIN, FLOOR, "calls"), 1.2)
    yield Goal("nothing to do: writes of `site.yml`", writes, 0)
    yield Goal("empty account: `site.yml` ÷ stock playbook", ratio(FIRST, STOCK_FIRST), 0.6)


def _of_fleets(figures: Figures) -> Iterator[Goal]:
    fewest, most = (min(figures.fleets), max(figures.fleets)) if figures.fleets else (0, 0)
    more = figures.fleets[most].each_more(figures.fleets[fewest], most - fewest) if most > fewest else None
    yield Goal("each further database, wall", more.wall if more else None, 0.25, "s")
    yield Goal("each further database, CPU", more.cpu if more else None, 0.3, "s")
    yield Goal("each further database, calls", more.calls if more else None, 15)
    biggest = figures.fleets.get(BIGGEST)
    yield Goal(f"{BIGGEST} databases, wall", biggest.wall if biggest else None, 30, "s")
    yield Goal(f"{BIGGEST} databases, memory", biggest.memory if biggest else None, 600, "MiB", below=True)

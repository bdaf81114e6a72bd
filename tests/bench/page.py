"""docs/bench/site.md and its picture, from figures. ``python -m tests.bench.page``: anew, from the last ones."""

from __future__ import annotations

import json
from pathlib import Path

from tests.bench.chart import draw
from tests.bench.figures import HEADING, RUNS, Figures, goals
from tests.bench.stock_modules import LACKING

DIRECTORY = Path(__file__).parents[2] / "docs" / "bench"
PAGE, PICTURE, SAVED = DIRECTORY / "site.md", DIRECTORY / "site.svg", Path(__file__).with_name("site.json")

STOCK = """The stock playbook is `tests/bench/stock/retail.yml`, with modules of `amazon.aws` and `community.aws` alone;
`terraform plan` is of `tests/bench/hcl`, once that is applied. That all make the same is seen through boto3 before
anything is measured again (`tests/bench/state.py`). What the stock modules cannot make:"""
ABOUT = """`make bench`, {cores} cores, medians of {rounds}, against the local AWS, which runs on the same cores:
figures are to be compared with each other only. The rows for one system take turns. Calls are those that AWS sees,
writes among them. Databases are available at once and have no PostgreSQL behind them, so nothing here waits for AWS.
The fleets share a network; more than 20 databases in a region need a higher quota of RDS event subscriptions than AWS
gives at first. Where wall is far above CPU, a run waits for the local AWS."""


def page(figures: Figures) -> str:
    parts = [
        "# What a run costs",
        ABOUT.format(cores=figures.cores, rounds=figures.rounds),
        f"![Seconds that runs take]({PICTURE.name})",
        "## Goals",
        "\n".join(["| measure | here | goal | met |", "|---|---|---|---|", *(goal.row() for goal in goals(figures))]),
        *(f"{row}: {why}." for row, why in figures.lacking.items()),
        "## One system",
        "\n".join([f"| `retail` | {HEADING}", "|---|---|---|---|---|---|", *runs(figures)]),
        STOCK,
        "\n".join(f"- {what}" for what in LACKING),
        "## Fleets",
        "\n".join([f"| databases | {HEADING} each one more |", "|---|---|---|---|---|---|---|", *fleets(figures)]),
    ]
    return "\n\n".join(parts) + "\n"


def runs(figures: Figures) -> list[str]:
    return [figures.runs[name].row(name) for name in RUNS if name in figures.runs]


def fleets(figures: Figures) -> list[str]:
    rows, before = [], None
    for size, cost in sorted(figures.fleets.items()):
        more = ""
        if before is not None:
            each = cost.each_more(figures.fleets[before], size - before)
            more = f"{each.wall:.2f} s, CPU {each.cpu:.2f} s, {each.calls:.1f} calls"
        rows.append(f"{cost.row(str(size))} {more} |")
        before = size
    return rows


def save(figures: Figures) -> None:
    SAVED.write_text(json.dumps(figures.as_dict(), indent=1) + "\n")
    PAGE.write_text(page(figures))
    draw(figures, PICTURE)


def saved() -> Figures:
    return Figures.of(json.loads(SAVED.read_text()))


if __name__ == "__main__":
    save(saved())

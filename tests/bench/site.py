"""What a run of site.yml and of plan.yml costs, beside other ways to do the same. ``make bench``.

Everything in one run on one machine, against the local AWS: figures are to be compared with each other only.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from emulator.testing import Emulator
from tests.bench import fleet, in_process, page, stock_modules, terraform
from tests.bench.figures import (
    AGAIN,
    FIRST,
    FLOOR,
    PLAN_AGAIN,
    PLAN_FIRST,
    STOCK_AGAIN,
    STOCK_FIRST,
    TERRAFORM,
    Cost,
    Figures,
)
from tests.bench.measured import in_turn, measure, playbook, say
from tests.bench.state import compare

INVENTORY = "inventories/prod"
RETAIL = ("--limit", "retail_system")
NETWORK = "bench-network"
PARTS = ("modules", "site", "stock", "terraform", "fleets")

Runs = dict[str, Callable[[], Cost]]


def local_aws() -> Emulator:
    return Emulator(program="tests.bench.without_servers")


def one_system(parts: set[str], rounds: int, mirror: str) -> tuple[dict[str, Cost], dict[str, str]]:
    """``retail`` with its network, in as many ways as are asked for; and why there is no row of one."""
    lacking: dict[str, str] = {}
    with ExitStack() as stack:
        ours, empty = stack.enter_context(local_aws()), stack.enter_context(local_aws())
        found = {FIRST: first(FIRST, ours, rounds, lambda: playbook(ours, "site.yml", INVENTORY, *RETAIL))}
        runs = of_ours(ours, empty)
        if "stock" in parts:
            theirs = stack.enter_context(local_aws())
            found[STOCK_FIRST] = first(STOCK_FIRST, theirs, rounds, lambda: stock_modules.converge(theirs))
            compare(ours, theirs, without=stock_modules.UNMADE)
            runs[STOCK_AGAIN] = lambda: stock_modules.converge(theirs)
        program = terraform.find(mirror) if "terraform" in parts else "not asked for"
        if isinstance(program, terraform.Program):
            runs[TERRAFORM] = of_terraform(program, ours, stack)
        else:
            lacking[TERRAFORM] = program
        found |= in_turn(rounds, runs)
    return found, lacking


def of_terraform(program: terraform.Program, ours: Emulator, stack: ExitStack) -> Callable[[], Cost]:
    aws = stack.enter_context(local_aws())
    workspace = terraform.apply(program, aws, Path(stack.enter_context(tempfile.TemporaryDirectory())))
    compare(ours, aws)
    return lambda: terraform.plan(program, aws, workspace)


def first(name: str, aws: Emulator, rounds: int, run: Callable[[], Cost]) -> Cost:
    """The median of runs, each on an account that is empty."""
    costs = []
    for _round in range(rounds):
        aws.reset()
        costs.append(run())
        say(costs[-1].row(name))
    return Cost.median(costs)


def of_ours(made: Emulator, empty: Emulator) -> Runs:
    floor = [sys.executable, "-m", "tests.bench.floor"]
    return {
        AGAIN: lambda: playbook(made, "site.yml", INVENTORY, *RETAIL),
        PLAN_AGAIN: lambda: playbook(made, "playbooks/plan.yml", INVENTORY, *RETAIL),
        PLAN_FIRST: lambda: playbook(empty, "playbooks/plan.yml", INVENTORY, *RETAIL),
        FLOOR: lambda: measure(made, floor, made.environ()),
    }


def fleets(sizes: list[int], rounds: int) -> Iterator[tuple[int, Cost]]:
    """Databases in one network, with nothing to do."""
    made = 0
    with tempfile.TemporaryDirectory() as directory, local_aws() as aws:
        fleet.network(aws, NETWORK)
        for size in sizes:
            hosts = fleet.inventory(Path(directory), size, NETWORK)
            fleet.bring_up(aws, hosts, fleet.names(size)[made:])
            made = size
            # Its last plan was the run that does not count.
            run = partial(playbook, aws, "site.yml", str(hosts))
            yield size, in_turn(rounds, {name(size): run}, warm=False)[name(size)]


def name(size: int) -> str:
    return f"{size} databases"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.site", description=__doc__)
    parser.add_argument("--fleets", default="1,5,20,100", help="sizes, rising (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="after one that does not count (default: %(default)s)")
    parser.add_argument(
        "--only", default="", metavar="PARTS", help=f"of {', '.join(PARTS)}; prints, and leaves docs/bench as it is"
    )
    parser.add_argument(
        "--mirror", default="", metavar="DIR", help="where Terraform's AWS provider is, as a mirror of files"
    )
    options = parser.parse_args()
    parts = set(options.only.split(",") if options.only else PARTS)
    if parts - set(PARTS):
        parser.error(f"--only: {', '.join(sorted(parts - set(PARTS)))}: there are {', '.join(PARTS)}")
    if "modules" in parts:
        in_process.main(write=not options.only)
    if parts == {"modules"}:
        return
    runs, lacking = (
        one_system(parts, options.rounds, options.mirror) if parts & {"site", "stock", "terraform"} else ({}, {})
    )
    sizes = [int(size) for size in options.fleets.split(",")] if "fleets" in parts else []
    figures = Figures(os.cpu_count() or 1, options.rounds, runs, dict(fleets(sizes, options.rounds)), lacking)
    print(page.page(figures))
    if not options.only:
        page.save(figures)


if __name__ == "__main__":
    main()

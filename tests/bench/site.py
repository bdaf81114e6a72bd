"""What a run of site.yml and of plan.yml costs, beside other ways to do the same. ``make bench``.

Everything in one run on one machine, against the local AWS: figures are to be compared with each other only.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from emulator.testing import Emulator
from tests.bench import fleet
from tests.bench.measured import HEADING, ROOT, Cost, measure, playbook, repeated

TABLE = ROOT / "docs" / "bench" / "site.md"
INVENTORY = "inventories/prod"
RETAIL = ("--limit", "retail_system")
NETWORK = "bench-network"


def say(line: str) -> str:
    print(line, flush=True)
    return line


def one_system(rounds: int) -> Iterator[str]:
    """``retail`` with its network: brought up, and then with nothing to do."""
    with Emulator() as aws:
        first = playbook(aws, "site.yml", INVENTORY, *RETAIL)
        yield say(first.row("`site.yml`, empty account"))
        again = repeated(rounds, lambda: playbook(aws, "site.yml", INVENTORY, *RETAIL))
        yield say(again.row("`site.yml`, nothing to do"))
        yield say(repeated(rounds, lambda: playbook(aws, "playbooks/plan.yml", INVENTORY, *RETAIL)).row("`plan.yml`"))
        command = [sys.executable, "-m", "tests.bench.floor"]
        yield say(repeated(rounds, lambda: measure(aws, command, aws.environ())).row("boto3, the same state"))


def fleets(sizes: list[int], rounds: int) -> Iterator[str]:
    """Databases in one network, with nothing to do. The last column is what each more than in the row above costs."""
    before: tuple[int, Cost] | None = None
    with tempfile.TemporaryDirectory() as directory, Emulator(program="tests.bench.without_servers") as aws:
        fleet.network(aws, NETWORK)
        for size in sizes:
            hosts = fleet.inventory(Path(directory), size, NETWORK)
            fleet.bring_up(aws, hosts)
            cost = repeated(rounds, lambda hosts=hosts: playbook(aws, "site.yml", str(hosts)))  # type: ignore[misc]
            more = ""
            if before:
                added = size - before[0]
                wall, cpu, calls = (
                    (getattr(cost, name) - getattr(before[1], name)) / added for name in ("wall", "cpu", "calls")
                )
                more = f"{wall:.2f} s, CPU {cpu:.2f} s, {calls:.1f} calls"
            yield say(f"{cost.row(str(size))} {more} |")
            before = size, cost


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.site", description=__doc__)
    parser.add_argument("--fleets", default="1,5,20,100", help="sizes, rising (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="after one that does not count (default: %(default)s)")
    parser.add_argument("--only-fleets", action="store_true", help="prints; leaves the table as it is")
    options = parser.parse_args()
    sizes = [int(size) for size in options.fleets.split(",")]
    alone = ["" if options.only_fleets else say(f"| `retail` | {HEADING}"), "|---|---|---|---|---|---|"]
    if not options.only_fleets:
        alone += one_system(options.rounds)
    many = [say(f"| databases | {HEADING} each one more |"), "|---|---|---|---|---|---|---|"]
    many += fleets(sizes, options.rounds)
    if not options.only_fleets:
        TABLE.write_text("\n".join(["# What a run costs", "", about(options.rounds), "", *alone, "", *many, ""]))


def about(rounds: int) -> str:
    return (
        f"`make bench`, {os.cpu_count()} cores, medians of {rounds}, against the local AWS, which runs on the same"
        " cores. Calls are those that AWS sees, writes among them. The fleets share a network; their databases have no"
        " PostgreSQL behind them."
    )


if __name__ == "__main__":
    main()

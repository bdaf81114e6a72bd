"""How near a first converge comes to the longest chain of what AWS has to do one after the other. ``make bench``.

The local AWS takes AWS's own times: an instance 8 minutes, a cluster 4 and its members 7, and so on, a call 60 ms. A
minute takes a minute: on a faster clock Ansible's own work, which no clock makes faster, would count for more than it
does. The four systems are brought up each in an account of its own, the next when the last one waits.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import threading
from collections.abc import Iterable
from pathlib import Path

from emulator.testing import Emulator
from tests.bench.chain import CALL_MS, Chain, longest
from tests.bench.figures import Cost
from tests.bench.measured import ROOT, playbook
from tests.documents import documents
from tools import existing_network

TABLE = ROOT / "docs" / "bench" / "critical-path.md"
INVENTORY = "inventories/prod"
LIMITS = {
    "retail": "retail_system",
    "finance": "finance_system",
    "transactions": "transactions",
    "experimentation": "experimentation_system",
}
GOAL = 1.10
HEADING = "| system | longest chain | of that AWS | run | run ÷ chain | CPU of the run | calls |"


def one(system: str, seconds_a_minute: float) -> tuple[Chain, Cost]:
    with Emulator(time_scale=seconds_a_minute, call_ms=CALL_MS) as aws:
        if system == "transactions":
            existing_network.make(aws.client("ec2", existing_network.REGION))
        hosts = documents(aws, INVENTORY, "--limit", LIMITS[system])
        chain = longest([entry for host in hosts.values() for part in host["documents"].values() for entry in part])
        return chain, playbook(aws, "site.yml", INVENTORY, "--limit", LIMITS[system])


def row(system: str, chain: Chain, cost: Cost, seconds_a_minute: float) -> str:
    kinds = " → ".join(dict.fromkeys(name.partition("/")[0] for name in chain.names))
    allowed = chain.minutes * seconds_a_minute
    return (
        f"| {system} | {kinds} | {chain.minutes:.1f} min, {allowed:.0f} s | {cost.wall:.0f} s |"
        f" {cost.wall / allowed:.2f} | {cost.cpu:.0f} s | {cost.calls:.0f} |"
    )


def all_of(systems: Iterable[str], seconds_a_minute: float, stagger: float) -> list[str]:
    """Rows, each from a process of its own, begun so many seconds after the one before."""
    rows: dict[str, str] = {}

    def run(system: str) -> None:
        command = [sys.executable, "-m", "tests.bench.critical_path", "--row", system]
        finished = subprocess.run(
            [*command, "--seconds-a-minute", str(seconds_a_minute)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        rows[system] = finished.stdout.strip()
        print(rows[system], flush=True)

    timers = [threading.Timer(number * stagger, run, [system]) for number, system in enumerate(systems)]
    for timer in timers:
        timer.start()
    for timer in timers:
        timer.join()
    return [rows[system] for system in systems]


def about(seconds_a_minute: float, load: float) -> str:
    return (
        f"`make bench`, {os.cpu_count()} cores, an AWS minute in {seconds_a_minute:g} s, against the local AWS, which"
        f" runs on the same cores; load when it began: {load:.1f}. The longest chain is computed from the documents of"
        " the roles and the minutes of the local AWS; the run is all of `ansible-playbook site.yml`, from its start to"
        f" its end. Goal: at most {GOAL:.2f} of the chain."
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.critical_path", description=__doc__)
    parser.add_argument("--seconds-a-minute", type=float, default=60.0, help="of AWS (default: %(default)s)")
    parser.add_argument("--stagger", type=float, default=90.0, help="seconds between starts (default: %(default)s)")
    parser.add_argument("--row", choices=LIMITS, help="only this system, here; prints, and leaves the table as it is")
    options = parser.parse_args()
    if options.row:
        print(row(options.row, *one(options.row, options.seconds_a_minute), options.seconds_a_minute))
        return
    load = os.getloadavg()[0]
    print(HEADING, flush=True)
    rows = all_of(LIMITS, options.seconds_a_minute, options.stagger)
    lines = ["# How near a first converge comes to what AWS needs", "", about(options.seconds_a_minute, load), ""]
    Path(TABLE).write_text("\n".join([*lines, HEADING, "|---|---|---|---|---|---|---|", *rows, ""]))


if __name__ == "__main__":
    main()

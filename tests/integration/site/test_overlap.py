"""What takes AWS minutes is begun as soon as it can be, and waited for once: by the order of calls, not by the clock.

The clock almost stands still until everything has been begun. A run that waits for one thing before it begins the next
never gets there.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from emulator.testing import Emulator
from tests.integration.playbook import ROOT, command, environment
from tests.integration.processes import kill_tree
from tools import existing_network

ALMOST_STOPPED = 36_000
PATIENCE_SECONDS = 600
# A cluster in a network that was there before; finance in one with a NAT gateway, and with a parameter that its server
# does not survive.
LIMIT = "transactions,finance_system"
FATAL = {"shared_buffers": 1073741823}
REGION = existing_network.REGION


@pytest.fixture(scope="module")
def account() -> Iterator[Emulator]:
    with Emulator(time_scale=ALMOST_STOPPED) as running:
        yield running


@pytest.fixture
def process(account: Emulator, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A run with one fork."""
    existing_network.make(account.client("ec2", REGION))
    extra = {"outputs_directory": str(tmp_path), "rds_postgres_parameters": FATAL}
    output = tmp_path / "output"
    with output.open("w") as file:
        running = subprocess.Popen(
            [*command("site.yml", "--limit", LIMIT, "--forks", "1"), "-e", json.dumps(extra)],
            cwd=ROOT,
            env=environment(account),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            text=True,
        )
        yield running
        if running.poll() is None:
            kill_tree(running.pid)
            running.wait()


def until(process: subprocess.Popen[str], true: Callable[[], bool]) -> None:
    for _ in range(PATIENCE_SECONDS):
        if true():
            return
        assert process.poll() is None, "the run ended before it had begun everything"
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=1)
    raise AssertionError("the run waits before it has begun everything")


def actions(aws: Emulator) -> list[str]:
    return [entry["action"] for entry in aws.writes()]


def test_everything_is_begun_before_anything_is_there(
    account: Emulator, process: subprocess.Popen[str], tmp_path: Path
) -> None:
    until(process, lambda: actions(account).count("CreateDBInstance") == 3)
    ec2, rds = account.client("ec2", REGION), account.client("rds", REGION)
    (gateway,) = ec2.describe_nat_gateways()["NatGateways"]
    assert gateway["State"] == "pending"
    assert "available" not in {found["DBInstanceStatus"] for found in rds.describe_db_instances()["DBInstances"]}
    assert rds.describe_db_clusters()["DBClusters"][0]["Status"] == "creating"
    assert "PutMetricAlarm" not in actions(account)

    account.set_time_scale(0)
    assert process.wait(timeout=PATIENCE_SECONDS) != 0
    text = " ".join((tmp_path / "output").read_text().split())

    # What fails late fails its host alone, with the task and AWS's reason.
    assert "Not finished: finance" in text
    assert "DB instance db-finance-prod is incompatible-parameters. AWS does not leave this status by itself" in text
    assert "The database is there" in text
    assert json.loads((tmp_path / "prod" / "transactions.json").read_text())["outputs"]["endpoint"]
    assert not (tmp_path / "prod" / "finance.json").exists()
    ours = [{"Name": "tag:pgfleet:system", "Values": ["finance"]}]
    tables = ec2.describe_route_tables(Filters=ours)["RouteTables"]
    ways_out = {route.get("NatGatewayId") for table in tables for route in table["Routes"]} - {None}
    assert ways_out == {gateway["NatGatewayId"]}

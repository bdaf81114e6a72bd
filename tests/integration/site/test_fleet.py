"""The whole of inventories/prod in one run, in an account that holds nothing but the network of `transactions`."""

from __future__ import annotations

from pathlib import Path

from emulator.testing import Emulator
from tests.integration.playbook import run
from tools import existing_network

EVERY_HOST = ("--limit", "all")


def test_planned_brought_up_and_left_alone(account: Emulator, outputs: Path) -> None:
    """Hosts of different roles side by side, each with its own in their order."""
    existing_network.make(account.client("ec2", "us-east-1"))
    before = account.mark()
    planned = run(account, "site.yml", *EVERY_HOST, "--check")
    assert planned.status == 0, planned.output
    for line in (
        "retail_network (prod, us-west-2)",
        "+ rds_instance db-retail-prod",
        "+ aurora_cluster aurora-postgres",
    ):
        assert line in planned.output
    assert account.writes(before) == []

    up = run(account, "site.yml", *EVERY_HOST, outputs_directory=str(outputs))
    assert up.status == 0, up.output
    hosts = {"retail", "retail_network", "transactions"}
    assert {path.stem for path in (outputs / "prod").iterdir()} == hosts

    before = account.mark()
    again = run(account, "site.yml", *EVERY_HOST, outputs_directory=str(outputs))
    assert (again.status, again.changed) == (0, dict.fromkeys(hosts, 0)), again.output
    assert account.writes(before) == []


def test_taken_away_but_for_the_network_of_others(account: Emulator, outputs: Path) -> None:
    down = run(account, "playbooks/destroy.yml", *EVERY_HOST, outputs_directory=str(outputs), confirm="prod")
    assert down.status == 0, down.output
    for line in ("retail (prod): removed 45 resources.", "transactions (prod): removed 22 resources."):
        assert line in down.output
    ec2 = account.client("ec2", "us-east-1")
    vpcs = [vpc["VpcId"] for vpc in ec2.describe_vpcs()["Vpcs"] if not vpc["IsDefault"]]
    assert vpcs == existing_network.make(ec2)[:1]

"""What all hosts together would make of RDS is held to the account's quotas before the first write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from emulator.testing import Emulator
from tests.bench import fleet
from tests.integration.playbook import Run, run

NETWORK = "bench-network"
NAMES = fleet.names(3)


@pytest.fixture(scope="module")
def hosts(account: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three databases that are not there yet, in a network that is."""
    fleet.network(account, NETWORK)
    return fleet.inventory(tmp_path_factory.mktemp("fleet"), len(NAMES), NETWORK)


def play(account: Emulator, playbook: str, hosts: Path, **extra: Any) -> Run:
    return run(account, playbook, "-i", str(hosts), "--limit", ",".join(NAMES), **extra)


def asked(account: Emulator, since: int) -> int:
    return sum(entry["action"] == "DescribeAccountAttributes" for entry in account.log(since=since))


def test_what_does_not_fit_is_refused_before_the_first_write(account: Emulator, hosts: Path) -> None:
    account.set_quotas(EventSubscriptions=2, DBInstances=1)
    mark = account.mark()
    refused = play(account, "site.yml", hosts)
    assert refused.status != 0
    assert refused.failed == {"r000": 0, "r001": 1, "r002": 1}
    for sentence in (
        "RDS quota EventSubscriptions: 0 of 2 used in us-west-2 of account 123456789012 this run wants 3 more",
        "(r000 1, r001 1, r002 1), and there is room for 2. What does not fit here: rds_event_subscription/",
        "--service-code rds --quota-code L-A59F4C87 --desired-value 3 --region us-west-2",
        "RDS quota DBInstances: 0 of 1 used in us-west-2 of account 123456789012 this run wants 3 more",
        "--service-code rds --quota-code L-7B6409FD --desired-value 3 --region us-west-2",
        "or use --limit:",
    ):
        assert sentence in refused.text, refused.output
    assert account.writes(mark) == []
    assert asked(account, mark) == 1


def test_the_others_have_a_plan(account: Emulator, hosts: Path, tmp_path: Path) -> None:
    account.set_quotas(EventSubscriptions=2, DBInstances=3)
    written = tmp_path / "plan.json"
    planned = play(account, "playbooks/plan.yml", hosts, plan_json=str(written))
    assert planned.status == 2
    plan = json.loads(written.read_text())
    assert (sorted(plan["hosts"]), list(plan["failures"])) == (["r000", "r001"], ["r002"])
    assert "rds_event_subscription/" in plan["failures"]["r002"]
    assert "DBInstances" not in plan["failures"]["r002"]

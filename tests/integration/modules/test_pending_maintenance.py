"""pending_maintenance through ansible-playbook: list, ask for the window, take back, now, check mode, refusals.

The tests share an instance and a cluster.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from emulator.testing import Emulator
from tests.integration.modules.module_runner import Ran, run_module

MASTER = {"MasterUsername": "dbadmin", "MasterUserPassword": "correct-horse"}
ARN = "arn:aws:rds:us-east-1:123456789012:"
RETAIL, ORDERS = f"{ARN}db:retail", f"{ARN}cluster:orders"


@pytest.fixture(scope="module")
def account() -> Iterator[Emulator]:
    with Emulator() as running:
        rds = running.client("rds")
        sizes = {"Engine": "postgres", "DBInstanceClass": "db.t3.micro", "AllocatedStorage": 20}
        rds.create_db_instance(DBInstanceIdentifier="retail", **sizes, **MASTER)
        rds.create_db_cluster(DBClusterIdentifier="orders", Engine="aurora-postgresql", **MASTER)
        yield running


@pytest.fixture
def announced(account: Emulator) -> Emulator:
    """Two actions of the instance and one of the cluster, none of them asked for."""
    account.set_time_scale(0)
    account.clear_faults()
    account.announce_maintenance(RETAIL, "system-update", auto_applied_after="2030-01-01T00:00:00")
    account.announce_maintenance(RETAIL, "ca-certificate-rotation")
    account.announce_maintenance(ORDERS, "db-upgrade")
    return account


def run(aws: Emulator, check: bool = False, **options: Any) -> Ran:
    return run_module(aws, "pending_maintenance", options, check=check)


def opted_in(aws: Emulator) -> dict[tuple[str, str], str]:
    """What RDS says was asked for, by resource and action."""
    found = aws.client("rds").describe_pending_maintenance_actions()["PendingMaintenanceActions"]
    return {
        (each["ResourceIdentifier"], action["Action"]): action.get("OptInStatus", "")
        for each in found
        for action in each["PendingMaintenanceActionDetails"]
    }


def test_in_the_window_and_not(announced: Emulator) -> None:
    listed = run(announced)
    assert (listed.changed, listed.actions) == (False, ["DescribePendingMaintenanceActions"])
    assert [(each["resource_name"], each["action"], each["opt_in"]) for each in listed.result["pending"]] == [
        ("orders", "db-upgrade", ""),
        ("retail", "system-update", ""),
        ("retail", "ca-certificate-rotation", ""),
    ]
    assert listed.result["pending"][1]["auto_applied_after"] == "2030-01-01T00:00:00+00:00"

    checked = run(announced, check=True, instances=["Retail"], apply="window")
    assert (checked.changed, checked.writes) == (True, [])
    asked = run(announced, instances=["Retail"], apply="window")
    assert asked.result["diff"] == checked.result["diff"]
    assert asked.writes == ["ApplyPendingMaintenanceAction"] * 2
    (plan,) = asked.result["plan"]
    assert plan["changes"][0] == {
        "property": "system-update",
        "before": "",
        "after": "window",
        "effect": "none",
        "note": "made in the next maintenance window",
    }
    assert opted_in(announced) == {
        (RETAIL, "system-update"): "next-maintenance",
        (RETAIL, "ca-certificate-rotation"): "next-maintenance",
        (ORDERS, "db-upgrade"): "",
    }
    assert [each["opt_in"] for each in asked.result["pending"]] == ["window", "window"]
    again = run(announced, instances=[RETAIL], apply="window")
    assert (again.changed, again.writes) == (False, [])

    undone = run(announced, apply="undo")
    assert undone.writes == ["ApplyPendingMaintenanceAction"] * 2
    assert undone.result["plan"][0]["changes"][0]["note"].startswith("AWS makes it nevertheless, after 2030-01-01")
    assert set(opted_in(announced).values()) == {""}


def test_now(announced: Emulator) -> None:
    announced.fault("throttle", service="rds", action="ApplyPendingMaintenanceAction", count=1)
    planned = run(announced, check=True, apply="now")
    assert planned.writes == []
    effects = {(plan["name"], c["property"]): c["effect"] for plan in planned.result["plan"] for c in plan["changes"]}
    assert effects == {
        ("orders", "db-upgrade"): "downtime",
        ("retail", "system-update"): "downtime",
        ("retail", "ca-certificate-rotation"): "reboot",
    }
    made = run(announced, apply="now", actions=["db-upgrade", "system-update"])
    assert made.writes.count("ApplyPendingMaintenanceAction") == 3
    assert made.result["pending"] == []
    assert opted_in(announced) == {(RETAIL, "ca-certificate-rotation"): ""}
    assert announced.client("rds").describe_db_instances()["DBInstances"][0]["DBInstanceStatus"] == "available"
    assert not run(announced, apply="now", actions=["db-upgrade", "system-update"]).changed


def test_what_is_being_made_is_awaited_and_cannot_be_undone(announced: Emulator) -> None:
    announced.set_time_scale(60)
    options: dict[str, Any] = {"instances": ["retail"], "actions": ["system-update"]}
    begun = run(announced, **options, apply="now", wait=False)
    assert [each["opt_in"] for each in begun.result["pending"]] == ["now"]
    late = run(announced, **options, apply="now", wait_timeout=1)
    assert late.writes == []
    assert "maintenance is still pending (system-update of retail) after 1 s, not done" in late.message
    refused = run(announced, **options, apply="undo")
    assert refused.writes == []
    assert "system-update of retail is being made, which AWS cannot undo." in refused.message


def test_bad_input(announced: Emulator) -> None:
    refused = run(announced, instances=["none", "retail"], clusters=["retail"], apply="now")
    assert refused.writes == []
    assert "instances: none\n    is no DB instance in this account and region. There are: retail." in refused.message
    assert "clusters: retail\n    is no DB cluster in this account and region. There are: orders." in refused.message
    refused = run(announced, actions=["update", "system-update"], apply="now")
    assert refused.writes == []
    assert "actions: update\n    is no maintenance action. Allowed: ca-certificate-rotation," in refused.message

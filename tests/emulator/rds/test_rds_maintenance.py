"""Pending maintenance.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Maintenance.html
"""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from tests.emulator.rds.conftest import Rds


def pending(rds: Rds, **params: Any) -> dict[str, list[dict[str, Any]]]:
    """Actions by resource."""
    found = rds.client.describe_pending_maintenance_actions(**params)["PendingMaintenanceActions"]
    return {each["ResourceIdentifier"]: each["PendingMaintenanceActionDetails"] for each in found}


def opt_in(rds: Rds, arn: str, kind: str, action: str = "system-update") -> dict[str, Any]:
    answer = rds.client.apply_pending_maintenance_action(ResourceIdentifier=arn, ApplyAction=action, OptInType=kind)
    found: dict[str, Any] = answer["ResourcePendingMaintenanceActions"]["PendingMaintenanceActionDetails"][0]
    return found


@pytest.fixture
def arn(shared: Rds) -> str:
    """An instance with a pending update."""
    found = str(shared.get()["DBInstanceArn"])
    shared.aws.announce_maintenance(found, "system-update", auto_applied_after="2030-01-01T00:00:00")
    return found


def test_what_is_pending(shared: Rds, arn: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribePendingMaintenanceActions.html"""
    later = datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)
    action = {
        "Action": "system-update",
        "Description": "New Operating System update is available",
        "AutoAppliedAfterDate": later,
        "CurrentApplyDate": later,
    }
    assert pending(shared) == pending(shared, ResourceIdentifier=arn) == {arn: [action]}
    for values in (["db1"], [arn]):
        assert pending(shared, Filters=[{"Name": "db-instance-id", "Values": values}]) == {arn: [action]}
    assert pending(shared, Filters=[{"Name": "db-cluster-id", "Values": ["db1"]}]) == {}
    refused = shared.refusal("describe_pending_maintenance_actions", ResourceIdentifier=f"{arn}x")
    assert refused[0] == "ResourceNotFoundFault"
    strange = [{"Name": "engine", "Values": ["x"]}]
    assert shared.refusal("describe_pending_maintenance_actions", Filters=strange)[0] == "InvalidParameterValue"


def test_in_the_window_and_not(shared: Rds, arn: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ApplyPendingMaintenanceAction.html"""
    asked = opt_in(shared, arn, "next-maintenance")
    assert asked["OptInStatus"] == "next-maintenance"
    day, time = shared.get()["PreferredMaintenanceWindow"].split("-")[0].split(":", 1)
    assert asked["CurrentApplyDate"].strftime("%a:%H:%M").lower() == f"{day}:{time}"
    assert asked["CurrentApplyDate"] > datetime.datetime.now(datetime.UTC)
    assert "OptInStatus" not in opt_in(shared, arn, "undo-opt-in")


def test_at_once(shared: Rds, arn: str) -> None:
    """The database is restarted; what has begun cannot be undone."""
    with shared.login() as before:
        started = before.execute("SELECT pg_postmaster_start_time()").fetchone()
    shared.aws.set_time_scale(60)
    assert opt_in(shared, arn, "immediate")["OptInStatus"] == "immediate"
    assert shared.get()["DBInstanceStatus"] == "maintenance"
    asked = {"ResourceIdentifier": arn, "ApplyAction": "system-update", "OptInType": "undo-opt-in"}
    assert "cannot be undone" in shared.refusal("apply_pending_maintenance_action", **asked)[1]
    shared.aws.announce_maintenance(arn, "db-upgrade")
    busy = {"ResourceIdentifier": arn, "ApplyAction": "db-upgrade", "OptInType": "immediate"}
    assert shared.refusal("apply_pending_maintenance_action", **busy)[0] == "InvalidDBInstanceState"
    shared.aws.set_time_scale(0)
    shared.wait_for("available")
    assert [action["Action"] for action in pending(shared)[arn]] == ["db-upgrade"]
    with shared.login() as after:
        assert after.execute("SELECT pg_postmaster_start_time()").fetchone() > started
    opt_in(shared, arn, "immediate", "db-upgrade")
    assert pending(shared) == {}


def test_what_is_refused(shared: Rds, arn: str) -> None:
    asked = {"ResourceIdentifier": arn, "ApplyAction": "system-update", "OptInType": "immediate"}
    for change, code in (
        ({"OptInType": "now"}, "InvalidParameterValue"),
        ({"ApplyAction": "update"}, "InvalidParameterValue"),
        ({"ApplyAction": "os-upgrade"}, "ResourceNotFoundFault"),
        ({"ResourceIdentifier": f"{arn}x"}, "ResourceNotFoundFault"),
    ):
        assert shared.refusal("apply_pending_maintenance_action", **asked | change)[0] == code


def test_a_test_cannot_announce_nonsense(shared: Rds, arn: str) -> None:
    with pytest.raises(ValueError, match="there is no resource arn:x"):
        shared.aws.announce_maintenance("arn:x", "system-update")
    with pytest.raises(ValueError, match="there are: ca-certificate-rotation, db-upgrade"):
        shared.aws.announce_maintenance(arn, "update")

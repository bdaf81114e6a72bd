"""Statuses while AWS time passes: time_scale above 0."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

# Wall seconds per AWS minute: every step lasts long enough to be seen, and the whole stays short.
SCALE = 0.5


@pytest.fixture
def slow(rds: Any) -> Iterator[Any]:
    rds.create("db1")
    rds.aws.set_time_scale(SCALE)
    yield rds
    rds.aws.set_time_scale(0)


def test_creation(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html"""
    rds.aws.set_time_scale(SCALE)
    rds.create("db1")
    assert rds.wait_for("available") == ["creating", "backing-up", "available"]


def test_modification_is_announced_before_it_begins(slow: Any) -> None:
    """A waiter for `available` that comes at once is fooled, as it is on AWS.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.DBInstance.Modifying.html
    """
    change = {"DBInstanceIdentifier": "db1", "DBInstanceClass": "db.t3.small"}
    answer = slow.client.modify_db_instance(**change, ApplyImmediately=True)["DBInstance"]
    assert answer["DBInstanceStatus"] == "available"
    assert answer["PendingModifiedValues"] == {"DBInstanceClass": "db.t3.small"}
    slow.wait_for("modifying")
    assert slow.wait_for("available") == ["modifying", "available"]
    assert slow.get()["PendingModifiedValues"] == {}


def test_what_is_not_available_cannot_be_changed(slow: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html (InvalidDBInstanceState)"""
    slow.client.reboot_db_instance(DBInstanceIdentifier="db1")
    name = {"DBInstanceIdentifier": "db1"}
    for action, params in (
        ("modify_db_instance", {"MultiAZ": True}),
        ("reboot_db_instance", {}),
        ("stop_db_instance", {}),
        ("create_db_snapshot", {"DBSnapshotIdentifier": "s"}),
        ("delete_db_instance", {"FinalDBSnapshotIdentifier": "s"}),
    ):
        assert slow.refusal(action, **name, **params)[0] == "InvalidDBInstanceState"
    assert slow.wait_for("available") == ["rebooting", "available"]


def test_stop_and_start(slow: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StopInstance.html"""
    slow.client.stop_db_instance(DBInstanceIdentifier="db1")
    assert slow.wait_for("stopped") == ["stopping", "stopped"]
    slow.client.start_db_instance(DBInstanceIdentifier="db1")
    assert slow.wait_for("available") == ["starting", "available"]


def test_parameters_are_applying_for_a_moment(slow: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBParameterGroupStatus.html"""
    slow.client.create_db_parameter_group(
        DBParameterGroupName="group1", DBParameterGroupFamily="postgres16", Description="d"
    )
    slow.modify(DBParameterGroupName="group1")
    slow.client.reboot_db_instance(DBInstanceIdentifier="db1")
    slow.wait_for("available")
    slow.set("group1", work_mem="8192")
    seen = dict.fromkeys(_apply_statuses(slow))
    assert list(seen)[-2:] == ["applying", "in-sync"]


def _apply_statuses(slow: Any) -> Iterator[str]:
    applying = False
    while True:
        status = slow.get()["DBParameterGroups"][0]["ParameterApplyStatus"]
        yield status
        if applying and status != "applying":
            return
        applying = applying or status == "applying"


def test_new_password_shows_as_pending(slow: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_PendingModifiedValues.html"""
    first = slow.modify(MasterUserPassword="another-horse")
    assert first["PendingModifiedValues"] == {"MasterUserPassword": "****"}
    assert slow.wait_for("available")[-2:] == ["resetting-master-credentials", "available"]
    assert slow.get()["PendingModifiedValues"] == {}


def test_snapshot(slow: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_CreateSnapshot.html"""
    slow.client.create_db_snapshot(DBInstanceIdentifier="db1", DBSnapshotIdentifier="s1")
    found = slow.client.describe_db_snapshots(DBSnapshotIdentifier="s1")["DBSnapshots"][0]
    assert found["Status"] == "creating"
    assert slow.wait_for("available") == ["backing-up", "available"]
    found = slow.client.describe_db_snapshots(DBSnapshotIdentifier="s1")["DBSnapshots"][0]
    assert found["Status"] == "available"


def test_instance_can_be_deleted_while_it_is_created(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html"""
    rds.aws.set_time_scale(SCALE)
    assert rds.create("db1")["DBInstanceStatus"] == "creating"
    rds.client.delete_db_instance(DBInstanceIdentifier="db1", SkipFinalSnapshot=True)
    assert rds.get()["DBInstanceStatus"] == "deleting"
    again = {"DBInstanceIdentifier": "db1", "SkipFinalSnapshot": True}
    assert rds.refusal("delete_db_instance", **again)[0] == "InvalidDBInstanceState"
    rds.aws.set_time_scale(0)
    rds.client.describe_db_instances()
    assert rds.client.describe_db_instances()["DBInstances"] == []

"""Statuses while AWS time passes.

With the clock almost stopped a status can be looked at; with time_scale 0 what was begun is done at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

ALMOST_STOPPED = 3600


@pytest.fixture
def slow(rds: Any) -> Any:
    """An instance, and a clock that almost stands still."""
    rds.create("db1")
    rds.aws.set_time_scale(ALMOST_STOPPED)
    return rds


@pytest.fixture(autouse=True)
def at_once_again(emulator: Any) -> Iterator[None]:
    yield
    emulator.set_time_scale(0)


def thaw(rds: Any) -> dict[str, Any]:
    rds.aws.set_time_scale(0)
    done: dict[str, Any] = rds.get()
    return done


def test_creation(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html"""
    rds.aws.set_time_scale(ALMOST_STOPPED)
    creating = rds.create("db1")
    assert creating["DBInstanceStatus"] == "creating"
    assert "Endpoint" not in creating
    done = thaw(rds)
    assert done["DBInstanceStatus"] == "available"
    assert "Endpoint" in done


def test_time_passes(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html"""
    rds.aws.set_time_scale(0.4)
    rds.create("db1")
    assert rds.wait_for("available") == ["creating", "backing-up", "available"]


def test_modification_is_announced_before_it_begins(slow: Any) -> None:
    """A waiter for `available` that comes at once is fooled, as it is on AWS.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.DBInstance.Modifying.html
    """
    announced = slow.modify(DBInstanceClass="db.t3.small", ApplyImmediately=True)
    assert announced["DBInstanceStatus"] == "available"
    assert announced["PendingModifiedValues"] == {"DBInstanceClass": "db.t3.small"}
    assert announced["DBInstanceClass"] == "db.t3.micro"
    slow.aws.set_time_scale(0.4)
    slow.wait_for("modifying")
    done = thaw(slow)
    assert (done["DBInstanceStatus"], done["DBInstanceClass"]) == ("available", "db.t3.small")
    assert done["PendingModifiedValues"] == {}


def test_what_is_not_available_cannot_be_changed(slow: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html (InvalidDBInstanceState)"""
    slow.client.reboot_db_instance(DBInstanceIdentifier="db1")
    assert slow.get()["DBInstanceStatus"] == "rebooting"
    name = {"DBInstanceIdentifier": "db1"}
    for action, params in (
        ("modify_db_instance", {"MultiAZ": True}),
        ("reboot_db_instance", {}),
        ("stop_db_instance", {}),
        ("create_db_snapshot", {"DBSnapshotIdentifier": "s"}),
        ("delete_db_instance", {"FinalDBSnapshotIdentifier": "s"}),
    ):
        assert slow.refusal(action, **name, **params)[0] == "InvalidDBInstanceState"
    assert thaw(slow)["DBInstanceStatus"] == "available"


def test_stop_and_start(slow: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StopInstance.html"""
    slow.client.stop_db_instance(DBInstanceIdentifier="db1")
    assert slow.get()["DBInstanceStatus"] == "stopping"
    assert thaw(slow)["DBInstanceStatus"] == "stopped"
    slow.aws.set_time_scale(ALMOST_STOPPED)
    slow.client.start_db_instance(DBInstanceIdentifier="db1")
    assert slow.get()["DBInstanceStatus"] == "starting"
    assert thaw(slow)["DBInstanceStatus"] == "available"


def test_parameters_are_applying_for_a_moment(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBParameterGroupStatus.html"""
    rds.client.create_db_parameter_group(
        DBParameterGroupName="group1", DBParameterGroupFamily="postgres16", Description="d"
    )
    rds.create("db1", DBParameterGroupName="group1", BackupRetentionPeriod=0)
    rds.aws.set_time_scale(ALMOST_STOPPED)
    rds.set("group1", work_mem="8192")
    assert rds.wait_for("applying", of=lambda instance: instance["DBParameterGroups"][0]["ParameterApplyStatus"])
    assert thaw(rds)["DBParameterGroups"][0]["ParameterApplyStatus"] == "in-sync"


def test_new_password_shows_as_pending(slow: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_PendingModifiedValues.html"""
    assert slow.modify(MasterUserPassword="another-horse")["PendingModifiedValues"] == {"MasterUserPassword": "****"}
    slow.wait_for("resetting-master-credentials")
    done = thaw(slow)
    assert (done["DBInstanceStatus"], done["PendingModifiedValues"]) == ("available", {})


def test_snapshot(slow: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_CreateSnapshot.html"""
    name = {"DBSnapshotIdentifier": "s1"}
    slow.client.create_db_snapshot(DBInstanceIdentifier="db1", **name)
    assert slow.client.describe_db_snapshots(**name)["DBSnapshots"][0]["Status"] == "creating"
    assert slow.get()["DBInstanceStatus"] == "backing-up"
    assert thaw(slow)["DBInstanceStatus"] == "available"
    assert slow.client.describe_db_snapshots(**name)["DBSnapshots"][0]["Status"] == "available"


def test_instance_can_be_deleted_while_it_is_created(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html"""
    rds.aws.set_time_scale(ALMOST_STOPPED)
    rds.create("db1")
    name = {"DBInstanceIdentifier": "db1", "SkipFinalSnapshot": True}
    rds.client.delete_db_instance(**name)
    assert rds.get()["DBInstanceStatus"] == "deleting"
    assert rds.refusal("delete_db_instance", **name)[0] == "InvalidDBInstanceState"
    rds.aws.set_time_scale(0)
    assert rds.client.describe_db_instances()["DBInstances"] == []

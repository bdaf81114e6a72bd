"""Statuses of clusters and members while AWS time passes: see test_rds_time.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

ALMOST_STOPPED = 3600
CLUSTER = {"DBClusterIdentifier": "c1"}


@pytest.fixture
def slow(aurora: Any) -> Any:
    """A cluster with a writer and a reader, and a clock that almost stands still."""
    aurora.create_cluster()
    aurora.add("c1-a", "c1-b")
    aurora.aws.set_time_scale(ALMOST_STOPPED)
    return aurora


@pytest.fixture(autouse=True)
def at_once_again(emulator: Any) -> Iterator[None]:
    yield
    emulator.set_time_scale(0)


def thaw(aurora: Any) -> dict[str, Any]:
    aurora.aws.set_time_scale(0)
    done: dict[str, Any] = aurora.cluster()
    return done


def test_creation(aurora: Any) -> None:
    """Members can be asked for while the cluster is made.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/accessing-monitoring.html
    """
    aurora.aws.set_time_scale(ALMOST_STOPPED)
    creating = aurora.create_cluster()
    assert creating["Status"] == "creating"
    assert {"Endpoint", "ReaderEndpoint", "Port", "ClusterCreateTime"} <= set(creating)
    assert aurora.refusal("modify_db_cluster", **CLUSTER, BackupRetentionPeriod=7)[0] == "InvalidDBClusterStateFault"
    member = aurora.add("c1-a", "c1-b")
    assert member["DBInstanceStatus"] == "creating"
    assert "Endpoint" not in member
    assert aurora.writers() == {"c1-a": True, "c1-b": False}
    assert thaw(aurora)["Status"] == "available"
    assert aurora.get("c1-b")["DBInstanceStatus"] == "available"


def test_time_passes(aurora: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/accessing-monitoring.html"""
    aurora.aws.set_time_scale(0.1)
    aurora.create_cluster()
    aurora.add("c1-a", "c1-b")
    assert aurora.wait_for("available", "c1-b") == ["creating", "available"]
    assert aurora.cluster()["Status"] == "available"


def test_modification(slow: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Modifying.html"""
    announced = slow.modify_cluster(EngineVersion="16.11", EnableIAMDatabaseAuthentication=True, ApplyImmediately=True)
    assert announced["Status"] == "available"
    assert announced["PendingModifiedValues"] == {"IAMDatabaseAuthenticationEnabled": True}
    done = thaw(slow)
    assert (done["Status"], done["IAMDatabaseAuthenticationEnabled"]) == ("available", True)
    assert "PendingModifiedValues" not in done


def test_new_password_shows_as_pending(slow: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ClusterPendingModifiedValues.html"""
    assert slow.modify_cluster(MasterUserPassword="another-horse")["PendingModifiedValues"] == {
        "MasterUserPassword": "****"
    }
    slow.wait_until("resetting-master-credentials", lambda: slow.cluster()["Status"])
    assert thaw(slow)["Status"] == "available"
    assert slow.ask("SELECT 1", password="another-horse") == 1


@pytest.mark.parametrize(
    ("action", "status"),
    [
        ("failover_db_cluster", "failing-over"),
        ("stop_db_cluster", "stopping"),
        ("create_db_cluster_snapshot", "backing-up"),
    ],
)
def test_what_is_not_available_cannot_be_changed(slow: Any, action: str, status: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBCluster.html (Errors)"""
    more = {"DBClusterSnapshotIdentifier": "s"} if action.endswith("snapshot") else {}
    getattr(slow.client, action)(**CLUSTER, **more)
    assert slow.cluster()["Status"] == status
    for refused, params in (
        ("modify_db_cluster", {"BackupRetentionPeriod": 7}),
        ("failover_db_cluster", {}),
        ("stop_db_cluster", {}),
        ("create_db_cluster_snapshot", {"DBClusterSnapshotIdentifier": "s2"}),
    ):
        assert slow.refusal(refused, **CLUSTER, **params)[0] == "InvalidDBClusterStateFault"
    assert thaw(slow)["Status"] == ("stopped" if status == "stopping" else "available")


def test_nothing_joins_a_stopped_cluster(slow: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-cluster-stop-start.html"""
    slow.client.stop_db_cluster(**CLUSTER)
    assert slow.get("c1-a")["DBInstanceStatus"] == "stopping"
    member = {"Engine": "aurora-postgresql", "DBInstanceClass": "db.t3.medium", "DBInstanceIdentifier": "c1-c"}
    assert slow.refusal("create_db_instance", **CLUSTER, **member)[0] == "InvalidDBClusterStateFault"
    assert thaw(slow)["Status"] == "stopped"
    for action, name in (
        ("delete_db_instance", {"DBInstanceIdentifier": "c1-a"}),
        ("delete_db_cluster", {**CLUSTER, "SkipFinalSnapshot": True}),
    ):
        assert slow.refusal(action, **name)[0] == "InvalidDBClusterStateFault"


def test_cluster_is_deleted_after_its_members(slow: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DeleteCluster.html"""
    for name in ("c1-a", "c1-b"):
        slow.delete_member(name)
    slow.client.delete_db_cluster(**CLUSTER, SkipFinalSnapshot=True)
    assert slow.cluster()["Status"] == "deleting"
    assert {slow.get(name)["DBInstanceStatus"] for name in ("c1-a", "c1-b")} == {"deleting"}
    slow.aws.set_time_scale(0)
    assert slow.client.describe_db_clusters()["DBClusters"] == []
    assert slow.client.describe_db_instances()["DBInstances"] == []


def test_members_can_be_deleted_while_they_are_created(aurora: Any) -> None:
    """Whichever comes last has the data.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DeleteCluster.html
    """
    aurora.aws.set_time_scale(ALMOST_STOPPED)
    aurora.create_cluster()
    aurora.add("c1-a", "c1-b")
    aurora.delete_member("c1-a")
    thaw(aurora)
    assert aurora.writers() == {"c1-b": True}
    assert aurora.ask("SELECT current_user") == "dbadmin"

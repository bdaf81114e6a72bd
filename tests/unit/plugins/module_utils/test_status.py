"""How a database is: from what AWS says of it to what somebody should look at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._status import GIB, Reads, absent, endpoint, status

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=365)
MAINTENANCE = {"action": "system-update", "resource_name": "db-retail", "opt_in": ""}


def instance(name: str = "db-retail", **changed: Any) -> dict[str, Any]:
    return {
        "DBInstanceIdentifier": name,
        "DBInstanceStatus": "available",
        "DBInstanceClass": "db.t3.micro",
        "Engine": "postgres",
        "EngineVersion": "16.13",
        "AvailabilityZone": "us-west-2a",
        "AllocatedStorage": 20,
        "Endpoint": {"Address": "db.example.com", "Port": 5432},
        "LatestRestorableTime": NOW - timedelta(minutes=3),
        "CertificateDetails": {"ValidTill": LATER},
        "PreferredMaintenanceWindow": "sun:04:00-sun:05:00",
    } | changed


def cluster(**changed: Any) -> dict[str, Any]:
    return {
        "DBClusterIdentifier": "orders",
        "Status": "available",
        "Engine": "aurora-postgresql",
        "EngineVersion": "15.10",
        "Endpoint": "orders.example.com",
        "Port": 5432,
        "MultiAZ": True,
        "DBClusterMembers": [
            {"DBInstanceIdentifier": "orders-1", "IsClusterWriter": False},
            {"DBInstanceIdentifier": "orders-2", "IsClusterWriter": True},
        ],
        "PreferredMaintenanceWindow": "mon:04:00-mon:05:00",
    } | changed


def seen(reads: Reads, *alarms: str) -> dict[str, Any]:
    return status(reads, alarms, NOW, certificate_days=30)


def test_an_instance_that_is_well() -> None:
    reads = Reads(
        instances=[instance()],
        alarms={"cpu": "OK", "lag": "INSUFFICIENT_DATA"},
        maintenance=[MAINTENANCE],
        metrics={("DatabaseConnections", "db-retail"): 3.6, ("FreeStorageSpace", "db-retail"): 5.0 * GIB},
        answer="",
    )
    assert seen(reads, "lag", "cpu") == {
        "identifier": "db-retail",
        "engine": "postgres",
        "engine_version": "16.13",
        "state": "available",
        "endpoint": "db.example.com:5432",
        "members": [
            {
                "identifier": "db-retail",
                "role": "instance",
                "state": "available",
                "instance_class": "db.t3.micro",
                "availability_zone": "us-west-2a",
            }
        ],
        "capacity_acu": None,
        "multi_az": False,
        "connections": 4,
        "storage_used_percent": 75,
        "restorable_to": "2026-11-25T11:57:00+00:00",
        "restorable_seconds_ago": 180,
        "certificate_valid_till": "2027-11-25T12:00:00+00:00",
        "pending": [],
        "maintenance": [MAINTENANCE],
        "alarms": {"ok": ["cpu"], "alarm": [], "insufficient_data": ["lag"], "missing": []},
        "answers": True,
        "trouble": [],
    }


def test_a_cluster_with_its_members() -> None:
    members = [instance("orders-1"), instance("orders-2", CertificateDetails={"ValidTill": LATER - timedelta(days=1)})]
    reads = Reads(
        cluster(ServerlessV2ScalingConfiguration={"MinCapacity": 0.5, "MaxCapacity": 1.0}),
        members,
        metrics={
            ("DatabaseConnections", "orders-1"): 2.0,
            ("DatabaseConnections", "orders-2"): 5.0,
            ("FreeStorageSpace", "orders-1"): 1.0,
        },
    )
    found = seen(reads)
    assert [member["role"] for member in found["members"]] == ["reader", "writer"]
    assert (found["identifier"], found["endpoint"], found["multi_az"]) == ("orders", "orders.example.com:5432", True)
    assert (found["capacity_acu"], found["connections"]) == ({"min": 0.5, "max": 1.0}, 7)
    assert (found["storage_used_percent"], found["answers"]) == (None, None)
    assert found["certificate_valid_till"] == "2027-11-24T12:00:00+00:00"
    assert (found["restorable_to"], found["restorable_seconds_ago"]) == (None, None)
    assert found["trouble"] == []


def test_what_is_not_in_effect_yet() -> None:
    waiting = instance(
        "orders-1",
        PendingModifiedValues={"DBInstanceClass": "db.r5.large", "AllocatedStorage": 30},
        DBParameterGroups=[{"DBParameterGroupName": "own", "ParameterApplyStatus": "pending-reboot"}],
    )
    told = {
        "DBInstanceIdentifier": "orders-1",
        "IsClusterWriter": True,
        "DBClusterParameterGroupStatus": "pending-reboot",
    }
    reads = Reads(cluster(PendingModifiedValues={"EngineVersion": "16.6"}, DBClusterMembers=[told]), [waiting])
    assert [(entry["resource"], entry["what"], entry["waits_for"]) for entry in seen(reads)["pending"]] == [
        ("orders", "EngineVersion", "window mon:04:00-mon:05:00"),
        ("orders-1", "AllocatedStorage", "window sun:04:00-sun:05:00"),
        ("orders-1", "DBInstanceClass", "window sun:04:00-sun:05:00"),
        ("orders-1", "parameters", "reboot"),
        ("orders-1", "cluster parameters", "reboot"),
    ]


@pytest.mark.parametrize(
    ("reads", "trouble"),
    [
        (Reads(instances=[instance(DBInstanceStatus="storage-full")]), ["db-retail is storage-full"]),
        (Reads(instances=[instance(DBInstanceStatus="backing-up")]), []),
        (Reads(cluster(), []), ["orders has no member"]),
        (Reads(cluster(Status="failing-over"), [instance("orders-1")]), ["orders is failing-over"]),
        (Reads(cluster(), [instance("orders-1", DBInstanceStatus="rebooting")]), ["orders-1 is rebooting"]),
        (
            Reads(instances=[instance()], answer="no answer within 5 s"),
            ["db.example.com:5432 does not accept connections: no answer within 5 s"],
        ),
        (
            Reads(instances=[instance(DBInstanceStatus="creating", Endpoint=None)], answer="it has no endpoint yet"),
            ["db-retail is creating", "db-retail does not accept connections: it has no endpoint yet"],
        ),
        (
            Reads(instances=[instance(CertificateDetails={"ValidTill": NOW + timedelta(days=29)})]),
            ["the server certificate expires on 2026-12-24"],
        ),
        (Reads(instances=[instance(CertificateDetails={"ValidTill": NOW + timedelta(days=31)})]), []),
    ],
)
def test_trouble(reads: Reads, trouble: list[str]) -> None:
    assert seen(reads)["trouble"] == trouble


def test_alarms_that_are_trouble() -> None:
    found = seen(Reads(instances=[instance()], alarms={"cpu": "ALARM"}), "cpu", "storage")
    assert found["trouble"] == ["alarm cpu", "alarm storage is missing"]
    assert found["alarms"] == {"ok": [], "alarm": ["cpu"], "insufficient_data": [], "missing": ["storage"]}


def test_a_cluster_that_has_no_endpoint_yet() -> None:
    assert endpoint(Reads({"DBClusterIdentifier": "orders"})) is None


def test_none() -> None:
    assert absent("db-retail") == {
        "identifier": "db-retail",
        "state": "absent",
        "trouble": ["db-retail does not exist"],
    }

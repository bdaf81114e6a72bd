"""The reads of a database's status: which calls, and what is taken from the answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._observers import database_status
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.database_status import read

from tests.unit.stubs import Exchange, account

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
ARN = "arn:aws:rds:us-west-2:123456789012:"
INSTANCE = {
    "DBInstanceIdentifier": "retail",
    "DBInstanceArn": f"{ARN}db:retail",
    "Endpoint": {"Address": "db.example.com", "Port": 5432},
}
ACTION = {"Action": "system-update"}
PENDING = Exchange(
    "describe_pending_maintenance_actions",
    {},
    {
        "PendingMaintenanceActions": [
            {"ResourceIdentifier": f"{ARN}db:retail", "PendingMaintenanceActionDetails": [ACTION]},
            {"ResourceIdentifier": f"{ARN}db:other", "PendingMaintenanceActionDetails": [ACTION]},
        ]
    },
)


def query(key: str, metric: str, instance: str) -> dict[str, Any]:
    dimensions = [{"Name": "DBInstanceIdentifier", "Value": instance}]
    wanted = {"Namespace": "AWS/RDS", "MetricName": metric, "Dimensions": dimensions}
    return {"Id": key, "MetricStat": {"Metric": wanted, "Period": 60, "Stat": "Average"}}


def metrics(*queries: dict[str, Any], values: dict[str, list[float]]) -> Exchange:
    asked = {
        "MetricDataQueries": list(queries),
        "StartTime": NOW - timedelta(minutes=10),
        "EndTime": NOW,
        "ScanBy": "TimestampDescending",
    }
    return Exchange(
        "get_metric_data", asked, {"MetricDataResults": [{"Id": k, "Values": v} for k, v in values.items()]}
    )


def test_an_instance(monkeypatch: pytest.MonkeyPatch) -> None:
    probed: list[tuple[str, int, float]] = []

    def why_not(*asked: Any) -> str:
        probed.append(asked)
        return "it is starting"

    monkeypatch.setattr(database_status, "why_not", why_not)
    found = Exchange("describe_db_instances", {"DBInstanceIdentifier": "retail"}, {"DBInstances": [INSTANCE]})
    alarms = Exchange(
        "describe_alarms",
        {"AlarmNames": ["cpu", "unwell"], "AlarmTypes": ["MetricAlarm", "CompositeAlarm"]},
        {
            "MetricAlarms": [{"AlarmName": "cpu", "StateValue": "OK"}],
            "CompositeAlarms": [{"AlarmName": "unwell", "StateValue": "ALARM"}],
        },
    )
    queries = [query("m0", "DatabaseConnections", "retail"), query("m1", "FreeStorageSpace", "retail")]
    data = metrics(*queries, values={"m0": [3.0, 9.0], "m1": []})
    with account({"rds": [found, PENDING], "cloudwatch": [alarms, data]}) as scope:
        reads = read(scope.clients, None, "retail", ["cpu", "unwell"], 2.5, NOW)
    assert reads is not None
    assert (reads.cluster, reads.instances[0]["DBInstanceIdentifier"]) == (None, "retail")
    assert reads.alarms == {"cpu": "OK", "unwell": "ALARM"}
    assert [entry["resource_name"] for entry in reads.maintenance] == ["retail"]
    assert reads.metrics == {("DatabaseConnections", "retail"): 3.0}
    assert (reads.answer, probed) == ("it is starting", [("db.example.com", 5432, 2.5)])


def test_a_cluster_without_members_is_asked_for_no_metrics() -> None:
    raw = {"DBClusterIdentifier": "orders", "DBClusterArn": f"{ARN}cluster:orders"}
    found = Exchange("describe_db_clusters", {"DBClusterIdentifier": "orders"}, {"DBClusters": [raw]})
    filters = [{"Name": "db-cluster-id", "Values": ["orders"]}]
    members = Exchange("describe_db_instances", {"Filters": filters}, {"DBInstances": []})
    with account({"rds": [found, members, PENDING], "cloudwatch": []}) as scope:
        reads = read(scope.clients, "orders", None, [], None, NOW)
        assert reads is not None
        assert (reads.instances, reads.alarms, reads.maintenance, reads.metrics) == ([], {}, [], {})
        assert reads.answer is None


def test_one_without_an_endpoint_does_not_answer() -> None:
    raw = {**INSTANCE, "Endpoint": {}}
    found = Exchange("describe_db_instances", {"DBInstanceIdentifier": "retail"}, {"DBInstances": [raw]})
    queries = [query("m0", "DatabaseConnections", "retail"), query("m1", "FreeStorageSpace", "retail")]
    with account({"rds": [found, PENDING], "cloudwatch": [metrics(*queries, values={})]}) as scope:
        reads = read(scope.clients, None, "retail", [], 1.0, NOW)
    assert reads is not None
    assert reads.answer == "it has no endpoint yet"


@pytest.mark.parametrize(
    ("cluster", "instance", "exchange"),
    [
        (
            None,
            "retail",
            Exchange("describe_db_instances", {"DBInstanceIdentifier": "retail"}, refusal="DBInstanceNotFound"),
        ),
        (
            "orders",
            None,
            Exchange("describe_db_clusters", {"DBClusterIdentifier": "orders"}, refusal="DBClusterNotFoundFault"),
        ),
    ],
)
def test_none(cluster: str | None, instance: str | None, exchange: Exchange) -> None:
    with account({"rds": [exchange]}) as scope:
        assert read(scope.clients, cluster, instance, [], 1.0, NOW) is None

"""How far databases are: one request for a hundred of them."""

from __future__ import annotations

from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._observers import statuses
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.statuses import statuses as read

from tests.unit.stubs import Exchange, answering


def instances(asked: list[str], *found: str) -> Exchange:
    described: list[dict[str, Any]] = [{"DBInstanceIdentifier": n, "DBInstanceStatus": "creating"} for n in found]
    filters = {"Filters": [{"Name": "db-instance-id", "Values": asked}]}
    return Exchange("describe_db_instances", filters, {"DBInstances": described})


def test_of_both_kinds() -> None:
    cluster = Exchange(
        "describe_db_clusters",
        {"Filters": [{"Name": "db-cluster-id", "Values": ["c"]}]},
        {"DBClusters": [{"DBClusterIdentifier": "c", "Status": "available"}]},
    )
    with answering("rds", instances(["a", "gone"], "a"), cluster) as scope:
        found = read(scope.clients, {"rds_instance": ["a", "gone"], "aurora_cluster": ["c"]})
    assert found == {("rds_instance", "a"): "creating", ("aurora_cluster", "c"): "available"}


def test_many_are_asked_for_in_parts(monkeypatch: Any) -> None:
    monkeypatch.setattr(statuses, "AT_ONCE", 2)
    with answering("rds", instances(["a", "b"], "a", "b"), instances(["c"], "c")) as scope:
        assert len(read(scope.clients, {"rds_instance": ["a", "b", "c"]})) == 3

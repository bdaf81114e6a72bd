"""What is read of databases for alarms with shares, and with how few calls."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.capacity import settle_share, settle_shares
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY, Desired

from tests.unit.stubs import Exchange, answering

GIB = 1024**3


def alarm(metric: str = "FreeStorageSpace", database: str = "db", percent: float | None = 10) -> Desired:
    properties = {
        "namespace": "AWS/RDS",
        "metric_name": metric,
        "dimensions": {"DBInstanceIdentifier": database},
        "threshold_percent": percent,
    }
    return Desired("metric_alarm", metric, {name: value for name, value in properties.items() if value is not None})


def instances(*raw: dict[str, Any], names: list[str] | None = None) -> Exchange:
    filters = [{"Name": "db-instance-id", "Values": names or ["db"]}]
    return Exchange("describe_db_instances", {"Filters": filters}, {"DBInstances": list(raw)})


def instance(identifier: str = "db", **more: Any) -> dict[str, Any]:
    return {
        "DBInstanceIdentifier": identifier,
        "Engine": "postgres",
        "DBInstanceClass": "db.t3.micro",
        "AllocatedStorage": 20,
        "DBParameterGroups": [{"DBParameterGroupName": "group"}],
        **more,
    }


def parameters(value: str | None, group: str = "group") -> Exchange:
    found = [{"ParameterName": "work_mem", "ParameterValue": "1"}]
    if value is not None:
        found.append({"ParameterName": "max_connections", "ParameterValue": value})
    return Exchange("describe_db_parameters", {"DBParameterGroupName": group, "Source": "user"}, {"Parameters": found})


MEMBER = instance(Engine="aurora-postgresql", DBInstanceClass="db.serverless", DBClusterIdentifier="c")
CLUSTER = Exchange(
    "describe_db_clusters",
    {"Filters": [{"Name": "db-cluster-id", "Values": ["c"]}]},
    {
        "DBClusters": [
            {
                "DBClusterIdentifier": "c",
                "DBClusterParameterGroup": "shared",
                "ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5, "MaxCapacity": 2},
            }
        ]
    },
)
SHARED = Exchange(
    "describe_db_cluster_parameters",
    {"DBClusterParameterGroupName": "shared", "Source": "user"},
    {"Parameters": [{"ParameterName": "max_connections", "ParameterValue": "500"}]},
)
NO_GROUP = Exchange(
    "describe_db_parameters", {"DBParameterGroupName": "group", "Source": "user"}, refusal="DBParameterGroupNotFound"
)


@pytest.mark.parametrize(
    ("alarms", "exchanges", "thresholds"),
    [
        pytest.param([alarm(percent=None)], [], [None], id="no share, no call"),
        pytest.param([alarm()], [instances(instance())], [2 * GIB], id="storage: one call"),
        pytest.param(
            [alarm(), alarm("FreeableMemory", "other"), alarm(percent=None)],
            [instances(instance(), instance("other", DBInstanceClass="db.m5.large"), names=["db", "other"])],
            [2 * GIB, int(8 * GIB * 0.1), None],
            id="several databases: one call",
        ),
        pytest.param(
            [alarm("DatabaseConnections"), alarm("DatabaseConnections", "other")],
            [instances(instance(), instance("other"), names=["db", "other"]), parameters("200")],
            [20, 20],
            id="a group is read once",
        ),
        pytest.param(
            [alarm("DatabaseConnections")], [instances(instance()), parameters(None)], [8], id="the default formula"
        ),
        pytest.param([alarm("DatabaseConnections")], [instances(instance()), NO_GROUP], [8], id="a group just deleted"),
        pytest.param(
            [alarm("DatabaseConnections")], [instances(instance(DBParameterGroups=[]))], [8], id="without a group"
        ),
        pytest.param([alarm("FreeableMemory")], [instances(MEMBER), CLUSTER], [int(4 * GIB * 0.1)], id="serverless"),
        pytest.param(
            [alarm("DatabaseConnections")],
            [instances(MEMBER), CLUSTER, parameters(None), SHARED],
            [50],
            id="the group of the cluster",
        ),
        pytest.param(
            [alarm("DatabaseConnections")],
            [instances(MEMBER), CLUSTER, parameters("90")],
            [9],
            id="the group of the instance before that of the cluster",
        ),
        pytest.param([alarm()], [instances()], [KNOWN_AFTER_APPLY], id="there is none"),
    ],
)
def test_shares_of_databases_that_exist(
    alarms: list[Desired], exchanges: list[Exchange], thresholds: list[Any]
) -> None:
    with answering("rds", *exchanges) as scope:
        settled, problems = settle_shares(scope.clients, alarms)
    assert problems == []
    assert [desired.properties.get("threshold") for desired in settled] == thresholds


def test_problems_are_those_of_the_alarms() -> None:
    with answering("rds", instances(instance(DBInstanceClass="db.q1.large"))) as scope:
        _, [problem] = settle_shares(scope.clients, [alarm("FreeableMemory")])
    assert "db is a db.q1.large" in problem.message


PLANNED = {"engine": "postgres", "instance_class": "db.t3.small", "allocated_storage_gib": 40}
PLANNED_CLUSTER = {
    "engine": "aurora-postgresql",
    "serverless_v2_scaling": {"min_acu": 0.5, "max_acu": 2},
    "db_cluster_parameter_group_name": "shared",
    "members": [{"name": "db", "instance_class": "db.serverless", "db_parameter_group_name": "own"}],
}
WITH_GROUP = {**PLANNED, "db_parameter_group_name": "group"}


@pytest.mark.parametrize(
    ("wanted", "after", "exchanges", "threshold"),
    [
        pytest.param(alarm(), {"rds_instance/db": PLANNED}, [], 4 * GIB, id="of the document"),
        pytest.param(alarm("FreeableMemory"), {"rds_instance/db": WITH_GROUP}, [], int(2 * GIB * 0.1), id="memory"),
        pytest.param(alarm("DatabaseConnections"), {"rds_instance/db": PLANNED}, [], 18, id="without a group"),
        pytest.param(
            alarm("DatabaseConnections"),
            {"rds_instance/db": WITH_GROUP, "db_parameter_group/group": {"parameters": {"max_connections": 100}}},
            [],
            10,
            id="the group of the document",
        ),
        pytest.param(
            alarm("DatabaseConnections"),
            {
                "rds_instance/db": WITH_GROUP,
                "db_parameter_group/group": {
                    "parameters": {"max_connections": "100"},
                    "parameters.max_connections": "300",
                },
            },
            [],
            30,
            id="a group whose parameter changes",
        ),
        pytest.param(
            alarm("DatabaseConnections"),
            {"rds_instance/db": WITH_GROUP, "db_parameter_group/group": {"parameters": None}},
            [],
            18,
            id="a group without parameters",
        ),
        pytest.param(
            alarm("DatabaseConnections"),
            {"rds_instance/db": WITH_GROUP},
            [parameters("250")],
            25,
            id="a group outside of the document",
        ),
        pytest.param(
            alarm("FreeableMemory"),
            {"aurora_cluster/c": PLANNED_CLUSTER},
            [],
            int(4 * GIB * 0.1),
            id="a serverless member",
        ),
        pytest.param(
            alarm("DatabaseConnections"),
            {
                "aurora_cluster/c": PLANNED_CLUSTER,
                "db_parameter_group/own": {"parameters": {"work_mem": 1}},
                "db_cluster_parameter_group/shared": {"parameters": {"max_connections": 700}},
            },
            [],
            70,
            id="the group of the cluster, of the document",
        ),
        pytest.param(
            alarm("DatabaseConnections"),
            {"aurora_cluster/c": PLANNED_CLUSTER},
            [parameters(None, "own"), SHARED],
            50,
            id="the group of the cluster, outside of the document",
        ),
        pytest.param(alarm(), {}, [instances(instance()), parameters(None)], 2 * GIB, id="not of the document"),
        pytest.param(alarm(percent=None), {}, [], None, id="no share"),
        pytest.param(alarm(database=KNOWN_AFTER_APPLY), {}, [], KNOWN_AFTER_APPLY, id="not known yet"),
    ],
)
def test_shares_in_a_plan(wanted: Desired, after: Any, exchanges: list[Exchange], threshold: Any) -> None:
    with answering("rds", *exchanges) as scope:
        settled, problems = settle_share(scope, wanted, after)
    assert problems == []
    assert settled.properties.get("threshold") == threshold


def test_a_plan_reads_a_database_once() -> None:
    with answering("rds", instances(instance()), parameters("200")) as scope:
        found = [settle_share(scope, alarm(metric), {})[0] for metric in ("FreeStorageSpace", "DatabaseConnections")]
    assert [desired.properties["threshold"] for desired in found] == [2 * GIB, 20]


def test_a_planned_database_without_a_class_has_no_memory() -> None:
    with answering("rds") as scope:
        _, [problem] = settle_share(scope, alarm("FreeableMemory"), {"rds_instance/db": {"engine": None}})
    assert "memory is not known" in problem.message

"""Which metrics a database has: an alarm on any other is refused, with the inventory key and what is near."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_metrics import (
    AURORA_CLUSTER,
    AURORA_MEMBER,
    POSTGRES,
    check_metrics,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY, Desired

KEY = "monitoring_alarms.x.metric_name"
DATABASES = [
    Desired("rds_instance", "db", {"instance_class": "db.t3.micro"}),
    Desired("rds_instance", "large", {"instance_class": "db.m5.large"}),
    Desired("rds_instance", "open", {"instance_class": KNOWN_AFTER_APPLY}),
    Desired(
        "aurora_cluster",
        "cluster",
        {
            "members": [
                {"name": "serverless", "instance_class": "db.serverless"},
                {"name": "provisioned", "instance_class": "db.r6g.large"},
            ]
        },
    ),
    Desired("aurora_cluster", "elastic", {"members": [{"name": "e", "instance_class": "db.serverless"}]}),
    Desired("aurora_cluster", "empty", {"members": None}),
]


def alarm(metric: Any, **properties: Any) -> Desired:
    whole = {"namespace": "AWS/RDS", "metric_name": metric, **properties}
    return Desired("metric_alarm", "alarm-x", whole, keys={"metric_name": KEY})


def instance(name: str) -> dict[str, str]:
    return {"DBInstanceIdentifier": name}


def cluster(name: str) -> dict[str, str]:
    return {"DBClusterIdentifier": name}


@pytest.mark.parametrize(
    ("metric", "dimensions"),
    [
        ("FreeStorageSpace", instance("db")),
        ("CPUCreditBalance", instance("db")),
        ("CPUCreditBalance", instance("open")),
        ("ReplicaLag", instance("large")),
        ("FreeLocalStorage", instance("provisioned")),
        ("ACUUtilization", instance("serverless")),
        ("ACUUtilization", cluster("cluster")),
        ("FreeLocalStorage", cluster("cluster")),
        ("CPUUtilization", cluster("cluster")),
        ("VolumeBytesUsed", cluster("empty")),
        ("AuroraReplicaLagMaximum", cluster("of others")),
        ("FreeStorageSpace", instance("of others")),
        ("CommitLatency", instance("of others")),
        # These are looked at by other rules, or are no database's.
        (None, instance("db")),
        ("VolumeBytesUsed", {}),
        ("VolumeBytesUsed", {**cluster("cluster"), "Role": "WRITER"}),
        ("VolumeBytesUsed", {"EngineName": "postgres"}),
        ("VolumeBytesUsed", instance(KNOWN_AFTER_APPLY)),
    ],
)
def test_metrics_that_there_are(metric: Any, dimensions: dict[str, str]) -> None:
    assert list(check_metrics([*DATABASES, alarm(metric, dimensions=dimensions)])) == []


@pytest.mark.parametrize(
    ("metric", "dimensions", "says"),
    [
        ("FreeStorageSpace", cluster("cluster"), "cluster is an Aurora PostgreSQL cluster, which has no such metric."),
        ("FreeStorageSpace", instance("serverless"), "serverless is a member of an Aurora PostgreSQL cluster, which"),
        ("VolumeBytesUsed", instance("provisioned"), "provisioned is a member of an Aurora PostgreSQL cluster, which"),
        (
            "AuroraReplicaLag",
            instance("db"),
            "db is RDS for PostgreSQL, which has no such metric. Near to it: ReplicaL",
        ),
        (
            "CPUCreditBalance",
            instance("large"),
            "large is RDS for PostgreSQL of db.m5.large, which has no such metric.",
        ),
        ("ACUUtilization", instance("provisioned"), "PostgreSQL cluster of db.r6g.large, which has no such metric."),
        ("FreeLocalStorage", instance("serverless"), "PostgreSQL cluster of db.serverless, which has no such metric."),
        ("SwapUsage", cluster("elastic"), "elastic is an Aurora PostgreSQL cluster of db.serverless, which"),
        (
            "CpuUtilisation",
            instance("of others"),
            "of others is a DB instance, which has no such metric. Near to it: CPU",
        ),
        ("BurstBalance", cluster("of others"), "of others is an Aurora PostgreSQL cluster, which has no such metric."),
    ],
)
def test_metrics_that_there_are_not(metric: str, dimensions: dict[str, str], says: str) -> None:
    [problem] = check_metrics([*DATABASES, alarm(metric, dimensions=dimensions)])
    assert (problem.input, problem.value) == (KEY, metric)
    assert says in problem.message


def test_metrics_of_expressions_are_looked_at_too() -> None:
    queries = [
        {"id": "a", "expression": "b + c"},
        {"id": "b", "namespace": "AWS/RDS", "metric_name": "ReadIOPS", "dimensions": instance("db")},
        {"id": "c", "namespace": "AWS/RDS", "metric_name": "Nothing", "dimensions": instance("db")},
    ]
    [problem] = check_metrics([*DATABASES, alarm(None, namespace=None, metrics=queries)])
    assert problem.value == "Nothing"


def test_other_namespaces_are_not_ours_to_judge() -> None:
    assert list(check_metrics([alarm("Errors", namespace="AWS/Lambda", dimensions={"FunctionName": "f"})])) == []


def test_a_cluster_has_what_its_members_have() -> None:
    assert AURORA_MEMBER < AURORA_CLUSTER
    assert {"FreeStorageSpace", "ReplicaLag"} <= POSTGRES - AURORA_CLUSTER

"""What a database has, and thresholds that are a share of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.alarm_share import (
    check_share,
    database_of,
    needs_connections,
    with_threshold,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.capacity import (
    CAPACITY_OF,
    CONNECTIONS,
    GIB,
    MEMORY,
    STORAGE,
    Database,
    NoCapacity,
    capacity,
    memory_gib,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY, Desired

SMALL = Database("db", "postgres", "db.t3.micro", 20)


@pytest.mark.parametrize(
    ("instance_class", "gib"),
    [
        # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html
        ("db.t3.micro", 1),
        ("db.t4g.small", 2),
        ("db.t4g.medium", 4),
        ("db.t3.large", 8),
        ("db.t3.2xlarge", 32),
        ("db.m3.medium", 3.75),
        ("db.m5.large", 8),
        ("db.m6gd.xlarge", 16),
        ("db.m6i.24xlarge", 384),
        ("db.r4.large", 15.25),
        ("db.r4.16xlarge", 488),
        ("db.r6g.large", 16),
        ("db.r6gd.medium", 8),
        ("db.r7i.48xlarge", 1536),
        ("db.x2g.medium", 16),
        ("db.x2g.16xlarge", 1024),
        ("db.x2iedn.32xlarge", 4096),
        ("db.z1d.12xlarge", 384),
        ("db.c6gd.medium", 2),
    ],
)
def test_the_memory_of_a_class(instance_class: str, gib: float) -> None:
    assert memory_gib(replace(SMALL, instance_class=instance_class)) == gib


@pytest.mark.parametrize(
    ("database", "which", "value"),
    [
        (SMALL, STORAGE, 20 * GIB),
        (SMALL, MEMORY, GIB),
        (SMALL, CONNECTIONS, 82),
        (replace(SMALL, instance_class="db.r5.large"), CONNECTIONS, 1653),
        (replace(SMALL, instance_class="db.m5.24xlarge"), CONNECTIONS, 5000),
        (replace(SMALL, instance_class="db.serverless", min_acu=0.5, max_acu=64), CONNECTIONS, 2000),
        (
            replace(SMALL, instance_class="db.serverless", min_acu=0, max_acu=64, max_connections=3000),
            CONNECTIONS,
            2000,
        ),
        (replace(SMALL, instance_class="db.serverless", min_acu=1, max_acu=64), CONNECTIONS, 5000),
        (replace(SMALL, max_connections="200"), CONNECTIONS, 200),
        (replace(SMALL, max_connections=150), CONNECTIONS, 150),
        (replace(SMALL, max_connections="LEAST({DBInstanceClassMemory/1024},30)"), CONNECTIONS, 30),
        (replace(SMALL, max_connections="{AllocatedStorage/1073741824}"), CONNECTIONS, 20),
        (Database("db", "aurora-postgresql", "db.serverless", 1, None, 4), MEMORY, 8 * GIB),
        (Database("db", "aurora-postgresql", "db.serverless", 1, None, 0.5), MEMORY, GIB),
        (Database("db", "aurora-postgresql", "db.r6g.large"), MEMORY, 16 * GIB),
    ],
)
def test_a_capacity(database: Database, which: str, value: int) -> None:
    assert capacity(database, which) == value


@pytest.mark.parametrize(
    ("database", "which", "why"),
    [
        (Database("db", "aurora-postgresql", "db.r6g.large", 1), STORAGE, "grows by itself"),
        (replace(SMALL, allocated_storage_gib=None), STORAGE, "has no allocated_storage_gib"),
        (replace(SMALL, instance_class="db.serverless"), MEMORY, "has no maximum capacity"),
        (replace(SMALL, instance_class="db.q1.large"), MEMORY, "is a db.q1.large, whose memory is not known"),
        (replace(SMALL, instance_class="db.t3.nano"), CONNECTIONS, "is a db.t3.nano"),
        (replace(SMALL, max_connections="many"), CONNECTIONS, "has max_connections many"),
        (replace(SMALL, max_connections="{DBInstanceVCPU*100}"), CONNECTIONS, "cannot be evaluated"),
    ],
)
def test_no_capacity(database: Database, which: str, why: str) -> None:
    with pytest.raises(NoCapacity, match=why):
        capacity(database, which)


SHARE: dict[str, Any] = {
    "namespace": "AWS/RDS",
    "metric_name": "FreeStorageSpace",
    "dimensions": {"DBInstanceIdentifier": "DB"},
    "threshold_percent": 10,
}


def alarm(**changed: Any) -> Desired:
    properties = {name: value for name, value in {**SHARE, **changed}.items() if value is not None}
    return Desired("metric_alarm", "a", properties)


def test_the_database_is_that_of_the_dimension() -> None:
    assert database_of(alarm()) == "db"
    assert database_of(alarm(threshold_percent=None)) is None
    assert database_of(alarm(dimensions=None)) == ""


@pytest.mark.parametrize("metric", sorted(CAPACITY_OF))
def test_connections_are_asked_for_where_they_matter(metric: str) -> None:
    assert needs_connections(alarm(metric_name=metric)) is (metric == "DatabaseConnections")
    assert not needs_connections(Desired("metric_alarm", "a"))


@pytest.mark.parametrize(
    ("changed", "culprits"),
    [
        ({}, []),
        ({"threshold_percent": None, "metric_name": None, "dimensions": None}, []),
        ({"threshold_percent": 0.5}, []),
        ({"threshold_percent": 0}, ["threshold_percent"]),
        ({"threshold_percent": 100.1}, ["threshold_percent"]),
        ({"threshold_percent": "10"}, ["threshold_percent"]),
        ({"threshold_percent": True}, ["threshold_percent"]),
        ({"metric_name": "CPUUtilization"}, ["threshold_percent"]),
        ({"namespace": "Ours"}, ["threshold_percent"]),
        ({"dimensions": None}, ["dimensions"]),
        ({"dimensions": {"DBClusterIdentifier": "c", "DBInstanceIdentifier": "d"}}, ["dimensions"]),
    ],
)
def test_what_a_share_needs(changed: dict[str, Any], culprits: list[str]) -> None:
    found = list(check_share(alarm(**changed)))
    assert [problem.input for problem in found] == culprits
    assert all("alarm a: " in problem.message for problem in found)


def test_a_share_becomes_a_threshold() -> None:
    settled, problems = with_threshold(alarm(), {"db": SMALL})
    assert problems == []
    assert settled.properties["threshold"] == 2 * GIB
    assert "threshold_percent" not in settled.properties
    assert settled.problem("threshold", "x").input == "threshold_percent"
    plain = alarm(threshold_percent=None, threshold=5)
    assert with_threshold(plain, {}) == (plain, [])


def test_a_share_of_what_does_not_exist_yet_is_known_later() -> None:
    for known in ({}, {"other": SMALL}):
        assert with_threshold(alarm(), known)[0].properties["threshold"] == KNOWN_AFTER_APPLY
    later = alarm(dimensions={"DBInstanceIdentifier": KNOWN_AFTER_APPLY})
    assert with_threshold(later, {"db": SMALL})[0].properties["threshold"] == KNOWN_AFTER_APPLY


def test_a_share_of_what_nobody_knows_is_a_problem_of_the_alarm() -> None:
    settled, [problem] = with_threshold(alarm(), {"db": replace(SMALL, engine="aurora-postgresql")})
    assert settled == alarm()
    assert (problem.input, problem.value) == ("threshold_percent", 10)
    assert problem.message.startswith("alarm a: db is of Aurora")

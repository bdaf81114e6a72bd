"""Who has the data when members leave a cluster: emulator.rds.clusters.servers with servers that are none."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from emulator.rds.clusters import servers
from emulator.rds.state import Cluster, Instance, ParameterGroup, Region, SubnetGroup

SUBNETS = SubnetGroup("s", "arn", "", "vpc", [])
GROUP = ParameterGroup("p", "arn", "aurora-postgresql16", "")


@pytest.fixture
def region() -> Region:
    service = Mock()
    service.context.lock = threading.RLock()
    service.fleet.copy_data.return_value = Path("copy")
    return Region(service, "123456789012", "us-west-2")


@pytest.fixture
def cluster() -> Cluster:
    """With a writer `a` and readers `b` and `c`, which run."""
    made = Cluster("c1", "arn", "cluster-1", {"ServerlessV2ScalingConfiguration": None}, SUBNETS, GROUP, 1, "127.0.0.2")
    made.members = [member(made, name) for name in "abc"]
    made.writer = made.members[0]
    return made


def member(cluster: Cluster, name: str) -> Instance:
    attributes = {"DBInstanceClass": "db.t3.medium", "PromotionTier": 1}
    made = Instance(name, "arn", f"db-{name}", attributes, SUBNETS, GROUP, 1, status="available", cluster=cluster)
    made.server = Mock(running=True)
    return made


def test_the_last_to_leave_leaves_the_data(region: Region, cluster: Cluster) -> None:
    """Members that are being deleted themselves do not inherit."""
    a, b, c = cluster.members
    a.status = b.status = c.status = "deleting"
    servers.leave(region, cluster, a)
    assert (cluster.writer, cluster.volume) == (None, Path("copy"))
    for reader in (b, c):
        servers.leave(region, cluster, reader)
    fleet: Any = region.service.fleet
    assert fleet.copy_data.call_count == 1
    assert cluster.members == []


def test_a_reader_that_was_not_made_yet_begins_with_the_data(region: Region, cluster: Cluster) -> None:
    a, b, c = cluster.members
    a.status = c.status = "deleting"
    b.server = None
    servers.leave(region, cluster, a)
    assert (cluster.writer, cluster.volume) == (b, Path("copy"))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "b"),
        ({"b": {"PromotionTier": 2}}, "c"),
        ({"c": {"DBInstanceClass": "db.r6g.large"}}, "c"),
        ({"b": {"PromotionTier": 0}, "c": {"DBInstanceClass": "db.r6g.large"}}, "b"),
    ],
)
def test_successor(cluster: Cluster, changes: dict[str, dict[str, Any]], expected: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html"""
    for each in cluster.members:
        each.attributes |= changes.get(each.identifier, {})
    chosen = servers.successor(cluster)
    assert chosen is not None
    assert chosen.identifier == expected

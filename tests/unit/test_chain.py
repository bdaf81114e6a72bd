"""The longest chain of a deployment, which tests/bench/critical_path.py holds a run to."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bench.chain import CALL_MS, longest, minutes, needs

CALL = CALL_MS / 60_000


def entry(kind: str, name: str, **properties: Any) -> dict[str, Any]:
    return {"kind": kind, "name": name, "properties": properties}


def ref(kind: str, name: str) -> dict[str, str]:
    return {"ref": f"{kind}/{name}", "get": "id"}


VPC = entry("vpc", "v")
SUBNET = {**entry("subnet", "s", vpc_id=ref("vpc", "v")), "tags": {"pgfleet:tier": "private"}}
PUBLIC = {**entry("subnet", "p", vpc_id=ref("vpc", "v")), "tags": {"pgfleet:tier": "public"}}
GROUP = entry("security_group", "g", vpc_id=ref("vpc", "v"))
NAT = entry("nat_gateway", "n", subnet_id=ref("subnet", "p"))
TABLE = entry("route_table", "t", routes=[{"target": ref("nat_gateway", "n")}])
NETWORK = {**entry("network", "v", vpc_name="v", tier="private", security_group_names=["g"]), "external": True}
SUBNETS = entry("db_subnet_group", "d", subnet_ids=[ref("network", "v")])
INSTANCE = entry("rds_instance", "db", db_subnet_group_name="d", backup_retention_days=7)
ATTACHMENT = entry("secret_attachment", "x", endpoint=ref("rds_instance", "db"))
ALARM = entry("metric_alarm", "a", dimensions={"DBInstanceIdentifier": "db"})
EVERY = [VPC, SUBNET, PUBLIC, GROUP, NAT, TABLE, NETWORK, SUBNETS, INSTANCE, ATTACHMENT, ALARM]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (VPC, set()),
        (NAT, {"subnet/p"}),
        (TABLE, {"nat_gateway/n"}),
        # Neither the gateway nor the route: a database comes up without a way out.
        (NETWORK, {"subnet/s", "security_group/g"}),
        (INSTANCE, {"db_subnet_group/d"}),
        (ALARM, set()),
        (entry("reader_autoscaling", "c"), set()),
        (entry("aurora_cluster", "c", members=[{"db_parameter_group_name": "elsewhere"}]), set()),
    ],
)
def test_needs(one: dict[str, Any], expected: set[str]) -> None:
    assert needs(one, EVERY) == expected


def test_what_is_about_another_needs_it() -> None:
    every = [entry("aurora_cluster", "c"), entry("reader_autoscaling", "c")]
    assert needs(every[1], every) == {"aurora_cluster/c"}


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (VPC, 0),
        (INSTANCE, 8),
        (entry("rds_instance", "replica"), 5),
        (entry("aurora_cluster", "c"), 4),
        (entry("aurora_cluster", "c", members=[{}, {}]), 11),
        (NAT, 2),
        (entry("interface_endpoint", "e"), 1.5),
        (entry("lambda_function", "f", subnet_ids=["s"]), 1.5),
    ],
)
def test_minutes(one: dict[str, Any], expected: float) -> None:
    assert minutes(one) == pytest.approx(expected + CALL)


def test_longest() -> None:
    chain = longest(EVERY)
    assert chain.names[0] == "vpc/v"
    assert chain.names[-3:] == ("db_subnet_group/d", "rds_instance/db", "secret_attachment/x")
    assert chain.minutes == pytest.approx(8 + 5 * CALL)
    assert longest([]).minutes == 0

"""DB subnet groups, tables."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_subnet_group import (
    DB_SUBNET_GROUP,
    check_db_subnet_group,
    from_aws,
    zone_problems,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY, Action, Desired, plan

RAW = {
    "DBSubnetGroupName": "group",
    "DBSubnetGroupDescription": "text",
    "DBSubnetGroupArn": "arn",
    "VpcId": "vpc-1",
    "Subnets": [
        {"SubnetIdentifier": "subnet-b", "SubnetAvailabilityZone": {"Name": "us-west-2b"}},
        {"SubnetIdentifier": "subnet-a", "SubnetAvailabilityZone": {"Name": "us-west-2a"}},
    ],
}


def desired(name: str = "group", **properties: Any) -> Desired:
    return Desired(
        "db_subnet_group", name, properties, role="rds_postgres", keys={"subnet_ids": "rds_postgres_subnet_ids"}
    )


def test_from_aws() -> None:
    found = from_aws(RAW, {"a": "b"})
    assert found.properties == {"description": "text", "subnet_ids": ["subnet-a", "subnet-b"]}
    assert found.attributes == {"arn": "arn", "vpc_id": "vpc-1", "availability_zones": ["us-west-2a", "us-west-2b"]}
    assert found.tags == {"a": "b"}


@pytest.mark.parametrize(
    ("subnets", "action"),
    [
        (["subnet-b", "subnet-a"], Action.NONE),
        (["subnet-a", "subnet-c"], Action.UPDATE),
        ([KNOWN_AFTER_APPLY, "subnet-a"], Action.UPDATE),
    ],
)
def test_plan(subnets: list[str], action: Action) -> None:
    assert plan(DB_SUBNET_GROUP, desired(subnet_ids=subnets), from_aws(RAW, {})).action is action


@pytest.mark.parametrize(
    ("name", "subnets", "inputs"),
    [
        ("group", ["a", "b"], []),
        ("group", [KNOWN_AFTER_APPLY], []),
        ("group", None, []),
        ("group", ["a", "a"], ["rds_postgres_subnet_ids"]),
        ("Group", ["a", "b"], ["rds_postgres_name"]),
        ("default", ["a"], ["rds_postgres_name", "rds_postgres_subnet_ids"]),
    ],
)
def test_check(name: str, subnets: list[str] | None, inputs: list[str]) -> None:
    assert [p.input for p in check_db_subnet_group(desired(name, subnet_ids=subnets))] == inputs


@pytest.mark.parametrize(
    ("zones", "message"),
    [
        (["a", "b"], None),
        (["a", "a"], "lie in a; RDS needs subnets in at least two availability zones."),
        ([], "lie in no zone; RDS needs subnets in at least two availability zones."),
    ],
)
def test_zones(zones: list[str], message: str | None) -> None:
    assert [p.message for p in zone_problems(desired(subnet_ids=["x", "y"]), zones)] == ([message] if message else [])

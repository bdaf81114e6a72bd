"""Networks that databases use and do not own."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.network import NETWORK, Seen, observed, problems
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired


def wanted(**properties: Any) -> Desired:
    return Desired("network", "existing", properties, role="rds_postgres", external=True)


@pytest.mark.parametrize(
    ("properties", "inputs"),
    [
        ({"vpc_name": "vpc", "tier": "private"}, []),
        ({"subnet_ids": ["subnet-1"], "security_group_tags": {"a": "b"}, "zones": 2}, []),
        ({"subnet_ids": ["subnet-1"], "subnet_tags": {"a": "b"}}, ["rds_postgres_subnet_ids"]),
        ({"security_group_ids": ["sg-1"], "security_group_tags": {"a": "b"}}, ["rds_postgres_security_group_ids"]),
        ({"zones": 1}, ["rds_postgres_zones"]),
    ],
)
def test_what_contradicts_itself(properties: dict[str, Any], inputs: list[str]) -> None:
    assert [problem.input for problem in NETWORK.check(wanted(**properties))] == inputs


def subnet(n: int, zone: str, vpc: str = "vpc-1") -> dict[str, str]:
    return {"SubnetId": f"subnet-{n}", "AvailabilityZone": zone, "VpcId": vpc}


def group(n: int, vpc: str = "vpc-1") -> dict[str, str]:
    return {"GroupId": f"sg-{n}", "GroupName": f"group-{n}", "VpcId": vpc}


TWO = [subnet(1, "a"), subnet(2, "b")]
THREE = [*TWO, subnet(3, "c")]
IDS = {"subnet_ids": ["subnet-1", "subnet-2"]}


@pytest.mark.parametrize(
    ("properties", "seen", "said"),
    [
        pytest.param(IDS, Seen("", TWO, []), [], id="as it should be"),
        pytest.param({**IDS, "zones": 2}, Seen("", TWO, []), [], id="in two zones"),
        pytest.param(
            {"subnet_tags": {"a": "b"}, "zones": 2},
            Seen("", THREE, []),
            [
                (
                    "subnet_tags",
                    "subnet-1 in a, subnet-2 in b, subnet-3 in c",
                    "3 availability zones (a, b, c); 2 are wanted",
                )
            ],
            id="three zones where two are wanted",
        ),
        pytest.param(
            IDS,
            Seen("", TWO[:1], []),
            [
                ("subnet_ids", "subnet-2", "no such subnet in us-east-1"),
                ("subnet_ids", "subnet-1 in a", "two availability zones"),
            ],
            id="a subnet that is absent",
        ),
        pytest.param(
            {**IDS, "vpc_id": "vpc-1"},
            Seen("vpc-1", [TWO[0], subnet(2, "b", "vpc-2")], []),
            [("subnet_ids", "subnet-2", "lies in vpc-2, not in vpc-1.")],
            id="a subnet in another VPC than the given one",
        ),
        pytest.param(
            IDS,
            Seen("", [TWO[0], subnet(2, "b", "vpc-2")], []),
            [("subnet_ids", "subnet-2", "lies in vpc-2, not in vpc-1 like subnet-1.")],
            id="subnets in two VPCs",
        ),
        pytest.param(
            {"subnet_tags": {"a": "b"}},
            Seen("", [], []),
            [("subnet_tags", {"a": "b"}, "no subnet in us-east-1 has all of these tags")],
            id="no subnet with the tags",
        ),
        pytest.param(
            {**IDS, "security_group_tags": {"a": "b"}},
            Seen("", TWO, []),
            [("security_group_tags", {"a": "b"}, "no security group in vpc-1 has all of these tags")],
            id="no group with the tags",
        ),
        pytest.param(
            {**IDS, "security_group_ids": ["sg-1", "sg-2"]},
            Seen("", TWO, [group(1, "vpc-2")]),
            [
                ("security_group_ids", "sg-2", "no such security group in vpc-1"),
                ("security_group_ids", "sg-1", "lies in vpc-2, not in vpc-1 like subnet-1."),
            ],
            id="groups absent and in another VPC",
        ),
        pytest.param(
            {**IDS, "security_group_names": ["group-1", "group-2"]},
            Seen("", TWO, [group(1)]),
            [("security_group_names", "group-2", "no security group of this name in vpc-1")],
            id="a group by name that is absent",
        ),
        pytest.param(
            {"vpc_name": "vpc", "tier": "isolated"},
            Seen("vpc-1", [], []),
            [("tier", "isolated", "no subnets of this tier in vpc")],
            id="no subnets of the tier",
        ),
        pytest.param(
            {"security_group_ids": ["sg-1"]},
            Seen("", [], [group(1)]),
            [("tier", None, "no subnets of this tier in any VPC")],
            id="groups alone",
        ),
        pytest.param(
            {"vpc_name": "vpc", "tier": "private"}, Seen("vpc-1", TWO[:1], []), [], id="one of names is left to RDS"
        ),
    ],
)
def test_what_is_wrong_with_what_was_found(
    properties: dict[str, Any], seen: Seen, said: list[tuple[str, Any, str]]
) -> None:
    desired = wanted(**properties)
    found = list(problems(desired, seen, "us-east-1"))
    assert [(problem.input, problem.value) for problem in found] == [
        (f"rds_postgres_{key}", value) for key, value, _ in said
    ]
    for problem, (_, _, text) in zip(found, said, strict=True):
        assert text in problem.message
    assert (observed(desired, seen) is None) == bool(said)


def test_ids_come_in_the_order_of_zones() -> None:
    found = observed(wanted(**IDS), Seen("", [subnet(2, "b"), subnet(1, "a")], [group(2), group(1)]))
    assert found is not None
    assert found.attributes == {
        "vpc_id": "vpc-1",
        "subnet_ids": ["subnet-1", "subnet-2"],
        "availability_zones": ["a", "b"],
        "security_group_ids": ["sg-1", "sg-2"],
    }

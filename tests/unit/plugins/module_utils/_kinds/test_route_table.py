"""Route tables: routes and subnets as sets; what AWS makes by itself is not compared."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.route_table import (
    ROUTE_TABLE,
    TARGETS,
    destination_field,
    from_aws,
    target_field,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY, Action, Desired, plan

LOCAL = {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "Origin": "CreateRouteTable"}
SPREAD = {"DestinationCidrBlock": "10.9.0.0/16", "GatewayId": "vgw-1", "Origin": "EnableVgwRoutePropagation"}
OF_AN_ENDPOINT = {"DestinationPrefixListId": "pl-1", "GatewayId": "vpce-1", "Origin": "CreateRoute"}


def table(*routes: dict[str, str], **changes: Any) -> dict[str, Any]:
    return {"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Routes": list(routes), **changes}


@pytest.mark.parametrize(
    ("raw", "route"),
    [
        ({"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "Origin": "CreateRoute"}, ("0.0.0.0/0", "igw-1")),
        ({"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1"}, ("0.0.0.0/0", "nat-1")),
        ({"DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": "eigw-1"}, ("::/0", "eigw-1")),
        ({"DestinationPrefixListId": "pl-1", "TransitGatewayId": "tgw-1"}, ("pl-1", "tgw-1")),
        (
            {"DestinationCidrBlock": "10.1.0.0/16", "InstanceId": "i-1", "NetworkInterfaceId": "eni-1"},
            ("10.1.0.0/16", "eni-1"),
        ),
        ({"DestinationCidrBlock": "10.1.0.0/16", "CoreNetworkArn": "arn"}, ("10.1.0.0/16", "")),
    ],
)
def test_routes_from_aws(raw: dict[str, str], route: tuple[str, str]) -> None:
    observed = from_aws(table(LOCAL, raw, SPREAD, OF_AN_ENDPOINT))
    assert observed.properties["routes"] == [{"destination": route[0], "target": route[1]}]


def test_a_route_table_from_aws() -> None:
    associations = [{"Main": True}, {"SubnetId": "subnet-2"}, {"SubnetId": "subnet-1"}]
    observed = from_aws(table(Associations=associations, Tags=[{"Key": "Name", "Value": "one"}]))
    assert (observed.key, observed.attributes) == ("route_table/one", {"id": "rtb-1"})
    wanted = {"vpc_id": "vpc-1", "subnet_ids": ["subnet-1", "subnet-2"], "routes": []}
    assert plan(ROUTE_TABLE, Desired("route_table", "one", wanted), observed).action is Action.NONE


def test_one_without_anything() -> None:
    observed = from_aws({"RouteTableId": "rtb-1", "VpcId": "vpc-1"})
    assert (observed.name, observed.properties) == ("", {"vpc_id": "vpc-1", "subnet_ids": [], "routes": []})


@pytest.mark.parametrize(
    ("routes", "values"),
    [
        ([("0.0.0.0/0", "igw-1"), ("::/0", "eigw-1"), ("pl-1", "tgw-1")], []),
        ([("0.0.0.0/0", KNOWN_AFTER_APPLY)], []),
        ([("0.0.0.0/0", "i-1")], ["i-1"]),
        ([("10.1.1.1/16", "igw-1")], ["10.1.1.1/16"]),
        ([("2001:0db8::/32", "igw-1")], ["2001:0db8::/32"]),
        ([("0.0.0.0/0", "igw-1"), ("0.0.0.0/0", "nat-1")], ["0.0.0.0/0"]),
    ],
)
def test_what_cannot_be_a_route(routes: list[tuple[str, str]], values: list[str]) -> None:
    listed = [{"destination": destination, "target": target} for destination, target in routes]
    problems = list(ROUTE_TABLE.check(Desired("route_table", "one", {"routes": listed}, role="network")))
    assert [(problem.input, problem.value) for problem in problems] == [("network_routes", value) for value in values]


def test_a_table_whose_routes_are_not_looked_at() -> None:
    assert list(ROUTE_TABLE.check(Desired("route_table", "one"))) == []


def test_fields() -> None:
    assert target_field("igw-1") == "GatewayId"
    assert target_field("i-1") is None
    assert [destination_field(to) for to in ("10.0.0.0/8", "::/0", "pl-1")] == [
        "DestinationCidrBlock",
        "DestinationIpv6CidrBlock",
        "DestinationPrefixListId",
    ]
    assert len(TARGETS) == 10

"""Reads of VPCs, subnets, route tables, security groups and networks."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.ec2 import (
    observe_networks,
    observe_route_tables,
    observe_security_groups,
    observe_subnets,
    observe_vpcs,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed

from tests.unit.stubs import Exchange, answering

TAGS = [{"Key": "Name", "Value": "one"}]


def named(kind: str, *names: str) -> list[Desired]:
    return [Desired(kind, name) for name in names]


def filters(**values: list[str]) -> dict[str, Any]:
    return {"Filters": [{"Name": name.replace("_", "-"), "Values": listed} for name, listed in values.items()]}


BY_NAME = {"Filters": [{"Name": "tag:Name", "Values": ["one", "two"]}]}


def attribute(vpc_id: str, asked: str, value: bool) -> Exchange:
    answered = asked[0].upper() + asked[1:]
    return Exchange(
        "describe_vpc_attribute", {"VpcId": vpc_id, "Attribute": asked}, {"VpcId": vpc_id, answered: {"Value": value}}
    )


def test_vpcs_with_what_describe_leaves_out() -> None:
    pages = (
        Exchange(
            "describe_vpcs",
            BY_NAME,
            {"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.1.0.0/16", "Tags": TAGS}], "NextToken": "more"},
        ),
        Exchange(
            "describe_vpcs", BY_NAME | {"NextToken": "more"}, {"Vpcs": [{"VpcId": "vpc-2", "CidrBlock": "10.2.0.0/16"}]}
        ),
        attribute("vpc-1", "enableDnsSupport", True),
        attribute("vpc-1", "enableDnsHostnames", False),
        attribute("vpc-2", "enableDnsSupport", False),
        attribute("vpc-2", "enableDnsHostnames", True),
    )
    with answering("ec2", *pages) as scope:
        one, other = observe_vpcs(scope, named("vpc", "two", "one", "one"))
    assert one.properties == {"cidr_block": "10.1.0.0/16", "enable_dns_support": True, "enable_dns_hostnames": False}
    assert other.properties == {"cidr_block": "10.2.0.0/16", "enable_dns_support": False, "enable_dns_hostnames": True}
    assert (one.name, other.name, other.attributes) == ("one", "", {"id": "vpc-2"})


def test_a_vpc_that_may_not_be_read_fails_by_its_id() -> None:
    found = Exchange("describe_vpcs", BY_NAME, {"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.1.0.0/16"}]})
    refused = Exchange(
        "describe_vpc_attribute", {"VpcId": "vpc-1", "Attribute": "enableDnsSupport"}, refusal="UnauthorizedOperation"
    )
    with (
        answering("ec2", found, refused) as scope,
        pytest.raises(AwsError, match="ec2:DescribeVpcAttribute for vpc-1 failed: UnauthorizedOperation"),
    ):
        list(observe_vpcs(scope, named("vpc", "one", "two")))


SUBNET = {"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.1.1.0/24", "AvailabilityZone": "us-west-2a"}


@pytest.mark.parametrize(
    ("observe", "kind", "exchange", "resource_id"),
    [
        (
            observe_subnets,
            "subnet",
            Exchange("describe_subnets", BY_NAME, {"Subnets": [SUBNET | {"Tags": TAGS}]}),
            "subnet-1",
        ),
        (
            observe_route_tables,
            "route_table",
            Exchange(
                "describe_route_tables",
                BY_NAME,
                {"RouteTables": [{"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Tags": TAGS}]},
            ),
            "rtb-1",
        ),
        (
            observe_security_groups,
            "security_group",
            Exchange(
                "describe_security_groups",
                filters(group_name=["one", "two"]),
                {
                    "SecurityGroups": [
                        {"GroupId": "sg-1", "GroupName": "one", "VpcId": "vpc-1", "Description": "PostgreSQL"}
                    ]
                },
            ),
            "sg-1",
        ),
    ],
)
def test_what_is_asked_for_by_name(observe: Any, kind: str, exchange: Exchange, resource_id: str) -> None:
    with answering("ec2", exchange) as scope:
        (found,) = observe(scope, named(kind, "two", "one"))
    assert (found.key, found.attributes) == (f"{kind}/one", {"id": resource_id})


VPCS = Exchange(
    "describe_vpcs", {"Filters": [{"Name": "tag:Name", "Values": ["vpc-retail"]}]}, {"Vpcs": [{"VpcId": "vpc-1"}]}
)
IN_TIER = {"Filters": [{"Name": "vpc-id", "Values": ["vpc-1"]}, {"Name": "tag:pgfleet:tier", "Values": ["private"]}]}
WITHOUT_SUBNETS = Exchange("describe_subnets", IN_TIER, {"Subnets": []})
SUBNETS = Exchange(
    "describe_subnets",
    IN_TIER,
    {
        "Subnets": [
            {"SubnetId": "subnet-1", "AvailabilityZone": "us-west-2b"},
            {"SubnetId": "subnet-3", "AvailabilityZone": "us-west-2a"},
            {"SubnetId": "subnet-2", "AvailabilityZone": "us-west-2a"},
        ]
    },
)


def groups(*found: tuple[str, str]) -> Exchange:
    return Exchange(
        "describe_security_groups",
        filters(vpc_id=["vpc-1"], group_name=["database", "admin"]),
        {"SecurityGroups": [{"GroupId": group_id, "GroupName": name} for group_id, name in found]},
    )


def network(*group_names: str) -> Desired:
    properties = {"vpc_name": "vpc-retail", "tier": "private", "security_group_names": list(group_names)}
    return Desired("network", "vpc-retail", properties, external=True)


def test_a_network_is_a_vpc_its_subnets_by_zone_and_groups() -> None:
    wanted = network("database", "admin")
    with answering("ec2", VPCS, SUBNETS, groups(("sg-2", "database"), ("sg-1", "admin"))) as scope:
        found = list(observe_networks(scope, [wanted]))
    attributes = {
        "vpc_id": "vpc-1",
        "subnet_ids": ["subnet-2", "subnet-3", "subnet-1"],
        "security_group_ids": ["sg-1", "sg-2"],
    }
    assert found == [Observed("network", "vpc-retail", wanted.properties, {}, attributes)]


def test_a_network_may_be_wanted_without_groups() -> None:
    with answering("ec2", VPCS, SUBNETS) as scope:
        (found,) = observe_networks(scope, [network()])
    assert found.attributes["security_group_ids"] == []


@pytest.mark.parametrize(
    "exchanges",
    [
        pytest.param((Exchange("describe_vpcs", VPCS.asked, {"Vpcs": []}),), id="no VPC"),
        pytest.param((VPCS, WITHOUT_SUBNETS, groups(("sg-1", "admin"), ("sg-2", "database"))), id="no subnets"),
        pytest.param((VPCS, SUBNETS, groups()), id="no groups"),
        pytest.param((VPCS, SUBNETS, groups(("sg-1", "admin"))), id="a group less"),
    ],
)
def test_half_a_network_is_none(exchanges: tuple[Exchange, ...]) -> None:
    with answering("ec2", *exchanges) as scope:
        assert list(observe_networks(scope, [network("database", "admin")])) == []

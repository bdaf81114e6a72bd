"""Reads of VPCs, subnets, route tables and security groups."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.ec2 import (
    observe_route_tables,
    observe_security_groups,
    observe_subnets,
    observe_vpcs,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired

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

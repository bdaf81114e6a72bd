"""What a teardown reads of networks: ours wherever it is, and all that is in a VPC of ours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown import look_network
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.look import Look
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Found

from tests.unit.stubs import OWNER, Exchange, account, answering

TAGS = OWNER.tags()
TAG_LIST = [{"Key": key, "Value": value} for key, value in TAGS.items()]
BY_TAGS = [{"Name": f"tag:{key}", "Values": [value]} for key, value in TAGS.items()]


def look(scope: Scope, **names: set[str]) -> Look:
    return Look(scope.clients, OWNER, {kind: frozenset(named) for kind, named in names.items()})


def inside(name: str = "vpc-id") -> list[dict[str, Any]]:
    return [{"Name": name, "Values": ["vpc-1"]}]


def asked(method: str, filters: Sequence[Any], items: str, *found: dict[str, Any]) -> Exchange:
    named_filters = "Filter" if method == "describe_nat_gateways" else "Filters"
    return Exchange(method, {named_filters: filters}, {items: list(found)})


def named(found: Iterable[Found]) -> list[tuple[str, str, str]]:
    return [(f.kind, f.name, f.id) for f in found]


def test_vpcs_of_ours_and_those_that_only_have_our_name() -> None:
    name = {"Key": "Name", "Value": "vpc-prod"}
    ours = {"VpcId": "vpc-1", "Tags": [*TAG_LIST, name]}
    theirs = {"VpcId": "vpc-2", "Tags": [name]}
    by_name = [{"Name": "tag:Name", "Values": ["other", "vpc-prod"]}]
    pages = (
        asked("describe_vpcs", BY_TAGS, "Vpcs", ours),
        asked("describe_vpcs", by_name, "Vpcs", ours, theirs),
    )
    with answering("ec2", *pages) as scope:
        found = look_network.vpcs(look(scope, vpc={"vpc-prod", "other"}))
    assert named(found) == [("vpc", "vpc-prod", "vpc-1"), ("vpc", "vpc-prod", "vpc-2")]
    assert [OWNER.owns(f.tags) for f in found] == [True, False]
    assert found[0].facts == {
        "vpc_id": "vpc-1",
        "requester": None,
        "interface_type": None,
        "description": None,
        "attached_to": None,
    }


def test_what_goes_with_the_vpc_by_itself_is_not_counted() -> None:
    tables: list[dict[str, Any]] = [
        {"RouteTableId": "rtb-main", "Associations": [{"Main": True}]},
        {"RouteTableId": "rtb-1", "Associations": [{"Main": False}]},
        {"RouteTableId": "rtb-2"},
    ]
    groups = [{"GroupId": "sg-default", "GroupName": "default"}, {"GroupId": "sg-1", "GroupName": "access"}]
    endpoints = [
        {"VpcEndpointId": "vpce-1", "VpcEndpointType": "Gateway", "State": "available"},
        {"VpcEndpointId": "vpce-2", "VpcEndpointType": "Interface", "State": "available"},
        {"VpcEndpointId": "vpce-3", "VpcEndpointType": "Gateway", "State": "Deleted"},
        {"VpcEndpointId": "vpce-4", "VpcEndpointType": "Gateway", "State": "deleting"},
    ]
    nats = [
        {"NatGatewayId": "nat-1", "VpcId": "vpc-1", "State": "available"},
        {"NatGatewayId": "nat-2", "VpcId": "vpc-1", "State": "deleted"},
    ]
    gateway = {"InternetGatewayId": "igw-1", "Attachments": [{"VpcId": "vpc-1"}]}
    acls = [{"NetworkAclId": "acl-default", "IsDefault": True}, {"NetworkAclId": "acl-1", "IsDefault": False}]
    pages = (
        asked("describe_subnets", inside(), "Subnets", {"SubnetId": "subnet-1"}),
        asked("describe_subnets", BY_TAGS, "Subnets", {"SubnetId": "subnet-1"}, {"SubnetId": "subnet-elsewhere"}),
        asked("describe_route_tables", inside(), "RouteTables", *tables),
        asked("describe_route_tables", BY_TAGS, "RouteTables"),
        asked("describe_security_groups", inside(), "SecurityGroups", *groups),
        asked("describe_security_groups", BY_TAGS, "SecurityGroups"),
        asked(
            "describe_security_groups",
            [{"Name": "group-name", "Values": ["wanted"]}],
            "SecurityGroups",
            {"GroupId": "sg-2", "GroupName": "wanted"},
        ),
        asked("describe_vpc_endpoints", inside(), "VpcEndpoints", *endpoints),
        asked("describe_vpc_endpoints", BY_TAGS, "VpcEndpoints"),
        asked("describe_nat_gateways", inside(), "NatGateways", *nats),
        asked("describe_nat_gateways", BY_TAGS, "NatGateways"),
        asked("describe_internet_gateways", inside("attachment.vpc-id"), "InternetGateways", gateway),
        asked("describe_internet_gateways", BY_TAGS, "InternetGateways", gateway),
        asked("describe_network_acls", inside(), "NetworkAcls", *acls),
        asked("describe_network_acls", BY_TAGS, "NetworkAcls"),
        asked("describe_addresses", BY_TAGS, "Addresses", {"AllocationId": "eipalloc-1"}),
    )
    with answering("ec2", *pages) as scope:
        found = list(look_network.contents(look(scope, security_group={"wanted"}), ["vpc-1"]))
    assert named(found) == [
        ("subnet", "subnet-1", "subnet-1"),
        ("subnet", "subnet-elsewhere", "subnet-elsewhere"),
        ("route_table", "rtb-1", "rtb-1"),
        ("route_table", "rtb-2", "rtb-2"),
        ("security_group", "access", "sg-1"),
        ("security_group", "wanted", "sg-2"),
        ("gateway_endpoint", "vpce-1", "vpce-1"),
        ("interface_endpoint", "vpce-2", "vpce-2"),
        ("gateway_endpoint", "vpce-4", "vpce-4"),
        ("nat_gateway", "nat-1", "nat-1"),
        ("internet_gateway", "igw-1", "igw-1"),
        ("network_acl", "acl-1", "acl-1"),
        ("elastic_ip", "eipalloc-1", "eipalloc-1"),
    ]
    assert found[-3].facts["vpc_id"] == "vpc-1"


def test_without_a_vpc_only_what_carries_our_tags_is_asked_for() -> None:
    pages = (
        asked("describe_subnets", BY_TAGS, "Subnets"),
        asked("describe_route_tables", BY_TAGS, "RouteTables"),
        asked("describe_security_groups", BY_TAGS, "SecurityGroups"),
        asked("describe_vpc_endpoints", BY_TAGS, "VpcEndpoints"),
        asked("describe_nat_gateways", BY_TAGS, "NatGateways"),
        asked("describe_internet_gateways", BY_TAGS, "InternetGateways"),
        asked("describe_network_acls", BY_TAGS, "NetworkAcls"),
        asked("describe_addresses", BY_TAGS, "Addresses"),
    )
    with answering("ec2", *pages) as scope:
        assert list(look_network.contents(look(scope), [])) == []
    with answering("ec2") as scope:
        assert list(look_network.users(look(scope), [])) == []


def test_whatever_else_is_in_the_vpcs() -> None:
    interface = {
        "NetworkInterfaceId": "eni-1",
        "VpcId": "vpc-1",
        "Description": "RDSNetworkInterface",
        "RequesterId": "amazon-rds",
        "InterfaceType": "interface",
        "Attachment": {"InstanceId": "i-1"},
        "TagSet": [{"Key": "Name", "Value": "of-db"}],
    }
    transit = {"TransitGatewayAttachmentId": "tgw-attach-1", "VpcId": "vpc-1", "State": "available"}
    ec2 = (
        asked("describe_network_interfaces", inside(), "NetworkInterfaces", interface),
        asked("describe_transit_gateway_vpc_attachments", inside(), "TransitGatewayVpcAttachments", transit),
    )
    databases = [
        {"DBInstanceIdentifier": name, "DBSubnetGroup": {"VpcId": vpc}}
        for name, vpc in (("db-in", "vpc-1"), ("db-out", "vpc-2"))
    ]
    rds = (Exchange("describe_db_instances", {}, {"DBInstances": databases}),)
    functions = [{"FunctionName": n, "VpcConfig": {"VpcId": v}} for n, v in (("in", "vpc-1"), ("out", "vpc-2"))]
    lambdas = (Exchange("list_functions", {}, {"Functions": functions}),)
    with account({"ec2": ec2, "rds": rds, "lambda": lambdas}) as scope:
        found = list(look_network.users(look(scope), ["vpc-1"]))
    assert named(found) == [
        ("network_interface", "of-db", "eni-1"),
        ("transit_gateway_attachment", "tgw-attach-1", "tgw-attach-1"),
        ("rds_instance", "db-in", "db-in"),
        ("lambda_function", "in", "in"),
    ]
    assert found[0].facts == {
        "vpc_id": "vpc-1",
        "requester": "amazon-rds",
        "interface_type": "interface",
        "description": "RDSNetworkInterface",
        "attached_to": "i-1",
    }


@pytest.mark.parametrize("sort", [look_network.VPC, *look_network.OURS, look_network.ADDRESS, *look_network.USERS])
def test_only_an_interface_is_described_by_its_description(sort: look_network.Sort) -> None:
    """The descriptions of security groups are ours, and say nothing of who is in the way."""
    raw = {sort.id: "id-1", "Description": "words", "GroupName": "named", "State": "available"}
    pages = Exchange(sort.method, {sort.filters: BY_TAGS}, {sort.items: []})
    assert sort.counts(raw)
    with answering("ec2", pages) as scope:
        assert list(look_network._described(look(scope), sort, BY_TAGS)) == []
    shown = look_network._found(sort, raw).facts["description"]
    assert shown == ("words" if sort.kind == "network_interface" else None)

"""What a teardown of a network reads of gateways, addresses and endpoints."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown import look_network
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.look import Look
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Found

from tests.unit.stubs import OWNER, Exchange, answering

IN_VPC = [{"Name": "vpc-id", "Values": ["vpc-1"]}]
OURS = [{"Name": f"tag:{key}", "Values": [value]} for key, value in OWNER.tags().items()]
TAGS = [{"Key": "Name", "Value": "one"}]

# What each kind's answer holds, beside the tags, and what is made of it. None: it does not count.
GATEWAY = {"NatGatewayId": "nat-1", "VpcId": "vpc-1", "NatGatewayAddresses": [{"NetworkInterfaceId": "eni-1"}, {}]}
ENDPOINT = {"VpcEndpointId": "vpce-1", "VpcId": "vpc-1", "NetworkInterfaceIds": ["eni-2"]}
HELD = {"vpc_id": "vpc-1", "requester": None, "interface_type": None, "description": None, "attached_to": None}


def found(kind: str, identifier: str, **facts: Any) -> Found:
    return Found(kind, "one", identifier, {"Name": "one"}, HELD | facts)


@pytest.mark.parametrize(
    ("state", "counts"),
    [("pending", True), ("available", True), ("deleting", True), ("deleted", False), ("failed", False)],
)
def test_nat_gateways_count_until_they_are_gone(state: str, counts: bool) -> None:
    sort = next(sort for sort in look_network.OURS if sort.kind == "nat_gateway")
    answer = {"NatGateways": [GATEWAY | {"State": state, "Tags": TAGS}]}
    with answering("ec2", Exchange("describe_nat_gateways", {"Filter": IN_VPC}, answer)) as scope:
        seen = look_network._described(Look(scope.clients, OWNER), sort, IN_VPC)
    assert seen == [found("nat_gateway", "nat-1", state=state, interfaces=["eni-1", ""])] * counts


@pytest.mark.parametrize(
    ("kind", "more", "facts"),
    [
        ("interface_endpoint", {"VpcEndpointType": "Interface"}, {"state": "deleting", "interfaces": ["eni-2"]}),
        ("gateway_endpoint", {"VpcEndpointType": "Gateway"}, {}),
        ("gateway_endpoint", {}, {}),
    ],
)
def test_endpoints_are_told_apart(kind: str, more: dict[str, str], facts: dict[str, Any]) -> None:
    sort = next(sort for sort in look_network.OURS if sort.kind == "gateway_endpoint")
    answer = {"VpcEndpoints": [ENDPOINT | {"State": "Deleting", "Tags": TAGS} | more]}
    with answering("ec2", Exchange("describe_vpc_endpoints", {"Filters": IN_VPC}, answer)) as scope:
        seen = look_network._described(Look(scope.clients, OWNER), sort, IN_VPC)
    assert seen == [found(kind, "vpce-1", **facts)]


def test_addresses_are_found_by_their_tags_and_come_in_one_answer() -> None:
    answer = {"Addresses": [{"AllocationId": "eipalloc-1", "PublicIp": "198.51.100.7", "Tags": TAGS}]}
    with answering("ec2", Exchange("describe_addresses", {"Filters": OURS}, answer)) as scope:
        (seen,) = look_network._ours_or_named(Look(scope.clients, OWNER), look_network.ADDRESS)
    assert (seen.kind, seen.id, seen.facts["vpc_id"]) == ("elastic_ip", "eipalloc-1", None)

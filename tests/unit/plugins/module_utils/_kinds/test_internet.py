"""Internet gateways, addresses and NAT gateways."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.internet import (
    ELASTIC_IP,
    INTERNET_GATEWAY,
    NAT_GATEWAY,
    address_from_aws,
    internet_gateway_from_aws,
    nat_gateway_from_aws,
    plan_internet_gateway,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY, Action, Desired, plan

TAGS = [{"Key": "Name", "Value": "one"}]


def gateway(*vpcs: str) -> dict[str, Any]:
    attachments = [{"VpcId": vpc, "State": "available"} for vpc in vpcs]
    return {"InternetGatewayId": "igw-1", "Attachments": attachments, "Tags": TAGS}


@pytest.mark.parametrize(
    ("raw", "action"),
    [
        (None, Action.CREATE),
        (gateway(), Action.UPDATE),
        (gateway("vpc-1"), Action.NONE),
        (gateway("vpc-2"), Action.REFUSE),
    ],
    ids=["none", "attached to none, as a killed run leaves it", "as it should be", "another VPC's"],
)
def test_an_internet_gateway(raw: dict[str, Any] | None, action: Action) -> None:
    desired = Desired("internet_gateway", "one", {"vpc_id": "vpc-1"})
    observed = internet_gateway_from_aws(raw) if raw else None
    assert plan_internet_gateway(INTERNET_GATEWAY, desired, observed).action is action


def test_an_address_has_nothing_to_compare_but_its_tags() -> None:
    raw = {"AllocationId": "eipalloc-1", "PublicIp": "198.51.100.7", "Tags": TAGS}
    observed = address_from_aws(raw)
    assert observed.attributes == {"id": "eipalloc-1", "public_ip": "198.51.100.7"}
    assert plan(ELASTIC_IP, Desired("elastic_ip", "one"), observed).action is Action.NONE
    assert (
        plan(ELASTIC_IP, Desired("elastic_ip", "one", {}, {"Name": "one", "a": "b"}), observed).action is Action.UPDATE
    )


NAT: dict[str, Any] = {
    "NatGatewayId": "nat-1",
    "SubnetId": "subnet-1",
    "State": "available",
    "NatGatewayAddresses": [{"NetworkInterfaceId": "eni-1"}, {"AllocationId": "eipalloc-1"}],
}
WANTED = {"subnet_id": "subnet-1", "allocation_id": "eipalloc-1", "status": "available"}


@pytest.mark.parametrize(
    ("changes", "action", "changed"),
    [
        ({}, Action.NONE, []),
        ({"State": "pending"}, Action.UPDATE, ["status"]),
        ({"SubnetId": "subnet-2"}, Action.REFUSE, []),
        ({"NatGatewayAddresses": []}, Action.REFUSE, []),
    ],
)
def test_a_nat_gateway(changes: dict[str, Any], action: Action, changed: list[str]) -> None:
    found = plan(NAT_GATEWAY, Desired("nat_gateway", "one", WANTED), nat_gateway_from_aws(NAT | changes))
    assert (found.action, [change.property for change in found.changes]) == (action, changed)


@pytest.mark.parametrize(("subnet", "refused"), [("subnet-1", False), (KNOWN_AFTER_APPLY, False), ("", True)])
def test_a_nat_gateway_stands_in_a_public_subnet(subnet: str, refused: bool) -> None:
    desired = Desired("nat_gateway", "one", {"subnet_id": subnet}, role="network", keys={"subnet_id": "network_nat"})
    assert [problem.input for problem in NAT_GATEWAY.check(desired)] == ["network_nat"] * refused

"""Reads of internet gateways, addresses, NAT gateways, network ACLs and interface endpoints, and waiting for them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.interface_endpoint import (
    observe_interface_endpoints,
    verify_interface_endpoint,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.internet import (
    observe_addresses,
    observe_internet_gateways,
    observe_nat_gateways,
    verify_internet_gateway,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.network_acl import observe_network_acls
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.pending import wait_until_available
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY, Desired, Observed
from ansible_collections.pgfleet.aws.plugins.module_utils._run import WaitTimeout
from ansible_collections.pgfleet.aws.plugins.module_utils._waiters import WaitFailed

from tests.unit.stubs import OWNER, Exchange, answering

OURS = [{"Key": "Name", "Value": "one"}, *({"Key": k, "Value": v} for k, v in OWNER.tags().items())]
NAMED = {"Name": "tag:Name", "Values": ["one"]}


def gateways(asked: dict[str, Any], *found: str) -> Exchange:
    listed = [{"InternetGatewayId": igw, "Attachments": [{"VpcId": "vpc-1"}], "Tags": OURS} for igw in found]
    return Exchange("describe_internet_gateways", {"Filters": [asked]}, {"InternetGateways": listed})


ATTACHED = {"Name": "attachment.vpc-id", "Values": ["vpc-1"]}


def test_internet_gateways_by_name() -> None:
    with answering("ec2", gateways(NAMED, "igw-1")) as scope:
        (found,) = observe_internet_gateways(scope, [Desired("internet_gateway", "one")])
    assert (found.attributes, found.properties) == ({"id": "igw-1"}, {"vpc_id": "vpc-1"})


@pytest.mark.parametrize(
    ("vpc_id", "observed", "exchanges", "refused"),
    [
        pytest.param(KNOWN_AFTER_APPLY, None, (), False, id="a VPC to be made"),
        pytest.param("vpc-1", "vpc-1", (), False, id="ours is there"),
        pytest.param("vpc-1", None, (gateways(ATTACHED),), False, id="none is there"),
        pytest.param("vpc-1", "vpc-2", (gateways(ATTACHED, "igw-9"),), True, id="somebody else's is there"),
    ],
)
def test_a_vpc_has_one_internet_gateway(
    vpc_id: str, observed: str | None, exchanges: tuple[Exchange, ...], refused: bool
) -> None:
    desired = Desired("internet_gateway", "one", {"vpc_id": vpc_id})
    had = Observed("internet_gateway", "one", {"vpc_id": observed}) if observed else None
    with answering("ec2", *exchanges) as scope:
        problems = list(verify_internet_gateway(scope, desired, had))
    assert ["igw-9, which is not ours" in problem.message for problem in problems] == [True] * refused


def address(n: int, tags: list[dict[str, str]] = OURS, **more: str) -> dict[str, Any]:
    return {"AllocationId": f"eipalloc-{n}", "PublicIp": f"198.51.100.{n}", "Tags": tags, **more}


@pytest.mark.parametrize(
    ("found", "ids"),
    [
        ([], []),
        ([address(1)], ["eipalloc-1"]),
        ([address(1), address(2, AssociationId="eipassoc-2")], ["eipalloc-2"]),
        ([address(2), address(1)], ["eipalloc-1"]),
        ([address(1, OURS[:1]), address(2, OURS[:1])], ["eipalloc-1", "eipalloc-2"]),
    ],
    ids=["none", "one", "two of ours, one in use", "two of ours, neither in use", "two of nobody"],
)
def test_one_address_of_ours_for_a_name(found: list[dict[str, Any]], ids: list[str]) -> None:
    with answering("ec2", Exchange("describe_addresses", {"Filters": [NAMED]}, {"Addresses": found})) as scope:
        observed = list(observe_addresses(scope, [Desired("elastic_ip", "one")]))
    assert [one.attributes["id"] for one in observed] == ids


def test_nat_gateways_that_count() -> None:
    asked = {"Filter": [NAMED, {"Name": "state", "Values": ["pending", "available"]}]}
    raw = {"NatGatewayId": "nat-1", "SubnetId": "subnet-1", "State": "pending", "Tags": OURS}
    with answering("ec2", Exchange("describe_nat_gateways", asked, {"NatGateways": [raw]})) as scope:
        (found,) = observe_nat_gateways(scope, [Desired("nat_gateway", "one")])
    assert (found.attributes, found.properties["status"]) == ({"id": "nat-1"}, "pending")


def test_network_acls_by_name() -> None:
    raw = {"NetworkAclId": "acl-1", "VpcId": "vpc-1", "Tags": OURS}
    with answering("ec2", Exchange("describe_network_acls", {"Filters": [NAMED]}, {"NetworkAcls": [raw]})) as scope:
        (found,) = observe_network_acls(scope, [Desired("network_acl", "one")])
    assert found.attributes == {"id": "acl-1"}


def endpoint(n: int, vpc: str = "vpc-1", **changes: Any) -> dict[str, Any]:
    return {
        "VpcEndpointId": f"vpce-{n}",
        "VpcId": vpc,
        "ServiceName": "com.amazonaws.us-west-2.ssm",
        "PrivateDnsEnabled": True,
        "State": "available",
    } | changes


def listed(*found: dict[str, Any]) -> Exchange:
    asked = {"Filters": [{"Name": "vpc-endpoint-type", "Values": ["Interface"]}]}
    return Exchange("describe_vpc_endpoints", asked, {"VpcEndpoints": list(found)})


def ssm(**changes: Any) -> Desired:
    return Desired(
        "interface_endpoint", "one", {"vpc_id": "vpc-1", "service": "ssm", "private_dns_enabled": True, **changes}
    )


def test_interface_endpoints_that_could_be_meant() -> None:
    others = [
        endpoint(2, "vpc-2"),
        endpoint(3, State="Deleting"),
        endpoint(4, ServiceName="com.amazonaws.us-west-2.kms"),
    ]
    named = endpoint(5, Tags=[{"Key": "Name", "Value": "two"}])
    kms = Desired("interface_endpoint", "two", {"vpc_id": {"ref": "vpc/x", "get": "id"}, "service": "kms"})
    with answering("ec2", listed(endpoint(1), *others, named)) as scope:
        found = list(observe_interface_endpoints(scope, [ssm(), kms]))
    assert [(one.name, one.attributes["id"]) for one in found] == [("one", "vpce-1"), ("two", "vpce-4")]


@pytest.mark.parametrize(
    ("desired", "observed", "exchanges", "refused"),
    [
        (ssm(), Observed("interface_endpoint", "one"), (), False),
        (ssm(private_dns_enabled=False), None, (), False),
        (ssm(), None, (listed(endpoint(1, PrivateDnsEnabled=False), endpoint(2, "vpc-2")),), False),
        (ssm(), None, (listed(endpoint(1)),), True),
    ],
    ids=["it is there", "without private DNS", "others without it or elsewhere", "somebody else's"],
)
def test_one_endpoint_has_the_name_of_a_service(
    desired: Desired, observed: Observed | None, exchanges: tuple[Exchange, ...], refused: bool
) -> None:
    with answering("ec2", *exchanges) as scope:
        problems = list(verify_interface_endpoint(scope, desired, observed))
    assert ["already has vpce-1 for ssm" in problem.message for problem in problems] == [True] * refused


def states(gateway: str = "", endpoint: str = "", **more: Any) -> list[Exchange]:
    """A look at a gateway and an endpoint; nothing is listed where there is no state."""
    nat = [{"NatGatewayId": "nat-1", "State": gateway, **more}] if gateway else []
    vpce = [{"VpcEndpointId": "vpce-1", "State": endpoint}] if endpoint else []
    by_gateway = {"Filter": [{"Name": "nat-gateway-id", "Values": ["nat-1"]}]}
    by_endpoint = {"Filters": [{"Name": "vpc-endpoint-id", "Values": ["vpce-1"]}]}
    return [
        Exchange("describe_nat_gateways", by_gateway, {"NatGateways": nat}),
        Exchange("describe_vpc_endpoints", by_endpoint, {"VpcEndpoints": vpce}),
    ]


def wait(*looks: Exchange, timeout: float = 100) -> None:
    with answering("ec2", *looks) as scope:
        wait_until_available(scope.clients("ec2"), ["nat-1"], ["vpce-1"], timeout, sleep=lambda _seconds: None)


def test_all_are_waited_for_together() -> None:
    wait(
        *states("pending"),
        *states("pending", "pending"),
        *states("available", "Pending"),
        *states("available", "Available"),
    )


def test_nothing_is_asked_when_there_is_nothing_to_wait_for() -> None:
    with answering("ec2") as scope:
        wait_until_available(scope.clients("ec2"), [], [], 0)


def test_only_what_is_waited_for_is_asked_about() -> None:
    gateway, endpoint = states("available", "available")
    with answering("ec2", gateway) as scope:
        wait_until_available(scope.clients("ec2"), ["nat-1"], [], 0)
    with answering("ec2", endpoint) as scope:
        wait_until_available(scope.clients("ec2"), [], ["vpce-1"], 0)


def test_what_is_late_is_named() -> None:
    with pytest.raises(WaitTimeout, match=r"still pending \(nat-1\), absent \(vpce-1\) after 0 s"):
        wait(*states("pending"), timeout=0)


@pytest.mark.parametrize(
    ("more", "said"),
    [({}, "nat-1 is failed. Delete it"), ({"FailureMessage": "no gateway"}, "nat-1 is failed: no gateway. Delete it")],
)
def test_what_aws_has_given_up_is_not_waited_for(more: dict[str, str], said: str) -> None:
    with pytest.raises(WaitFailed, match=said):
        wait(*states("failed", "pending", **more))

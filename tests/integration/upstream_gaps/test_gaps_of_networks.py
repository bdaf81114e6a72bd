"""What amazon.aws does instead of vpc_interface_endpoint, vpc_network_acl, vpc_ready and vpc_route_table.

Each test says what would be right and is expected to fail; once it passes, upstream has closed the gap.
"""

from __future__ import annotations

from typing import Any

import pytest

from emulator.testing import Emulator
from tests.integration.modules.module_runner import Ran, run_module

SERVICE = "com.amazonaws.us-east-1.ssm"
# Longer than any test: what is pending stays so.
SECONDS_PER_MINUTE = 600.0


class Network:
    """A VPC with a subnet and a security group."""

    def __init__(self, aws: Emulator) -> None:
        self.aws, self.ec2 = aws, aws.client("ec2")
        self.vpc = self.ec2.create_vpc(CidrBlock="10.60.0.0/16")["Vpc"]["VpcId"]
        self.ec2.modify_vpc_attribute(VpcId=self.vpc, EnableDnsHostnames={"Value": True})
        self.subnet = self.ec2.create_subnet(VpcId=self.vpc, CidrBlock="10.60.1.0/24")["Subnet"]["SubnetId"]
        self.group = self.ec2.create_security_group(GroupName="e", Description="x", VpcId=self.vpc)["GroupId"]

    def run(self, module: str, **options: Any) -> Ran:
        return run_module(self.aws, f"amazon.aws.{module}", options)

    def endpoint(self, **options: Any) -> Ran:
        options |= {"vpc_id": self.vpc, "service": SERVICE, "vpc_endpoint_type": "Interface"}
        options |= {"vpc_endpoint_subnets": [self.subnet], "vpc_endpoint_security_groups": [self.group]}
        return self.run("ec2_vpc_endpoint", **options)


def succeeded(ran: Ran) -> Ran:
    """A module that failed shows no gap: this is no AssertionError, which the tests expect."""
    if ran.result.get("failed"):
        raise ValueError(ran.message)
    return ran


@pytest.fixture
def network(aws: Emulator) -> Network:
    return Network(aws)


@pytest.mark.xfail(
    raises=AssertionError,
    reason="ec2_vpc_endpoint does not change subnets of an existing endpoint, as vpc_interface_endpoint does",
)
def test_the_subnets_of_an_existing_endpoint_are_changed(network: Network) -> None:
    network.ec2.create_vpc_endpoint(
        VpcId=network.vpc, VpcEndpointType="Interface", ServiceName=SERVICE, PrivateDnsEnabled=False
    )
    succeeded(network.endpoint())
    found = network.ec2.describe_vpc_endpoints()["VpcEndpoints"]
    assert [endpoint["SubnetIds"] for endpoint in found] == [[network.subnet]]


@pytest.mark.xfail(
    raises=AssertionError,
    reason="ec2_vpc_route_table does not delete routes to IPv6 blocks, as vpc_route_table does",
)
def test_a_route_to_an_ipv6_block_is_deleted(network: Network) -> None:
    table = network.ec2.create_route_table(VpcId=network.vpc)["RouteTable"]["RouteTableId"]
    gateway = network.ec2.create_egress_only_internet_gateway(VpcId=network.vpc)["EgressOnlyInternetGateway"]
    to = {"EgressOnlyInternetGatewayId": gateway["EgressOnlyInternetGatewayId"]}
    network.ec2.create_route(RouteTableId=table, DestinationIpv6CidrBlock="::/0", **to)
    wanted: dict[str, Any] = {"vpc_id": network.vpc, "route_table_id": table, "routes": []}
    succeeded(network.run("ec2_vpc_route_table", lookup="id", purge_routes=True, **wanted))
    routes = network.ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
    assert [route for route in routes if "DestinationIpv6CidrBlock" in route] == []


@pytest.mark.xfail(
    raises=AssertionError,
    reason="ec2_vpc_nacl gives subnets an ACL that has no rules yet; vpc_network_acl makes the rules first",
)
def test_an_acl_has_rules_before_it_has_subnets(network: Network) -> None:
    rule = [100, "tcp", "allow", "10.0.0.0/8", None, None, 1, 2]
    wanted = {"vpc_id": network.vpc, "name": "acl", "subnets": [network.subnet], "ingress": [rule]}
    writes = succeeded(network.run("ec2_vpc_nacl", **wanted)).writes
    assert {"CreateNetworkAclEntry", "ReplaceNetworkAclAssociation"} <= set(writes)
    assert writes.index("CreateNetworkAclEntry") < writes.index("ReplaceNetworkAclAssociation")


@pytest.mark.xfail(
    raises=AssertionError,
    reason="ec2_vpc_nat_gateway waits in the run that makes the gateway alone; vpc_ready does in any run",
)
def test_a_gateway_that_another_run_has_begun_is_waited_for(network: Network) -> None:
    network.aws.set_time_scale(SECONDS_PER_MINUTE)
    gateway = network.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    network.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=network.vpc)
    address = network.ec2.allocate_address(Domain="vpc")["AllocationId"]
    network.ec2.create_nat_gateway(SubnetId=network.subnet, AllocationId=address)
    wanted = {"subnet_id": network.subnet, "allocation_id": address, "if_exist_do_not_create": True}
    late = network.run("ec2_vpc_nat_gateway", wait=True, wait_timeout=1, **wanted)
    assert late.result.get("failed"), late.result


@pytest.mark.xfail(
    raises=AssertionError,
    reason="ec2_vpc_endpoint waits until an endpoint is listed; vpc_ready waits until it is available",
)
def test_an_endpoint_is_waited_for_until_it_can_be_used(network: Network) -> None:
    network.aws.set_time_scale(SECONDS_PER_MINUTE)
    late = network.endpoint(wait=True, wait_timeout=15)
    assert late.result.get("failed"), late.result

"""Gateways, addresses, interface endpoints and network ACLs of EC2 as AWS documents them, where moto differs."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.testing import Emulator

REGION = "us-west-2"
ANYWHERE = "0.0.0.0/0"
WAIT_SECONDS = 30


class Network:
    """A VPC with names, an internet gateway and two subnets in two zones."""

    def __init__(self, aws: Emulator) -> None:
        self.aws = aws
        self.ec2 = aws.client("ec2", REGION)
        self.vpc = self.ec2.create_vpc(CidrBlock="10.60.0.0/16")["Vpc"]["VpcId"]
        self.ec2.modify_vpc_attribute(VpcId=self.vpc, EnableDnsHostnames={"Value": True})
        self.internet = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=self.internet, VpcId=self.vpc)
        self.subnets = [self.subnet(f"10.60.{n}.0/24", zone) for n, zone in enumerate("ab")]

    def subnet(self, block: str, letter: str, vpc: str = "") -> str:
        zone = REGION + letter
        made = self.ec2.create_subnet(VpcId=vpc or self.vpc, CidrBlock=block, AvailabilityZone=zone)
        return str(made["Subnet"]["SubnetId"])

    def address(self) -> str:
        return str(self.ec2.allocate_address(Domain="vpc")["AllocationId"])

    def nat(self, address: str = "", **more: Any) -> dict[str, Any]:
        asked = {"SubnetId": self.subnets[0], "AllocationId": address or self.address(), **more}
        made: dict[str, Any] = self.ec2.create_nat_gateway(**asked)["NatGateway"]
        return made

    def nat_now(self, gateway: str) -> dict[str, Any]:
        (found,) = self.ec2.describe_nat_gateways(NatGatewayIds=[gateway])["NatGateways"]
        now: dict[str, Any] = found
        return now

    def endpoint(self, service: str = "ssm", **changes: Any) -> dict[str, Any]:
        asked = {
            "VpcId": self.vpc,
            "VpcEndpointType": "Interface",
            "ServiceName": f"com.amazonaws.{REGION}.{service}",
            "SubnetIds": self.subnets,
            **changes,
        }
        made: dict[str, Any] = self.ec2.create_vpc_endpoint(**asked)["VpcEndpoint"]
        return made

    def endpoint_now(self, endpoint: str) -> dict[str, Any]:
        by_id = [{"Name": "vpc-endpoint-id", "Values": [endpoint]}]
        (found,) = self.ec2.describe_vpc_endpoints(Filters=by_id)["VpcEndpoints"]
        now: dict[str, Any] = found
        return now

    def interfaces(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ec2.describe_network_interfaces()["NetworkInterfaces"]
        return found

    def acl(self) -> str:
        return str(self.ec2.create_network_acl(VpcId=self.vpc)["NetworkAcl"]["NetworkAclId"])

    def entry(self, acl: str, number: int = 100, **changes: Any) -> None:
        asked = {
            "NetworkAclId": acl,
            "RuleNumber": number,
            "Protocol": "6",
            "RuleAction": "allow",
            "Egress": False,
            "CidrBlock": "10.0.0.0/8",
            "PortRange": {"From": 1, "To": 2},
        }
        self.ec2.create_network_acl_entry(**{name: v for name, v in (asked | changes).items() if v is not None})


@pytest.fixture
def network(aws: Emulator) -> Network:
    return Network(aws)


def refused(code: str) -> Any:
    return pytest.raises(ClientError, match=rf"\({code}\)")


def eventually(true: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_nat_gateway_is_pending_then_available(network: Network) -> None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-working-with.html"""
    network.aws.set_time_scale(1000)
    made = network.nat()
    assert made["State"] == network.nat_now(made["NatGatewayId"])["State"] == "pending"
    (interface,) = network.interfaces()
    assert (interface["Status"], interface["InterfaceType"]) == ("in-use", "nat_gateway")
    network.aws.set_time_scale(0.05)
    other = network.nat()["NatGatewayId"]
    eventually(lambda: network.nat_now(other)["State"] == "available")
    # It began before: the clock that is changed is changed for all.
    assert network.nat_now(made["NatGatewayId"])["State"] == "available"


def test_a_deleted_nat_gateway_has_its_address_until_it_is_gone_and_stays_listed(network: Network) -> None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-working-with.html"""
    address = network.address()
    gateway = network.nat(address)["NatGatewayId"]
    network.aws.set_time_scale(1)
    network.ec2.delete_nat_gateway(NatGatewayId=gateway)
    assert network.nat_now(gateway)["State"] == "deleting"
    with refused("InvalidIPAddress.InUse"):
        network.ec2.release_address(AllocationId=address)
    eventually(lambda: network.nat_now(gateway)["State"] == "deleted")
    assert network.interfaces() == []
    network.ec2.release_address(AllocationId=address)
    network.ec2.delete_nat_gateway(NatGatewayId=gateway)
    assert network.nat_now(gateway)["State"] == "deleted"


def test_nat_gateways_by_tag_and_state(network: Network) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNatGateways.html"""
    tags = [{"ResourceType": "natgateway", "Tags": [{"Key": "Name", "Value": "one"}]}]
    one, _ = network.nat(TagSpecifications=tags), network.nat()
    for name, value, count in (("tag:Name", "one", 1), ("state", "available", 2), ("vpc-id", "vpc-0", 0)):
        found = network.ec2.describe_nat_gateways(Filter=[{"Name": name, "Values": [value]}])["NatGateways"]
        assert len(found) == count
    by_resource = [{"Name": "resource-type", "Values": ["natgateway"]}]
    assert [tag["ResourceId"] for tag in network.ec2.describe_tags(Filters=by_resource)["Tags"]] == [
        one["NatGatewayId"]
    ]


def detached(network: Network) -> str:
    network.ec2.detach_internet_gateway(InternetGatewayId=network.internet, VpcId=network.vpc)
    return network.address()


def in_use(network: Network) -> str:
    address = network.address()
    network.nat(address)
    return address


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (detached, "Gateway.NotAttached"),
        (in_use, "Resource.AlreadyAssociated"),
        (lambda _network: "eipalloc-0", "InvalidAllocationID.NotFound"),
    ],
)
def test_a_nat_gateway_that_cannot_be_fails_later(network: Network, spoil: Callable[[Network], str], code: str) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NatGateway.html: FailureCode"""
    made = network.nat(spoil(network))
    assert made["State"] == "pending"
    now = network.nat_now(made["NatGatewayId"])
    assert (now["State"], now["FailureCode"]) == ("failed", code)


def test_a_public_nat_gateway_needs_an_address_and_a_private_one_does_not(network: Network) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html"""
    with refused("MissingParameter"):
        network.ec2.create_nat_gateway(SubnetId=network.subnets[0])
    made = network.ec2.create_nat_gateway(SubnetId=network.subnets[0], ConnectivityType="private")["NatGateway"]
    assert network.nat_now(made["NatGatewayId"])["State"] == "available"


def test_unknown_gateways(network: Network) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html"""
    table = network.ec2.create_route_table(VpcId=network.vpc)["RouteTable"]["RouteTableId"]
    with refused("NatGatewayNotFound"):
        network.ec2.delete_nat_gateway(NatGatewayId="nat-0")
    with refused("InvalidNatGatewayID.NotFound"):
        network.ec2.create_route(RouteTableId=table, DestinationCidrBlock=ANYWHERE, NatGatewayId="nat-0")


def test_an_internet_gateway_in_use_stays(network: Network) -> None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/delete-igw.html"""
    here = {"InternetGatewayId": network.internet, "VpcId": network.vpc}
    gateway = network.nat()["NatGatewayId"]
    with refused("DependencyViolation"):
        network.ec2.detach_internet_gateway(**here)
    with refused("DependencyViolation"):
        network.ec2.delete_internet_gateway(InternetGatewayId=network.internet)
    network.ec2.delete_nat_gateway(NatGatewayId=gateway)
    network.ec2.detach_internet_gateway(**here)
    network.ec2.delete_internet_gateway(InternetGatewayId=network.internet)


def test_a_vpc_has_one_internet_gateway(network: Network) -> None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html"""
    other = network.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    with refused("Resource.AlreadyAssociated"):
        network.ec2.attach_internet_gateway(InternetGatewayId=other, VpcId=network.vpc)


def test_an_interface_endpoint_has_an_interface_in_each_subnet(network: Network) -> None:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html"""
    group = network.ec2.create_security_group(GroupName="e", Description="x", VpcId=network.vpc)["GroupId"]
    endpoint = network.endpoint(SecurityGroupIds=[group])["VpcEndpointId"]
    assert network.endpoint_now(endpoint)["PrivateDnsEnabled"]
    interfaces = network.interfaces()
    assert sorted(interface["SubnetId"] for interface in interfaces) == sorted(network.subnets)
    assert {group["GroupId"] for interface in interfaces for group in interface["Groups"]} == {group}
    with refused("DependencyViolation"):
        network.ec2.delete_subnet(SubnetId=network.subnets[0])
    network.ec2.modify_vpc_endpoint(
        VpcEndpointId=endpoint, RemoveSubnetIds=network.subnets[:1], PrivateDnsEnabled=False
    )
    network.ec2.delete_subnet(SubnetId=network.subnets[0])
    assert not network.endpoint_now(endpoint)["PrivateDnsEnabled"]
    with refused("DependencyViolation"):
        network.ec2.delete_security_group(GroupId=group)


def test_an_endpoint_without_groups_has_the_default_one(network: Network) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html: SecurityGroupIds"""
    endpoint = network.endpoint()["VpcEndpointId"]
    assert [group["GroupName"] for group in network.endpoint_now(endpoint)["Groups"]] == ["default"]


def test_an_interface_endpoint_takes_its_time(network: Network) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html: State"""
    network.aws.set_time_scale(0.5)
    endpoint = network.endpoint()["VpcEndpointId"]
    assert network.endpoint_now(endpoint)["State"] == "pending"
    eventually(lambda: bool(network.endpoint_now(endpoint)["State"] == "available"))
    network.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    assert network.endpoint_now(endpoint)["State"] == "deleting"
    assert len(network.interfaces()) == len(network.subnets)
    eventually(lambda: network.interfaces() == [])
    assert network.ec2.describe_vpc_endpoints()["VpcEndpoints"] == []


def without_names(network: Network) -> dict[str, Any]:
    network.ec2.modify_vpc_attribute(VpcId=network.vpc, EnableDnsHostnames={"Value": False})
    return {}


def twice(network: Network) -> dict[str, Any]:
    network.endpoint()
    return {}


def of_another_vpc(network: Network) -> str:
    return str(network.ec2.create_vpc(CidrBlock="10.61.0.0/16")["Vpc"]["VpcId"])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (without_names, "InvalidParameter"),
        (twice, "InvalidParameter"),
        (lambda n: {"SubnetIds": [*n.subnets, n.subnet("10.60.9.0/24", "a")]}, "DuplicateSubnetsInSameZone"),
        (lambda n: {"SubnetIds": [n.subnet("10.61.9.0/24", "a", of_another_vpc(n))]}, "InvalidParameter"),
        (lambda _network: {"SecurityGroupIds": ["sg-0"]}, "InvalidGroup.NotFound"),
    ],
    ids=["no names in the VPC", "a second one", "two subnets in a zone", "a subnet of another VPC", "no such group"],
)
def test_an_impossible_interface_endpoint_is_refused(
    network: Network, changes: Callable[[Network], dict[str, Any]], code: str
) -> None:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html"""
    changed = changes(network)
    before = len(network.ec2.describe_vpc_endpoints()["VpcEndpoints"])
    with refused(code):
        network.endpoint(**changed)
    assert len(network.ec2.describe_vpc_endpoints()["VpcEndpoints"]) == before


def test_a_second_endpoint_without_private_dns_is_taken_until_it_asks_for_it(network: Network) -> None:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html"""
    network.endpoint()
    second = network.endpoint(PrivateDnsEnabled=False)["VpcEndpointId"]
    with refused("InvalidParameter"):
        network.ec2.modify_vpc_endpoint(VpcEndpointId=second, PrivateDnsEnabled=True)
    network.endpoint("kms")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"RuleNumber": 0}, "InvalidParameterValue"),
        ({"RuleNumber": 32767}, "InvalidParameterValue"),
        ({"PortRange": None}, "MissingParameter"),
        ({"CidrBlock": None}, "MissingParameter"),
    ],
)
def test_an_impossible_rule_is_refused(network: Network, changes: dict[str, Any], code: str) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html"""
    with refused(code):
        network.entry(network.acl(), **changes)


def test_rules_have_numbers_of_their_own_and_are_twenty_at_most(network: Network) -> None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-nacls"""
    acl = network.acl()
    network.entry(acl, 1)
    with refused("NetworkAclEntryAlreadyExists"):
        network.entry(acl, 1)
    for number in range(2, 21):
        network.entry(acl, number)
    with refused("NetworkAclEntryLimitExceeded"):
        network.entry(acl, 21)
    network.entry(acl, 21, Egress=True)


def test_unknown_rules_and_associations(network: Network) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html"""
    acl = network.acl()
    with refused("InvalidNetworkAclEntry.NotFound"):
        network.ec2.delete_network_acl_entry(NetworkAclId=acl, RuleNumber=7, Egress=False)
    with refused("InvalidAssociationID.NotFound"):
        network.ec2.replace_network_acl_association(AssociationId="aclassoc-0", NetworkAclId=acl)


def test_acls_in_use_and_default_ones_stay(network: Network) -> None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html"""
    acl = network.acl()
    in_vpc = [{"Name": "vpc-id", "Values": [network.vpc]}, {"Name": "default", "Values": ["true"]}]
    (default,) = network.ec2.describe_network_acls(Filters=in_vpc)["NetworkAcls"]
    association = default["Associations"][0]["NetworkAclAssociationId"]
    network.ec2.replace_network_acl_association(AssociationId=association, NetworkAclId=acl)
    with refused("DependencyViolation"):
        network.ec2.delete_network_acl(NetworkAclId=acl)
    with refused("InvalidParameterValue"):
        network.ec2.delete_network_acl(NetworkAclId=default["NetworkAclId"])

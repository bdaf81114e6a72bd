"""EC2 as AWS documents it, where moto differs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.testing import Emulator

REGION = "us-west-2"
S3 = f"com.amazonaws.{REGION}.s3"


class Network:
    """A VPC with one subnet and one route table."""

    def __init__(self, aws: Emulator) -> None:
        self.ec2 = aws.client("ec2", REGION)
        self.vpc = self.ec2.create_vpc(CidrBlock="10.60.0.0/16")["Vpc"]["VpcId"]
        subnet = self.ec2.create_subnet(VpcId=self.vpc, CidrBlock="10.60.10.0/24", AvailabilityZone="us-west-2a")
        self.subnet = subnet["Subnet"]["SubnetId"]
        self.table = self.new_table()

    def new_table(self) -> str:
        return str(self.ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"])

    def group(self, name: str) -> str:
        return str(self.ec2.create_security_group(GroupName=name, Description="x", VpcId=self.vpc)["GroupId"])

    def endpoint(self, **changes: Any) -> dict[str, Any]:
        asked = {"VpcId": self.vpc, "ServiceName": S3, "RouteTableIds": [self.table], **changes}
        endpoint: dict[str, Any] = self.ec2.create_vpc_endpoint(**asked)["VpcEndpoint"]
        return endpoint

    def described(self) -> list[dict[str, Any]]:
        endpoints: list[dict[str, Any]] = self.ec2.describe_vpc_endpoints()["VpcEndpoints"]
        return endpoints

    def endpoint_routes(self, table: str) -> list[str]:
        routes = self.ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
        return [route["GatewayId"] for route in routes if "DestinationPrefixListId" in route]


@pytest.fixture
def network(aws: Emulator) -> Network:
    return Network(aws)


def refused(code: str) -> Any:
    return pytest.raises(ClientError, match=rf"\({code}\)")


def test_an_endpoint_is_a_gateway_unless_asked_otherwise(network: Network) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html"""
    network.endpoint()
    [endpoint] = network.described()
    assert endpoint["VpcEndpointType"] == "Gateway"
    assert endpoint["State"] == "available"
    assert endpoint["RouteTableIds"] == [network.table]
    assert json.loads(endpoint["PolicyDocument"])["Statement"][0]["Action"] == "*"


def test_an_endpoint_has_a_route_in_each_of_its_tables(network: Network) -> None:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html#gateway-endpoint-routing"""
    other = network.new_table()
    endpoint_id = network.endpoint()["VpcEndpointId"]
    assert network.endpoint_routes(network.table) == [endpoint_id]
    network.ec2.modify_vpc_endpoint(
        VpcEndpointId=endpoint_id, AddRouteTableIds=[other], RemoveRouteTableIds=[network.table]
    )
    assert network.endpoint_routes(network.table) == []
    assert network.endpoint_routes(other) == [endpoint_id]
    assert network.described()[0]["RouteTableIds"] == [other]


def test_the_policy_of_an_endpoint_can_be_changed_and_reset(network: Network) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html"""
    endpoint_id = network.endpoint()["VpcEndpointId"]
    default = network.described()[0]["PolicyDocument"]
    network.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint_id, PolicyDocument='{"Statement": []}')
    assert json.loads(network.described()[0]["PolicyDocument"]) == {"Statement": []}
    network.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint_id, ResetPolicy=True)
    assert network.described()[0]["PolicyDocument"] == default


def test_a_deleted_endpoint_is_gone_with_its_routes(network: Network) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpoints.html"""
    endpoint_id = network.endpoint()["VpcEndpointId"]
    answer = network.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint_id, "vpce-0"])
    assert [item["ResourceId"] for item in answer["Unsuccessful"]] == ["vpce-0"]
    assert network.described() == []
    assert network.endpoint_routes(network.table) == []


def test_a_deleted_route_table_leaves_its_endpoint(network: Network) -> None:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html#gateway-endpoint-routing"""
    endpoint_id = network.endpoint()["VpcEndpointId"]
    network.ec2.delete_route_table(RouteTableId=network.table)
    assert network.described()[0]["RouteTableIds"] == []
    assert network.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint_id])["Unsuccessful"] == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ServiceName": "com.amazonaws.us-east-1.s3"}, "InvalidServiceName"),
        ({"ServiceName": f"com.amazonaws.{REGION}.kms"}, "InvalidServiceName"),
        ({"PolicyDocument": "no json"}, "InvalidPolicyDocument"),
        ({"RouteTableIds": ["rtb-0"]}, "InvalidRouteTableId.NotFound"),
    ],
)
def test_an_impossible_endpoint_is_refused_and_leaves_nothing(
    network: Network, changes: dict[str, Any], code: str
) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html"""
    with refused(code):
        network.endpoint(**changes)
    assert network.described() == []


def test_a_route_table_takes_one_endpoint_per_service(network: Network) -> None:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html#gateway-endpoint-routing"""
    network.endpoint()
    with refused("RouteAlreadyExists"):
        network.endpoint()
    second = network.endpoint(RouteTableIds=[])["VpcEndpointId"]
    with refused("RouteAlreadyExists"):
        network.ec2.modify_vpc_endpoint(VpcEndpointId=second, AddRouteTableIds=[network.table])
    network.endpoint(ServiceName=f"com.amazonaws.{REGION}.dynamodb")


def test_an_endpoint_takes_route_tables_of_its_own_vpc_only(network: Network) -> None:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html#gateway-endpoint-routing"""
    other = network.ec2.create_vpc(CidrBlock="10.61.0.0/16")["Vpc"]["VpcId"]
    with refused("InvalidParameter"):
        network.endpoint(VpcId=other)


def test_an_endpoint_cannot_leave_a_table_it_is_not_in(network: Network) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html"""
    endpoint_id = network.endpoint()["VpcEndpointId"]
    with refused("InvalidRouteTableId.NotFound"):
        network.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint_id, RemoveRouteTableIds=[network.new_table()])


def test_the_route_of_an_endpoint_cannot_be_deleted(network: Network) -> None:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html#gateway-endpoint-routing"""
    network.endpoint()
    [list_id] = network.ec2.describe_prefix_lists(Filters=[{"Name": "prefix-list-name", "Values": [S3]}])["PrefixLists"]
    with refused("InvalidParameterValue"):
        network.ec2.delete_route(RouteTableId=network.table, DestinationPrefixListId=list_id["PrefixListId"])


def test_a_subnet_in_use_is_not_deleted(network: Network) -> None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/subnet-deleting.html"""
    interface = network.ec2.create_network_interface(SubnetId=network.subnet)["NetworkInterface"]["NetworkInterfaceId"]
    with refused("DependencyViolation"):
        network.ec2.delete_subnet(SubnetId=network.subnet)
    network.ec2.delete_network_interface(NetworkInterfaceId=interface)
    network.ec2.delete_subnet(SubnetId=network.subnet)


def test_a_subnet_with_a_nat_gateway_is_not_deleted(network: Network) -> None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/subnet-deleting.html"""
    add_internet_gateway(network)
    address = network.ec2.allocate_address(Domain="vpc")["AllocationId"]
    gateway = network.ec2.create_nat_gateway(SubnetId=network.subnet, AllocationId=address)["NatGateway"]
    with refused("DependencyViolation"):
        network.ec2.delete_subnet(SubnetId=network.subnet)
    network.ec2.delete_nat_gateway(NatGatewayId=gateway["NatGatewayId"])
    network.ec2.delete_subnet(SubnetId=network.subnet)
    assert "AssociationId" not in network.ec2.describe_addresses()["Addresses"][0]


def test_a_deleted_subnet_leaves_its_route_table(network: Network) -> None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/subnet-deleting.html"""
    network.ec2.associate_route_table(SubnetId=network.subnet, RouteTableId=network.table)
    with refused("DependencyViolation"):
        network.ec2.delete_route_table(RouteTableId=network.table)
    network.ec2.delete_subnet(SubnetId=network.subnet)
    network.ec2.delete_route_table(RouteTableId=network.table)


def test_a_security_group_of_an_interface_is_not_deleted(network: Network) -> None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/deleting-security-groups.html"""
    group = network.group("used")
    made = network.ec2.create_network_interface(SubnetId=network.subnet, Groups=[group])["NetworkInterface"]
    with refused("DependencyViolation"):
        network.ec2.delete_security_group(GroupId=group)
    network.ec2.delete_network_interface(NetworkInterfaceId=made["NetworkInterfaceId"])
    network.ec2.delete_security_group(GroupId=group)


def test_a_security_group_that_another_names_is_not_deleted(network: Network) -> None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/deleting-security-groups.html"""
    named, naming = network.group("named"), network.group("naming")
    rule = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "UserIdGroupPairs": [{"GroupId": named}]}
    network.ec2.authorize_security_group_ingress(GroupId=naming, IpPermissions=[rule])
    with refused("DependencyViolation"):
        network.ec2.delete_security_group(GroupId=named)
    network.ec2.delete_security_group(GroupId=naming)
    network.ec2.delete_security_group(GroupId=named)


def test_the_default_security_group_stays(network: Network) -> None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html"""
    filters = [{"Name": "vpc-id", "Values": [network.vpc]}]
    [default] = network.ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
    with refused("CannotDelete"):
        network.ec2.delete_security_group(GroupId=default["GroupId"])


def test_the_main_route_table_stays(network: Network) -> None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html#main-route-table"""
    filters = [{"Name": "vpc-id", "Values": [network.vpc]}, {"Name": "association.main", "Values": ["true"]}]
    [main] = network.ec2.describe_route_tables(Filters=filters)["RouteTables"]
    with refused("DependencyViolation"):
        network.ec2.delete_route_table(RouteTableId=main["RouteTableId"])


def empty(network: Network) -> None:
    network.ec2.delete_subnet(SubnetId=network.subnet)
    network.ec2.delete_route_table(RouteTableId=network.table)


def test_an_empty_vpc_is_deleted_with_what_came_with_it(network: Network) -> None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/delete-vpc.html"""
    empty(network)
    network.ec2.delete_vpc(VpcId=network.vpc)
    filters = [{"Name": "vpc-id", "Values": [network.vpc]}]
    assert network.ec2.describe_network_acls(Filters=filters)["NetworkAcls"] == []
    assert network.ec2.describe_route_tables(Filters=filters)["RouteTables"] == []
    assert network.ec2.describe_security_groups(Filters=filters)["SecurityGroups"] == []


def add_internet_gateway(network: Network) -> None:
    gateway = network.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    network.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=network.vpc)


@pytest.mark.parametrize(
    "add",
    [
        add_internet_gateway,
        lambda network: network.group("left"),
        lambda network: network.endpoint(RouteTableIds=[]),
        lambda network: network.ec2.create_network_acl(VpcId=network.vpc),
        lambda network: network.new_table(),
    ],
    ids=["internet gateway", "security group", "endpoint", "network acl", "route table"],
)
def test_a_vpc_in_use_is_not_deleted(network: Network, add: Any) -> None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/delete-vpc.html"""
    empty(network)
    add(network)
    with refused("DependencyViolation"):
        network.ec2.delete_vpc(VpcId=network.vpc)


def test_an_interface_in_use_is_not_deleted(network: Network) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/delete_eni.html"""
    add_internet_gateway(network)
    address = network.ec2.allocate_address(Domain="vpc")["AllocationId"]
    gateway = network.ec2.create_nat_gateway(SubnetId=network.subnet, AllocationId=address)["NatGateway"]
    interface = gateway["NatGatewayAddresses"][0]["NetworkInterfaceId"]
    with refused("InvalidParameterValue"):
        network.ec2.delete_network_interface(NetworkInterfaceId=interface)


def test_the_description_of_a_rule_is_changed_and_the_answer_says_so(network: Network) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UpdateSecurityGroupRuleDescriptionsIngress.html"""
    group = network.group("database")

    def rule(text: str) -> list[Any]:
        ranges = [{"CidrIp": "10.60.0.0/16", "Description": text}]
        return [{"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "IpRanges": ranges}]

    network.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=rule("old"))
    answer = network.ec2.update_security_group_rule_descriptions_ingress(GroupId=group, IpPermissions=rule("new"))
    assert answer["Return"] is True
    described = network.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]
    assert described[0]["IpRanges"] == [{"CidrIp": "10.60.0.0/16", "Description": "new"}]
    with pytest.raises(ClientError, match=r"InvalidGroup\.NotFound"):
        network.ec2.update_security_group_rule_descriptions_ingress(GroupId="sg-0a1b2c3d", IpPermissions=rule("x"))

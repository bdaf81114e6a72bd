"""stack_teardown of a network, on an emulated account."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.testing import Emulator
from tests.integration.destroyable import REGION, Deployment
from tests.integration.modules.module_runner import Ran, run_module


def tear_down(deployment: Deployment, check: bool = False, **options: Any) -> Ran:
    return run_module(deployment.aws, "stack_teardown", deployment.tear_down("network", **options), check=check)


def succeeded(ran: Ran) -> Ran:
    assert not ran.result.get("failed"), ran.message
    return ran


def kinds(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["kind"] for entry in entries]


@pytest.fixture
def retail(aws: Emulator) -> Deployment:
    return Deployment(aws)


ORDER = [
    "ssm_parameter",
    "gateway_endpoint",
    "security_group",
    "security_group",
    "route_table",
    "route_table",
    "subnet",
    "subnet",
    "vpc",
]


def test_a_network_goes_from_its_edges_inwards(retail: Deployment) -> None:
    neighbour = Deployment(retail.aws, suffix="prod2")
    for one in (neighbour, retail):
        one.make_network()
    retail.make_alarms("arn:aws:sns:us-west-2:123456789012:topic")
    beside, whole = neighbour.left(), retail.left()
    planned = tear_down(retail, check=True)
    assert kinds(planned.result["removed"]) == ORDER
    assert planned.writes == []
    assert retail.left() == whole

    ran = succeeded(tear_down(retail))
    assert kinds(ran.result["removed"]) == ORDER
    assert ran.result["kept"] == []
    assert retail.left().keys() == {"metric_alarm"}
    assert neighbour.left() == beside

    again = tear_down(retail)
    assert not again.changed
    assert again.writes == []
    assert again.result["removed"] == []


def subnet_of(retail: Deployment) -> str:
    found = retail.client("ec2").describe_subnets(Filters=[{"Name": "tag:Name", "Values": ["subnet-a-retail-prod"]}])
    return str(found["Subnets"][0]["SubnetId"])


def make_interface(retail: Deployment, _vpc: str) -> str:
    made = retail.client("ec2").create_network_interface(SubnetId=subnet_of(retail), Description="web server")
    return f"network interface {made['NetworkInterface']['NetworkInterfaceId']} (web server"


def make_nat(retail: Deployment, _vpc: str) -> str:
    made = retail.client("ec2").create_nat_gateway(SubnetId=subnet_of(retail), ConnectivityType="private")
    return f"NAT gateway {made['NatGateway']['NatGatewayId']}"


def make_internet_gateway(retail: Deployment, vpc: str) -> str:
    ec2 = retail.client("ec2")
    gateway: str = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    return f"internet gateway {gateway}"


def make_group(retail: Deployment, vpc: str) -> str:
    group = retail.client("ec2").create_security_group(VpcId=vpc, GroupName="web", Description="web")["GroupId"]
    return f"security group web ({group})"


def make_subnet(retail: Deployment, vpc: str) -> str:
    made = retail.client("ec2").create_subnet(VpcId=vpc, CidrBlock="10.60.30.0/24")
    return f"subnet {made['Subnet']['SubnetId']}"


def make_acl(retail: Deployment, vpc: str) -> str:
    return f"network ACL {retail.client('ec2').create_network_acl(VpcId=vpc)['NetworkAcl']['NetworkAclId']}"


def make_interface_endpoint(retail: Deployment, vpc: str) -> str:
    made = retail.client("ec2").create_vpc_endpoint(
        VpcId=vpc,
        VpcEndpointType="Interface",
        ServiceName=f"com.amazonaws.{REGION}.secretsmanager",
        SubnetIds=[subnet_of(retail)],
        PrivateDnsEnabled=False,
    )
    return f"interface endpoint {made['VpcEndpoint']['VpcEndpointId']}"


def make_database(retail: Deployment, _vpc: str) -> str:
    return f"database {retail.make_database()} ("


def test_a_network_in_use_is_refused_naming_all_that_uses_it_before_anything_is_written(retail: Deployment) -> None:
    vpc = retail.make_network()
    users = [
        make(retail, vpc)
        for make in (
            make_interface,
            make_nat,
            make_internet_gateway,
            make_group,
            make_subnet,
            make_acl,
            make_interface_endpoint,
            make_database,
        )
    ]
    refused = tear_down(retail)
    assert refused.result["failed"]
    assert f"network vpc-retail-prod: {vpc}" in refused.message
    for user in users:
        assert user in refused.message
    assert refused.writes == []


def test_a_database_that_the_same_run_removes_does_not_count(retail: Deployment) -> None:
    retail.make_network()
    database = retail.make_database()
    planned = tear_down(retail, check=True, databases_going=[database])
    assert kinds(planned.result["removed"]) == ORDER
    assert planned.writes == []


def test_a_network_half_gone_is_finished(retail: Deployment) -> None:
    retail.make_network()
    ec2 = retail.client("ec2")
    everything = {"Filters": [{"Name": "tag:pgfleet:suffix", "Values": ["prod"]}]}
    endpoint = ec2.describe_vpc_endpoints(**everything)["VpcEndpoints"][0]["VpcEndpointId"]
    ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    table = ec2.describe_route_tables(**everything)["RouteTables"][0]
    ec2.disassociate_route_table(AssociationId=table["Associations"][0]["RouteTableAssociationId"])
    ec2.delete_route_table(RouteTableId=table["RouteTableId"])
    ran = tear_down(retail)
    assert kinds(ran.result["removed"]).count("route_table") == 1
    assert retail.left() == {}


def test_a_group_of_ours_in_a_network_of_others_goes_alone(retail: Deployment) -> None:
    ec2 = retail.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    spec = [{"ResourceType": "security-group", "Tags": retail.tags()}]
    ec2.create_security_group(VpcId=vpc, GroupName="database", Description="x", TagSpecifications=spec)
    ran = tear_down(retail)
    assert kinds(ran.result["removed"]) == ["security_group"]
    assert ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"]


def test_two_of_a_name_are_told_apart(retail: Deployment) -> None:
    first, second = (
        retail.make_network(),
        retail.client("ec2").create_vpc(
            CidrBlock="10.61.0.0/16",
            TagSpecifications=[{"ResourceType": "vpc", "Tags": retail.tags("vpc-retail-prod")}],
        )["Vpc"]["VpcId"],
    )
    ran = tear_down(retail)
    names = [entry["name"] for entry in ran.result["removed"] if entry["kind"] == "vpc"]
    assert sorted(names) == sorted(f"vpc-retail-prod ({vpc})" for vpc in (first, second))
    assert retail.left() == {}


def test_a_vpc_that_only_has_our_name_is_left_and_listed(retail: Deployment) -> None:
    spec = [{"ResourceType": "vpc", "Tags": [{"Key": "Name", "Value": "vpc-retail-prod"}]}]
    retail.client("ec2").create_vpc(CidrBlock="10.61.0.0/16", TagSpecifications=spec)
    ran = tear_down(retail, resources=[{"kind": "vpc", "name": "vpc-retail-prod"}])
    assert ran.writes == []
    assert [(e["kind"], e["name"], e["owned"]) for e in ran.result["kept"]] == [("vpc", "vpc-retail-prod", False)]

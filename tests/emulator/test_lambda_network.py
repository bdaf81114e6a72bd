"""Lambda functions in a VPC. https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.testing import Emulator
from tests.emulator.lambdas import LOGS, NETWORK, Lambda, allow


@dataclass
class Network:
    ec2: Any
    vpc: str
    subnets: list[str]
    group: str

    @classmethod
    def of(cls, aws: Emulator, block: str = "10.0") -> Network:
        ec2 = aws.client("ec2")
        vpc = ec2.create_vpc(CidrBlock=f"{block}.0.0/16")["Vpc"]["VpcId"]
        subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"{block}.{number}.0/24")["Subnet"]["SubnetId"] for number in (1, 2)
        ]
        group = ec2.create_security_group(VpcId=vpc, GroupName="function", Description="function")["GroupId"]
        return cls(ec2, vpc, subnets, group)

    @property
    def config(self) -> dict[str, list[str]]:
        return {"SubnetIds": self.subnets, "SecurityGroupIds": [self.group]}

    def interfaces(self) -> Any:
        filters = [{"Name": "interface-type", "Values": ["lambda"]}, {"Name": "vpc-id", "Values": [self.vpc]}]
        return self.ec2.describe_network_interfaces(Filters=filters)["NetworkInterfaces"]

    def refused(self, action: str, **params: Any) -> str:
        try:
            getattr(self.ec2, action)(**params)
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return ""


@pytest.fixture
def functions(aws: Emulator) -> Lambda:
    return Lambda.of(aws)


@pytest.fixture
def network(aws: Emulator) -> Network:
    return Network.of(aws)


def test_a_function_holds_interfaces_that_others_share(aws: Emulator, functions: Lambda, network: Network) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-enis"""
    aws.set_time_scale(600)
    made = functions.create(VpcConfig=network.config)
    assert made["VpcConfig"] == {**network.config, "VpcId": network.vpc, "Ipv6AllowedForDualStack": False}
    assert functions.configuration()["State"] == "Pending"
    functions.create(name="other", VpcConfig=network.config)
    found = network.interfaces()
    assert sorted(each["SubnetId"] for each in found) == sorted(network.subnets)
    for each in found:
        assert each["Description"].startswith("AWS Lambda VPC ENI-orders-")
        assert (each["Status"], each["RequesterManaged"]) == ("in-use", True)
        assert [group["GroupId"] for group in each["Groups"]] == [network.group]
    interface = found[0]["NetworkInterfaceId"]
    assert network.refused("delete_network_interface", NetworkInterfaceId=interface) == "InvalidParameterValue"


def test_interfaces_stay_a_while(aws: Emulator, functions: Lambda, network: Network) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-enis"""
    functions.create(VpcConfig=network.config)
    aws.set_time_scale(600)
    functions.client.delete_function(FunctionName="orders")
    assert len(network.interfaces()) == 2
    assert network.refused("delete_subnet", SubnetId=network.subnets[0]) == "DependencyViolation"
    assert network.refused("delete_security_group", GroupId=network.group) == "DependencyViolation"
    # A new function takes them over.
    functions.create(VpcConfig=network.config)
    assert len(network.interfaces()) == 2
    aws.set_time_scale(0)
    functions.client.delete_function(FunctionName="orders")
    assert network.interfaces() == []
    assert network.refused("delete_subnet", SubnetId=network.subnets[0]) == ""
    assert network.refused("delete_security_group", GroupId=network.group) == ""


def test_published_versions_hold_them_too(functions: Lambda, network: Network) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html"""
    functions.create(VpcConfig=network.config, Publish=True)
    nothing: dict[str, list[str]] = {"SubnetIds": [], "SecurityGroupIds": []}
    functions.client.update_function_configuration(FunctionName="orders", VpcConfig=nothing)
    assert "VpcConfig" not in functions.configuration()
    assert functions.configuration(Qualifier="1")["VpcConfig"]["VpcId"] == network.vpc
    assert len(network.interfaces()) == 2
    functions.client.delete_function(FunctionName="orders", Qualifier="1")
    assert network.interfaces() == []


def test_a_function_moves_to_other_subnets(functions: Lambda, network: Network) -> None:
    """https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html: VpcConfig"""
    functions.create(VpcConfig=network.config)
    moved = {"SubnetIds": network.subnets[:1], "SecurityGroupIds": [network.group]}
    functions.client.update_function_configuration(FunctionName="orders", VpcConfig=moved)
    assert [each["SubnetId"] for each in network.interfaces()] == network.subnets[:1]


def test_networks_that_are_refused(aws: Emulator, functions: Lambda, network: Network) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-networking.html"""
    other = Network.of(aws, "10.1")
    mixed = [network.subnets[0], other.subnets[0]]
    for subnets, groups, message in (
        (network.subnets, [], "SubnetIds and SecurityIds must coexist or be both empty list."),
        ([], [network.group], "SubnetIds and SecurityIds must coexist or be both empty list."),
        (["subnet-1"], [network.group], "The subnet ID 'subnet-1' does not exist"),
        (network.subnets, ["sg-1"], "The security group 'sg-1' does not exist"),
        (mixed, [network.group], "Subnets are required to be in the same VPC."),
        (network.subnets, [other.group], "Security Groups are required to be in the same VPC."),
    ):
        with pytest.raises(ClientError, match="InvalidParameterValueException") as caught:
            functions.create(VpcConfig={"SubnetIds": subnets, "SecurityGroupIds": groups})
        assert caught.value.response["Error"]["Message"].endswith(message)
    assert network.interfaces() == []


@pytest.mark.parametrize("missing", NETWORK)
def test_a_role_that_may_not_make_interfaces(aws: Emulator, functions: Lambda, network: Network, missing: str) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions"""
    allow(aws, [action for action in (*LOGS, *NETWORK) if action != missing])
    name = missing.partition(":")[2]
    with pytest.raises(ClientError, match=f"does not have permissions to call {name} on EC2"):
        functions.create(VpcConfig=network.config)
    aws.client("iam").attach_role_policy(
        RoleName="runner", PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"
    )
    functions.create(VpcConfig=network.config)


CONNECT = """
    import socket

    def handler(event, context):
        try:
            socket.create_connection(("127.0.0.1", event["port"]), timeout=0.2).close()
        except TimeoutError:
            return "timed out"
        return "connected"
    """


def test_a_function_reaches_the_databases_that_admit_it(aws: Emulator, functions: Lambda, network: Network) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html"""
    ec2, rds = network.ec2, aws.client("rds")
    subnets = [
        ec2.create_subnet(VpcId=network.vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"us-east-1{zone}")
        for n, zone in ((8, "a"), (9, "b"))
    ]
    rds.create_db_subnet_group(
        DBSubnetGroupName="private",
        DBSubnetGroupDescription="private",
        SubnetIds=[each["Subnet"]["SubnetId"] for each in subnets],
    )
    group = ec2.create_security_group(VpcId=network.vpc, GroupName="database", Description="database")["GroupId"]
    rds.create_db_instance(
        DBInstanceIdentifier="orders",
        Engine="postgres",
        DBInstanceClass="db.t4g.micro",
        AllocatedStorage=20,
        MasterUsername="dbadmin",
        MasterUserPassword="correct-horse",
        DBSubnetGroupName="private",
        VpcSecurityGroupIds=[group],
        PubliclyAccessible=False,
    )
    port = rds.describe_db_instances()["DBInstances"][0]["Endpoint"]["Port"]

    def tried() -> str:
        return str(functions.call({"port": port}).result)

    functions.create(CONNECT, Timeout=10)
    assert tried() == "timed out"
    functions.client.update_function_configuration(FunctionName="orders", VpcConfig=network.config)
    assert tried() == "timed out"
    of_function = {"UserIdGroupPairs": [{"GroupId": network.group}]}
    for rule in ({"IpRanges": [{"CidrIp": "10.0.1.0/24"}]}, {"UserIdGroupPairs": [{"GroupId": group}]}):
        permission = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **rule}
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])
    other_port = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, **of_function}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[other_port])
    assert tried() == "timed out"
    permission = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **of_function}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])
    assert tried() == "connected"
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.revoke_security_group_egress(GroupId=network.group, IpPermissions=[everything])
    assert tried() == "timed out"

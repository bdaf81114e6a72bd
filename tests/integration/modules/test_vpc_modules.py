"""vpc_route_table, vpc_network_acl, vpc_interface_endpoint and vpc_ready through ansible-playbook."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.testing import Emulator
from tests.integration.modules.module_runner import Ran, run_module

OURS = {"pgfleet:system": "retail", "pgfleet:suffix": "prod"}
ANYWHERE = "0.0.0.0/0"


class Network:
    """A VPC with names, an internet gateway, a subnet in each of two zones and a security group."""

    def __init__(self, aws: Emulator) -> None:
        self.aws, self.ec2 = aws, aws.client("ec2")
        self.vpc = self.ec2.create_vpc(CidrBlock="10.60.0.0/16")["Vpc"]["VpcId"]
        self.ec2.modify_vpc_attribute(VpcId=self.vpc, EnableDnsHostnames={"Value": True})
        self.internet = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=self.internet, VpcId=self.vpc)
        self.subnets = [
            self.ec2.create_subnet(VpcId=self.vpc, CidrBlock=f"10.60.{n}.0/24", AvailabilityZone=f"us-east-1{zone}")[
                "Subnet"
            ]["SubnetId"]
            for n, zone in enumerate("ab")
        ]
        self.group = self.ec2.create_security_group(GroupName="e", Description="x", VpcId=self.vpc)["GroupId"]

    def run(self, module: str, check: bool = False, **options: Any) -> Ran:
        given = {"name": "one", "tags": OURS, **options}
        return run_module(self.aws, module, given, check=check)

    def tables(self) -> list[dict[str, Any]]:
        found = self.ec2.describe_route_tables(Filters=[{"Name": "tag:Name", "Values": ["one"]}])["RouteTables"]
        return [
            {
                "subnets": sorted(association["SubnetId"] for association in table["Associations"]),
                "routes": [r["DestinationCidrBlock"] for r in table["Routes"] if r.get("GatewayId") != "local"],
            }
            for table in found
        ]

    def acls(self) -> list[dict[str, Any]]:
        found = self.ec2.describe_network_acls(Filters=[{"Name": "tag:Name", "Values": ["one"]}])["NetworkAcls"]
        return [
            {
                "subnets": sorted(association["SubnetId"] for association in acl["Associations"]),
                "rules": sorted((entry["Egress"], entry["RuleNumber"], entry["CidrBlock"]) for entry in acl["Entries"]),
            }
            for acl in found
        ]

    def endpoints(self) -> list[dict[str, Any]]:
        found = self.ec2.describe_vpc_endpoints()["VpcEndpoints"]
        return [
            {
                "subnets": sorted(endpoint["SubnetIds"]),
                "groups": [group["GroupId"] for group in endpoint["Groups"]],
                "dns": endpoint["PrivateDnsEnabled"],
            }
            for endpoint in found
        ]


@pytest.fixture
def network(aws: Emulator) -> Network:
    return Network(aws)


def is_left_alone(ran: Ran) -> bool:
    assert not ran.result.get("failed"), ran.message
    return not ran.changed and ran.writes == []


def test_life_of_a_route_table(network: Network) -> None:
    out = {"destination": ANYWHERE, "target": network.internet}
    wanted: dict[str, Any] = {"vpc_id": network.vpc, "subnet_ids": network.subnets[:1], "routes": [out]}
    checked = network.run("vpc_route_table", check=True, **wanted)
    assert (checked.changed, checked.writes, checked.result["id"]) == (True, [], "(known after apply)")
    network.run("vpc_route_table", **wanted)
    assert network.tables() == [{"subnets": network.subnets[:1], "routes": [ANYWHERE]}]
    assert is_left_alone(network.run("vpc_route_table", **wanted))
    changed = network.run("vpc_route_table", vpc_id=network.vpc, subnet_ids=network.subnets[1:], routes=[])
    assert [change["property"] for change in changed.result["plan"][0]["changes"]] == ["subnet_ids", "routes"]
    assert network.tables() == [{"subnets": network.subnets[1:], "routes": []}]
    refused = network.run("vpc_route_table", vpc_id=network.vpc, routes=[{"destination": "10.1.1.1/16", "target": "i"}])
    assert "routes: 10.1.1.1/16" in refused.message
    assert "routes: i\n" in refused.message
    assert refused.writes == []
    network.run("vpc_route_table", state="absent")
    assert network.tables() == []


def test_life_of_a_network_acl(network: Network) -> None:
    def rule(number: int, block: str) -> dict[str, Any]:
        return {"rule_number": number, "cidr_block": block, "from_port": 1, "to_port": 2}

    wanted: dict[str, Any] = {"vpc_id": network.vpc, "subnet_ids": network.subnets, "ingress": [rule(1, "10.0.0.0/8")]}
    made = network.run("vpc_network_acl", **wanted, egress=[])
    # No moment in which subnets have an ACL without rules.
    assert made.writes == ["CreateNetworkAcl", "CreateNetworkAclEntry", *["ReplaceNetworkAclAssociation"] * 2]
    assert is_left_alone(network.run("vpc_network_acl", **wanted, egress=[]))
    changes: dict[str, Any] = {
        "ingress": [rule(1, "10.1.0.0/16"), rule(2, "10.0.0.0/8")],
        "egress": [rule(9, ANYWHERE)],
    }
    changed = network.run("vpc_network_acl", vpc_id=network.vpc, subnet_ids=network.subnets[:1], **changes)
    assert "ReplaceNetworkAclEntry" in changed.writes
    assert "DeleteNetworkAclEntry" not in changed.writes
    (acl,) = network.acls()
    rules = [(False, 1, "10.1.0.0/16"), (False, 2, "10.0.0.0/8"), (True, 9, ANYWHERE)]
    assert acl == {"subnets": network.subnets[:1], "rules": rules}
    network.run("vpc_network_acl", state="absent")
    assert network.acls() == []


def test_life_of_an_interface_endpoint(network: Network) -> None:
    service: dict[str, Any] = {"vpc_id": network.vpc, "service": "ssm"}
    wanted: dict[str, Any] = {
        "subnet_ids": network.subnets[:1],
        "security_group_ids": [network.group],
        "private_dns_enabled": True,
    }
    made = network.run("vpc_interface_endpoint", **service, **wanted)
    assert network.endpoints() == [{"subnets": network.subnets[:1], "groups": [network.group], "dns": True}]
    assert is_left_alone(network.run("vpc_interface_endpoint", **service, **wanted))
    ready = run_module(network.aws, "vpc_ready", {"endpoint_ids": [made.result["id"]], "wait_timeout": 10})
    assert ready.result["waited_for"] == [made.result["id"]]
    assert is_left_alone(ready)
    changed = network.run("vpc_interface_endpoint", **service, subnet_ids=network.subnets, private_dns_enabled=False)
    assert changed.writes == ["ModifyVpcEndpoint"]
    assert network.endpoints() == [{"subnets": sorted(network.subnets), "groups": [network.group], "dns": False}]
    other = {"pgfleet:system": "retail", "pgfleet:suffix": "pr42"}
    refused = network.run("vpc_interface_endpoint", **service, tags=other, private_dns_enabled=True)
    assert not refused.result.get("failed"), refused.message
    network.run("vpc_interface_endpoint", **service, state="absent")
    assert [endpoint["dns"] for endpoint in network.endpoints()] == [True]


def test_a_second_endpoint_with_the_name_of_a_service_is_refused(network: Network) -> None:
    service: dict[str, Any] = {"vpc_id": network.vpc, "service": "ssm", "subnet_ids": network.subnets}
    network.run("vpc_interface_endpoint", **service, private_dns_enabled=True)
    other = {"pgfleet:system": "retail", "pgfleet:suffix": "pr42"}
    refused = network.run("vpc_interface_endpoint", **service, tags=other, private_dns_enabled=True)
    assert "which is not ours" in refused.message
    assert refused.writes == []


def test_what_is_late_is_named(network: Network) -> None:
    network.aws.set_time_scale(600)
    address = network.ec2.allocate_address(Domain="vpc")["AllocationId"]
    made = network.ec2.create_nat_gateway(SubnetId=network.subnets[0], AllocationId=address)["NatGateway"]
    gateway = made["NatGatewayId"]
    late = run_module(network.aws, "vpc_ready", {"nat_gateway_ids": [gateway], "wait_timeout": 1})
    assert f"still pending ({gateway}) after 1 s" in late.message
    assert late.writes == []

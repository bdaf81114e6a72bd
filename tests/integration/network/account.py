"""What boto3 says of the networks of the inventory beside this file, and runs of playbooks over it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emulator.testing import Emulator
from tests.integration.playbook import Run, run

INVENTORY = "../tests/integration/network/inventory"
REGION = "us-east-1"
ANYWHERE = "0.0.0.0/0"


def converge(aws: Emulator, *arguments: str, **extra: Any) -> Run:
    return run(aws, "site.yml", *arguments, inventory=INVENTORY, **extra)


@dataclass(frozen=True)
class Network:
    """The network of one system."""

    aws: Emulator
    system: str

    @property
    def ec2(self) -> Any:
        return self.aws.client("ec2", REGION)

    @property
    def ours(self) -> list[dict[str, Any]]:
        return [{"Name": "tag:pgfleet:system", "Values": [self.system]}]

    def vpc(self) -> str:
        (vpc,) = self.ec2.describe_vpcs(Filters=self.ours)["Vpcs"]
        return str(vpc["VpcId"])

    def subnets(self, tier: str) -> dict[str, str]:
        """Ids by zone."""
        found = self.ec2.describe_subnets(Filters=[*self.ours, {"Name": "tag:pgfleet:tier", "Values": [tier]}])
        return {subnet["AvailabilityZone"]: subnet["SubnetId"] for subnet in found["Subnets"]}

    def route_table(self, subnet: str) -> dict[str, Any]:
        filters = [{"Name": "association.subnet-id", "Values": [subnet]}]
        (table,) = self.ec2.describe_route_tables(Filters=filters)["RouteTables"]
        found: dict[str, Any] = table
        return found

    def way_out(self, subnet: str) -> list[str]:
        """Where everything outside the VPC goes."""
        routes = [r for r in self.route_table(subnet)["Routes"] if r.get("GatewayId") != "local"]
        return [r.get("NatGatewayId") or r["GatewayId"] for r in routes if r["DestinationCidrBlock"] == ANYWHERE]

    def routes(self, subnet: str) -> list[str]:
        """Destinations beyond the VPC's own block."""
        routes = [r for r in self.route_table(subnet)["Routes"] if r.get("GatewayId") != "local"]
        return [r["DestinationCidrBlock"] for r in routes]

    def nat_gateways(self) -> list[dict[str, Any]]:
        alive = [{"Name": "state", "Values": ["pending", "available"]}]
        found: list[dict[str, Any]] = self.ec2.describe_nat_gateways(Filter=[*self.ours, *alive])["NatGateways"]
        return found

    def addresses(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ec2.describe_addresses(Filters=self.ours)["Addresses"]
        return found

    def internet_gateway(self) -> dict[str, Any]:
        (gateway,) = self.ec2.describe_internet_gateways(Filters=self.ours)["InternetGateways"]
        found: dict[str, Any] = gateway
        return found

    def groups(self) -> dict[str, dict[str, Any]]:
        return {g["GroupName"]: g for g in self.ec2.describe_security_groups(Filters=self.ours)["SecurityGroups"]}

    def sources(self, name: str) -> list[tuple[int, str]]:
        """Port and source of each rule of a group; groups by name."""
        names = {group["GroupId"]: group_name for group_name, group in self.groups().items()}
        found = []
        for rule in self.groups()[name]["IpPermissions"]:
            blocks = [block["CidrIp"] for block in rule["IpRanges"]]
            groups = [names[pair["GroupId"]] for pair in rule["UserIdGroupPairs"]]
            found += [(rule["FromPort"], source) for source in (*blocks, *groups)]
        return sorted(found)

    def endpoints(self) -> dict[str, dict[str, Any]]:
        found = self.ec2.describe_vpc_endpoints(Filters=self.ours)["VpcEndpoints"]
        return {endpoint["ServiceName"].rpartition(".")[2]: endpoint for endpoint in found}

    def acl(self) -> dict[str, Any]:
        (acl,) = self.ec2.describe_network_acls(Filters=self.ours)["NetworkAcls"]
        found: dict[str, Any] = acl
        return found

    def rules(self, egress: bool) -> dict[int, tuple[str, str, int, int]]:
        """By number: action, block, ports."""
        return {
            entry["RuleNumber"]: (
                entry["RuleAction"],
                entry["CidrBlock"],
                entry["PortRange"]["From"],
                entry["PortRange"]["To"],
            )
            for entry in self.acl()["Entries"]
            if entry["Egress"] == egress
        }


def left(aws: Emulator) -> dict[str, int]:
    """What there is in the account beyond the VPC that AWS gives it; kinds without anything are left out."""
    ec2 = aws.client("ec2", REGION)
    own = {"Filters": [{"Name": "is-default", "Values": ["true"]}]}
    given = {vpc["VpcId"] for vpc in ec2.describe_vpcs(**own)["Vpcs"]}
    alive = [{"Name": "state", "Values": ["pending", "available", "deleting"]}]
    counts = {
        "addresses": ec2.describe_addresses()["Addresses"],
        "endpoints": ec2.describe_vpc_endpoints()["VpcEndpoints"],
        "gateways": [
            gateway
            for gateway in ec2.describe_internet_gateways()["InternetGateways"]
            if not given & {attachment["VpcId"] for attachment in gateway["Attachments"]}
        ],
        "interfaces": ec2.describe_network_interfaces()["NetworkInterfaces"],
        "nat gateways": ec2.describe_nat_gateways(Filter=alive)["NatGateways"],
        "parameters": aws.client("ssm", REGION).describe_parameters()["Parameters"],
    }
    for kind, items in (
        ("acls", ec2.describe_network_acls()["NetworkAcls"]),
        ("groups", ec2.describe_security_groups()["SecurityGroups"]),
        ("subnets", ec2.describe_subnets()["Subnets"]),
        ("tables", ec2.describe_route_tables()["RouteTables"]),
        ("vpcs", ec2.describe_vpcs()["Vpcs"]),
    ):
        counts[kind] = [item for item in items if item["VpcId"] not in given]
    return {kind: len(items) for kind, items in counts.items() if items}

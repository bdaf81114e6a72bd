"""What cannot be a network is refused, all of it at once by inventory key, before anything is written."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.testing import Emulator
from tests.integration.modules.module_runner import Ran, run_module
from tests.integration.network.account import REGION, converge

SUBNETS = [
    {"cidr_block": "10.70.10.0/24", "availability_zone": "us-east-1a"},
    {"cidr_block": "10.70.10.128/25", "availability_zone": "us-east-1b"},
]
WRONG: dict[str, Any] = {
    "network_subnets": SUBNETS,
    "network_nat": "single",
    "network_enable_dns_hostnames": False,
    "network_interface_endpoint_services": ["ssm"],
    "network_database_client_cidr_blocks": ["0.0.0.0/0"],
    "network_database_client_security_group_names": ["client-bank-prod"],
    "network_database_client_security_group_ids": ["bank-clients"],
    "network_database_client_prefix_list_ids": ["sg-1"],
    "network_routes": [{"tier": "private", "destination": "10.1.1.1/16", "target": "i-1"}],
    "network_acls": [{"tier": "isolated", "ingress": [{"rule_number": 0, "cidr_block": "10.0.0.0/8"}]}],
}
SAID = [
    "network_nat: nat-a-bank-prod stands in a public subnet, and its zone has none.",
    "network_subnets[1].cidr_block: 10.70.10.128/25 overlaps 10.70.10.0/24",
    "network_enable_dns_hostnames: False interface endpoints with private DNS need it.",
    "network_database_client_cidr_blocks: 0.0.0.0/0 lets the whole internet reach the database.",
    "network_database_client_security_group_names: client-bank-prod is no security group of this network.",
    "network_database_client_security_group_ids: bank-clients is no id of a security group.",
    "network_database_client_prefix_list_ids: sg-1 is no id of a prefix list.",
    "network_routes: 10.1.1.1/16 is no destination",
    "network_routes: i-1 is no target of a route.",
    "network_acls[0].tier: acl-isolated-bank-prod there are no subnets of this tier.",
    "network_acls[0].ingress: 0 is no rule number.",
]


def test_everything_that_is_wrong_is_said_at_once(aws: Emulator) -> None:
    refused = converge(aws, "--limit", "bank_network", **WRONG)
    assert refused.status != 0
    for sentence in SAID:
        assert sentence in refused.text
    assert aws.writes() == []


def test_a_tier_that_does_not_exist(aws: Emulator) -> None:
    subnets = [SUBNETS[0] | {"tier": "secret"}, SUBNETS[1]]
    refused = converge(aws, "--limit", "bank_network", network_subnets=subnets)
    assert refused.status != 0
    assert "value of tier must be one of: public, private, isolated, got: secret" in refused.text
    assert aws.writes() == []


class Existing:
    """A network that was there before: three tagged subnets in three zones, one in another VPC, and a group."""

    def __init__(self, aws: Emulator) -> None:
        self.aws, self.ec2 = aws, aws.client("ec2", REGION)
        self.vpc, other = (self.ec2.create_vpc(CidrBlock=f"10.{n}.0.0/16")["Vpc"]["VpcId"] for n in (1, 2))
        self.subnets = [self.subnet(self.vpc, f"10.1.{n}.0/24", zone) for n, zone in enumerate("abc")]
        self.stray = self.subnet(other, "10.2.1.0/24", "b")
        self.tag(self.subnets, "Tier", "data")
        self.tag(self.subnets[:2], "App", "pay")
        group = self.ec2.create_security_group(GroupName="pay-database", Description="x", VpcId=self.vpc)
        self.group = group["GroupId"]
        self.tag([self.group], "App", "pay")

    def subnet(self, vpc: str, block: str, letter: str) -> str:
        zone = REGION + letter
        made = self.ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=zone)
        return str(made["Subnet"]["SubnetId"])

    def tag(self, resources: list[str], key: str, value: str) -> None:
        self.ec2.create_tags(Resources=resources, Tags=[{"Key": key, "Value": value}])

    def look_up(self, **properties: Any) -> Ran:
        resource = {"kind": "network", "name": "existing", "role": "rds_postgres", "external": True}
        options = {"system": "pay", "suffix": "prod", "account_id": "123456789012", "region": REGION}
        return run_module(self.aws, "stack_plan", options | {"resources": [resource | {"properties": properties}]})


@pytest.fixture
def existing(aws: Emulator) -> Existing:
    return Existing(aws)


def test_a_network_that_was_there_before_is_found_by_tags(existing: Existing) -> None:
    mark = existing.aws.mark()
    found = existing.look_up(subnet_tags={"App": "pay"}, security_group_tags={"App": "pay"}, zones=2)
    assert found.result["known"]["network/existing"] == {
        "vpc_id": existing.vpc,
        "subnet_ids": existing.subnets[:2],
        "availability_zones": ["us-east-1a", "us-east-1b"],
        "security_group_ids": [existing.group],
    }
    assert existing.aws.writes(mark) == []


def test_one_that_is_not_right_is_refused_naming_what_was_found(existing: Existing) -> None:
    three = existing.look_up(subnet_tags={"Tier": "data"}, zones=2)
    assert three.result["failed"]
    message = "these subnets lie in 3 availability zones (us-east-1a, us-east-1b, us-east-1c); 2 are wanted"
    assert message in three.message
    assert f"rds_postgres_subnet_tags: {existing.subnets[0]} in us-east-1a, {existing.subnets[1]}" in three.message
    wrong = existing.look_up(
        vpc_id=existing.vpc,
        subnet_ids=[existing.subnets[0], existing.stray, "subnet-0a1b2c3d4e5f67890"],
        security_group_ids=["sg-0a1b2c3d4e5f67890"],
        zones=2,
    )
    assert f"rds_postgres_subnet_ids: {existing.stray}\n    lies in vpc-" in wrong.message
    assert "rds_postgres_subnet_ids: subnet-0a1b2c3d4e5f67890\n    there is no such subnet" in wrong.message
    assert "rds_postgres_security_group_ids: sg-0a1b2c3d4e5f67890\n    there is no such security group" in wrong.message

"""A database in a network that was there before: found by tags or ids, refused where it is not right."""

from __future__ import annotations

from typing import Any

from emulator.testing import Emulator
from tests.integration.playbook import run

REGION = "us-west-2"


def make(aws: Emulator) -> tuple[list[str], str]:
    """Three subnets in three zones, the first two of them with the tag App; a security group."""
    ec2 = aws.client("ec2", REGION)
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.1.{n}.0/24", AvailabilityZone=REGION + zone)["Subnet"]["SubnetId"]
        for n, zone in enumerate("abc")
    ]
    ec2.create_tags(Resources=subnets[:2], Tags=[{"Key": "App", "Value": "pay"}])
    group = ec2.create_security_group(GroupName="pay", Description="x", VpcId=vpc)["GroupId"]
    return subnets, str(group)


def test_a_database_in_a_network_that_was_there_before(aws: Emulator) -> None:
    subnets, group = make(aws)
    given: dict[str, Any] = {"rds_postgres_availability_zone_count": 2, "rds_postgres_security_group_ids": [group]}
    by_tags = run(aws, "playbooks/plan.yml", "--limit", "retail", rds_postgres_subnet_tags={"App": "pay"}, **given)
    assert by_tags.status == 0, by_tags.output
    assert "+ rds_instance db-retail-prod" in by_tags.text
    too_many = run(aws, "playbooks/plan.yml", "--limit", "retail", rds_postgres_subnet_ids=subnets, **given)
    assert too_many.status != 0
    assert "rds_postgres_subnet_ids" in too_many.text
    assert (
        "these subnets lie in 3 availability zones (us-west-2a, us-west-2b, us-west-2c); 2 are wanted" in too_many.text
    )
    refused = run(aws, "playbooks/plan.yml", "--limit", "retail", rds_postgres_subnet_ids=["subnet-0"], **given)
    assert "rds_postgres_subnet_ids: subnet-0 there is no such subnet in us-west-2." in refused.text

"""The network that `transactions` finds: a VPC, two subnets in two zones and a security group, made by somebody else.

    .venv/bin/python -m tools.existing_network

For a local AWS, which begins without one; `make demo` and the tests run it. Where AWS is comes from the environment.
What is there already is left as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import boto3

REGION = "us-east-1"
TAGS = {"network:used-by": "transactions"}
CIDR_BLOCK = "10.80.0.0/16"
SUBNETS = {f"{REGION}a": "10.80.10.0/24", f"{REGION}b": "10.80.20.0/24"}
GROUP = "clients-of-transactions"
PORT = 5432


def make(ec2: Any) -> list[str]:
    """Make what is missing; returns the ids of the VPC, the subnets in the order of their zones, and the group."""
    vpc = _id(ec2.describe_vpcs(Filters=_tagged())["Vpcs"], "VpcId")
    if not vpc:
        vpc = ec2.create_vpc(CidrBlock=CIDR_BLOCK, TagSpecifications=tag_specifications("vpc"))["Vpc"]["VpcId"]
    ids = [vpc]
    for zone, block in SUBNETS.items():
        in_zone: list[Any] = [*_tagged(), {"Name": "availability-zone", "Values": [zone]}]
        subnet = _id(ec2.describe_subnets(Filters=in_zone)["Subnets"], "SubnetId")
        ids.append(subnet or _subnet(ec2, vpc, zone, block))
    group = _id(ec2.describe_security_groups(Filters=_tagged())["SecurityGroups"], "GroupId")
    return [*ids, group or _group(ec2, vpc)]


def _subnet(ec2: Any, vpc: str, zone: str, block: str) -> str:
    made = ec2.create_subnet(
        VpcId=vpc, AvailabilityZone=zone, CidrBlock=block, TagSpecifications=tag_specifications("subnet")
    )
    return str(made["Subnet"]["SubnetId"])


def _group(ec2: Any, vpc: str) -> str:
    group = ec2.create_security_group(
        GroupName=GROUP,
        Description="PostgreSQL of transactions",
        VpcId=vpc,
        TagSpecifications=tag_specifications("security-group"),
    )["GroupId"]
    rule = {"IpProtocol": "tcp", "FromPort": PORT, "ToPort": PORT, "IpRanges": [{"CidrIp": CIDR_BLOCK}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    return str(group)


def _id(found: Sequence[Any], key: str) -> str:
    return next((str(one[key]) for one in found), "")


def _tagged() -> list[Any]:
    return [{"Name": f"tag:{key}", "Values": [value]} for key, value in TAGS.items()]


def tag_specifications(kind: str) -> list[Any]:
    return [{"ResourceType": kind, "Tags": [{"Key": key, "Value": value} for key, value in TAGS.items()]}]


if __name__ == "__main__":
    print(*make(boto3.Session(region_name=REGION).client("ec2")))

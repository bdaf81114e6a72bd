"""After destroy.yml the account holds what was there before, and nothing else."""

from __future__ import annotations

from tests.deployed import Deployed, opens, tags_of
from tests.whole_account import everything
from tools import existing_network

client = Deployed("transactions", "Transactions", "us-east-1").client


def test_nothing_is_left_but_the_network_of_others() -> None:
    """All of it is still found, so that making it again makes nothing, and nobody has tagged it."""
    ec2 = client("ec2")
    vpc, *subnets, group = existing_network.make(ec2)
    assert everything("us-east-1") == {
        "Vpcs": [vpc],
        "Subnets": sorted(subnets),
        "SecurityGroups": [existing_network.GROUP],
    }
    described = ec2.describe_subnets(SubnetIds=subnets)["Subnets"]
    assert {(s["VpcId"], s["CidrBlock"], s["AvailabilityZone"]) for s in described} == {
        (vpc, "10.80.10.0/24", "us-east-1a"),
        (vpc, "10.80.20.0/24", "us-east-1b"),
    }
    (described_group,) = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    assert opens(described_group) == {("tcp", 5432, 5432, "10.80.0.0/16")}
    assert [tags_of(one["Tags"]) for one in (*described, described_group)] == [existing_network.TAGS] * 3


def test_the_secret_can_still_be_recovered() -> None:
    secret = client("secretsmanager").describe_secret(SecretId="aurora-credentials-prod")
    assert secret["DeletedDate"] is not None

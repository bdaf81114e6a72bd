"""What is wrong anywhere in a fleet is refused before the first write, all of it at once, by inventory key.

The whole fleet is brought up and taken away in molecule/default.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from emulator.testing import Emulator
from tests.integration.playbook import run
from tools import existing_network

LEAST = "allowed here: non-burstable, at least 2 vCPU and 16 GiB. Smallest that fits: db.r6g.large."
PRIVATE = [
    {"cidr_block": "10.70.10.0/24", "availability_zone": "us-east-1a"},
    {"cidr_block": "10.70.20.0/24", "availability_zone": "us-east-1b"},
]


def inventory(directory: Path, hosts: Mapping[str, Mapping[str, Any]]) -> str:
    """Beside inventories/prod and stronger."""
    (directory / "host_vars").mkdir()
    for host, variables in hosts.items():
        (directory / "host_vars" / f"{host}.yml").write_text(yaml.safe_dump(dict(variables)))
    (directory / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": {host: {} for host in hosts}}}))
    return str(directory)


@pytest.fixture(scope="module")
def subnets(account: Emulator) -> list[str]:
    """Those of the network that `transactions` finds, with a third in a third zone, and last one in another VPC."""
    ec2 = account.client("ec2", existing_network.REGION)
    vpc, *made, _ = existing_network.make(ec2)
    for block, zone, inside in (("10.80.30.0/24", "c", vpc), ("10.81.0.0/24", "a", "")):
        home = inside or ec2.create_vpc(CidrBlock="10.81.0.0/16")["Vpc"]["VpcId"]
        zone = existing_network.REGION + zone
        tags = existing_network.tag_specifications("subnet") if inside else []
        subnet = ec2.create_subnet(VpcId=home, CidrBlock=block, AvailabilityZone=zone, TagSpecifications=tags)
        made.append(subnet["Subnet"]["SubnetId"])
    return made


def test_what_is_wrong_with_each_host_is_said_at_once(account: Emulator, subnets: list[str], tmp_path: Path) -> None:
    wrong = inventory(
        tmp_path,
        {
            "finance_network": {"network_subnets": PRIVATE},
            "experimentation_network": {"network_database_client_cidr_blocks": ["0.0.0.0/0"]},
            "finance": {"rds_postgres_instance_class": "db.t3.medium"},
            "experimentation": {
                "aurora_serverless_instance_class": "db.serverless",
                "aurora_serverless_min_acu": 0.3,
                "aurora_serverless_max_acu": 0.2,
            },
        },
    )
    before = account.mark()
    refused = run(account, "site.yml", "-i", wrong, "--limit", "all")
    assert refused.status != 0
    for sentence in (
        "network_nat: nat-a-finance-prod stands in a public subnet, and its zone has none.",
        "network_database_client_cidr_blocks: 0.0.0.0/0 lets the whole internet reach the database.",
        f"rds_postgres_instance_class: db.t3.medium {LEAST}",
        "aurora_serverless_min_acu: 0.3 is not allowed. Allowed: 0 to 256 in steps of 0.5.",
        "aurora_serverless_max_acu: 0.2 is below min_acu 0.3.",
        f"aurora_serverless_subnet_tags: {subnets[0]} in us-east-1a",
        "these subnets lie in 3 availability zones (us-east-1a, us-east-1b, us-east-1c); 2 are wanted",
    ):
        assert sentence in refused.text, refused.output
    assert account.writes(before) == []


def test_existing_subnets_are_of_one_vpc(account: Emulator, subnets: list[str]) -> None:
    before = account.mark()
    given: dict[str, Any] = {
        "aurora_serverless_subnet_ids": [subnets[0], subnets[-1]],
        "aurora_serverless_subnet_tags": {},
    }
    refused = run(account, "site.yml", "--limit", "transactions", **given)
    assert refused.status != 0
    assert f"aurora_serverless_subnet_ids: {subnets[-1]}" in refused.text, refused.output
    assert account.writes(before) == []

"""VPC, subnets and security groups."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.ec2 import (
    SECURITY_GROUP,
    SUBNET,
    VPC,
    check_cidr,
    check_dns,
    check_groups,
    check_subnets,
    rules_from_aws,
    security_group_from_aws,
    source_fault,
    subnet_from_aws,
    vpc_from_aws,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY, Action, Desired, plan

TAGS = [{"Key": "Name", "Value": "one"}, {"Key": "pgfleet:system", "Value": "retail"}]
TAGGED = {"Name": "one", "pgfleet:system": "retail"}


@pytest.mark.parametrize("block", ["10.60.0.0/16", "10.60.0.0/28", "192.168.8.0/21"])
def test_blocks_that_aws_takes(block: str) -> None:
    assert check_cidr(Desired("vpc", "one", {"cidr_block": block})) == []


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("10.60.0.0/15", "/16 to /28"),
        ("10.60.0.0/29", "/16 to /28"),
        ("10.60.0.0", "/16 to /28"),
        ("10.60.0.0/255.255.0.0", "written such as 10.60.0.0/16"),
        ("10.60.0.1/16", "host bits set"),
        ("10.60.0/16", "no IPv4 network"),
        ("fd00::/64", "no IPv4 network"),
        (10.6, "no IPv4 network"),
    ],
)
def test_blocks_that_it_does_not(block: Any, said: str) -> None:
    (problem,) = check_cidr(Desired("vpc", "one", {"cidr_block": block}, role="network"))
    assert (problem.input, problem.value) == ("network_cidr_block", block)
    assert said in problem.message


@pytest.mark.parametrize("block", ["10.60.0.0/16", "10.0.0.7/32", "2001:db8::/32"])
def test_sources_of_clients(block: str) -> None:
    assert source_fault(block) is None


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("0.0.0.0/0", "the whole internet"),
        ("::/0", "the whole internet"),
        ("0.0.0.0/00", "the whole internet"),
        ("10.60.0.5/16", "host bits set"),
        ("anywhere", "is no address block"),
        ("10.0.0.7", "is written 10.0.0.7/32 by AWS"),
        ("2001:0db8::/32", "is written 2001:db8::/32 by AWS"),
    ],
)
def test_sources_that_are_refused(block: str, said: str) -> None:
    assert said in (source_fault(block) or "")


def group(ingress: Any) -> Desired:
    keys = {"ingress": "network_database_client_cidr_blocks"}
    return Desired("security_group", "one", {"ingress": ingress}, role="network", keys=keys)


@pytest.mark.parametrize(
    ("ingress", "blocks"),
    [
        (None, []),
        ([], []),
        ([{"cidr_ip": "10.0.0.0/8"}, {"cidr_ipv6": "fd00::/8"}, {"group_id": "sg-1"}], []),
        ([{"cidr_ip": "0.0.0.0/0"}, {"cidr_ip": "10.0.0.0/8"}, {"cidr_ipv6": "::/0"}], ["0.0.0.0/0", "::/0"]),
        ([{"cidr_ip": "10.1.1.1/8"}], ["10.1.1.1/8"]),
    ],
)
def test_sources_of_a_security_group(ingress: Any, blocks: list[str]) -> None:
    problems = list(SECURITY_GROUP.check(group(ingress)))
    assert [problem.value for problem in problems] == blocks
    assert {problem.input for problem in problems} <= {"network_database_client_cidr_blocks"}


def test_what_is_no_id() -> None:
    rules = [{"group_id": "sg-1"}, {"group_id": "clients"}, {"group_id": KNOWN_AFTER_APPLY}, {"ip_prefix": "sg-1"}]
    keys = {"group_id": "network_database_client_security_group_ids", "ip_prefix": "network_prefix_lists"}
    problems = list(SECURITY_GROUP.check(Desired("security_group", "one", {"ingress": rules}, keys=keys)))
    assert [(problem.input, problem.value) for problem in problems] == [
        (keys["group_id"], "clients"),
        (keys["ip_prefix"], "sg-1"),
    ]


def admitting(name: str, *sources: Any) -> Desired:
    rules = [{"group_id": source} for source in sources]
    return Desired("security_group", name, {"ingress": rules}, keys={"group_name": "network_clients"})


def test_groups_are_admitted_by_names_of_the_same_network() -> None:
    def named(name: str) -> dict[str, str]:
        return {"ref": f"security_group/{name}", "get": "id"}

    resources = [
        NET,
        Desired("security_group", "clients"),
        admitting("database", named("clients"), named("client"), "sg-1"),
    ]
    (problem,) = check_groups(resources)
    assert (problem.input, problem.value) == ("network_clients", "client")
    assert "Allowed: clients." in problem.message
    (alone,) = check_groups([admitting("database", named("x"))])
    assert "Allowed: none." in alone.message


@pytest.mark.parametrize(
    ("dns", "endpoints", "inputs"),
    [
        ({}, [True], []),
        ({"enable_dns_support": False, "enable_dns_hostnames": False}, [], []),
        ({"enable_dns_support": False, "enable_dns_hostnames": False}, [False], []),
        ({"enable_dns_support": True, "enable_dns_hostnames": False}, [False, True], ["network_enable_dns_hostnames"]),
        (
            {"enable_dns_support": False, "enable_dns_hostnames": False},
            [True],
            ["network_enable_dns_support", "network_enable_dns_hostnames"],
        ),
    ],
)
def test_private_names_need_dns_in_the_vpc(dns: dict[str, bool], endpoints: list[bool], inputs: list[str]) -> None:
    vpc = Desired("vpc", "one", {"cidr_block": "10.60.0.0/16", **dns}, role="network")
    properties = [{"vpc_id": {"ref": "vpc/one", "get": "id"}, "private_dns_enabled": private} for private in endpoints]
    resources = [vpc, *(Desired("interface_endpoint", f"e{n}", p) for n, p in enumerate(properties))]
    assert [problem.input for problem in check_dns(resources, vpc)] == inputs


def test_public_subnets_do_not_make_up_for_a_zone() -> None:
    one, other = subnet(0, "10.60.10.0/24", "a"), subnet(1, "10.60.20.0/24", "b")
    (problem,) = check_subnets([one, replace(other, tags={"pgfleet:tier": "public"})], NET)
    assert problem.input == "network_subnets"


def test_a_security_group_without_rules_of_its_own() -> None:
    assert list(SECURITY_GROUP.check(Desired("security_group", "one"))) == []


def subnet(n: int, block: str, zone: str) -> Desired:
    keys = {"cidr_block": f"network_subnets[{n}].cidr_block"}
    properties = {"cidr_block": block, "availability_zone": zone}
    return Desired("subnet", f"subnet-{n}", properties, role="network", keys=keys)


NET = Desired("vpc", "one", {"cidr_block": "10.60.0.0/16"}, role="network")


@pytest.mark.parametrize(
    ("subnets", "vpc", "said"),
    [
        pytest.param([("10.60.10.0/24", "a"), ("10.60.20.0/24", "b")], NET, [], id="two in two zones"),
        pytest.param(
            [("10.61.10.0/24", "a"), ("10.60.20.0/24", "b")],
            NET,
            [("network_subnets[0].cidr_block", "lies outside the VPC's 10.60.0.0/16")],
            id="outside",
        ),
        pytest.param(
            [("10.60.10.0/24", "a"), ("10.60.10.128/25", "b"), ("10.60.0.0/20", "b")],
            NET,
            [
                ("network_subnets[1].cidr_block", "overlaps 10.60.10.0/24 (network_subnets[0].cidr_block)"),
                ("network_subnets[2].cidr_block", "overlaps 10.60.10.0/24 (network_subnets[0].cidr_block)"),
                ("network_subnets[2].cidr_block", "overlaps 10.60.10.128/25 (network_subnets[1].cidr_block)"),
            ],
            id="overlapping",
        ),
        pytest.param(
            [("10.60.10.0/24", "a"), ("10.60.20.0/24", "a")], NET, [("network_subnets", "two zones")], id="one zone"
        ),
        pytest.param([], NET, [("network_subnets", "two zones")], id="none"),
        pytest.param(
            [],
            Desired("vpc", "one", {"cidr_block": "10.60.0.0/16"}),
            [("subnets", "two zones")],
            id="without a role",
        ),
        pytest.param(
            [("nonsense", "a"), ("10.60.20.0/24", "b")], NET, [], id="a block that has been refused by itself"
        ),
        pytest.param(
            [("10.61.10.0/24", "a"), ("10.60.20.0/24", "b")],
            Desired("vpc", "one", {"cidr_block": "nonsense"}, role="network"),
            [],
            id="a VPC that has been refused by itself",
        ),
    ],
)
def test_subnets_of_a_vpc(subnets: list[tuple[str, str]], vpc: Desired, said: list[tuple[str, str]]) -> None:
    problems = list(check_subnets([subnet(n, block, zone) for n, (block, zone) in enumerate(subnets)], vpc))
    assert [problem.input for problem in problems] == [key for key, _ in said]
    for problem, (_, words) in zip(problems, said, strict=True):
        assert words in problem.message


@pytest.mark.parametrize(
    ("zones", "value"), [([], "none"), (["a"], "a"), (["a", "a"], "a")], ids=["none", "one", "one twice"]
)
def test_too_few_zones_are_named(zones: list[str], value: str) -> None:
    subnets = [subnet(n, f"10.60.{n}.0/24", zone) for n, zone in enumerate(zones)]
    (problem,) = check_subnets(subnets, NET)
    assert problem.value == value


def test_a_vpc_from_aws() -> None:
    dns = {"enable_dns_support": True, "enable_dns_hostnames": False}
    found = vpc_from_aws({"VpcId": "vpc-1", "CidrBlock": "10.60.0.0/16", "Tags": TAGS}, dns)
    assert (found.key, found.tags, found.attributes) == ("vpc/one", TAGGED, {"id": "vpc-1"})
    assert found.properties == {"cidr_block": "10.60.0.0/16", **dns}
    assert found.properties.keys() == VPC.properties.keys()


def test_a_subnet_from_aws() -> None:
    raw = {"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.60.10.0/24", "AvailabilityZone": "us-west-2a"}
    found = subnet_from_aws(raw | {"Tags": TAGS})
    assert (found.key, found.tags, found.attributes) == ("subnet/one", TAGGED, {"id": "subnet-1"})
    assert found.properties == {
        "vpc_id": "vpc-1",
        "cidr_block": "10.60.10.0/24",
        "availability_zone": "us-west-2a",
    }
    assert found.properties.keys() == SUBNET.properties.keys()


def test_what_bears_no_name() -> None:
    found = subnet_from_aws({"SubnetId": "s", "VpcId": "v", "CidrBlock": "b", "AvailabilityZone": "z"})
    assert (found.name, found.tags) == ("", {})


PORTS = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432}
RULE = {"proto": "tcp", "from_port": 5432, "to_port": 5432}


@pytest.mark.parametrize(
    ("permissions", "rules"),
    [
        ([], []),
        ([PORTS], []),
        (
            [PORTS | {"IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "office"}, {"CidrIp": "10.1.0.0/16"}]}],
            [
                RULE | {"cidr_ip": "10.0.0.0/8", "rule_desc": "office"},
                RULE | {"cidr_ip": "10.1.0.0/16", "rule_desc": ""},
            ],
        ),
        (
            [
                PORTS
                | {
                    "Ipv6Ranges": [{"CidrIpv6": "fd00::/8"}],
                    "UserIdGroupPairs": [{"GroupId": "sg-1"}],
                    "PrefixListIds": [{"PrefixListId": "pl-1"}],
                }
            ],
            [
                RULE | {"cidr_ipv6": "fd00::/8", "rule_desc": ""},
                RULE | {"group_id": "sg-1", "rule_desc": ""},
                RULE | {"ip_prefix": "pl-1", "rule_desc": ""},
            ],
        ),
        (
            [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
            [{"proto": "all", "from_port": None, "to_port": None, "cidr_ip": "0.0.0.0/0", "rule_desc": ""}],
        ),
    ],
)
def test_rules_from_aws(permissions: list[dict[str, Any]], rules: list[dict[str, Any]]) -> None:
    assert rules_from_aws(permissions) == rules


def test_a_security_group_from_aws() -> None:
    raw = {
        "GroupId": "sg-1",
        "GroupName": "database",
        "VpcId": "vpc-1",
        "Description": "PostgreSQL",
        "IpPermissions": [PORTS | {"IpRanges": [{"CidrIp": "10.0.0.0/8"}, {"CidrIp": "10.1.0.0/16"}]}],
        "Tags": TAGS,
    }
    found = security_group_from_aws(raw)
    assert (found.key, found.tags, found.attributes) == ("security_group/database", TAGGED, {"id": "sg-1"})
    assert found.properties["egress"] == []
    rules = [RULE | {"cidr_ip": block, "rule_desc": ""} for block in ("10.1.0.0/16", "10.0.0.0/8")]
    wanted = Desired(
        "security_group", "database", {"vpc_id": "vpc-1", "description": "PostgreSQL", "ingress": rules, "egress": []}
    )
    assert plan(SECURITY_GROUP, wanted, found).action is Action.NONE

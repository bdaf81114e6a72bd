"""Network ACLs: rules as sets, what AWS takes, and the least that databases need."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.filter.network_acl_rules import network_acl_rules
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.network_acl import (
    NETWORK_ACL,
    Rule,
    database_rules,
    from_aws,
    rule,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Desired, plan

LAST = {"RuleNumber": 32767, "Protocol": "-1", "RuleAction": "deny", "CidrBlock": "0.0.0.0/0"}


def entry(number: int, egress: bool, **changes: Any) -> dict[str, Any]:
    return {
        "RuleNumber": number,
        "Protocol": "6",
        "RuleAction": "allow",
        "CidrBlock": "10.0.0.0/8",
        "PortRange": {"From": 1, "To": 2},
        "Egress": egress,
    } | changes


def test_an_acl_from_aws() -> None:
    ping: dict[str, Any] = {"Protocol": "1", "PortRange": {}, "IcmpTypeCode": {"Type": -1, "Code": -1}}
    v6: dict[str, Any] = {"CidrBlock": None, "Ipv6CidrBlock": "fd00::/8", "Protocol": "50", "PortRange": None}
    raw = {
        "NetworkAclId": "acl-1",
        "VpcId": "vpc-1",
        "Associations": [{"SubnetId": "subnet-1"}],
        "Entries": [
            entry(2, False),
            entry(1, True, **ping),
            entry(3, True, **v6),
            *({**LAST, "Egress": e} for e in (True, False)),
        ],
        "Tags": [{"Key": "Name", "Value": "one"}],
    }
    observed = from_aws(raw)
    assert (observed.key, observed.attributes) == ("network_acl/one", {"id": "acl-1"})
    wanted = {
        "vpc_id": "vpc-1",
        "subnet_ids": ["subnet-1"],
        "ingress": [rule(2, "tcp", "allow", "10.0.0.0/8", (1, 2))],
        "egress": [
            rule(3, "50", "allow", "fd00::/8", (None, None)),
            rule(1, "icmp", "allow", "10.0.0.0/8", (None, None)),
        ],
    }
    assert plan(NETWORK_ACL, Desired("network_acl", "one", wanted), observed).action is Action.NONE


def tcp(number: int, block: str = "10.0.0.0/8", ports: tuple[Any, Any] = (1, 2), protocol: str = "tcp") -> Rule:
    return rule(number, protocol, "allow", block, ports)


@pytest.mark.parametrize(
    ("rules", "values"),
    [
        ([], []),
        ([tcp(1), tcp(32766), tcp(3, protocol="all", ports=(None, None))], []),
        ([tcp(0), tcp(32767)], [0, 32767]),
        ([tcp(1, "10.1.1.1/8"), tcp(2, "pl-1")], ["10.1.1.1/8", "pl-1"]),
        (
            [tcp(1, ports=(None, None)), tcp(2, ports=(2, 1)), tcp(3, ports=(1, 65536))],
            [[None, None], [2, 1], [1, 65536]],
        ),
        ([tcp(7), tcp(7, "10.0.0.0/9")], [7]),
        ([tcp(n) for n in range(1, 22)], [21]),
    ],
)
def test_rules_that_aws_does_not_take(rules: list[Rule], values: list[Any]) -> None:
    for direction in ("ingress", "egress"):
        desired = Desired("network_acl", "one", {direction: rules}, keys={direction: f"network_acls[0].{direction}"})
        problems = list(NETWORK_ACL.check(desired))
        assert [(p.input, p.value) for p in problems] == [(f"network_acls[0].{direction}", value) for value in values]


def test_an_acl_needs_subnets() -> None:
    (problem,) = NETWORK_ACL.check(Desired("network_acl", "one", {"subnet_ids": []}, role="network"))
    assert problem.input == "network_subnet_ids"


VPC = "10.80.0.0/16"
ELSEWHERE = "10.90.0.0/16"


def passes(rules: list[Rule], address: str, port: int) -> bool:
    """What AWS does with a packet: https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html"""
    for one in sorted(rules, key=lambda r: int(r["rule_number"])):
        inside = ipaddress.ip_address(address) in ipaddress.ip_network(one["cidr_block"])
        if inside and one["from_port"] <= port <= one["to_port"]:
            return bool(one["action"] == "allow")
    return False


@pytest.mark.parametrize("endpoints", [True, False])
@pytest.mark.parametrize("internet", [True, False])
@pytest.mark.parametrize("clients", [[], [VPC], [ELSEWHERE], [ELSEWHERE, VPC]])
def test_what_the_rules_for_databases_let_through(clients: list[str], internet: bool, endpoints: bool) -> None:
    rules = database_rules(VPC, 5432, clients, endpoints, internet)
    ingress, egress = rules["ingress"], rules["egress"]
    inside, outside, stranger = "10.80.1.1", "10.90.1.1", "203.0.113.9"
    for address, block in ((inside, VPC), (outside, ELSEWHERE)):
        assert passes(ingress, address, 5432) == (block in clients)
        assert block not in clients or passes(egress, address, 50000)
    assert not passes(ingress, stranger, 5432)
    assert not passes(ingress, stranger, 443)
    assert passes(ingress, stranger, 50000) == internet
    assert passes(egress, stranger, 443) == internet
    assert passes(ingress, inside, 443) == endpoints
    assert not endpoints or passes(egress, inside, 50000)
    assert passes(egress, inside, 443)
    assert passes(ingress, inside, 50000)
    assert passes(egress, inside, 5432)
    assert not passes(egress, stranger, 25)
    assert list(NETWORK_ACL.check(Desired("network_acl", "one", rules))) == []


def test_rules_that_are_given_stay_as_they_are() -> None:
    given: list[dict[str, Any]] = [
        {"rule_number": 1, "protocol": "all", "action": "deny", "cidr_block": VPC},
        {"rule_number": 2, "cidr_block": VPC, "from_port": 1, "to_port": 2},
    ]
    made = network_acl_rules({"tier": "isolated", "ingress": given}, VPC, 5432, [VPC])
    assert made["ingress"] == [rule(1, "all", "deny", VPC, (None, None)), tcp(2, VPC)]
    assert made["egress"] == database_rules(VPC, 5432, [VPC], endpoints=False, internet=False)["egress"]

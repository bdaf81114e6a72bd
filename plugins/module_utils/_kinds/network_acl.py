# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. Network ACLs: what may pass the border of subnets, in each direction.

They keep no state: answers to a connection need a rule of their own, to the ports that clients take (1024 to 65535).
https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import to_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.ec2 import MOVE
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.route_table import destination_fault
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Kind, Observed, Problem, Property
from ansible_collections.pgfleet.aws.plugins.module_utils._values import as_set

Rule = dict[str, Any]

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html
LAST_RULE = 32766
PROTOCOLS = {"-1": "all", "1": "icmp", "6": "tcp", "17": "udp"}
WITH_PORTS = ("tcp", "udp")
# https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-nacls
RULES_PER_DIRECTION = 20
EPHEMERAL = (1024, 65535)
HTTPS = (443, 443)
ANYWHERE = "0.0.0.0/0"


def check(desired: Desired) -> Iterator[Problem]:
    if not desired.properties.get("subnet_ids", True):
        message = "there are no subnets of this tier. Name a tier that has some."
        yield desired.problem("subnet_ids", message, desired.name)
    for direction in ("ingress", "egress"):
        rules: Sequence[Mapping[str, Any]] = desired.properties.get(direction) or ()
        for message, value in _faults(rules):
            yield desired.problem(direction, message, value)


def _faults(rules: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Any]]:
    for rule in rules:
        number, block = rule["rule_number"], rule["cidr_block"]
        if not 1 <= number <= LAST_RULE:
            yield f"is no rule number. AWS takes 1 to {LAST_RULE}, and looks at the lowest first.", number
        fault = "is no block. Network ACLs take none." if block.startswith("pl-") else destination_fault(block)
        if fault:
            yield fault, block
        ports = (rule.get("from_port"), rule.get("to_port"))
        if rule["protocol"] in WITH_PORTS and not _is_range(ports):
            yield f"rule {number} needs from_port and to_port, from 0 to 65535, the lower one first.", list(ports)
    for number, count in Counter(rule["rule_number"] for rule in rules).items():
        if count > 1:
            yield f"{count} rules have this number. Give each a number of its own.", number
    if len(rules) > RULES_PER_DIRECTION:
        yield f"AWS takes {RULES_PER_DIRECTION} rules in a direction. Write wider blocks.", len(rules)


def _is_range(ports: tuple[Any, Any]) -> bool:
    first, last = ports
    return first is not None and last is not None and 0 <= first <= last <= EPHEMERAL[1]


NETWORK_ACL = Kind(
    "network_acl",
    {
        "vpc_id": Property(immutable=MOVE),
        "subnet_ids": Property(as_set),
        "ingress": Property(as_set),
        "egress": Property(as_set),
    },
    check,
)


def from_aws(raw: Mapping[str, Any]) -> Observed:
    tags = to_tags(raw.get("Tags"))
    entries = [entry for entry in raw.get("Entries", ()) if entry["RuleNumber"] <= LAST_RULE]
    subnets = [association["SubnetId"] for association in raw.get("Associations", ())]
    properties = {
        "vpc_id": raw["VpcId"],
        "subnet_ids": subnets,
        "ingress": [_rule(entry) for entry in entries if not entry["Egress"]],
        "egress": [_rule(entry) for entry in entries if entry["Egress"]],
    }
    return Observed("network_acl", tags.get("Name", ""), properties, tags, {"id": raw["NetworkAclId"]})


def _rule(entry: Mapping[str, Any]) -> Rule:
    ports = entry.get("PortRange") or {}
    return rule(
        entry["RuleNumber"],
        PROTOCOLS.get(entry["Protocol"], entry["Protocol"]),
        entry["RuleAction"],
        entry.get("CidrBlock") or entry.get("Ipv6CidrBlock"),
        (ports.get("From"), ports.get("To")),
    )


def rule(number: int, protocol: str, action: str, block: Any, ports: tuple[Any, Any]) -> Rule:
    """A rule in the form of the inventory."""
    settings = {"rule_number": number, "protocol": protocol, "action": action, "cidr_block": block}
    return settings | {"from_port": ports[0], "to_port": ports[1]}


def rules(given: Iterable[Mapping[str, Any]]) -> list[Rule]:
    """Rules of the inventory, whole: what they leave out is tcp, allow and no ports."""
    return [
        rule(
            r["rule_number"],
            r.get("protocol") or "tcp",
            r.get("action") or "allow",
            r["cidr_block"],
            (r.get("from_port"), r.get("to_port")),
        )
        for r in given
    ]


def database_rules(
    vpc_block: str, port: int, client_blocks: Sequence[str], endpoints: bool, internet: bool
) -> dict[str, list[Rule]]:
    """The least that subnets of databases need.

    Clients reach the port and get their answers; ``endpoints`` in these subnets answer the VPC; what is in them asks
    for services of AWS, and with ``internet`` anywhere, over HTTPS. The port is among those that answers come to, so it
    is denied to all others.
    """
    outside = ANYWHERE if internet else vpc_block
    ingress = [_allow(100 + n, block, (port, port)) for n, block in enumerate(client_blocks)]
    ingress.append(rule(190, "tcp", "deny", ANYWHERE, (port, port)))
    ingress += [_allow(200, vpc_block, HTTPS)] if endpoints else []
    ingress.append(_allow(300, outside, EPHEMERAL))
    egress = [_allow(100 + n, block, EPHEMERAL) for n, block in enumerate(client_blocks)]
    egress += [_allow(190, vpc_block, EPHEMERAL)] if endpoints and vpc_block not in client_blocks else []
    egress += [_allow(200, outside, HTTPS), _allow(210, vpc_block, (port, port))]
    return {"ingress": ingress, "egress": egress}


def _allow(number: int, block: str, ports: tuple[int, int]) -> Rule:
    return rule(number, "tcp", "allow", block, ports)

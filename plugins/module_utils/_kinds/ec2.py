# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. VPC, subnets and security groups."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import to_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Desired,
    Kind,
    Observed,
    Problem,
    Property,
    unknown,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._values import as_set

MOVE = "Build a second deployment beside it with another env_suffix and move the data."


def check_cidr(desired: Desired) -> list[Problem]:
    """VPC and subnet blocks are /16 to /28: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html"""
    block = desired.properties["cidr_block"]
    try:
        network = ipaddress.IPv4Network(block)
    except ValueError as error:
        return [
            desired.problem(
                "cidr_block", f"is no IPv4 network ({error}). Allowed: an address block such as 10.60.0.0/16."
            )
        ]
    if not 16 <= network.prefixlen <= 28 or str(network) != block:
        return [desired.problem("cidr_block", "AWS takes /16 to /28, written such as 10.60.0.0/16.")]
    return []


VPC = Kind(
    "vpc",
    {
        "cidr_block": Property(immutable=MOVE),
        "enable_dns_support": Property(),
        "enable_dns_hostnames": Property(),
    },
    check_cidr,
)

SUBNET = Kind(
    "subnet",
    {
        "vpc_id": Property(immutable=MOVE),
        "cidr_block": Property(immutable=MOVE),
        "availability_zone": Property(immutable=MOVE),
    },
    check_cidr,
)


def check_security_group(desired: Desired) -> Iterable[Problem]:
    for rule in desired.properties.get("ingress") or ():
        for block in (rule.get("cidr_ip"), rule.get("cidr_ipv6")):
            fault = block and source_fault(block)
            if fault:
                yield desired.problem("ingress", fault, block)
        for field, prefix, what in (("group_id", "sg-", "security group"), ("ip_prefix", "pl-", "prefix list")):
            identifier = rule.get(field)
            if identifier and not unknown(identifier) and not str(identifier).startswith(prefix):
                message = f"is no id of a {what}. Allowed: one such as {prefix}0a1b2c3d4e5f67890."
                yield desired.problem(field, message, identifier)


def source_fault(block: str) -> str | None:
    """What is wrong with a block as the source of a rule. AWS clears host bits; what it then reports would never match.

    https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
    """
    try:
        network = ipaddress.ip_network(block)
    except ValueError as error:
        return f"is no address block ({error}). Allowed: a block such as 10.60.0.0/16."
    if network.prefixlen == 0:
        return "lets the whole internet reach the database. Name the blocks of the clients."
    return None if str(network) == block else f"is written {network} by AWS. Write it so."


SECURITY_GROUP = Kind(
    "security_group",
    {
        "vpc_id": Property(immutable=MOVE),
        "description": Property(
            immutable="AWS cannot change a description; keep the old text or choose another group name."
        ),
        "ingress": Property(as_set),
        "egress": Property(as_set),
    },
    check_security_group,
)


def check_subnets(subnets: Sequence[Desired], vpc: Desired) -> Iterable[Problem]:
    """Subnets lie in their VPC, do not overlap, and span two zones at least (RDS wants two):
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html"""
    blocks = [(s, ipaddress.IPv4Network(s.properties["cidr_block"])) for s in subnets if not check_cidr(s)]
    outer = None if check_cidr(vpc) else ipaddress.IPv4Network(vpc.properties["cidr_block"])
    for subnet, block in blocks:
        if outer and not block.subnet_of(outer):
            yield subnet.problem("cidr_block", f"lies outside the VPC's {outer}. Choose a block inside it.")
    for (one, first), (other, second) in combinations(blocks, 2):
        if first.overlaps(second):
            taken = f"{first} ({one.input_name('cidr_block')})"
            yield other.problem("cidr_block", f"overlaps {taken}. Give each subnet a block of its own.")
    of_databases = [s for s in subnets if s.tags.get("pgfleet:tier") != "public"]
    zones = sorted({str(s.properties["availability_zone"]) for s in of_databases})
    if len(zones) < 2:
        message = "all subnets are in one availability zone. A database needs subnets in two zones at least."
        yield Problem(f"{vpc.role}_subnets" if vpc.role else "subnets", ", ".join(zones) or "none", message)


def check_groups(resources: Sequence[Desired]) -> Iterable[Problem]:
    """Groups that rules admit by name are made by the same document."""
    groups = {r.key for r in resources if r.kind == "security_group"}
    for resource in (r for r in resources if r.kind == "security_group"):
        for rule in resource.properties.get("ingress") or ():
            source = rule.get("group_id")
            name = source["ref"] if isinstance(source, Mapping) else None
            if name and name not in groups:
                known = ", ".join(sorted(key.partition("/")[2] for key in groups - {resource.key})) or "none"
                message = f"is no security group of this network. Allowed: {known}. Groups of others are given by ids."
                yield resource.problem("group_name", message, name.partition("/")[2])


def check_dns(resources: Sequence[Desired], vpc: Desired) -> Iterable[Problem]:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html"""
    theirs = {"ref": vpc.key, "get": "id"}
    endpoints = (r for r in resources if r.kind == "interface_endpoint" and r.properties.get("vpc_id") == theirs)
    if not any(endpoint.properties.get("private_dns_enabled") for endpoint in endpoints):
        return
    for name in ("enable_dns_support", "enable_dns_hostnames"):
        if vpc.properties.get(name) is False:
            yield vpc.problem(
                name, "interface endpoints with private DNS need it. Switch it on, or ask for no endpoints.", False
            )


def vpc_from_aws(raw: Mapping[str, Any], dns: Mapping[str, bool]) -> Observed:
    tags = to_tags(raw.get("Tags"))
    properties = {"cidr_block": raw["CidrBlock"], **dns}
    return Observed("vpc", tags.get("Name", ""), properties, tags, {"id": raw["VpcId"]})


def subnet_from_aws(raw: Mapping[str, Any]) -> Observed:
    tags = to_tags(raw.get("Tags"))
    properties = {"vpc_id": raw["VpcId"], "cidr_block": raw["CidrBlock"], "availability_zone": raw["AvailabilityZone"]}
    return Observed("subnet", tags.get("Name", ""), properties, tags, {"id": raw["SubnetId"]})


def security_group_from_aws(raw: Mapping[str, Any]) -> Observed:
    properties = {
        "vpc_id": raw["VpcId"],
        "description": raw["Description"],
        "ingress": rules_from_aws(raw.get("IpPermissions", ())),
        "egress": rules_from_aws(raw.get("IpPermissionsEgress", ())),
    }
    return Observed("security_group", raw["GroupName"], properties, to_tags(raw.get("Tags")), {"id": raw["GroupId"]})


def rules_from_aws(permissions: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One rule per source and port range, in the form of amazon.aws.ec2_security_group, which the document uses."""
    sources = (
        ("IpRanges", "CidrIp", "cidr_ip"),
        ("Ipv6Ranges", "CidrIpv6", "cidr_ipv6"),
        ("UserIdGroupPairs", "GroupId", "group_id"),
        ("PrefixListIds", "PrefixListId", "ip_prefix"),
    )
    return [
        {
            "proto": "all" if p["IpProtocol"] == "-1" else p["IpProtocol"],
            "from_port": p.get("FromPort"),
            "to_port": p.get("ToPort"),
            ours: source[theirs],
            "rule_desc": source.get("Description", ""),
        }
        for p in permissions
        for group, theirs, ours in sources
        for source in p.get(group, ())
    ]

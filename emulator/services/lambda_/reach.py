"""Which databases a function reaches: all processes share this machine, and only rules can keep them apart.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network
from typing import Any

from moto.ec2.models import EC2Backend, ec2_backends

from emulator.context import Context
from emulator.services.lambda_.state import Region, Version

EVERYWHERE = IPv4Network("0.0.0.0/0")
PROTOCOLS = ("-1", "tcp")
# A database that asked for no port has this one on AWS, and some free one here.
DEFAULT_PORT = 5432


def reaches(context: Context, region: Region, version: Version, host: str, port: int) -> bool:
    """Whether security groups admit a function where it connects to; what is no database is always admitted."""
    with context.lock:
        database = context.database_at(host, port)
        if database is None:
            return True
        backend: EC2Backend = ec2_backends[database.account_id][database.region]
        admitting = list(_rules(backend, database.group_ids, "ingress_rules"))
        if not version.vpc["VpcId"]:
            return database.public and _admit(admitting, port, set(), [EVERYWHERE])
        here, there = _networks(backend, version.vpc["SubnetIds"]), _networks(backend, database.subnet_ids)
        groups = version.vpc["SecurityGroupIds"]
        return (
            (region.account_id, region.name, version.vpc["VpcId"])
            == (database.account_id, database.region, database.vpc_id)
            and _admit(_rules(backend, groups, "egress_rules"), port, set(database.group_ids), there)
            and _admit(admitting, port, set(groups), here)
        )


def _rules(backend: EC2Backend, group_ids: Iterable[str], kind: str) -> Iterator[Any]:
    for group_id in group_ids:
        group = backend.get_security_group_from_id(group_id)
        yield from getattr(group, kind, ())


def _networks(backend: EC2Backend, subnet_ids: Iterable[str]) -> list[IPv4Network]:
    return [IPv4Network(backend.get_subnet(subnet_id).cidr_block) for subnet_id in subnet_ids]


def _admit(rules: Iterable[Any], port: int, groups: set[str], networks: list[IPv4Network]) -> bool:
    """https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html"""
    return any(
        rule.ip_protocol in PROTOCOLS and _has_port(rule, port) and _has_peer(rule, groups, networks) for rule in rules
    )


def _has_port(rule: Any, port: int) -> bool:
    return rule.from_port is None or any(rule.from_port <= each <= rule.to_port for each in (port, DEFAULT_PORT))


def _has_peer(rule: Any, groups: set[str], networks: list[IPv4Network]) -> bool:
    if rule.source_group.get("GroupId") in groups:
        return True
    block = rule.ip_range.get("CidrIp")
    return block is not None and all(network.subnet_of(IPv4Network(block)) for network in networks)

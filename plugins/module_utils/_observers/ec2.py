# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of VPCs, subnets, route tables and security groups."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, pages
from ansible_collections.pgfleet.aws.plugins.module_utils._claim import nameless
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import ec2, route_table
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.nameless import (
    Filters,
    by_name_or_lost,
    by_owners,
    filters,
    lost,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed


def reader(
    scope: Scope, method: str, key: str, from_aws: Callable[[Any], Observed], filtered: str = "Filters"
) -> Callable[[Filters], Iterable[Observed]]:
    """Reads what filters select."""

    def read(asked: Filters) -> Iterable[Observed]:
        arguments: dict[str, Any] = {filtered: asked}
        return map(from_aws, pages(scope.clients("ec2"), method, key, **arguments))

    return read


def vpcs_lost(scope: Scope) -> list[Any]:
    """VPCs of the owner that bear no Name."""
    found = pages(scope.clients("ec2"), "describe_vpcs", "Vpcs", Filters=by_owners([scope.owner]))
    return [raw for raw in found if nameless(ec2.vpc_from_aws(raw, {}))]


def vpcs_named(scope: Scope, names: Iterable[str]) -> list[Any]:
    return _once(scope, "describe_vpcs", "Vpcs", "tag:Name", names)


def groups_named(scope: Scope, names: Iterable[str]) -> list[Any]:
    """Security groups of these names, of all VPCs."""
    return _once(scope, "describe_security_groups", "SecurityGroups", "group-name", names)


def _once(scope: Scope, method: str, key: str, filtered: str, names: Iterable[str]) -> list[Any]:
    """Read once for the network and for the databases that use it: in one plan they ask for the same names."""
    every = sorted(set(names))
    client, asked = scope.clients("ec2"), filters({filtered: every})
    found: list[Any] = scope.clients.once(
        method, " ".join(every), lambda: pages(client, method, key, subject=", ".join(every), Filters=asked)
    )
    return found


def observe_vpcs(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    client = scope.clients("ec2")
    found = [_vpc(raw) for raw in vpcs_named(scope, (desired.name for desired in wanted))]
    read = reader(scope, "describe_vpcs", "Vpcs", _vpc)
    for vpc in [*found, *lost(wanted, found, read)]:
        yield replace(vpc, properties={**vpc.properties, **_dns(client, vpc.attributes["id"])})


def _vpc(raw: Any) -> Observed:
    return ec2.vpc_from_aws(raw, {})


def _dns(client: Any, vpc_id: str) -> dict[str, bool]:
    """DescribeVpcs leaves them out, and DescribeVpcAttribute answers one at a time."""
    return {
        ours: call(client, "describe_vpc_attribute", VpcId=vpc_id, Attribute=asked, subject=vpc_id)[answered]["Value"]
        for ours, asked, answered in (
            ("enable_dns_support", "enableDnsSupport", "EnableDnsSupport"),
            ("enable_dns_hostnames", "enableDnsHostnames", "EnableDnsHostnames"),
        )
    }


def observe_subnets(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    return by_name_or_lost(wanted, reader(scope, "describe_subnets", "Subnets", ec2.subnet_from_aws))


def observe_route_tables(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    return by_name_or_lost(wanted, reader(scope, "describe_route_tables", "RouteTables", route_table.from_aws))


def observe_security_groups(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    return map(ec2.security_group_from_aws, groups_named(scope, (desired.name for desired in wanted)))


VPC = Handler(ec2.VPC, observe_vpcs)
SUBNET = Handler(ec2.SUBNET, observe_subnets)
ROUTE_TABLE = Handler(route_table.ROUTE_TABLE, observe_route_tables)
SECURITY_GROUP = Handler(ec2.SECURITY_GROUP, observe_security_groups)

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of VPCs, subnets, route tables and security groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, pages
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import ec2, route_table
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed


def by_name(wanted: Sequence[Desired]) -> list[dict[str, Any]]:
    return filters({"tag:Name": sorted({d.name for d in wanted})})


def filters(values: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    return [{"Name": name, "Values": list(allowed)} for name, allowed in values.items()]


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
    for raw in vpcs_named(scope, (desired.name for desired in wanted)):
        yield ec2.vpc_from_aws(raw, _dns(client, raw["VpcId"]))


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
    found = pages(scope.clients("ec2"), "describe_subnets", "Subnets", Filters=by_name(wanted))
    return map(ec2.subnet_from_aws, found)


def observe_route_tables(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    found = pages(scope.clients("ec2"), "describe_route_tables", "RouteTables", Filters=by_name(wanted))
    return map(route_table.from_aws, found)


def observe_security_groups(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    return map(ec2.security_group_from_aws, groups_named(scope, (desired.name for desired in wanted)))


VPC = Handler(ec2.VPC, observe_vpcs)
SUBNET = Handler(ec2.SUBNET, observe_subnets)
ROUTE_TABLE = Handler(route_table.ROUTE_TABLE, observe_route_tables)
SECURITY_GROUP = Handler(ec2.SECURITY_GROUP, observe_security_groups)

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of VPCs, subnets, route tables, security groups and existing networks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, pages
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import ec2
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed


def by_name(wanted: Sequence[Desired]) -> list[dict[str, Any]]:
    return [{"Name": "tag:Name", "Values": sorted({d.name for d in wanted})}]


def observe_vpcs(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    client = scope.clients("ec2")
    for raw in pages(client, "describe_vpcs", "Vpcs", Filters=by_name(wanted)):
        dns = {}
        for name, attribute in (
            ("enable_dns_support", "EnableDnsSupport"),
            ("enable_dns_hostnames", "EnableDnsHostnames"),
        ):
            answer = call(
                client, "describe_vpc_attribute", VpcId=raw["VpcId"], Attribute=attribute[0].lower() + attribute[1:]
            )
            dns[name] = answer[attribute]["Value"]
        yield ec2.vpc_from_aws(raw, dns)


def observe_subnets(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    return map(ec2.subnet_from_aws, pages(scope.clients("ec2"), "describe_subnets", "Subnets", Filters=by_name(wanted)))


def observe_route_tables(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    return map(
        ec2.route_table_from_aws,
        pages(scope.clients("ec2"), "describe_route_tables", "RouteTables", Filters=by_name(wanted)),
    )


def observe_security_groups(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    filters = [{"Name": "group-name", "Values": sorted({d.name for d in wanted})}]
    return map(
        ec2.security_group_from_aws,
        pages(scope.clients("ec2"), "describe_security_groups", "SecurityGroups", Filters=filters),
    )


def observe_networks(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    """Networks that a database uses and does not own: a VPC by its Name tag, its subnets of one tier, security groups by name."""
    client = scope.clients("ec2")
    for network in wanted:
        filters = [{"Name": "tag:Name", "Values": [network.properties["vpc_name"]]}]
        for vpc in pages(client, "describe_vpcs", "Vpcs", Filters=filters):
            yield _network(client, network, vpc["VpcId"])


def _network(client: Any, network: Desired, vpc_id: str) -> Observed:
    within = {"Name": "vpc-id", "Values": [vpc_id]}
    tier = {"Name": "tag:pgfleet:tier", "Values": [network.properties["tier"]]}
    groups = {"Name": "group-name", "Values": list(network.properties["security_group_names"])}
    subnets = sorted(
        pages(client, "describe_subnets", "Subnets", Filters=[within, tier]), key=lambda s: s["AvailabilityZone"]
    )
    found = pages(client, "describe_security_groups", "SecurityGroups", Filters=[within, groups])
    attributes = {
        "vpc_id": vpc_id,
        "subnet_ids": [s["SubnetId"] for s in subnets],
        "security_group_ids": sorted(g["GroupId"] for g in found),
    }
    return Observed("network", network.name, network.properties, {}, attributes)


VPC = Handler(ec2.VPC, observe_vpcs)
SUBNET = Handler(ec2.SUBNET, observe_subnets)
ROUTE_TABLE = Handler(ec2.ROUTE_TABLE, observe_route_tables)
SECURITY_GROUP = Handler(ec2.SECURITY_GROUP, observe_security_groups)
NETWORK = Handler(ec2.NETWORK, observe_networks)

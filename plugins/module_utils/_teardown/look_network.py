# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads the VPCs of an owner and everything in them, ours or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, pages, to_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.look import Look
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.look_data import databases
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.look_functions import functions_in
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Found

Raw = Mapping[str, Any]
Filter = dict[str, Any]


def anything(_raw: Raw) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Sort:
    """How EC2 describes a kind: the method, where the answer has items and their ids, and the filter by VPC.

    ``counts`` leaves out what goes with the VPC by itself, and what is gone already.
    """

    kind: str
    method: str
    items: str
    id: str
    by_vpc: str = "vpc-id"
    filters: str = "Filters"
    counts: Callable[[Raw], bool] = anything


def not_default_group(raw: Raw) -> bool:
    return bool(raw["GroupName"] != "default")


def not_main_table(raw: Raw) -> bool:
    return not any(association.get("Main") for association in raw.get("Associations", ()))


def not_default_acl(raw: Raw) -> bool:
    return not raw.get("IsDefault")


def not_gone(raw: Raw) -> bool:
    return str(raw.get("State", "")).lower() not in {"deleted", "deleting"}


def holds_something(raw: Raw) -> bool:
    """What is being deleted has its interfaces and addresses until it is gone: it is waited for."""
    return str(raw.get("State", "")).lower() not in {"deleted", "failed"}


VPC = Sort("vpc", "describe_vpcs", "Vpcs", "VpcId")
OURS = (
    Sort("subnet", "describe_subnets", "Subnets", "SubnetId"),
    Sort("route_table", "describe_route_tables", "RouteTables", "RouteTableId", counts=not_main_table),
    Sort("security_group", "describe_security_groups", "SecurityGroups", "GroupId", counts=not_default_group),
    Sort("gateway_endpoint", "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId", counts=holds_something),
    Sort(
        "nat_gateway", "describe_nat_gateways", "NatGateways", "NatGatewayId", filters="Filter", counts=holds_something
    ),
    Sort(
        "internet_gateway",
        "describe_internet_gateways",
        "InternetGateways",
        "InternetGatewayId",
        by_vpc="attachment.vpc-id",
    ),
    Sort("network_acl", "describe_network_acls", "NetworkAcls", "NetworkAclId", counts=not_default_acl),
)
# An address is in no VPC: only its tags tell whose it is.
ADDRESS = Sort("elastic_ip", "describe_addresses", "Addresses", "AllocationId")
USERS = (
    Sort("network_interface", "describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
    Sort(
        "transit_gateway_attachment",
        "describe_transit_gateway_vpc_attachments",
        "TransitGatewayVpcAttachments",
        "TransitGatewayAttachmentId",
        counts=not_gone,
    ),
)


def vpcs(look: Look) -> list[Found]:
    return list(_ours_or_named(look, VPC))


def contents(look: Look, vpc_ids: Sequence[str]) -> Iterator[Found]:
    """The kinds that networks are made of: ours wherever they are, and all in the VPCs."""
    for sort in OURS:
        inside = _described(look, sort, _inside(sort, vpc_ids)) if vpc_ids else []
        yield from {found.id: found for found in [*inside, *_ours_or_named(look, sort)]}.values()
    yield from _ours_or_named(look, ADDRESS)


def users(look: Look, vpc_ids: Sequence[str]) -> Iterator[Found]:
    """Whatever else is in the VPCs."""
    if not vpc_ids:
        return
    for sort in USERS:
        yield from _described(look, sort, _inside(sort, vpc_ids))
    yield from (found for found in databases(look) if found.facts["vpc_id"] in vpc_ids)
    yield from functions_in(look, vpc_ids)


def _ours_or_named(look: Look, sort: Sort) -> Iterator[Found]:
    """Tags are EC2's own here, not the tagging API's."""
    yield from _described(look, sort, [_filter(f"tag:{key}", value) for key, value in look.owner.tags().items()])
    names = look.names.get(sort.kind)
    if names:
        by_name = "group-name" if sort.kind == "security_group" else "tag:Name"
        found = _described(look, sort, [_filter(by_name, *sorted(names))])
        yield from (other for other in found if not look.owner.owns(other.tags))


def _inside(sort: Sort, vpc_ids: Sequence[str]) -> list[Filter]:
    return [_filter(sort.by_vpc, *vpc_ids)]


def _filter(name: str, *values: str) -> Filter:
    return {"Name": name, "Values": list(values)}


def _described(look: Look, sort: Sort, filters: list[Filter]) -> list[Found]:
    arguments: dict[str, Any] = {sort.filters: filters}
    client = look.clients("ec2")
    if client.can_paginate(sort.method):
        found = pages(client, sort.method, sort.items, **arguments)
    else:
        found = call(client, sort.method, **arguments)[sort.items]
    return [_found(sort, raw) for raw in found if sort.counts(raw)]


def _found(sort: Sort, raw: Raw) -> Found:
    tags = to_tags(raw.get("Tags") or raw.get("TagSet"))
    name = raw.get("GroupName") or tags.get("Name") or raw[sort.id]
    facts = {
        "vpc_id": raw.get("VpcId") or next((a.get("VpcId") for a in raw.get("Attachments", ())), None),
        "requester": raw.get("RequesterId"),
        "interface_type": raw.get("InterfaceType"),
        "description": raw.get("Description") if sort.kind == "network_interface" else None,
        "attached_to": (raw.get("Attachment") or {}).get("InstanceId"),
    }
    kind = sort.kind
    if kind == "gateway_endpoint" and raw.get("VpcEndpointType", "Gateway") != "Gateway":
        kind = "interface_endpoint"
    if kind in ("interface_endpoint", "nat_gateway"):
        facts |= {"state": raw["State"].lower(), "interfaces": _interfaces(raw)}
    return Found(kind, name, raw[sort.id], tags, facts)


def _interfaces(raw: Raw) -> list[str]:
    of_a_gateway = [address.get("NetworkInterfaceId", "") for address in raw.get("NatGatewayAddresses", ())]
    return [*raw.get("NetworkInterfaceIds", ()), *of_a_gateway]

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. A route table: which subnets use it, and where it leads."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import to_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.ec2 import MOVE
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Desired,
    Kind,
    Observed,
    Problem,
    Property,
    unknown,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._values import as_set

# How EC2 calls what a route leads to, by the beginning of its id:
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html
TARGETS = {
    "igw": "GatewayId",
    "vgw": "GatewayId",
    "nat": "NatGatewayId",
    "tgw": "TransitGatewayId",
    "pcx": "VpcPeeringConnectionId",
    "eni": "NetworkInterfaceId",
    "eigw": "EgressOnlyInternetGatewayId",
    "vpce": "VpcEndpointId",
    "lgw": "LocalGatewayId",
    "cagw": "CarrierGatewayId",
}
# Where DescribeRouteTables has it; a route to an instance has its interface beside it.
_TARGET_FIELDS = (
    "NetworkInterfaceId",
    "GatewayId",
    *sorted(set(TARGETS.values()) - {"GatewayId", "NetworkInterfaceId"}),
)
_DESTINATION_FIELDS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")


def check(desired: Desired) -> Iterable[Problem]:
    routes = desired.properties.get("routes") or ()
    for route in routes:
        destination, target = route["destination"], route["target"]
        fault = destination_fault(destination)
        if fault:
            yield desired.problem("routes", fault, destination)
        if not unknown(target) and target_field(target) is None:
            prefixes = ", ".join(f"{prefix}-" for prefix in TARGETS)
            yield desired.problem(
                "routes", f"is no target of a route. Allowed are ids that begin with {prefixes}.", target
            )
    for destination in sorted(
        {r["destination"] for r in routes if [o["destination"] for o in routes].count(r["destination"]) > 1}
    ):
        yield desired.problem("routes", "has more than one route. Keep one target for each destination.", destination)


def destination_fault(destination: str) -> str | None:
    """AWS clears host bits; what it then reports would never match.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html
    """
    if destination.startswith("pl-"):
        return None
    try:
        network = ipaddress.ip_network(destination)
    except ValueError as error:
        return f"is no destination ({error}). Allowed: a block such as 10.1.0.0/16, or a prefix list."
    return None if str(network) == destination else f"is written {network} by AWS. Write it so."


ROUTE_TABLE = Kind(
    "route_table",
    {"vpc_id": Property(immutable=MOVE), "subnet_ids": Property(as_set), "routes": Property(as_set)},
    check,
)


def target_field(target: str) -> str | None:
    return TARGETS.get(target.partition("-")[0])


def destination_field(destination: str) -> str:
    if destination.startswith("pl-"):
        return "DestinationPrefixListId"
    return "DestinationIpv6CidrBlock" if ":" in destination else "DestinationCidrBlock"


def from_aws(raw: Mapping[str, Any]) -> Observed:
    tags = to_tags(raw.get("Tags"))
    properties = {
        "vpc_id": raw["VpcId"],
        "subnet_ids": [a["SubnetId"] for a in raw.get("Associations", ()) if "SubnetId" in a],
        "routes": [_route(r) for r in raw.get("Routes", ()) if _made_by_hand(r)],
    }
    return Observed("route_table", tags.get("Name", ""), properties, tags, {"id": raw["RouteTableId"]})


def _route(raw: Mapping[str, Any]) -> dict[str, str]:
    destination = next(raw[field] for field in _DESTINATION_FIELDS if field in raw)
    return {"destination": destination, "target": next((raw[f] for f in _TARGET_FIELDS if raw.get(f)), "")}


def _made_by_hand(raw: Mapping[str, Any]) -> bool:
    """Unlike the VPC's own block, the routes of gateway endpoints and those that a VPN gateway spreads.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html: Origin
    """
    of_an_endpoint = "DestinationPrefixListId" in raw and str(raw.get("GatewayId", "")).startswith("vpce-")
    return raw.get("Origin", "CreateRoute") == "CreateRoute" and raw.get("GatewayId") != "local" and not of_an_endpoint

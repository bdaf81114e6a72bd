# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. How a VPC reaches the internet: internet gateway, addresses, NAT gateways."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import to_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Desired,
    Effect,
    Kind,
    Observed,
    Plan,
    Problem,
    Property,
    plan,
)

ELSEWHERE = "Detach it there, or give it another Name tag."
FIXED = "AWS cannot move a NAT gateway: delete it, then run again. Connections through it are lost meanwhile."
AVAILABLE = "available"
# In any other status AWS has given up or is deleting: a gateway that does not count.
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NatGateway.html
ALIVE = ("pending", AVAILABLE)

INTERNET_GATEWAY = Kind("internet_gateway", {"vpc_id": Property(immutable=ELSEWHERE)})
_DETACHED = Kind("internet_gateway", {"vpc_id": Property()})


def plan_internet_gateway(
    kind: Kind, desired: Desired, observed: Observed | None, allow: frozenset[Effect] = frozenset()
) -> Plan:
    """One that is attached to no VPC, as a killed run leaves it, is attached; one in another VPC is not taken away."""
    detached = observed is not None and observed.properties["vpc_id"] is None
    return plan(_DETACHED if detached else kind, desired, observed, allow)


ELASTIC_IP = Kind("elastic_ip", {})


def check_nat_gateway(desired: Desired) -> Iterable[Problem]:
    """One without a route to an internet gateway leads nowhere:
    https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html"""
    if not desired.properties.get("subnet_id"):
        message = "stands in a public subnet, and its zone has none. Add one (tier: public) there, or ask for no NAT."
        yield desired.problem("subnet_id", message, desired.name)


NAT_GATEWAY = Kind(
    "nat_gateway",
    {
        "subnet_id": Property(immutable=FIXED),
        "allocation_id": Property(immutable=FIXED),
        "status": Property(),
    },
    check_nat_gateway,
)


def internet_gateway_from_aws(raw: Mapping[str, Any]) -> Observed:
    tags = to_tags(raw.get("Tags"))
    vpc_id = next((attachment["VpcId"] for attachment in raw.get("Attachments", ())), None)
    attributes = {"id": raw["InternetGatewayId"]}
    return Observed("internet_gateway", tags.get("Name", ""), {"vpc_id": vpc_id}, tags, attributes)


def address_from_aws(raw: Mapping[str, Any]) -> Observed:
    tags = to_tags(raw.get("Tags"))
    attributes = {"id": raw["AllocationId"], "public_ip": raw["PublicIp"]}
    return Observed("elastic_ip", tags.get("Name", ""), {}, tags, attributes)


def nat_gateway_from_aws(raw: Mapping[str, Any]) -> Observed:
    tags = to_tags(raw.get("Tags"))
    addresses = (address["AllocationId"] for address in raw.get("NatGatewayAddresses", ()) if "AllocationId" in address)
    properties = {"subnet_id": raw["SubnetId"], "allocation_id": next(addresses, None), "status": raw["State"]}
    return Observed("nat_gateway", tags.get("Name", ""), properties, tags, {"id": raw["NatGatewayId"]})

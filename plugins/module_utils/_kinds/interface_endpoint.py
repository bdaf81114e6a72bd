# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. An interface endpoint: a service of AWS, reached inside the VPC.

https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import to_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Kind, Observed, Problem, Property
from ansible_collections.pgfleet.aws.plugins.module_utils._values import as_set

FIXED = "An endpoint belongs to one VPC and one service: delete it, then run again."


def check(desired: Desired) -> Iterable[Problem]:
    if not desired.properties.get("subnet_ids", True):
        message = (
            "interface endpoints need subnets, one in each zone. Add subnets of the tier that they should stand in."
        )
        yield desired.problem("subnet_ids", message, "no subnets")
    if not desired.properties.get("security_group_ids", True):
        message = "without a security group of its own AWS gives an endpoint the VPC's default one. Name at least one."
        yield desired.problem("security_group_ids", message, "no security groups")


INTERFACE_ENDPOINT = Kind(
    "interface_endpoint",
    {
        "vpc_id": Property(immutable=FIXED),
        "service": Property(immutable=FIXED),
        "subnet_ids": Property(as_set),
        "security_group_ids": Property(as_set),
        "private_dns_enabled": Property(),
        "status": Property(),
    },
    check,
)


def from_aws(name: str, raw: Mapping[str, Any]) -> Observed:
    """``name`` is the wanted one: the endpoint of a VPC and service is that, whatever its Name tag says."""
    properties = {
        "vpc_id": raw["VpcId"],
        "service": short_service(raw["ServiceName"]),
        "subnet_ids": sorted(raw.get("SubnetIds", ())),
        "security_group_ids": sorted(group["GroupId"] for group in raw.get("Groups", ())),
        "private_dns_enabled": bool(raw.get("PrivateDnsEnabled")),
        "status": raw.get("State", "available").lower(),
    }
    return Observed("interface_endpoint", name, properties, to_tags(raw.get("Tags")), {"id": raw["VpcEndpointId"]})


def short_service(name: str) -> str:
    """``com.amazonaws.us-east-1.ecr.api`` without what all names of the region begin with."""
    return name.split(".", 3)[3] if name.startswith("com.amazonaws.") else name

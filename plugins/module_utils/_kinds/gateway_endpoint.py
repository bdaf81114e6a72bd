# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. A gateway endpoint: the way from a VPC to S3 or DynamoDB without the internet.

https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import to_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Kind, Observed, Problem, Property
from ansible_collections.pgfleet.aws.plugins.module_utils._values import as_set, same_policy

SERVICES = ("s3", "dynamodb")
FIXED = "An endpoint belongs to one VPC and one service: delete it, then run again."


def check(desired: Desired) -> Iterable[Problem]:
    service = desired.properties.get("service")
    if service not in SERVICES:
        yield desired.problem(
            "service", f"gateway endpoints exist for {' and '.join(SERVICES)} alone.", service or "(none)"
        )


GATEWAY_ENDPOINT = Kind(
    "gateway_endpoint",
    {
        "vpc_id": Property(immutable=FIXED),
        "service": Property(immutable=FIXED),
        "route_table_ids": Property(as_set),
        "policy": Property(same_policy),
    },
    check,
)


def from_aws(name: str, raw: Mapping[str, Any]) -> Observed:
    """``name`` is the wanted one: the endpoint of a VPC and service is that, whatever its Name tag says."""
    properties = {
        "vpc_id": raw["VpcId"],
        "service": short_service(raw),
        "route_table_ids": sorted(raw.get("RouteTableIds", ())),
        "policy": json.loads(raw["PolicyDocument"]) if raw.get("PolicyDocument") else None,
    }
    return Observed("gateway_endpoint", name, properties, to_tags(raw.get("Tags")), {"id": raw["VpcEndpointId"]})


def short_service(raw: Mapping[str, Any]) -> str:
    return str(raw["ServiceName"].rpartition(".")[2])

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Waiting for what AWS makes in the background: NAT gateways and endpoints."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import pages
from ansible_collections.pgfleet.aws.plugins.module_utils._waiters import ABSENT, Awaited, WaitFailed, wait

AVAILABLE = "available"
PENDING = "pending"
READY = Awaited(frozenset({AVAILABLE}))

State = tuple[str, str, str]


def wait_until_available(
    client: Any,
    gateways: Sequence[str],
    endpoints: Sequence[str],
    timeout_seconds: float,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Raises WaitFailed for one that AWS has given up, and WaitTimeout naming those that are not ready."""
    if not gateways and not endpoints:
        return

    def status() -> str:
        late = list(_late(client, gateways, endpoints))
        return ", ".join(f"{state} ({what})" for what, state in late) or AVAILABLE

    wait("the network", status, READY, timeout_seconds, sleep=sleep)


def _late(client: Any, gateways: Sequence[str], endpoints: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Those that are not available yet. One that was just made may not be listed."""
    found = {
        identifier: (state, why)
        for identifier, state, why in (*_gateways(client, gateways), *_endpoints(client, endpoints))
    }
    for identifier in (*gateways, *endpoints):
        state, why = found.get(identifier, (ABSENT, ""))
        if state not in (AVAILABLE, PENDING, ABSENT):
            raise WaitFailed(f"{identifier} is {state}{f': {why}' if why else ''}. Delete it, and run again.")
        if state != AVAILABLE:
            yield identifier, state


def _gateways(client: Any, ids: Sequence[str]) -> Iterable[State]:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NatGateway.html: State, FailureMessage"""
    if ids:
        filters = [{"Name": "nat-gateway-id", "Values": list(ids)}]
        for raw in pages(client, "describe_nat_gateways", "NatGateways", Filter=filters):
            yield raw["NatGatewayId"], raw["State"], raw.get("FailureMessage", "")


def _endpoints(client: Any, ids: Sequence[str]) -> Iterable[State]:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html: State, LastError"""
    if ids:
        filters = [{"Name": "vpc-endpoint-id", "Values": list(ids)}]
        for raw in pages(client, "describe_vpc_endpoints", "VpcEndpoints", Filters=filters):
            yield raw["VpcEndpointId"], raw["State"].lower(), (raw.get("LastError") or {}).get("Message", "")

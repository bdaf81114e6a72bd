# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of interface endpoints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import pages
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import interface_endpoint
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.gateway_endpoint import GONE
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed, Problem


def observe_interface_endpoints(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    """For each wanted endpoint those that could be it: a VPC has one with private DNS for a service."""
    found = list_endpoints(scope.clients("ec2"))
    names = {desired.name for desired in wanted}
    for desired in wanted:
        candidates = (interface_endpoint.from_aws(desired.name, raw) for raw in found)
        yield from (c for c in candidates if _could_be(desired, c) and c.tags.get("Name") not in names - {desired.name})


def _could_be(desired: Desired, candidate: Observed) -> bool:
    """In a plan the VPC's id may still be a reference; then that of every VPC could be it, until it is known."""
    known = (p for p in ("vpc_id", "service") if isinstance(desired.properties[p], str))
    return all(candidate.properties[p] == desired.properties[p] for p in known)


def list_endpoints(client: Any) -> list[Any]:
    filters = [{"Name": "vpc-endpoint-type", "Values": ["Interface"]}]
    found = pages(client, "describe_vpc_endpoints", "VpcEndpoints", Filters=filters)
    return [raw for raw in found if raw.get("State", "available").lower() not in GONE]


def verify_interface_endpoint(scope: Scope, desired: Desired, observed: Observed | None) -> Iterable[Problem]:
    """A second private DNS name of a service in a VPC is refused before AWS refuses it (InvalidParameter)."""
    if observed is not None or not desired.properties.get("private_dns_enabled"):
        return
    for raw in list_endpoints(scope.clients("ec2")):
        other = interface_endpoint.from_aws(desired.name, raw)
        if _could_be(desired, other) and other.properties["private_dns_enabled"]:
            what = f"already has {other.attributes['id']} for {desired.properties['service']}, which is not ours."
            yield desired.problem("vpc_id", f"{what} Give it our ownership tags to take it over, or delete it.")


INTERFACE_ENDPOINT = Handler(
    interface_endpoint.INTERFACE_ENDPOINT, observe_interface_endpoints, verify=verify_interface_endpoint
)

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of internet gateways, addresses and NAT gateways."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, pages
from ansible_collections.pgfleet.aws.plugins.module_utils._claim import nameless
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import internet
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.ec2 import reader
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.nameless import Filters, by_name_or_lost, filters
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed, Problem, unknown


def observe_internet_gateways(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    from_aws = internet.internet_gateway_from_aws
    return by_name_or_lost(wanted, reader(scope, "describe_internet_gateways", "InternetGateways", from_aws))


def verify_internet_gateway(scope: Scope, desired: Desired, observed: Observed | None) -> Iterable[Problem]:
    """A VPC has one at most: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html"""
    vpc_id = desired.properties["vpc_id"]
    if unknown(vpc_id) or (observed is not None and observed.properties["vpc_id"] == vpc_id):
        return
    attached = filters({"attachment.vpc-id": [vpc_id]})
    for raw in pages(scope.clients("ec2"), "describe_internet_gateways", "InternetGateways", Filters=attached):
        what = f"already has {raw['InternetGatewayId']}, which is not ours."
        yield desired.problem(
            "vpc_id", f"{what} Give it our ownership tags and this Name to take it over, or detach it."
        )


def observe_addresses(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    """One of a name and owner: that in use, where an answer that never came made AWS allocate another.

    AllocateAddress takes no token: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllocateAddress.html
    """
    seen: set[str] = set()
    for observed in by_name_or_lost(wanted, partial(_addresses, scope)):
        ours = scope.owns(observed.tags)
        if not (ours and observed.name in seen):
            yield observed
        seen |= {observed.name} if ours and not nameless(observed) else set()


def _addresses(scope: Scope, asked: Filters) -> Iterator[Observed]:
    """Those in use first. DescribeAddresses answers in one page."""
    found = call(scope.clients("ec2"), "describe_addresses", Filters=asked)["Addresses"]
    used_first = sorted(found, key=lambda raw: ("AssociationId" not in raw, raw["AllocationId"]))
    return map(internet.address_from_aws, used_first)


def observe_nat_gateways(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    read = reader(scope, "describe_nat_gateways", "NatGateways", internet.nat_gateway_from_aws, "Filter")
    alive = filters({"state": internet.ALIVE})
    return by_name_or_lost(wanted, lambda asked: read([*asked, *alive]))


INTERNET_GATEWAY = Handler(
    internet.INTERNET_GATEWAY,
    observe_internet_gateways,
    plan=internet.plan_internet_gateway,
    verify=verify_internet_gateway,
)
ELASTIC_IP = Handler(internet.ELASTIC_IP, observe_addresses)
NAT_GATEWAY = Handler(internet.NAT_GATEWAY, observe_nat_gateways)

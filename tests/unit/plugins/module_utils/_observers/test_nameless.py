"""Reads of what has lost its tag Name: only where something of an owner is missing, and each for whatever is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.ec2 import observe_subnets, observe_vpcs
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.internet import (
    observe_addresses,
    observe_nat_gateways,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.nameless import Filters, by_name_or_lost
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed

from tests.unit.stubs import OWNER, Exchange, answering

OURS = OWNER.tags()
BANK = Owner("bank", "pr42")


def wanted(kind: str, name: str, tags: Mapping[str, str] = OURS) -> Desired:
    return Desired(kind, name, tags=tags)


def there(n: int, tags: Mapping[str, str]) -> Observed:
    return Observed("subnet", tags.get("Name", ""), {}, tags, {"id": f"subnet-{n}"})


class Account:
    """What exists, read by filters as AWS does it; it notes what it is asked."""

    def __init__(self, *exists: Observed) -> None:
        self._exists = exists
        self.asked: list[dict[str, list[str]]] = []

    def read(self, filters: Filters) -> Iterable[Observed]:
        asked = {each["Name"].removeprefix("tag:"): each["Values"] for each in filters}
        self.asked.append(asked)
        return [one for one in self._exists if all(one.tags.get(key) in values for key, values in asked.items())]

    def find(self, *desired: Desired) -> list[tuple[str, str]]:
        return [(one.name, one.attributes["id"]) for one in by_name_or_lost(desired, self.read)]


NAMED = {"Name": "one", **OURS}


@pytest.mark.parametrize("desired", [wanted("subnet", "one"), wanted("subnet", "two", {})], ids=["there", "whose?"])
def test_nothing_more_is_asked_where_nothing_of_an_owner_is_missing(desired: Desired) -> None:
    account = Account(there(1, NAMED), there(2, OURS))
    account.find(desired)
    assert account.asked == [{"Name": [desired.name]}]


def test_what_bears_no_name_might_be_any_that_is_missing() -> None:
    account = Account(there(1, NAMED), there(2, OURS), there(3, {**OURS, "Name": ""}), there(4, {**OURS, "Name": "x"}))
    assert account.find(*(wanted("subnet", name) for name in ("one", "two", "three"))) == [
        ("one", "subnet-1"),
        *(("two", "subnet-2"), ("three", "subnet-2")),
        *(("two", "subnet-3"), ("three", "subnet-3")),
    ]


def test_each_owner_has_its_own() -> None:
    """One has the system of the first and the suffix of the second: it is neither's."""
    mixed = Owner(OWNER.system, BANK.suffix).tags()
    account = Account(there(1, OURS), there(2, BANK.tags()), there(3, mixed))
    desired = wanted("subnet", "one"), wanted("subnet", "two", BANK.tags())
    assert account.find(*desired) == [("one", "subnet-1"), ("two", "subnet-2")]
    assert account.asked[1] == {"pgfleet:system": ["bank", "retail"], "pgfleet:suffix": ["pr42", "prod"]}


def test_one_of_the_name_that_is_not_ours_is_not_it() -> None:
    account = Account(there(1, {"Name": "one", **BANK.tags()}), there(2, OURS))
    assert account.find(wanted("subnet", "one")) == [("one", "subnet-1"), ("one", "subnet-2")]


LISTED = [{"Key": key, "Value": value} for key, value in OURS.items()]
BY_NAME = [{"Name": "tag:Name", "Values": ["one"]}]
BY_OWNER = [{"Name": "tag:pgfleet:system", "Values": ["retail"]}, {"Name": "tag:pgfleet:suffix", "Values": ["prod"]}]


def exchanges(method: str, key: str, raw: dict[str, Any], filtered: str = "Filters", *more: Any) -> list[Exchange]:
    return [
        Exchange(method, {filtered: [*BY_NAME, *more]}, {key: []}),
        Exchange(method, {filtered: [*BY_OWNER, *more]}, {key: [raw | {"Tags": LISTED}]}),
    ]


def test_a_vpc_with_what_describe_leaves_out() -> None:
    dns = [
        Exchange("describe_vpc_attribute", {"VpcId": "vpc-1", "Attribute": asked}, {answered: {"Value": True}})
        for asked, answered in (
            ("enableDnsSupport", "EnableDnsSupport"),
            ("enableDnsHostnames", "EnableDnsHostnames"),
        )
    ]
    found = exchanges("describe_vpcs", "Vpcs", {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"})
    with answering("ec2", *found, *dns) as scope:
        (vpc,) = observe_vpcs(scope, [wanted("vpc", "one")])
    assert (vpc.name, vpc.tags) == ("one", OURS)
    assert vpc.properties == {"cidr_block": "10.0.0.0/16", "enable_dns_support": True, "enable_dns_hostnames": True}


def test_a_subnet() -> None:
    raw = {"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.0.1.0/24", "AvailabilityZone": "us-west-2a"}
    with answering("ec2", *exchanges("describe_subnets", "Subnets", raw)) as scope:
        (subnet,) = observe_subnets(scope, [wanted("subnet", "one")])
    assert (subnet.key, subnet.attributes) == ("subnet/one", {"id": "subnet-1"})


def test_every_address_without_a_name_might_be_it() -> None:
    first, second = exchanges("describe_addresses", "Addresses", {"AllocationId": "e-1", "PublicIp": "198.51.100.1"})
    two = {"AllocationId": "e-2", "PublicIp": "198.51.100.2", "AssociationId": "a", "Tags": LISTED}
    both = Exchange(second.method, second.asked, {"Addresses": [*second.answer["Addresses"], two]})
    with answering("ec2", first, both) as scope:
        found = list(observe_addresses(scope, [wanted("elastic_ip", "one")]))
    assert [(address.name, address.attributes["id"]) for address in found] == [("one", "e-2"), ("one", "e-1")]


def test_a_nat_gateway_that_counts() -> None:
    alive = {"Name": "state", "Values": ["pending", "available"]}
    raw = {"NatGatewayId": "nat-1", "SubnetId": "subnet-1", "State": "available"}
    with answering("ec2", *exchanges("describe_nat_gateways", "NatGateways", raw, "Filter", alive)) as scope:
        (gateway,) = observe_nat_gateways(scope, [wanted("nat_gateway", "one")])
    assert (gateway.key, gateway.attributes) == ("nat_gateway/one", {"id": "nat-1"})

"""What a teardown of a network decides."""

from __future__ import annotations

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Found

from tests.unit.plugins.module_utils._teardown.cases import decide, ours, problem, removed, theirs

VPC = ours("vpc", "vpc-retail-prod")
NETWORK = (
    VPC,
    ours("subnet", "subnet-a", vpc_id=VPC.id),
    ours("route_table", "table-a", vpc_id=VPC.id),
    ours("security_group", "database", vpc_id=VPC.id),
    ours("gateway_endpoint", "s3", vpc_id=VPC.id),
    ours("interface_endpoint", "ssm", vpc_id=VPC.id, state="available", interfaces=["eni-e"]),
    ours("nat_gateway", "nat-a", vpc_id=VPC.id, state="deleting", interfaces=["eni-n"]),
    ours("elastic_ip", "address-nat-a"),
    ours("internet_gateway", "internet", vpc_id=VPC.id),
    ours("network_acl", "acl", vpc_id=VPC.id),
)


def test_the_order_of_a_network() -> None:
    kinds = [
        "gateway_endpoint",
        "interface_endpoint",
        "nat_gateway",
        "security_group",
        "route_table",
        "elastic_ip",
        "internet_gateway",
        "network_acl",
        "subnet",
        "vpc",
    ]
    assert [r.found.kind for r in decide(*NETWORK, scope="network").removals] == kinds


@pytest.mark.parametrize(
    ("user", "shown"),
    [
        (theirs("rds_instance", "db-other", vpc_id=VPC.id, status="available"), "database db-other (available)"),
        (ours("rds_instance", "db-retail-prod", vpc_id=VPC.id, status="deleting"), "db-retail-prod (deleting)"),
        (theirs("rds_cluster", "cluster", vpc_id=VPC.id, status="available"), "rds cluster cluster (available)"),
        (
            Found(
                "network_interface",
                "eni-1",
                "eni-1",
                {},
                {"vpc_id": VPC.id, "description": "web", "attached_to": "i-1"},
            ),
            "network interface eni-1 (web, i-1)",
        ),
        (theirs("nat_gateway", "nat-1", vpc_id=VPC.id), "NAT gateway nat-1"),
        (Found("internet_gateway", "main", "igw-1", {}, {"vpc_id": VPC.id}), "internet gateway main (igw-1)"),
        (theirs("security_group", "web", vpc_id=VPC.id), "security group web"),
        (theirs("subnet", "web-a", vpc_id=VPC.id), "subnet web-a"),
    ],
)
def test_a_network_in_use_is_refused_naming_who_uses_it(user: Found, shown: str) -> None:
    decided = decide(*NETWORK, scope="network", users=(user,))
    given, text = problem(decided)
    assert given == "network vpc-retail-prod"
    assert shown in text


@pytest.mark.parametrize(
    "user",
    [
        theirs("rds_instance", "db-other", vpc_id="vpc-other"),
        theirs("rds_instance", "db-going", vpc_id=VPC.id),
        Found("network_interface", "eni-1", "eni-1", {}, {"vpc_id": VPC.id, "requester": "amazon-rds"}),
        theirs("network_interface", "eni-e", vpc_id=VPC.id, description="VPC Endpoint Interface vpce-1"),
        theirs("network_interface", "eni-n", vpc_id=VPC.id, description="Interface for NAT Gateway nat-1"),
    ],
)
def test_what_does_not_keep_a_network(user: Found) -> None:
    decided = decide(*NETWORK, scope="network", users=(user,), databases_going=frozenset({"db-going"}))
    assert decided.problems == ()
    assert len(decided.removals) == len(NETWORK)


def test_others_that_share_our_name_are_all_listed() -> None:
    found = [Found("vpc", f"vpc-retail-prod ({n})", n, {"Name": "vpc-retail-prod"}) for n in ("vpc-1", "vpc-2")]
    decided = decide(*found, scope="network", names={"vpc": frozenset({"vpc-retail-prod"})})
    assert [(k.name, k.owned) for k in decided.kept] == [(f.name, False) for f in found]


def test_things_of_ours_in_a_network_of_others_go_and_do_not_ask_about_it() -> None:
    group = ours("security_group", "database", vpc_id="vpc-shared")
    other = theirs("rds_instance", "db-other", vpc_id="vpc-shared")
    decided = decide(group, scope="network", users=(other,))
    assert decided.problems == ()
    assert removed(decided) == ["security_group/database"]

"""Reads of networks that databases use and do not own."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.ec2 import observe_security_groups, observe_vpcs
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.network import observe_networks, verify_network
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed

from tests.unit.stubs import OWNER, Exchange, answering

VPCS = Exchange(
    "describe_vpcs", {"Filters": [{"Name": "tag:Name", "Values": ["vpc-retail"]}]}, {"Vpcs": [{"VpcId": "vpc-1"}]}
)
NO_VPC = Exchange("describe_vpcs", VPCS.asked, {"Vpcs": []})
OURS = [{"Key": key, "Value": value} for key, value in OWNER.tags().items()]


def asked(**values: list[str]) -> dict[str, Any]:
    names = {name.replace("__", ":").replace("_", "-"): listed for name, listed in values.items()}
    return {"Filters": [{"Name": name, "Values": listed} for name, listed in names.items()]}


def lost(*ids: str) -> Exchange:
    """VPCs of ours, asked for because none has the name; one more has another."""
    found = [{"VpcId": vpc_id, "CidrBlock": "10.0.0.0/16", "Tags": OURS} for vpc_id in ids]
    other = {"VpcId": "vpc-9", "CidrBlock": "10.0.0.0/16", "Tags": [*OURS, {"Key": "Name", "Value": "other"}]}
    whose = asked(tag__pgfleet__system=["retail"], tag__pgfleet__suffix=["prod"])
    return Exchange("describe_vpcs", whose, {"Vpcs": [*found, other]})


def subnet(n: int, zone: str, vpc: str = "vpc-1") -> dict[str, str]:
    return {"SubnetId": f"subnet-{n}", "AvailabilityZone": f"us-west-2{zone}", "VpcId": vpc}


def subnets(given: dict[str, Any], *found: dict[str, str]) -> Exchange:
    return Exchange("describe_subnets", given, {"Subnets": list(found)})


def groups(given: dict[str, Any], *found: tuple[str, str]) -> Exchange:
    listed = [{"GroupId": group_id, "GroupName": name, "VpcId": "vpc-1"} for group_id, name in found]
    return Exchange("describe_security_groups", given, {"SecurityGroups": listed})


def named(*found: tuple[str, str]) -> Exchange:
    """In the order of the alphabet and of all VPCs, so that a network of ours asks the same."""
    return groups(asked(group_name=["admin", "database"]), *found)


IN_TIER = asked(vpc_id=["vpc-1"], tag__pgfleet__tier=["private"])
SUBNETS = subnets(IN_TIER, subnet(1, "b"), subnet(3, "a"), subnet(2, "a"))


def network(*group_names: str) -> Desired:
    properties = {"vpc_name": "vpc-retail", "tier": "private", "security_group_names": list(group_names)}
    return Desired("network", "vpc-retail", properties, external=True)


def given(**properties: Any) -> Desired:
    return Desired("network", "vpc-retail", properties, role="rds_postgres", external=True)


def test_a_network_is_a_vpc_its_subnets_by_zone_and_groups() -> None:
    wanted = network("database", "admin")
    with answering("ec2", VPCS, SUBNETS, named(("sg-2", "database"), ("sg-1", "admin"))) as scope:
        found = list(observe_networks(scope, [wanted]))
    attributes = {
        "vpc_id": "vpc-1",
        "subnet_ids": ["subnet-2", "subnet-3", "subnet-1"],
        "availability_zones": ["us-west-2a", "us-west-2b"],
        "security_group_ids": ["sg-1", "sg-2"],
    }
    assert found == [Observed("network", "vpc-retail", wanted.properties, {}, attributes)]


def test_a_group_of_the_name_in_another_vpc_is_another_one() -> None:
    elsewhere = {"GroupId": "sg-9", "GroupName": "database", "VpcId": "vpc-2"}
    found = Exchange("describe_security_groups", asked(group_name=["database"]), {"SecurityGroups": [elsewhere]})
    with answering("ec2", VPCS, SUBNETS, found) as scope:
        assert list(observe_networks(scope, [network("database")])) == []


def test_a_network_and_what_uses_it_are_read_once() -> None:
    group = {"GroupId": "sg-1", "GroupName": "database", "VpcId": "vpc-1", "Description": "d"}
    rules: dict[str, list[Any]] = {"IpPermissions": [], "IpPermissionsEgress": [], "Tags": []}
    named = Exchange("describe_security_groups", asked(group_name=["database"]), {"SecurityGroups": [group | rules]})
    dns = [
        Exchange("describe_vpc_attribute", {"VpcId": "vpc-1", "Attribute": asked_for}, {answered: {"Value": True}})
        for asked_for, answered in (
            ("enableDnsSupport", "EnableDnsSupport"),
            ("enableDnsHostnames", "EnableDnsHostnames"),
        )
    ]
    vpc = {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "Tags": [{"Key": "Name", "Value": "vpc-retail"}]}
    vpcs = Exchange("describe_vpcs", VPCS.asked, {"Vpcs": [vpc]})
    with answering("ec2", vpcs, *dns, SUBNETS, named) as scope:
        assert len(list(observe_vpcs(scope, [Desired("vpc", "vpc-retail")]))) == 1
        assert len(list(observe_networks(scope, [network("database")]))) == 1
        assert len(list(observe_security_groups(scope, [Desired("security_group", "database")]))) == 1


def test_a_network_may_be_wanted_without_groups() -> None:
    with answering("ec2", VPCS, SUBNETS) as scope:
        (found,) = observe_networks(scope, [network()])
    assert found.attributes["security_group_ids"] == []


@pytest.mark.parametrize(
    "exchanges",
    [
        pytest.param((NO_VPC, lost()), id="no VPC"),
        pytest.param((VPCS, subnets(IN_TIER), named(("sg-1", "admin"), ("sg-2", "database"))), id="no subnets"),
        pytest.param((VPCS, SUBNETS, named()), id="no groups"),
        pytest.param((VPCS, SUBNETS, named(("sg-1", "admin"))), id="a group less"),
    ],
)
def test_half_a_network_is_none_and_may_still_be_made(exchanges: tuple[Exchange, ...]) -> None:
    wanted = network("database", "admin")
    with answering("ec2", *exchanges) as scope:
        assert list(observe_networks(scope, [wanted])) == []
        assert list(verify_network(scope, wanted, None)) == []


def test_a_network_of_ours_whose_vpc_has_lost_its_name_is_found_without() -> None:
    with answering("ec2", NO_VPC, lost("vpc-1"), SUBNETS) as scope:
        (found,) = observe_networks(scope, [network()])
    assert found.attributes["vpc_id"] == "vpc-1"


def test_of_several_that_have_lost_their_names_nobody_can_tell() -> None:
    with answering("ec2", NO_VPC, lost("vpc-1", "vpc-2")) as scope:
        assert list(observe_networks(scope, [network()])) == []
        (problem,) = verify_network(scope, network(), None)
    assert (problem.input, problem.value) == ("vpc_name", "vpc-retail")
    assert "vpc-1, vpc-2 have our ownership tags and none. Give the one that is meant the tag" in problem.message


def test_a_network_given_by_ids_is_read_once() -> None:
    wanted = given(subnet_ids=["subnet-1", "subnet-2"], security_group_ids=["sg-1"], zones=2)
    with answering(
        "ec2",
        subnets(asked(subnet_id=["subnet-1", "subnet-2"]), subnet(1, "b"), subnet(2, "a")),
        groups(asked(group_id=["sg-1"]), ("sg-1", "database")),
    ) as scope:
        (found,) = observe_networks(scope, [wanted])
        assert list(verify_network(scope, wanted, found)) == []
    assert found.attributes == {
        "vpc_id": "vpc-1",
        "subnet_ids": ["subnet-2", "subnet-1"],
        "availability_zones": ["us-west-2a", "us-west-2b"],
        "security_group_ids": ["sg-1"],
    }


def test_a_network_found_by_tags_has_its_groups_in_the_vpc_of_its_subnets() -> None:
    wanted = given(subnet_tags={"Tier": "data", "App": "pay"}, security_group_tags={"App": "pay"})
    with answering(
        "ec2",
        subnets(asked(tag__App=["pay"], tag__Tier=["data"]), subnet(1, "a"), subnet(2, "b")),
        groups(asked(vpc_id=["vpc-1"], tag__App=["pay"]), ("sg-1", "database")),
    ) as scope:
        (found,) = observe_networks(scope, [wanted])
    assert found.attributes["security_group_ids"] == ["sg-1"]


def test_a_given_network_that_is_not_right_is_refused() -> None:
    wanted = given(vpc_id="vpc-1", subnet_ids=["subnet-1", "subnet-2"], zones=2)
    with answering(
        "ec2", subnets(asked(subnet_id=["subnet-1", "subnet-2"]), subnet(1, "a"), subnet(2, "b", "vpc-2"))
    ) as scope:
        assert list(observe_networks(scope, [wanted])) == []
        (problem,) = verify_network(scope, wanted, None)
    assert (problem.input, problem.value) == ("rds_postgres_subnet_ids", "subnet-2")
    assert "lies in vpc-2, not in vpc-1" in problem.message


def test_a_given_group_in_a_vpc_that_is_not_there_is_refused() -> None:
    wanted = given(vpc_name="vpc-retail", tier="private", security_group_ids=["sg-1"])
    with answering("ec2", NO_VPC, lost()) as scope:
        (problem,) = verify_network(scope, wanted, None)
    assert (problem.input, problem.value) == ("rds_postgres_vpc_name", "vpc-retail")

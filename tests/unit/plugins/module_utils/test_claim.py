"""Which of the resources that there are is the wanted one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._claim import claim, identified, named_by_tag, nameless
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import ec2, internet, network_acl, route_table
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    KNOWN_AFTER_APPLY,
    Desired,
    Kind,
    Observed,
    Problem,
    Property,
)

OWNER = Owner("retail", "prod")
OURS = OWNER.tags()
THEIRS = Owner("finance", "prod").tags()
OUR_OTHER = Owner("retail", "pr42").tags()
KINDS = {
    "vpc": Kind("vpc", {"block": Property(immutable="Make another."), "dns": Property()}),
    "key": Kind("key", {"text": Property()}),
}


def vpc(tags: dict[str, str], n: int = 1, block: str = "10.0.0.0/16") -> Observed:
    return Observed("vpc", "one", {"block": block}, {"Name": "one", **tags}, {"id": f"vpc-{n}"})


def key(tags: dict[str, str], **properties: Any) -> Observed:
    return Observed("key", "one", properties, tags, {"id": "key-1"})


VPC = Desired("vpc", "one", {"block": "10.0.0.0/16", "dns": None})
KEY = Desired("key", "one", {"text": "a"})
OTHER_BLOCK = "10.1.0.0/16"
AMBIGUOUS = "exists more than once. Delete or rename those that are not in use."
BELONGS = "belongs to system {}, suffix {}. Choose another name in the inventory."


@pytest.mark.parametrize(
    ("desired", "candidates", "claimed"),
    [
        pytest.param(VPC, [], None, id="there is none"),
        pytest.param(VPC, [vpc(OURS)], 0, id="ours"),
        pytest.param(VPC, [vpc(OURS, block=OTHER_BLOCK)], 0, id="ours, though it must be refused"),
        pytest.param(VPC, [vpc({}), vpc(THEIRS), vpc(OURS)], 2, id="ours before a free one"),
        pytest.param(VPC, [vpc({})], 0, id="a free one that could be it is adopted"),
        pytest.param(VPC, [vpc({}, block=OTHER_BLOCK)], None, id="a free one that could not is another"),
        pytest.param(VPC, [vpc({}, block=OTHER_BLOCK), vpc({})], 1, id="one of two free ones could be it"),
        pytest.param(VPC, [vpc(THEIRS), vpc(OUR_OTHER)], None, id="another deployment's has the same Name"),
        pytest.param(replace(VPC, properties={"block": KNOWN_AFTER_APPLY}), [vpc({})], None, id="not to be told yet"),
        pytest.param(KEY, [key(OURS, text="b")], 0, id="ours by a name that is unique"),
        pytest.param(KEY, [key({}, text="b")], 0, id="a free one by a name that is unique"),
        pytest.param(replace(VPC, external=True), [vpc(THEIRS)], 0, id="external: whoever has it"),
        pytest.param(replace(VPC, external=True), [], None, id="external: nobody"),
    ],
)
def test_claim(desired: Desired, candidates: list[Observed], claimed: int | None) -> None:
    kind = KINDS[desired.kind]
    expected = None if claimed is None else candidates[claimed]
    found, problems = claim(kind, desired, candidates, OWNER)
    assert found is expected
    assert problems == []


@pytest.mark.parametrize(
    ("desired", "candidates", "problem"),
    [
        (VPC, [vpc(OURS, 1), vpc(OURS, 2)], Problem("vpc/one", "vpc-1, vpc-2", AMBIGUOUS)),
        (VPC, [vpc({}, 1), vpc({}, 2)], Problem("vpc/one", "vpc-1, vpc-2", AMBIGUOUS)),
        (replace(VPC, external=True), [vpc(OURS, 1), vpc(THEIRS, 2)], Problem("vpc/one", "vpc-1, vpc-2", AMBIGUOUS)),
        (
            Desired("network", "one", external=True),
            [Observed("network", "one", attributes={"vpc_id": f"vpc-{n}"}) for n in (1, 2)],
            Problem("network/one", "vpc-1, vpc-2", AMBIGUOUS),
        ),
        (KEY, [key(THEIRS)], Problem("key/one", "one", BELONGS.format("finance", "prod"))),
        (KEY, [key(OUR_OTHER)], Problem("key/one", "one", BELONGS.format("retail", "pr42"))),
        (KEY, [key({"pgfleet:system": "retail"})], Problem("key/one", "one", BELONGS.format("retail", None))),
    ],
    ids=["ours twice", "free twice", "external twice", "networks", "theirs", "our other", "half ours"],
)
def test_claims_that_are_refused(desired: Desired, candidates: list[Observed], problem: Problem) -> None:
    kind = Kind(desired.kind, KINDS["vpc"].properties)
    assert claim(kind, desired, candidates, OWNER) == (None, [problem])


@pytest.mark.parametrize(("kind", "several"), [("vpc", True), ("security_group", True), ("kms_key", False)])
def test_named_by_tag(kind: str, several: bool) -> None:
    assert named_by_tag(Observed(kind, "one")) is several


def lost(kind: str, properties: Mapping[str, Any], n: int = 1, tags: Mapping[str, str] = OURS) -> Observed:
    """What has no tag Name: under the name that is looked for, as observers give it."""
    return Observed(kind, "one", properties, tags, {"id": f"{kind}-{n}"})


def wanted(kind: str, **properties: Any) -> Desired:
    return Desired(kind, "one", properties)


BLOCK, OTHER = {"cidr_block": "10.0.0.0/16"}, {"cidr_block": "10.1.0.0/16"}
PLACE = {"vpc_id": "vpc-1", "cidr_block": "10.0.1.0/24", "availability_zone": "us-west-2a"}
TABLE = {"vpc_id": "vpc-1", "routes": []}
NAT = {"subnet_id": "subnet-1", "allocation_id": "elastic_ip-1", "status": "available"}


@pytest.mark.parametrize(
    ("kind", "desired", "candidates", "claimed"),
    [
        pytest.param(ec2.VPC, BLOCK, [lost("vpc", BLOCK)], 0, id="a VPC by its block"),
        pytest.param(ec2.VPC, BLOCK, [lost("vpc", OTHER), lost("vpc", BLOCK, 2)], 1, id="of two VPCs one"),
        pytest.param(ec2.VPC, BLOCK, [lost("vpc", OTHER)], None, id="another VPC"),
        pytest.param(ec2.VPC, BLOCK, [lost("vpc", BLOCK, tags=THEIRS)], None, id="another deployment's"),
        pytest.param(ec2.SUBNET, PLACE, [lost("subnet", PLACE)], 0, id="a subnet by where it is"),
        pytest.param(ec2.SUBNET, PLACE, [lost("subnet", {**PLACE, "vpc_id": "vpc-2"})], None, id="another subnet"),
        pytest.param(
            ec2.SUBNET,
            {**PLACE, "vpc_id": KNOWN_AFTER_APPLY},
            [lost("subnet", PLACE)],
            None,
            id="a subnet of a VPC that is still to be made",
        ),
        pytest.param(
            internet.INTERNET_GATEWAY,
            {"vpc_id": "vpc-1"},
            [lost("internet_gateway", {"vpc_id": "vpc-2"}), lost("internet_gateway", {"vpc_id": "vpc-1"}, 2)],
            1,
            id="the internet gateway of the VPC",
        ),
        pytest.param(internet.NAT_GATEWAY, NAT, [lost("nat_gateway", NAT)], 0, id="a NAT gateway by its subnet"),
        pytest.param(
            internet.NAT_GATEWAY,
            NAT,
            [lost("nat_gateway", {**NAT, "subnet_id": "s"})],
            None,
            id="another NAT gateway",
        ),
        pytest.param(
            route_table.ROUTE_TABLE,
            {**TABLE, "subnet_ids": ["s-1"]},
            [
                lost("route_table", {**TABLE, "subnet_ids": ["s-2"]}),
                lost("route_table", {**TABLE, "subnet_ids": ["s-1"]}, 2),
            ],
            1,
            id="a route table by its subnets",
        ),
        pytest.param(
            network_acl.NETWORK_ACL,
            {"vpc_id": "vpc-1", "subnet_ids": ["s-1", "s-2"]},
            [lost("network_acl", {"vpc_id": "vpc-1", "subnet_ids": ["s-2"]})],
            0,
            id="a network ACL by one of its subnets",
        ),
    ],
)
def test_one_that_has_lost_its_name(
    kind: Kind, desired: dict[str, Any], candidates: list[Observed], claimed: int | None
) -> None:
    expected = None if claimed is None else candidates[claimed]
    assert claim(kind, wanted(kind.name, **desired), candidates, OWNER) == (expected, [])


ONE = (
    "has our ownership tags and no tag Name, and may be one."
    " Give it the tag Name=one if it is, another one if it is not, or delete it."
)
SEVERAL = (
    "have our ownership tags and no tag Name, and each may be one."
    " Give the one that is meant the tag Name=one, the others another one, or delete them."
)


@pytest.mark.parametrize(
    ("kind", "desired", "candidates", "ids", "message"),
    [
        pytest.param(
            ec2.VPC, BLOCK, [lost("vpc", BLOCK), lost("vpc", BLOCK, 2)], "vpc-1, vpc-2", SEVERAL, id="two VPCs"
        ),
        pytest.param(
            internet.INTERNET_GATEWAY,
            {"vpc_id": "vpc-1"},
            [lost("internet_gateway", {"vpc_id": None})],
            "internet_gateway-1",
            ONE,
            id="an internet gateway of no VPC",
        ),
        pytest.param(internet.ELASTIC_IP, {}, [lost("elastic_ip", {})], "elastic_ip-1", ONE, id="an address by itself"),
        pytest.param(
            route_table.ROUTE_TABLE,
            {**TABLE, "subnet_ids": ["s-1"]},
            [
                lost("route_table", {**TABLE, "subnet_ids": []}),
                lost("route_table", {**TABLE, "subnet_ids": ["s-9"]}, 2),
            ],
            "route_table-1",
            ONE,
            id="a route table that no subnet uses",
        ),
    ],
)
def test_where_nobody_can_tell_a_person_has_to(
    kind: Kind, desired: dict[str, Any], candidates: list[Observed], ids: str, message: str
) -> None:
    found = claim(kind, wanted(kind.name, **desired), candidates, OWNER)
    assert found == (None, [Problem(f"{kind.name}/one", ids, message)])


def test_one_that_bears_its_name_comes_first_and_a_free_one_last() -> None:
    free = vpc({})
    assert claim(KINDS["vpc"], VPC, [lost("vpc", {"block": "10.0.0.0/16"}), named := vpc(OURS)], OWNER) == (named, [])
    assert claim(KINDS["vpc"], VPC, [free, ours := lost("vpc", {"block": "10.0.0.0/16"})], OWNER) == (ours, [])
    assert claim(KINDS["vpc"], VPC, [free, lost("vpc", {"block": OTHER_BLOCK})], OWNER) == (free, [])


def test_what_others_use_is_it_and_what_is_another_is_not() -> None:
    one, two = lost("elastic_ip", {}), lost("elastic_ip", {}, 2)
    desired = wanted("elastic_ip")
    assert claim(internet.ELASTIC_IP, desired, [one, two], OWNER, {"elastic_ip-2": "elastic_ip/one"}) == (two, [])
    assert claim(internet.ELASTIC_IP, desired, [one, two], OWNER, {"elastic_ip-1": "elastic_ip/other"}) == (
        None,
        [Problem("elastic_ip/one", "elastic_ip-2", ONE)],
    )
    both = {"elastic_ip-1": "elastic_ip/other", "elastic_ip-2": "elastic_ip/third"}
    assert claim(internet.ELASTIC_IP, desired, [one, two], OWNER, both) == (None, [])


@pytest.mark.parametrize(
    ("kind", "tags", "without"),
    [
        ("vpc", {}, True),
        ("vpc", {"Name": ""}, True),
        ("vpc", {"Name": "one"}, False),
        ("security_group", {}, False),
        ("gateway_endpoint", {}, False),
    ],
)
def test_what_is_found_by_its_name_alone_can_lose_it(kind: str, tags: dict[str, str], without: bool) -> None:
    assert nameless(Observed(kind, "one", tags=tags)) is without


REF = {"ref": "elastic_ip/a", "get": "id"}
GATEWAY = {"subnet_id": "subnet-1", "allocation_id": REF}
NATS = {"nat_gateway": internet.NAT_GATEWAY}


def nat(allocation: str | None, subnet: str = "subnet-1", **tags: str) -> Observed:
    return Observed("nat_gateway", "nat", {"subnet_id": subnet, "allocation_id": allocation}, {**OURS, **tags})


@pytest.mark.parametrize(
    ("candidates", "subnet", "pointed"),
    [
        pytest.param([nat("e-1", Name="nat")], KNOWN_AFTER_APPLY, ["e-1"], id="by the one that bears its name"),
        pytest.param([nat("e-1")], "subnet-1", ["e-1"], id="by one that has lost its name"),
        pytest.param([nat("e-1"), nat("e-2", "s")], "subnet-1", ["e-1"], id="by one of two"),
        pytest.param([nat("e-1"), nat("e-2")], "subnet-1", [], id="by two that contradict each other"),
        pytest.param([nat("e-1")], KNOWN_AFTER_APPLY, [], id="one that may be another"),
        pytest.param([nat(None, Name="nat")], "subnet-1", [], id="one that has none yet"),
        pytest.param([replace(nat("e-1", Name="nat"), tags=THEIRS)], "subnet-1", [], id="somebody else's"),
        pytest.param([], "subnet-1", [], id="nobody"),
    ],
)
def test_what_others_of_ours_use(candidates: list[Observed], subnet: str, pointed: list[str]) -> None:
    gateway = Desired("nat_gateway", "nat", {**GATEWAY, "subnet_id": subnet})
    found = identified([gateway], {"nat_gateway/nat": candidates}, {}, OWNER, NATS)
    assert found == dict.fromkeys(pointed, "elastic_ip/a")


def test_what_is_known_is_not_taken_twice() -> None:
    known = {"elastic_ip/b": {"id": "e-1"}, "secret/x": {"arn": "a"}}
    gateway, there = Desired("nat_gateway", "nat", GATEWAY), {"nat_gateway/nat": [nat("e-1", Name="nat")]}
    assert identified([gateway], there, known, OWNER, NATS) == {"e-1": "elastic_ip/b"}

"""A route table, from options to requests and result."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused
from ansible_collections.pgfleet.aws.plugins.modules.vpc_route_table import SPEC, ensure
from botocore.stub import ANY

from tests.unit.modules import asked
from tests.unit.stubs import OWNER, Exchange, account

NAMED = {"Filters": [{"Name": "tag:Name", "Values": ["one"]}]}
NAME_TAG = [{"Key": "Name", "Value": "one"}]
TABLE = {"RouteTableId": "rtb-1"}
OUT = {"destination": "0.0.0.0/0", "target": "nat-1"}
ANYWHERE = {"DestinationCidrBlock": "0.0.0.0/0"}
NONE = Exchange("describe_route_tables", NAMED, {"RouteTables": []})
ASSOCIATED = [{"RouteTableAssociationId": "rtbassoc-a", "SubnetId": "subnet-a"}]
TAGS = [{"ResourceType": "route-table", "Tags": NAME_TAG}]
CREATED = Exchange(
    "create_route_table", {"VpcId": "vpc-1", "ClientToken": ANY, "TagSpecifications": TAGS}, {"RouteTable": TABLE}
)


def described(target: str = "nat-1", tags: dict[str, str] | None = None) -> Exchange:
    """The table of one subnet, with a route to anywhere."""
    given = [*NAME_TAG, *({"Key": key, "Value": value} for key, value in (tags or {}).items())]
    routes = [
        {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "Origin": "CreateRouteTable"},
        {**ANYWHERE, "NatGatewayId": target, "Origin": "CreateRoute"},
    ]
    raw = {**TABLE, "VpcId": "vpc-1", "Routes": routes, "Associations": ASSOCIATED, "Tags": given}
    return Exchange("describe_route_tables", NAMED, {"RouteTables": [raw]})


def nameless(*subnets: str) -> Exchange:
    """What is ours and bears no name: the table, used by these subnets."""
    (raw,) = described().answer["RouteTables"]
    tags = [{"Key": key, "Value": value} for key, value in OWNER.tags().items()]
    used = [{"RouteTableAssociationId": f"rtbassoc-{subnet}", "SubnetId": subnet} for subnet in subnets]
    ours = [{"Name": f"tag:{key}", "Values": [value]} for key, value in OWNER.tags().items()]
    found = [{**raw, "Tags": tags, "Associations": used}]
    return Exchange("describe_route_tables", {"Filters": ours}, {"RouteTables": found})


def ensured(*requests: Exchange, check: bool = False, **options: Any) -> dict[str, Any]:
    module = asked(SPEC, check=check, name="one", **options)
    with account({"ec2": requests}) as scope:
        return ensure(module, scope.clients)


def actions(result: dict[str, Any]) -> list[str]:
    return [entry["action"] for entry in result["plan"]]


def test_a_new_table() -> None:
    by_subnet = {"Filters": [{"Name": "association.subnet-id", "Values": ["subnet-a"]}]}
    result = ensured(
        NONE,
        CREATED,
        Exchange("create_route", {**TABLE, **ANYWHERE, "NatGatewayId": "nat-1"}),
        Exchange("describe_route_tables", by_subnet, {"RouteTables": []}),
        Exchange("associate_route_table", {**TABLE, "SubnetId": "subnet-a"}),
        vpc_id="vpc-1",
        subnet_ids=["subnet-a"],
        routes=[OUT],
    )
    assert (result["changed"], result["name"], result["id"], actions(result)) == (True, "one", "rtb-1", ["create"])


def test_check_mode_of_a_new_table_knows_nothing_of_it() -> None:
    result = ensured(NONE, check=True, vpc_id="vpc-1", routes=[OUT])
    assert (result["changed"], result["id"], actions(result)) == (True, KNOWN_AFTER_APPLY, ["create"])


def test_a_table_as_wanted() -> None:
    result = ensured(described(), vpc_id="vpc-1", subnet_ids=["subnet-a"], routes=[OUT])
    assert (result["changed"], result["id"], result["plan"]) == (False, "rtb-1", [])


def test_what_is_left_out_is_not_looked_at() -> None:
    assert ensured(described(tags={"Team": "a"}), vpc_id="vpc-1")["changed"] is False


@pytest.mark.parametrize("check", [False, True])
def test_another_target(check: bool) -> None:
    replaced = Exchange("replace_route", {**TABLE, **ANYWHERE, "NatGatewayId": "nat-1"})
    result = ensured(described("nat-9"), *([] if check else [replaced]), check=check, vpc_id="vpc-1", routes=[OUT])
    assert (result["changed"], result["id"]) == (True, "rtb-1")
    assert [change["property"] for change in result["plan"][0]["changes"]] == ["routes"]


def test_what_cannot_be_a_route_is_refused_before_a_request() -> None:
    routes = [{"destination": "10.1.1.1/16", "target": "nat-1"}, {"destination": "::/0", "target": "i-1"}]
    with pytest.raises(Refused) as refused:
        ensured(vpc_id="vpc-1", routes=routes)
    assert "10.1.1.1/16" in str(refused.value)
    assert "i-1" in str(refused.value)


def test_one_of_ours_moves_to_no_other_vpc() -> None:
    with pytest.raises(Refused, match="vpc-2"):
        ensured(described(tags=OWNER.tags()), vpc_id="vpc-2", tags=OWNER.tags())


def test_a_table_of_another_vpc_is_another_one() -> None:
    assert ensured(described(), check=True, vpc_id="vpc-2")["id"] == KNOWN_AFTER_APPLY


def test_a_table_of_another_deployment_is_another_one() -> None:
    theirs = described(tags={**OWNER.tags(), "pgfleet:suffix": "pr42"})
    nothing = Exchange("describe_route_tables", nameless().asked, {"RouteTables": []})
    result = ensured(theirs, nothing, check=True, vpc_id="vpc-1", tags=OWNER.tags())
    assert result["id"] == KNOWN_AFTER_APPLY


@pytest.mark.parametrize("check", [False, True])
def test_one_of_ours_that_has_lost_its_name_gets_it_back(check: bool) -> None:
    named = Exchange("create_tags", {"Resources": ["rtb-1"], "Tags": NAME_TAG})
    asked_for = {"vpc_id": "vpc-1", "subnet_ids": ["subnet-a"], "routes": [OUT], "tags": OWNER.tags()}
    result = ensured(NONE, nameless("subnet-a"), *([] if check else [named]), check=check, **asked_for)
    assert (result["id"], actions(result)) == ("rtb-1", ["update"])
    assert [change["property"] for change in result["plan"][0]["changes"]] == ["tags.Name"]


def test_one_that_may_be_it_is_not_doubled() -> None:
    with pytest.raises(Refused, match=r"rtb-1\s+has our ownership tags and no tag Name, and may be one"):
        ensured(NONE, nameless(), vpc_id="vpc-1", subnet_ids=["subnet-a"], tags=OWNER.tags())


@pytest.mark.parametrize("check", [False, True])
def test_deletion(check: bool) -> None:
    of_table = {"Filters": [{"Name": "route-table-id", "Values": ["rtb-1"]}]}
    writes = [
        Exchange("describe_route_tables", of_table, {"RouteTables": [{**TABLE, "Associations": ASSOCIATED}]}),
        Exchange("disassociate_route_table", {"AssociationId": "rtbassoc-a"}),
        Exchange("delete_route_table", TABLE),
    ]
    result = ensured(described(), *([] if check else writes), check=check, state="absent")
    assert (result["changed"], actions(result), "id" in result) == (True, ["delete"], False)


@pytest.mark.parametrize("tags", [None, OWNER.tags()])
def test_what_is_not_there_is_not_deleted(tags: dict[str, str] | None) -> None:
    """Nor is what has lost its name."""
    result = ensured(NONE, state="absent", tags=tags)
    assert (result["changed"], result["plan"], "id" in result) == (False, [], False)


def test_which_of_two_goes_is_not_guessed() -> None:
    (one,) = described().answer["RouteTables"]
    both = {"RouteTables": [one, one | {"RouteTableId": "rtb-2", "VpcId": "vpc-2"}]}
    with pytest.raises(Refused, match=r"rtb-1, rtb-2\s+exists more than once"):
        ensured(Exchange("describe_route_tables", NAMED, both), state="absent")

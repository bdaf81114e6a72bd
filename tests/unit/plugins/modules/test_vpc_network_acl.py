"""A network ACL, from options to requests and result."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused
from ansible_collections.pgfleet.aws.plugins.modules.vpc_network_acl import SPEC, ensure
from botocore.stub import ANY

from tests.unit.modules import asked
from tests.unit.stubs import OWNER, Exchange, account

NAME_TAG = [{"Key": "Name", "Value": "one"}]
ACL = {"NetworkAclId": "acl-1"}
# The options of a rule, with their defaults left out, and what AWS makes of them.
RULE = {"rule_number": 100, "cidr_block": "10.0.0.0/16", "from_port": 5432, "to_port": 5432}
ENTRY = {
    "RuleNumber": 100,
    "Protocol": "6",
    "RuleAction": "allow",
    "CidrBlock": "10.0.0.0/16",
    "PortRange": {"From": 5432, "To": 5432},
}
# What AWS ends each direction of every ACL with.
LAST = {"RuleNumber": 32767, "Protocol": "-1", "RuleAction": "deny", "CidrBlock": "0.0.0.0/0", "Egress": False}
ASSOCIATION = {"NetworkAclAssociationId": "aclassoc-a", "SubnetId": "subnet-a"}
TAGS = [{"ResourceType": "network-acl", "Tags": NAME_TAG}]
CREATED = Exchange(
    "create_network_acl", {"VpcId": "vpc-1", "ClientToken": ANY, "TagSpecifications": TAGS}, {"NetworkAcl": ACL}
)


def acls(filters: dict[str, str], *found: dict[str, Any]) -> Exchange:
    listed = [{"Name": name, "Values": [value]} for name, value in filters.items()]
    return Exchange("describe_network_acls", {"Filters": listed}, {"NetworkAcls": list(found)})


def named(*found: dict[str, Any]) -> Exchange:
    return acls({"tag:Name": "one"}, *found)


def raw(port: int = 5432, tags: dict[str, str] | None = None) -> dict[str, Any]:
    """The ACL of one subnet, with a rule for what comes in."""
    given = [*NAME_TAG, *({"Key": key, "Value": value} for key, value in (tags or {}).items())]
    entry = {**ENTRY, "Egress": False, "PortRange": {"From": port, "To": port}}
    return {**ACL, "VpcId": "vpc-1", "Entries": [entry, LAST], "Associations": [ASSOCIATION], "Tags": given}


def moved(to: str) -> list[Exchange]:
    """The subnet gets another ACL."""
    found = acls({"association.subnet-id": "subnet-a"}, {"NetworkAclId": "acl-x", "Associations": [ASSOCIATION]})
    arguments = {"AssociationId": "aclassoc-a", "NetworkAclId": to}
    return [found, Exchange("replace_network_acl_association", arguments)]


def ensured(*requests: Exchange, check: bool = False, **options: Any) -> dict[str, Any]:
    module = asked(SPEC, check=check, name="one", **options)
    with account({"ec2": requests}) as scope:
        return ensure(module, scope.clients)


def actions(result: dict[str, Any]) -> list[str]:
    return [entry["action"] for entry in result["plan"]]


def test_a_new_acl() -> None:
    entry = Exchange("create_network_acl_entry", {**ACL, "Egress": False, **ENTRY})
    options: dict[str, Any] = {"vpc_id": "vpc-1", "subnet_ids": ["subnet-a"], "ingress": [RULE], "egress": []}
    result = ensured(named(), CREATED, entry, *moved("acl-1"), **options)
    assert (result["changed"], result["name"], result["id"], actions(result)) == (True, "one", "acl-1", ["create"])


def test_check_mode_of_a_new_acl_knows_nothing_of_it() -> None:
    result = ensured(named(), check=True, vpc_id="vpc-1", ingress=[RULE])
    assert (result["changed"], result["id"], actions(result)) == (True, KNOWN_AFTER_APPLY, ["create"])


def test_an_acl_as_wanted() -> None:
    """A rule is compared whole: what is left out of it is tcp and allow."""
    result = ensured(named(raw()), vpc_id="vpc-1", subnet_ids=["subnet-a"], ingress=[RULE], egress=[])
    assert (result["changed"], result["id"], result["plan"]) == (False, "acl-1", [])


def test_what_is_left_out_is_not_looked_at() -> None:
    assert ensured(named(raw(tags={"Team": "a"})), vpc_id="vpc-1")["changed"] is False


@pytest.mark.parametrize("check", [False, True])
def test_another_port(check: bool) -> None:
    replaced = Exchange("replace_network_acl_entry", {**ACL, "Egress": False, **ENTRY})
    result = ensured(named(raw(5433)), *([] if check else [replaced]), check=check, vpc_id="vpc-1", ingress=[RULE])
    assert (result["changed"], result["id"]) == (True, "acl-1")
    assert [change["property"] for change in result["plan"][0]["changes"]] == ["ingress"]


def test_what_cannot_be_a_rule_is_refused_before_a_request() -> None:
    without_ports = {"rule_number": 7, "cidr_block": "10.0.0.0/16"}
    with pytest.raises(Refused) as refused:
        ensured(vpc_id="vpc-1", ingress=[{**RULE, "rule_number": 32767}], egress=[without_ports])
    assert "32767" in str(refused.value)
    assert "rule 7 needs from_port and to_port" in str(refused.value)


def test_one_of_ours_moves_to_no_other_vpc() -> None:
    with pytest.raises(Refused, match="vpc-2"):
        ensured(named(raw(tags=OWNER.tags())), vpc_id="vpc-2", tags=OWNER.tags())


def test_an_acl_of_another_vpc_is_another_one() -> None:
    assert ensured(named(raw()), check=True, vpc_id="vpc-2")["id"] == KNOWN_AFTER_APPLY


def test_an_acl_of_another_deployment_is_another_one() -> None:
    theirs = named(raw(tags={**OWNER.tags(), "pgfleet:suffix": "pr42"}))
    nameless = acls({f"tag:{key}": value for key, value in OWNER.tags().items()})
    assert ensured(theirs, nameless, check=True, vpc_id="vpc-1", tags=OWNER.tags())["id"] == KNOWN_AFTER_APPLY


@pytest.mark.parametrize("check", [False, True])
def test_deletion(check: bool) -> None:
    default = acls({"vpc-id": "vpc-1", "default": "true"}, {"NetworkAclId": "acl-0"})
    writes = [default, *moved("acl-0"), Exchange("delete_network_acl", ACL)]
    result = ensured(named(raw()), *([] if check else writes), check=check, state="absent")
    assert (result["changed"], actions(result), "id" in result) == (True, ["delete"], False)


def test_what_is_not_there_is_not_deleted() -> None:
    result = ensured(named(), state="absent")
    assert (result["changed"], result["plan"], "id" in result) == (False, [], False)


def test_which_of_two_goes_is_not_guessed() -> None:
    with pytest.raises(Refused, match=r"acl-1, acl-2\s+exists more than once"):
        ensured(named(raw(), raw() | {"NetworkAclId": "acl-2", "VpcId": "vpc-2"}), state="absent")

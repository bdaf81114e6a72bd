"""An interface endpoint, from options to requests and result."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused
from ansible_collections.pgfleet.aws.plugins.modules.vpc_interface_endpoint import SPEC, ensure
from botocore.stub import ANY

from tests.unit.modules import asked
from tests.unit.stubs import OWNER, Exchange, account

SERVICE = "com.amazonaws.us-west-2.ssm"
WANTED: dict[str, Any] = {"subnet_ids": ["subnet-a"], "security_group_ids": ["sg-1"], "private_dns_enabled": True}
THEIRS = {**OWNER.tags(), "pgfleet:suffix": "pr42"}


def listed(*found: dict[str, Any]) -> Exchange:
    filters = {"Filters": [{"Name": "vpc-endpoint-type", "Values": ["Interface"]}]}
    return Exchange("describe_vpc_endpoints", filters, {"VpcEndpoints": list(found)})


def raw(tags: dict[str, str] | None = None, **changes: Any) -> dict[str, Any]:
    given = {"Name": "one"} if tags is None else tags
    return {
        "VpcEndpointId": "vpce-1",
        "VpcId": "vpc-1",
        "ServiceName": SERVICE,
        "SubnetIds": ["subnet-a"],
        "Groups": [{"GroupId": "sg-1"}],
        "PrivateDnsEnabled": True,
        "State": "available",
        "Tags": [{"Key": key, "Value": value} for key, value in given.items()],
    } | changes


CREATED = Exchange(
    "create_vpc_endpoint",
    {
        "VpcEndpointType": "Interface",
        "VpcId": "vpc-1",
        "ServiceName": SERVICE,
        "ClientToken": ANY,
        "SubnetIds": ["subnet-a"],
        "SecurityGroupIds": ["sg-1"],
        "PrivateDnsEnabled": True,
        "TagSpecifications": [{"ResourceType": "vpc-endpoint", "Tags": [{"Key": "Name", "Value": "one"}]}],
    },
    {"VpcEndpoint": {"VpcEndpointId": "vpce-9"}},
)


def ensured(*requests: Exchange, check: bool = False, **options: Any) -> dict[str, Any]:
    module = asked(SPEC, check=check, name="one", vpc_id="vpc-1", service="ssm", **options)
    with account({"ec2": requests}) as scope:
        return ensure(module, scope.clients)


def actions(result: dict[str, Any]) -> list[str]:
    return [entry["action"] for entry in result["plan"]]


@pytest.mark.parametrize("found", [(), (raw(State="deleting"),)], ids=["none", "one that goes"])
def test_a_new_endpoint(found: tuple[dict[str, Any], ...]) -> None:
    """The second look is whether a foreign one is in the way."""
    result = ensured(listed(*found), listed(*found), CREATED, **WANTED)
    assert (result["changed"], result["name"], result["id"], actions(result)) == (True, "one", "vpce-9", ["create"])


def test_check_mode_of_a_new_endpoint_knows_nothing_of_it() -> None:
    result = ensured(listed(), listed(), check=True, **WANTED)
    assert (result["changed"], result["id"], actions(result)) == (True, KNOWN_AFTER_APPLY, ["create"])


@pytest.mark.parametrize("options", [WANTED, {}], ids=["as wanted", "not looked at"])
def test_an_endpoint_as_wanted(options: dict[str, Any]) -> None:
    """Not even one that is pending is waited for."""
    result = ensured(listed(raw(State="pending")), **options)
    assert (result["changed"], result["id"], result["plan"]) == (False, "vpce-1", [])


def test_an_endpoint_without_tags_is_adopted_whatever_its_name() -> None:
    named = Exchange("create_tags", {"Resources": ["vpce-1"], "Tags": [{"Key": "Name", "Value": "one"}]})
    result = ensured(listed(raw({"Name": "by hand"})), named, **WANTED)
    assert (result["changed"], result["id"], actions(result)) == (True, "vpce-1", ["update"])


@pytest.mark.parametrize("check", [False, True])
def test_other_subnets_and_no_private_dns(check: bool) -> None:
    settings = {"AddSubnetIds": ["subnet-a"], "RemoveSubnetIds": ["subnet-z"], "PrivateDnsEnabled": True}
    modified = Exchange("modify_vpc_endpoint", {"VpcEndpointId": "vpce-1", **settings})
    before = listed(raw(SubnetIds=["subnet-z"], PrivateDnsEnabled=False))
    result = ensured(before, *([] if check else [modified]), check=check, **WANTED)
    assert (result["changed"], result["id"]) == (True, "vpce-1")
    assert [change["property"] for change in result["plan"][0]["changes"]] == ["subnet_ids", "private_dns_enabled"]


def test_an_endpoint_that_stands_nowhere_is_refused_before_a_request() -> None:
    with pytest.raises(Refused) as refused:
        ensured(subnet_ids=[], security_group_ids=[])
    assert "subnet_ids" in str(refused.value)
    assert "security_group_ids" in str(refused.value)


def test_a_second_endpoint_with_the_name_of_the_service_is_refused() -> None:
    found = listed(raw(THEIRS))
    with pytest.raises(Refused, match="already has vpce-1 for ssm, which is not ours"):
        ensured(found, found, tags=OWNER.tags(), private_dns_enabled=True)


@pytest.mark.parametrize("check", [False, True])
def test_deletion(check: bool) -> None:
    delete = [] if check else [Exchange("delete_vpc_endpoints", {"VpcEndpointIds": ["vpce-1"]})]
    result = ensured(listed(raw()), *delete, check=check, state="absent")
    assert (result["changed"], actions(result), "id" in result) == (True, ["delete"], False)


@pytest.mark.parametrize("found", [(), (raw(State="deleting"),), (raw(THEIRS),)], ids=["none", "goes", "not ours"])
def test_what_is_not_there_is_not_deleted(found: tuple[dict[str, Any], ...]) -> None:
    result = ensured(listed(*found), state="absent", tags=OWNER.tags())
    assert (result["changed"], result["plan"], "id" in result) == (False, [], False)

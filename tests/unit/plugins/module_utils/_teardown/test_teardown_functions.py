"""Lambda functions in a teardown: found, taken away before their role, and their network interfaces awaited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._run import WaitTimeout
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.delete_functions import functions as delete
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.look import Look
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.look_functions import (
    OF_LAMBDA,
    functions,
    functions_in,
    interfaces_of,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Found, Removal

from tests.unit.plugins.module_utils._teardown.cases import decide, ours, patience, problem, removed
from tests.unit.stubs import OWNER, Exchange, account

TAGS = OWNER.tags()
ARN = "arn:aws:lambda:us-west-2:123456789012:function:{}"
UUID = "0e9f1b1a-4c2d-4e5f-8a9b-0c1d2e3f4a5b"


def raw(name: str, *groups: str, vpc: str = "vpc-1") -> dict[str, Any]:
    network = {"VpcConfig": {"VpcId": vpc, "SubnetIds": ["subnet-1"], "SecurityGroupIds": list(groups)}}
    return {"FunctionName": name, "FunctionArn": ARN.format(name), **(network if groups else {})}


def listed(*raws: Mapping[str, Any]) -> Exchange:
    return Exchange("list_functions", {}, {"Functions": list(raws)})


def tags(name: str, found: Mapping[str, str] | None = TAGS) -> Exchange:
    if found is None:
        return Exchange("list_tags", {"Resource": ARN.format(name)}, refusal="ResourceNotFoundException")
    return Exchange("list_tags", {"Resource": ARN.format(name)}, {"Tags": dict(found)})


def interfaces(*functions: str) -> Exchange:
    held = [
        {"NetworkInterfaceId": f"eni-{name}", "Description": f"AWS Lambda VPC ENI-{name}-{UUID}"} for name in functions
    ]
    answer = {"NetworkInterfaces": [*held, {"NetworkInterfaceId": "eni-other"}]}
    return Exchange("describe_network_interfaces", {"Filters": OF_LAMBDA}, answer)


def seen(lambdas: list[Exchange], *ec2: Exchange, names: frozenset[str] = frozenset()) -> list[Found]:
    with account({"lambda": lambdas, "ec2": ec2}) as scope:
        return list(functions(Look(scope.clients, OWNER, {"lambda_function": names})))


def test_names_decide_what_is_asked_about_and_tags_whose_it_is() -> None:
    exchanges = [
        listed(raw("access-prod", "sg-1"), raw("other"), raw("gone-prod")),
        tags("access-prod"),
        tags("gone-prod", None),
    ]
    assert seen(exchanges) == [
        Found("lambda_function", "access-prod", "access-prod", TAGS, {"vpc_id": "vpc-1", "shared": False})
    ]


@pytest.mark.parametrize(("groups", "shared"), [(["sg-1"], True), (["sg-2"], False)])
def test_functions_with_the_same_groups_share_their_interfaces(groups: list[str], shared: bool) -> None:
    (found,) = seen([listed(raw("access-prod", "sg-1"), raw("other", *groups)), tags("access-prod")])
    assert found.facts["shared"] is shared


def test_functions_outside_a_vpc_share_nothing() -> None:
    (found,) = seen([listed(raw("access-prod"), raw("other")), tags("access-prod")])
    assert found.facts == {"vpc_id": "", "shared": False}


@pytest.mark.parametrize(("held", "found"), [(["access"], ["access"]), ([], [])])
def test_one_that_is_gone_counts_while_its_interfaces_are_there(held: list[str], found: list[str]) -> None:
    looked = seen([listed()], interfaces(*held), names=frozenset({"access"}))
    assert [(f.name, f.tags) for f in looked] == [(name, TAGS) for name in found]


def test_a_function_whose_name_begins_like_another() -> None:
    with account({"ec2": [interfaces("access", "access-prod")]}) as scope:
        assert interfaces_of(scope.clients, "access") == ["eni-access"]


def test_functions_in_a_vpc() -> None:
    with account({"lambda": [listed(raw("a", "sg-1"), raw("b", "sg-1", vpc="vpc-2"), raw("c"))]}) as scope:
        assert [f.name for f in functions_in(Look(scope.clients, OWNER), ["vpc-1"])] == ["a"]


def deletion(name: str, refusal: str = "") -> Exchange:
    return Exchange("delete_function", {"FunctionName": name}, {}, refusal)


def removal(name: str, **facts: Any) -> Removal:
    return Removal(Found("lambda_function", name, name, TAGS, facts))


def test_all_are_deleted_before_any_is_awaited() -> None:
    services = {
        "lambda": [deletion("a"), deletion("b", "ResourceNotFoundException"), deletion("c")],
        "ec2": [interfaces("a"), interfaces(), interfaces()],
    }
    with account(services) as scope:
        delete(scope.clients, [removal("a", shared=False), removal("b"), removal("c", shared=True)], patience())


def test_interfaces_that_stay_too_long_are_named() -> None:
    with (
        account({"lambda": [deletion("a")], "ec2": [interfaces("a")]}) as scope,
        pytest.raises(WaitTimeout, match="the network interfaces of function a is still eni-a after 0 s"),
    ):
        delete(scope.clients, [removal("a")], patience(0))


def test_a_function_goes_before_what_it_needs() -> None:
    found = [ours(kind, "x") for kind in ("iam_role", "secret", "ssm_parameter", "log_group", "lambda_function")]
    order = [name.partition("/")[0] for name in removed(decide(*found))]
    assert order == ["lambda_function", "ssm_parameter", "log_group", "iam_role", "secret"]


def in_network(function: list[Found], **options: Any) -> Any:
    vpc = ours("vpc", "vpc-1", vpc_id="vpc-1")
    return decide(vpc, scope="network", users=function, **options)


def test_a_network_in_which_a_function_is_stays() -> None:
    function = Found("lambda_function", "orders", "orders", {}, {"vpc_id": "vpc-1"})
    assert "function orders" in problem(in_network([function]))[1]
    assert not in_network([function], databases_going=frozenset({"orders"})).problems


def test_interfaces_that_lambda_has_not_yet_released_are_none_in_the_way() -> None:
    left = Found("network_interface", "eni-1", "eni-1", {}, {"vpc_id": "vpc-1", "interface_type": "lambda"})
    assert not in_network([left]).problems

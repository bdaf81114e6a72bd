"""Reads of IAM roles: of one by itself, of several from the lists of all."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.iam import observe_roles
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired

from tests.unit.stubs import Exchange, answering

POLICY = {"Version": "2012-10-17", "Statement": []}
ROLE: dict[str, Any] = {
    "Path": "/",
    "RoleName": "role",
    "RoleId": "AROAEXAMPLEEXAMPLE",
    "Arn": "arn:aws:iam::123456789012:role/role",
    "CreateDate": 0,
    "AssumeRolePolicyDocument": quote(json.dumps(POLICY)),
    "Tags": [{"Key": "A", "Value": "1"}],
}
NAMED = {"RoleName": "role"}
MISSING = Exchange("get_role", {"RoleName": "missing"}, refusal="NoSuchEntity")
FOUND = Exchange("get_role", NAMED, {"Role": ROLE})


def wanted(*names: str) -> list[Desired]:
    return [Desired("iam_role", name) for name in names]


def test_a_role_with_its_policies() -> None:
    arns = [{"PolicyName": "m", "PolicyArn": f"arn:aws:iam::aws:policy/number-{n}"} for n in (1, 2)]
    exchanges = (
        FOUND,
        Exchange(
            "list_attached_role_policies",
            NAMED,
            {"AttachedPolicies": arns[:1], "IsTruncated": True, "Marker": "more"},
        ),
        Exchange(
            "list_attached_role_policies",
            NAMED | {"Marker": "more"},
            {"AttachedPolicies": arns[1:], "IsTruncated": False},
        ),
        Exchange("list_role_policies", NAMED, {"PolicyNames": ["write", "read"], "IsTruncated": False}),
        *(
            Exchange(
                "get_role_policy",
                NAMED | {"PolicyName": name},
                {"RoleName": "role", "PolicyName": name, "PolicyDocument": quote(json.dumps(POLICY))},
            )
            for name in ("write", "read")
        ),
    )
    with answering("iam", *exchanges) as scope:
        (found,) = observe_roles(scope, wanted("role"))
    assert found.properties["managed_policy_arns"] == [arn["PolicyArn"] for arn in arns]
    assert found.properties["inline_policies"].keys() == {"write", "read"}
    assert found.attributes["inline_policy_names"] == ["read", "write"]
    assert (found.key, found.tags) == ("iam_role/role", {"A": "1"})


@pytest.mark.parametrize(
    ("exchanges", "said"),
    [
        ((Exchange("get_role", NAMED, refusal="AccessDenied"),), "iam:GetRole for role failed"),
        (
            (FOUND, Exchange("list_attached_role_policies", NAMED, refusal="AccessDenied")),
            "iam:ListAttachedRolePolicies for role failed",
        ),
    ],
)
def test_a_role_that_may_not_be_read(exchanges: tuple[Exchange, ...], said: str) -> None:
    with answering("iam", *exchanges) as scope, pytest.raises(AwsError, match=f"{said}: AccessDenied"):
        list(observe_roles(scope, wanted("role")))


def test_a_role_that_does_not_exist() -> None:
    with answering("iam", MISSING) as scope:
        assert list(observe_roles(scope, wanted("missing"))) == []


DETAIL = {key: value for key, value in ROLE.items() if key != "Tags"}


def listed(*names: str, marker: str = "", more: str = "") -> Exchange:
    """A page of ListRoles, which leaves tags out."""
    roles = [{**DETAIL, "RoleName": name, "Description": f"That of {name}"} for name in names]
    return Exchange("list_roles", _asked(marker), {"Roles": roles, **_paging(more)})


def detailed(*names: str, marker: str = "", more: str = "") -> Exchange:
    """A page of details, which leaves descriptions out."""
    roles = [
        {
            **ROLE,
            "RoleName": name,
            "RolePolicyList": [{"PolicyName": "read", "PolicyDocument": quote(json.dumps(POLICY))}],
            "AttachedManagedPolicies": [{"PolicyName": "m", "PolicyArn": f"arn:aws:iam::aws:policy/of-{name}"}],
        }
        for name in names
    ]
    asked = {"Filter": ["Role"], **_asked(marker)}
    return Exchange("get_account_authorization_details", asked, {"RoleDetailList": roles, **_paging(more)})


def _asked(marker: str) -> dict[str, Any]:
    return {"MaxItems": 100, **({"Marker": marker} if marker else {})}


def _paging(more: str) -> dict[str, Any]:
    return {"IsTruncated": bool(more), **({"Marker": more} if more else {})}


def by_itself(name: str) -> list[Exchange]:
    """A role without policies, as the four calls for one role tell it."""
    named = {"RoleName": name}
    return [
        Exchange("get_role", named, {"Role": {**ROLE, "RoleName": name}}),
        Exchange("list_attached_role_policies", named, {"AttachedPolicies": [], "IsTruncated": False}),
        Exchange("list_role_policies", named, {"PolicyNames": [], "IsTruncated": False}),
    ]


def test_several_roles_from_two_lists_that_are_read_until_all_are_found() -> None:
    exchanges = [listed("a", "other", more="2"), listed("b", marker="2", more="3"), detailed("b", "x", "a", more="9")]
    with answering("iam", *exchanges) as scope:
        found = {each.name: each for each in observe_roles(scope, wanted("b", "a", "a"))}
    assert sorted(found) == ["a", "b"]
    assert found["a"].properties == {
        "description": "That of a",
        "assume_role_policy": POLICY,
        "managed_policy_arns": ["arn:aws:iam::aws:policy/of-a"],
        "inline_policies": {"read": POLICY},
    }
    assert (found["a"].tags, found["a"].attributes["inline_policy_names"]) == ({"A": "1"}, ["read"])


def test_a_role_that_stands_in_one_list_only_is_asked_for_by_itself() -> None:
    exchanges = [listed("a", "b"), detailed("a"), *by_itself("b")]
    with answering("iam", *exchanges) as scope:
        found = {each.name: each for each in observe_roles(scope, wanted("a", "b"))}
    assert (found["a"].properties["description"], found["b"].properties["description"]) == ("That of a", "")


def test_a_role_that_no_list_has_is_asked_for_before_it_is_called_missing() -> None:
    exchanges = [listed("other"), *by_itself("a"), MISSING]
    with answering("iam", *exchanges) as scope:
        assert [each.name for each in observe_roles(scope, wanted("a", "missing"))] == ["a"]


def test_no_more_pages_are_read_than_roles_are_wanted() -> None:
    exchanges = [
        listed("a", more="2"),
        listed("x", marker="2", more="3"),
        detailed("x", more="2"),
        detailed("y", marker="2", more="3"),
        *by_itself("a"),
        *by_itself("b"),
    ]
    with answering("iam", *exchanges) as scope:
        assert [each.name for each in observe_roles(scope, wanted("a", "b"))] == ["a", "b"]


@pytest.mark.parametrize(
    "denied",
    [
        [Exchange("list_roles", _asked(""), refusal="AccessDenied")],
        [
            listed("a", "b"),
            Exchange("get_account_authorization_details", {"Filter": ["Role"], **_asked("")}, refusal="AccessDenied"),
        ],
    ],
)
def test_whoever_may_not_read_the_lists_asks_for_each_role(denied: list[Exchange]) -> None:
    with answering("iam", *denied, *by_itself("a"), *by_itself("b")) as scope:
        assert [each.name for each in observe_roles(scope, wanted("a", "b"))] == ["a", "b"]


def test_a_list_that_fails_is_a_failure() -> None:
    broken = Exchange("list_roles", _asked(""), refusal="ServiceFailure")
    with answering("iam", broken) as scope, pytest.raises(AwsError, match="iam:ListRoles failed: ServiceFailure"):
        list(observe_roles(scope, wanted("a", "b")))

"""Reads of IAM roles."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.iam import observe_roles
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired

from tests.unit.stubs import Exchange, answering

WANTED = [Desired("iam_role", "missing"), Desired("iam_role", "role")]
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


def test_roles_with_their_policies() -> None:
    arns = [{"PolicyName": "m", "PolicyArn": f"arn:aws:iam::aws:policy/number-{n}"} for n in (1, 2)]
    exchanges = (
        MISSING,
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
        (found,) = observe_roles(scope, WANTED)
    assert found.properties["managed_policy_arns"] == [arn["PolicyArn"] for arn in arns]
    assert found.properties["inline_policies"].keys() == {"write", "read"}
    assert found.attributes["inline_policy_names"] == ["read", "write"]
    assert (found.key, found.tags) == ("iam_role/role", {"A": "1"})


@pytest.mark.parametrize(
    ("exchanges", "said"),
    [
        ((Exchange("get_role", {"RoleName": "missing"}, refusal="AccessDenied"),), "iam:GetRole for missing failed"),
        (
            (MISSING, FOUND, Exchange("list_attached_role_policies", NAMED, refusal="AccessDenied")),
            "iam:ListAttachedRolePolicies for role failed",
        ),
    ],
)
def test_roles_that_may_not_be_read(exchanges: tuple[Exchange, ...], said: str) -> None:
    with answering("iam", *exchanges) as scope, pytest.raises(AwsError, match=f"{said}: AccessDenied"):
        list(observe_roles(scope, WANTED))

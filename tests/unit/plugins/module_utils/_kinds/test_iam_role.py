"""IAM roles and their policies."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.iam_role import (
    IAM_ROLE,
    check,
    from_aws,
    same_policies,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, plan

TRUST: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "rds.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
READ: dict[str, Any] = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"]}]}
READ_TOO: dict[str, Any] = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:getobject"}}
RAW = {
    "RoleName": "role",
    "Arn": "arn:aws:iam::123456789012:role/role",
    "AssumeRolePolicyDocument": TRUST,
    "Tags": [{"Key": "A", "Value": "1"}],
}


@pytest.mark.parametrize(("length", "fine"), [(1, True), (64, True), (65, False)])
def test_names(length: int, fine: bool) -> None:
    problems = check(Desired("iam_role", "r" * length))
    said = [f"has {length} characters; a role name has 64 at most."]
    assert [problem.message for problem in problems] == said * (not fine)


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        (None, {}, True),
        ({"read": READ}, {"read": READ_TOO}, True),
        ({"read": READ}, {"write": READ}, False),
        ({"read": READ}, {"read": TRUST}, False),
        ({"read": READ}, {}, False),
    ],
)
def test_same_policies(before: Any, after: Any, same: bool) -> None:
    assert same_policies(before, after) is same


def test_a_role_from_aws() -> None:
    found = from_aws(RAW, [{"PolicyArn": "b"}, {"PolicyArn": "a"}], {"read": READ, "admin": TRUST})
    assert found.attributes == {"arn": RAW["Arn"], "inline_policy_names": ["admin", "read"]}
    assert (found.key, found.tags) == ("iam_role/role", {"A": "1"})
    wanted = {
        "description": "",
        "assume_role_policy": TRUST,
        "managed_policy_arns": ["a", "b"],
        "inline_policies": {"read": READ_TOO, "admin": TRUST},
    }
    assert wanted.keys() == IAM_ROLE.properties.keys()
    assert plan(IAM_ROLE, Desired("iam_role", "role", wanted), found).changes == ()


def test_a_role_with_a_description_and_without_tags() -> None:
    found = from_aws({**RAW, "Description": "Backups", "Tags": []}, [], {})
    assert (found.properties["description"], found.tags) == ("Backups", {})

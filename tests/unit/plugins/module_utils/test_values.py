"""Values that AWS spells in several ways."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._values import (
    as_set,
    at_least,
    canonical_policy,
    same_key,
    same_policy,
    same_text,
)

KEY = "arn:aws:kms:us-west-2:123456789012:key/1234abcd"
ALIAS = "arn:aws:kms:us-west-2:123456789012:alias/key-retail-prod"


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        (None, None, True),
        (None, [], True),
        ([], ["a"], False),
        (["a", "b"], ["b", "a"], True),
        (["a", "a"], ["a"], False),
        ([{"x": 1, "y": 2}], [{"y": 2, "x": 1}], True),
        ([{"x": 1}], [{"x": 2}], False),
    ],
)
def test_as_set(before: list[Any] | None, after: list[Any] | None, same: bool) -> None:
    assert as_set(before, after) is same


@pytest.mark.parametrize(
    ("before", "after", "enough"), [(None, 20, False), (19, 20, False), (20, 20, True), (21, 20, True)]
)
def test_at_least(before: int | None, after: int, enough: bool) -> None:
    assert at_least(before, after) is enough


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [(None, "", True), ("Sun:04:00", "sun:04:00", True), ("a", None, False), ("a", "b", False)],
)
def test_same_text(before: str | None, after: str | None, same: bool) -> None:
    assert same_text(before, after) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (KEY, KEY, True),
        (KEY, "1234abcd", True),
        (KEY, "abcd", False),
        (KEY, "key/1234abcd", True),
        (ALIAS, "alias/key-retail-prod", True),
        (ALIAS, "key-retail-prod", False),
        (KEY, KEY.replace("us-west-2", "us-east-1"), False),
        (None, None, True),
        (None, "", True),
        (KEY, None, False),
        (KEY, "", False),
    ],
)
def test_same_key(one: str | None, other: str | None, same: bool) -> None:
    assert same_key(one, other) is same
    assert same_key(other, one) is same


def allow(**elements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **elements}]}


SAME_POLICIES = {
    "text and mapping": (allow(Action="s3:*"), json.dumps(allow(Action="s3:*"))),
    "one statement without its list": (
        allow(Action="s3:*"),
        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*"}},
    ),
    "value and list of it": (allow(Action="s3:*", Resource="*"), allow(Action=["s3:*"], Resource=["*"])),
    "order": (allow(Action=["s3:GetObject", "s3:PutObject"]), allow(Action=["s3:PutObject", "s3:GetObject"])),
    "said twice": (allow(Action=["s3:GetObject", "s3:GetObject"]), allow(Action="s3:GetObject")),
    "letter case of actions": (allow(Action="S3:getobject"), allow(Action="s3:GetObject")),
    "letter case of excluded actions": (allow(NotAction="iam:*"), allow(NotAction="IAM:*")),
    "everybody": (allow(Principal="*"), allow(Principal={"AWS": "*"})),
    "order of principals": (
        allow(Principal={"Service": ["rds.amazonaws.com", "s3.amazonaws.com"]}),
        allow(Principal={"Service": ["s3.amazonaws.com", "rds.amazonaws.com"]}),
    ),
    "account and its root": (
        allow(Principal={"AWS": "123456789012"}),
        allow(Principal={"AWS": ["arn:aws:iam::123456789012:root"]}),
    ),
    "account and its root in China": (
        allow(NotPrincipal={"AWS": "123456789012"}),
        allow(NotPrincipal={"AWS": "arn:aws-cn:iam::123456789012:root"}),
    ),
    "a condition's boolean": (
        allow(Condition={"Bool": {"aws:SecureTransport": False}}),
        allow(Condition={"Bool": {"aws:securetransport": ["false"]}}),
    ),
    "a condition's number": (
        allow(Condition={"NumericLessThan": {"s3:max-keys": 10}}),
        allow(Condition={"NumericLessThan": {"s3:max-keys": "10"}}),
    ),
    "the default version": ({"Statement": []}, {"Version": "2008-10-17", "Statement": []}),
    "none": (None, ""),
    "nothing": ({}, None),
}


@pytest.mark.parametrize(("one", "other"), SAME_POLICIES.values(), ids=SAME_POLICIES)
def test_policies_that_mean_the_same(one: Any, other: Any) -> None:
    assert same_policy(one, other)


OTHER_POLICIES = {
    "version": (allow(Action="s3:*"), {**allow(Action="s3:*"), "Version": "2008-10-17"}),
    "id": (allow(Action="s3:*"), {**allow(Action="s3:*"), "Id": "mine"}),
    "effect": (allow(Action="s3:*"), {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "s3:*"}]}),
    "letter case of resources": (allow(Resource="arn:aws:s3:::a/B"), allow(Resource="arn:aws:s3:::a/b")),
    "action and excluded action": (allow(Action="s3:*"), allow(NotAction="s3:*")),
    "principal": (allow(Principal={"Service": "rds.amazonaws.com"}), allow(Principal={"Service": "s3.amazonaws.com"})),
    "kind of principal": (allow(Principal={"AWS": "*"}), allow(Principal={"Federated": "*"})),
    "a condition more": (
        allow(Action="s3:*"),
        allow(Action="s3:*", Condition={"Bool": {"aws:SecureTransport": "true"}}),
    ),
    "a condition's operator": (
        allow(Condition={"StringEquals": {"aws:SourceAccount": "1"}}),
        allow(Condition={"StringLike": {"aws:SourceAccount": "1"}}),
    ),
    "some and none": (allow(Action="s3:*"), None),
}


@pytest.mark.parametrize(("one", "other"), OTHER_POLICIES.values(), ids=OTHER_POLICIES)
def test_policies_that_do_not(one: Any, other: Any) -> None:
    assert not same_policy(one, other)
    assert not same_policy(other, one)


def test_the_order_of_statements_means_nothing() -> None:
    statements = [{"Effect": "Allow", "Action": "s3:*"}, {"Effect": "Deny", "Action": "s3:DeleteObject"}]
    assert canonical_policy({"Statement": statements}) == canonical_policy({"Statement": statements[::-1]})

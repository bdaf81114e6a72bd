"""Conditions of policies, as IAM documents them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from emulator.iam.conditions import Malformed, hold


@dataclass
class Keys:
    """Condition keys of a request, written in lower case."""

    values: dict[str, list[str]]

    def get(self, key: str) -> list[str] | None:
        return self.values.get(key.lower())


REQUEST = Keys(
    {
        "aws:requesttag/team": ["data"],
        "aws:tagkeys": ["team", "stage"],
        "aws:sourceip": ["10.1.2.3"],
        "aws:currenttime": ["2026-05-01T12:00:00Z"],
        "aws:epochtime": ["1777636800"],
        "aws:principalarn": ["arn:aws:iam::123456789012:role/deploy"],
        "aws:username": ["ann"],
        "aws:securetransport": ["true"],
        "rds:storagesize": ["100"],
        "sns:protocol": ["email*"],
    }
)


@pytest.mark.parametrize(
    ("operator", "key", "wanted", "holds"),
    [
        ("StringEquals", "aws:RequestTag/team", "data", True),
        ("StringEquals", "aws:requesttag/TEAM", ["other", "data"], True),
        ("StringEquals", "aws:RequestTag/team", "Data", False),
        ("StringEquals", "aws:RequestTag/team", "da*", False),
        ("StringEqualsIgnoreCase", "aws:RequestTag/team", "DATA", True),
        ("StringNotEquals", "aws:RequestTag/team", "data", False),
        ("StringNotEquals", "aws:RequestTag/team", ["other", "data"], False),
        ("StringNotEquals", "aws:RequestTag/absent", "data", True),
        ("StringNotEqualsIgnoreCase", "aws:RequestTag/team", "DATA", False),
        ("StringLike", "aws:RequestTag/team", "d?t*", True),
        ("StringLike", "aws:RequestTag/team", "D*", False),
        ("StringLike", "aws:RequestTag/absent", "*", False),
        ("StringNotLike", "aws:RequestTag/team", "d*", False),
        ("StringNotLike", "aws:RequestTag/team", "x*", True),
        ("NumericEquals", "rds:StorageSize", "100.0", True),
        ("NumericNotEquals", "rds:StorageSize", 100, False),
        ("NumericLessThan", "rds:StorageSize", 100, False),
        ("NumericLessThanEquals", "rds:StorageSize", 100, True),
        ("NumericGreaterThan", "rds:StorageSize", 99, True),
        ("NumericGreaterThanEquals", "rds:StorageSize", 101, False),
        ("NumericEquals", "aws:username", 1, False),
        ("DateLessThan", "aws:CurrentTime", "2026-06-01T00:00:00Z", True),
        ("DateGreaterThan", "aws:CurrentTime", "2026-06-01", False),
        ("DateEquals", "aws:EpochTime", "2026-05-01T12:00:00Z", True),
        ("Bool", "aws:SecureTransport", True, True),
        ("Bool", "aws:SecureTransport", "false", False),
        ("IpAddress", "aws:SourceIp", ["192.168.0.0/16", "10.1.0.0/16"], True),
        ("IpAddress", "aws:SourceIp", "10.1.2.3", True),
        ("NotIpAddress", "aws:SourceIp", "10.0.0.0/8", False),
        ("IpAddress", "aws:username", "10.0.0.0/8", False),
        ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/*", True),
        ("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::*:role/deploy", True),
        ("ArnLike", "aws:PrincipalArn", "arn:aws:iam:*", False),
        ("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::*:role/deploy", False),
        ("Null", "aws:RequestTag/team", "true", False),
        ("Null", "aws:RequestTag/team", False, True),
        ("Null", "aws:RequestTag/absent", "true", True),
        ("StringEqualsIfExists", "aws:RequestTag/absent", "data", True),
        ("StringEqualsIfExists", "aws:RequestTag/team", "other", False),
        ("ForAllValues:StringEquals", "aws:TagKeys", ["team", "stage", "more"], True),
        ("ForAllValues:StringEquals", "aws:TagKeys", ["team"], False),
        ("ForAllValues:StringEquals", "aws:RequestTag/absent", ["x"], True),
        ("ForAnyValue:StringEquals", "aws:TagKeys", ["stage"], True),
        ("ForAnyValue:StringEquals", "aws:TagKeys", ["more"], False),
        ("ForAnyValue:StringEquals", "aws:RequestTag/absent", ["x"], False),
        ("ForAllValues:StringNotEquals", "aws:TagKeys", ["secret"], True),
        ("ForAnyValue:StringNotEquals", "aws:TagKeys", ["team", "stage"], False),
        ("StringEquals", "aws:username", "${aws:username}", True),
        ("StringLike", "aws:PrincipalArn", "*/${aws:PrincipalTag/role, 'deploy'}", True),
        ("StringEquals", "aws:username", "${aws:PrincipalTag/absent}", False),
        ("StringLike", "aws:username", "${sns:Protocol}", False),
        ("StringEquals", "sns:Protocol", "email${*}", True),
    ],
)
def test_an_operator(operator: str, key: str, wanted: Any, holds: bool) -> None:
    assert hold({operator: {key: wanted}}, REQUEST) is holds


def test_all_operators_and_all_of_their_keys_must_hold() -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html"""
    yes, no = {"aws:RequestTag/team": "data"}, {"aws:RequestTag/team": "other"}
    assert hold({}, REQUEST)
    assert hold({"StringEquals": yes, "StringLike": yes}, REQUEST)
    assert not hold({"StringEquals": yes, "StringLike": no}, REQUEST)
    assert not hold({"StringEquals": {**yes, "aws:username": "bob"}}, REQUEST)


@pytest.mark.parametrize("operator", ["StringIs", "ForSomeValues:StringEquals"])
def test_what_is_no_operator_is_told(operator: str) -> None:
    with pytest.raises(Malformed, match="there is no"):
        hold({operator: {"aws:username": "ann"}}, REQUEST)

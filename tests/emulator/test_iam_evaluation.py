"""Which policies win, as IAM documents it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from emulator.iam.evaluation import Identity, Wanted, decide
from emulator.iam.patterns import arn_matches

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/run"
USER = f"arn:aws:iam::{ACCOUNT}:user/ann"
DATABASE = f"arn:aws:rds:us-west-2:{ACCOUNT}:db:db-retail-prod"


@dataclass
class Keys:
    """Condition keys of a request, written in lower case."""

    values: dict[str, list[str]]

    def get(self, key: str) -> list[str] | None:
        return self.values.get(key.lower())


def statement(effect: str = "Allow", action: Any = "*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Sid": "One", "Effect": effect, "Action": action, "Resource": resource, **more}


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def user(*statements: dict[str, Any], **more: Any) -> Identity:
    return Identity(USER, ACCOUNT, (USER,), (policy(*statements),), **more)


def role(*statements: dict[str, Any], **more: Any) -> Identity:
    return Identity(SESSION, ACCOUNT, (ROLE, SESSION), (policy(*statements),), **more)


def wanted(action: str = "rds:DeleteDBInstance", resource: str = DATABASE, **more: Any) -> Wanted:
    return Wanted(action, resource, more.pop("keys", Keys({"aws:username": ["ann"]})), **more)


@pytest.mark.parametrize(
    ("allows", "expected"),
    [
        (statement(), True),
        (statement(action="rds:*"), True),
        (statement(action="RDS:deleteDBinstance"), True),
        (statement(action=["ec2:*", "rds:Delete?BInstance"]), True),
        (statement(action="rds:Create*"), False),
        (statement(action=[]), False),
        (statement(resource=DATABASE), True),
        (statement(resource=f"arn:aws:rds:*:{ACCOUNT}:db:*-retail-*"), True),
        (statement(resource=f"arn:aws:rds:*:{ACCOUNT}:*:*-retail-*"), True),
        (statement(resource="arn:aws:rds:*"), False),
        (statement(resource=f"arn:aws:rds:us-east-1:{ACCOUNT}:db:*"), False),
        (statement(resource=["arn:aws:s3:::x", "*"]), True),
        (statement(resource=f"arn:aws:rds:*:{ACCOUNT}:db:*-${{aws:username}}-*"), False),
        (statement(resource=f"arn:aws:rds:*:{ACCOUNT}:db:*-${{aws:PrincipalTag/system, 'retail'}}-*"), True),
        (statement(resource="${aws:PrincipalTag/absent}*"), False),
        ({"Effect": "Allow", "NotAction": "rds:*", "Resource": "*"}, False),
        ({"Effect": "Allow", "NotAction": ["ec2:*", "s3:*"], "Resource": "*"}, True),
        ({"Effect": "Allow", "Action": "*", "NotResource": DATABASE}, False),
        ({"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::*"}, True),
        (statement(Condition={"StringEquals": {"aws:username": "ann"}}), True),
        (statement(Condition={"StringEquals": {"aws:username": "bob"}}), False),
    ],
)
def test_what_a_statement_allows(allows: dict[str, Any], expected: bool) -> None:
    assert decide(user(allows), wanted()).allowed is expected


def test_nothing_is_allowed_that_no_policy_allows() -> None:
    decision = decide(user(), wanted())
    assert not decision.allowed
    assert decision.reason == "because no identity-based policy allows the rds:DeleteDBInstance action"


def test_the_statements_that_allowed_it_are_named() -> None:
    assert decide(user(statement(Sid="First"), statement(Sid="Second")), wanted()).by == ("First", "Second")


@pytest.mark.parametrize(
    ("identity", "own", "where"),
    [
        (user(statement(), statement("Deny", "rds:Delete*")), None, "an explicit deny in an identity-based policy"),
        (
            user(statement()),
            policy(statement("Deny", Principal="*")),
            "an explicit deny in a resource-based policy",
        ),
        (
            user(statement(), boundary=(policy(statement(), statement("Deny")),)),
            None,
            "an explicit deny in a permissions boundary",
        ),
        (
            role(statement(), session=(policy(statement(), statement("Deny")),)),
            None,
            "an explicit deny in a session policy",
        ),
    ],
)
def test_a_deny_wins_wherever_it_stands(identity: Identity, own: Any, where: str) -> None:
    decision = decide(identity, wanted(policy=own))
    assert (decision.allowed, decision.reason) == (False, f"with {where}")


@pytest.mark.parametrize("limit", ["boundary", "session"])
def test_limits_limit_and_give_nothing(limit: str) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"""
    reads: Any = {limit: (policy(statement(action="rds:Describe*")),)}
    word = {"boundary": "permissions boundary", "session": "session policy"}[limit]
    decision = decide(role(statement(), **reads), wanted())
    assert decision.reason == f"because no {word} allows the rds:DeleteDBInstance action"
    assert decide(role(statement(), **reads), wanted("rds:DescribeDBInstances")).allowed
    assert not decide(role(**reads), wanted("rds:DescribeDBInstances")).allowed


BUCKET = "arn:aws:s3:::backup/file"


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ({"AWS": USER}, True),
        ("*", True),
        ({"AWS": "*"}, True),
        ({"AWS": [ROLE, USER]}, True),
        ({"AWS": ROLE}, False),
        ({"Service": "lambda.amazonaws.com"}, False),
        # Trusts the account, whose own policies say nothing.
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, False),
        ({"AWS": ACCOUNT}, False),
    ],
)
def test_a_resource_may_let_somebody_in_itself(principal: Any, expected: bool) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html"""
    own = policy(statement(Principal=principal))
    assert decide(user(), wanted("s3:GetObject", BUCKET, policy=own)).allowed is expected


@pytest.mark.parametrize(
    ("principal", "statements", "expected"),
    [
        ({"AWS": USER}, [statement()], True),
        ({"AWS": USER}, [], False),
        ({"AWS": ACCOUNT}, [statement()], True),
        ({"AWS": ROLE}, [statement()], False),
    ],
)
def test_both_accounts_must_agree(principal: Any, statements: Any, expected: bool) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html"""
    own = policy(statement(Principal=principal))
    elsewhere = wanted("sts:AssumeRole", "arn:aws:iam::999999999999:role/app", policy=own, must_delegate=True)
    assert decide(user(*statements), elsewhere).allowed is expected


def test_everybody_but_somebody() -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html"""
    spared = {"Effect": "Deny", "Action": "*", "Resource": "*", "NotPrincipal": {"AWS": USER}}
    assert decide(user(statement()), wanted(policy=policy(spared))).allowed
    assert not decide(role(statement()), wanted(policy=policy(spared))).allowed


@pytest.mark.parametrize(("named", "expected"), [(ROLE, False), (SESSION, True)])
def test_a_grant_to_a_role_is_within_its_boundary_and_one_to_a_session_is_not(named: str, expected: bool) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-eval-logic"""
    own = policy(statement(Principal={"AWS": named}))
    limited = role(boundary=(policy(statement(action="rds:Describe*")),))
    assert decide(limited, wanted("s3:GetObject", BUCKET, policy=own)).allowed is expected


KEY = f"arn:aws:kms:us-west-2:{ACCOUNT}:key/1234"


@pytest.mark.parametrize(
    ("principal", "statements", "expected"),
    [
        ({"AWS": USER}, [], True),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, [], False),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, [statement(action="kms:Decrypt")], True),
        ({"AWS": ROLE}, [statement()], False),
    ],
)
def test_a_key_policy_decides_or_leaves_it_to_the_account(principal: Any, statements: Any, expected: bool) -> None:
    """https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html"""
    own = policy(statement(action="kms:*", Principal=principal))
    decision = decide(user(*statements), wanted("kms:Decrypt", KEY, policy=own, must_delegate=True))
    assert decision.allowed is expected


def test_a_key_that_names_others_says_so() -> None:
    own = policy(statement(action="kms:*", Principal={"AWS": ROLE}))
    decision = decide(user(statement()), wanted("kms:Decrypt", KEY, policy=own, must_delegate=True))
    assert decision.reason == "because no resource-based policy allows the kms:Decrypt action"


@pytest.mark.parametrize(
    ("pattern", "arn", "expected"),
    [
        ("*", "anything", True),
        ("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/a/b:c", True),
        ("arn:aws:s3:::bucket/?", "arn:aws:s3:::bucket/ab", False),
        ("arn:aws:*:::bucket", "arn:aws:s3:::bucket", True),
        ("arn:aws:s3*", "arn:aws:s3:::bucket", False),
        ("arn:aws:logs:*:*:log-group:/aws/*:*", "arn:aws:logs:r:1:log-group:/aws/x:log-stream:", True),
    ],
)
def test_wildcards_stay_within_a_part_of_an_arn(pattern: str, arn: str, expected: bool) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html"""
    assert arn_matches(pattern, arn) is expected

"""Keys of topics: under a wrong one, nobody is told anything."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.topic_key import (
    allowed,
    key_problems,
    policy_problems,
    publishers,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired

ALARMS, EVENTS = "cloudwatch.amazonaws.com", "events.rds.amazonaws.com"
KEY = "arn:aws:kms:us-west-2:123456789012:key/1"


def allow(*services: str, action: Any = "sns:Publish", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"Service": list(services)}, "Action": action} | more


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


USES = ["kms:Decrypt", "kms:GenerateDataKey*"]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (allow(ALARMS), True),
        (allow(ALARMS, action="SNS:*"), True),
        (allow(ALARMS, EVENTS, action=["sns:Subscribe", "sns:publish"]), True),
        (allow(ALARMS, action="sns:Subscribe"), False),
        (allow(EVENTS), False),
        (allow(ALARMS, Effect="Deny"), False),
        (allow(ALARMS, Principal="*"), True),
        (allow(ALARMS, Principal={"AWS": "123456789012"}), False),
        ({"Effect": "Allow", "NotPrincipal": {"Service": EVENTS}, "Action": "sns:Publish"}, False),
        ({"Effect": "Allow", "Principal": {"Service": ALARMS}, "NotAction": "sns:Subscribe"}, False),
    ],
)
def test_what_a_policy_allows_a_service(statement: dict[str, Any], expected: bool) -> None:
    assert allowed(policy(statement), ALARMS, "sns:publish") is expected


def test_who_may_publish() -> None:
    assert publishers(policy(allow(EVENTS), allow(ALARMS), allow("s3.amazonaws.com", action="sns:Subscribe"))) == [
        ALARMS,
        EVENTS,
    ]
    assert publishers(policy(allow(Principal="*"))) == []
    assert publishers(None) == []


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        ({"KeyManager": "AWS", "KeyState": "Enabled"}, "alarms are lost silently"),
        ({"KeyManager": "CUSTOMER", "KeyState": "Disabled"}, "is Disabled, so nothing can be published"),
        ({"KeyState": "PendingDeletion"}, "is PendingDeletion"),
    ],
)
def test_keys_that_tell_nobody(metadata: dict[str, str], message: str) -> None:
    [problem] = key_problems(Desired("sns_topic", "t", {"kms_key_id": KEY}), metadata)
    assert (problem.input, problem.value) == ("kms_key_id", KEY)
    assert message in problem.message


def test_a_good_key() -> None:
    metadata = {"KeyManager": "CUSTOMER", "KeyState": "Enabled"}
    assert list(key_problems(Desired("sns_topic", "t", {"kms_key_id": KEY}), metadata)) == []


@pytest.mark.parametrize(
    ("key_policy", "shut_out"),
    [
        (policy(allow(ALARMS, EVENTS, action=USES)), ""),
        (policy(allow(ALARMS, action=USES), allow(EVENTS, action="kms:*")), ""),
        (policy(allow(ALARMS, action=USES)), EVENTS),
        (policy(allow(ALARMS, EVENTS, action="kms:Decrypt")), f"{ALARMS} and {EVENTS}"),
        (policy(), f"{ALARMS} and {EVENTS}"),
    ],
)
def test_who_publishes_has_to_be_let_in_by_the_key(key_policy: Any, shut_out: str) -> None:
    wanted = Desired("sns_topic", "t", {"kms_key_id": KEY, "policy": policy(allow(ALARMS, EVENTS))})
    said = [problem.message for problem in policy_problems(wanted, key_policy)]
    expected = f"does not let {shut_out} use it, so what they publish is lost silently. Its policy has to allow them "
    assert said == ([f"{expected}kms:Decrypt and kms:GenerateDataKey*."] if shut_out else [])


def test_a_topic_with_the_policy_of_aws_asks_for_nothing() -> None:
    assert list(policy_problems(Desired("sns_topic", "t", {"kms_key_id": KEY}), "")) == []

"""What AWS services publish to SNS topics: told to the subscribers, or lost without a word.

https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
"""

from __future__ import annotations

import fnmatch
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from moto.sns.models import SNSBackend, Topic, sns_backends

from emulator import policies
from emulator.services.kms import find_key
from emulator.services.sns import is_pending

DELIVERED = "delivered"
OF_AWS = "AccessDenied: the key's policy is AWS's and admits no service"
NEEDED = ("kms:Decrypt", "kms:GenerateDataKey")

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": operator.eq,
    "StringLike": fnmatch.fnmatchcase,
    "ArnEquals": fnmatch.fnmatchcase,
    "ArnLike": fnmatch.fnmatchcase,
}


@dataclass(frozen=True)
class Publisher:
    """A service that publishes on behalf of a resource.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """

    service: str
    account_id: str
    arn: str

    def keys(self) -> dict[str, str]:
        """Condition keys, in lower case."""
        return {"aws:sourceaccount": self.account_id, "aws:sourceowner": self.account_id, "aws:sourcearn": self.arn}


@dataclass(frozen=True)
class Notification:
    """outcome: DELIVERED, or why it was lost; told: the endpoints of confirmed subscriptions."""

    number: int
    topic_arn: str
    service: str
    source_arn: str
    subject: str
    outcome: str
    told: tuple[str, ...]


# On the backend, because a reset empties that and keeps the object.
SENT = "_pgfleet_notifications"
_numbers = count(1)


def publish(publisher: Publisher, topic_arn: str, subject: str) -> None:
    """The publisher never hears whether it came to anything."""
    backend: SNSBackend = sns_backends[topic_arn.split(":")[4]][topic_arn.split(":")[3]]
    topic = backend.topics.get(topic_arn)
    outcome = _outcome(publisher, topic)
    told = [
        one.endpoint for one in backend.subscriptions.values() if one.topic_arn == topic_arn and not is_pending(one)
    ]
    notification = Notification(
        next(_numbers),
        topic_arn,
        publisher.service,
        publisher.arn,
        subject,
        outcome,
        tuple(told) if outcome == DELIVERED else (),
    )
    vars(backend).setdefault(SENT, []).append(notification)


def sent() -> list[Notification]:
    """In all accounts and regions, oldest first."""
    backends = [backend for regions in sns_backends.values() for backend in regions.values()]
    found = (one for backend in backends for one in vars(backend).get(SENT, ()))
    return sorted(found, key=lambda one: one.number)


def _outcome(publisher: Publisher, topic: Topic | None) -> str:
    if topic is None:
        return "NotFound: the topic does not exist"
    if not may_publish(publisher, topic):
        return "AuthorizationError: the topic's policy does not let the service publish"
    return _with_key(publisher, topic, topic.kms_master_key_id) if topic.kms_master_key_id else DELIVERED


def may_publish(publisher: Publisher, topic: Topic) -> bool:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html"""
    return _admitted(publisher, topic.policy, "sns:Publish")


def _with_key(publisher: Publisher, topic: Topic, key_id: str) -> str:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#sns-kms-errors"""
    if key_id.endswith("alias/aws/sns"):
        return OF_AWS
    key = find_key(topic.account_id, topic.arn.split(":")[3], key_id)
    if key is None:
        return "KMSNotFound: the key does not exist"
    if key.key_manager == "AWS":
        return OF_AWS
    if key.key_state == "Disabled":
        return "KMSDisabled: the key is disabled"
    if key.key_state != "Enabled":
        return f"KMSInvalidState: the key is {key.key_state}"
    if not all(_admitted(publisher, key.policy, action) for action in NEEDED):
        return "KMSAccessDenied: the key's policy does not let the service use it"
    return DELIVERED


def _admitted(publisher: Publisher, policy: str, action: str) -> bool:
    return any(_allows(publisher, statement, action) for statement in policies.statements(policy))


def _allows(publisher: Publisher, statement: dict[str, Any], action: str) -> bool:
    named = publisher.service in policies.services(statement) or "*" in policies.aws_principals(statement)
    patterns = [pattern.lower() for pattern in policies.actions(statement)]
    covered = any(fnmatch.fnmatchcase(action.lower(), pattern) for pattern in patterns)
    return statement.get("Effect") == "Allow" and named and covered and all(_conditions(publisher, statement))


def _conditions(publisher: Publisher, statement: dict[str, Any]) -> Iterator[bool]:
    """A key that the publisher does not send, or an operator that is not known here, is not met."""
    keys = publisher.keys()
    for how, tests in statement.get("Condition", {}).items():
        compare = OPERATORS.get(how)
        for key, wanted in tests.items():
            value = keys.get(key.lower())
            yield bool(compare and value and any(compare(value, one) for one in policies.as_list(wanted)))

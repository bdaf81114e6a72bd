# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. An SNS topic and its subscriptions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.topic_key import OF_AWS, REMEDY
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Desired,
    Effect,
    Kind,
    Observed,
    Plan,
    Problem,
    Property,
    plan,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._values import as_set, same_key, same_policy

# https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
NAME = re.compile(r"(?=.{1,256}$)[A-Za-z0-9_-]+(\.fifo)?")
EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
# https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
PROTOCOLS = ("application", "email", "email-json", "firehose", "http", "https", "lambda", "sms", "sqs")
DISPLAY_NAME_LIMIT = 100
AWS_KEY = "alias/aws/sns"
PENDING = "PendingConfirmation"

Subscription = Mapping[str, str]


def check(desired: Desired) -> Iterable[Problem]:
    if not NAME.fullmatch(desired.name):
        message = "a topic's name has 1 to 256 letters, digits, - and _. Spaces belong in its display name."
        yield Problem(desired.keys.get("name", "name"), desired.name, message)
    if len(desired.properties.get("display_name") or "") > DISPLAY_NAME_LIMIT:
        yield desired.problem("display_name", f"is longer than {DISPLAY_NAME_LIMIT} characters.")
    for subscription in desired.properties.get("subscriptions") or ():
        if subscription["protocol"] == "email" and not EMAIL.fullmatch(subscription["endpoint"]):
            yield desired.problem(
                "subscriptions", "is no e-mail address such as dba@example.com.", subscription["endpoint"]
            )
    if (desired.properties.get("kms_key_id") or "").endswith(AWS_KEY):
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
        yield desired.problem("kms_key_id", f"{OF_AWS} {REMEDY}")


SNS_TOPIC = Kind(
    "sns_topic",
    {
        "display_name": Property(),
        "kms_key_id": Property(same_key),
        "policy": Property(same_policy),
        "subscriptions": Property(as_set),
    },
    check,
)


def from_aws(
    arn: str,
    attributes: Mapping[str, str],
    subscriptions: Sequence[Mapping[str, str]],
    tags: Mapping[str, str],
) -> Observed:
    properties = {
        "display_name": attributes.get("DisplayName", ""),
        "kms_key_id": attributes.get("KmsMasterKeyId", ""),
        "policy": attributes.get("Policy"),
        "subscriptions": [_subscription(s) for s in subscriptions],
    }
    pending = [_subscription(s) for s in subscriptions if s["SubscriptionArn"] == PENDING]
    arns = {(s["Protocol"], s["Endpoint"]): s["SubscriptionArn"] for s in subscriptions}
    found = {"arn": arn, "pending_subscriptions": pending, "_subscription_arns": arns}
    return Observed("sns_topic", arn.rpartition(":")[2], properties, tags, found)


def _subscription(raw: Mapping[str, str]) -> dict[str, str]:
    return {"protocol": raw["Protocol"], "endpoint": raw["Endpoint"]}


def plan_sns_topic(
    kind: Kind, desired: Desired, observed: Observed | None, allow: frozenset[Effect] = frozenset()
) -> Plan:
    """A wanted subscription that waits for its confirmation is as wanted. An unwanted one cannot be removed before it
    is confirmed and lapses by itself, so it is no difference:
    https://docs.aws.amazon.com/sns/latest/dg/sns-delete-subscription-topic.html"""
    if observed is not None:
        observed = replace(observed, properties=_without_lapsing(desired, observed))
    return plan(kind, desired, observed, allow)


def plan_beside_others(
    kind: Kind, desired: Desired, observed: Observed | None, allow: frozenset[Effect] = frozenset()
) -> Plan:
    """The plan that leaves the subscriptions of others alone."""
    wanted = desired.properties.get("subscriptions")
    if observed is not None and wanted is not None:
        others = [s for s in observed.properties["subscriptions"] if s not in wanted]
        desired = replace(desired, properties={**desired.properties, "subscriptions": [*wanted, *others]})
    return plan_sns_topic(kind, desired, observed, allow)


def _without_lapsing(desired: Desired, observed: Observed) -> Mapping[str, Any]:
    wanted = desired.properties.get("subscriptions") or ()
    lapsing = [s for s in observed.attributes["pending_subscriptions"] if s not in wanted]
    kept = [s for s in observed.properties["subscriptions"] if s not in lapsing]
    return {**observed.properties, "subscriptions": kept}

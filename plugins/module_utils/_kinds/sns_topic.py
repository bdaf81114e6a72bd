# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. An SNS topic and its subscriptions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

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
DISPLAY_NAME_LIMIT = 100
AWS_KEY = "alias/aws/sns"
PENDING = "PendingConfirmation"


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
    if desired.properties.get("kms_key_id") == AWS_KEY:
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
        message = (
            "CloudWatch cannot publish to a topic under this key, whose policy is AWS's: alarms are lost silently."
        )
        remedy = "Give a key of your own whose policy lets cloudwatch.amazonaws.com use it, or none."
        yield desired.problem("kms_key_id", f"{message} {remedy}")


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
    name = arn.rpartition(":")[2]
    return Observed("sns_topic", name, properties, tags, {"arn": arn, "pending_subscriptions": pending})


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


def _without_lapsing(desired: Desired, observed: Observed) -> Mapping[str, Any]:
    wanted = desired.properties.get("subscriptions") or ()
    lapsing = [s for s in observed.attributes["pending_subscriptions"] if s not in wanted]
    kept = [s for s in observed.properties["subscriptions"] if s not in lapsing]
    return {**observed.properties, "subscriptions": kept}

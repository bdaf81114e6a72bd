# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The writes of the module sns_topic."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, from_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.tag_changes import to_remove, to_set
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.sns_topic import PENDING, Subscription
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Change, Desired, Observed, Plan

ATTRIBUTES = {"display_name": "DisplayName", "kms_key_id": "KmsMasterKeyId", "policy": "Policy"}
GONE = {"NotFound"}


def apply_topic(client: Any, desired: Desired, observed: Observed | None, plan: Plan) -> str | None:
    """Carry out the plan; returns the ARN of the topic that there is now."""
    if observed is None:
        return _create(client, desired)
    arn = str(observed.attributes["arn"])
    if plan.action is Action.DELETE:
        call(client, "delete_topic", TopicArn=arn, subject=desired.name, absent=GONE)
        return None
    _update(client, arn, desired, observed, plan)
    return arn


def _create(client: Any, desired: Desired) -> str:
    given = {ATTRIBUTES[name]: _text(v) for name, v in desired.properties.items() if name in ATTRIBUTES and v}
    if desired.name.endswith(".fifo"):
        given["FifoTopic"] = "true"
    asked: dict[str, Any] = {"Name": desired.name, "Attributes": given, "Tags": from_tags(desired.tags)}
    made = call(client, "create_topic", subject=desired.name, **asked)
    for subscription in desired.properties.get("subscriptions") or ():
        _subscribe(client, made["TopicArn"], subscription)
    return str(made["TopicArn"])


def _update(client: Any, arn: str, desired: Desired, observed: Observed, plan: Plan) -> None:
    for change in plan.changes:
        if change.property in ATTRIBUTES:
            named = {"AttributeName": ATTRIBUTES[change.property], "AttributeValue": _text(change.after)}
            call(client, "set_topic_attributes", TopicArn=arn, subject=desired.name, **named)
        elif change.property == "subscriptions":
            _resubscribe(client, arn, change, observed.attributes["_subscription_arns"])
    tags, gone = to_set(plan), to_remove(plan)
    if tags:
        call(client, "tag_resource", ResourceArn=arn, Tags=from_tags(tags), subject=desired.name)
    if gone:
        call(client, "untag_resource", ResourceArn=arn, TagKeys=gone, subject=desired.name)


def _resubscribe(client: Any, arn: str, change: Change, arns: Mapping[tuple[str, str], str]) -> None:
    """New ones come before old ones go, so that there is always somebody who is told."""
    for subscription in change.after:
        if subscription not in change.before:
            _subscribe(client, arn, subscription)
    for subscription in change.before:
        found = arns[subscription["protocol"], subscription["endpoint"]]
        if subscription not in change.after and found != PENDING:
            call(client, "unsubscribe", SubscriptionArn=found, subject=subscription["endpoint"], absent=GONE)


def _subscribe(client: Any, arn: str, subscription: Subscription) -> None:
    asked = {"Protocol": subscription["protocol"], "Endpoint": subscription["endpoint"]}
    call(client, "subscribe", TopicArn=arn, subject=subscription["endpoint"], **asked)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)

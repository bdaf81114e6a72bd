# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of SNS topics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, pages, side_by_side, to_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import sns_topic, topic_key
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.kms import UNREADABLE, key_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.tagging import current_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed, Problem, unknown


def observe_topics(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    """Attributes topic by topic; subscriptions of one topic, or of the whole account for several."""
    by_name = {desired.name: desired for desired in wanted}
    topics = [by_name[name] for name in sorted(by_name)]
    return filter(None, side_by_side(partial(_topic, scope, scope.clients("sns"), len(topics) == 1), topics))


def _topic(scope: Scope, client: Any, alone: bool, desired: Desired) -> Observed | None:
    name = desired.name
    arn = f"arn:{scope.partition}:sns:{scope.region}:{scope.account_id}:{name}"
    found = call(client, "get_topic_attributes", TopicArn=arn, subject=name, absent={"NotFound"})
    if not found:
        return None
    if alone:
        subscribed = pages(client, "list_subscriptions_by_topic", "Subscriptions", TopicArn=arn, subject=name)
    else:
        subscribed = scope.clients.once("subscriptions", "", partial(_subscriptions, client)).get(arn, [])
    tags = current_tags(scope, arn, desired, partial(_tags, client, arn, name))
    return sns_topic.from_aws(arn, found["Attributes"], subscribed, tags)


def _subscriptions(client: Any) -> Mapping[str, list[Any]]:
    by_topic: dict[str, list[Any]] = defaultdict(list)
    for raw in pages(client, "list_subscriptions", "Subscriptions"):
        by_topic[raw["TopicArn"]].append(raw)
    return by_topic


def _tags(client: Any, arn: str, name: str) -> dict[str, str]:
    return to_tags(call(client, "list_tags_for_resource", ResourceArn=arn, subject=name)["Tags"])


def verify_topic(scope: Scope, desired: Desired, _observed: Observed | None) -> Iterable[Problem]:
    """A key has to be enabled, and one that somebody else made has to be of use to all who publish."""
    return _key_problems(scope, desired, planned=False)


def verify_planned_topic(scope: Scope, desired: Desired, _observed: Observed | None) -> Iterable[Problem]:
    """In the plan of a deployment a key of ours has a plan of its own, which enables it before anything is told."""
    return _key_problems(scope, desired, planned=True)


def _key_problems(scope: Scope, desired: Desired, planned: bool) -> Iterable[Problem]:
    key = desired.properties.get("kms_key_id")
    if not key or unknown(key):
        return
    client = scope.clients("kms")
    found = call(client, "describe_key", KeyId=key, subject=key, absent=UNREADABLE)
    if found is None:
        message = "is no key that can be read here. A topic needs a key of its own region, and kms:DescribeKey on it."
        yield desired.problem("kms_key_id", message)
        return
    metadata = found["KeyMetadata"]
    of_aws = metadata.get("KeyManager") == "AWS"
    ours = not of_aws and scope.owner.owns(key_tags(client, metadata["KeyId"]))
    if not (ours and planned):
        yield from topic_key.key_problems(desired, metadata)
    if of_aws or ours:
        return
    named = {"KeyId": metadata["KeyId"], "PolicyName": "default"}
    policy = call(client, "get_key_policy", subject=key, absent=UNREADABLE, **named)
    if policy is not None:
        yield from topic_key.policy_problems(desired, policy["Policy"])


SNS_TOPIC = Handler(sns_topic.SNS_TOPIC, observe_topics, plan=sns_topic.plan_sns_topic, verify=verify_planned_topic)

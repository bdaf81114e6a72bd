# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. An RDS event subscription: which events RDS posts to which SNS topic.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Action,
    Desired,
    Effect,
    Kind,
    Observed,
    Plan,
    Problem,
    Property,
    plan,
    unknown,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._values import as_set

# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateEventSubscription.html
LONGEST_NAME = 254
SOURCE_TYPES = (
    "db-instance",
    "db-cluster",
    "db-parameter-group",
    "db-security-group",
    "db-snapshot",
    "db-cluster-snapshot",
    "db-proxy",
    "zero-etl",
    "custom-engine-version",
    "blue-green-deployment",
)
SOURCE_ID = re.compile(r"(?!.*--)[A-Za-z][A-Za-z0-9-]*(?<!-)")
TOPIC_ARN = re.compile(r"arn:[^:]+:sns:[^:]+:\d{12}:[\w-]+", re.ASCII)
# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_EventSubscription.html
MUTE = {
    "no-permission": "RDS may not publish to its topic: let events.rds.amazonaws.com in the topic's policy.",
    "topic-not-exist": "its topic does not exist any more: give another sns_topic_arn.",
    "all-sources-deleted": "all its sources are deleted: give other source_ids.",
}


def lowered(values: Iterable[str] | None) -> list[str]:
    return sorted({value.lower() for value in values or ()})


def _same_sources(before: Iterable[str] | None, after: Iterable[str] | None) -> bool:
    """RDS keeps identifiers in lower case."""
    return lowered(before) == lowered(after)


def check(desired: Desired) -> Iterable[Problem]:
    p = desired.properties
    if not 0 < len(desired.name) <= LONGEST_NAME:
        yield desired.problem("name", f"has to have 1 to {LONGEST_NAME} characters.", desired.name)
    topic, kind = p.get("sns_topic_arn"), p.get("source_type")
    if topic is not None and not unknown(topic) and not TOPIC_ARN.fullmatch(topic):
        yield desired.problem("sns_topic_arn", "is no ARN of a topic. RDS posts to standard topics, not to FIFO ones.")
    if kind is not None and kind not in SOURCE_TYPES:
        yield desired.problem("source_type", f"is not allowed. Allowed: {', '.join(SOURCE_TYPES)}.")
    if kind is None:
        for name in ("source_ids", "event_categories"):
            if p.get(name):
                yield desired.problem(name, f"needs source_type, one of {', '.join(SOURCE_TYPES)}.")
    strange = [i for i in p.get("source_ids") or () if not unknown(i) and not SOURCE_ID.fullmatch(i)]
    if strange:
        form = "letters, digits and single dashes, a letter first and no dash last"
        yield desired.problem("source_ids", f"is no identifier. Allowed: {form}.", ", ".join(strange))


EVENT_SUBSCRIPTION = Kind(
    "rds_event_subscription",
    {
        "sns_topic_arn": Property(),
        "source_type": Property(),
        "source_ids": Property(_same_sources),
        "event_categories": Property(as_set),
        "enabled": Property(),
    },
    check,
)


def from_aws(name: str, raw: Mapping[str, Any], tags: Mapping[str, str]) -> Observed:
    """``name`` is the wanted one: AWS does not tell names by their case. No sources are all, no categories as well."""
    properties = {
        "sns_topic_arn": raw["SnsTopicArn"],
        "source_type": raw.get("SourceType"),
        "source_ids": lowered(raw.get("SourceIdsList")),
        "event_categories": sorted(raw.get("EventCategoriesList") or ()),
        "enabled": raw["Enabled"],
    }
    attributes = {"arn": raw["EventSubscriptionArn"], "status": raw["Status"]}
    return Observed("rds_event_subscription", name, properties, tags, attributes)


def all_as_none(observed: Observed, offered: Iterable[str]) -> Observed:
    """A subscription to each of the categories that AWS offers for its type is one to all, which an empty list says."""
    if set(observed.properties["event_categories"]) < set(offered):
        return observed
    return replace(observed, properties={**observed.properties, "event_categories": []})


def plan_event_subscription(
    kind: Kind, desired: Desired, observed: Observed | None, allow: frozenset[Effect] = frozenset()
) -> Plan:
    """Sources and categories of one type mean nothing for another: who changes the type has to say both."""
    found = plan(kind, desired, observed, allow)
    if observed is None or not any(change.property == "source_type" for change in found.changes):
        return found
    left = [
        desired.problem(
            "source_type", f"is {observed.properties['source_type']} in AWS, with {name} of that type. {do}"
        )
        for name, do in (
            ("source_ids", "Give source_ids of the new type, or [] for all of it."),
            ("event_categories", "Give event_categories of the new type, or [] for all of it."),
        )
        if observed.properties[name] and desired.properties.get(name) is None
    ]
    return replace(found, action=Action.REFUSE, changes=(), refusals=tuple(left)) if left else found


def missing_for_creation(desired: Desired) -> Iterable[Problem]:
    if not desired.properties.get("sns_topic_arn"):
        yield desired.problem("sns_topic_arn", "is needed for a subscription that does not exist yet.", "(not given)")


def category_problems(desired: Desired, kind: str, offered: Iterable[str]) -> Iterable[Problem]:
    """Categories that AWS does not have for the type of source, all of them."""
    offered = sorted(offered)
    strange = sorted(set(desired.properties.get("event_categories") or ()) - set(offered))
    if strange:
        allowed = ", ".join(offered)
        yield desired.problem(
            "event_categories", f"is no category of {kind} events. Allowed: {allowed}; [] is all.", ", ".join(strange)
        )

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. The requests that make and change an RDS event subscription, in their order.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyEventSubscription.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.event_subscription import lowered
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed, Plan

Request = tuple[str, dict[str, Any]]

MODIFIED = {"sns_topic_arn": "SnsTopicArn", "enabled": "Enabled"}


def creation(desired: Desired) -> dict[str, Any]:
    """What is left out is all of it: types, sources, categories."""
    named = {
        **MODIFIED,
        "source_type": "SourceType",
        "source_ids": "SourceIds",
        "event_categories": "EventCategories",
    }
    wanted = {theirs: desired.properties.get(ours) for ours, theirs in named.items()}
    given = {name: value for name, value in wanted.items() if value not in (None, [])}
    tags = [{"Key": key, "Value": value} for key, value in sorted(desired.tags.items())]
    return {"SubscriptionName": desired.name, **given, **({"Tags": tags} if tags else {})}


def changes(desired: Desired, observed: Observed, plan: Plan, offered: Iterable[str]) -> Iterator[Request]:
    """Sources of another type go before the type changes; otherwise new ones come before old ones go.

    ModifyEventSubscription cannot change sources. Without sources a subscription is one to all of its type.
    """
    after = {change.property: change.after for change in plan.changes}
    had = set(lowered(observed.properties["source_ids"]))
    wanted = set(lowered(after["source_ids"])) if "source_ids" in after else had
    retyped = "source_type" in after
    if retyped:
        yield from _each("remove_source_identifier_from_subscription", desired, had)
    request = _modification(desired, observed, after, offered)
    if request:
        yield "modify_event_subscription", {"SubscriptionName": desired.name, **request}
    yield from _each("add_source_identifier_to_subscription", desired, wanted if retyped else wanted - had)
    if not retyped:
        yield from _each("remove_source_identifier_from_subscription", desired, had - wanted)


def _modification(
    desired: Desired, observed: Observed, after: dict[str, Any], offered: Iterable[str]
) -> dict[str, Any]:
    """Categories are sent with their type, or AWS refuses them; all of them by name, which is what AWS documents.

    https://github.com/hashicorp/terraform-provider-aws/issues/1817
    """
    request = {theirs: after[ours] for ours, theirs in MODIFIED.items() if ours in after}
    if after.keys() & {"source_type", "event_categories"}:
        request["SourceType"] = desired.properties.get("source_type") or observed.properties["source_type"]
        categories = after.get("event_categories", observed.properties["event_categories"])
        # Also where they stay all: all of one type may be named, and mean nothing for another.
        request["EventCategories"] = sorted(categories or offered)
    return request


def _each(method: str, desired: Desired, identifiers: Iterable[str]) -> Iterator[Request]:
    for identifier in sorted(identifiers):
        yield method, {"SubscriptionName": desired.name, "SourceIdentifier": identifier}

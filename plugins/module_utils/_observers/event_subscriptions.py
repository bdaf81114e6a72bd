# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of RDS event subscriptions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, pages
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import event_subscription
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds_reads import tags_of
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.tagging import current_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed, Problem

SUBSCRIPTION_ABSENT = frozenset({"SubscriptionNotFound", "SubscriptionNotFoundFault"})


def described(client: Any, **named: str) -> list[Any]:
    return pages(
        client,
        "describe_event_subscriptions",
        "EventSubscriptionsList",
        absent=SUBSCRIPTION_ABSENT,
        subject=named.get("SubscriptionName", ""),
        **named,
    )


def observe_event_subscriptions(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    client = scope.clients("rds")
    by_name = {desired.name.lower(): desired for desired in wanted}
    named = {"SubscriptionName": wanted[0].name} if len(by_name) == 1 else {}
    for raw in described(client, **named):
        desired = by_name.get(raw["CustSubscriptionId"].lower())
        if desired is None:
            continue
        arn = raw["EventSubscriptionArn"]
        tags = current_tags(scope, arn, desired, partial(tags_of, client, arn))
        found = event_subscription.from_aws(desired.name, raw, tags)
        if desired.properties.get("event_categories") == [] and found.properties["event_categories"]:
            found = event_subscription.all_as_none(found, offered_categories(scope, found.properties["source_type"]))
        yield found


def offered_categories(scope: Scope, source_type: str) -> list[str]:
    """Categories of events that AWS has for a type of source."""

    def read() -> list[str]:
        client = scope.clients("rds")
        answer = call(client, "describe_event_categories", SourceType=source_type, subject=source_type)
        return [name for each in answer["EventCategoriesMapList"] for name in each["EventCategories"]]

    categories: list[str] = scope.clients.once("event_categories", source_type, read)
    return categories


def verify_event_subscription(scope: Scope, desired: Desired, observed: Observed | None) -> Iterable[Problem]:
    if observed is None:
        yield from event_subscription.missing_for_creation(desired)
    if desired.properties.get("event_categories"):
        kind = desired.properties["source_type"]
        yield from event_subscription.category_problems(desired, kind, offered_categories(scope, kind))


EVENT_SUBSCRIPTION = Handler(
    event_subscription.EVENT_SUBSCRIPTION,
    observe_event_subscriptions,
    event_subscription.plan_event_subscription,
    verify_event_subscription,
)

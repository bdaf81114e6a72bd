# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The writes of the module rds_event_subscription, and its waits."""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.rds_tags import apply_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.event_subscription import MUTE
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.event_subscription_requests import changes, creation
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.event_subscriptions import (
    SUBSCRIPTION_ABSENT,
    described,
    offered_categories,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Desired, Observed, Plan
from ansible_collections.pgfleet.aws.plugins.module_utils._waiters import ABSENT, Awaited, wait

SETTLED = Awaited(frozenset({"active", *MUTE}))
GONE = Awaited(frozenset({ABSENT}))
# A source that RDS no longer knows is none of the subscription's.
SOURCE_ABSENT = frozenset({"SourceNotFound", "SourceNotFoundFault"})


@dataclass(frozen=True, slots=True)
class Patience:
    """Whether to wait for the end of the last change (between two changes is always waited), and how long."""

    wait: bool
    seconds: float


def status_of(scope: Scope, name: str) -> str:
    found = described(scope.clients("rds"), SubscriptionName=name)
    return str(found[0]["Status"]) if found else ABSENT


def until(scope: Scope, name: str, awaited: Awaited, patience: Patience) -> str:
    return wait(f"event subscription {name}", lambda: status_of(scope, name), awaited, patience.seconds)


def apply_event_subscription(
    scope: Scope, desired: Desired, observed: Observed | None, plan: Plan, patience: Patience
) -> str | None:
    """Carry out the plan; returns the ARN of the subscription that there is now."""
    if observed is None:
        return _create(scope, desired, patience)
    if plan.action is Action.DELETE:
        client, name = scope.clients("rds"), observed.name
        call(client, "delete_event_subscription", SubscriptionName=name, subject=name, absent=SUBSCRIPTION_ABSENT)
        if patience.wait:
            until(scope, name, GONE, patience)
        return None
    return _change(scope, desired, observed, plan, patience)


def _create(scope: Scope, desired: Desired, patience: Patience) -> str:
    made = call(scope.clients("rds"), "create_event_subscription", subject=desired.name, **creation(desired))
    if patience.wait:
        until(scope, desired.name, SETTLED, patience)
    return str(made["EventSubscription"]["EventSubscriptionArn"])


def _change(scope: Scope, desired: Desired, observed: Observed, plan: Plan, patience: Patience) -> str:
    client, arn = scope.clients("rds"), str(observed.attributes["arn"])
    kind = desired.properties.get("source_type") or observed.properties["source_type"]
    narrowed = any(change.property in ("source_type", "event_categories") for change in plan.changes)
    requests = list(changes(desired, observed, plan, offered_categories(scope, kind) if narrowed else []))
    for position, (method, request) in enumerate(requests, 1):
        absent = SOURCE_ABSENT if method.startswith("remove_") else frozenset()
        call(client, method, subject=desired.name, absent=absent, **request)
        if patience.wait or position < len(requests):
            until(scope, desired.name, SETTLED, patience)
    apply_tags(client, arn, plan)
    return arn

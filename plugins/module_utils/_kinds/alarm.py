# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. What metric and composite alarms have in common.

An alarm is one definition: a put replaces all of it, and what the definition leaves out is at AWS's default. So, unlike
for other kinds, a property that is no longer named is a difference.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sized
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Change,
    Desired,
    Effect,
    Kind,
    Observed,
    Plan,
    Problem,
    Property,
    decide,
    plan,
    tag_changes,
    unknown,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._values import as_set

Properties = Mapping[str, Any]

NAME_LIMIT = 255
DESCRIPTION_LIMIT = 1024
ACTIONS_LIMIT = 5
ACTIONS = ("alarm_actions", "ok_actions", "insufficient_data_actions")

COMMON_PROPERTIES = {
    "description": Property(),
    "actions_enabled": Property(),
    "alarm_actions": Property(as_set),
    "ok_actions": Property(as_set),
    "insufficient_data_actions": Property(as_set),
}
COMMON_DEFAULTS: dict[str, Any] = {"description": "", "actions_enabled": True} | dict.fromkeys(ACTIONS, ())
COMMON_NAMES = {
    "description": "AlarmDescription",
    "actions_enabled": "ActionsEnabled",
    "alarm_actions": "AlarmActions",
    "ok_actions": "OKActions",
    "insufficient_data_actions": "InsufficientDataActions",
}


def check_common(desired: Desired) -> Iterable[Problem]:
    """The limits that both sorts of alarm have (the page above)."""
    if not 1 <= len(desired.name) <= NAME_LIMIT or any(ord(c) < 32 for c in desired.name):
        message = f"an alarm's name has 1 to {NAME_LIMIT} characters and no control characters."
        yield Problem(desired.keys.get("name", "name"), desired.name, message)
    if len(desired.properties.get("description") or "") > DESCRIPTION_LIMIT:
        yield problem(desired, "description", f"is longer than {DESCRIPTION_LIMIT} characters.")
    for name in ACTIONS:
        if len(desired.properties.get(name) or ()) > ACTIONS_LIMIT:
            yield problem(
                desired, name, f"has more than {ACTIONS_LIMIT} actions: an alarm takes no more for one state."
            )


def problem(desired: Desired, name: str, message: str, value: Any = None) -> Problem:
    """A problem of one of many alarms: the message names the alarm."""
    return desired.problem(name, f"alarm {desired.name}: {message}", value)


def given(desired: Desired) -> dict[str, Any]:
    """What a definition says. Empty is what AWS makes of a property that is left out."""
    return {name: value for name, value in desired.properties.items() if not is_empty(value)}


def common_from_aws(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {ours: raw.get(theirs, COMMON_DEFAULTS[ours]) for ours, theirs in COMMON_NAMES.items()}


def to_aws(properties: Properties, names: Mapping[str, str]) -> dict[str, Any]:
    """Properties under AWS's names. What is empty is left out, which is how a put resets it."""
    return {names[name]: value for name, value in properties.items() if name in names and not is_empty(value)}


def is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, Sized) and not value)


Planner = Callable[[Kind, Desired, "Observed | None", frozenset[Effect]], Plan]


def planner(complete: Callable[[Properties], Properties]) -> Planner:
    """A planner that compares whole definitions; ``complete`` fills in AWS's defaults."""

    def plan_alarm(kind: Kind, desired: Desired, observed: Observed | None, allow: frozenset[Effect]) -> Plan:
        if observed is None:
            return plan(kind, desired, None, allow)
        before, after = observed.properties, complete(given(desired))
        changes = [
            Change(name, before[name], after[name])
            for name, rule in kind.properties.items()
            if unknown(after[name]) or not rule.satisfied(before[name], after[name])
        ]
        return decide(desired, [*changes, *tag_changes(desired.tags, observed.tags)], (), allow)

    return plan_alarm

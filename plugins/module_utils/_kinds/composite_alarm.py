# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. A CloudWatch alarm over other alarms.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import alarm
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.alarm import Properties, given, problem
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Kind, Observed, Problem, Property

RULE_LIMIT = 10240
CHILDREN_LIMIT = 100
QUOTED = re.compile(r'("[^"]*")')
STATE_OF = re.compile(r'\b(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"([^"]+)"|([^")]+?))\s*\)')
CONSTANT = re.compile(r"\b(TRUE|FALSE)\b")


def canonical_rule(rule: str) -> str:
    """A rule without the white space that means nothing."""
    return "".join(part if part.startswith('"') else _squeezed(part) for part in QUOTED.split(rule)).strip()


def _squeezed(text: str) -> str:
    return re.sub(r"\s*([()])\s*", r"\1", re.sub(r"\s+", " ", text))


def same_rule(before: str | None, after: str | None) -> bool:
    return canonical_rule(before or "") == canonical_rule(after or "")


def children(rule: str) -> set[str]:
    """Names of the alarms that a rule looks at (it may name them by ARN)."""
    return {(quoted or plain).rpartition(":alarm:")[2] for quoted, plain in STATE_OF.findall(rule)}


def depths(rules: Mapping[str, str]) -> dict[str, int]:
    """How far each composite alarm stands above the metric alarms: 1 looks at no other of these, 2 at one that is 1.

    More than there are rules is one of a circle, or above one.
    """
    below = {name: children(rule) & rules.keys() for name, rule in rules.items()}
    found = dict.fromkeys(below, 1)
    for _round in below:
        found = {name: 1 + max((found[child] for child in under), default=0) for name, under in below.items()}
    return found


def check_circles(composites: Iterable[Desired]) -> Iterable[Problem]:
    """CloudWatch accepts rules that look at each other, never evaluates them, and refuses to delete them."""
    alarms = {desired.name: desired for desired in composites}
    heights = depths({name: desired.properties.get("alarm_rule") or "" for name, desired in alarms.items()})
    for name in sorted(name for name, height in heights.items() if height > len(alarms)):
        yield problem(alarms[name], "alarm_rule", "looks, perhaps through other composites, at itself.")


def check(desired: Desired) -> Iterable[Problem]:
    yield from alarm.check_common(desired)
    rule = desired.properties.get("alarm_rule")
    if not rule:
        yield problem(
            desired, "alarm_rule", "is missing: an expression such as ALARM(one-alarm) OR ALARM(another).", "(none)"
        )
        return
    bare = QUOTED.sub("", rule)
    if rule.count('"') % 2 or bare.count("(") != bare.count(")"):
        yield problem(desired, "alarm_rule", "has a bracket or a quotation mark that is not closed.")
    elif not children(rule) and not CONSTANT.search(rule):
        yield problem(
            desired, "alarm_rule", "has none of ALARM(name), OK(name), INSUFFICIENT_DATA(name), TRUE and FALSE."
        )
    if len(rule) > RULE_LIMIT or len(children(rule)) > CHILDREN_LIMIT:
        yield problem(desired, "alarm_rule", f"has more than {RULE_LIMIT} characters or {CHILDREN_LIMIT} alarms.")


PROPERTIES = alarm.COMMON_PROPERTIES | {"alarm_rule": Property(same_rule)}
NAMES = alarm.COMMON_NAMES | {"alarm_rule": "AlarmRule"}


def complete(properties: Properties) -> dict[str, Any]:
    return {**alarm.COMMON_DEFAULTS, "alarm_rule": None, **properties}


def from_aws(raw: Mapping[str, Any], tags: Mapping[str, str]) -> Observed:
    properties = alarm.common_from_aws(raw) | {"alarm_rule": raw["AlarmRule"]}
    attributes = {"arn": raw["AlarmArn"], "state": raw["StateValue"]}
    return Observed("composite_alarm", raw["AlarmName"], properties, tags, attributes)


def to_aws(desired: Desired) -> dict[str, Any]:
    """The arguments of PutCompositeAlarm, without tags."""
    return {"AlarmName": desired.name} | alarm.to_aws(complete(given(desired)), NAMES)


COMPOSITE_ALARM = Kind("composite_alarm", PROPERTIES, check)
plan_composite_alarm = alarm.planner(complete)

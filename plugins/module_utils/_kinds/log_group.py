# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. A CloudWatch Logs group."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
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

NEVER_EXPIRES = 0
# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
RETENTION_DAYS = (
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
)
CLASSES = ("STANDARD", "INFREQUENT_ACCESS", "ESSENTIALS", "DELIVERY")
# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
NAME = re.compile(r"(?!aws/)[\w.#/-]{1,512}", re.ASCII)
KEY_ARN = re.compile(r"arn:[^:]+:kms:[^:]*:\d*:key/.+")


def check(desired: Desired) -> Iterable[Problem]:
    p = desired.properties
    if not NAME.fullmatch(desired.name):
        message = "a log group's name has 1 to 512 letters, digits and . _ - / #, and does not begin with aws/."
        yield Problem(desired.keys.get("name", "name"), desired.name, message)
    days = p.get("retention_days")
    if days is not None and days != NEVER_EXPIRES and days not in RETENTION_DAYS:
        longer = [d for d in RETENTION_DAYS if d > days]
        fitting = f" The next longer is {longer[0]}." if longer else ""
        allowed = ", ".join(map(str, RETENTION_DAYS))
        yield desired.problem("retention_days", f"CloudWatch keeps logs {allowed} days, or for ever (0).{fitting}")
    if p.get("log_group_class") not in (None, *CLASSES):
        yield desired.problem("log_group_class", f"is none of {', '.join(CLASSES)}.")
    key = p.get("kms_key_id")
    if key and not unknown(key) and not KEY_ARN.fullmatch(key):
        yield desired.problem(
            "kms_key_id", "CloudWatch Logs takes the ARN of a key (arn:aws:kms:...:key/...), no id, no alias."
        )


def same_or_none(before: str | None, after: str | None) -> bool:
    return (before or "") == (after or "")


LOG_GROUP = Kind(
    "log_group",
    {
        "retention_days": Property(),
        "kms_key_id": Property(same_or_none),
        "log_group_class": Property(
            immutable="AWS cannot change the class of a log group: export its events, delete the group and run again."
        ),
    },
    check,
)


def plan_log_group(kind: Kind, desired: Desired, observed: Observed | None, allow: frozenset[Effect]) -> Plan:
    """Where an account's policy sets the retention, CloudWatch describes that one, whatever is put for the group.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
    """
    planned = plan(kind, desired, observed, allow)
    policy = observed.attributes.get("retention_policy") if observed else None
    if not policy or not any(change.property == "retention_days" for change in planned.changes):
        return planned
    days = observed.properties["retention_days"] if observed else None
    message = (
        f"the account's policy {policy} keeps events {days} days. Leave it out, or take the group out of the policy."
    )
    return Plan(desired.kind, desired.name, Action.REFUSE, refusals=(desired.problem("retention_days", message),))


def from_aws(raw: Mapping[str, Any], tags: Mapping[str, str]) -> Observed:
    properties = {
        "retention_days": raw.get("retentionInDays", NEVER_EXPIRES),
        "kms_key_id": raw.get("kmsKeyId", ""),
        "log_group_class": raw.get("logGroupClass", "STANDARD"),
    }
    attributes = {"arn": arn(raw), "retention_policy": raw.get("retentionPolicyName")}
    known = {name: value for name, value in attributes.items() if value is not None}
    return Observed("log_group", raw["logGroupName"], properties, tags, known)


def arn(raw: Mapping[str, Any]) -> str:
    """The ARN that the tagging calls take: without the ``:*`` of the older field.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html
    """
    return str(raw.get("logGroupArn") or raw["arn"]).removesuffix(":*")

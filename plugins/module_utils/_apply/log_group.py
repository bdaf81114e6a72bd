# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The writes of the module cloudwatch_log_group."""

from __future__ import annotations

from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.tag_changes import to_remove, to_set
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.log_group import (
    LOG_GROUP,
    NEVER_EXPIRES,
    plan_log_group,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.logs import find_log_group
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Desired, Observed, Plan
from ansible_collections.pgfleet.aws.plugins.module_utils._run import refuse_problems


def apply_log_group(client: Any, desired: Desired, observed: Observed | None, planned: Plan) -> str | None:
    """Carry out the plan; returns the ARN of the group that there is now."""
    if planned.action is Action.DELETE:
        gone = {"ResourceNotFoundException"}
        call(client, "delete_log_group", logGroupName=desired.name, subject=desired.name, absent=gone)
        return None
    if observed is None:
        return _create(client, desired)
    _update(client, observed, planned)
    return str(observed.attributes["arn"])


def _create(client: Any, desired: Desired) -> str:
    """Create the group, or adopt it: RDS may have made it since it was looked for, with the first line of its log."""
    named = {"kmsKeyId": "kms_key_id", "logGroupClass": "log_group_class"}
    arguments = {theirs: desired.properties[ours] for theirs, ours in named.items() if desired.properties.get(ours)}
    if desired.tags:
        arguments["tags"] = dict(desired.tags)
    exists = {"ResourceAlreadyExistsException"}
    call(client, "create_log_group", logGroupName=desired.name, subject=desired.name, absent=exists, **arguments)
    made = next(iter(find_log_group(client, desired.name)))
    rest = plan_log_group(LOG_GROUP, desired, made, frozenset())
    refuse_problems(rest.refusals)
    _update(client, made, rest)
    return str(made.attributes["arn"])


def _update(client: Any, observed: Observed, planned: Plan) -> None:
    for change in planned.changes:
        if change.property == "retention_days":
            _retain(client, observed.name, change.after)
        elif change.property == "kms_key_id":
            _encrypt(client, observed.name, change.after)
    arn, tags, gone = observed.attributes["arn"], to_set(planned), to_remove(planned)
    if tags:
        call(client, "tag_resource", resourceArn=arn, tags=tags, subject=observed.name)
    if gone:
        call(client, "untag_resource", resourceArn=arn, tagKeys=gone, subject=observed.name)


def _retain(client: Any, name: str, days: int) -> None:
    if days == NEVER_EXPIRES:
        call(client, "delete_retention_policy", logGroupName=name, subject=name)
    else:
        call(client, "put_retention_policy", logGroupName=name, retentionInDays=days, subject=name)


def _encrypt(client: Any, name: str, key_arn: str) -> None:
    if key_arn:
        call(client, "associate_kms_key", logGroupName=name, kmsKeyId=key_arn, subject=name)
    else:
        call(client, "disassociate_kms_key", logGroupName=name, subject=name)

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The writes of the module reader_autoscaling."""

from __future__ import annotations

from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.tag_changes import to_remove, to_set
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.reader_autoscaling_requests import (
    policy_requests,
    registration,
    target,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Desired, Observed, Plan

GONE = frozenset({"ObjectNotFoundException"})


def apply_reader_autoscaling(client: Any, desired: Desired, observed: Observed | None, plan: Plan) -> str | None:
    """Carry out the plan; returns the ARN of the scalable target that there is now.

    A target that is deregistered takes its policies and their alarms with it.
    """
    if plan.action is Action.DELETE:
        call(client, "deregister_scalable_target", subject=desired.name, absent=GONE, **target(desired.name))
        return None
    arn = observed.attributes["arn"] if observed else None
    request = registration(desired, observed, plan)
    if request or arn is None:
        # A target from before there were tags gets its ARN when it is registered again.
        answer = call(client, "register_scalable_target", subject=desired.name, **{**target(desired.name), **request})
        arn = answer["ScalableTargetARN"]
    for method, policy in policy_requests(desired, observed, plan):
        absent = GONE if method == "delete_scaling_policy" else frozenset()
        call(client, method, subject=f"{desired.name}, policy {policy['PolicyName']}", absent=absent, **policy)
    if observed is not None:
        _tag(client, str(arn), plan)
    return str(arn)


def _tag(client: Any, arn: str, plan: Plan) -> None:
    gone, kept = to_remove(plan), to_set(plan)
    if gone:
        call(client, "untag_resource", subject=arn, ResourceARN=arn, TagKeys=gone)
    if kept:
        call(client, "tag_resource", subject=arn, ResourceARN=arn, Tags=kept)

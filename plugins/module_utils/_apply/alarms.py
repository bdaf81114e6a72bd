# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The writes of the module cloudwatch_alarms, in the order that CloudWatch asks for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, from_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.tag_changes import is_tag, to_remove, to_set
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import composite_alarm, metric_alarm
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.composite_alarm import depths
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Desired, Observed, Plan

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html
MOST_DELETED = 100
COMPOSITE = composite_alarm.COMPOSITE_ALARM.name


class AlarmWriter:
    """Puts each alarm of a plan as it comes; deletes are collected, and made together by ``delete``."""

    def __init__(self, client: Any, desired: Iterable[Desired], observed: Iterable[Observed]) -> None:
        self._client = client
        self._desired = {d.key: d for d in desired}
        self._observed = {o.key: o for o in observed}
        self._doomed: list[Plan] = []

    def apply(self, plan: Plan) -> None:
        if plan.action is Action.DELETE:
            self._doomed.append(plan)
            return
        desired = self._desired[plan.key]
        if plan.action is Action.CREATE:
            self._put(desired, Tags=from_tags(desired.tags))
            return
        # A put of an existing alarm ignores tags, and starts nothing anew when only they differ.
        if not all(map(is_tag, plan.changes)):
            self._put(desired)
        arn, tags, gone = self._observed[plan.key].attributes["arn"], to_set(plan), to_remove(plan)
        if tags:
            call(self._client, "tag_resource", ResourceARN=arn, Tags=from_tags(tags), subject=plan.name)
        if gone:
            call(self._client, "untag_resource", ResourceARN=arn, TagKeys=gone, subject=plan.name)

    def _put(self, desired: Desired, **more: Any) -> None:
        if desired.kind == COMPOSITE:
            call(self._client, "put_composite_alarm", subject=desired.name, **composite_alarm.to_aws(desired), **more)
        else:
            call(self._client, "put_metric_alarm", subject=desired.name, **metric_alarm.to_aws(desired), **more)

    def delete(self) -> None:
        """Composites one a call, as CloudWatch wants it, then the rest by hundreds."""
        composites = [plan.name for plan in self._doomed if plan.kind == COMPOSITE]
        metrics = [plan.name for plan in self._doomed if plan.kind != COMPOSITE]
        batches = [[name] for name in composites]
        batches += [metrics[start : start + MOST_DELETED] for start in range(0, len(metrics), MOST_DELETED)]
        for batch in batches:
            call(self._client, "delete_alarms", AlarmNames=batch, subject=", ".join(batch), absent={"ResourceNotFound"})


def in_order(plans: Iterable[Plan], desired: Iterable[Desired], observed: Iterable[Observed]) -> list[Plan]:
    """Puts before deletes, and a composite after the alarms it looks at; deletes the other way round.

    CloudWatch refuses a rule over an alarm that does not exist, and the deletion of one that a composite looks at.
    """
    puts = depths({d.name: d.properties["alarm_rule"] for d in desired if d.kind == COMPOSITE})
    deletes = depths({o.name: o.properties["alarm_rule"] for o in observed if o.kind == COMPOSITE})

    def place(plan: Plan) -> tuple[bool, int]:
        if plan.action is Action.DELETE:
            return True, -deletes.get(plan.name, 0)
        return False, puts.get(plan.name, 0)

    return sorted(plans, key=place)

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The writes of the module ssm_parameters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, from_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.tag_changes import is_tag, to_remove, to_set
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.ssm_parameter import text
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Desired, Plan

# https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameters.html
MOST_DELETED = 10
NAMES = {"type": "Type", "description": "Description"}


class ParameterWriter:
    """Puts each parameter of a plan as it comes; deletes are collected, and made together by ``delete``."""

    def __init__(self, client: Any, desired: Iterable[Desired]) -> None:
        self._client = client
        self._desired = {d.key: d for d in desired}
        self._doomed: list[str] = []

    def apply(self, plan: Plan) -> None:
        if plan.action is Action.DELETE:
            self._doomed.append(plan.name)
            return
        desired = self._desired[plan.key]
        if plan.action is Action.CREATE:
            self._put(desired, Tags=from_tags(desired.tags))
            return
        if not all(map(is_tag, plan.changes)):
            # Overwrite and Tags exclude each other: tags of an existing parameter have calls of their own.
            self._put(desired, Overwrite=True)
        self._tag(plan)

    def _put(self, desired: Desired, **more: Any) -> None:
        p = desired.properties
        arguments = {theirs: p[ours] for ours, theirs in NAMES.items() if p.get(ours) is not None}
        value = text(p["value"])
        call(self._client, "put_parameter", Name=desired.name, Value=value, subject=desired.name, **arguments, **more)

    def _tag(self, plan: Plan) -> None:
        whose = {"ResourceType": "Parameter", "ResourceId": plan.name, "subject": plan.name}
        tags, gone = to_set(plan), to_remove(plan)
        if tags:
            call(self._client, "add_tags_to_resource", Tags=from_tags(tags), **whose)
        if gone:
            call(self._client, "remove_tags_from_resource", TagKeys=gone, **whose)

    def delete(self) -> None:
        for start in range(0, len(self._doomed), MOST_DELETED):
            batch = self._doomed[start : start + MOST_DELETED]
            call(self._client, "delete_parameters", Names=batch, subject=", ".join(batch))

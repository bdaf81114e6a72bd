# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. The requests that make and change a Lambda function.

https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.lambda_function import UNRESERVED
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed, Plan

PLAIN = {
    "description": "Description",
    "role_arn": "Role",
    "runtime": "Runtime",
    "handler": "Handler",
    "memory_mb": "MemorySize",
    "timeout_seconds": "Timeout",
}
# Lambda takes the parts of these together: one that is left out is reset.
NESTED = {
    "Environment": {"environment": "Variables"},
    "VpcConfig": {"subnet_ids": "SubnetIds", "security_group_ids": "SecurityGroupIds"},
    "LoggingConfig": {"log_format": "LogFormat", "log_group": "LogGroup"},
}
CONFIGURATION = frozenset({*PLAIN, *(ours for parts in NESTED.values() for ours in parts)})
CODE = frozenset({"code_sha256", "architecture"})


def creation(desired: Desired) -> dict[str, Any]:
    """All but the code."""
    wanted = {name: value for name, value in desired.properties.items() if value is not None}
    architecture = {"Architectures": [wanted["architecture"]]} if "architecture" in wanted else {}
    tags = {"Tags": dict(desired.tags)} if desired.tags else {}
    return {"FunctionName": desired.name, **_configuration(wanted, wanted), **architecture, **tags}


def changed_configuration(desired: Desired, observed: Observed, plan: Plan) -> dict[str, Any]:
    """What UpdateFunctionConfiguration takes; empty where nothing of it changes.

    After an update that failed, all that is wanted is sent again: Lambda went back to what was before.
    """
    after = {change.property: change.after for change in plan.changes if change.property in CONFIGURATION}
    if any(change.property == "last_update" for change in plan.changes):
        after |= {name: value for name, value in desired.properties.items() if name in CONFIGURATION}
    request = _configuration(after, {**observed.properties, **after})
    return {"FunctionName": desired.name, **request} if request else {}


def changes_code(plan: Plan) -> bool:
    return any(change.property in CODE for change in plan.changes)


def concurrency_to_set(plan: Plan) -> int | None:
    """None where it does not change."""
    found = (change for change in plan.changes if change.property == "reserved_concurrency")
    change = next(found, None)
    if change is None or (change.before is None and change.after == UNRESERVED):
        return None
    return int(change.after)


def _configuration(changed: Mapping[str, Any], whole: Mapping[str, Any]) -> dict[str, Any]:
    request = {theirs: changed[ours] for ours, theirs in PLAIN.items() if ours in changed}
    for outer, parts in NESTED.items():
        if changed.keys() & parts.keys():
            request[outer] = {theirs: whole[ours] for ours, theirs in parts.items() if ours in whole}
    return request

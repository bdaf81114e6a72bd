# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The life of a module of ours: observe, plan, (check mode: stop), apply, result with diff.

This is the only place that looks at check mode. A module hands over its plan and how to apply it; ``changed``, the diff
and the effects in the result are read off the plan, so that check mode cannot disagree with a run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError, Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._document import DocumentError
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Effect, Plan, Problem

ALLOW_ARGUMENT: dict[str, Any] = {
    "type": "list",
    "elements": "str",
    "default": [],
    "choices": ["reboot", "failover", "downtime", "restart of readers"],
}


class Refused(Exception):
    """The wanted state cannot be: every problem at once. Nothing was written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("Refused; nothing was changed.\n" + "\n".join(f"  {p}" for p in self.problems))


class WaitTimeout(Exception):
    """Something awaited did not come in time; the message names the resource and its last status."""


def new_module(argument_spec: Mapping[str, Any], **options: Any) -> AnsibleAWSModule:
    """An AnsibleAWSModule (region, profile, endpoint and credentials options like amazon.aws) that knows check mode."""
    return AnsibleAWSModule(argument_spec=dict(argument_spec), supports_check_mode=True, **options)


def allowed(module: AnsibleAWSModule) -> frozenset[Effect]:
    return frozenset(Effect(name) for name in module.params["allow"])


def run(module: AnsibleAWSModule, main: Callable[[Clients], Mapping[str, Any]]) -> None:
    """Run ``main(clients)`` and end the module with its result or with a failure that a person can act on."""
    try:
        result = main(Clients(module.client))
    except (Refused, WaitTimeout, DocumentError) as error:
        module.fail_json(msg=str(error))
    except AwsError as error:
        module.fail_json(msg=str(error), service=error.service, action=error.action, error_code=error.code)
    else:
        module.exit_json(**result)


def refuse_problems(problems: Iterable[Problem]) -> None:
    """Raise Refused when there are any."""
    found = tuple(problems)
    if found:
        raise Refused(found)


def converge(module: AnsibleAWSModule, plans: Sequence[Plan], apply: Callable[[Plan], None]) -> dict[str, Any]:
    """Apply the plans that change something (not in check mode) and return the common part of a result."""
    refuse_problems(problem for plan in plans for problem in plan.refusals)
    changing = [plan for plan in plans if plan.changed]
    if not module.check_mode:
        for plan in changing:
            apply(plan)
    return {
        "changed": bool(changing),
        "diff": [plan.diff() for plan in changing],
        "plan": [plan.as_dict() for plan in plans if plan.changed or plan.waiting],
        "waiting": [{"resource": plan.key} | change.as_dict() for plan in plans for change in plan.waiting],
    }

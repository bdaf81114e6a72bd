# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The life of a module of ours: observe, plan, (check mode: stop), apply, result with diff.

This is the one place where check mode keeps from writing. A module hands over its plan and how to apply it;
``changed``, the diff and the effects in the result are read off the plan, so check mode cannot disagree with a run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

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


@dataclass(frozen=True, slots=True)
class Spec:
    """Options of a module, beside region, profile, endpoint and credentials, which all have like amazon.aws.

    ``constraints`` are AnsibleModule's: mutually_exclusive, required_together, required_by, required_if, ...
    """

    arguments: Mapping[str, Any]
    constraints: Mapping[str, Any] = field(default_factory=dict)


class Module(Protocol):
    """What the code of a module sees of Ansible. AnsibleAWSModule is one."""

    params: dict[str, Any]
    check_mode: bool
    no_log_values: set[str]

    @property
    def region(self) -> str: ...

    def client(self, service: str, *, config: Any) -> Any: ...

    def warn(self, warning: str) -> None: ...


Ensure = Callable[[Any, Clients], Mapping[str, Any]]


def allowed(module: Module) -> frozenset[Effect]:
    return frozenset(Effect(name) for name in module.params["allow"])


def outcome(module: Module, ensure: Ensure) -> dict[str, Any]:
    """The result of ``ensure(module, clients)``; with ``failed`` in it, one that a person can act on."""
    try:
        return dict(ensure(module, Clients(module.client)))
    except (Refused, WaitTimeout, DocumentError) as error:
        return {"failed": True, "msg": str(error)}
    except AwsError as error:
        about = {"service": error.service, "action": error.action, "error_code": error.code}
        return {"failed": True, "msg": str(error), **about}


def run(spec: Spec, ensure: Ensure) -> None:
    """Be a module: read the options, do ``ensure(module, clients)``, and end with its result."""
    module = AnsibleAWSModule(argument_spec=dict(spec.arguments), supports_check_mode=True, **spec.constraints)
    result = outcome(module, ensure)
    if result.pop("failed", False):
        module.fail_json(**result)
    module.exit_json(**result)


def only_an_action(spec: Spec, name: str) -> None:
    """Refuse, as a module: Ansible runs the action of this name, and a module is given the variables of no host."""
    module = AnsibleAWSModule(argument_spec=dict(spec.arguments), supports_check_mode=True)
    module.fail_json(
        msg=f"Only the action plugin pgfleet.aws.{name}, not a module of this name, sees the hosts of the play."
    )


def refuse_problems(problems: Iterable[Problem]) -> None:
    """Raise Refused when there are any."""
    found = tuple(problems)
    if found:
        raise Refused(found)


def converge(module: Module, plans: Sequence[Plan], apply: Callable[[Plan], None]) -> dict[str, Any]:
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

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. What modules have in common that manage all resources of one owner in one task."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Action,
    Desired,
    Kind,
    Observed,
    Plan,
    Problem,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Module, refuse_problems
from ansible_collections.pgfleet.aws.plugins.module_utils._stack import plan_found

OWNER_ARGUMENTS: dict[str, Any] = {
    "system": {"type": "str", "required": True},
    "suffix": {"type": "str", "required": True},
    "prune": {"type": "bool", "default": True},
    "tags": {"type": "dict", "default": {}},
}


def owner_of(options: Mapping[str, Any]) -> Owner:
    return Owner(options["system"], options["suffix"])


def set_scope(module: Module, clients: Clients) -> Scope:
    """The account stays open: nothing that is read here needs an ARN made of it."""
    return Scope(clients, owner_of(module.params), account_id="", region=module.region)


def entry(option: str, kind: Kind, given: Mapping[str, Any], options: Mapping[str, Any]) -> Desired:
    """One element of the set, tagged with name and owner. Messages call its properties ``option[name].property``."""
    name = given["name"]
    tags = {**(options["tags"] or {}), "Name": name, **owner_of(options).tags()}
    return Desired(
        kind.name,
        name,
        {key: value for key, value in given.items() if key != "name" and value is not None},
        {key: str(value) for key, value in tags.items()},
        keys={key: f"{option}[{name}].{key}" for key in given},
        adopt=options.get("adopt", False),
    )


def repeated(wanted: Sequence[Desired]) -> Iterable[Problem]:
    names = [desired.name for desired in wanted]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Problem("name", name, "stands more than once in the set.")


def plan_set(
    scope: Scope, wanted: Sequence[Desired], found: Sequence[Observed], handlers: Iterable[Handler], prune: bool
) -> list[Plan]:
    """Plans of everything wanted and, with ``prune``, of the owner's that is not. Raises Refused."""
    stack = plan_found(scope, wanted, found, {handler.kind.name: handler for handler in handlers})
    refuse_problems(stack.problems)
    return [plan for plan in stack.plans if prune or plan.action is not Action.DELETE]

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The plan of a module that manages one resource, and whose it may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._claim import claim
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._options import TAG_ARGUMENTS, emptied, wanted_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import SUFFIX_TAG, SYSTEM_TAG, Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    KNOWN_AFTER_APPLY,
    Desired,
    Observed,
    Plan,
    removal,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Module, converge, refuse_problems

SINGLE_ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    **TAG_ARGUMENTS,
}
NO_TAGS: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Single:
    """What is wanted, what there is, and the plan between the two."""

    desired: Desired
    observed: Observed | None
    plan: Plan


def named_options(module: Module) -> dict[str, Any]:
    """The options, with the tag ``Name``. It is always ours to set; other tags are not looked at without ``tags``."""
    given = module.params["tags"]
    options = {**module.params, "tags": {**(given or {}), "Name": module.params["name"]}}
    return options if given is not None else options | {"purge_tags": False}


def desired_of(handler: Handler, options: Mapping[str, Any]) -> Desired:
    """The options that are properties of the kind; those left out are not compared."""
    properties = {name: options[name] for name in handler.kind.properties if options.get(name) is not None}
    return Desired(handler.kind.name, options["name"], properties, wanted_tags(options, NO_TAGS))


def scope_of(module: Module, clients: Clients, tags: Mapping[str, str]) -> Scope:
    """The account stays open: nothing that a module of one resource reads needs an ARN made of it."""
    return Scope(
        clients, Owner(tags.get(SYSTEM_TAG, ""), tags.get(SUFFIX_TAG, "")), account_id="", region=module.region
    )


def plan_single(scope: Scope, handler: Handler, desired: Desired, options: Mapping[str, Any]) -> Single:
    """Raises Refused when the options cannot work, or when the resource belongs to another deployment."""
    present = options["state"] == "present"
    if present:
        refuse_problems(handler.kind.check(desired))
    # What is to go is found by its name alone.
    asked = desired if present else replace(desired, tags=NO_TAGS)
    candidates = [_seen(desired, found) for found in handler.observe(scope, [asked])]
    observed, refused = claim(handler.kind, desired, candidates, scope.owner)
    refuse_problems(refused)
    if not present:
        return Single(desired, observed, removal(observed, "") if observed else Plan(desired.kind, desired.name))
    # AWS's own tags are neither ours to keep nor to set.
    has = {key: value for key, value in observed.tags.items() if not key.startswith("aws:")} if observed else NO_TAGS
    desired = replace(desired, tags=wanted_tags(options, has))
    plan = emptied(handler.plan(handler.kind, desired, observed, frozenset()), options, has)
    if plan.changed:
        refuse_problems(handler.verify(scope, desired, observed))
    return Single(desired, observed, plan)


def carry_out(module: Module, single: Single, attribute: str, apply: Callable[[Plan], str | None]) -> dict[str, Any]:
    """Converge, and say how others may refer to the resource: ``attribute`` as observed, or as ``apply`` returns it."""
    known = single.observed.attributes[attribute] if single.observed else KNOWN_AFTER_APPLY
    made: list[str | None] = []
    result = {"name": single.desired.name, **converge(module, [single.plan], lambda plan: made.append(apply(plan)))}
    if module.params["state"] == "absent":
        return result
    return {**result, attribute: made[0] if made else known}


def _seen(desired: Desired, found: Observed) -> Observed:
    """Whoever gives no ownership tags neither asks whose the resource is nor changes that."""
    if SYSTEM_TAG in desired.tags:
        return found
    return replace(found, tags={key: value for key, value in found.tags.items() if key not in (SYSTEM_TAG, SUFFIX_TAG)})

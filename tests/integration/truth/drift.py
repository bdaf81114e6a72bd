"""Changes behind the plan's back: what is done to a resource, and what the plan has to say of it then."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._registry import HANDLERS
from ansible_collections.pgfleet.aws.plugins.module_utils._stack import StackPlan

from tests.integration.truth.standing import Host, Standing

# (kind/name, property): (before, after).
Said = dict[tuple[str, str], tuple[Any, Any]]


@dataclass(frozen=True)
class Target:
    """A resource that stands: its entry in the document, with its references resolved, and what is known of it."""

    standing: Standing = field(repr=False)
    host: Host
    kind: str
    name: str
    wanted: Mapping[str, Any]
    tags: Mapping[str, str]
    known: Mapping[str, Mapping[str, Any]] = field(repr=False)

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.name}"

    @property
    def id(self) -> str:
        return str(self.known[self.key]["id"])

    @property
    def arn(self) -> str:
        return str(self.known[self.key]["arn"])

    def aws(self, service: str) -> Any:
        return self.standing.aws.client(service, self.host.region)

    def first(self, kind: str) -> Mapping[str, Any]:
        """What is known of some resource of a kind, of the same host."""
        return next(attributes for key, attributes in self.known.items() if key.startswith(f"{kind}/"))


Do = Callable[[Target, str], Said]
Undo = Callable[[Target, str], None]
Setter = Callable[[Target, Any], Any]


@dataclass(frozen=True)
class Drift:
    """``do`` gets the property, as ``undo`` does; it changes it and returns what the plan has to say."""

    do: Do
    undo: Undo
    fits: Callable[[Target], bool] = lambda _target: True


def put(setter: Setter, to: Any, fits: Callable[[Target], bool] = lambda _target: True) -> Drift:
    """A property of which AWS takes any value: ``to``, or what that makes of the wanted one."""

    def do(target: Target, name: str) -> Said:
        value = to(target) if callable(to) else to
        setter(target, value)
        return {(target.key, name): (value, target.wanted[name])}

    return Drift(do, lambda target, name: setter(target, target.wanted[name]), fits)


def take(setter: Setter, taken: Callable[[Target], Any], left: Any) -> Drift:
    """A property that somebody takes away altogether: ``left`` is what AWS reports then."""

    def do(target: Target, name: str) -> Said:
        taken(target)
        return {(target.key, name): (left, target.wanted[name])}

    return Drift(do, lambda target, name: setter(target, target.wanted[name]))


def said(plans: Iterable[StackPlan]) -> Said:
    """Everything that plans would change, also what waits."""
    return {
        (plan.key, change.property): (change.before, change.after)
        for stack in plans
        for plan in stack.plans
        for change in (*plan.changes, *plan.waiting)
    }


def differences(expected: Said, found: Said) -> list[str]:
    """What the plans do not say, what they say and should not, and wrong words."""
    missing = [f"not said: {key} {name}" for key, name in expected.keys() - found.keys()]
    strange = [f"said: {key} {name}: {found[key, name]}" for key, name in found.keys() - expected.keys()]
    wrong = [
        f"{key} {name}: {side} is {shown!r} and not {meant!r}"
        for key, name in expected.keys() & found.keys()
        for side, meant, shown in zip(("before", "after"), expected[key, name], found[key, name], strict=True)
        if not _same(key, name, shown, meant)
    ]
    return [*missing, *strange, *wrong]


def _same(key: str, name: str, shown: Any, meant: Any) -> bool:
    """Equal as values: policies and sets have many spellings."""
    rule = HANDLERS[key.partition("/")[0]].kind.properties.get(name)
    if rule is not None and meant is not None and rule.satisfied(shown, meant):
        return True
    return json.dumps(shown, sort_keys=True, default=list) == json.dumps(meant, sort_keys=True, default=list)

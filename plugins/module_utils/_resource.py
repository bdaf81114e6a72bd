# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. What a resource should be, what it is, and the plan between the two.

A desired resource comes from a role's document; an observed one from AWS, in the same property names and units.
``plan`` compares them property by property, and only those that the document names: what it leaves out is never reset.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

KNOWN_AFTER_APPLY = "(known after apply)"


class Effect(StrEnum):
    """What a change costs while it is made."""

    NONE = "none"
    REBOOT = "reboot"
    FAILOVER = "failover"
    READERS = "restart of readers"
    DOWNTIME = "downtime"
    REPLACEMENT = "replacement"


class Action(StrEnum):
    """What a plan does with a resource."""

    NONE = "none"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that cannot work: the inventory key or option, its value, what is allowed and what to do."""

    input: str
    value: Any
    message: str

    def __str__(self) -> str:
        return f"{self.input}: {self.value}\n    {self.message}"


@dataclass(frozen=True, slots=True)
class Desired:
    """A resource as a role's document wants it.

    ``keys`` names the inventory key of a property where it is not ``<role>_<property>``. ``limits`` are the inventory's
    own, narrower than AWS's (see _limits.py). ``outputs`` names what the deployment publishes of its attributes.
    ``external`` resources belong to somebody else: they are looked up and never planned. ``adopt`` is the consent to
    take over what has the name and no ownership tags, for kinds that are not taken over unasked.
    """

    kind: str
    name: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    role: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    external: bool = False
    adopt: bool = False

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.name}"

    def input_name(self, property_name: str) -> str:
        """The inventory key (with a role) or module option (without) of a property such as ``parameters.work_mem``.

        A part of a property may have an inventory key of its own.
        """
        if property_name in self.keys:
            return self.keys[property_name]
        head, dot, rest = property_name.partition(".")
        default = f"{self.role}_{head}" if self.role else head
        return self.keys.get(head, default) + dot + rest

    def problem(self, property_name: str, message: str, value: Any = None) -> Problem:
        shown = self.properties.get(property_name) if value is None else value
        return Problem(self.input_name(property_name), shown, message)


@dataclass(frozen=True, slots=True)
class Observed:
    """A resource as AWS reports it.

    ``attributes`` are what others refer to (id, arn, endpoint); ``pending`` is what AWS was already asked to change and
    has not yet changed.
    """

    kind: str
    name: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, Any] = field(default_factory=dict)
    pending: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.name}"


@dataclass(frozen=True, slots=True)
class Change:
    """One property of a plan. ``waits`` says what a change not made now waits for (a window, a permission)."""

    property: str
    before: Any
    after: Any
    effect: Effect = Effect.NONE
    waits: str = ""
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "property": self.property,
            "before": self.before,
            "after": self.after,
            "effect": str(self.effect),
        }
        return shown | {k: v for k, v in (("waits", self.waits), ("note", self.note)) if v}


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do with one resource. ``changes`` are made now; ``waiting`` ones are listed and are not ``changed``."""

    kind: str
    name: str
    action: Action = Action.NONE
    changes: tuple[Change, ...] = ()
    waiting: tuple[Change, ...] = ()
    refusals: tuple[Problem, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.name}"

    @property
    def changed(self) -> bool:
        return self.action in (Action.CREATE, Action.UPDATE, Action.DELETE)

    def as_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "name": self.name,
            "action": str(self.action),
            "changes": [c.as_dict() for c in self.changes],
            "waiting": [c.as_dict() for c in self.waiting],
            "refusals": [{"input": p.input, "value": p.value, "message": p.message} for p in self.refusals],
        }

    def diff(self) -> dict[str, Any]:
        """The plan in the form that ``--diff`` prints."""
        return {
            "before_header": self.key,
            "after_header": self.key,
            "before": {c.property: c.before for c in self.changes if c.before is not None},
            "after": {c.property: c.after for c in self.changes if c.after is not None},
        }


def equal(before: Any, after: Any) -> bool:
    return bool(before == after)


@dataclass(frozen=True, slots=True)
class Property:
    """How a property of a kind is compared and changed.

    ``satisfied(before, after)`` says whether what AWS has is already what is wanted (values, not spellings).
    ``immutable`` is the way to change it on purpose, shown when a change has to be refused.
    """

    satisfied: Callable[[Any, Any], bool] = equal
    effect: Effect = Effect.NONE
    immutable: str = ""


def no_problems(_desired: Desired) -> Iterable[Problem]:
    return ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of AWS resource as data: its properties, and the rules a desired one must keep (``check``)."""

    name: str
    properties: Mapping[str, Property]
    check: Callable[[Desired], Iterable[Problem]] = no_problems


def unknown(value: Any) -> bool:
    """Whether a value holds, at any depth, something that is only known after apply."""
    match value:
        case str():
            return KNOWN_AFTER_APPLY in value
        case Mapping():
            return any(unknown(v) for v in value.values())
        case list() | tuple() | set() | frozenset():
            return any(unknown(v) for v in value)
        case _:
            return False


def plan(kind: Kind, desired: Desired, observed: Observed | None, allow: frozenset[Effect] = frozenset()) -> Plan:
    """Compare one resource.

    ``allow`` names the effects (reboot, failover, downtime) that may happen now; a change with another effect waits.
    Immutable differences refuse the whole resource: all of them are listed and none of its changes is planned.
    """
    if observed is None:
        created = tuple(Change(name, None, value) for name, value in desired.properties.items() if value is not None)
        tags = (Change("tags", None, dict(desired.tags)),) if desired.tags else ()
        return Plan(desired.kind, desired.name, Action.CREATE, created + tags)
    changes: list[Change] = []
    refusals: list[Problem] = []
    for name, after in desired.properties.items():
        rule, before = kind.properties[name], observed.properties.get(name)
        if after is None or _reached(rule, after, before, observed.pending.get(name)):
            continue
        if rule.immutable:
            refusals.append(desired.problem(name, f"is {before} and cannot be changed in place. {rule.immutable}"))
            continue
        changes.append(Change(name, before, after, rule.effect))
    changes.extend(tag_changes(desired.tags, observed.tags))
    return decide(desired, changes, refusals, allow)


def _reached(rule: Property, after: Any, before: Any, pending: Any) -> bool:
    """Whether AWS has what is wanted, or was already asked for it."""
    if unknown(after):
        return False
    return rule.satisfied(before, after) or (pending is not None and rule.satisfied(pending, after))


def decide(desired: Desired, changes: Iterable[Change], refusals: Iterable[Problem], allow: frozenset[Effect]) -> Plan:
    """Split changes into those made now and those that wait for ``-e allow=...``; any refusal refuses all."""
    listed, refused = tuple(changes), tuple(refusals)
    free = allow | {Effect.NONE}
    now = tuple(c for c in listed if not c.waits and c.effect in free)
    waiting = tuple(c for c in listed if c.waits or c.effect not in free)
    if refused:
        return Plan(desired.kind, desired.name, Action.REFUSE, (), waiting, refused)
    return Plan(desired.kind, desired.name, Action.UPDATE if now else Action.NONE, now, waiting)


def removal(observed: Observed, note: str = "ours, no longer wanted") -> Plan:
    """The plan that deletes an orphan: a resource that its owner no longer wants."""
    gone = tuple(Change(name, value, None, note=note) for name, value in observed.properties.items())
    return Plan(observed.kind, observed.name, Action.DELETE, gone)


def tag_changes(wanted: Mapping[str, str], present: Mapping[str, str]) -> list[Change]:
    """Tags to set and to remove. AWS's own (``aws:``) are not ours; a resource without wanted tags is left as it is."""
    if not wanted:
        return []
    own = {k: v for k, v in present.items() if not k.startswith("aws:")}
    return [
        Change(f"tags.{k}", own.get(k), wanted.get(k))
        for k in sorted(own.keys() | wanted.keys())
        if own.get(k) != wanted.get(k)
    ]

"""What holds for every plan, whatever is wanted and whatever there is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._document import is_reference, resolve
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Action,
    Change,
    Desired,
    Effect,
    Kind,
    Observed,
    Property,
    plan,
    tag_changes,
    unknown,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._values import as_set, at_least
from hypothesis import assume, given
from hypothesis import strategies as st

ALL = frozenset(Effect)
RULES = {
    "list": Property(as_set),
    "floor": Property(at_least, Effect.REBOOT),
    "text": Property(effect=Effect.DOWNTIME),
    "flag": Property(),
    "fixed": Property(immutable="Make another."),
}
KIND = Kind("thing", RULES)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "list": st.lists(st.integers(0, 3), max_size=3, unique=True),
    "floor": st.integers(0, 5),
    "text": st.sampled_from(["a", "b"]),
    "flag": st.booleans(),
    "fixed": st.sampled_from(["a", "b"]),
}
names = st.sampled_from(["Name", "Project", "Old"])
tags = st.dictionaries(names, st.sampled_from(["1", "2"]))
aws_tags = st.dictionaries(st.sampled_from(["aws:cloudformation:stack-name"]), st.just("x"))


def some(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={name: st.none() | VALUES[name] for name in names})


wanted = st.builds(Desired, st.just("thing"), st.just("one"), some(*RULES), tags)
mutable = st.builds(Desired, st.just("thing"), st.just("one"), some(*(RULES.keys() - {"fixed"})), tags)
found = st.builds(
    lambda properties, own, aws: Observed("thing", "one", properties, own | aws), some(*RULES), tags, aws_tags
)
allowed = st.frozensets(st.sampled_from(Effect))


def applied(observed: Observed, changes: tuple[Change, ...]) -> Observed:
    """What AWS has once the changes are made."""
    properties, present = dict(observed.properties), dict(observed.tags)
    for change in changes:
        if change.property == "tags":
            present |= change.after
        elif change.property.startswith("tags."):
            name = change.property.removeprefix("tags.")
            present = {k: v for k, v in present.items() if k != name} | ({name: change.after} if change.after else {})
        else:
            properties[change.property] = change.after
    return replace(observed, properties=properties, tags=present)


def satisfied(desired: Desired, observed: Observed) -> bool:
    return all(
        after is None or RULES[name].satisfied(observed.properties.get(name), after)
        for name, after in desired.properties.items()
    ) and not tag_changes(desired.tags, observed.tags)


@given(wanted, allowed)
def test_what_is_as_wanted_needs_nothing(desired: Desired, allow: frozenset[Effect]) -> None:
    made = plan(KIND, desired, Observed("thing", "one", desired.properties, desired.tags), allow)
    assert (made.action, made.changes, made.waiting, made.refusals) == (Action.NONE, (), (), ())


@given(mutable, found)
def test_applying_a_plan_gives_what_is_wanted(desired: Desired, observed: Observed) -> None:
    made = plan(KIND, desired, observed, ALL)
    assert made.waiting == ()
    then = applied(observed, made.changes)
    assert satisfied(desired, then)
    assert plan(KIND, desired, then, ALL).action is Action.NONE


@given(wanted)
def test_creating_gives_what_is_wanted(desired: Desired) -> None:
    made = plan(KIND, desired, None)
    assert made.action is Action.CREATE
    assert satisfied(desired, applied(Observed("thing", "one"), made.changes))


@given(mutable, found, st.data())
def test_a_plan_is_minimal(desired: Desired, observed: Observed, data: st.DataObject) -> None:
    """Without any one of its changes something would not be as wanted."""
    made = plan(KIND, desired, observed, ALL)
    assume(made.changes)
    left_out = data.draw(st.sampled_from(made.changes))
    rest = tuple(change for change in made.changes if change is not left_out)
    assert not satisfied(desired, applied(observed, rest))


@given(wanted, found)
def test_what_is_not_wanted_is_not_touched(desired: Desired, observed: Observed) -> None:
    made = plan(KIND, desired, observed, ALL)
    named = {name for name, value in desired.properties.items() if value is not None}
    assert {c.property for c in made.changes if not c.property.startswith("tags.")} <= named
    assert not [c for c in made.changes if c.property.startswith("tags.aws:")]


@given(wanted, found, allowed)
def test_each_difference_is_made_or_waits_or_is_refused(
    desired: Desired, observed: Observed, allow: frozenset[Effect]
) -> None:
    everything, made = plan(KIND, desired, observed, ALL), plan(KIND, desired, observed, allow)
    if made.refusals:
        assert (made.action, made.changes) == (Action.REFUSE, ())
        assert observed.properties.get("fixed") != desired.properties["fixed"] is not None
        return
    assert sorted(map(repr, (*made.changes, *made.waiting))) == sorted(map(repr, everything.changes))
    assert all(change.effect in allow | {Effect.NONE} for change in made.changes)
    assert not any(change.effect in allow | {Effect.NONE} for change in made.waiting)
    assert made.changed is bool(made.changes)


@given(tags, tags, aws_tags)
def test_tag_changes_lead_from_one_to_the_other(
    before: dict[str, str], after: dict[str, str], aws: dict[str, str]
) -> None:
    changes = tag_changes(after, before | aws)
    then = applied(Observed("thing", "one", {}, before | aws), tuple(changes)).tags
    assert then == (after or before) | aws
    assert all(change.before != change.after for change in changes)


references = st.builds(
    lambda name, attribute: {"ref": f"thing/{name}", "get": attribute}, st.sampled_from("ab"), st.sampled_from("xy")
)
values = st.recursive(
    st.integers(0, 3) | st.sampled_from(["text", ""]) | references,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("pq"), inner, max_size=2),
    max_leaves=8,
)
known = st.dictionaries(
    st.sampled_from(["thing/a", "thing/b"]), st.dictionaries(st.sampled_from("xy"), st.sampled_from(["id", ["1", "2"]]))
)


def held(value: Any) -> list[dict[str, str]]:
    """All references in a value."""
    if is_reference(value):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [reference for part in inner for reference in held(part)]


@given(values, known)
def test_a_resolved_value_is_unknown_as_long_as_something_it_refers_to_is(
    value: Any, of: dict[str, dict[str, Any]]
) -> None:
    resolved = resolve(value, of)
    assert unknown(resolved) is any(r["get"] not in of.get(r["ref"], {}) for r in held(value))
    assert held(resolved) == []


@given(values, known)
def test_resolving_twice_is_resolving_once(value: Any, of: dict[str, dict[str, Any]]) -> None:
    resolved = resolve(value, of)
    assert resolve(resolved, of) == resolved


@given(values)
def test_what_refers_to_nothing_stays(value: Any) -> None:
    assume(not held(value))
    assert resolve(value, {}) == value
    assert not unknown(value)

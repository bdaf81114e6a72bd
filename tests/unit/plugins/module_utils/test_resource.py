"""The plan between what a resource should be and what it is."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    KNOWN_AFTER_APPLY,
    Action,
    Change,
    Desired,
    Effect,
    Kind,
    Observed,
    Plan,
    Problem,
    Property,
    decide,
    plan,
    removal,
    tag_changes,
    unknown,
)

KIND = Kind(
    "thing",
    {
        "size": Property(lambda before, after: before is not None and before >= after),
        "tier": Property(effect=Effect.DOWNTIME),
        "name": Property(),
        "zone": Property(immutable="Make a second one."),
        "key": Property(immutable="Copy it."),
    },
)


def thing(tags: dict[str, str] | None = None, **properties: Any) -> Desired:
    return Desired("thing", "one", properties, tags or {}, role="shop")


def seen(tags: dict[str, str] | None = None, pending: dict[str, Any] | None = None, **properties: Any) -> Observed:
    return Observed("thing", "one", properties, tags or {}, pending=pending or {})


def test_a_resource_that_does_not_exist_is_created_with_all_that_is_given() -> None:
    wanted = thing({"Name": "one"}, size=20, name=None, zone=KNOWN_AFTER_APPLY)
    made = plan(KIND, wanted, None)
    assert made.action is Action.CREATE
    assert made.changed
    assert made.changes == (
        Change("size", None, 20),
        Change("zone", None, KNOWN_AFTER_APPLY),
        Change("tags", None, {"Name": "one"}),
    )


def test_without_tags_none_are_created() -> None:
    assert plan(KIND, thing(size=20), None).changes == (Change("size", None, 20),)


@pytest.mark.parametrize(
    ("wanted", "found", "changes"),
    [
        pytest.param(thing(), seen(name="b"), [], id="what is left out is never reset"),
        pytest.param(thing(name=None), seen(name="b"), [], id="nor what is none"),
        pytest.param(thing(name="a"), seen(name="a"), [], id="equal"),
        pytest.param(thing(name="a"), seen(name="b"), [Change("name", "b", "a")], id="different"),
        pytest.param(thing(name="a"), seen(), [Change("name", None, "a")], id="not there"),
        pytest.param(thing(size=20), seen(size=30), [], id="satisfied though different"),
        pytest.param(thing(size=20), seen(size=10), [Change("size", 10, 20)], id="not satisfied"),
        pytest.param(thing(size=20), seen(size=10, pending={"size": 20}), [], id="already asked for"),
        pytest.param(
            thing(size=20), seen(size=10, pending={"size": 15}), [Change("size", 10, 20)], id="asked for less"
        ),
        pytest.param(thing(size=None), seen(size=10, pending={"size": 15}), [], id="pending and not wanted"),
        pytest.param(
            thing(name=KNOWN_AFTER_APPLY),
            seen(name="b"),
            [Change("name", "b", KNOWN_AFTER_APPLY)],
            id="not known yet, hence perhaps different",
        ),
        pytest.param(
            thing({"A": "1", "C": "3"}, name="a"),
            seen({"A": "2", "B": "2", "aws:x": "y"}, name="b"),
            [
                Change("name", "b", "a"),
                Change("tags.A", "2", "1"),
                Change("tags.B", "2", None),
                Change("tags.C", None, "3"),
            ],
            id="tags",
        ),
    ],
)
def test_changes_that_cost_nothing(wanted: Desired, found: Observed, changes: list[Change]) -> None:
    made = plan(KIND, wanted, found)
    assert list(made.changes) == changes
    assert made.action is (Action.UPDATE if changes else Action.NONE)
    assert made.changed is bool(changes)
    assert not made.waiting


BIGGER = Change("tier", "micro", "small", Effect.DOWNTIME)
RENAMED = Change("name", "b", "a")


@pytest.mark.parametrize(
    ("allow", "action", "changes", "waiting"),
    [
        (frozenset(), Action.UPDATE, (RENAMED,), (BIGGER,)),
        (frozenset({Effect.REBOOT}), Action.UPDATE, (RENAMED,), (BIGGER,)),
        (frozenset({Effect.DOWNTIME}), Action.UPDATE, (BIGGER, RENAMED), ()),
    ],
)
def test_a_costly_change_waits_until_it_is_allowed(
    allow: frozenset[Effect], action: Action, changes: tuple[Change, ...], waiting: tuple[Change, ...]
) -> None:
    wanted, found = thing(tier="small", name="a"), seen(tier="micro", name="b")
    assert plan(KIND, wanted, found, allow) == Plan("thing", "one", action, changes, waiting)


def test_what_only_waits_changes_nothing() -> None:
    made = plan(KIND, thing(tier="small"), seen(tier="micro"))
    assert (made.action, made.changed, made.waiting) == (Action.NONE, False, (BIGGER,))


def test_a_change_that_waits_for_something_else_is_not_made_though_its_effect_is_allowed() -> None:
    waits = Change("tier", "micro", "small", Effect.DOWNTIME, waits="the maintenance window")
    assert decide(thing(), [waits], [], frozenset(Effect)).waiting == (waits,)


def test_all_immutable_differences_are_refused_and_nothing_else_is_changed() -> None:
    wanted = thing(zone="b", key=KNOWN_AFTER_APPLY, name="a", tier="small")
    made = plan(KIND, wanted, seen(zone="a", key="k", name="b", tier="micro"))
    assert made == Plan(
        "thing",
        "one",
        Action.REFUSE,
        (),
        (BIGGER,),
        (
            Problem("shop_zone", "b", "is a and cannot be changed in place. Make a second one."),
            Problem("shop_key", KNOWN_AFTER_APPLY, "is k and cannot be changed in place. Copy it."),
        ),
    )
    assert not made.changed


def test_an_immutable_property_that_is_as_wanted_is_no_refusal() -> None:
    assert plan(KIND, thing(zone="a", key=None), seen(zone="a", key="k")).action is Action.NONE


def test_removal_shows_what_goes() -> None:
    gone = removal(seen({"A": "1"}, size=10, name="a"))
    assert gone.action is Action.DELETE
    assert gone.changed
    assert gone.changes == (
        Change("size", 10, None, note="ours, no longer wanted"),
        Change("name", "a", None, note="ours, no longer wanted"),
    )


def test_a_plan_as_a_result_and_as_a_diff() -> None:
    problem = Problem("shop_zone", "b", "is a.")
    made = Plan(
        "thing",
        "one",
        Action.UPDATE,
        (Change("name", None, "a"), Change("tags.B", "2", None, note="gone")),
        (Change("tier", "micro", "small", Effect.DOWNTIME, waits="the window"),),
        (problem,),
    )
    assert made.as_dict() == {
        "kind": "thing",
        "name": "one",
        "action": "update",
        "changes": [
            {"property": "name", "before": None, "after": "a", "effect": "none"},
            {"property": "tags.B", "before": "2", "after": None, "effect": "none", "note": "gone"},
        ],
        "waiting": [
            {"property": "tier", "before": "micro", "after": "small", "effect": "downtime", "waits": "the window"}
        ],
        "refusals": [{"input": "shop_zone", "value": "b", "message": "is a."}],
    }
    assert made.diff() == {
        "before_header": "thing/one",
        "after_header": "thing/one",
        "before": {"tags.B": "2"},
        "after": {"name": "a"},
    }


@pytest.mark.parametrize(
    ("resource", "name", "key"),
    [
        (Desired("thing", "one"), "size", "size"),
        (Desired("thing", "one", role="shop"), "size", "shop_size"),
        (Desired("thing", "one", role="shop", keys={"size": "shop_storage"}), "size", "shop_storage"),
        (Desired("thing", "one", role="shop"), "parameters.work_mem", "shop_parameters.work_mem"),
        (Desired("thing", "one", role="shop", keys={"parameters": "p"}), "parameters.pg.x", "p.pg.x"),
        (Desired("thing", "one", role="shop", keys={"a": "p", "a.b": "q"}), "a.b", "q"),
        (Desired("thing", "one", role="shop", keys={"a": "p", "a.b": "q"}), "a.c", "p.c"),
    ],
)
def test_the_inventory_key_of_a_property(resource: Desired, name: str, key: str) -> None:
    assert resource.input_name(name) == key


@pytest.mark.parametrize(("given", "shown"), [(None, 19), (0, 0), ("x", "x")])
def test_a_problem_shows_the_value_wanted_unless_it_is_given_another(given: Any, shown: Any) -> None:
    problem = thing(size=19).problem("size", "allowed 20 to 100.", given)
    assert problem == Problem("shop_size", shown, "allowed 20 to 100.")
    assert str(problem) == f"shop_size: {shown}\n    allowed 20 to 100."


def test_kind_and_name_are_the_key() -> None:
    assert thing().key == seen().key == Plan("thing", "one").key == "thing/one"


def test_a_kind_has_no_rules_unless_it_is_given_some() -> None:
    assert not list(KIND.check(thing()))


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (KNOWN_AFTER_APPLY, True),
        (f"arn:{KNOWN_AFTER_APPLY}", True),
        ("known", False),
        (None, False),
        (7, False),
        ({"a": [1, ({"b": KNOWN_AFTER_APPLY},)]}, True),
        ({"a": [1, ({"b": "known"},)]}, False),
        ({KNOWN_AFTER_APPLY}, True),
        (frozenset({"known"}), False),
    ],
)
def test_unknown(value: Any, answer: bool) -> None:
    assert unknown(value) is answer


@pytest.mark.parametrize(
    ("wanted", "present", "changes"),
    [
        ({}, {"A": "1"}, []),
        ({"A": "1"}, {"A": "1", "aws:cloudformation:stack-name": "x"}, []),
        ({"A": "1"}, {}, [Change("tags.A", None, "1")]),
        ({"A": "2"}, {"A": "1"}, [Change("tags.A", "1", "2")]),
        ({"A": "1"}, {"A": "1", "B": "2"}, [Change("tags.B", "2", None)]),
        ({"A": "1"}, {"a": "1"}, [Change("tags.A", None, "1"), Change("tags.a", "1", None)]),
    ],
)
def test_tag_changes(wanted: dict[str, str], present: dict[str, str], changes: list[Change]) -> None:
    assert tag_changes(wanted, present) == changes

"""What holds for every teardown, whatever is found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Found, Options, Situation
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.order import SCOPES
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.plan import plan
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.rules_database import uses
from hypothesis import given
from hypothesis import strategies as st

OWNER = Owner("retail", "pr4")
NOW = datetime(2026, 11, 20, 23, 15, tzinfo=UTC)
KEYS = ["arn:aws:kms:us-east-1:1:key/one", "arn:aws:kms:us-east-1:1:key/two"]
NAMES = ["one", "two", "three"]

tags = st.sampled_from(
    [
        OWNER.tags(),
        OWNER.tags() | {"Name": "x"},
        Owner("retail", "pr42").tags(),
        Owner("finance", "pr4").tags(),
        {"pgfleet:system": "retail"},
        {},
    ]
)
# One draw for all facts of a thing: drawn one by one, they are slow.
FACTS = [
    dict(
        zip(
            ("kms_key", "status", "replica_of", "database", "cluster", "objects", "deletes_on", "vpc_id"),
            chosen,
            strict=True,
        )
    )
    for chosen in product(
        (None, *KEYS),
        ("available", "deleting", "failed"),
        (None, "one"),
        ("one", None),
        ("two", None),
        (0, 2),
        (None, NOW, NOW + timedelta(days=20), NOW + timedelta(days=40)),
        ("id-0", "id-1"),
    )
]


def situations(scope: str) -> st.SearchStrategy[Situation]:
    kinds = [*(step.kind for step in SCOPES[scope]), "rds:db-proxy"]
    found = st.lists(
        st.tuples(st.sampled_from(kinds), st.sampled_from(NAMES), tags, st.sampled_from(FACTS)), max_size=10
    ).map(
        lambda items: tuple(
            Found(kind, name, KEYS[n % 2] if kind == "kms_key" else f"id-{n}", dict(tagged), about)
            for n, (kind, name, tagged, about) in enumerate(items)
        )
    )
    options = st.builds(
        Options,
        now=st.just(NOW),
        final_snapshot=st.booleans(),
        final_snapshot_name=st.sampled_from(["", "mine", "not_possible"]),
        empty_bucket=st.booleans(),
        delete_key=st.booleans(),
        secret_recovery_days=st.integers(7, 30),
        key_pending_days=st.integers(7, 30),
    )
    named = st.dictionaries(st.sampled_from(kinds), st.frozensets(st.sampled_from(NAMES)), max_size=3)
    return st.builds(Situation, st.just(OWNER), options, found, named)


anything = st.sampled_from(list(SCOPES)).flatmap(lambda scope: st.tuples(st.just(scope), situations(scope)))


@given(anything)
def test_the_order_respects_what_needs_what(case: tuple[str, Situation]) -> None:
    scope, situation = case
    kinds = [removal.found.kind for removal in plan(scope, situation).removals]
    first = {step.kind: step.after for step in SCOPES[scope]}
    for place, kind in enumerate(kinds):
        assert not set(first[kind]) & set(kinds[place + 1 :])


@given(anything)
def test_only_what_is_ours_is_ever_removed(case: tuple[str, Situation]) -> None:
    scope, situation = case
    for removal in plan(scope, situation).removals:
        tags, facts = removal.found.tags, removal.found.facts
        made_for_ours = not tags and facts.get("database") in situation.our_databases()
        of_our_cluster = not tags and facts.get("cluster") in situation.our_clusters()
        assert OWNER.owns(tags) or made_for_ours or of_our_cluster


@given(anything)
def test_everything_of_ours_is_removed_or_kept_with_a_reason(case: tuple[str, Situation]) -> None:
    scope, situation = case
    decided = plan(scope, situation)
    if decided.problems:
        return
    accounted = {(r.found.kind, r.found.name) for r in decided.removals}
    accounted |= {(k.kind, k.name) for k in decided.kept if k.reason}
    assert {(f.kind, f.name) for f in situation.found if OWNER.owns(f.tags)} <= accounted


@given(anything)
def test_nothing_is_removed_twice_nor_made_up(case: tuple[str, Situation]) -> None:
    scope, situation = case
    found = list(situation.found)
    for removal in plan(scope, situation).removals:
        found.remove(removal.found)


@given(situations("database"))
def test_what_stays_for_good_stays_readable(situation: Situation) -> None:
    decided = plan("database", situation)
    going = [removal.found for removal in decided.removals if removal.found.kind == "kms_key"]
    key_gone = situation.options.now + timedelta(days=situation.options.key_pending_days)
    if decided.problems:
        return
    for kept in decided.kept:
        lasting = kept.until is None or kept.until > key_gone
        assert not (lasting and any(uses(kept.kms_key, key) for key in going))


@given(situations("database"))
def test_a_database_goes_with_a_snapshot_unless_told_otherwise(situation: Situation) -> None:
    for removal in plan("database", situation).removals:
        if removal.found.kind in ("rds_instance", "aurora_cluster") and not removal.found.facts.get("replica_of"):
            assert ("snapshot" in removal.arguments) == situation.options.final_snapshot


def test_steps_come_after_what_they_wait_for() -> None:
    for steps in SCOPES.values():
        kinds = [step.kind for step in steps]
        for place, step in enumerate(steps):
            assert set(step.after) <= set(kinds[:place])

"""Plans of DB parameter groups: what holds for every group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter import Parameter, canonical
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter_group import (
    BATCH,
    PREFIX,
    batches,
    from_aws,
    kind_of,
    plan_db_parameter_group,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter_level import CLUSTER, INSTANCE, Level
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Change, Desired, Observed, Plan
from hypothesis import given
from hypothesis import strategies as st

METADATA = {
    "work_mem": Parameter("work_mem", None, "integer", "64-2147483647", unit="kB"),
    "shared_buffers": Parameter(
        "shared_buffers", "{DBInstanceClassMemory/32768}", "integer", "16-9999", static=True, unit="8kB"
    ),
    "lock_timeout": Parameter("lock_timeout", None, "integer", "0-2147483647", unit="ms"),
    "jit": Parameter("jit", "1", "boolean", "0,1"),
    "log_statement": Parameter("log_statement", "none", "string", "none,ddl,mod,all"),
}
# For each parameter, values that RDS keeps in one form and people write in several.
SPELLINGS: dict[str, list[list[object]]] = {
    "work_mem": [["65536", "64MB", 65536], ["1024", "1MB"]],
    "shared_buffers": [["1024", "8MB"], ["{DBInstanceClassMemory/16384}", "{ DBInstanceClassMemory / 16384 }"]],
    "lock_timeout": [["60000", "1min", "60s"], ["0", 0]],
    "jit": [["1", True, "on"], ["0", False, "off"]],
    "log_statement": [["all", "ALL"], ["ddl"]],
}
written = st.fixed_dictionaries(
    {},
    optional={name: st.sampled_from([v for form in forms for v in form]) for name, forms in SPELLINGS.items()},
)


levels = st.sampled_from([INSTANCE, CLUSTER])


def group(level: Level, values: dict[str, str]) -> Observed:
    user = {name: replace(METADATA[name], value=value, user=True) for name, value in values.items()}
    raw = {level.name_key: "g", "DBParameterGroupFamily": "postgres16", level.arn_key: "arn"}
    return from_aws(level, raw, user, METADATA, {})


def plan(level: Level, wanted: dict[str, object], present: Observed) -> Plan:
    desired = Desired(level.kind, "g", {"family": "postgres16", "parameters": wanted})
    return plan_db_parameter_group(kind_of(level), desired, present, frozenset())


def applied(level: Level, present: Observed, changes: Sequence[Change]) -> Observed:
    """The group after the changes."""
    values = dict(present.properties["parameters"])
    for change in changes:
        name = change.property.removeprefix(PREFIX)
        if change.after is None:
            del values[name]
        else:
            values[name] = change.after
    return group(level, values)


def in_force(present: Observed) -> dict[str, str | None]:
    """What holds in a group: what is set in it, and AWS's own values for the rest."""
    own = {name: parameter.value for name, parameter in METADATA.items()}
    return {**own, **present.properties["parameters"]}


def meant(wanted: dict[str, object]) -> dict[str, str | None]:
    own = {name: parameter.value for name, parameter in METADATA.items()}
    return {**own, **{name: canonical(value, METADATA[name]) for name, value in wanted.items()}}


@given(levels, written, written)
def test_applying_a_plan_gives_what_is_wanted_and_leaves_nothing_to_do(
    level: Level, first: dict[str, object], second: dict[str, object]
) -> None:
    empty = group(level, {})
    before = applied(level, empty, plan(level, first, empty).changes)
    after = applied(level, before, plan(level, second, before).changes)
    assert in_force(after) == meant(second)
    assert set(after.properties["parameters"]) <= set(second)
    again = plan(level, second, after)
    assert again.action is Action.NONE
    assert (again.kind, again.changes) == (level.kind, ())


@given(levels, written, written)
def test_plans_are_minimal(level: Level, first: dict[str, object], second: dict[str, object]) -> None:
    empty = group(level, {})
    before = applied(level, empty, plan(level, first, empty).changes)
    changes = plan(level, second, before).changes
    for left_out in range(len(changes)):
        after = applied(level, before, changes[:left_out] + changes[left_out + 1 :])
        assert plan(level, second, after).changed, changes[left_out]


@given(written)
def test_both_levels_plan_alike(wanted: dict[str, object]) -> None:
    of_instance, of_cluster = (plan(level, wanted, group(level, {})).changes for level in (INSTANCE, CLUSTER))
    assert of_instance == of_cluster


@given(st.lists(st.from_regex(r"[a-c]{1,2}(\.[a-d]{1,3})?", fullmatch=True), unique=True, max_size=90))
def test_batches_lose_nothing_and_hold_twenty(names: list[str]) -> None:
    found = batches(names)
    assert sorted(name for batch in found for name in batch) == sorted(names)
    assert all(0 < len(batch) <= BATCH for batch in found)

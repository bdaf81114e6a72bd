"""Plans of DB parameter groups: what holds for every group."""

from __future__ import annotations

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter import Parameter
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter_group import (
    BATCH,
    DB_PARAMETER_GROUP,
    PREFIX,
    batches,
    from_aws,
    plan_db_parameter_group,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter_level import INSTANCE
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Desired, Observed, Plan
from hypothesis import given
from hypothesis import strategies as st

RAW = {"DBParameterGroupName": "g", "DBParameterGroupFamily": "postgres16", "DBParameterGroupArn": "arn"}
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


def group(values: dict[str, str]) -> Observed:
    user = {
        name: Parameter(name, value, m.data_type, m.allowed, m.static, user=True, unit=m.unit)
        for name, value in values.items()
        for m in (METADATA[name],)
    }
    return from_aws(INSTANCE, RAW, user, METADATA, {})


def plan(wanted: dict[str, object], present: Observed) -> Plan:
    desired = Desired("db_parameter_group", "g", {"family": "postgres16", "parameters": wanted})
    return plan_db_parameter_group(DB_PARAMETER_GROUP, desired, present, frozenset())


def applied(present: Observed, wanted: dict[str, object]) -> Observed:
    """The group after what the plan says has been done to it."""
    values = dict(present.properties["parameters"])
    for change in plan(wanted, present).changes:
        name = change.property.removeprefix(PREFIX)
        if change.after is None:
            del values[name]
        else:
            values[name] = change.after
    return group(values)


@given(written, written)
def test_applying_a_plan_leaves_nothing_to_do(first: dict[str, object], second: dict[str, object]) -> None:
    present = applied(applied(group({}), first), second)
    again = plan(second, present)
    assert again.action is Action.NONE


@given(st.lists(st.from_regex(r"[a-c]{1,2}(\.[a-d]{1,3})?", fullmatch=True), unique=True, max_size=90))
def test_batches_lose_nothing_and_hold_twenty(names: list[str]) -> None:
    found = batches(names)
    assert sorted(name for batch in found for name in batch) == sorted(names)
    assert all(0 < len(batch) <= BATCH for batch in found)

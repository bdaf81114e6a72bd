"""Plans of DB parameter groups, tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter import Parameter
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter_group import (
    BATCH,
    DB_PARAMETER_GROUP,
    batches,
    check_db_parameter_group,
    covers,
    from_aws,
    kind_of,
    parameter_problems,
    plan_db_parameter_group,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter_level import CLUSTER, INSTANCE, Level
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    KNOWN_AFTER_APPLY,
    Action,
    Desired,
    Effect,
    Observed,
)

NOTHING: frozenset[Effect] = frozenset()
METADATA = {
    parameter.name: parameter
    for parameter in (
        Parameter("work_mem", None, "integer", "64-2147483647", unit="kB"),
        Parameter("log_statement", None, "string", "none,ddl,mod,all"),
        Parameter("track_io_timing", "1", "boolean", "0,1"),
        Parameter("max_connections", "LEAST({DBInstanceClassMemory/9531392},5000)", "integer", "6-262143", static=True),
        Parameter("ssl_ca_file", "/rdsdbdata/ca.pem", modifiable=False),
    )
}


def desired(parameters: Mapping[str, Any] | None, **more: Any) -> Desired:
    properties = {"family": "postgres16", "description": "text"} | (
        {} if parameters is None else {"parameters": parameters}
    )
    return Desired("db_parameter_group", "group", properties | more, {"Name": "group"}, role="rds_postgres")


def observed(**user: str) -> Observed:
    raw = {
        "DBParameterGroupName": "group",
        "DBParameterGroupFamily": "postgres16",
        "Description": "text",
        "DBParameterGroupArn": "arn",
    }
    values = {
        name: Parameter(name, value, m.data_type, m.allowed, m.static, m.modifiable, user=True, unit=m.unit)
        for name, value in user.items()
        for m in (METADATA[name],)
    }
    return from_aws(INSTANCE, raw, values, METADATA, {"Name": "group"})


def changes(parameters: Mapping[str, Any] | None, **user: str) -> list[tuple[str, Any, Any, str]]:
    found = plan_db_parameter_group(DB_PARAMETER_GROUP, desired(parameters), observed(**user), NOTHING)
    return [(c.property, c.before, c.after, c.note) for c in found.changes]


@pytest.mark.parametrize(
    ("parameters", "user", "expected"),
    [
        ({}, {}, []),
        (None, {"work_mem": "4096"}, []),
        ({"work_mem": "64MB"}, {"work_mem": "65536"}, []),
        ({"work_mem": "64MB"}, {}, [("parameters.work_mem", None, "65536", "in kB")]),
        ({"log_statement": "ALL"}, {"log_statement": "all"}, []),
        # Set by AWS to the wanted value: nothing to do, whoever set it.
        ({"track_io_timing": True}, {}, []),
        ({"track_io_timing": "off"}, {}, [("parameters.track_io_timing", "1", "0", "")]),
        (
            {"max_connections": 200},
            {},
            [
                (
                    "parameters.max_connections",
                    "LEAST({DBInstanceClassMemory/9531392},5000)",
                    "200",
                    "takes effect at the next reboot",
                )
            ],
        ),
        ({"max_connections": "least({DBInstanceClassMemory / 9531392}, 5000)"}, {}, []),
        ({}, {"work_mem": "4096"}, [("parameters.work_mem", "4096", None, "reset to the default")]),
        ({"work_mem": None}, {"work_mem": "4096"}, [("parameters.work_mem", "4096", None, "reset to the default")]),
        (
            {},
            {"max_connections": "9"},
            [("parameters.max_connections", "9", None, "reset to the default, takes effect at the next reboot")],
        ),
        # What cannot work is verified elsewhere, and shown as it was written.
        ({"work_mem": "64 apples"}, {}, [("parameters.work_mem", None, "64 apples", "in kB")]),
        ({"no_such": 1}, {}, [("parameters.no_such", None, "1", "")]),
    ],
)
def test_changes(parameters: Any, user: dict[str, str], expected: list[tuple[str, Any, Any, str]]) -> None:
    assert changes(parameters, **user) == expected


def test_a_new_group_is_planned_parameter_by_parameter() -> None:
    found = plan_db_parameter_group(DB_PARAMETER_GROUP, desired({"work_mem": "64MB", "off": None}), None, NOTHING)
    assert found.action is Action.CREATE
    assert {c.property: c.after for c in found.changes} == {
        "family": "postgres16",
        "description": "text",
        "parameters.work_mem": "64MB",
        "tags.Name": "group",
    }


def test_another_family_and_description_are_refused_together() -> None:
    found = plan_db_parameter_group(
        DB_PARAMETER_GROUP, desired({"work_mem": "1MB"}, family="postgres15", description="other"), observed(), NOTHING
    )
    assert found.action is Action.REFUSE
    assert not found.changes
    assert [(p.input, p.value) for p in found.refusals] == [
        ("rds_postgres_family", "postgres15"),
        ("rds_postgres_description", "other"),
    ]
    assert all("give the group another name" in p.message for p in found.refusals)


def test_tags_are_changed_with_the_parameters() -> None:
    wanted = Desired("db_parameter_group", "group", {"parameters": {}}, {"Name": "new"})
    found = plan_db_parameter_group(DB_PARAMETER_GROUP, wanted, observed(), NOTHING)
    assert [(c.property, c.before, c.after) for c in found.changes] == [("tags.Name", "group", "new")]


@pytest.mark.parametrize(
    ("parameters", "user", "covered"),
    [
        (None, {"work_mem": "1"}, True),
        ({}, {}, True),
        ({"work_mem": "64MB"}, {"work_mem": "65536"}, True),
        ({"work_mem": "64MB"}, {"work_mem": "65537"}, False),
        ({"work_mem": "64 apples"}, {"work_mem": "65536"}, False),
        ({"work_mem": "64MB"}, {}, False),
        ({}, {"work_mem": "65536"}, False),
    ],
)
def test_covers(parameters: Any, user: dict[str, str], covered: bool) -> None:
    held = {name: p for name, p in observed(**user).attributes["_metadata"].items() if p.user}
    assert covers(desired(parameters), held) is covered


def test_all_problems_are_named() -> None:
    wanted = desired(
        {"work_memm": "1MB", "zzz": 1, "work_mem": "1kB", "ssl_ca_file": "x", "log_statement": "all", "x": None}
    )
    assert [(p.input, p.value, p.message) for p in parameter_problems(wanted, METADATA)] == [
        ("rds_postgres_parameters.work_memm", "1MB", "postgres16 has no such parameter. Did you mean work_mem?"),
        ("rds_postgres_parameters.zzz", "1", "postgres16 has no such parameter."),
        ("rds_postgres_parameters.work_mem", "1kB", "is out of range. Allowed: 64 to 2147483647 kB."),
        ("rds_postgres_parameters.ssl_ca_file", "x", "is set by RDS and cannot be changed. Leave it out."),
    ]


@pytest.mark.parametrize(
    ("name", "family", "inputs"),
    [
        ("parameter-group-retail-prod-postgres16", "postgres16", []),
        ("g", "aurora-postgresql15", []),
        ("g", KNOWN_AFTER_APPLY, []),
        ("g", None, []),
        ("Group", "postgres16", ["name"]),
        ("a--b", "postgres16", ["name"]),
        ("a-", "postgres16", ["name"]),
        ("1a", "mysql8.0", ["name", "family"]),
    ],
)
def test_check(name: str, family: str | None, inputs: list[str]) -> None:
    for kind in ("db_parameter_group", "db_cluster_parameter_group"):
        found = check_db_parameter_group(Desired(kind, name, {"family": family}))
        assert [problem.input for problem in found] == inputs


@pytest.mark.parametrize(
    ("kind", "title", "families"),
    [
        ("db_parameter_group", "DB parameter group", "postgres16, aurora-postgresql16"),
        ("db_cluster_parameter_group", "DB cluster parameter group", "aurora-postgresql16, aurora-postgresql15"),
    ],
)
def test_problems_speak_of_the_sort_of_group(kind: str, title: str, families: str) -> None:
    name, family = check_db_parameter_group(Desired(kind, "1a", {"family": "mysql8.0"}))
    assert name.message.startswith(f"is no name of a {title}. Allowed: 1-255 ")
    assert family.message == f"is no family of PostgreSQL parameters. Allowed: {families}, ..."


@pytest.mark.parametrize(("level", "user"), [(INSTANCE, "instance"), (CLUSTER, "cluster")])
def test_the_way_to_another_family_is_another_group(level: Level, user: str) -> None:
    wanted = Desired(level.kind, "group", {"family": "aurora-postgresql15"})
    present = Observed(level.kind, "group", {"family": "aurora-postgresql16", "description": "d", "parameters": {}})
    (refusal,) = plan_db_parameter_group(kind_of(level), wanted, present, NOTHING).refusals
    assert refusal.message.endswith(f"and put the {user} on that.")


@pytest.mark.parametrize(
    ("kind", "family", "hinted"),
    [
        ("db_parameter_group", "aurora-postgresql16", True),
        ("db_parameter_group", "postgres16", False),
        ("db_cluster_parameter_group", "aurora-postgresql16", False),
    ],
)
def test_where_most_of_auroras_parameters_are(kind: str, family: str, hinted: bool) -> None:
    wanted = Desired(kind, "group", {"family": family, "parameters": {"rds.force_ssl": True}})
    (problem,) = parameter_problems(wanted, METADATA)
    hint = " Aurora keeps many parameters in the DB cluster parameter group only." if hinted else ""
    assert problem.message == f"{family} has no such parameter.{hint}"


def test_batches_hold_twenty_and_keep_together_what_depends_on_each_other() -> None:
    singles = [f"single_{n}" for n in range(30)]
    extension = [f"pgaudit.{n}" for n in range(5)] + ["shared_preload_libraries"]
    pair = ["min_wal_size", "max_wal_size"]
    found = batches([*singles, *extension, *pair])
    assert sorted(name for batch in found for name in batch) == sorted([*singles, *extension, *pair])
    assert all(len(batch) <= BATCH for batch in found)
    assert len(found) == 2
    for together in (extension, pair):
        assert any(set(together) <= set(batch) for batch in found)


def test_ties_over_a_common_member_join() -> None:
    # max_worker_processes ties logical replication to the parallel workers.
    tied = ["rds.logical_replication", "max_worker_processes", "max_parallel_workers"]
    assert any(set(tied) <= set(batch) for batch in batches([*tied, *(f"a{n}" for n in range(19))]))


@pytest.mark.parametrize(
    ("switch", "parameter"),
    [
        ("rds.enable_plan_management", "apg_plan_mgmt.max_plans"),
        ("rds.babelfish_status", "babelfishpg_tds.port"),
        ("rds.babelfish_status", "babelfishpg_tsql.migration_mode"),
    ],
)
def test_what_aurora_switches_on_stays_with_its_switch(switch: str, parameter: str) -> None:
    found = batches([switch, parameter, *(f"a{n}" for n in range(19))])
    assert any({switch, parameter} <= set(batch) for batch in found)


def test_more_than_a_batch_of_one_extension_is_split() -> None:
    assert [len(batch) for batch in batches([f"pgaudit.p{n}" for n in range(25)])] == [20, 5]

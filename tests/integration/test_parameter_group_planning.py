"""What the planner sees of DB parameter groups and DB cluster parameter groups, and with which calls."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter_level import CLUSTER, INSTANCE, Level
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._registry import HANDLERS
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Desired
from ansible_collections.pgfleet.aws.plugins.module_utils._stack import StackPlan, check, plan_stack

from emulator.testing import Emulator

OWNER = Owner("retail", "prod")
FAMILY = "aurora-postgresql16"
both_levels = pytest.mark.parametrize("level", [INSTANCE, CLUSTER])


@pytest.fixture
def scope(aws: Emulator) -> Scope:
    return Scope(Clients(lambda service, **_: aws.client(service)), OWNER, "123456789012", "us-east-1")


def wanted(level: Level, name: str = "group", family: str = FAMILY, **parameters: Any) -> Desired:
    properties = {"family": family, "description": "d", "parameters": parameters}
    return Desired(level.kind, name, properties, OWNER.tags(), "rds_postgres")


def planned(scope: Scope, *resources: Desired) -> StackPlan:
    assert check(resources, HANDLERS) == []
    return plan_stack(scope, resources, HANDLERS, frozenset())


def make(aws: Emulator, level: Level, **values: str) -> None:
    rds, name = aws.client("rds"), {level.name_key: "group"}
    tags = [{"Key": key, "Value": value} for key, value in OWNER.tags().items()]
    create = getattr(rds, level.group_method("create"))
    create(**name, DBParameterGroupFamily=FAMILY, Description="d", Tags=tags)
    changes = [{"ParameterName": n, "ParameterValue": v, "ApplyMethod": "pending-reboot"} for n, v in values.items()]
    getattr(rds, level.group_method("modify"))(**name, Parameters=changes)


@both_levels
def test_the_life_of_a_group_in_plans(aws: Emulator, scope: Scope, level: Level) -> None:
    group = wanted(level, work_mem="64MB", log_statement="ALL")
    [new] = planned(scope, group).plans
    assert (new.kind, new.action) == (level.kind, Action.CREATE)
    make(aws, level, work_mem="65536", log_statement="all")
    mark = aws.mark()
    assert planned(scope, group).in_sync
    assert len(aws.log(since=mark)) == 3
    [changed] = planned(scope, wanted(level, work_mem="64MB", log_statement="ddl")).plans
    assert [(change.property, change.before, change.after) for change in changed.changes] == [
        ("parameters.log_statement", "all", "ddl")
    ]
    assert aws.writes(since=mark) == []


@both_levels
def test_what_cannot_be_is_named_whether_the_group_is_there_or_not(aws: Emulator, scope: Scope, level: Level) -> None:
    bad = wanted(level, work_mem="1kB", shared_buffers="{DBInstanceMemory}")
    for _ in range(2):
        problems = planned(scope, bad).problems
        assert [problem.input for problem in problems] == [
            "rds_postgres_parameters.work_mem",
            "rds_postgres_parameters.shared_buffers",
        ]
        if not aws.writes():
            make(aws, level, work_mem="64")


@both_levels
def test_another_family_is_refused(aws: Emulator, scope: Scope, level: Level) -> None:
    make(aws, level, work_mem="64")
    [problem] = planned(scope, wanted(level, family="aurora-postgresql15", work_mem=64)).problems
    assert problem.input == "rds_postgres_family"
    assert f"put the {level.user} on that" in problem.message


def test_one_name_at_both_levels_are_two_groups(aws: Emulator, scope: Scope) -> None:
    make(aws, CLUSTER, work_mem="64")
    of_instance, of_cluster = planned(scope, wanted(INSTANCE, work_mem=64), wanted(CLUSTER, work_mem=64)).plans
    assert (of_instance.action, of_cluster.action) == (Action.CREATE, Action.NONE)


def test_new_groups_of_one_family_share_its_metadata(aws: Emulator, scope: Scope) -> None:
    groups = [wanted(CLUSTER, name, work_mem=64) for name in ("a", "b", "c")]
    assert [plan.action for plan in planned(scope, *groups).plans] == [Action.CREATE] * 3
    actions = [entry["action"] for entry in aws.log()]
    # A page has a hundred of them, and the family is not read for each group.
    assert actions.count("DescribeEngineDefaultClusterParameters") <= 5
    assert actions.count("DescribeDBClusterParameterGroups") == 1

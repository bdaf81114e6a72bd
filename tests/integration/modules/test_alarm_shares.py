"""cloudwatch_alarms with thresholds that are a share of what a database has, through ansible-playbook and in a plan."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._registry import HANDLERS
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY, Action, Desired
from ansible_collections.pgfleet.aws.plugins.module_utils._stack import StackPlan, plan_stack

from emulator.testing import Emulator
from tests.integration.modules.module_runner import Ran, run_module

DATABASE = "db-retail-prod"
GIB = 1024**3
OURS = Owner("retail", "prod")
COMMON: dict[str, Any] = {
    "namespace": "AWS/RDS",
    "dimensions": {"DBInstanceIdentifier": DATABASE},
    "statistic": "Average",
    "period_seconds": 300,
    "evaluation_periods": 1,
}
STORAGE = {**COMMON, "metric_name": "FreeStorageSpace", "comparison_operator": "LessThanThreshold"}
MEMORY = {**COMMON, "metric_name": "FreeableMemory", "comparison_operator": "LessThanThreshold"}
BUSY = {**COMMON, "metric_name": "DatabaseConnections", "comparison_operator": "GreaterThanThreshold"}
SHARES = [
    {"name": "storage", "threshold_percent": 10, **STORAGE},
    {"name": "memory", "threshold_percent": 5, **MEMORY},
    {"name": "connections", "threshold_percent": 80, **BUSY},
    {"name": "a-number", "threshold": 1, **BUSY},
]


@pytest.fixture
def database(aws: Emulator) -> str:
    """A db.t3.micro with 20 GiB, in a parameter group of its own."""
    rds = aws.client("rds")
    rds.create_db_parameter_group(DBParameterGroupName="group16", DBParameterGroupFamily="postgres16", Description="x")
    rds.create_db_instance(
        DBInstanceIdentifier=DATABASE,
        Engine="postgres",
        DBInstanceClass="db.t3.micro",
        AllocatedStorage=20,
        MasterUsername="dbadmin",
        MasterUserPassword="Zebra5Quartz7Lemon",
        DBParameterGroupName="group16",
    )
    return DATABASE


def run(aws: Emulator, alarms: list[dict[str, Any]], check: bool = False) -> Ran:
    options = {"system": OURS.system, "suffix": OURS.suffix, "alarms": alarms}
    return run_module(aws, "cloudwatch_alarms", options, check=check)


def thresholds(aws: Emulator) -> dict[str, float]:
    found = aws.client("cloudwatch").describe_alarms()["MetricAlarms"]
    return {alarm["AlarmName"]: alarm["Threshold"] for alarm in found}


def test_shares_follow_the_database(aws: Emulator, database: str) -> None:
    made = run(aws, SHARES)
    assert made.actions[:2] == ["DescribeDBInstances", "DescribeDBParameters"]
    expected = {"storage": 2 * GIB, "memory": int(GIB * 0.05), "connections": 65, "a-number": 1}
    assert thresholds(aws) == expected

    again = run(aws, SHARES)
    assert (again.changed, again.writes) == (False, [])

    rds = aws.client("rds")
    parameter = {"ParameterName": "max_connections", "ParameterValue": "200", "ApplyMethod": "pending-reboot"}
    rds.modify_db_parameter_group(DBParameterGroupName="group16", Parameters=[parameter])
    rds.modify_db_instance(
        DBInstanceIdentifier=database, AllocatedStorage=40, DBInstanceClass="db.t3.small", ApplyImmediately=True
    )
    followed = run(aws, SHARES)
    assert followed.writes == ["PutMetricAlarm"] * 3
    assert thresholds(aws) == {"storage": 4 * GIB, "memory": int(2 * GIB * 0.05), "connections": 160, "a-number": 1}


def test_a_database_that_does_not_exist(aws: Emulator) -> None:
    checked = run(aws, SHARES[:1], check=True)
    assert (checked.changed, checked.writes) == (True, [])
    changes = {change["property"]: change["after"] for change in checked.result["plan"][0]["changes"]}
    assert changes["threshold"] == KNOWN_AFTER_APPLY
    refused = run(aws, SHARES)
    assert refused.result["failed"]
    assert refused.writes == []
    for name in ("storage", "memory", "connections"):
        assert f"alarm {name}: there is no DB instance {DATABASE}" in refused.message


def test_bad_shares_are_named_before_anything_is_asked(aws: Emulator) -> None:
    bad = [
        {**SHARES[0], "threshold_percent": 101},
        {**SHARES[1], "threshold": 5},
        {**SHARES[2], "metric_name": "CPUUtilization"},
        {**SHARES[2], "name": "cluster", "dimensions": {"DBClusterIdentifier": "c"}},
    ]
    refused = run(aws, bad)
    assert refused.requests == []
    for message in (
        "alarms[storage].threshold_percent: 101",
        "alarms[memory].threshold: 5",
        "alarms[connections].threshold_percent: 80",
        "alarms[cluster].dimensions: DBClusterIdentifier",
    ):
        assert message in refused.message


def planned(aws: Emulator, *resources: Desired) -> StackPlan:
    scope = Scope(Clients(lambda service, **_: aws.client(service)), OURS, "123456789012", "us-east-1")
    return plan_stack(scope, resources, HANDLERS, frozenset())


def alarm(share: dict[str, Any]) -> Desired:
    properties = {name: value for name, value in share.items() if name != "name"}
    return Desired("metric_alarm", share["name"], properties, OURS.tags(), "monitoring")


def thresholds_of(plan: StackPlan) -> dict[str, Any]:
    return {p.name: c.after for p in plan.plans for c in p.changes if c.property == "threshold"}


def test_a_plan_takes_the_database_as_it_will_be(aws: Emulator, database: str) -> None:
    alarms = [alarm(share) for share in SHARES[:3]]
    assert thresholds_of(planned(aws, *alarms)) == {"storage": 2 * GIB, "memory": int(GIB * 0.05), "connections": 65}

    group = Desired("db_parameter_group", "group16", {"parameters": {"max_connections": 100}})
    # The class waits for permission to stop the database: it stays what it is.
    bigger = Desired("rds_instance", database, {"allocated_storage_gib": 30, "instance_class": "db.t3.large"})
    plan = planned(aws, group, bigger, *alarms)
    assert thresholds_of(plan) == {"storage": 3 * GIB, "memory": int(GIB * 0.05), "connections": 80}
    assert [(c.property, c.after) for p in plan.plans for c in p.waiting] == [("instance_class", "db.t3.large")]

    new = Desired(
        "rds_instance",
        "new",
        {"engine": "postgres", "instance_class": "db.m6g.large", "allocated_storage_gib": 100},
    )
    dimensions = {"dimensions": {"DBInstanceIdentifier": "new"}}
    plan = planned(aws, new, *(alarm({**share, **dimensions}) for share in SHARES[:3]))
    assert thresholds_of(plan) == {"storage": 10 * GIB, "memory": int(8 * GIB * 0.05), "connections": 652}
    assert [p.action for p in plan.plans] == [Action.CREATE] * 4

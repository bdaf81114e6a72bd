"""Writes to parameter groups, at both levels: the requests, in order, and the group as it is then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.db_parameter_group import apply_parameter_group
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter import Parameter
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter_group import (
    DB_PARAMETER_GROUP,
    plan_db_parameter_group,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter_level import CLUSTER, INSTANCE, Level
from ansible_collections.pgfleet.aws.plugins.module_utils._observers import rds_groups
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed, removal

from tests.unit.stubs import Exchange, answering

FAMILY = "aurora-postgresql16"
both_levels = pytest.mark.parametrize("level", [INSTANCE, CLUSTER])
METADATA = {
    "work_mem": Parameter("work_mem", None, "integer", "64-2147483647", unit="kB"),
    "wal_buffers": Parameter("wal_buffers", None, "integer", "-1-262143", static=True, unit="8kB"),
}


@pytest.fixture(autouse=True)
def _no_family_known() -> Iterator[None]:
    rds_groups.family_parameters.cache_clear()
    yield
    rds_groups.family_parameters.cache_clear()


def desired(level: Level, parameters: dict[str, Any], **tags: str) -> Desired:
    return Desired(level.kind, "g", {"family": FAMILY, "parameters": parameters}, tags)


def observed(level: Level, **values: str) -> Observed:
    """A group with these values and no others."""
    properties = {"family": FAMILY, "description": "g", "parameters": values}
    known = {name: replace(parameter, value=values.get(name)) for name, parameter in METADATA.items()}
    return Observed(level.kind, "g", properties, {"Name": "g"}, {"arn": "arn:g", "_metadata": known})


def named(name: str, method: str, value: str | None = None) -> dict[str, str]:
    return {"ParameterName": name, "ApplyMethod": method} | ({"ParameterValue": value} if value else {})


def modified(level: Level, *parameters: dict[str, str]) -> Exchange:
    return Exchange(level.group_method("modify"), {level.name_key: "g", "Parameters": list(parameters)})


def applied(wanted: Desired, present: Observed | None, *exchanges: Exchange) -> Observed | None:
    plan = plan_db_parameter_group(DB_PARAMETER_GROUP, wanted, present, frozenset())
    with answering("rds", *exchanges) as scope:
        return apply_parameter_group(scope.clients("rds"), wanted, present, plan)


def created(level: Level, **tags: str) -> Exchange:
    asked = {
        level.name_key: "g",
        "DBParameterGroupFamily": FAMILY,
        "Description": "g",
        "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
    }
    made = {level.name_key: "g", "DBParameterGroupFamily": FAMILY, "Description": "g", level.arn_key: "arn:g"}
    return Exchange(level.group_method("create"), asked, {level.group_key: made})


@both_levels
def test_a_new_group_gets_its_parameters_as_rds_keeps_them(level: Level) -> None:
    raw = [
        {"ParameterName": "work_mem", "DataType": "integer", "Description": "(kB) M.", "ApplyType": "dynamic"},
        {"ParameterName": "wal_buffers", "DataType": "integer", "Description": "(8kB) B.", "ApplyType": "static"},
    ]
    found = applied(
        desired(level, {"work_mem": "64MB", "wal_buffers": "16MB"}, Name="g"),
        None,
        created(level, Name="g"),
        Exchange(level.defaults_method, {"DBParameterGroupFamily": FAMILY}, {"EngineDefaults": {"Parameters": raw}}),
        modified(level, named("wal_buffers", "pending-reboot", "2048"), named("work_mem", "immediate", "65536")),
    )
    assert found is not None
    assert (found.kind, found.attributes["arn"], found.tags) == (level.kind, "arn:g", {"Name": "g"})
    assert found.properties["parameters"] == {"wal_buffers": "2048", "work_mem": "65536"}


@both_levels
def test_a_new_group_without_parameters_is_one_request(level: Level) -> None:
    found = applied(desired(level, {}), None, created(level))
    assert found is not None
    assert found.properties["parameters"] == {}


@both_levels
def test_what_differs_is_set_and_what_is_not_wanted_is_reset(level: Level) -> None:
    found = applied(
        desired(level, {"work_mem": "64MB"}, Name="new"),
        observed(level, wal_buffers="64", work_mem="4096"),
        modified(level, named("work_mem", "immediate", "65536")),
        Exchange(
            level.group_method("reset"),
            {
                level.name_key: "g",
                "ResetAllParameters": False,
                "Parameters": [named("wal_buffers", "pending-reboot")],
            },
        ),
        Exchange("add_tags_to_resource", {"ResourceName": "arn:g", "Tags": [{"Key": "Name", "Value": "new"}]}),
    )
    assert found is not None
    assert found.properties["parameters"] == {"work_mem": "65536"}


@both_levels
def test_a_group_is_deleted(level: Level) -> None:
    present = observed(level)
    with answering("rds", Exchange(level.group_method("delete"), {level.name_key: "g"})) as scope:
        gone = apply_parameter_group(scope.clients("rds"), desired(level, {}), present, removal(present))
    assert gone is None

"""Reads of subnet groups, and of parameter groups at both levels: which requests, and what comes of the answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter_level import CLUSTER, INSTANCE, Level
from ansible_collections.pgfleet.aws.plugins.module_utils._observers import rds_groups
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds import (
    DB_CLUSTER_PARAMETER_GROUP,
    DB_PARAMETER_GROUP,
    DB_SUBNET_GROUP,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY, Desired, Observed

from tests.unit.stubs import Exchange, answering

HANDLERS = {INSTANCE: DB_PARAMETER_GROUP, CLUSTER: DB_CLUSTER_PARAMETER_GROUP}
FAMILY = "aurora-postgresql16"
WORK_MEM = {
    "ParameterName": "work_mem",
    "ParameterValue": "4096",
    "Description": "(kB) Sets the memory.",
    "Source": "user",
    "ApplyType": "dynamic",
    "DataType": "integer",
    "AllowedValues": "64-2147483647",
    "IsModifiable": True,
}
LOG_STATEMENT = {
    "ParameterName": "log_statement",
    "Source": "engine-default",
    "ApplyType": "dynamic",
    "DataType": "string",
    "AllowedValues": "none,ddl,mod,all",
    "IsModifiable": True,
}
both_levels = pytest.mark.parametrize("level", [INSTANCE, CLUSTER])


@pytest.fixture(autouse=True)
def _no_family_known() -> Iterator[None]:
    rds_groups.family_parameters.cache_clear()
    yield
    rds_groups.family_parameters.cache_clear()


def group(level: Level, name: str) -> dict[str, str]:
    return {
        level.name_key: name,
        "DBParameterGroupFamily": FAMILY,
        "Description": "text",
        level.arn_key: f"arn:{name}",
    }


def wanted(level: Level, name: str, **properties: Any) -> Desired:
    return Desired(level.kind, name, properties)


def groups_asked(level: Level, *found: str, **asked: str) -> Exchange:
    answer = {f"{level.group_key}s": [group(level, name) for name in found]}
    return Exchange(f"{level.group_method('describe')}s", asked, answer)


def parameters_asked(level: Level, name: str, *found: dict[str, Any], **source: str) -> Exchange:
    return Exchange(level.parameters_method, {level.name_key: name, **source}, {"Parameters": list(found)})


def tags_asked(name: str, **tags: str) -> Exchange:
    listed = [{"Key": key, "Value": value} for key, value in tags.items()]
    return Exchange("list_tags_for_resource", {"ResourceName": f"arn:{name}"}, {"TagList": listed})


@both_levels
def test_a_group_as_wanted_takes_three_requests(level: Level) -> None:
    with answering(
        "rds",
        groups_asked(level, "g", **{level.name_key: "g"}),
        parameters_asked(level, "g", WORK_MEM, Source="user"),
        tags_asked("g", Name="g"),
    ) as scope:
        (found,) = HANDLERS[level].observe(scope, [wanted(level, "g", parameters={"work_mem": "4MB"})])
    assert (found.kind, found.name, found.tags) == (level.kind, "g", {"Name": "g"})
    assert found.properties == {"family": FAMILY, "description": "text", "parameters": {"work_mem": "4096"}}
    assert found.attributes["arn"] == "arn:g"


@both_levels
def test_metadata_are_read_where_parameters_differ(level: Level) -> None:
    with answering(
        "rds",
        groups_asked(level, "a", "b", "somebody-elses"),
        parameters_asked(level, "a", WORK_MEM, Source="user"),
        parameters_asked(level, "a", WORK_MEM, LOG_STATEMENT),
        tags_asked("a"),
        parameters_asked(level, "b", Source="user"),
        tags_asked("b"),
    ) as scope:
        first, second = HANDLERS[level].observe(
            scope, [wanted(level, "A", parameters={"log_statement": "all"}), wanted(level, "b")]
        )
    assert set(first.attributes["_metadata"]) == {"work_mem", "log_statement"}
    assert second.attributes["_metadata"] == {}


@both_levels
def test_a_group_that_is_not_there(level: Level) -> None:
    refused = Exchange(f"{level.group_method('describe')}s", {level.name_key: "g"}, refusal="DBParameterGroupNotFound")
    with answering("rds", refused) as scope:
        assert list(HANDLERS[level].observe(scope, [wanted(level, "g")])) == []


def defaults_asked(level: Level, *found: dict[str, Any]) -> Exchange:
    answer = {"EngineDefaults": {"DBParameterGroupFamily": FAMILY, "Parameters": list(found)}}
    return Exchange(level.defaults_method, {"DBParameterGroupFamily": FAMILY}, answer)


@both_levels
def test_a_new_group_is_verified_against_its_family_which_is_read_once(level: Level) -> None:
    handler = HANDLERS[level]
    with answering("rds", defaults_asked(level, WORK_MEM)) as scope:
        bad = wanted(level, "g", family=FAMILY, parameters={"work_mem": "1kB", "work_men": 1})
        problems = list(handler.verify(scope, bad, None))
        good = wanted(level, "h", family=FAMILY, parameters={"work_mem": "1MB"})
        assert list(handler.verify(scope, good, None)) == []
    assert [problem.input for problem in problems] == ["parameters.work_mem", "parameters.work_men"]


@both_levels
def test_a_family_that_aws_does_not_know(level: Level) -> None:
    refused = Exchange(level.defaults_method, {"DBParameterGroupFamily": FAMILY}, refusal="InvalidParameterValue")
    with answering("rds", refused) as scope:
        (problem,) = HANDLERS[level].verify(scope, wanted(level, "g", family=FAMILY, parameters={"a": 1}), None)
    assert problem.message == "is no parameter group family in us-west-2."


@both_levels
@pytest.mark.parametrize(
    "properties",
    [
        {"family": FAMILY},
        {"parameters": {"work_mem": 1}},
        {"family": KNOWN_AFTER_APPLY, "parameters": {"work_mem": 1}},
        {"family": "mysql8.0", "parameters": {"work_mem": 1}},
    ],
)
def test_what_needs_no_question(level: Level, properties: dict[str, Any]) -> None:
    with answering("rds") as scope:
        assert list(HANDLERS[level].verify(scope, wanted(level, "g", **properties), None)) == []


@both_levels
def test_a_group_that_is_there_is_verified_against_its_own_metadata(level: Level) -> None:
    observed = Observed(level.kind, "g", {"parameters": {}}, {}, {"_metadata": {}})
    with answering("rds") as scope:
        (problem,) = HANDLERS[level].verify(scope, wanted(level, "g", parameters={"a": 1}), observed)
    assert problem.input == "parameters.a"


SUBNETS = {
    "DBSubnetGroupName": "g",
    "DBSubnetGroupDescription": "text",
    "VpcId": "vpc-1",
    "Subnets": [
        {"SubnetIdentifier": f"subnet-{number}", "SubnetAvailabilityZone": {"Name": f"us-west-2{zone}"}}
        for number, zone in ((1, "a"), (2, "b"))
    ],
    "DBSubnetGroupArn": "arn:g",
}


def test_subnet_groups() -> None:
    asked = Exchange("describe_db_subnet_groups", {"DBSubnetGroupName": "g"}, {"DBSubnetGroups": [SUBNETS]})
    with answering("rds", asked, tags_asked("g", Name="g")) as scope:
        (found,) = DB_SUBNET_GROUP.observe(scope, [Desired("db_subnet_group", "g")])
    assert found.properties["subnet_ids"] == ["subnet-1", "subnet-2"]
    assert found.tags == {"Name": "g"}


@pytest.mark.parametrize("subnets", [None, [KNOWN_AFTER_APPLY], ["subnet-2", "subnet-1"]])
def test_subnets_that_need_no_question(subnets: Any) -> None:
    observed = Observed("db_subnet_group", "g", {"subnet_ids": ["subnet-1", "subnet-2"]})
    with answering("ec2") as scope:
        desired = Desired("db_subnet_group", "g", {"subnet_ids": subnets})
        assert list(DB_SUBNET_GROUP.verify(scope, desired, observed)) == []


@pytest.mark.parametrize("observed", [None, Observed("db_subnet_group", "g", {"subnet_ids": ["subnet-1"]})])
def test_subnets_of_one_zone_are_a_problem(observed: Observed | None) -> None:
    zones = [{"SubnetId": name, "AvailabilityZone": "us-west-2a"} for name in ("subnet-1", "subnet-2")]
    asked = Exchange("describe_subnets", {"SubnetIds": ["subnet-1", "subnet-2"]}, {"Subnets": zones})
    with answering("ec2", asked) as scope:
        desired = Desired("db_subnet_group", "g", {"subnet_ids": ["subnet-2", "subnet-1"]})
        (problem,) = DB_SUBNET_GROUP.verify(scope, desired, observed)
    assert problem.input == "subnet_ids"

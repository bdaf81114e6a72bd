"""A parameter group of either level, from options to requests and result."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter_level import CLUSTER, INSTANCE, Level
from ansible_collections.pgfleet.aws.plugins.module_utils._observers import rds_groups
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused
from ansible_collections.pgfleet.aws.plugins.modules.rds_parameter_group import SPEC, ensure

from tests.unit.modules import asked
from tests.unit.stubs import Exchange, account

FAMILY = "aurora-postgresql16"
both_levels = pytest.mark.parametrize("level", [INSTANCE, CLUSTER])


@pytest.fixture(autouse=True)
def _no_family_known() -> Iterator[None]:
    rds_groups.family_parameters.cache_clear()
    yield
    rds_groups.family_parameters.cache_clear()


def ensured(level: Level, *requests: Exchange, check: bool = False, **options: Any) -> dict[str, Any]:
    given = {"name": "Group", "level": level.user, **options}
    with account({"rds": requests}) as scope:
        return ensure(asked(SPEC, check=check, **given), scope.clients)


def parameter(name: str, value: str | None = None, *, static: bool = False) -> dict[str, Any]:
    """A whole number as AWS describes it; with a value it was set in the group."""
    described = {
        "ParameterName": name,
        "ApplyType": "static" if static else "dynamic",
        "DataType": "integer",
        "AllowedValues": "1-100000",
        "IsModifiable": True,
        "Source": "user" if value else "engine-default",
    }
    return described | ({"ParameterValue": value} if value else {})


def seen(level: Level, *found: dict[str, Any], every: tuple[dict[str, Any], ...] = ()) -> list[Exchange]:
    """A group with these parameters set in it; ``every`` are those read beyond them."""
    group = {
        level.name_key: "group",
        "DBParameterGroupFamily": FAMILY,
        "Description": "d",
        level.arn_key: "arn:g",
    }
    name = {level.name_key: "group"}
    described = Exchange(f"{level.group_method('describe')}s", name, {f"{level.group_key}s": [group]})
    user = Exchange(level.parameters_method, {**name, "Source": "user"}, {"Parameters": list(found)})
    more = [Exchange(level.parameters_method, name, {"Parameters": list(every)})] if every else []
    tags = Exchange("list_tags_for_resource", {"ResourceName": "arn:g"}, {"TagList": [{"Key": "a", "Value": "1"}]})
    return [described, user, *more, tags]


def missing(level: Level) -> Exchange:
    return Exchange(f"{level.group_method('describe')}s", {level.name_key: "group"}, refusal="DBParameterGroupNotFound")


def modified(level: Level, name: str, value: str, method: str) -> Exchange:
    change = {"ParameterName": name, "ParameterValue": value, "ApplyMethod": method}
    return Exchange(level.group_method("modify"), {level.name_key: "group", "Parameters": [change]})


def members(level: Level, status: str) -> list[Exchange]:
    """Those who look for members find the one instance `a`, the writer of a cluster."""
    member = {"DBInstanceIdentifier": "a", "IsClusterWriter": True, "DBClusterParameterGroupStatus": status}
    cluster = {"DBClusterIdentifier": "c", "DBClusterParameterGroup": "group", "DBClusterMembers": [member]}
    if level is CLUSTER:
        return [Exchange("describe_db_clusters", {}, {"DBClusters": [cluster]})]
    return [Exchange("describe_db_instances", {}, {"DBInstances": [instance(status)]})]


def instance(status: str) -> dict[str, Any]:
    groups = [{"DBParameterGroupName": "group", "ParameterApplyStatus": status}]
    return {
        "DBInstanceIdentifier": "a",
        "DBInstanceArn": "arn:a",
        "DBInstanceStatus": "available",
        "DBParameterGroups": groups,
    }


def rebooted(level: Level) -> list[Exchange]:
    """A reboot of `a`, which is back at the first look."""
    one = {"DBInstanceIdentifier": "a"}
    back = [Exchange("describe_db_instances", one, {"DBInstances": [instance("in-sync")]})]
    return [
        Exchange("reboot_db_instance", one),
        *back,
        *(members(level, "in-sync") if level is CLUSTER else []),
    ]


@both_levels
def test_a_new_group(level: Level) -> None:
    defaults = {"EngineDefaults": {"Parameters": [parameter("work_mem")]}}
    request = {
        level.name_key: "group",
        "DBParameterGroupFamily": FAMILY,
        "Description": "group",
        "Tags": [{"Key": "a", "Value": "1"}],
    }
    made = {level.name_key: "group", "DBParameterGroupFamily": FAMILY, level.arn_key: "arn:g"}
    result = ensured(
        level,
        missing(level),
        Exchange(level.defaults_method, {"DBParameterGroupFamily": FAMILY}, defaults),
        Exchange(level.group_method("create"), request, {level.group_key: made}),
        modified(level, "work_mem", "64", "immediate"),
        family=FAMILY,
        parameters={"work_mem": 64},
        tags={"a": 1},
    )
    assert (result["changed"], result["name"], result["arn"], result["family"]) == (True, "group", "arn:g", FAMILY)
    assert result["parameters"] == {"work_mem": "64"}
    assert "pending_reboot" not in result


@both_levels
def test_check_mode_of_a_new_group_knows_nothing_of_it(level: Level) -> None:
    result = ensured(level, missing(level), check=True, family=FAMILY)
    assert result["changed"] is True
    assert result.keys() == {"name", "changed", "diff", "plan", "waiting"}
    assert result["plan"][0]["kind"] == level.kind


@both_levels
def test_a_new_group_needs_a_family(level: Level) -> None:
    with pytest.raises(Refused) as refused:
        ensured(level, missing(level), parameters={"work_mem": 64})
    assert [problem.input for problem in refused.value.problems] == ["family"]


@both_levels
def test_a_group_as_wanted_takes_three_requests(level: Level) -> None:
    result = ensured(level, *seen(level, parameter("work_mem", "64")), parameters={"work_mem": "64"}, tags={"a": "1"})
    assert (result["changed"], result["plan"], result["waiting"]) == (False, [], [])
    assert result["parameters"] == {"work_mem": "64"}


@both_levels
def test_without_purge_what_is_set_beside_stays(level: Level) -> None:
    found = (parameter("work_mem", "64"), parameter("jobs", "5"))
    result = ensured(
        level,
        *seen(level, *found, every=found),
        *members(level, "in-sync"),
        modified(level, "jobs", "6", "immediate"),
        parameters={"jobs": 6},
        purge_parameters=False,
    )
    assert result["parameters"] == {"jobs": "6", "work_mem": "64"}
    assert result["pending_reboot"] == []


@both_levels
def test_a_static_change_lists_the_members_that_it_waits_for(level: Level) -> None:
    result = ensured(
        level,
        *seen(level, every=(parameter("slots", static=True),)),
        *members(level, "in-sync"),
        modified(level, "slots", "9", "pending-reboot"),
        parameters={"slots": 9},
    )
    assert (result["changed"], result["pending_reboot"]) == (True, ["a"])
    assert [(entry["property"], entry["effect"]) for entry in result["waiting"]] == [("members.a", "reboot")]


@both_levels
def test_members_are_rebooted_where_that_is_allowed(level: Level) -> None:
    result = ensured(
        level,
        *seen(level, every=(parameter("slots", static=True),)),
        *members(level, "in-sync"),
        modified(level, "slots", "9", "pending-reboot"),
        *rebooted(level),
        parameters={"slots": 9},
        allow=["reboot"],
    )
    assert (result["changed"], result["pending_reboot"], result["waiting"]) == (True, [], [])


@both_levels
def test_what_waited_already_is_rebooted_though_nothing_else_changes(level: Level) -> None:
    found = parameter("slots", "9", static=True)
    requests = [*seen(level, found), *members(level, "pending-reboot"), *rebooted(level)]
    result = ensured(level, *requests, parameters={"slots": 9}, allow=["reboot"])
    assert [change["property"] for change in result["plan"][0]["changes"]] == ["members.a"]


@both_levels
def test_a_bad_value_is_refused_before_a_member_is_looked_for(level: Level) -> None:
    with pytest.raises(Refused) as refused:
        ensured(level, *seen(level, every=(parameter("jobs"),)), parameters={"jobs": 0}, family="aurora-postgresql15")
    assert {problem.input for problem in refused.value.problems} == {"parameters.jobs", "family"}


@both_levels
def test_tags_can_be_emptied(level: Level) -> None:
    gone = Exchange("remove_tags_from_resource", {"ResourceName": "arn:g", "TagKeys": ["a"]})
    result = ensured(level, *seen(level), *members(level, "in-sync"), gone, tags={})
    assert result["diff"][0]["before"] == {"tags.a": "1"}


@both_levels
def test_absent(level: Level) -> None:
    deleted = Exchange(level.group_method("delete"), {level.name_key: "group"})
    assert ensured(level, *seen(level), deleted, state="absent")["changed"] is True
    assert ensured(level, *seen(level), state="absent", check=True)["changed"] is True
    assert ensured(level, missing(level), state="absent")["changed"] is False

"""The module rds_parameter_group, run by ansible-playbook."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.testing import Emulator
from tests.integration.modules.module_runner import Ran, run_module

NAME = "parameter-group-retail-prod-postgres16"
RETAIL = {
    "log_statement": "all",
    "log_min_duration_statement": "100ms",
    "shared_preload_libraries": "pg_stat_statements",
    "track_io_timing": True,
}
TAGS = {"Name": NAME, "Environment": "Production"}


def group(aws: Emulator, *, check: bool = False, **options: Any) -> Ran:
    return run_module(aws, "rds_parameter_group", {"name": NAME, "family": "postgres16", **options}, check=check)


def user_values(aws: Emulator) -> dict[str, str]:
    pages = aws.client("rds").get_paginator("describe_db_parameters").paginate(DBParameterGroupName=NAME, Source="user")
    return {p["ParameterName"]: p["ParameterValue"] for page in pages for p in page["Parameters"]}


def existing(aws: Emulator, **values: str) -> None:
    """A group made by somebody else."""
    rds = aws.client("rds")
    rds.create_db_parameter_group(DBParameterGroupName=NAME, DBParameterGroupFamily="postgres16", Description=NAME)
    changes = [{"ParameterName": n, "ParameterValue": v, "ApplyMethod": "pending-reboot"} for n, v in values.items()]
    if changes:
        rds.modify_db_parameter_group(DBParameterGroupName=NAME, Parameters=changes)


def test_life(aws: Emulator) -> None:
    planned = group(aws, parameters=RETAIL, tags=TAGS, check=True)
    assert planned.changed
    assert planned.writes == []
    assert planned.result["diff"][0]["after"]["parameters.log_min_duration_statement"] == "100ms"

    made = group(aws, parameters=RETAIL, tags=TAGS)
    assert made.changed
    assert made.actions[-2:] == ["CreateDBParameterGroup", "ModifyDBParameterGroup"]
    assert len(made.writes) == 2
    assert made.result["family"] == "postgres16"
    assert (
        made.result["parameters"]
        == user_values(aws)
        == {
            "log_statement": "all",
            "log_min_duration_statement": "100",
            "shared_preload_libraries": "pg_stat_statements",
            "track_io_timing": "1",
        }
    )

    again = group(aws, parameters={**RETAIL, "log_statement": "ALL", "track_io_timing": "on"}, tags=TAGS)
    assert not again.changed
    # The group, the parameters set in it, and its tags: no metadata, no members.
    assert again.actions == ["DescribeDBParameterGroups", "DescribeDBParameters", "ListTagsForResource"]

    gone = run_module(aws, "rds_parameter_group", {"name": NAME, "state": "absent"})
    assert gone.writes == ["DeleteDBParameterGroup"]
    assert not run_module(aws, "rds_parameter_group", {"name": NAME, "state": "absent"}).changed


def test_check_mode_sees_a_parameter_that_differs(aws: Emulator) -> None:
    """amazon.aws.rds_instance_param_group reports no change here."""
    existing(aws, work_mem="4096", max_connections="100")
    options: dict[str, Any] = {"parameters": {"work_mem": "64MB", "max_connections": 200}}
    planned = group(aws, check=True, **options)
    assert planned.changed
    assert planned.writes == []
    (diff,) = planned.result["diff"]
    assert diff["before"] == {"parameters.work_mem": "4096", "parameters.max_connections": "100"}
    assert diff["after"] == {"parameters.work_mem": "65536", "parameters.max_connections": "200"}
    made = group(aws, **options)
    assert made.result["diff"] == planned.result["diff"]
    assert user_values(aws) == {"work_mem": "65536", "max_connections": "200"}
    assert not group(aws, **options).changed


@pytest.mark.parametrize(
    ("options", "left"),
    [
        ({"parameters": {"work_mem": "4MB"}, "purge_parameters": False}, {"work_mem": "4096", "jit": "0"}),
        ({"parameters": {"work_mem": None, "jit": False}}, {"jit": "0"}),
        ({}, {"work_mem": "4096", "jit": "0"}),
    ],
)
def test_parameters_no_longer_wanted_are_reset(aws: Emulator, options: dict[str, Any], left: dict[str, str]) -> None:
    existing(aws, work_mem="4096", jit="0")
    ran = group(aws, **options)
    assert user_values(aws) == left == ran.result["parameters"]
    assert ran.changed is (len(left) < 2)


def test_tags(aws: Emulator) -> None:
    existing(aws)
    arn = group(aws, tags=TAGS).result["arn"]

    def present() -> dict[str, str]:
        listed = aws.client("rds").list_tags_for_resource(ResourceName=arn)["TagList"]
        return {tag["Key"]: tag["Value"] for tag in listed}

    assert present() == TAGS
    assert group(aws, tags={"Name": "other"}, purge_tags=False).changed
    assert present() == {**TAGS, "Name": "other"}
    assert group(aws, tags={"Name": "other"}).writes == ["RemoveTagsFromResource"]
    assert present() == {"Name": "other"}
    assert not group(aws).changed
    assert group(aws, tags={}).changed
    assert present() == {}


def test_more_than_twenty_parameters(aws: Emulator) -> None:
    names = (
        "hashagg hashjoin indexonlyscan indexscan material memoize mergejoin nestloop seqscan sort tidscan bitmapscan"
    )
    switches = {f"enable_{name}": False for name in names.split()}
    costs = dict.fromkeys(("random_page_cost", "seq_page_cost", "jit_above_cost", "cpu_tuple_cost"), 2)
    logs = {f"log_{name}": True for name in ("connections", "disconnections", "duration", "lock_waits", "checkpoints")}
    tied = {"min_wal_size": "256MB", "max_wal_size": "1GB"}
    ran = group(aws, parameters=switches | costs | logs | tied)
    assert ran.writes == ["CreateDBParameterGroup", "ModifyDBParameterGroup", "ModifyDBParameterGroup"]
    assert len(user_values(aws)) == 23


def test_a_run_that_changes_nothing_on_forty_parameters_asks_little(aws: Emulator) -> None:
    """The group, its tags, and the pages of what is set in it: forty fit one page, and metadata are not needed."""
    pages = aws.client("rds").get_paginator("describe_engine_default_parameters")
    switches = [
        parameter["ParameterName"]
        for page in pages.paginate(DBParameterGroupFamily="postgres16")
        for parameter in page["EngineDefaults"]["Parameters"]
        if parameter["DataType"] == "boolean" and parameter["IsModifiable"]
    ]
    existing(aws, **dict.fromkeys(switches[:20], "0"))
    more = [{"ParameterName": n, "ParameterValue": "0", "ApplyMethod": "pending-reboot"} for n in switches[20:40]]
    aws.client("rds").modify_db_parameter_group(DBParameterGroupName=NAME, Parameters=more)
    assert len(user_values(aws)) == 40
    ran = group(aws, parameters=dict.fromkeys(switches[:40], False), tags={})
    assert not ran.changed
    assert ran.actions.count("DescribeDBParameters") == 1
    assert len(ran.actions) <= 3


def test_all_that_is_wrong_is_named_and_nothing_is_written(aws: Emulator) -> None:
    bad = {
        "work_memm": "64MB",
        "max_connections": "10 apples",
        "log_statement": "some",
        "ssl_ca_file": "ca.pem",
        "shared_preload_libraries": ["pg_crom"],
        "shared_buffers": "{DBInstanceMemory/2}",
        "log_connections": True,
    }
    ran = group(aws, parameters=bad)
    assert ran.result["failed"]
    assert ran.writes == []
    for text in (
        "parameters.work_memm: 64MB\n    postgres16 has no such parameter. Did you mean work_mem?",
        "parameters.max_connections: 10 apples\n    has a unit that does not fit.",
        "parameters.log_statement: some\n    has 'some', which is not allowed; it is one of: none, ddl, mod, all.",
        "parameters.ssl_ca_file: ca.pem\n    is set by RDS and cannot be changed.",
        "parameters.shared_preload_libraries: pg_crom\n    has 'pg_crom', which is not allowed; it may hold: ",
        "parameters.shared_buffers: {DBInstanceMemory/2}\n    is a formula that has no variable DBInstanceMemory",
    ):
        assert text in ran.message
    assert "log_connections" not in ran.message


def test_what_cannot_change_is_refused_with_the_way(aws: Emulator) -> None:
    existing(aws)
    ran = group(aws, family="postgres15", description="other", parameters={"work_mem": "64MB"})
    assert ran.result["failed"]
    assert "family: postgres15\n    is 'postgres16' in AWS. RDS cannot change it: give the group" in ran.message
    assert f"description: other\n    is '{NAME}' in AWS." in ran.message
    assert ran.writes == []


@pytest.mark.parametrize(
    ("options", "messages"),
    [
        ({"family": None}, ["family: (not given)\n    is needed for a group that does not exist yet."]),
        ({"family": "postgres99"}, ["family: postgres99\n    is no parameter group family in us-east-1."]),
        (
            {"family": "mysql8.0", "name": "double--dash"},
            [
                "family: mysql8.0\n    is no family of PostgreSQL parameters.",
                "name: double--dash\n    is no name of a DB parameter group.",
            ],
        ),
    ],
)
def test_a_new_group_that_cannot_be(aws: Emulator, options: dict[str, Any], messages: list[str]) -> None:
    given = {"name": NAME, "family": "postgres16", "parameters": {"work_mem": "1MB"}} | options
    ran = run_module(aws, "rds_parameter_group", {name: value for name, value in given.items() if value is not None})
    assert ran.result["failed"]
    assert ran.writes == []
    for message in messages:
        assert message in ran.message


def test_throttling_is_retried(aws: Emulator) -> None:
    aws.fault("throttle", service="rds", action="*DBParameterGroup", count=3)
    assert group(aws, parameters=RETAIL).changed
    assert user_values(aws)["log_statement"] == "all"


def test_an_error_of_aws_says_what_was_asked_of_what(aws: Emulator) -> None:
    ran = run_module(aws, "rds_parameter_group", {"name": "default.postgres16", "state": "absent"})
    assert ran.result["failed"]
    assert "rds:DeleteDBParameterGroup for default.postgres16 failed: InvalidDBParameterGroupState" in ran.message

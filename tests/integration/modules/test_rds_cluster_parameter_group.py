"""The module rds_parameter_group with level: cluster, run by ansible-playbook."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.testing import Emulator
from tests.integration.modules.module_runner import Ran, run_module

NAME = "cluster-parameter-group-retail-prod-aurora-postgresql16"
FAMILY = "aurora-postgresql16"
RETAIL = {
    "rds.force_ssl": True,
    "log_min_duration_statement": "1s",
    "shared_preload_libraries": ["pg_stat_statements", "auto_explain"],
    "apg_plan_mgmt.use_plan_baselines": True,
    "effective_cache_size": "sum({DBInstanceClassMemory / 12038}, -50003)",
}
KEPT = {
    "rds.force_ssl": "1",
    "log_min_duration_statement": "1000",
    "shared_preload_libraries": "pg_stat_statements,auto_explain",
    "apg_plan_mgmt.use_plan_baselines": "true",
}
TAGS = {"Name": NAME, "Environment": "Production"}


def group(aws: Emulator, *, check: bool = False, **options: Any) -> Ran:
    given = {"name": NAME, "level": "cluster", "family": FAMILY, **options}
    return run_module(aws, "rds_parameter_group", given, check=check)


def user_values(aws: Emulator) -> dict[str, str]:
    paginator = aws.client("rds").get_paginator("describe_db_cluster_parameters")
    pages = paginator.paginate(DBClusterParameterGroupName=NAME, Source="user")
    return {p["ParameterName"]: p["ParameterValue"] for page in pages for p in page["Parameters"]}


def existing(aws: Emulator, **values: str) -> None:
    """A group made by somebody else."""
    rds = aws.client("rds")
    rds.create_db_cluster_parameter_group(
        DBClusterParameterGroupName=NAME, DBParameterGroupFamily=FAMILY, Description=NAME
    )
    changes = [{"ParameterName": n, "ParameterValue": v, "ApplyMethod": "pending-reboot"} for n, v in values.items()]
    if changes:
        rds.modify_db_cluster_parameter_group(DBClusterParameterGroupName=NAME, Parameters=changes)


def test_life(aws: Emulator) -> None:
    planned = group(aws, parameters=RETAIL, tags=TAGS, check=True)
    assert planned.changed
    assert planned.writes == []
    assert planned.result["diff"][0]["after"]["parameters.rds.force_ssl"] == "1"

    made = group(aws, parameters=RETAIL, tags=TAGS)
    assert made.writes == ["CreateDBClusterParameterGroup", "ModifyDBClusterParameterGroup"]
    assert made.result["arn"] == f"arn:aws:rds:us-east-1:123456789012:cluster-pg:{NAME}"
    assert made.result["family"] == FAMILY
    kept = user_values(aws)
    assert kept == made.result["parameters"]
    assert kept == {**KEPT, "effective_cache_size": "SUM({DBInstanceClassMemory/12038},-50003)"}
    assert aws.client("rds").describe_db_parameter_groups()["DBParameterGroups"] == []

    respelled = {**RETAIL, "rds.force_ssl": "on", "log_min_duration_statement": "1000ms"}
    again = group(aws, parameters=respelled, tags=TAGS)
    assert not again.changed
    assert again.actions == ["DescribeDBClusterParameterGroups", "DescribeDBClusterParameters", "ListTagsForResource"]

    gone = run_module(aws, "rds_parameter_group", {"name": NAME, "level": "cluster", "state": "absent"}, check=True)
    assert gone.changed
    assert gone.writes == []
    gone = run_module(aws, "rds_parameter_group", {"name": NAME, "level": "cluster", "state": "absent"})
    assert gone.writes == ["DeleteDBClusterParameterGroup"]
    assert not run_module(aws, "rds_parameter_group", {"name": NAME, "level": "cluster", "state": "absent"}).changed


def test_one_name_at_both_levels(aws: Emulator) -> None:
    existing(aws, work_mem="4096")
    made = group(aws, level="instance", parameters={"work_mem": "8MB"})
    assert made.writes == ["CreateDBParameterGroup", "ModifyDBParameterGroup"]
    assert user_values(aws) == {"work_mem": "4096"}
    changed = group(aws, parameters={"work_mem": "16MB"})
    assert changed.writes == ["ModifyDBClusterParameterGroup"]
    assert user_values(aws) == {"work_mem": "16384"}
    assert run_module(aws, "rds_parameter_group", {"name": NAME, "state": "absent"}).writes == [
        "DeleteDBParameterGroup"
    ]
    assert user_values(aws) == {"work_mem": "16384"}


def test_each_property_is_changed_and_no_longer_wanted_ones_are_reset(aws: Emulator) -> None:
    """amazon.aws.rds_cluster_param_group never resets, and counts another apply method as a change."""
    existing(aws, work_mem="4096", log_statement="ddl", max_connections="100")
    arn = f"arn:aws:rds:us-east-1:123456789012:cluster-pg:{NAME}"
    options: dict[str, Any] = {"parameters": {"work_mem": "4MB", "log_statement": "all"}, "tags": TAGS}
    planned = group(aws, check=True, **options)
    assert planned.writes == []
    (diff,) = planned.result["diff"]
    assert diff["before"] == {"parameters.log_statement": "ddl", "parameters.max_connections": "100"}
    notes = {change["property"]: change.get("note") for change in planned.result["plan"][0]["changes"]}
    assert notes["parameters.max_connections"] == "reset to the default, takes effect at the next reboot"
    made = group(aws, **options)
    assert made.result["diff"] == planned.result["diff"]
    assert made.writes == [
        "ModifyDBClusterParameterGroup",
        "ResetDBClusterParameterGroup",
        "AddTagsToResource",
    ]
    assert user_values(aws) == {"work_mem": "4096", "log_statement": "all"}
    listed = aws.client("rds").list_tags_for_resource(ResourceName=arn)["TagList"]
    assert {tag["Key"]: tag["Value"] for tag in listed} == TAGS
    assert not group(aws, **options).changed

    kept = group(aws, parameters={"log_statement": "ddl"}, purge_parameters=False, tags={"Name": "n"})
    assert kept.writes == ["ModifyDBClusterParameterGroup", "RemoveTagsFromResource", "AddTagsToResource"]
    assert user_values(aws) == {"work_mem": "4096", "log_statement": "ddl"}


def test_more_than_twenty_parameters(aws: Emulator) -> None:
    names = (
        "hashagg hashjoin indexonlyscan indexscan material memoize mergejoin nestloop seqscan sort tidscan bitmapscan"
    )
    switches = {f"enable_{name}": False for name in names.split()}
    logs = {f"log_{name}": True for name in ("connections", "disconnections", "duration", "lock_waits")}
    tied = {f"apg_plan_mgmt.{name}": value for name, value in (("max_plans", 20000), ("max_databases", 20))}
    replication = {"rds.logical_replication": True, "max_wal_senders": 20, "max_replication_slots": 20}
    ran = group(aws, parameters=switches | logs | tied | replication)
    assert ran.writes == ["CreateDBClusterParameterGroup", *["ModifyDBClusterParameterGroup"] * 2]
    assert len(user_values(aws)) == 21


def test_a_run_that_changes_nothing_on_forty_parameters_asks_little(aws: Emulator) -> None:
    """The group, its tags, and the pages of what is set in it: forty fit one page, and metadata are not needed."""
    pages = aws.client("rds").get_paginator("describe_engine_default_cluster_parameters")
    switches = [
        parameter["ParameterName"]
        for page in pages.paginate(DBParameterGroupFamily=FAMILY)
        for parameter in page["EngineDefaults"]["Parameters"]
        if parameter["DataType"] == "boolean" and parameter["IsModifiable"]
    ]
    existing(aws, **dict.fromkeys(switches[:20], "0"))
    rds = aws.client("rds")
    more = [{"ParameterName": n, "ParameterValue": "0", "ApplyMethod": "pending-reboot"} for n in switches[20:40]]
    rds.modify_db_cluster_parameter_group(DBClusterParameterGroupName=NAME, Parameters=more)
    assert len(user_values(aws)) == 40
    ran = group(aws, parameters=dict.fromkeys(switches[:40], False), tags={})
    assert not ran.changed
    assert ran.actions.count("DescribeDBClusterParameters") == 1
    assert len(ran.actions) <= 3


def test_all_that_is_wrong_is_named_and_nothing_is_written(aws: Emulator) -> None:
    bad = {
        "work_memm": "64MB",
        "checkpoint_timeout": "5min",
        "apg_plan_mgmt.max_plans": 5,
        "apg_plan_mgmt.capture_plan_baselines": "sometimes",
        "rds.global_db_rpo": "10s",
        "port": 5433,
        "shared_buffers": "SUM({DBInstanceMemory/12038},-50003)",
        "rds.force_ssl": True,
    }
    ran = group(aws, parameters=bad)
    assert ran.result["failed"]
    assert ran.writes == []
    for text in (
        f"parameters.work_memm: 64MB\n    {FAMILY} has no such parameter. Did you mean work_mem?",
        f"parameters.checkpoint_timeout: 5min\n    {FAMILY} has no such parameter.",
        "parameters.apg_plan_mgmt.max_plans: 5\n    is out of range. Allowed: 10 to 2147483647.",
        "parameters.apg_plan_mgmt.capture_plan_baselines: sometimes\n    has 'sometimes', which is not allowed;",
        "parameters.rds.global_db_rpo: 10s\n    is out of range. Allowed: 20 to 2147483647 s.",
        "parameters.port: 5433\n    is set by RDS and cannot be changed.",
        "parameters.shared_buffers: SUM({DBInstanceMemory/12038},-50003)\n    is a formula that has no variable",
    ):
        assert text in ran.message
    assert "force_ssl" not in ran.message


def test_a_clusters_parameter_at_the_level_of_its_members(aws: Emulator) -> None:
    ran = group(aws, level="instance", parameters={"rds.force_ssl": True})
    assert ran.result["failed"]
    assert ran.writes == []
    assert f"parameters.rds.force_ssl: 1\n    {FAMILY} has no such parameter." in ran.message
    assert "Aurora keeps many parameters in the DB cluster parameter group only." in ran.message


def test_what_cannot_change_is_refused_with_the_way(aws: Emulator) -> None:
    existing(aws)
    ran = group(aws, family="aurora-postgresql15", description="other", parameters={"work_mem": "64MB"})
    assert ran.result["failed"]
    assert f"family: aurora-postgresql15\n    is '{FAMILY}' in AWS. RDS cannot change it: give the group" in ran.message
    assert "put the cluster on that" in ran.message
    assert "description: other" in ran.message
    assert ran.writes == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"family": None}, "family: (not given)\n    is needed for a group that does not exist yet."),
        ({"family": "aurora-postgresql99"}, "family: aurora-postgresql99\n    is no parameter group family in"),
        ({"family": "aurora-mysql8.0"}, "is no family of PostgreSQL parameters. Allowed: aurora-postgresql16,"),
        ({"name": "double--dash"}, "is no name of a DB cluster parameter group."),
    ],
)
def test_a_new_group_that_cannot_be(aws: Emulator, options: dict[str, Any], message: str) -> None:
    given = {"name": NAME, "level": "cluster", "family": FAMILY, "parameters": {"work_mem": "1MB"}} | options
    ran = run_module(aws, "rds_parameter_group", {name: value for name, value in given.items() if value is not None})
    assert ran.result["failed"]
    assert ran.writes == []
    assert message in ran.message


def test_throttling_is_retried(aws: Emulator) -> None:
    aws.fault("throttle", service="rds", action="*DBClusterParameterGroup", count=3)
    assert group(aws, parameters=RETAIL).changed
    assert user_values(aws)["rds.force_ssl"] == "1"


def test_an_error_of_aws_says_what_was_asked_of_what(aws: Emulator) -> None:
    options = {"name": f"default.{FAMILY}", "level": "cluster", "state": "absent"}
    ran = run_module(aws, "rds_parameter_group", options)
    assert ran.result["failed"]
    assert f"rds:DeleteDBClusterParameterGroup for default.{FAMILY} failed: InvalidDBParameterGroupState" in ran.message

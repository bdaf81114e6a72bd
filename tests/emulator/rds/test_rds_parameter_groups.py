"""DB parameter groups."""

from __future__ import annotations

from typing import Any

FAMILY = "postgres16"


def new_group(rds: Any, name: str = "group1", family: str = FAMILY) -> None:
    rds.client.create_db_parameter_group(DBParameterGroupName=name, DBParameterGroupFamily=family, Description="d")


def test_group_can_be_made_described_and_deleted(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithDBInstanceParamGroups.html"""
    new_group(rds, "Retail-PG")
    described = rds.client.describe_db_parameter_groups(DBParameterGroupName="retail-pg")["DBParameterGroups"]
    assert described == [
        {
            "DBParameterGroupName": "retail-pg",
            "DBParameterGroupFamily": FAMILY,
            "Description": "d",
            "DBParameterGroupArn": "arn:aws:rds:us-west-2:123456789012:pg:retail-pg",
        }
    ]
    rds.client.delete_db_parameter_group(DBParameterGroupName="retail-pg")
    for action in ("describe_db_parameter_groups", "delete_db_parameter_group", "describe_db_parameters"):
        assert rds.refusal(action, DBParameterGroupName="retail-pg")[0] == "DBParameterGroupNotFound"


def test_groups_that_are_refused(rds: Any) -> None:
    new_group(rds)
    taken = {"DBParameterGroupName": "group1", "DBParameterGroupFamily": FAMILY, "Description": "d"}
    assert rds.refusal("create_db_parameter_group", **taken)[0] == "DBParameterGroupAlreadyExists"
    unknown = {**taken, "DBParameterGroupName": "g", "DBParameterGroupFamily": "postgres99"}
    assert rds.refusal("create_db_parameter_group", **unknown)[0] == "InvalidParameterValue"
    bad = {**taken, "DBParameterGroupName": "1g"}
    assert rds.refusal("create_db_parameter_group", **bad)[0] == "InvalidParameterValue"


def test_one_bad_parameter_keeps_all_from_changing(rds: Any) -> None:
    new_group(rds)
    good = {"ParameterName": "work_mem", "ParameterValue": "64", "ApplyMethod": "immediate"}
    bad = {**good, "ParameterName": "nonsense"}
    rds.refusal("modify_db_parameter_group", DBParameterGroupName="group1", Parameters=[good, bad])
    assert rds.parameters("group1", Source="user") == {}


def test_source_tells_who_set_a_parameter(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBParameters.html (Source)"""
    new_group(rds)
    rds.set("group1", work_mem="8192", log_checkpoints="0")
    found = rds.parameters("group1", Source="user")
    assert {name: (each["ParameterValue"], each["ApplyMethod"]) for name, each in found.items()} == {
        "work_mem": ("8192", "immediate"),
        "log_checkpoints": ("0", "immediate"),
    }
    system = rds.parameters("group1", Source="system")
    assert "log_checkpoints" not in system
    assert all("ParameterValue" in each for each in system.values())
    assert "ParameterValue" not in rds.parameters("group1", Source="engine-default")["log_statement"]


def test_reset_gives_the_default_back(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ResetDBParameterGroup.html"""
    new_group(rds)
    rds.set("group1", work_mem="8192", log_checkpoints="0", log_statement="all")
    one = [{"ParameterName": "log_checkpoints", "ApplyMethod": "immediate"}]
    rds.client.reset_db_parameter_group(DBParameterGroupName="group1", ResetAllParameters=False, Parameters=one)
    assert set(rds.parameters("group1", Source="user")) == {"work_mem", "log_statement"}
    assert rds.parameters("group1")["log_checkpoints"]["Source"] == "system"
    rds.client.reset_db_parameter_group(DBParameterGroupName="group1", ResetAllParameters=True)
    assert rds.parameters("group1", Source="user") == {}


def test_default_group_is_read_only(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/parameter-groups-overview.html"""
    change = {"ParameterName": "work_mem", "ParameterValue": "64", "ApplyMethod": "immediate"}
    name = {"DBParameterGroupName": "default.postgres16"}
    assert rds.refusal("modify_db_parameter_group", Parameters=[change], **name)[0] == "InvalidParameterValue"
    assert rds.refusal("delete_db_parameter_group", **name)[0] == "InvalidDBParameterGroupState"


def test_server_runs_with_the_groups_values(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithParamGroups.html"""
    new_group(rds)
    rds.set("group1", log_statement="all", log_min_duration_statement="100", track_io_timing="1")
    rds.set("group1", "pending-reboot", shared_preload_libraries="pg_stat_statements,auto_explain")
    rds.create(DBParameterGroupName="group1", BackupRetentionPeriod=0)
    assert rds.get()["DBParameterGroups"][0]["ParameterApplyStatus"] == "in-sync"
    shown = {name: rds.show(name) for name in ("log_statement", "log_min_duration_statement", "track_io_timing")}
    assert shown == {"log_statement": "all", "log_min_duration_statement": "100ms", "track_io_timing": "on"}
    assert rds.show("shared_preload_libraries") == "pg_stat_statements,auto_explain"


def test_parameters_that_no_server_can_run_with(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Troubleshooting.html#CHAP_Troubleshooting.incompatible-parameters"""
    new_group(rds)
    rds.create(DBParameterGroupName="group1", BackupRetentionPeriod=0)
    rds.set("group1", "pending-reboot", max_wal_senders="200000", max_connections="250000")
    rds.client.reboot_db_instance(DBInstanceIdentifier="db1")
    assert rds.get()["DBInstanceStatus"] == "incompatible-parameters"
    messages = [each["Message"] for each in rds.client.describe_events()["Events"]]
    assert any("FATAL" in message for message in messages)
    rds.client.reset_db_parameter_group(DBParameterGroupName="group1", ResetAllParameters=True)
    rds.client.reboot_db_instance(DBInstanceIdentifier="db1")
    assert rds.get()["DBInstanceStatus"] == "available"

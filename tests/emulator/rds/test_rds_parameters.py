"""The parameters of a DB parameter group, and how they reach a running server."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

FAMILY = "postgres16"

EXPECTED = {
    "log_statement": ("string", "dynamic", "none,ddl,mod,all", None),
    "log_min_duration_statement": ("integer", "dynamic", "-1-2147483647", None),
    "track_io_timing": ("boolean", "dynamic", "0,1", "1"),
    "shared_buffers": ("integer", "static", "16-1073741823", "{DBInstanceClassMemory/32768}"),
    "max_connections": ("integer", "static", "1-262143", "LEAST({DBInstanceClassMemory/9531392},5000)"),
    "work_mem": ("integer", "dynamic", "64-2147483647", None),
    "random_page_cost": ("float", "dynamic", "0-1.79769e+308", None),
    "application_name": ("string", "dynamic", None, None),
    "temp_file_limit": ("integer", "static", "-1-2147483647", None),
    "pg_stat_statements.track": ("string", "dynamic", "none,top,all", None),
    "rds.force_ssl": ("boolean", "dynamic", "0,1", "1"),
    "rds.logical_replication": ("boolean", "static", "0,1", "0"),
    "rds.log_retention_period": ("integer", "dynamic", "1440-10080", "4320"),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_metadata_are_those_of_rds(shared: Any, name: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Parameters.html"""
    found = shared.parameters("default.postgres16")[name]
    data_type, apply_type, allowed, value = EXPECTED[name]
    assert (found["DataType"], found["ApplyType"]) == (data_type, apply_type)
    assert found.get("AllowedValues") == allowed
    assert found.get("ParameterValue") == value
    assert found["Source"] == ("engine-default" if value is None else "system")
    assert found["IsModifiable"] is True
    assert found["ApplyMethod"] == "pending-reboot"


@pytest.mark.parametrize("name", ["ssl", "data_directory", "port", "server_encoding", "rds.extensions"])
def test_what_rds_fixes_is_not_modifiable(shared: Any, name: str) -> None:
    assert shared.parameters("default.postgres16")[name]["IsModifiable"] is False
    change = {"ParameterName": name, "ParameterValue": "1", "ApplyMethod": "pending-reboot"}
    code, message = shared.refusal("modify_db_parameter_group", DBParameterGroupName="group1", Parameters=[change])
    assert (code, message) == ("InvalidParameterValue", f"The parameter {name} cannot be modified.")


@pytest.mark.parametrize("name", ["server_version", "zero_damaged_pages", "recovery_target", "wal_level"])
def test_what_rds_does_not_offer_is_not_there(shared: Any, name: str) -> None:
    assert name not in shared.parameters("default.postgres16")


def test_majors_differ_as_the_servers_do(shared: Any) -> None:
    fifteen, sixteen = shared.parameters("default.postgres15"), shared.parameters("default.postgres16")
    assert "scram_iterations" in set(sixteen) - set(fifteen)
    assert len(fifteen) > 300


def test_engine_defaults_are_the_familys_parameters(shared: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeEngineDefaultParameters.html"""
    pages = shared.client.get_paginator("describe_engine_default_parameters").paginate(DBParameterGroupFamily=FAMILY)
    names = [each["ParameterName"] for page in pages for each in page["EngineDefaults"]["Parameters"]]
    assert names == list(shared.parameters("default.postgres16"))
    assert len(names) > 100


def test_parameters_come_in_pages_of_a_hundred(shared: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBParameters.html"""
    first = shared.client.describe_db_parameters(DBParameterGroupName="group1")
    assert len(first["Parameters"]) == 100
    second = shared.client.describe_db_parameters(DBParameterGroupName="group1", Marker=first["Marker"], MaxRecords=20)
    assert len(second["Parameters"]) == 20
    assert second["Parameters"][0]["ParameterName"] > first["Parameters"][-1]["ParameterName"]


SETTING = {
    "name": "x",
    "vartype": "integer",
    "unit": "kB",
    "context": "postmaster",
    "category": "Memory",
    "min_val": "-1",
    "max_val": "5",
    "enumvals": None,
    "short_desc": "D.",
}


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ([("work_memm", "64", "immediate")], "InvalidParameterValue", "Could not find parameter with name: work_memm"),
        ([("work_mem", "63", "immediate")], "InvalidParameterValue", "allowed values are: 64-2147483647"),
        ([("log_statement", "most", "immediate")], "InvalidParameterValue", "allowed values are: none,ddl,mod,all"),
        ([("max_connections", "50", "immediate")], "InvalidParameterCombination", "cannot use immediate apply method"),
        ([("work_mem", "64", "at-once")], "InvalidParameterValue", "Invalid apply method"),
        ([("work_mem", "64", "immediate")] * 21, "InvalidParameterValue", "A maximum of 20"),
    ],
)
def test_parameters_that_are_refused(shared: Any, changes: list[tuple[str, ...]], code: str, words: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBParameterGroup.html"""
    names = ("ParameterName", "ParameterValue", "ApplyMethod")
    parameters = [dict(zip(names, change, strict=True)) for change in changes]
    answer = shared.refusal("modify_db_parameter_group", DBParameterGroupName="group1", Parameters=parameters)
    assert answer[0] == code
    assert words in answer[1]


def test_group_in_use_cannot_be_deleted(shared: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBParameterGroup.html"""
    code, message = shared.refusal("delete_db_parameter_group", DBParameterGroupName="group1")
    assert code == "InvalidDBParameterGroupState"
    assert "db1" in message


def test_dynamic_change_is_there_at_once(shared: Any) -> None:
    shared.set("group1", work_mem="8192")
    assert shared.show("work_mem") == "8MB"
    assert shared.get()["DBParameterGroups"][0]["ParameterApplyStatus"] == "in-sync"
    shared.client.reset_db_parameter_group(DBParameterGroupName="group1", ResetAllParameters=True)
    assert shared.show("work_mem") == "4MB"


@pytest.mark.parametrize("name", ["max_connections", "work_mem"])
def test_pending_change_waits_for_the_reboot(shared: Any, name: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RebootInstance.html"""
    before = shared.show(name)
    shared.set("group1", "pending-reboot", **{name: "77"})
    assert shared.get()["DBParameterGroups"][0]["ParameterApplyStatus"] == "pending-reboot"
    assert shared.show(name) == before
    shared.client.reboot_db_instance(DBInstanceIdentifier="db1")
    assert shared.get()["DBParameterGroups"][0]["ParameterApplyStatus"] == "in-sync"
    assert shared.show(name).startswith("77")


def test_resetting_a_static_parameter_waits_for_the_reboot_too(shared: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ResetDBParameterGroup.html"""
    shared.set("group1", "pending-reboot", max_locks_per_transaction="99")
    shared.client.reboot_db_instance(DBInstanceIdentifier="db1")
    shared.client.reset_db_parameter_group(DBParameterGroupName="group1", ResetAllParameters=True)
    assert shared.get()["DBParameterGroups"][0]["ParameterApplyStatus"] == "pending-reboot"
    assert shared.show("max_locks_per_transaction") == "99"
    shared.client.reboot_db_instance(DBInstanceIdentifier="db1")
    assert shared.show("max_locks_per_transaction") == "64"


def test_tls_is_forced_as_the_group_says(shared: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html#PostgreSQL.Concepts.General.SSL.Requiring"""
    shared.set("group1", rds__force_ssl="0")
    assert shared.show("rds.force_ssl", sslmode="disable") == "0"
    shared.set("group1", rds__force_ssl="1")
    with pytest.raises(psycopg.OperationalError, match="no encryption"):
        shared.show("rds.force_ssl", sslmode="disable")


def test_logical_replication_is_switched_by_its_own_parameter(shared: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.FeatureSupport.LogicalReplication.html"""
    assert shared.show("wal_level") == "replica"
    shared.set("group1", "pending-reboot", rds__logical_replication="1")
    shared.client.reboot_db_instance(DBInstanceIdentifier="db1")
    assert shared.show("wal_level") == "logical"

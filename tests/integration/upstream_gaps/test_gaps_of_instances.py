"""Why rds_instance and rds_parameter_group exist: what the modules of amazon.aws do instead.

Each test says what would be right and is expected to fail; once it passes, upstream has closed the gap.
"""

from __future__ import annotations

from typing import Any

import pytest

from emulator.testing import Emulator
from tests.integration.modules.module_runner import Ran, run_module

NAME = "db-retail-prod"
GROUP = "group16"


def instance(aws: Emulator, **options: Any) -> None:
    aws.client("rds").create_db_instance(
        DBInstanceIdentifier=NAME,
        Engine="postgres",
        EngineVersion="16.13",
        DBInstanceClass="db.t3.micro",
        AllocatedStorage=30,
        MasterUsername="dbadmin",
        ManageMasterUserPassword=True,
        **options,
    )


def changed(aws: Emulator, **options: Any) -> Ran:
    return run_module(aws, "amazon.aws.rds_instance", {"id": NAME, "state": "present", **options})


@pytest.mark.xfail(raises=AssertionError, reason="rds_instance tries to shrink what autoscaling grew")
def test_storage_that_grew_is_as_wanted(aws: Emulator) -> None:
    instance(aws)
    ran = changed(aws, allocated_storage=20)
    assert "ModifyDBInstance" not in ran.writes


@pytest.mark.xfail(raises=AssertionError, reason="rds_instance takes a major for an older version")
def test_a_major_is_any_version_of_it(aws: Emulator) -> None:
    instance(aws)
    ran = changed(aws, engine_version="16")
    assert "ModifyDBInstance" not in ran.writes


@pytest.mark.xfail(raises=AssertionError, reason="rds_instance_param_group sees no drift of parameters in check mode")
def test_check_mode_sees_parameters_that_differ(aws: Emulator) -> None:
    rds = aws.client("rds")
    rds.create_db_parameter_group(DBParameterGroupName=GROUP, DBParameterGroupFamily="postgres16", Description="x")
    options = {"name": GROUP, "engine": "postgres16", "description": "x", "params": {"log_statement": "all"}}
    options |= {"state": "present"}
    assert run_module(aws, "amazon.aws.rds_instance_param_group", options, check=True).changed


@pytest.mark.xfail(raises=AssertionError, reason="rds_instance_param_group resets nothing")
def test_a_parameter_that_nobody_wants_is_reset(aws: Emulator) -> None:
    rds = aws.client("rds")
    rds.create_db_parameter_group(DBParameterGroupName=GROUP, DBParameterGroupFamily="postgres16", Description="x")
    old = {"ParameterName": "log_statement", "ParameterValue": "all", "ApplyMethod": "immediate"}
    rds.modify_db_parameter_group(DBParameterGroupName=GROUP, Parameters=[old])
    options = {"name": GROUP, "engine": "postgres16", "description": "x", "state": "present"}
    run_module(aws, "amazon.aws.rds_instance_param_group", options | {"params": {"log_connections": "1"}})
    set_now = rds.describe_db_parameters(DBParameterGroupName=GROUP, Source="user")["Parameters"]
    assert [parameter["ParameterName"] for parameter in set_now] == ["log_connections"]

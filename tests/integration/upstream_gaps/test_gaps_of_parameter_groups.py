"""What amazon.aws does with parameter groups, where rds_parameter_group does what is right.

Each test says what would be right and is expected to fail; once it passes, upstream has closed the gap.
"""

from __future__ import annotations

from typing import Any

import pytest

from emulator.testing import Emulator
from tests.integration.modules.module_runner import Ran, run_module

NAME, FAMILY, CLUSTER_FAMILY = "group", "postgres16", "aurora-postgresql16"


def instance_group(aws: Emulator, *, check: bool = False, **options: Any) -> Ran:
    given = {"state": "present", "name": NAME, "engine": FAMILY, "description": "d", **options}
    return run_module(aws, "amazon.aws.rds_instance_param_group", given, check=check)


def cluster_group(aws: Emulator, *, check: bool = False, method: str = "immediate", **options: Any) -> Ran:
    """``parameters`` by name, all with one method of application."""
    parameters = [
        {"parameter_name": name, "parameter_value": value, "apply_method": method}
        for name, value in options.pop("parameters", {}).items()
    ]
    given = {
        "state": "present",
        "name": NAME,
        "db_parameter_group_family": CLUSTER_FAMILY,
        "description": "d",
        "parameters": parameters,
        **options,
    }
    return run_module(aws, "amazon.aws.rds_cluster_param_group", given, check=check)


def set_parameters(aws: Emulator, kind: str, family: str, **values: str) -> None:
    """A group that is there, of the kind `db` or `db_cluster`, with dynamic parameters set."""
    rds, prefix = aws.client("rds"), {"db": "DB", "db_cluster": "DBCluster"}[kind]
    name = {f"{prefix}ParameterGroupName": NAME}
    getattr(rds, f"create_{kind}_parameter_group")(**name, DBParameterGroupFamily=family, Description="d")
    changes = [{"ParameterName": n, "ParameterValue": v, "ApplyMethod": "pending-reboot"} for n, v in values.items()]
    if changes:
        getattr(rds, f"modify_{kind}_parameter_group")(**name, Parameters=changes)


def values_of_instance_group(aws: Emulator) -> dict[str, str]:
    found = aws.client("rds").describe_db_parameters(DBParameterGroupName=NAME, Source="user")["Parameters"]
    return {parameter["ParameterName"]: parameter["ParameterValue"] for parameter in found}


def values_of_cluster_group(aws: Emulator) -> dict[str, str]:
    rds = aws.client("rds")
    found = rds.describe_db_cluster_parameters(DBClusterParameterGroupName=NAME, Source="user")["Parameters"]
    return {parameter["ParameterName"]: parameter["ParameterValue"] for parameter in found}


@pytest.mark.xfail(raises=AssertionError, reason="rds_instance_param_group sees no drift of parameters in check mode")
def test_check_mode_sees_a_parameter_that_differs(aws: Emulator) -> None:
    set_parameters(aws, "db", FAMILY, log_statement="none")
    assert instance_group(aws, params={"log_statement": "all"}, check=True).changed


@pytest.mark.xfail(raises=AssertionError, reason="rds_instance_param_group resets nothing")
def test_a_parameter_no_longer_wanted_is_reset(aws: Emulator) -> None:
    set_parameters(aws, "db", FAMILY, log_statement="all", work_mem="4096")
    instance_group(aws, params={"log_statement": "all"})
    assert values_of_instance_group(aws) == {"log_statement": "all"}


@pytest.mark.xfail(raises=AssertionError, reason="rds_instance_param_group leaves it to AWS to judge values")
def test_a_bad_value_is_refused_before_anything_is_written(aws: Emulator) -> None:
    ran = instance_group(aws, params={"log_statement": "most"})
    assert ran.result["failed"]
    assert ran.writes == []


@pytest.mark.xfail(raises=AssertionError, reason="rds_instance_param_group writes the rest when a name is unknown")
def test_an_unknown_name_is_refused(aws: Emulator) -> None:
    ran = instance_group(aws, params={"work_memm": 4096, "log_statement": "all"})
    assert ran.result.get("failed")


@pytest.mark.xfail(raises=AssertionError, reason="rds_instance_param_group does not know PostgreSQL's units")
def test_a_value_with_a_unit(aws: Emulator) -> None:
    instance_group(aws, params={"work_mem": "64MB"})
    assert values_of_instance_group(aws) == {"work_mem": "65536"}


@pytest.mark.xfail(raises=AssertionError, reason="rds_instance_param_group applies static and dynamic in one way")
def test_static_and_dynamic_parameters_at_once(aws: Emulator) -> None:
    ran = instance_group(aws, params={"max_connections": 100, "log_statement": "all"}, immediate=True)
    assert not ran.result.get("failed")


@pytest.mark.xfail(raises=AssertionError, reason="rds_instance_param_group only warns of another family")
def test_another_family_is_refused(aws: Emulator) -> None:
    set_parameters(aws, "db", FAMILY)
    assert instance_group(aws, engine="postgres15").result.get("failed")


@pytest.mark.xfail(raises=AssertionError, reason="rds_instance_param_group and rds_cluster_param_group show no diff")
def test_a_change_is_shown(aws: Emulator) -> None:
    assert instance_group(aws, params={"log_statement": "all"}).result.get("diff")


@pytest.mark.xfail(raises=AssertionError, reason="rds_cluster_param_group counts another apply method as a change")
def test_a_method_of_application_is_no_change(aws: Emulator) -> None:
    set_parameters(aws, "db_cluster", CLUSTER_FAMILY, log_statement="all")
    assert not cluster_group(aws, parameters={"log_statement": "all"}, method="immediate").changed


@pytest.mark.xfail(raises=AssertionError, reason="rds_cluster_param_group sends all parameters when one differs")
def test_only_what_differs_is_sent(aws: Emulator) -> None:
    names = "hashagg hashjoin indexonlyscan indexscan material memoize mergejoin nestloop seqscan sort tidscan"
    logs = ("connections", "disconnections", "duration", "lock_waits", "parser_stats", "planner_stats")
    more = {"geqo": "0", "row_security": "0", "autovacuum": "0", "array_nulls": "0"}
    present = {f"enable_{name}": "0" for name in names.split()} | more
    wanted = present | {f"log_{name}": "1" for name in logs}
    set_parameters(aws, "db_cluster", CLUSTER_FAMILY, **present)
    ran = cluster_group(aws, parameters=wanted, method="pending-reboot")
    assert values_of_cluster_group(aws) == wanted
    # Six differ, of the 20 that a request takes.
    assert ran.writes == ["ModifyDBClusterParameterGroup"]


@pytest.mark.xfail(raises=AssertionError, reason="rds_cluster_param_group resets nothing")
def test_a_clusters_parameter_no_longer_wanted_is_reset(aws: Emulator) -> None:
    set_parameters(aws, "db_cluster", CLUSTER_FAMILY, log_statement="all", work_mem="4096")
    cluster_group(aws, parameters={"log_statement": "all"}, method="pending-reboot")
    assert values_of_cluster_group(aws) == {"log_statement": "all"}


@pytest.mark.xfail(raises=AssertionError, reason="rds_cluster_param_group leaves it to AWS to judge values")
def test_a_bad_value_of_a_cluster_is_refused_before_anything_is_written(aws: Emulator) -> None:
    ran = cluster_group(aws, parameters={"log_statement": "most"})
    assert ran.result["failed"]
    assert ran.writes == []


@pytest.mark.xfail(raises=AssertionError, reason="rds_cluster_param_group looks at no parameter of a group to be made")
def test_check_mode_refuses_what_a_run_refuses(aws: Emulator) -> None:
    assert cluster_group(aws, parameters={"work_memm": "4096"}, check=True).result.get("failed")


@pytest.mark.xfail(raises=AssertionError, reason="rds_cluster_param_group only warns of another family")
def test_another_family_of_a_cluster_group_is_refused(aws: Emulator) -> None:
    set_parameters(aws, "db_cluster", CLUSTER_FAMILY)
    assert cluster_group(aws, db_parameter_group_family="aurora-postgresql15").result.get("failed")

"""Parameters in RDS's spelling, from rows of pg_settings, and the values they take."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.rds.metadata import AURORA, RDS, Parameter, Service, is_allowed, parameters

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
    ("row", "expected"),
    [
        ({}, Parameter("x", "integer", "static", "(kB) D.", "-1-5")),
        ({"context": "sighup", "unit": None}, Parameter("x", "integer", "dynamic", "D.", "-1-5")),
        ({"context": "internal"}, Parameter("x", "integer", "static", "(kB) D.", "-1-5", modifiable=False)),
        (
            {"name": "TimeZone", "vartype": "string", "unit": None, "context": "user"},
            Parameter("timezone", "string", "dynamic", "D.", default="UTC"),
        ),
        (
            {"vartype": "enum", "enumvals": ["a", "b"], "unit": None, "context": "user"},
            Parameter("x", "string", "dynamic", "D.", "a,b"),
        ),
    ],
)
def test_parameter_from_a_row_of_pg_settings(row: dict[str, Any], expected: Parameter) -> None:
    """https://www.postgresql.org/docs/16/view-pg-settings.html"""
    assert parameters([{**SETTING, **row}], RDS)[expected.name] == expected


@pytest.mark.parametrize(
    "row", [{"category": "Developer Options"}, {"category": "Preset Options"}, {"name": "wal_level"}]
)
def test_hidden_rows_of_pg_settings(row: dict[str, Any]) -> None:
    assert not {"x", "wal_level"} & set(parameters([{**SETTING, **row}], RDS))


@pytest.mark.parametrize(
    ("data_type", "allowed", "value", "good"),
    [
        ("integer", "-1-5", "-1", True),
        ("integer", "-1-5", "5", True),
        ("integer", "-1-5", "6", False),
        ("integer", "-1-5", "-2", False),
        ("integer", "0-5", "1.5", False),
        ("integer", "0-5", "4MB", False),
        ("integer", "0-5", "{DBInstanceClassMemory/2}", True),
        ("integer", "0-5", "GREATEST(1,2)", True),
        ("float", "0-1.79769e+308", "1.1", True),
        ("float", "0-1", "1.1", False),
        ("boolean", "0,1", "1", True),
        ("boolean", "0,1", "on", False),
        ("boolean", "0,1", "{1}", False),
        ("string", "none,ddl,mod,all", "mod", True),
        ("string", "none,ddl,mod,all", "all,mod", False),
        ("string", None, "anything (at) {all}", True),
        ("list", "a,b,c", "a, c", True),
        ("list", "a,b,c", "", True),
        ("list", "a,b,c", "a,d", False),
    ],
)
def test_allowed_values(data_type: str, allowed: str | None, value: str, good: bool) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ParamValuesRef.html"""
    assert is_allowed(Parameter("x", data_type, "dynamic", "", allowed), value) is good


@pytest.mark.parametrize(
    ("name", "service", "cluster", "there"),
    [
        ("wal_buffers", RDS, False, True),
        ("wal_buffers", AURORA, True, True),
        ("wal_buffers", AURORA, False, False),
        ("work_mem", AURORA, True, True),
        ("work_mem", AURORA, False, True),
        ("checkpoint_timeout", RDS, False, True),
        ("checkpoint_timeout", AURORA, True, False),
        ("krb_caseins_users", RDS, False, False),
        ("krb_caseins_users", AURORA, True, True),
        ("apg_ccm_enabled", RDS, True, False),
        ("apg_ccm_enabled", AURORA, True, True),
        ("apg_ccm_enabled", AURORA, False, False),
        ("rds.memory_allocation_guard", AURORA, False, True),
        ("rds.max_tcp_buffers", AURORA, True, True),
    ],
)
def test_which_group_has_a_parameter(name: str, service: Service, cluster: bool, there: bool) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Reference.ParameterGroups.html"""
    settings = [{**SETTING, "name": each} for each in ("wal_buffers", "work_mem", "checkpoint_timeout")]
    settings.append({**SETTING, "name": "krb_caseins_users"})
    assert (name in parameters(settings, service, cluster)) is there


def test_aurora_has_defaults_of_its_own() -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Reference.ParameterGroups.html"""
    settings = [{**SETTING, "name": name} for name in ("shared_buffers", "wal_sender_timeout", "max_connections")]
    found = parameters(settings, AURORA)
    assert found["shared_buffers"].default == "SUM({DBInstanceClassMemory/12038},-50003)"
    assert found["rds.force_ssl"].default == "0"
    assert found["max_connections"].default == "LEAST({DBInstanceClassMemory/9531392},5000)"
    assert found["wal_sender_timeout"].default is None

"""Parameters in RDS's spelling, from rows of pg_settings, and the values they take."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.rds.metadata import AURORA, DATA, RDS, Parameter, Service, is_allowed, parameters

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


@pytest.mark.parametrize("file", ["rds_parameters.json", "aurora_parameters.json"])
def test_what_postgresql_does_not_know_has_a_page_of_aws(file: str) -> None:
    data = json.loads((DATA / file).read_text())
    pages: dict[str, str] = data["documentation"]
    assert all(page.startswith("https://docs.aws.amazon.com/AmazonRDS/latest/") for page in pages.values())
    names = [row["name"] for row in data["additional"]]
    assert len(names) == len(set(names))
    # No page for names that are not there.
    assert all(any(name.startswith(start) for name in [*names, *data["defaults"]]) for start in pages)


@pytest.mark.parametrize("service", [RDS, AURORA])
def test_values_inside_and_outside_of_the_ranges_of_aws(service: Service) -> None:
    """The module's view of them is held against this one in its own tests."""
    for parameter in service.additional.values():
        if parameter.data_type in ("integer", "float"):
            assert not is_allowed(parameter, "no number"), parameter
        if parameter.default and parameter.modifiable:
            assert is_allowed(parameter, parameter.default), parameter
        if parameter.allowed_values and parameter.data_type in ("list", "string"):
            assert is_allowed(parameter, parameter.allowed_values.split(",")[0].strip()), parameter
            assert not is_allowed(parameter, "no such word"), parameter

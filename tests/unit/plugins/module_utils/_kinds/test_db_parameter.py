"""Values of parameters: what is the same, and what is refused with what is allowed."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter import (
    BadValue,
    Parameter,
    canonical,
    from_aws,
    plain,
    same,
)

BOOLEAN = Parameter("track_io_timing", data_type="boolean", allowed="0,1")
MEMORY = Parameter("work_mem", data_type="integer", allowed="64-2147483647", unit="kB")
MILLISECONDS = Parameter("log_min_duration_statement", data_type="integer", allowed="-1-2147483647", unit="ms")
COUNT = Parameter("max_connections", data_type="integer", allowed="6-262143", static=True)
GAPPED = Parameter("gapped", data_type="integer", allowed="-1,20-100")
SHARE = Parameter("seed", data_type="float", allowed="0-1")
COST = Parameter("random_page_cost", data_type="float", allowed="0-1.79769e+308")
DELAY = Parameter("autovacuum_vacuum_cost_delay", data_type="float", allowed="-1-100", unit="ms")
ENUM = Parameter("log_statement", allowed="none,ddl,mod,all")
CAPITALS = Parameter("pg_stat_statements.track", allowed="NONE,TOP,ALL")
SWITCH = Parameter("huge_pages", allowed="on,off,try")
TRUTH = Parameter("krb", allowed="true,false")
DESTINATION = Parameter("log_destination", allowed="stderr,csvlog")
LIBRARIES = Parameter(
    "shared_preload_libraries", data_type="list", allowed="pgaudit,pg_cron,pg_stat_statements", static=True
)
TRUTH_LIST = Parameter("apg_plan_mgmt.use_plan_baselines", data_type="list", allowed="true,false")
SPACED = Parameter("babelfishpg_tds.tds_default_protocol_version", allowed="TDSv7.0, TDSv7.1, DEFAULT")
FREE_LIST = Parameter("anything", data_type="list")
TEXT = Parameter("search_path")
PATTERN = Parameter("pattern", allowed="[a-z]+")


@pytest.mark.parametrize(
    ("value", "parameter", "kept"),
    [
        (True, BOOLEAN, "1"),
        ("on", BOOLEAN, "1"),
        ("TRUE", BOOLEAN, "1"),
        (1, BOOLEAN, "1"),
        ("off", BOOLEAN, "0"),
        (False, BOOLEAN, "0"),
        ("{DBInstanceVCPU} > 2", BOOLEAN, "{DBInstanceVCPU}>2"),
        ("64MB", MEMORY, "65536"),
        (65536, MEMORY, "65536"),
        (
            "greatest({DBInstanceClassMemory/63963136}, 65536)",
            MEMORY,
            "GREATEST({DBInstanceClassMemory/63963136},65536)",
        ),
        ("100ms", MILLISECONDS, "100"),
        ("1min", MILLISECONDS, "60000"),
        (-1, MILLISECONDS, "-1"),
        (7, Parameter("odd", data_type="integer", allowed="any number"), "7"),
        (-1, GAPPED, "-1"),
        (20, GAPPED, "20"),
        (0.10, SHARE, "0.1"),
        ("1.0", SHARE, "1"),
        ("1e-1", SHARE, "0.1"),
        (4, COST, "4"),
        ("1.79769e+308", COST, "1.79769e+308"),
        ("500us", DELAY, "0.5"),
        ("ALL", ENUM, "all"),
        ("top", CAPITALS, "TOP"),
        (True, SWITCH, "on"),
        (False, SWITCH, "off"),
        (True, TRUTH, "true"),
        (True, TRUTH_LIST, "true"),
        (False, TRUTH_LIST, "false"),
        ("FALSE", TRUTH_LIST, "false"),
        ("tdsv7.1", SPACED, "TDSv7.1"),
        (True, FREE_LIST, "1"),
        ("SUM({DBInstanceClassMemory / 12038}, -50003)", COUNT, "SUM({DBInstanceClassMemory/12038},-50003)"),
        ("stderr,csvlog", DESTINATION, "stderr,csvlog"),
        (["pg_cron", "pgaudit"], LIBRARIES, "pg_cron,pgaudit"),
        ("pg_cron, PGAudit", LIBRARIES, "pg_cron,pgaudit"),
        ("", LIBRARIES, ""),
        ("a, b", FREE_LIST, "a,b"),
        ('"$user", public', TEXT, '"$user", public'),
        ("ABC", PATTERN, "ABC"),
    ],
)
def test_canonical(value: Any, parameter: Parameter, kept: str) -> None:
    assert canonical(value, parameter) == kept
    assert canonical(kept, parameter) == kept


@pytest.mark.parametrize(
    ("value", "parameter", "message"),
    [
        ("maybe", BOOLEAN, "is no boolean. Allowed: 1, on, true, 0, off, false, or an RDS formula."),
        ("32kB", MEMORY, "is out of range. Allowed: 64 to 2147483647 kB."),
        ("65.5", MEMORY, "is not a whole number of kB. Allowed: 64 to 2147483647 kB."),
        (
            "1h",
            MEMORY,
            "has a unit that does not fit. Its units are B, kB, MB, GB, TB (case counts). Allowed: 64 to",
        ),
        (20.5, COUNT, "is not a whole number. Allowed: 6 to 262143."),
        ("five", COUNT, "is not a number. Allowed: 6 to 262143."),
        (262144, COUNT, "is out of range. Allowed: 6 to 262143."),
        (5, COUNT, "is out of range. Allowed: 6 to 262143."),
        (0, GAPPED, "is out of range. Allowed: -1, 20 to 100."),
        ("{DBInstanceMemory}", COUNT, "is a formula that has no variable DBInstanceMemory; RDS has"),
        (1.5, SHARE, "is out of range. Allowed: 0 to 1."),
        ("{DBInstanceVCPU}", SHARE, "is not a number. Allowed: 0 to 1."),
        ("some", ENUM, "has 'some', which is not allowed; it is one of: none, ddl, mod, all."),
        (True, LIBRARIES, "has '1', which is not allowed; it may hold: pgaudit"),
        (True, ENUM, "has '1', which is not allowed; it is one of: none, ddl, mod, all."),
        ("stderr,syslog", DESTINATION, "has 'syslog', which is not allowed; it is one of: stderr, csvlog."),
        (
            "pg_crom",
            LIBRARIES,
            "has 'pg_crom', which is not allowed; it may hold: pgaudit, pg_cron, pg_stat_statements.",
        ),
    ],
)
def test_refused(value: Any, parameter: Parameter, message: str) -> None:
    with pytest.raises(BadValue) as bad:
        canonical(value, parameter)
    assert str(bad.value).startswith(message)


def test_long_lists_of_choices_are_cut() -> None:
    zones = Parameter("timezone", allowed=",".join(f"zone{n}" for n in range(40)))
    with pytest.raises(BadValue, match="zone24 and 15 more"):
        canonical("nowhere", zones)


@pytest.mark.parametrize(
    ("before", "after", "parameter", "is_same"),
    [
        ("65536", "65536", MEMORY, True),
        ("64MB", "65536", MEMORY, True),
        ("65537", "65536", MEMORY, False),
        (None, "65536", MEMORY, False),
        ("on", "1", BOOLEAN, True),
        ("WARNING", "warning", Parameter("level", allowed="info,warning"), True),
        ("GREATEST({DBInstanceClassMemory/2},8)", "GREATEST({DBInstanceClassMemory/2},8)", COUNT, True),
        ("nonsense", "5", COUNT, False),
    ],
)
def test_same(before: str | None, after: str, parameter: Parameter, is_same: bool) -> None:
    assert same(before, after, parameter) is is_same


def test_from_aws() -> None:
    raw = {
        "ParameterName": "work_mem",
        "ParameterValue": "4096",
        "Description": "(kB) Sets the maximum memory to be used for query workspaces.",
        "Source": "user",
        "ApplyType": "dynamic",
        "DataType": "integer",
        "AllowedValues": "64-2147483647",
        "IsModifiable": True,
        "ApplyMethod": "pending-reboot",
    }
    found = from_aws(raw)
    assert found == Parameter("work_mem", "4096", "integer", "64-2147483647", static=False, user=True, unit="kB")
    assert found.apply_method == "immediate"
    assert from_aws({"ParameterName": "x", "ApplyType": "static"}).apply_method == "pending-reboot"


@pytest.mark.parametrize(("value", "text"), [(True, "1"), (False, "0"), (["a", 1], "a,1"), (1.5, "1.5"), ("x", "x")])
def test_plain(value: Any, text: str) -> None:
    assert plain(value) == text

"""Units, as PostgreSQL reads them: https://www.postgresql.org/docs/current/config-setting.html"""

from __future__ import annotations

from fractions import Fraction

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter_units import in_unit, unit_of


@pytest.mark.parametrize(
    ("name", "description", "unit"),
    [
        ("work_mem", "(kB) Sets the maximum memory to be used for query workspaces.", "kB"),
        ("shared_buffers", "(8kB) Sets the number of shared memory buffers.", "8kB"),
        ("backend_flush_after", "(8Kb) Number of pages after which writes are flushed.", "8kB"),
        ("log_rotation_age", "(min) Automatic log file rotation.", "min"),
        ("idle_session_timeout", "Terminate any session that has been idle", "ms"),
        ("rds.log_retention_period", "RDS will delete logs that are older than N minutes.", "min"),
        ("max_connections", "Sets the maximum number of concurrent connections.", ""),
        ("some.thing", "(that is not a unit) Whatever.", ""),
        ("work_mem", "", "kB"),
    ],
)
def test_unit_of(name: str, description: str, unit: str) -> None:
    assert unit_of(name, description) == unit


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("64MB", "kB", 65536),
        (" 64 MB ", "kB", 65536),
        ("65536", "kB", 65536),
        ("1GB", "8kB", 131072),
        ("1h", "ms", 3600000),
        ("1.5h", "s", 5400),
        ("500us", "ms", Fraction(1, 2)),
        ("-1", "ms", -1),
        ("1e3", "", 1000),
        ("10kB", "MB", Fraction(10, 1024)),
        ("2d", "min", 2880),
        (".5", "", Fraction(1, 2)),
    ],
)
def test_in_unit(text: str, unit: str, number: Fraction | int) -> None:
    assert in_unit(text, unit) == number


@pytest.mark.parametrize(
    ("text", "unit", "why"),
    [
        ("64mb", "kB", "Its units are B, kB, MB, GB, TB"),
        ("64MB", "ms", "Its units are us, ms, s, min, h, d"),
        ("1h", "", "It takes a number without a unit"),
        ("many", "kB", "is not a number"),
        ("", "kB", "is not a number"),
        ("1 2", "", "is not a number"),
    ],
)
def test_in_unit_refuses(text: str, unit: str, why: str) -> None:
    with pytest.raises(ValueError, match=why.replace("(", r"\(")):
        in_unit(text, unit)

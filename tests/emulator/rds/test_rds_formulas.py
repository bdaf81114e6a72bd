"""Formulas of parameter values, and what a server is given of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.rds import catalogue, effective
from emulator.rds.formulas import NotAFormula, evaluate
from emulator.rds.metadata import Parameter

GIB = 1024**3


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("{DBInstanceClassMemory/32768}", 32768),
        ("LEAST({DBInstanceClassMemory/9531392},5000)", 112),
        ("LEAST({DBInstanceClassMemory/9531392},50)", 50),
        ("GREATEST({DBInstanceClassMemory*1024/63963136},65536)", 65536),
        ("GREATEST({log(DBInstanceClassMemory/21474836480)*600},200)", 200),
        ("SUM({DBInstanceClassMemory/1073741824},2)", 3),
        ("SUM({DBInstanceClassMemory/1073741824},-2)", -1),
        ("{DBInstanceVCPU*2}", 4),
    ],
)
def test_formula(formula: str, expected: int) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ParamValuesRef.html"""
    assert evaluate(formula, {"DBInstanceClassMemory": GIB, "DBInstanceVCPU": 2}) == expected


@pytest.mark.parametrize("formula", ["{", "{Nonsense/2}", "__import__('os')", "{1/0}", "MEDIAN(1,2)", "{a.b}", "{'x'}"])
def test_what_is_no_formula(formula: str) -> None:
    with pytest.raises(NotAFormula):
        evaluate(formula, {"a": 1})


@pytest.mark.parametrize(("name", "connections"), [("db.t3.micro", 82), ("db.t3.medium", 396), ("db.r5.large", 1653)])
def test_memory_of_a_class_gives_the_connections_seen_on_rds(name: str, connections: int) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections"""
    memory = catalogue.CLASSES[name].database_memory
    assert evaluate("LEAST({DBInstanceClassMemory/9531392},5000)", {"DBInstanceClassMemory": memory}) == connections


def parameter(name: str, data_type: str = "integer", modifiable: bool = True) -> Parameter:
    return Parameter(name, data_type, "static", "", modifiable=modifiable)


@pytest.mark.parametrize(
    ("known", "value", "expected"),
    [
        (parameter("work_mem"), "64", {"work_mem": "64"}),
        (parameter("shared_buffers"), "{DBInstanceClassMemory/32768}", {"shared_buffers": "16384"}),
        (parameter("shared_buffers"), "99999", {"shared_buffers": "99999"}),
        (parameter("application_name", "string"), "{GREATEST(1,2)}", {"application_name": "{GREATEST(1,2)}"}),
        (parameter("data_directory", "string", modifiable=False), "/rdsdbdata/db", {}),
        (parameter("log_line_prefix", "string", modifiable=False), "%t:", {"log_line_prefix": "%t:"}),
        (parameter("rds.extensions", "string", modifiable=False), "x", {"rds.extensions": "x"}),
        (
            parameter("rds.logical_replication", "boolean"),
            "1",
            {"rds.logical_replication": "1", "wal_level": "logical"},
        ),
    ],
)
def test_what_a_server_is_given(tmp_path: Path, known: Parameter, value: str, expected: dict[str, str]) -> None:
    """Formulas are cut to what a small machine stands, plain numbers are not; RDS's own paths stay out."""
    big = catalogue.CLASSES["db.r6g.4xlarge"]
    given = effective.server_parameters({known.name: value}, {known.name: known}, big, tmp_path)
    assert given == {**expected, "shared_preload_libraries": ""}


def test_libraries_that_this_build_lacks_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "pg_stat_statements.so").touch()
    known = {effective.LIBRARY_LIST: parameter(effective.LIBRARY_LIST, "list")}
    values = {effective.LIBRARY_LIST: "pgaudit, pg_stat_statements"}
    given = effective.server_parameters(values, known, catalogue.CLASSES["db.t3.micro"], tmp_path)
    assert given == {"shared_preload_libraries": "pg_stat_statements"}

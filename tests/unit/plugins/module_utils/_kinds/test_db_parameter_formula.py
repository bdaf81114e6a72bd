"""Formulas: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ParamValuesRef.html"""

from __future__ import annotations

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter_formula import (
    BadFormula,
    canonical_formula,
    evaluate,
    is_formula,
)


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("{DBInstanceClassMemory/32768}", True),
        ("least({DBInstanceClassMemory/9531392}, 5000)", True),
        ("  GREATEST (1,2)", True),
        ("{DBInstanceVCPU} > 2", True),
        ("100", False),
        ("leasts", False),
    ],
)
def test_is_formula(text: str, formula: bool) -> None:
    assert is_formula(text) is formula


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("{DBInstanceClassMemory}", "{DBInstanceClassMemory}"),
        ("{ DBInstanceClassMemory / 32768 }", "{DBInstanceClassMemory/32768}"),
        ("{DBInstanceClassMemory*3/32768}", "{DBInstanceClassMemory*3/32768}"),
        (
            "greatest({DBInstanceClassMemory*1024/63963136}, 65536)",
            "GREATEST({DBInstanceClassMemory*1024/63963136},65536)",
        ),
        ("LEAST(SUM({DBInstanceVCPU*2},-5),10)", "LEAST(SUM({DBInstanceVCPU*2},-5),10)"),
        ("SUM({DBInstanceClassMemory/12038},-50003)", "SUM({DBInstanceClassMemory/12038},-50003)"),
        # Aurora's own defaults:
        # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Reference.ParameterGroups.html
        (
            "GREATEST({log(DBInstanceClassMemory/21474836480)*600},200)",
            "GREATEST({log(DBInstanceClassMemory/21474836480)*600},200)",
        ),
        (
            "greatest({DBInstanceClassMemory/63963136*1024}, 65536)",
            "GREATEST({DBInstanceClassMemory/63963136*1024},65536)",
        ),
        ("LEAST({DBInstanceClassMemory/9531392},5000)", "LEAST({DBInstanceClassMemory/9531392},5000)"),
        ("{log(DBInstanceClassMemory/8187281418)*1000}", "{log(DBInstanceClassMemory/8187281418)*1000}"),
        ("GREATEST(${DBInstanceVCPU*2},8)", "GREATEST(${DBInstanceVCPU*2},8)"),
        ("{DBInstanceVCPU} > 2", "{DBInstanceVCPU}>2"),
        ("{DBInstanceVCPU} =< 2", "{DBInstanceVCPU}=<2"),
    ],
)
def test_canonical(text: str, canonical: str) -> None:
    assert canonical_formula(text) == canonical
    assert canonical_formula(canonical) == canonical


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{DBInstanceMemory/2}", "no variable DBInstanceMemory"),
        ("{DBInstanceClassMemory/}", "where it has '}'"),
        ("{DBInstanceClassMemory", "'}' where it has 'its end'"),
        ("GREATEST(1,,3)", "where it has ','"),
        ("GREATEST 1", "needs '('"),
        ("GREATEST()", "where it has '"),
        ("{DBInstanceClassMemory}!", "has '!'"),
        ("{DBInstanceClassMemory} 5", "after its end"),
        ("{DBInstanceVCPU} > ", "its end"),
        ("{DBInstanceVCPU/0}", "divides by 0"),
        ("{log(-1)}", "the logarithm of what is not above 0"),
    ],
)
def test_bad_formula(text: str, why: str) -> None:
    with pytest.raises(BadFormula) as bad:
        canonical_formula(text)
    assert why in str(bad.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("200", 200),
        ("-1", -1),
        ("LEAST({DBInstanceClassMemory/9531392},5000)", 112),
        ("least({DBInstanceClassMemory/1024}, 5000)", 5000),
        ("GREATEST({DBInstanceClassMemory*1024/63963136},65536)", 65536),
        ("SUM({DBInstanceVCPU*2},-1,0.5)", 3),
        ("GREATEST(${DBInstanceVCPU*2},8)", 8),
        ("{log(DBInstanceClassMemory/1048576)*1000}", 10000),
        ("{DBInstanceVCPU} > 2", 0),
        ("{DBInstanceVCPU} => 2", 1),
    ],
)
def test_the_value_of_a_formula(text: str, value: int) -> None:
    assert evaluate(text, {"DBInstanceClassMemory": 1024**3, "DBInstanceVCPU": 2}) == value

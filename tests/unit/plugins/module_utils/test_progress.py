"""What people see while a run waits."""

from __future__ import annotations

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._progress import Progress, fleet_line


def shown(*looks: tuple[str, float]) -> list[str]:
    progress = Progress("retail")
    lines = [progress.line("DB instance db", status, seconds) for status, seconds in looks]
    return [line for line in lines if line]


def test_what_is_there_soon_is_not_worth_a_line() -> None:
    assert shown(("modifying", 0), ("modifying", 9.9)) == []


def test_on_a_change_and_once_a_minute() -> None:
    looks = [
        ("modifying", 0),
        ("modifying", 10),
        ("modifying", 69),
        ("modifying", 70),
        ("backing-up", 72),
        ("backing-up", 80),
    ]
    assert shown(*looks) == [
        "waiting · 00:10   retail: DB instance db modifying",
        "waiting · 01:10   retail: DB instance db modifying",
        "waiting · 01:12   retail: DB instance db backing-up",
    ]


def test_each_subject_for_itself() -> None:
    progress = Progress("retail")
    assert progress.line("a", "creating", 20)
    assert progress.line("b", "creating", 20)
    assert not progress.line("a", "creating", 30)


@pytest.mark.parametrize(
    ("left", "line"),
    [
        ({"db": "creating"}, "waiting for 1 · 02:40 of usually 8 min   db creating"),
        (
            {"a": "creating", "b": "backing-up", "c": "creating"},
            "waiting for 3 · 02:40 of usually 8 min   a creating · b backing-up · c creating",
        ),
        (
            {"a": "creating", "b": "backing-up", "c": "creating", "d": "creating"},
            "waiting for 4 · 02:40 of usually 8 min   3 creating · 1 backing-up",
        ),
    ],
)
def test_of_a_fleet(left: dict[str, str], line: str) -> None:
    assert fleet_line(left, 160.7, 8) == line

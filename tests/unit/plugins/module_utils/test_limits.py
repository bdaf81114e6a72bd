"""Limits that an inventory sets on its own inputs."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._limits import limit_problems, spoken, within
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY, Desired, Kind, Property

KIND = Kind("thing", {"size": Property(), "user": Property()})


@pytest.mark.parametrize(
    ("limit", "inside", "outside"),
    [
        ({"min": 20}, [20, 21], [19]),
        ({"max": 100}, [100, 0], [101]),
        ({"min": 20, "max": 100}, [20, 100], [19, 101]),
        ({"pattern": "[a-z]+"}, ["admin"], ["1admin", "admin1", ""]),
        ({"pattern": "[0-9]{2}"}, [16], [1, 160]),
        ({"choices": ["a", 7]}, ["a", 7], ["b", "7"]),
        ({"min": 1, "choices": [0, 2]}, [2], [0, 3]),
        ({}, [0, "x"], []),
    ],
)
def test_within(limit: dict[str, Any], inside: list[Any], outside: list[Any]) -> None:
    assert [value for value in inside + outside if within(value, **limit)] == inside


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        ({"min": 20, "max": 100}, "20 to 100"),
        ({"min": 20}, "20 or more"),
        ({"max": 0}, "0 or less"),
        ({"pattern": "[a-z]+"}, "the pattern [a-z]+"),
        ({"choices": ["a", 7]}, "a, 7"),
        ({"min": 20, "pattern": "x", "choices": [1]}, "20 or more and the pattern x and 1"),
    ],
)
def test_spoken(limit: dict[str, Any], text: str) -> None:
    assert spoken(**limit) == text


@pytest.mark.parametrize(
    ("limits", "properties", "said"),
    [
        ({}, {"size": 19}, []),
        ({"size": {"min": 20}}, {}, []),
        ({"size": {"min": 20}}, {"size": None}, []),
        ({"size": {"min": 20}}, {"size": 20}, []),
        ({"size": {"min": 20}}, {"size": KNOWN_AFTER_APPLY}, []),
        ({"size": {"min": 20}}, {"size": 19}, ["shop_size: 19\n    allowed here: 20 or more."]),
        (
            {"size": {"min": 20}, "user": {"pattern": "[a-z]+"}},
            {"size": 19, "user": "1"},
            ["shop_size: 19\n    allowed here: 20 or more.", "shop_user: 1\n    allowed here: the pattern [a-z]+."],
        ),
        (
            {"sizes": {"min": 20}},
            {"size": 19},
            ["shop_limits.sizes: {'min': 20}\n    limits nothing. Allowed: size, user."],
        ),
        (
            {"size": {"minimum": 20}},
            {"size": 19},
            ["shop_limits.size: {'minimum': 20}\n    allowed in a limit: choices, max, min, pattern."],
        ),
    ],
)
def test_limit_problems(limits: dict[str, dict[str, Any]], properties: dict[str, Any], said: list[str]) -> None:
    wanted = Desired("thing", "one", properties, role="shop", limits=limits)
    assert [str(problem) for problem in limit_problems(KIND, wanted)] == said

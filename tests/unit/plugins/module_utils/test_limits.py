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
        (
            {"min_vcpu": 2, "min_memory_gib": 16, "burstable": False},
            ["db.r6g.large"],
            ["db.t3.medium", "db.serverless"],
        ),
        ({"burstable": False, "choices": ["db.r6g.large"]}, ["db.r6g.large"], ["db.r5.large"]),
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
        ({"min_vcpu": 2, "burstable": False, "pattern": "x"}, "non-burstable, at least 2 vCPU and the pattern x"),
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


LEAST = {"instance_class": {"min_vcpu": 2, "min_memory_gib": 16, "burstable": False}}
INSTANCE = Kind("instance", {"instance_class": Property()})
CLUSTER = Kind("cluster", {"members": Property()})
ALLOWED = "allowed here: non-burstable, at least 2 vCPU and 16 GiB. Smallest that fits: db.r6g.large."


@pytest.mark.parametrize(
    ("kind", "properties", "said"),
    [
        (INSTANCE, {"instance_class": "db.r6g.large"}, []),
        (INSTANCE, {"instance_class": "db.t3.medium"}, [f"shop_instance_class: db.t3.medium\n    {ALLOWED}"]),
        (CLUSTER, {}, []),
        (
            CLUSTER,
            {"members": [{"name": "a", "instance_class": "db.r5.large"}, {"name": "b"}]},
            [],
        ),
        (
            CLUSTER,
            {
                "members": [
                    {"name": "a", "instance_class": "db.r5.large"},
                    {"name": "b", "instance_class": "db.t3.large"},
                ]
            },
            [f"shop_members.b.instance_class: db.t3.large\n    {ALLOWED}"],
        ),
    ],
)
def test_the_least_of_a_class(kind: Kind, properties: dict[str, Any], said: list[str]) -> None:
    wanted = Desired(kind.name, "one", properties, role="shop", limits=LEAST)
    assert [str(problem) for problem in limit_problems(kind, wanted)] == said


def test_a_limit_on_sizes_that_no_class_fits_advises_none() -> None:
    wanted = Desired("instance", "one", {"instance_class": "db.r5.large"}, limits={"instance_class": {"min_vcpu": 999}})
    problem = next(iter(limit_problems(INSTANCE, wanted)))
    assert problem.message == "allowed here: at least 999 vCPU."


def test_limits_on_a_class_and_on_others_take_different_rules() -> None:
    wrong = Desired("instance", "one", {}, role="shop", limits={"instance_class": {"vcpus": 2}})
    rules = "burstable, choices, max, min, min_memory_gib, min_vcpu, pattern"
    assert [p.message for p in limit_problems(INSTANCE, wrong)] == [f"allowed in a limit: {rules}."]

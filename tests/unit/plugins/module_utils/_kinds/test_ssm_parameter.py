"""Parameters: names and values that Systems Manager takes, and nothing of a secret."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.ssm_parameter import (
    SSM_PARAMETER,
    by_path,
    common_path,
    from_aws,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY, Action, Desired, plan

NAME = "/pgfleet/retail/prod/endpoint"
RAW = {"Name": NAME, "Value": "db.example.com", "Type": "String", "ARN": f"arn:aws:ssm:us-west-2:1:parameter{NAME}"}


def desired(name: str = NAME, **properties: Any) -> Desired:
    return Desired("ssm_parameter", name, {"value": "x", **properties})


@pytest.mark.parametrize("name", ["/a", "plain", NAME, "/a/aws/b", "/" + "/".join("abcdefghijklmno")])
def test_good_names(name: str) -> None:
    assert list(SSM_PARAMETER.check(desired(name))) == []


@pytest.mark.parametrize(
    "name", ["", "/", "a/b", "/a//b", "/a/", "/aws/x", "AWSx", "/ssm-x/y", "/a b", "/ä", "/a" * 16, "/" + "a" * 1011]
)
def test_bad_names(name: str) -> None:
    assert [problem.input for problem in SSM_PARAMETER.check(desired(name))] == ["name"]


@pytest.mark.parametrize(
    ("properties", "culprit", "message"),
    [
        ({"value": ""}, "value", "no empty value"),
        ({"value": None}, "value", "no empty value"),
        ({"value": "ä" * 2049}, "value", "4098 bytes"),
        ({"value": "{{ x }}"}, "value", "reference to another parameter"),
        ({"type": "SecureString"}, "type", "Secrets Manager"),
    ],
)
def test_refused(properties: dict[str, Any], culprit: str, message: str) -> None:
    [problem] = SSM_PARAMETER.check(desired(**properties))
    assert problem.input == culprit
    assert NAME in problem.message
    assert message in problem.message


@pytest.mark.parametrize("value", ["ä" * 2048, KNOWN_AFTER_APPLY, 5432, ["a", "b"]])
def test_values_that_are_allowed(value: Any) -> None:
    assert list(SSM_PARAMETER.check(desired(value=value))) == []


@pytest.mark.parametrize(
    ("described", "properties", "changed"),
    [
        (RAW, {"value": "db.example.com", "type": "String"}, []),
        (RAW, {"value": "other"}, ["value"]),
        (RAW, {"value": "db.example.com", "description": "d"}, ["description"]),
        (RAW | {"Value": "5432"}, {"value": 5432}, []),
        (RAW | {"Value": "a,b", "Type": "StringList"}, {"value": ["a", "b"], "type": "StringList"}, []),
        (RAW | {"Value": "a,b", "Type": "StringList"}, {"value": ["b", "a"], "type": "StringList"}, ["value"]),
    ],
)
def test_plan(described: dict[str, str], properties: dict[str, Any], changed: list[str]) -> None:
    found = plan(SSM_PARAMETER, desired(**properties), from_aws(described, None, {}))
    assert [change.property for change in found.changes] == changed


def test_a_secure_string_is_refused_and_its_value_not_kept() -> None:
    observed = from_aws(RAW | {"Type": "SecureString", "Value": "AQICAHh"}, "d", {})
    found = plan(SSM_PARAMETER, desired(type="String"), observed)
    assert found.action is Action.REFUSE
    assert "AQICAHh" not in repr((observed, found))


@pytest.mark.parametrize(
    ("names", "path"),
    [
        (["/a/b/c", "/a/b/d"], "/a/b"),
        (["/a/b/c", "/a/bc/d"], "/a"),
        (["/a/b", "/c/d"], "/"),
        (["/a/b/c"], "/a/b"),
        (["/a/b/c/d", "/a/b/e"], "/a/b"),
        (["plain"], "/"),
    ],
)
def test_common_path(names: list[str], path: str) -> None:
    assert common_path(names) == path


def test_paths_with_nothing_in_common_are_read_one_by_one() -> None:
    names = ["/pgfleet/shop/prod/database/port", "/pgfleet/shop/prod/database/host", "/shop/prod/database/host", "a"]
    found = by_path(Desired("ssm_parameter", name) for name in names)
    assert {path: [desired.name for desired in group] for path, group in found.items()} == {
        "/pgfleet/shop/prod/database": names[:2],
        "/shop/prod/database": names[2:3],
        "/": names[3:],
    }

"""Documents of desired resources, and their references."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._document import (
    DocumentError,
    duplicates,
    is_reference,
    parse,
    resolve,
    resolved,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY, Desired, Kind, Property

KINDS = {"thing": Kind("thing", {"size": Property(), "zone": Property()}), "other": Kind("other", {})}
HERE = {"vpc/one": {"id": "vpc-1", "subnet_ids": ["subnet-1", "subnet-2"], "empty": []}}
VPC_ID = {"ref": "vpc/one", "get": "id"}
SUBNET_IDS = {"ref": "vpc/one", "get": "subnet_ids"}


def test_a_whole_entry() -> None:
    entry: dict[str, Any] = {
        "kind": "thing",
        "name": "one",
        "properties": {"size": 1},
        "tags": {"Name": "one"},
        "role": "shop",
        "keys": {"size": "shop_storage"},
        "limits": {"size": {"min": 1}},
        "outputs": {"thing_id": "id"},
        "external": True,
    }
    assert parse([entry], KINDS) == [Desired(**entry)]


def test_what_is_left_out_or_left_empty_has_its_default() -> None:
    bare = {"kind": "thing", "name": "one"}
    assert parse([bare | {"properties": None, "tags": None, "role": None}], KINDS) == parse([bare], KINDS)
    assert parse([bare], KINDS) == [Desired("thing", "one")]


def test_order_is_kept_and_one_name_may_be_of_two_kinds() -> None:
    entries = [{"kind": "other", "name": "b"}, {"kind": "thing", "name": "b"}, {"kind": "thing", "name": "a"}]
    assert [resource.key for resource in parse(entries, KINDS)] == ["other/b", "thing/b", "thing/a"]


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([{"name": "one"}], "needs kind and name"),
        ([{"kind": "thing"}], "needs kind and name"),
        ([{"kind": "thing", "name": "one", "propertys": {}}], r"not \['propertys'\]"),
        ([{"kind": "thong", "name": "one"}], "unknown kind 'thong'; known: other, thing"),
        (
            [{"kind": "thing", "name": "one", "properties": {"sizes": 1}}],
            "thing has no property sizes; it has size, zone",
        ),
    ],
)
def test_mistakes_of_a_role(entries: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(DocumentError, match=said):
        parse(entries, KINDS)


def test_what_is_wanted_twice() -> None:
    entries = [{"kind": kind, "name": "one"} for kind in ("thing", "other", "thing")]
    [problem] = duplicates(parse(entries, KINDS))
    assert (problem.input, problem.value) == ("thing/one", "one")
    assert "2 times" in problem.message


@pytest.mark.parametrize(
    ("value", "answer"),
    [(VPC_ID, True), ({"ref": "vpc/one"}, False), (VPC_ID | {"or": 1}, False), ("vpc/one", False), (None, False)],
)
def test_is_reference(value: Any, answer: bool) -> None:
    assert is_reference(value) is answer


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ("text", "text"),
        (7, 7),
        (None, None),
        (VPC_ID, "vpc-1"),
        (SUBNET_IDS, ["subnet-1", "subnet-2"]),
        ({"ref": "vpc/two", "get": "id"}, KNOWN_AFTER_APPLY),
        ({"ref": "vpc/one", "get": "arn"}, KNOWN_AFTER_APPLY),
        ({"a": {"b": [VPC_ID]}}, {"a": {"b": ["vpc-1"]}}),
        ((VPC_ID, "x"), ["vpc-1", "x"]),
        (["x", SUBNET_IDS, "y"], ["x", "subnet-1", "subnet-2", "y"]),
        (["x", {"ref": "vpc/one", "get": "empty"}], ["x"]),
        ([["x"], SUBNET_IDS], [["x"], "subnet-1", "subnet-2"]),
    ],
)
def test_resolve(value: Any, result: Any) -> None:
    assert resolve(value, HERE) == result


def test_a_resource_is_resolved_in_its_properties() -> None:
    wanted = Desired("thing", "one", {"zone": VPC_ID}, {"Name": "one"})
    assert resolved(wanted, HERE) == Desired("thing", "one", {"zone": "vpc-1"}, {"Name": "one"})

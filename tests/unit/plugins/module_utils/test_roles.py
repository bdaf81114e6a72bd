"""What the roles' tasks take from documents and plans."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils import _roles
from ansible_collections.pgfleet.aws.plugins.module_utils._document import DocumentError

TAGS = {"Project": "Shop", "Name": "never this one"}
VPC_ID = {"ref": "vpc/vpc-shop", "get": "id"}
DOCUMENT: list[dict[str, Any]] = [
    {"kind": "vpc", "name": "vpc-shop", "properties": {"cidr_block": "10.0.0.0/16"}},
    {"kind": "subnet", "name": "a", "properties": {"vpc_id": VPC_ID}},
    {"kind": "subnet", "name": "b", "properties": {"vpc_id": VPC_ID}},
    {"kind": "subnet", "name": "theirs", "external": True},
    {"kind": "bare", "name": "c"},
]


def stack(known: dict[str, Any] | None = None, **actions: str) -> dict[str, Any]:
    """A plan of subnets by name and action."""
    plan = [{"kind": "subnet", "name": name, "action": action} for name, action in actions.items()]
    return {"plan": plan, "known": known or {}, "in_sync": not actions}


@pytest.mark.parametrize(
    ("entry", "completed"),
    [
        ({}, {"tags": {"Project": "Shop", "Name": "one"}}),
        (
            {"tags": {"pgfleet:tier": "private"}},
            {"tags": {"Project": "Shop", "Name": "one", "pgfleet:tier": "private"}},
        ),
        ({"tags": {"Project": "Other"}}, {"tags": {"Project": "Other", "Name": "one"}}),
        ({"tags": None}, {"tags": {"Project": "Shop", "Name": "one"}}),
        ({"tags": {}}, {"tags": {}}),
        ({"external": True}, {"external": True}),
        ({"external": True, "tags": {"A": "1"}}, {"external": True, "tags": {"A": "1"}}),
    ],
)
def test_document(entry: dict[str, Any], completed: dict[str, Any]) -> None:
    named = {"kind": "thing", "name": "one"}
    assert _roles.document([named | entry], "shop", TAGS) == [named | {"role": "shop"} | completed]


def test_an_empty_template_is_an_empty_document() -> None:
    assert _roles.document(None, "shop", TAGS) == []


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (("subnet", "id"), {"ref": "subnet/a", "get": "id"}),
        (("subnet", "id", "b"), {"ref": "subnet/b", "get": "id"}),
        (("subnet", "id", "z"), None),
        (("kms_key", "arn"), None),
    ],
)
def test_reference(asked: tuple[str, ...], answer: dict[str, str] | None) -> None:
    assert _roles.reference(DOCUMENT, *asked) == answer


@pytest.mark.parametrize(
    ("planned", "full", "names"),
    [
        ({}, False, []),
        ({"a": "create"}, False, ["a"]),
        ({"b": "update", "a": "update"}, False, ["a", "b"]),
        ({"a": "delete", "b": "none"}, False, []),
        ({"theirs": "create"}, False, []),
        ({}, True, ["a", "b"]),
    ],
)
def test_todo(planned: dict[str, str], full: bool, names: list[str]) -> None:
    known = {"vpc/vpc-shop": {"id": "vpc-1"}, "subnet/a": {"id": "subnet-1"}}
    found = _roles.todo(DOCUMENT, stack(known, **planned), "subnet", full)
    assert list(found) == names
    assert all(item["properties"] == {"vpc_id": "vpc-1"} for item in found.values())
    assert [item["known"] for item in found.values()] == [{"id": "subnet-1"} if n == "a" else {} for n in names]


def test_todo_of_what_was_not_there_yet() -> None:
    known = {"vpc/vpc-shop": {"id": "vpc-1"}, "subnet/a": {"id": "subnet-1"}}
    assert list(_roles.todo(DOCUMENT, stack(known, a="update", b="create"), "subnet", new=True)) == ["b"]


def test_todo_is_of_one_kind() -> None:
    plan = [{"kind": "vpc", "name": "a", "action": "create"}]
    assert _roles.todo(DOCUMENT, {"plan": plan, "known": {}}, "subnet") == {}


def test_todo_takes_resources_without_properties() -> None:
    assert _roles.todo(DOCUMENT, stack(), "bare", full=True) == {"c": DOCUMENT[-1] | {"properties": {}, "known": {}}}


def test_todo_refuses_what_refers_to_something_not_made_yet() -> None:
    with pytest.raises(DocumentError, match="subnet/a: vpc_id is not known yet"):
        _roles.todo(DOCUMENT, stack(a="create"), "subnet")


def test_orphans() -> None:
    assert _roles.orphans(stack(a="delete", b="update", c="delete"), "subnet") == ["a", "c"]
    assert _roles.orphans(stack(a="delete"), "vpc") == []


@pytest.mark.parametrize(("action", "answer"), [("create", True), ("update", True), ("delete", True), ("none", False)])
def test_touches(action: str, answer: bool) -> None:
    assert _roles.touches(stack(a=action), "subnet") is answer
    assert not _roles.touches(stack(a=action), "vpc")


def test_learn_adds_what_was_made_and_keeps_the_rest() -> None:
    before = stack({"vpc/a": {"id": "old", "arn": "arn-a"}, "vpc/z": {"id": "vpc-z"}}, x="create")
    results = {
        "results": [
            {"item": "a", "vpc": {"id": "vpc-a"}},
            {"item": "b", "vpc": {"id": "vpc-b"}},
            {"item": "c", "skipped": True},
        ]
    }
    after = _roles.learn(before, results, "vpc", id="vpc.id")
    assert after["known"] == {
        "vpc/a": {"id": "vpc-a", "arn": "arn-a"},
        "vpc/b": {"id": "vpc-b"},
        "vpc/z": {"id": "vpc-z"},
    }
    assert after["plan"] == before["plan"]
    assert before["known"]["vpc/a"]["id"] == "old"


@pytest.mark.parametrize("results", [{"skipped": True}, {"results": []}])
def test_nothing_is_learnt_from_a_task_that_did_nothing(results: dict[str, Any]) -> None:
    assert _roles.learn(stack(), results, "vpc", id="vpc.id") == stack()


@pytest.mark.parametrize(
    ("wanted", "present", "found"),
    [
        ({"backup": {"x": 1}}, [], [("backup", {"x": 1})]),
        ({"backup": {"x": 1}}, ["backup", "old"], [("backup", {"x": 1}), ("old", None)]),
        ([{"id": "r1", "days": 1}, {"id": "r2"}], ["r2"], [("r1", {"id": "r1", "days": 1}), ("r2", {"id": "r2"})]),
        ({}, ["old"], [("old", None)]),
        (None, [], []),
    ],
)
def test_parts(wanted: Any, present: list[str], found: list[tuple[str, Any]]) -> None:
    item = {"properties": {"parts": wanted}, "known": {"part_names": present}}
    expected = {f"one: {name}": {"name": name, "of": "one", "value": value} for name, value in found}
    assert _roles.parts({"one": item}, "parts", "part_names") == expected


def test_parts_of_what_does_not_exist_and_has_none() -> None:
    assert _roles.parts({"one": {"properties": {}, "known": {}}}, "parts", "part_names") == {}


def test_parts_of_several_resources() -> None:
    items: dict[str, Any] = {n: {"properties": {"parts": {"x": {}}}, "known": {}} for n in ("one", "two")}
    assert list(_roles.parts(items, "parts", "part_names")) == ["one: x", "two: x"]


def test_options() -> None:
    items: dict[str, Any] = {"a": {"properties": {"threshold": 1}, "tags": {"A": "1"}}, "b": {"properties": {}}}
    assert _roles.options(items) == [{"name": "a", "threshold": 1}, {"name": "b"}]


def test_known() -> None:
    here = stack({"vpc/vpc-shop": {"id": "vpc-1"}})
    assert _roles.known({"id": VPC_ID, "n": [1]}, here) == {"id": "vpc-1", "n": [1]}
    assert _roles.known(VPC_ID, stack()) == "(known after apply)"


def test_outputs() -> None:
    resources: list[dict[str, Any]] = [
        {"kind": "vpc", "name": "v", "outputs": {"vpc_id": "id", "vpc_name": "name"}},
        {"kind": "subnet", "name": "a", "outputs": {"subnet_ids": "id"}},
        {"kind": "subnet", "name": "b", "outputs": {"subnet_ids": "id"}},
        {"kind": "alarm", "name": "cpu", "outputs": {"alarm_names": "name"}},
        {"kind": "bare", "name": "c"},
    ]
    assert _roles.outputs(resources) == {
        "vpc_id": {"ref": "vpc/v", "get": "id"},
        "vpc_name": "v",
        "subnet_ids": [{"ref": "subnet/a", "get": "id"}, {"ref": "subnet/b", "get": "id"}],
        "alarm_names": ["cpu"],
    }


NETWORK = {
    "kind": "network",
    "name": "vpc-shop",
    "properties": {"tier": "private", "security_group_names": ["database", "admin"]},
}
THERE = {"network/vpc-shop": {"vpc_id": "vpc-1"}}


@pytest.mark.parametrize(
    ("resources", "known", "makers", "hosts"),
    [
        ([NETWORK], THERE, ["shop_network"], ["shop"]),
        ([NETWORK], {}, ["shop_network"], ["shop", "shop_network"]),
        ([{"kind": "vpc", "name": "vpc-shop"}], {}, [], ["shop"]),
    ],
    ids=["it is there", "it is made in this run", "it is not needed"],
)
def test_no_network_is_missing(
    resources: list[dict[str, Any]], known: dict[str, Any], makers: list[str], hosts: list[str]
) -> None:
    assert _roles.missing_network(resources, stack(known), "us-west-2", makers, hosts) == ""


@pytest.mark.parametrize(
    ("makers", "remedy"),
    [
        (["shop_network"], "Add its host to the run: --limit shop,shop_network"),
        ([], "No host of the group networks makes it."),
    ],
)
def test_a_network_is_missing(makers: list[str], remedy: str) -> None:
    assert _roles.missing_network([NETWORK], stack(), "us-west-2", makers, ["shop"]) == (
        "The network vpc-shop does not exist in us-west-2 with private subnets and the security groups database, admin;"
        f" nothing was changed anywhere. {remedy}"
    )


def test_hosts_that_acted_are_shown_as_they_are_now() -> None:
    planned = [{"inventory_hostname": name, "acts": name == "a", "stack": 1, "outputs_outputs": 2} for name in "ab"]
    now = {"a": {"stack": 3, "outputs_outputs": 4}}
    a, b = _roles.latest(planned, now)
    assert (a["stack"], a["outputs_outputs"], b["stack"], b["outputs_outputs"]) == (3, 4, 1, 2)

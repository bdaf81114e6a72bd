"""The plan as a document, and whether another is the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils import _saved_plan
from ansible_collections.pgfleet.aws.plugins.module_utils._saved_plan import (
    NotAPlan,
    differences,
    other_hosts,
    plan_document,
    refusal,
    saved_plan,
    unusable,
)
from jsonschema import Draft202012Validator

GROW = {"property": "size", "before": 1, "after": 2, "effect": "none"}
REBOOT = {"property": "text", "before": "a", "after": "b", "effect": "reboot", "note": "static"}


def entry(name: str, *changes: dict[str, Any], action: str = "update", waiting: Any = ()) -> dict[str, Any]:
    return {"kind": "key", "name": name, "action": action, "changes": list(changes), "waiting": list(waiting)}


def host(name: str, *plan: dict[str, Any], region: str = "us-west-2") -> dict[str, Any]:
    stack = {"in_sync": not plan, "totals": {"change": len(plan), "in_sync": 1}, "plan": list(plan)}
    about = {"env_suffix": "prod", "region": region, "identity": {"account_id": "123456789012"}}
    return {"inventory_hostname": name, **about, "stack": stack, "acts": True}


def fleet(*hosts: dict[str, Any], **failures: str) -> dict[str, Any]:
    return {"hosts": {host["inventory_hostname"]: host for host in hosts}, "failures": failures}


def test_the_document_has_what_would_change_and_totals() -> None:
    document = plan_document(fleet(host("a", entry("one", GROW)), host("b")))
    assert (document["totals"], document["in_sync"]) == ({"change": 1, "in_sync": 2}, False)
    assert document["hosts"]["b"] == {
        "suffix": "prod",
        "account_id": "123456789012",
        "region": "us-west-2",
        "in_sync": True,
        "totals": {"change": 0, "in_sync": 1},
        "plan": [],
    }
    assert document["hosts"]["a"]["plan"] == [entry("one", GROW)]


@pytest.mark.parametrize(
    ("before", "now", "lines"),
    [
        pytest.param(host("a", entry("one", GROW)), host("a", entry("one", GROW)), [], id="the same"),
        pytest.param(
            host("a", entry("one", GROW)), host("a"), ["~ key one: is saved, and is not planned now"], id="done"
        ),
        pytest.param(
            host("a"), host("a", entry("one", GROW)), ["~ key one: is planned now, and is not saved"], id="one more"
        ),
        pytest.param(
            host("a", entry("one", GROW)),
            host("a", entry("one", GROW | {"before": 3})),
            ["~ key one: size: 1 → 2 is saved, 3 → 2 is now"],
            id="another value before",
        ),
        pytest.param(
            host("a", entry("one", GROW)),
            host("a", entry("one", waiting=[REBOOT])),
            [
                "~ key one: size: 1 → 2 is saved, nothing is now",
                "~ key one: text: nothing is saved, a → b (reboot, static) is now",
            ],
            id="other properties",
        ),
        pytest.param(
            host("a", entry("one", action="create")),
            host("a", entry("one", action="delete")),
            ["+ key one: is saved, delete is planned now"],
            id="another action",
        ),
        pytest.param(
            host("a"), host("a", region="us-east-1"), ["region: us-west-2 is saved, us-east-1 is now"], id="elsewhere"
        ),
    ],
)
def test_what_differs_is_named(before: dict[str, Any], now: dict[str, Any], lines: list[str]) -> None:
    expected = {"a": lines} if lines else {}
    assert differences(plan_document(fleet(before)), plan_document(fleet(now))) == expected


def test_hosts_that_only_one_of_the_two_has() -> None:
    assert differences(plan_document(fleet(host("a"))), plan_document(fleet(host("b")))) == {
        "a": ["is in the saved plan, and not in this run"],
        "b": ["is not in the saved plan"],
    }


def test_the_refusal_says_what_to_do() -> None:
    said = refusal(["one", "two"], "plan.json")
    assert said.startswith("The plan is not what plan.json says; nothing was changed anywhere.\n  one\n  two\n")
    assert "playbooks/plan.yml" in said


SCHEMA = json.loads((Path(_saved_plan.__file__).resolve().parents[2] / "docs" / "plan.schema.json").read_text())


@pytest.mark.parametrize(
    ("document", "in_sync"),
    [
        (plan_document(fleet(host("a", entry("one", GROW, waiting=[REBOOT])))), False),
        (plan_document(fleet(host("a"), b="rds:DescribeDBInstances failed")), False),
        (plan_document(fleet(host("a"))), True),
        (plan_document(fleet()), True),
    ],
)
def test_the_document_is_as_the_schema_says(document: dict[str, Any], in_sync: bool) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(document)
    assert document["in_sync"] == in_sync


def test_a_saved_plan_is_read_as_it_was_saved() -> None:
    document = plan_document(fleet(host("a", entry("one", GROW, waiting=[REBOOT])), host("b")))
    assert saved_plan(json.dumps(document)) == document


WHOLE = plan_document(fleet(host("a", entry("one", GROW))))
OF_A = WHOLE["hosts"]["a"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "It is not JSON: "),
        ("{", "It is not JSON: "),
        ("[]", "It is JSON, and not a plan: it has no format."),
        ("{}", "It is JSON, and not a plan: it has no format."),
        ({**WHOLE, "format": 0}, "It is of format 0. This version of the collection reads format 1."),
        ({**WHOLE, "failures": {"b": "no"}}, "It is not all of the plan: b could not be planned."),
        ({"format": 1}, "It is damaged: it has no hosts."),
        ({"format": 1, "hosts": []}, "It is damaged: it has no hosts."),
        ({"format": 1, "hosts": {"a": 1}}, "It is damaged: a is not a host with its plan."),
        ({"format": 1, "hosts": {"a": {"plan": []}}}, "It is damaged: a is not a host with its plan."),
    ],
)  # fmt: skip
def test_what_is_no_saved_plan_is_told(text: Any, reason: str) -> None:
    with pytest.raises(NotAPlan, match=f"^{reason}") as told:
        saved_plan(text if isinstance(text, str) else json.dumps(text))
    assert str(told.value).endswith(".")


@pytest.mark.parametrize(
    "plan",
    [
        {},
        [1],
        [{"kind": "key"}],
        [entry("one", action="explode")],
        [entry("one") | {"changes": {}}],
        [entry("one", waiting=["a"])],
        [entry("one", {"property": "size"})],
    ],
)
def test_a_damaged_plan_of_a_host_is_told(plan: Any) -> None:
    with pytest.raises(NotAPlan, match="damaged: the plan of a is not a list of resources"):
        saved_plan(json.dumps({"format": 1, "hosts": {"a": OF_A | {"plan": plan}}}))


def test_what_hosts_are_told_says_what_to_do() -> None:
    assert other_hosts(["b", "a"], [], "plan.json").splitlines()[1:3] == ["  saved for: a, b", "  in this run: none"]
    assert "--limit" in other_hosts(["a"], ["b"], "plan.json")
    assert unusable("Why.", "plan.json").splitlines()[1] == "  Why."

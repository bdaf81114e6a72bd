"""The plan as a document, and whether another is the same."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._saved_plan import differences, plan_document, refusal

GROW = {"property": "size", "before": 1, "after": 2, "effect": "none"}
REBOOT = {"property": "text", "before": "a", "after": "b", "effect": "reboot", "note": "static"}


def entry(name: str, *changes: dict[str, Any], action: str = "update", waiting: Any = ()) -> dict[str, Any]:
    return {"kind": "key", "name": name, "action": action, "changes": list(changes), "waiting": list(waiting)}


def host(name: str, *plan: dict[str, Any], region: str = "us-west-2") -> dict[str, Any]:
    stack = {"in_sync": not plan, "totals": {"change": len(plan), "in_sync": 1}, "plan": list(plan)}
    about = {"env_suffix": "prod", "region": region, "identity": {"account_id": "123456789012"}}
    return {"inventory_hostname": name, **about, "stack": stack, "acts": True}


def test_the_document_has_what_would_change_and_totals() -> None:
    document = plan_document([host("a", entry("one", GROW)), host("b")])
    assert document["totals"] == {"change": 1, "in_sync": 2}
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
    assert differences(plan_document([before]), plan_document([now])) == expected


def test_hosts_that_only_one_of_the_two_has() -> None:
    assert differences(plan_document([host("a")]), plan_document([host("b")])) == {
        "a": ["is in the saved plan, and not in this run"],
        "b": ["is not in the saved plan"],
    }


def test_the_refusal_says_what_to_do() -> None:
    said = refusal(["one", "two"], "plan.json")
    assert said.startswith("The plan is not what plan.json says; nothing was changed anywhere.\n  one\n  two\n")
    assert "playbooks/plan.yml" in said

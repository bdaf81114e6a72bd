"""Which hosts of a run are not finished, and why."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._screen_unfinished import unfinished_screen, why


@pytest.mark.parametrize(
    ("result", "messages"),
    [
        ({"failed": True, "msg": "AWS said no.\n"}, ["AWS said no."]),
        ({"failed": True, "censored": "hidden"}, ["hidden"]),
        ({"failed": True}, ["failed without a message"]),
        (
            {
                "msg": "One or more items failed",
                "results": [
                    {"failed": False, "item": "a"},
                    {"failed": True, "item": "b", "msg": "no"},
                    {"failed": True, "item": {"name": "c"}, "msg": "nor that"},
                ],
            },
            ["b: no", "nor that"],
        ),
        ({"msg": "no items at all", "results": []}, ["no items at all"]),
    ],
)
def test_why_a_task_has_failed(result: dict[str, Any], messages: list[str]) -> None:
    assert why(result, "Cluster") == {"task": "Cluster", "messages": messages}


def test_each_host_with_its_reason_and_how_to_go_on() -> None:
    def host(name: str, *messages: str) -> dict[str, Any]:
        unfinished = {"task": "Cluster", "messages": list(messages)}
        return {
            "inventory_hostname": name,
            "env_suffix": "prod",
            "region": "us-east-1",
            "unfinished": unfinished,
        }

    screen = unfinished_screen([host("transactions", "no\n\nnot at all"), host("orders", "a: no", "b: no")])
    assert (
        screen
        == """\
Not finished: transactions, orders

transactions · prod · us-east-1
  Cluster
    no

    not at all
orders · prod · us-east-1
  Cluster
    a: no
    b: no

Run it again once that is settled; what was done stays done: --limit transactions,orders"""
    )

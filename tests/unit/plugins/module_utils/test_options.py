"""Tags with purge."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._options import emptied, wanted_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Plan

PRESENT = {"a": "1", "aws:x": "2"}


@pytest.mark.parametrize(
    ("tags", "purge", "wanted"),
    [
        ({"b": 2}, True, {"b": "2"}),
        ({"b": 2}, False, {"a": "1", "aws:x": "2", "b": "2"}),
        (None, True, {}),
        ({}, False, {}),
    ],
)
def test_wanted_tags(tags: Any, purge: bool, wanted: dict[str, str]) -> None:
    assert wanted_tags({"tags": tags, "purge_tags": purge}, PRESENT) == wanted


@pytest.mark.parametrize(
    ("tags", "purge", "action", "removed", "after"),
    [
        ({}, True, Action.NONE, ["tags.a"], Action.UPDATE),
        ({}, True, Action.UPDATE, ["tags.a"], Action.UPDATE),
        ({}, True, Action.CREATE, [], Action.CREATE),
        ({}, True, Action.REFUSE, [], Action.REFUSE),
        ({}, False, Action.NONE, [], Action.NONE),
        (None, True, Action.NONE, [], Action.NONE),
        ({"b": "1"}, True, Action.NONE, [], Action.NONE),
    ],
)
def test_an_empty_mapping_removes_all_tags(
    tags: Any, purge: bool, action: Action, removed: list[str], after: Action
) -> None:
    found = emptied(Plan("k", "n", action), {"tags": tags, "purge_tags": purge}, PRESENT)
    assert [change.property for change in found.changes] == removed
    assert found.action is after


def test_nothing_to_remove() -> None:
    assert emptied(Plan("k", "n"), {"tags": {}, "purge_tags": True}, {"aws:x": "2"}).action is Action.NONE

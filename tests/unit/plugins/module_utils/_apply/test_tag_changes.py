"""What a plan says of tags, for AWS's tagging calls."""

from __future__ import annotations

from ansible_collections.pgfleet.aws.plugins.module_utils._apply.tag_changes import is_tag, to_remove, to_set
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Change, Plan

CHANGES = (
    Change("threshold", 1, 2),
    Change("tags.Name", None, "a"),
    Change("tags.a.b", "x", "y"),
    Change("tags.Old", "x", None),
)
PLAN = Plan("metric_alarm", "a", Action.UPDATE, CHANGES)


def test_tags_to_set_and_to_remove() -> None:
    assert to_set(PLAN) == {"Name": "a", "a.b": "y"}
    assert to_remove(PLAN) == ["Old"]


def test_what_is_a_change_of_tags() -> None:
    assert [is_tag(change) for change in CHANGES] == [False, True, True, True]
    assert is_tag(Change("tags", None, {}))

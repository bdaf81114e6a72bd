"""Whose a resource is."""

from __future__ import annotations

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner

OURS = {"pgfleet:system": "retail", "pgfleet:suffix": "pr4"}


@pytest.mark.parametrize(
    ("tags", "ours"),
    [
        (OURS, True),
        (OURS | {"Name": "vpc-finance-prod"}, True),
        (OURS | {"pgfleet:suffix": "pr42"}, False),
        (OURS | {"pgfleet:system": "finance"}, False),
        ({"pgfleet:system": "retail"}, False),
        ({"Name": "vpc-retail-pr4"}, False),
        ({}, False),
    ],
)
def test_tags_decide(tags: dict[str, str], ours: bool) -> None:
    assert Owner("retail", "pr4").owns(tags) is ours


def test_an_owner_owns_what_it_tags() -> None:
    owner = Owner("retail", "pr4")
    assert owner.tags() == OURS
    assert owner.owns(owner.tags())


def test_tags_name_their_owner() -> None:
    assert Owner.of(OURS | {"Name": "x"}) == Owner("retail", "pr4")
    assert Owner.of({}) == Owner("", "")

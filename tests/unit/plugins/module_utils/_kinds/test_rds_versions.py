"""Versions: a minor version is a floor within its major."""

from __future__ import annotations

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_versions import major, reached, version


@pytest.mark.parametrize(
    ("text", "parts"), [("16", (16,)), ("16.9", (16, 9)), ("9.6.24", (9, 6, 24)), ("11.22-R2", (11, 22, 2))]
)
def test_version(text: str, parts: tuple[int, ...]) -> None:
    assert version(text) == parts
    assert major(text) == parts[0]


@pytest.mark.parametrize("text", ["", "latest", "16.", "16.x"])
def test_no_version(text: str) -> None:
    with pytest.raises(ValueError, match="is no PostgreSQL version"):
        version(text)


@pytest.mark.parametrize(
    ("before", "after", "is_reached"),
    [
        ("16.9", "16", True),
        ("16.9", "16.9", True),
        ("16.10", "16.9", True),
        ("16.9", "16.10", False),
        ("15.16", "16", False),
        ("16.1", "15.16", False),
        (None, "16", False),
        ("16.1", "newest", False),
    ],
)
def test_reached(before: str | None, after: str, is_reached: bool) -> None:
    assert reached(before, after) is is_reached

"""Where two large values differ."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._differing import MISSING, Part, differing
from hypothesis import given
from hypothesis import strategies as st

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", min_size=1, max_size=1), inner, max_size=3)
    ),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("before", "after", "parts"),
    [
        ({"a": 1}, {"a": 1}, []),
        ("text", "other", []),
        ("[broken", "{broken", []),
        (1, {"a": 1}, []),
        ([], {}, []),
        ({"a": 1, "b": None}, {"b": 2, "c": None}, [("a", 1, MISSING), ("b", None, 2), ("c", MISSING, None)]),
        ('{"a": {"b": [1, 2]}}', {"a": {"b": [1, 3]}}, [("a.b[1]", 2, 3)]),
        ([1, 2, 3], [2, 3], [("[0]", 1, MISSING)]),
        ([2, 3], [1, 2, 3, 4], [("[0]", MISSING, 1), ("[3]", MISSING, 4)]),
        ([1], [2, 3], [("[0]", 1, 2), ("[1]", MISSING, 3)]),
        ([1, 2], [3], [("[0]", 1, 3), ("[1]", 2, MISSING)]),
        ([{"a": 1, "b": 1}], [{"a": 1, "b": 2}], [("[0].b", 1, 2)]),
    ],
)  # fmt: skip
def test_what_differs(before: Any, after: Any, parts: list[Any]) -> None:
    assert differing(before, after) == [Part(*part) for part in parts]


@given(st.dictionaries(st.text("ab", min_size=1), JSON), st.dictionaries(st.text("ab", min_size=1), JSON))
def test_there_are_parts_when_the_values_differ_and_only_then(before: Any, after: Any) -> None:
    assert bool(differing(before, json.dumps(after))) == (before != after)
    for part in differing(before, after):
        assert part.before != part.after

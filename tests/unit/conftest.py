"""What unit tests have in common."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

# As pyproject.toml tells pytest, of which ansible-test units knows nothing.
ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "roles" / "access_function" / "files")]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Random examples count for no coverage: they reach more or less from run to run, and are slow to trace."""
    for item in items:
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker("no_cover")

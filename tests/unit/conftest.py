"""What unit tests have in common."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

# ansible-test units has its own idea of where tests import from; they import `tests`, `tools` and `emulator`.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Random examples count for no coverage: they reach more or less from run to run, and are slow to trace."""
    for item in items:
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker("no_cover")

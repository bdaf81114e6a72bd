"""One account for the tests of a file, in the order in which they stand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.testing import Emulator


@pytest.fixture(scope="module")
def account() -> Iterator[Emulator]:
    """An account that the tests of one file share."""
    with Emulator() as running:
        yield running


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the runs of one file leave their outputs."""
    return tmp_path_factory.mktemp("outputs")

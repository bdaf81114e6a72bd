"""Fixtures: `pytest_plugins = ["emulator.pytest_plugin"]`. One emulator per test process, fresh for every test."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from emulator.testing import Emulator


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    """The running emulator, in whatever state it is; with pytest-xdist every worker has its own."""
    with Emulator() as running:
        yield running


@pytest.fixture
def aws(emulator: Emulator) -> Iterator[Emulator]:
    """An empty AWS account, in which everything is ready at once. A failing test shows the emulator's own failures."""
    emulator.reset()
    before = len(emulator.output())
    yield emulator
    sys.stderr.write(emulator.output()[before:])

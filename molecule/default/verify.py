"""What holds of the whole fleet once it is up, beside the values of each system."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from emulator.testing import Emulator
from tests.integration.playbook import run


@pytest.fixture(scope="module")
def account() -> Emulator:
    return Emulator.at(os.environ["AWS_ENDPOINT_URL"], Path(os.environ["PGSSLROOTCERT"]).parent)


@pytest.mark.parametrize("arguments", [("--limit", "all"), ("--limit", "all", "--check"), ("--limit", "finance")])
def test_a_run_with_nothing_to_do_writes_nothing(account: Emulator, arguments: tuple[str, ...]) -> None:
    before = account.mark()
    again = run(account, "site.yml", *arguments, outputs_directory=os.environ["MOLECULE_OUTPUTS"])
    assert again.status == 0, again.output
    assert set(again.changed.values()) == {0}
    assert "0 to add, 0 to change, 0 to delete" in again.text
    assert account.writes(before) == []

"""What holds of the whole fleet once it is up, beside the values of each system."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from emulator.testing import Emulator
from tests.integration.playbook import run
from tests.integration.site.agreement import disagreements, names_by_id, planned
from tests.integration.site.rows import ROWS
from tests.users import profiles

WHO = profiles(Path(os.environ["AWS_SHARED_CREDENTIALS_FILE"]))


@pytest.fixture(scope="module")
def account() -> Emulator:
    return Emulator.at(os.environ["AWS_ENDPOINT_URL"], Path(os.environ["PGSSLROOTCERT"]).parent)


def test_what_was_announced_on_the_empty_account_is_what_was_written(account: Emulator) -> None:
    """By the run in which some databases failed and the one that went on, together. The root user made what was there
    before; IAM is not asked about that."""
    announced = planned(
        json.loads(Path(os.environ["MOLECULE_OUTPUTS"]).with_name("announced.json").read_text())["hosts"]
    )
    writes = [entry for entry in account.writes() if entry["allowed"]]
    assert {key.partition("/")[0] for key in announced} == ROWS.keys()
    assert disagreements(announced, writes, names_by_id(account, "us-east-1", "us-west-2")) == []


def test_nothing_is_taken_away_unconfirmed(account: Emulator) -> None:
    before = account.mark()
    two = ("--limit", "experimentation,transactions")
    refused = run(account, "playbooks/destroy.yml", *two, credentials=WHO["deployer"])
    assert refused.status != 0
    assert "-e confirm=prod" in refused.text
    assert account.writes(before) == []
    clusters = account.client("rds", "us-east-1").describe_db_clusters()["DBClusters"]
    assert {cluster["DeletionProtection"] for cluster in clusters} == {True}


@pytest.mark.parametrize("arguments", [("--limit", "all"), ("--limit", "all", "--check"), ("--limit", "finance")])
def test_a_run_with_nothing_to_do_writes_nothing(account: Emulator, arguments: tuple[str, ...]) -> None:
    before = account.mark()
    user = WHO["planner" if "--check" in arguments else "deployer"]
    outputs = os.environ["MOLECULE_OUTPUTS"]
    again = run(account, "site.yml", *arguments, credentials=user, outputs_directory=outputs)
    assert again.status == 0, again.output
    assert set(again.changed.values()) == {0}
    assert "0 to add, 0 to change, 0 to delete" in again.text
    assert account.writes(before) == []


def test_the_status_of_all_of_it(account: Emulator, tmp_path: Path) -> None:
    before, written = account.mark(), tmp_path / "status.json"
    arguments = ("--limit", "all", "-e", f"status_file={written}")
    told = run(account, "playbooks/status.yml", *arguments, credentials=WHO["planner"])
    assert told.status == 0, told.output
    assert {one["state"] for one in json.loads(written.read_text()).values()} == {"available"}
    assert account.writes(before) == []

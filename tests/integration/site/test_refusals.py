"""What cannot work is refused before the first write, by the name of the inventory key, with what is allowed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.testing import Emulator
from tests.integration.playbook import run

SUBNETS = [
    {"cidr_block": "10.60.10.0/24", "availability_zone": "us-west-2a"},
    {"cidr_block": "10.60.20.0/24", "availability_zone": "us-west-2b"},
]

BAD = [
    pytest.param(
        {"env_suffix": "pr-42"}, ["env_suffix: pr-42", "1 to 12 lower-case letters and digits"], id="suffix with a dash"
    ),
    pytest.param({"env_suffix": "abcdefghijklm"}, ["env_suffix: abcdefghijklm", "1 to 12"], id="suffix too long"),
    pytest.param({"env": "production"}, ["env: production", "dev, staging, prod"], id="environment"),
    pytest.param(
        {"rds_postgres_allocated_storage_gib": 19}, ["rds_postgres_allocated_storage_gib: 19", "20"], id="storage"
    ),
    pytest.param(
        {"rds_postgres_allocated_storage_gib": 50, "rds_postgres_max_allocated_storage_gib": 40},
        ["rds_postgres_max_allocated_storage_gib: 40", "50"],
        id="maximum below storage",
    ),
    pytest.param(
        {"network_subnets": [SUBNETS[0], SUBNETS[1] | {"cidr_block": "10.60.10.128/25"}]},
        ["network_subnets[1].cidr_block: 10.60.10.128/25", "overlaps 10.60.10.0/24"],
        id="overlapping subnets",
    ),
    pytest.param(
        {"network_subnets": [SUBNETS[0], SUBNETS[1] | {"availability_zone": "us-west-2a"}]},
        ["network_subnets: us-west-2a", "two zones at least"],
        id="one zone",
    ),
    pytest.param(
        {"rds_postgres_backup_window": "04:30-05:30"},
        ["rds_postgres_maintenance_window: sun:04:00-sun:05:00", "overlaps rds_postgres_backup_window 04:30-05:30"],
        id="overlapping windows",
    ),
    pytest.param(
        {"rds_postgres_parameters": {"work_memm": "64MB"}},
        ["rds_postgres_parameters.work_memm", "work_mem"],
        id="unknown parameter",
    ),
    pytest.param(
        {"rds_postgres_parameters": {"log_min_duration_statement": -7}},
        ["rds_postgres_parameters.log_min_duration_statement: -7", "-1"],
        id="parameter out of range",
    ),
    pytest.param(
        {"rds_postgres_master_username": "1admin"}, ["rds_postgres_master_username: 1admin", "[a-zA-Z]"], id="user"
    ),
    pytest.param({"monitoring_emails": ["nobody"]}, ["monitoring_emails", "nobody"], id="e-mail address"),
    pytest.param({"rds_postgres_engine_version": "16.8"}, ["rds_postgres_engine_version: 16.8", "16.13"], id="version"),
    pytest.param(
        {"network_database_client_cidr_blocks": ["0.0.0.0/0"]}, ["network_database_client_cidr_blocks"], id="internet"
    ),
]


@pytest.mark.parametrize(("extra", "said"), BAD)
def test_bad_input(account: Emulator, extra: dict[str, Any], said: list[str]) -> None:
    result = run(account, "site.yml", **extra)
    assert result.status != 0
    for words in said:
        assert words in result.text, result.output
    assert account.writes() == []


def test_several_at_once_are_all_named(account: Emulator) -> None:
    extra: dict[str, Any] = {
        "rds_postgres_allocated_storage_gib": 19,
        "rds_postgres_master_username": "1admin",
        "monitoring_emails": ["nobody"],
    }
    result = run(account, "site.yml", **extra)
    for key in ("rds_postgres_allocated_storage_gib", "rds_postgres_master_username", "monitoring_emails"):
        assert f"{key}: " in result.text, result.output
    assert account.writes() == []


def test_another_account_is_touched_by_nothing_but_the_question_whose_it_is(account: Emulator) -> None:
    before = account.mark()
    result = run(account, "site.yml", allowed_account_ids=["999999999999"])
    assert result.status != 0
    assert "allowed_account_ids: 999999999999" in result.text
    assert "account 123456789012" in result.text
    assert {entry["action"] for entry in account.log(since=before)} == {"GetCallerIdentity"}


def test_without_confirmation_nothing_is_destroyed(account: Emulator) -> None:
    before = account.mark()
    confirmations: list[dict[str, str]] = [{}, {"confirm": "pr42"}]
    for confirmation in confirmations:
        result = run(account, "playbooks/destroy.yml", "-e", json.dumps(confirmation))
        assert result.status != 0
        assert "-e confirm=prod" in result.text
    assert account.writes(before) == []

"""Options of db_credentials: what goes together, and what RDS and Secrets Manager take."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_credentials_options import (
    check_options,
    identified,
    length_problems,
)
from ansible_collections.pgfleet.aws.plugins.modules.db_credentials import ARGUMENTS

OWN: dict[str, Any] = {
    **{name: argument.get("default") for name, argument in ARGUMENTS.items()},
    "name": "secret-retail-prod",
}
MANAGED: dict[str, Any] = {**OWN, "name": None, "managed_by_rds": True, "db_instance_identifier": "db"}
ATTACHED = {"host": "h", "port": 5432}
LOWER, UPPER, DIGITS = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"


def culprits(options: dict[str, Any]) -> list[str]:
    return [problem.input for problem in check_options(options)]


@pytest.mark.parametrize(
    ("option", "value", "allowed"),
    [
        ("name", None, False),
        ("name", "rds!db-1", False),
        ("password", "short1", False),
        ("password", "with space1", False),
        ("password", "a" * 42, False),
        ("password", "a" * 41, True),
        ("password", "abcd1234", True),
        ("password_length", 7, False),
        ("password_length", 8, True),
        ("password_length", 128, True),
        ("password_length", 129, False),
        ("recovery_window_days", 6, False),
        ("recovery_window_days", 7, True),
        ("recovery_window_days", 30, True),
        ("recovery_window_days", 31, False),
        ("exclude_characters", '"/@', True),
        ("exclude_characters", '"/', False),
        ("exclude_characters", "", False),
        ("exclude_characters", f'"/@{LOWER}', False),
        ("exclude_characters", f'"/@{UPPER}', False),
        ("exclude_characters", f'"/@{DIGITS}', False),
        ("exclude_characters", PUNCTUATION, False),
        ("exclude_characters", PUNCTUATION.replace("-", ""), True),
        ("automatic_rotation_days", 30, False),
        ("rotate_if_older_than_days", 0, False),
        ("rotate_if_older_than_days", 1, True),
        ("rotate_if_older_than_days", 1000, True),
        ("rotate_if_older_than_days", 1001, False),
        ("db_instance_identifier", "db", False),
        ("db_cluster_identifier", "aurora", False),
        ("rotate", True, True),
    ],
)
def test_options(option: str, value: Any, allowed: bool) -> None:
    options = {**OWN, option: value}
    assert culprits(options) == ([] if allowed else [option])
    assert option != "password" or str(value) not in repr(list(check_options(options)))


def test_what_rds_refuses_in_a_password_is_named() -> None:
    [problem] = check_options({**OWN, "exclude_characters": "/"})
    assert 'must have " @ as well' in problem.message


@pytest.mark.parametrize("name", ["db_instance_identifier", "db_cluster_identifier"])
def test_an_identifier_with_its_address(name: str) -> None:
    assert culprits({**OWN, **ATTACHED, name: "db"}) == []


@pytest.mark.parametrize(
    "cluster", [{"db_cluster_identifier": "aurora", **ATTACHED}, {"engine": "aurora-postgresql"}], ids=str
)
def test_aurora_takes_shorter_passwords(cluster: dict[str, Any]) -> None:
    assert culprits({**OWN, **cluster, "password_length": 41}) == []
    [problem] = check_options({**OWN, **cluster, "password_length": 42})
    assert problem.message == "Aurora takes 8 to 41 characters."


@pytest.mark.parametrize(("length", "of_cluster", "problems"), [(128, False, 0), (128, True, 1), (41, True, 0)])
def test_length(length: int, of_cluster: bool, problems: int) -> None:
    assert len(list(length_problems(length, of_cluster))) == problems


def test_a_rotation_is_no_deletion() -> None:
    assert culprits({**OWN, "state": "absent", "rotate": True}) == ["rotate"]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({}, []),
        ({"db_instance_identifier": None, "db_cluster_identifier": "aurora"}, []),
        ({"automatic_rotation_days": 30, "rotate": True}, []),
        ({"db_instance_identifier": None}, ["managed_by_rds"]),
        ({"state": "absent"}, ["state"]),
        ({"name": "s", "username": "a", "password": "p"}, ["name", "username", "password"]),
        ({"description": "d"}, ["description"]),
        ({"kms_key_id": "k", "engine": "postgres", "dbname": "x"}, ["kms_key_id", "engine", "dbname"]),
        (ATTACHED, ["host", "port"]),
    ],
    ids=str,
)  # fmt: skip
def test_managed(options: dict[str, Any], found: list[str]) -> None:
    assert culprits({**MANAGED, **options}) == found


def test_a_password_is_not_shown() -> None:
    assert "Correct8Horse" not in repr(list(check_options({**MANAGED, "password": "Correct8Horse"})))


def test_identified() -> None:
    assert identified(MANAGED) == ("db_instance_identifier", "db")
    assert identified({**MANAGED, "db_instance_identifier": None, "db_cluster_identifier": "c"}) == (
        "db_cluster_identifier",
        "c",
    )

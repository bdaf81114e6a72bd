"""Why db_credentials exists: what community.aws.secretsmanager_secret does instead.

Each test says what would be right and is expected to fail; once it passes, upstream has closed the gap.
"""

from __future__ import annotations

import importlib
import json
from typing import Any

import pytest

from emulator.testing import Emulator
from tests.integration.modules.module_runner import run_module

SECRET = "community.aws.secretsmanager_secret"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:rotate"
VALUE = {"username": "dbadmin", "password": "Zebra5Quartz7Lemon"}


def make(aws: Emulator) -> None:
    aws.client("secretsmanager").create_secret(Name="s", SecretString=json.dumps(VALUE))


def options_of_upstream() -> dict[str, Any]:
    yaml = importlib.import_module("yaml")
    module = importlib.import_module("ansible_collections.community.aws.plugins.modules.secretsmanager_secret")
    options: dict[str, Any] = yaml.safe_load(module.DOCUMENTATION)["options"]
    return options


@pytest.mark.xfail(raises=AssertionError, reason="secretsmanager_secret asks for rotation in check mode")
def test_check_mode_rotates_nothing(aws: Emulator) -> None:
    make(aws)
    ran = run_module(aws, SECRET, {"name": "s", "json_secret": VALUE, "rotation_lambda": FUNCTION}, check=True)
    assert ran.writes == []


@pytest.mark.xfail(raises=AssertionError, reason="secretsmanager_secret generates no value")
def test_a_secret_without_a_value_gets_a_generated_password(aws: Emulator) -> None:
    run_module(aws, SECRET, {"name": "s"})
    assert aws.client("secretsmanager").list_secrets()["SecretList"]


@pytest.mark.xfail(raises=AssertionError, reason="secretsmanager_secret replaces the password by the one it is given")
def test_running_again_leaves_the_password(aws: Emulator) -> None:
    make(aws)
    run_module(aws, SECRET, {"name": "s", "json_secret": {**VALUE, "password": "Other1Password"}})
    value = json.loads(aws.client("secretsmanager").get_secret_value(SecretId="s")["SecretString"])
    assert value["password"] == VALUE["password"]


@pytest.mark.xfail(raises=AssertionError, reason="secretsmanager_secret rotates by a Lambda function only")
def test_a_secret_is_rotated_with_its_database() -> None:
    rotating = {name for name in options_of_upstream() if "rotat" in name}
    assert rotating - {"rotation_lambda", "rotation_interval"}

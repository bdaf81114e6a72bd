"""Rotation: database and secret get a new password together, also when runs are killed between any two writes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from emulator.testing import Emulator
from tests.integration.modules.module_runner import Ran, run_module

NAME, DATABASE, FIRST = "secret-retail-prod", "db-retail-prod", "Zebra5Quartz7Lemon"
ROTATION = ["PutSecretValue", "ModifyDBInstance", "UpdateSecretVersionStage", "UpdateSecretVersionStage"]


@pytest.fixture(scope="module")
def aws() -> Iterator[Emulator]:
    with Emulator() as running:
        instance(running)
        yield running


def instance(aws: Emulator, name: str = DATABASE, **options: Any) -> None:
    aws.client("rds").create_db_instance(
        DBInstanceIdentifier=name,
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="dbadmin",
        **options or {"MasterUserPassword": FIRST},
    )


@pytest.fixture(autouse=True)
def secret(aws: Emulator) -> Iterator[None]:
    """Credentials of the instance, attached to it, and the instance with their password."""
    port = endpoint(aws)["Port"]
    value = {"username": "dbadmin", "password": FIRST, "engine": "postgres", "host": "127.0.0.1", "port": port}
    tags = [{"Key": "pgfleet:database", "Value": DATABASE}, {"Key": "pgfleet:endpoint", "Value": f"127.0.0.1:{port}"}]
    client = aws.client("secretsmanager")
    content = json.dumps({**value, "dbInstanceIdentifier": DATABASE})
    client.create_secret(Name=NAME, SecretString=content, Tags=tags)
    aws.client("rds").modify_db_instance(DBInstanceIdentifier=DATABASE, MasterUserPassword=FIRST, ApplyImmediately=True)
    endpoint(aws)
    yield
    aws.clear_faults()
    client.delete_secret(SecretId=NAME, ForceDeleteWithoutRecovery=True)


def endpoint(aws: Emulator) -> dict[str, Any]:
    [found] = aws.client("rds").describe_db_instances(DBInstanceIdentifier=DATABASE)["DBInstances"]
    address: dict[str, Any] = found["Endpoint"]
    return address


def run(aws: Emulator, check: bool = False, **options: Any) -> Ran:
    return run_module(aws, "db_credentials", {"name": NAME, **options}, check=check)


def value(aws: Emulator, label: str = "AWSCURRENT") -> dict[str, Any]:
    answer = aws.client("secretsmanager").get_secret_value(SecretId=NAME, VersionStage=label)
    found: dict[str, Any] = json.loads(answer["SecretString"])
    return found


def labels(aws: Emulator) -> list[list[str]]:
    stages = aws.client("secretsmanager").describe_secret(SecretId=NAME)["VersionIdsToStages"]
    return sorted(sorted(labels) for labels in stages.values())


def admits(aws: Emulator, password: str) -> bool:
    """Whether the database lets the master user in with this password, over TLS."""
    address = endpoint(aws)
    try:
        with psycopg.connect(
            host=address["Address"],
            port=address["Port"],
            user="dbadmin",
            password=password,
            dbname="postgres",
            sslmode="verify-full",
            sslrootcert=str(aws.state / "ca.pem"),
        ) as connection:
            return connection.execute("SELECT current_user").fetchone() == ("dbadmin",)
    except psycopg.OperationalError as error:
        assert "password authentication failed" in str(error)
        return False


def logged(aws: Emulator) -> str:
    return (aws.state / "requests.jsonl").read_text() + aws.output()


def test_rotation_changes_database_and_secret(aws: Emulator) -> None:
    checked = run(aws, check=True, rotate=True)
    assert (checked.changed, checked.writes) == (True, [])
    rotated = run(aws, rotate=True)
    assert rotated.changed
    assert rotated.writes == ROTATION
    assert rotated.result["plan"] == checked.result["plan"]
    new = value(aws)
    assert new == {**value(aws, "AWSPREVIOUS"), "password": new["password"]}
    assert value(aws, "AWSPREVIOUS")["password"] == FIRST
    assert labels(aws) == [["AWSCURRENT"], ["AWSPREVIOUS"]]
    assert len(new["password"]) == 32
    assert admits(aws, new["password"])
    assert not admits(aws, FIRST)
    assert not run(aws).changed
    again = run(aws, rotate=True, password_length=40)
    assert again.changed
    assert len(value(aws)["password"]) == 40
    assert admits(aws, value(aws)["password"])
    for password in (FIRST, new["password"], value(aws)["password"]):
        for ran in (checked, rotated, again):
            assert password not in ran.output
            assert password not in json.dumps(ran.result)
        assert password not in logged(aws)

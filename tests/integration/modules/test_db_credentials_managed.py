"""The secret that RDS keeps, through db_credentials: found by its database, its schedule, tags and rotation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from emulator.testing import Emulator
from tests.integration.modules.module_runner import Ran, run_module

DATABASE = "db-retail-prod"
OURS = {"pgfleet:system": "retail", "pgfleet:suffix": "prod"}


@pytest.fixture(scope="module")
def aws() -> Iterator[Emulator]:
    with Emulator() as running:
        for name, password in (
            (DATABASE, {"ManageMasterUserPassword": True}),
            ("plain", {"MasterUserPassword": "Zebra5Lemon"}),
        ):
            running.client("rds").create_db_instance(
                DBInstanceIdentifier=name,
                DBInstanceClass="db.t3.micro",
                Engine="postgres",
                AllocatedStorage=20,
                MasterUsername="dbadmin",
                **password,
            )
        yield running


def run(aws: Emulator, check: bool = False, **options: Any) -> Ran:
    managed = {"managed_by_rds": True, "db_instance_identifier": DATABASE, **options}
    return run_module(aws, "db_credentials", managed, check=check)


def instance(aws: Emulator) -> dict[str, Any]:
    found: list[dict[str, Any]] = aws.client("rds").describe_db_instances(DBInstanceIdentifier=DATABASE)["DBInstances"]
    return found[0]


def described(aws: Emulator) -> dict[str, Any]:
    arn = instance(aws)["MasterUserSecret"]["SecretArn"]
    found: dict[str, Any] = aws.client("secretsmanager").describe_secret(SecretId=arn)
    return found


def password(aws: Emulator) -> str:
    arn = described(aws)["ARN"]
    return str(json.loads(aws.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"])["password"])


def admits(aws: Emulator, password: str) -> bool:
    address = instance(aws)["Endpoint"]
    try:
        connection = psycopg.connect(
            host=address["Address"],
            port=address["Port"],
            user="dbadmin",
            password=password,
            dbname="postgres",
            sslmode="verify-full",
            sslrootcert=str(aws.state / "ca.pem"),
        )
    except psycopg.OperationalError as error:
        if "password authentication failed" in str(error):
            return False
        raise
    connection.close()
    return True


def test_life_of_a_managed_secret(aws: Emulator) -> None:
    before = described(aws)
    found = run(aws)
    assert (found.changed, found.writes) == (False, [])
    assert found.result["arn"] == before["ARN"]
    assert found.result["name"] == before["Name"]
    assert "GetSecretValue" not in found.actions

    wanted: dict[str, Any] = {"automatic_rotation_days": 90, "tags": OURS}
    checked = run(aws, check=True, **wanted)
    assert (checked.changed, checked.writes) == (True, [])
    scheduled = run(aws, **wanted)
    assert scheduled.writes == ["RotateSecret", "TagResource"]
    assert scheduled.result["plan"] == checked.result["plan"]
    assert described(aws)["RotationRules"] == {"AutomaticallyAfterDays": 90}
    # A schedule is no rotation.
    assert described(aws)["VersionIdsToStages"] == before["VersionIdsToStages"]
    # RDS's own tags stay.
    assert {tag["Key"]: tag["Value"] for tag in described(aws)["Tags"]}.items() > OURS.items()
    assert len(described(aws)["Tags"]) == 4
    assert not run(aws, **wanted).changed

    off = run(aws, automatic_rotation_days=0, tags={"Team": "dba", **OURS})
    assert off.writes == ["CancelRotateSecret", "TagResource"]
    assert not described(aws)["RotationEnabled"]
    assert not run(aws, automatic_rotation_days=0).changed
    assert run(aws, automatic_rotation_days=90, tags=OURS).writes == ["RotateSecret", "UntagResource"]


def test_rotation_of_a_managed_secret(aws: Emulator) -> None:
    old = password(aws)
    young = run(aws, rotate_if_older_than_days=1)
    assert (young.changed, young.writes) == (False, [])
    checked = run(aws, check=True, rotate=True)
    assert (checked.changed, checked.writes) == (True, [])
    rotated = run(aws, rotate=True)
    assert rotated.writes == ["ModifyDBInstance"]
    assert password(aws) != old
    assert admits(aws, password(aws))
    assert not admits(aws, old)
    assert "GetSecretValue" not in rotated.actions


def test_refusals_write_nothing(aws: Emulator) -> None:
    absent = run(aws, db_instance_identifier="absent")
    assert "absent" in absent.message
    assert "is not in this account and region" in absent.message
    own = run(aws, db_instance_identifier="plain")
    assert "manage_master_user_password of rds_instance" in own.message
    several = run(aws, state="absent", username="dbadmin", automatic_rotation_days=30)
    assert "state: absent" in several.message
    assert "username: dbadmin" in several.message
    days = run(aws, automatic_rotation_days=1001)
    assert "automatic_rotation_days: 1001" in days.message
    assert [ran.writes for ran in (absent, own, several, days)] == [[]] * 4

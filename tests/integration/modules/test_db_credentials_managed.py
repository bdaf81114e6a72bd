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
    database = {} if "db_cluster_identifier" in options else {"db_instance_identifier": DATABASE}
    return run_module(aws, "db_credentials", {"managed_by_rds": True, **database, **options}, check=check)


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
    wanted: dict[str, Any] = {"automatic_rotation_days": 90, "tags": OURS}
    checked = run(aws, check=True, **wanted)
    assert (checked.changed, checked.writes) == (True, [])
    scheduled = run(aws, **wanted)
    assert scheduled.writes == ["RotateSecret", "TagResource"]
    assert scheduled.result["arn"] == before["ARN"]
    assert scheduled.result["name"] == before["Name"]
    assert "GetSecretValue" not in scheduled.actions
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
    on_again = run(aws, automatic_rotation_days=90, tags=OURS)
    assert on_again.writes == ["RotateSecret", "UntagResource"]
    assert described(aws)["RotationEnabled"]


def test_rotation_of_a_managed_secret(aws: Emulator) -> None:
    old = password(aws)
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
    several = run(aws, state="absent", username="dbadmin", automatic_rotation_days=1001)
    for words in ("state: absent", "username: dbadmin"):
        assert words in several.message
    assert [ran.writes for ran in (absent, own, several)] == [[]] * 3


def test_a_cluster(aws: Emulator) -> None:
    rds = aws.client("rds")
    rds.create_db_cluster(
        DBClusterIdentifier="aurora",
        Engine="aurora-postgresql",
        MasterUsername="dbadmin",
        ManageMasterUserPassword=True,
    )
    options: dict[str, Any] = {"db_cluster_identifier": "aurora"}
    rotated = run(aws, rotate=True, automatic_rotation_days=30, **options)
    assert rotated.writes == ["RotateSecret", "ModifyDBCluster"]
    [made] = rds.describe_db_clusters(DBClusterIdentifier="aurora")["DBClusters"]
    assert rotated.result["arn"] == made["MasterUserSecret"]["SecretArn"]
    described = aws.client("secretsmanager").describe_secret(SecretId=rotated.result["arn"])
    assert described["RotationRules"] == {"AutomaticallyAfterDays": 30}
    assert sorted(map(sorted, described["VersionIdsToStages"].values())) == [["AWSCURRENT"], ["AWSPREVIOUS"]]
    assert not run(aws, automatic_rotation_days=30, rotate_if_older_than_days=1, **options).changed

"""Rotation: database and secret get a new password together, also when runs are killed between any two writes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from emulator.testing import Emulator
from tests.integration.modules.module_runner import Ran, kill_module, run_module

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


def admits(aws: Emulator, password: str, host: str = "", port: int = 0) -> bool:
    """Whether the database (the instance, unless an address is given) lets the master user in, over TLS."""
    address = endpoint(aws)
    try:
        connection = psycopg.connect(
            host=host or address["Address"],
            port=port or address["Port"],
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
    with connection:
        return connection.execute("SELECT current_user").fetchone() == ("dbadmin",)


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
    assert not run(aws, rotate_if_older_than_days=1).changed
    for service, action in (("secretsmanager", "PutSecretValue"), ("rds", "ModifyDBInstance")):
        aws.fault("throttle", service=service, action=action, count=1)
    again = run(aws, rotate=True, password_length=40)
    assert again.changed
    assert len(value(aws)["password"]) == 40
    assert admits(aws, value(aws)["password"])
    for password in (FIRST, new["password"], value(aws)["password"]):
        for ran in (checked, rotated, again):
            assert password not in ran.output
            assert password not in json.dumps(ran.result)
        assert password not in logged(aws)


# Each write of a rotation that may never be made, and what is left then: the labels, and whether the database has the
# new password already. For the last write, see the label that a finished rotation left.
DEATHS = [
    ("PutSecretValue", [["AWSCURRENT"]], False),
    ("ModifyDBInstance", [["AWSCURRENT"], ["AWSPENDING"]], False),
    ("UpdateSecretVersionStage", [["AWSCURRENT"], ["AWSPENDING"]], True),
]


@pytest.mark.parametrize(("action", "left", "in_database"), DEATHS)
def test_a_killed_rotation_is_finished_with_its_password(
    aws: Emulator, action: str, left: list[list[str]], in_database: bool
) -> None:
    kill_module(aws, "db_credentials", {"name": NAME, "rotate": True}, action)
    assert labels(aws) == left
    assert admits(aws, FIRST) is not in_database
    begun = value(aws, "AWSPENDING")["password"] if "AWSPENDING" in str(left) else None
    if begun is not None:
        assert admits(aws, begun) is in_database
    finished = run(aws, rotate=True)
    assert finished.changed
    new = value(aws)["password"]
    assert labels(aws) == [["AWSCURRENT"], ["AWSPREVIOUS"]]
    assert admits(aws, new)
    assert not admits(aws, FIRST)
    assert begun in (None, new)
    for password in (begun or new, new):
        assert password not in finished.output
        assert password not in logged(aws)


def test_an_ordinary_run_says_what_is_unfinished_and_changes_no_password(aws: Emulator) -> None:
    kill_module(aws, "db_credentials", {"name": NAME, "rotate": True}, "UpdateSecretVersionStage")
    begun = value(aws, "AWSPENDING")["password"]
    ordinary = run(aws)
    assert (ordinary.changed, ordinary.writes) == (False, [])
    [waiting] = ordinary.result["waiting"]
    assert (waiting["property"], waiting["resource"]) == ("password", f"secret/{NAME}")
    assert "rotate: true" in waiting["waits"]
    # Nor does one that changes the connection data, which the pending version gets too.
    assert run(aws, dbname="inventory").writes == ["PutSecretValue"]
    assert value(aws)["password"] == FIRST
    assert value(aws, "AWSPENDING")["password"] == begun
    finished = run(aws, rotate_if_older_than_days=90)
    assert finished.writes == ROTATION
    assert value(aws) == {**value(aws, "AWSPREVIOUS"), "password": begun, "dbname": "inventory"}
    assert admits(aws, begun)


def test_the_label_that_a_finished_rotation_left_is_removed(aws: Emulator) -> None:
    kill_module(aws, "db_credentials", {"name": NAME, "rotate": True}, "UpdateSecretVersionStage", skip=1)
    new = value(aws)["password"]
    ordinary = run(aws)
    assert ordinary.writes == ["UpdateSecretVersionStage"]
    assert labels(aws) == [["AWSCURRENT"], ["AWSPREVIOUS"]]
    assert value(aws)["password"] == new


def test_lost_answers_are_no_harm(aws: Emulator) -> None:
    for action in ("PutSecretValue", "ModifyDBInstance", "UpdateSecretVersionStage"):
        aws.fault("lost_answer", action=action, count=1)
    rotated = run(aws, rotate=True)
    assert rotated.changed, rotated.message
    assert labels(aws) == [["AWSCURRENT"], ["AWSPREVIOUS"]]
    assert admits(aws, value(aws)["password"])


def test_the_secret_follows_only_when_the_database_has_the_password(aws: Emulator) -> None:
    # Something like a week for an AWS minute.
    aws.set_time_scale(1e6)
    begun = run(aws, rotate=True, wait_timeout=1)
    assert begun.result["failed"]
    assert f"DB instance {DATABASE} is still" in begun.message
    assert begun.writes == ["PutSecretValue", "ModifyDBInstance"]
    assert value(aws)["password"] == FIRST
    aws.set_time_scale(0)
    pending = value(aws, "AWSPENDING")["password"]
    assert run(aws, rotate=True).changed
    assert value(aws)["password"] == pending
    assert admits(aws, pending)


def test_a_cluster(aws: Emulator) -> None:
    rds, secrets = aws.client("rds"), aws.client("secretsmanager")
    rds.create_db_cluster(
        DBClusterIdentifier="aurora",
        Engine="aurora-postgresql",
        MasterUsername="dbadmin",
        MasterUserPassword=FIRST,
    )
    rds.create_db_instance(
        DBInstanceIdentifier="aurora-1",
        DBClusterIdentifier="aurora",
        Engine="aurora-postgresql",
        DBInstanceClass="db.t3.medium",
    )
    [made] = rds.describe_db_clusters(DBClusterIdentifier="aurora")["DBClusters"]
    address = {"host": made["Endpoint"], "port": made["Port"]}
    content = json.dumps({"username": "dbadmin", "password": FIRST, **address, "dbClusterIdentifier": "aurora"})
    secrets.create_secret(Name="aurora", SecretString=content)

    kill_module(aws, "db_credentials", {"name": "aurora", "rotate": True}, "UpdateSecretVersionStage")
    rotated = run(aws, name="aurora", rotate=True)
    assert rotated.writes == ["ModifyDBCluster", "UpdateSecretVersionStage", "UpdateSecretVersionStage"]
    new = json.loads(secrets.get_secret_value(SecretId="aurora")["SecretString"])["password"]
    assert admits(aws, new, **address)
    assert not admits(aws, FIRST, **address)
    assert new not in rotated.output + logged(aws)


def test_refusals_write_nothing(aws: Emulator) -> None:
    secrets = aws.client("secretsmanager")
    ours = json.loads(secrets.get_secret_value(SecretId=NAME)["SecretString"])

    def of(name: str, **fields: Any) -> Ran:
        secrets.create_secret(Name=name, SecretString=json.dumps({**ours, **fields}))
        return run(aws, name=name, rotate=True)

    user = of("user", username="report")
    assert "has the master user dbadmin, and the secret is of report" in user.message
    instance(aws, "managed", ManageMasterUserPassword=True)
    managed = of("managed", dbInstanceIdentifier="managed")
    assert "has a password that RDS manages" in managed.message
    secrets.delete_secret(SecretId="user", RecoveryWindowInDays=7)
    deleted = run(aws, name="user", rotate=True)
    assert "waits for its deletion" in deleted.message
    assert [ran.writes for ran in (user, managed, deleted)] == [[]] * 3


def test_what_aws_says_no_to(aws: Emulator) -> None:
    """The key of the secret is about to be deleted: nothing can be read, let alone changed."""
    kms, secrets = aws.client("kms"), aws.client("secretsmanager")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    secrets.update_secret(SecretId=NAME, KmsKeyId=key)
    kms.schedule_key_deletion(KeyId=key)
    ran = run(aws, rotate=True)
    assert ran.result["error_code"] == "DecryptionFailure"
    assert ran.writes == []

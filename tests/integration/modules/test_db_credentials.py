"""db_credentials through ansible-playbook: generate once, attach, restore, delete, and never show the password."""

from __future__ import annotations

import json
import string
from typing import Any

from emulator.testing import Emulator
from tests.integration.modules.module_runner import Ran, run_module

NAME = "secret-retail-prod"
OURS = {"pgfleet:system": "retail", "pgfleet:suffix": "prod"}
WANTED: dict[str, Any] = {
    "username": "dbadmin",
    "engine": "postgres",
    "description": "Master credentials",
    "tags": OURS,
}
ATTACHMENT: dict[str, Any] = {"host": "db.example.com", "port": 5432, "db_instance_identifier": "db-retail-prod"}


def run(aws: Emulator, check: bool = False, **options: Any) -> Ran:
    return run_module(aws, "db_credentials", {"name": NAME, **options}, check=check)


def value(aws: Emulator) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(aws.client("secretsmanager").get_secret_value(SecretId=NAME)["SecretString"])
    return found


def described(aws: Emulator) -> dict[str, Any]:
    found: dict[str, Any] = aws.client("secretsmanager").describe_secret(SecretId=NAME)
    return found


def tags(aws: Emulator) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in described(aws)["Tags"]}


def test_life_of_credentials(aws: Emulator) -> None:
    checked = run(aws, check=True, **WANTED)
    assert (checked.changed, checked.writes, checked.result["arn"]) == (True, [], "(known after apply)")

    made = run(aws, **WANTED)
    assert made.writes == ["CreateSecret"]
    assert made.result["plan"] == checked.result["plan"]
    assert made.result["arn"] == described(aws)["ARN"]
    password = value(aws)["password"]
    assert value(aws) == {"username": "dbadmin", "engine": "postgres", "password": password}
    assert len(password) == 32
    for characters in (string.ascii_lowercase, string.ascii_uppercase, string.digits, string.punctuation):
        assert set(password) & set(characters)
    assert not set(password) & set("\"@/\\' ")

    again = run(aws, **WANTED)
    assert (again.changed, again.writes) == (False, [])

    checked = run(aws, check=True, **WANTED, **ATTACHMENT)
    assert (checked.changed, checked.writes) == (True, [])
    attached = run(aws, **ATTACHMENT)
    assert attached.writes == ["PutSecretValue", "TagResource"]
    assert value(aws) == {
        "username": "dbadmin",
        "engine": "postgres",
        "password": password,
        "host": "db.example.com",
        "port": 5432,
        "dbInstanceIdentifier": "db-retail-prod",
    }
    assert tags(aws) == {
        **OURS,
        "pgfleet:database": "db-retail-prod",
        "pgfleet:endpoint": "db.example.com:5432",
    }
    settled = run(aws, **WANTED, **ATTACHMENT)
    assert (settled.changed, settled.writes) == (False, [])
    for ran in (made, again, attached, settled):
        assert password not in ran.output
        assert password not in json.dumps(ran.result)


def test_changes_leave_the_password(aws: Emulator) -> None:
    run(aws, **WANTED, **ATTACHMENT)
    password = value(aws)["password"]
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    # Throttled once: asked again.
    aws.fault("throttle", service="secretsmanager", action="UpdateSecret", count=1)
    changes = {"description": "Other", "kms_key_id": key, "tags": {"Team": "dba", **OURS}}
    moved = run(aws, **{**WANTED, **changes}, **ATTACHMENT | {"port": 6543})
    assert sorted(moved.writes) == ["PutSecretValue", "TagResource", "UpdateSecret", "UpdateSecret"]
    assert described(aws)["KmsKeyId"] == key
    assert value(aws)["port"] == 6543
    assert described(aws)["Description"] == "Other"
    assert tags(aws)["pgfleet:endpoint"] == "db.example.com:6543"
    cluster = run(aws, host="cluster.example.com", port=5432, db_cluster_identifier="aurora", dbname="transactiondb")
    assert cluster.changed
    assert value(aws)["dbClusterIdentifier"] == "aurora"
    assert "dbInstanceIdentifier" not in value(aws)
    assert value(aws)["password"] == password


def test_an_attachment_cut_short_is_finished(aws: Emulator) -> None:
    run(aws, **WANTED)
    aws.fault("error500", service="secretsmanager", action="TagResource", count=100)
    cut = run(aws, **ATTACHMENT)
    assert cut.result["failed"]
    assert value(aws)["host"] == "db.example.com"
    aws.clear_faults()
    finished = run(aws, **ATTACHMENT)
    assert finished.writes == ["TagResource"]
    assert tags(aws)["pgfleet:database"] == "db-retail-prod"


def test_a_deleted_secret_is_restored_with_its_password(aws: Emulator) -> None:
    arn = run(aws, **WANTED).result["arn"]
    password = value(aws)["password"]
    checked = run(aws, check=True, state="absent")
    assert (checked.changed, checked.writes) == (True, [])
    assert run(aws, state="absent", recovery_window_days=7).writes == ["DeleteSecret"]
    assert not run(aws, state="absent").changed
    checked = run(aws, check=True, **WANTED, **ATTACHMENT)
    assert (checked.changed, checked.writes) == (True, [])
    restored = run(aws, **WANTED, **ATTACHMENT)
    assert restored.writes == ["RestoreSecret", "PutSecretValue", "TagResource"]
    assert restored.result["arn"] == arn
    assert value(aws)["password"] == password
    assert "DeletedDate" not in described(aws)
    assert not run(aws, **WANTED, **ATTACHMENT).changed


def test_a_password_of_ones_own(aws: Emulator) -> None:
    made = run(aws, **WANTED, password="Correct8Horse")
    assert made.writes == ["CreateSecret"]
    assert value(aws)["password"] == "Correct8Horse"
    other = run(aws, **WANTED, password="Battery9Staple")
    assert not other.changed
    assert value(aws)["password"] == "Correct8Horse"
    assert "is not the one given" in other.result["warnings"][0]
    for ran in (made, other):
        for password in ("Correct8Horse", "Battery9Staple"):
            assert password not in ran.output
            assert password not in json.dumps(ran.result)


def test_refusals_write_nothing(aws: Emulator) -> None:
    unnamed = run(aws, engine="postgres")
    assert "username" in unnamed.message
    bad = run(aws, username="1admin", port=0, host="h")
    assert "username: 1admin" in bad.message
    assert "port: 0" in bad.message
    weak = run(aws, username="dbadmin", password="with space", password_length=4, recovery_window_days=31)
    assert "with space" not in weak.message
    for name in ("password: (hidden)", "password_length: 4", "recovery_window_days: 31"):
        assert name in weak.message
    aws.client("secretsmanager").create_secret(Name=NAME, SecretString="plain")
    foreign = run(aws, **WANTED)
    assert "is no JSON with username and password" in foreign.message
    assert [ran.writes for ran in (unnamed, bad, weak, foreign)] == [[]] * 4

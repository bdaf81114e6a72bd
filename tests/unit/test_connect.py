"""tools/connect.py: where a database is, its secret, and what a person reads when there is no session."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from emulator.testing import Emulator
from tools import connect

DATABASE = connect.Database(
    "db.example.com", 5433, "us-west-2", "arn:aws:secretsmanager:us-west-2:123456789012:secret:r"
)
OUTPUTS = {
    "system": "retail",
    "suffix": "prod",
    "region": DATABASE.region,
    "outputs": {"endpoint": DATABASE.address, "port": DATABASE.port, "secret_arn": DATABASE.secret_arn},
}


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """A test must not find the AWS or the PostgreSQL of whoever runs it, nor leave one behind."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PG"))}
    no_aws = {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    with mock.patch.dict(os.environ, kept | no_aws, clear=True):
        yield


def write_outputs(directory: Path, host: str, outputs: dict[str, Any]) -> Path:
    path = directory / "prod" / f"{host}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(outputs))
    return path


def test_reads_where_the_database_is(tmp_path: Path) -> None:
    assert connect.read_database(write_outputs(tmp_path, "retail", OUTPUTS)) == DATABASE


def test_without_outputs_says_what_to_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_outputs(tmp_path, "finance", OUTPUTS)
    assert connect.main(["retail", "--outputs", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert "ansible-playbook site.yml -i inventories/prod" in said
    assert "There are outputs of: finance." in said


def test_a_network_is_not_a_database(tmp_path: Path) -> None:
    with pytest.raises(connect.ConnectError, match="retail-network is not a database"):
        connect.read_database(
            write_outputs(tmp_path, "retail-network", {"region": "us-west-2", "outputs": {"vpc_id": "vpc-1"}})
        )


def test_demo_replaces_every_other_aws_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env = tmp_path / "env"
    env.write_text("export AWS_ENDPOINT_URL=http://127.0.0.1:4566\nexport PGSSLROOTCERT='/a b/ca.pem'\n")
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_SECRETS_MANAGER"):
        monkeypatch.setenv(name, "of the operator")
    monkeypatch.setenv("PGSSLROOTCERT", "/other")
    connect.use_demo(env)
    assert {name: value for name, value in os.environ.items() if name.startswith("AWS_")} == {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:4566"
    }
    assert os.environ["PGSSLROOTCERT"] == "/a b/ca.pem"


def test_demo_that_does_not_run(tmp_path: Path) -> None:
    with pytest.raises(connect.ConnectError, match="make demo"):
        connect.use_demo(tmp_path / "env")


@pytest.mark.parametrize(
    ("secret", "login"),
    [
        ({"username": "dbadmin", "password": "p'w"}, connect.Login("dbadmin", "p'w", "postgres")),
        ({"username": "dbadmin", "password": "pw", "dbname": "shop"}, connect.Login("dbadmin", "pw", "shop")),
    ],
)
def test_reads_the_secret(
    aws: Emulator, monkeypatch: pytest.MonkeyPatch, secret: dict[str, str], login: connect.Login
) -> None:
    for name, value in aws.env.items():
        monkeypatch.setenv(name, value)
    client = aws.client("secretsmanager", DATABASE.region)
    arn = client.create_secret(Name="retail", SecretString=json.dumps(secret))["ARN"]
    assert connect.read_login(connect.Database("", 0, DATABASE.region, arn)) == login


def test_a_login_does_not_show_its_password() -> None:
    assert "hunter2" not in repr(connect.Login("dbadmin", "hunter2"))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("AccessDeniedException", f"secretsmanager:GetSecretValue on {DATABASE.secret_arn} and kms:Decrypt"),
        ("ResourceNotFoundException", "destroyed, or made by the demo"),
        ("InternalServiceError", "Cannot read the secret"),
    ],
)
def test_aws_refuses_the_secret(monkeypatch: pytest.MonkeyPatch, code: str, said: str) -> None:
    client = boto3.client("secretsmanager", "us-west-2", aws_access_key_id="x", aws_secret_access_key="x")
    with Stubber(client) as stub:
        stub.add_client_error("get_secret_value", code)
        monkeypatch.setattr(boto3.Session, "client", lambda *_, **__: client)
        with pytest.raises(connect.ConnectError, match=said):
            connect.read_login(DATABASE)


def test_without_credentials() -> None:
    with pytest.raises(connect.ConnectError, match="No AWS credentials"):
        connect.read_login(DATABASE)


def test_with_nobody_at_the_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:4566")

    monkeypatch.setattr(boto3.Session, "client", refuse)
    with pytest.raises(connect.ConnectError, match=r"127\.0\.0\.1:4566.*AWS_ENDPOINT_URL"):
        connect.read_login(DATABASE)


@pytest.mark.parametrize(("authority", "mode"), [(None, "require"), ("/ca.pem", "verify-full")])
def test_the_session_is_encrypted(monkeypatch: pytest.MonkeyPatch, authority: str | None, mode: str) -> None:
    if authority:
        monkeypatch.setenv("PGSSLROOTCERT", authority)
    variables = connect.libpq_environment(DATABASE, connect.Login("dbadmin", "pw"))
    assert variables == {
        "PGHOST": "db.example.com",
        "PGPORT": "5433",
        "PGUSER": "dbadmin",
        "PGPASSWORD": "pw",
        "PGDATABASE": "postgres",
        "PGSSLMODE": mode,
    }


def test_one_command_over_tls(aws: Emulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.environ.update(aws.env)
    secret = {"username": "dbadmin", "password": "correct-horse-7"}
    aws.client("rds").create_db_instance(
        DBInstanceIdentifier="retail",
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername=secret["username"],
        MasterUserPassword=secret["password"],
    )
    aws.client("rds").get_waiter("db_instance_available").wait(DBInstanceIdentifier="retail")
    (instance,) = aws.client("rds").describe_db_instances()["DBInstances"]
    arn = aws.client("secretsmanager").create_secret(Name="retail", SecretString=json.dumps(secret))["ARN"]
    values = {"endpoint": instance["Endpoint"]["Address"], "port": instance["Endpoint"]["Port"], "secret_arn": arn}
    write_outputs(tmp_path, "retail", {"region": "us-east-1", "outputs": values})

    sql = "select current_user, ssl from pg_stat_ssl where pid = pg_backend_pid(); create temp table t ()"
    assert connect.main(["retail", "--outputs", str(tmp_path), "--command", sql]) == 0
    assert capsys.readouterr().out.splitlines()[2:] == ["dbadmin       True", "CREATE TABLE"]
    assert connect.main(["retail", "--outputs", str(tmp_path), "--command", "selec 1"]) == 1
    assert 'syntax error at or near "selec"' in capsys.readouterr().err

    os.environ["PGSSLROOTCERT"] = os.devnull
    assert connect.main(["retail", "--outputs", str(tmp_path), "--command", "select 1"]) == 1
    assert "certificate" in capsys.readouterr().err


def test_prints_rows_in_columns() -> None:
    rows = [("log_statement", "all"), ("n", None)]
    assert list(connect.table(["name", "setting"], rows)) == [
        "name           setting",
        "-------------  -------",
        "log_statement  all",
        "n",
    ]

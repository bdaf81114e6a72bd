"""Log in to a database of the fleet: reads where it is from outputs/, its password from Secrets Manager.

    .venv/bin/python tools/connect.py retail                                  an interactive session (pgcli)
    .venv/bin/python tools/connect.py retail --command 'select version()'     one command; it may also come from a pipe
    .venv/bin/python tools/connect.py --demo retail                           on what `make demo` brought up

Where AWS is comes from the environment, as for Ansible. Needs secretsmanager:GetSecretValue on the secret and
kms:Decrypt on its key. The session is always encrypted; PGSSLROOTCERT names the authority that the server must prove:
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import psycopg
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError, NoCredentialsError

ROOT = Path(__file__).resolve().parent.parent
DEMO_ENV = ROOT / ".demo" / "env"


class ConnectError(Exception):
    """Why there is no session, and what to do about it."""


@dataclass(frozen=True)
class Database:
    """Where a database is and which secret opens it, as its last run wrote to outputs/."""

    address: str
    port: int
    region: str
    secret_arn: str


@dataclass(frozen=True)
class Login:
    """A user, and the database that a session begins in."""

    user: str
    password: str = field(repr=False)
    name: str = "postgres"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 1 with one message on standard error when there is no session."""
    options = _parse(arguments)
    try:
        if options.demo:
            use_demo(DEMO_ENV)
        database = read_database(options.outputs / options.env / f"{options.host}.json")
        login = read_login(database)
        os.environ.update(libpq_environment(database, login))
        if "PGSSLROOTCERT" not in os.environ:
            print("Encrypted, but the server is not verified: PGSSLROOTCERT is not set.", file=sys.stderr)
        if options.command is None and sys.stdin.isatty():
            pgcli = Path(sys.executable).with_name("pgcli")
            return subprocess.run([pgcli, "--no-password", "--less-chatty"]).returncode
        for line in run(options.command or sys.stdin.read()):
            print(line)
    except ConnectError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def use_demo(path: Path) -> None:
    """Put the shell exports of the demo into this process's environment, in place of any other AWS settings."""
    try:
        lines = path.read_text().splitlines()
    except FileNotFoundError:
        raise ConnectError("The demo does not run: start it with `make demo`.") from None
    # A profile, a session token or an endpoint of one service would outrank what the demo sets.
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    for line in lines:
        _export, assignment = shlex.split(line)
        name, value = assignment.split("=", 1)
        os.environ[name] = value


def read_database(path: Path) -> Database:
    """Read what the last run of site.yml wrote for a host."""
    try:
        outputs = json.loads(path.read_text())
    except FileNotFoundError:
        others = sorted(file.stem for file in path.parent.glob("*.json"))
        known = (
            f"There are outputs of: {', '.join(others)}." if others else f"Nothing was written to {path.parent} yet."
        )
        site = f"ansible-playbook site.yml -i inventories/{path.parent.name}"
        raise ConnectError(f"No {path}. {known}\nBring {path.stem} up first: {site}") from None
    values = outputs["outputs"]
    if "endpoint" not in values:
        raise ConnectError(f"{path.stem} is not a database: {path} has no `endpoint`.")
    return Database(values["endpoint"], int(values["port"]), outputs["region"], values["secret_arn"])


def read_login(database: Database) -> Login:
    """Read the secret, whose JSON has RDS's own form: username, password and perhaps dbname."""
    try:
        client = boto3.Session(region_name=database.region).client("secretsmanager")
        secret = json.loads(client.get_secret_value(SecretId=database.secret_arn)["SecretString"])
    except (BotoCoreError, ClientError) as error:
        raise ConnectError(_why_no_secret(error, database.secret_arn)) from error
    missing = {"username", "password"} - secret.keys()
    if missing:
        raise ConnectError(f"The secret {database.secret_arn} has no {' and no '.join(sorted(missing))}.")
    return Login(secret["username"], secret["password"], secret.get("dbname") or "postgres")


def libpq_environment(database: Database, login: Login) -> dict[str, str]:
    """Connection as libpq's variables: a command line would show the password to every user of the machine."""
    return {
        "PGHOST": database.address,
        "PGPORT": str(database.port),
        "PGUSER": login.user,
        "PGPASSWORD": login.password,
        "PGDATABASE": login.name,
        "PGSSLMODE": "verify-full" if "PGSSLROOTCERT" in os.environ else "require",
    }


def run(sql: str) -> Iterator[str]:
    """Run SQL over the connection that the environment describes; yields the lines to print."""
    try:
        with psycopg.connect(autocommit=True) as connection:
            cursor = connection.execute(sql.encode())
            yield from _result(cursor)
            while cursor.nextset():
                yield from _result(cursor)
    except psycopg.OperationalError as error:
        where = f"{os.environ['PGHOST']}:{os.environ['PGPORT']}"
        raise ConnectError(f"No session with {where} as {os.environ['PGUSER']}: {error}") from error
    except psycopg.Error as error:
        raise ConnectError(f"PostgreSQL refused it: {error}") from error


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    """Columns as wide as what is in them; NULL is empty."""
    cells = [list(header), *([("" if value is None else str(value)) for value in row] for row in rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*cells, strict=True)]
    cells.insert(1, ["-" * width for width in widths])
    for row in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _result(cursor: psycopg.Cursor[Any]) -> Iterator[str]:
    if cursor.description is None:
        yield cursor.statusmessage or ""
    else:
        yield from table([column.name for column in cursor.description], cursor.fetchall())


def _why_no_secret(error: BotoCoreError | ClientError, arn: str) -> str:
    if isinstance(error, NoCredentialsError):
        return "No AWS credentials. Give those that Ansible runs with, or --demo for what `make demo` brought up."
    if isinstance(error, EndpointConnectionError):
        return f"{error} Is AWS_ENDPOINT_URL right? The demo's is in .demo/env while it runs (`make demo`)."
    if not isinstance(error, ClientError):
        return f"Cannot read the secret: {error}"
    match error.response["Error"]["Code"]:
        case "AccessDeniedException":
            return f"Not allowed: it takes secretsmanager:GetSecretValue on {arn} and kms:Decrypt on its key."
        case "ResourceNotFoundException":
            return f"No secret {arn} at this AWS endpoint: wrong account, destroyed, or made by the demo (--demo)."
        case _:
            return f"Cannot read the secret {arn}: {error}"


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("host", help="inventory host of the database, e.g. retail")
    parser.add_argument("--env", default="prod", metavar="SUFFIX", help="environment suffix (default: %(default)s)")
    parser.add_argument("--command", metavar="SQL", help="run this and end, instead of an interactive session")
    parser.add_argument("--demo", action="store_true", help="use the AWS that `make demo` started")
    parser.add_argument("--outputs", type=Path, default=ROOT / "outputs", metavar="DIR", help="(default: outputs/)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())

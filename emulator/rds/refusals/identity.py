"""Names and passwords that RDS refuses."""

from __future__ import annotations

import re

from emulator.rds.errors import invalid_value

IDENTIFIER = re.compile(r"[a-zA-Z](?:-?[a-zA-Z0-9])*")
MASTER_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9_]*")
DATABASE_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
PASSWORD = re.compile(r"[!#-.0-?A-~]*")
RESERVED_NAMES = {"admin", "rdsadmin", "rdsrepladmin", "rds_superuser", "rds_replication", "rds_password", "rds_iam"}


def identifier(name: str, parameter: str, longest: int = 63) -> None:
    """Letters, digits and single hyphens; a letter first.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
    """
    if not IDENTIFIER.fullmatch(name) or len(name) > longest:
        raise invalid_value(
            f"The parameter {parameter} is not a valid identifier. Identifiers must begin with a letter;"
            " must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two"
            " consecutive hyphens."
            f" At most {longest} characters. Got: {name}"
        )


def master_name(name: str, keywords: list[str]) -> None:
    """1-63 letters, digits and underscores, a letter first, no reserved word.

    keywords: reserved in the engine
    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html (MasterUsername)
    """
    if not MASTER_NAME.fullmatch(name) or len(name) > 63:
        raise invalid_value(f"The parameter MasterUsername must begin with a letter and be alphanumeric. Got: {name}")
    if name.lower() in RESERVED_NAMES | set(keywords) or name.lower().startswith("pg_"):
        raise invalid_value(f"MasterUsername {name} cannot be used as it is a reserved word used by the engine")


def password(value: str, longest: int) -> None:
    """8 to so many printable ASCII characters but `/`, `"`, `@` and space.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html (MasterUserPassword)
    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html (MasterUserPassword)
    """
    complaint = "The parameter MasterUserPassword is not a valid password"
    if len(value) < 8:
        raise invalid_value(f"{complaint} because it is shorter than 8 characters.")
    if len(value) > longest:
        raise invalid_value(f"{complaint} because it is longer than {longest} characters.")
    if not PASSWORD.fullmatch(value):
        raise invalid_value(f"{complaint}. Only printable ASCII characters besides '/', '@', '\"', ' ' may be used.")


def database_name(name: str, keywords: list[str], parameter: str = "DBName") -> None:
    """1-63 letters, digits and underscores, not a digit first, no reserved word.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html (DBName)
    """
    if not DATABASE_NAME.fullmatch(name) or len(name) > 63:
        raise invalid_value(
            f"{parameter} must begin with a letter or underscore and contain only alphanumeric characters."
        )
    if name.lower() in {*keywords, "rdsadmin", "template0", "template1"}:
        raise invalid_value(f"{parameter} {name} cannot be used.  It is a reserved word for this engine")

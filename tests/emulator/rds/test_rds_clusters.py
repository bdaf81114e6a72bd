"""The life of an Aurora cluster and its members, with real servers behind the endpoints."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest

PASSWORD = "correct-horse"
CLUSTER = {"DBClusterIdentifier": "c1"}


def create_cluster(rds: Any, **params: Any) -> dict[str, Any]:
    required = {**CLUSTER, "Engine": "aurora-postgresql", "MasterUsername": "dbadmin", "MasterUserPassword": PASSWORD}
    merged = {**required, **params}
    rds.client.create_db_cluster(**{key: value for key, value in merged.items() if value is not None})
    return cluster(rds)


def cluster(rds: Any) -> dict[str, Any]:
    found: dict[str, Any] = rds.client.describe_db_clusters(**CLUSTER)["DBClusters"][0]
    return found


def add_member(rds: Any, name: str, **params: Any) -> dict[str, Any]:
    required = {**CLUSTER, "Engine": "aurora-postgresql", "DBInstanceClass": "db.t3.medium"}
    rds.client.create_db_instance(DBInstanceIdentifier=name, **{**required, **params})
    member: dict[str, Any] = rds.get(name)
    return member


def login(rds: Any, host: str, password: str = PASSWORD, **options: Any) -> Any:
    return psycopg.connect(
        host=host,
        port=cluster(rds)["Port"],
        user="dbadmin",
        password=password,
        autocommit=True,
        **{"dbname": "shop", "sslmode": "verify-full", "sslrootcert": rds.aws.env["PGSSLROOTCERT"], **options},
    )


def test_writer_and_readers(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Overview.Endpoints.html"""
    made = create_cluster(rds, DatabaseName="shop")
    assert made["Status"] == "available"
    for name in ("c1-a", "c1-b"):
        add_member(rds, name)
    members = cluster(rds)["DBClusterMembers"]
    roles = [(member["DBInstanceIdentifier"], member["IsClusterWriter"]) for member in members]
    assert roles == [("c1-a", True), ("c1-b", False)]
    with login(rds, made["Endpoint"]) as connection:
        connection.execute("CREATE TABLE t AS SELECT 42 AS x")
    with login(rds, made["ReaderEndpoint"]) as connection:
        assert connection.execute("SELECT pg_is_in_recovery()").fetchone() == (True,)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("CREATE TABLE u ()")


def test_managed_password(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html"""
    made = create_cluster(rds, DatabaseName="shop", MasterUserPassword=None, ManageMasterUserPassword=True)
    add_member(rds, "c1-a")
    secret = made["MasterUserSecret"]
    value = rds.service("secretsmanager").get_secret_value(SecretId=secret["SecretArn"])["SecretString"]
    assert secret["SecretArn"].split(":")[-1].startswith("rds!cluster-")
    login(rds, made["Endpoint"], json.loads(value)["password"]).close()

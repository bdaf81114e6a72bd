"""The master user's password: what is refused, and when it is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

ALMOST_STOPPED = 3600


@pytest.fixture(autouse=True)
def at_once_again(emulator: Any) -> Iterator[None]:
    yield
    emulator.set_time_scale(0)


def test_a_new_password_is_pending_until_the_database_has_it(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html (MasterUserPassword)"""
    rds.create("db1")
    rds.aws.set_time_scale(ALMOST_STOPPED)
    pending = rds.modify(MasterUserPassword="another-horse")
    assert pending["PendingModifiedValues"] == {"MasterUserPassword": "****"}
    rds.aws.set_time_scale(0)
    assert rds.get()["PendingModifiedValues"] == {}
    rds.login(password="another-horse").close()
    messages = [event["Message"] for event in rds.client.describe_events(SourceType="db-instance")["Events"]]
    assert "Reset master credentials" in messages


def test_a_secret_that_rds_keeps_is_rotating_until_the_database_has_its_password(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_MasterUserSecret.html"""
    made = rds.create("db1")
    assert "MasterUserSecret" not in made
    assert rds.modify(ManageMasterUserPassword=True)["MasterUserSecret"]["SecretStatus"] == "active"
    rds.aws.set_time_scale(ALMOST_STOPPED)
    rotating = rds.modify(RotateMasterUserPassword=True, ApplyImmediately=True)
    assert rotating["MasterUserSecret"]["SecretStatus"] == "rotating"
    rds.aws.set_time_scale(0)
    assert rds.get()["MasterUserSecret"]["SecretStatus"] == "active"


def test_a_password_of_a_cluster_is_shorter(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html (MasterUserPassword)"""
    params = {"DBClusterIdentifier": "c1", "Engine": "aurora-postgresql", "MasterUsername": "dbadmin"}
    assert "longer than 41" in rds.refusal("create_db_cluster", MasterUserPassword="p" * 42, **params)[1]
    rds.client.create_db_cluster(MasterUserPassword="p" * 41, **params)
    change = {"DBClusterIdentifier": "c1", "MasterUserPassword": "q" * 42}
    assert "longer than 41" in rds.refusal("modify_db_cluster", **change)[1]
    rds.create("db1", MasterUserPassword="p" * 128)

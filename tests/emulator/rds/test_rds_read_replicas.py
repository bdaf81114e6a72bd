"""Read replicas of instances, each test with its own but for those that only look."""

from __future__ import annotations

import time
from typing import Any

import psycopg
import pytest

SLOWLY = 100.0
STATUS = [{"StatusType": "read replication", "Normal": True, "Status": "replicating"}]


def replicate(rds: Any, name: str = "replica", source: str = "db1", **params: Any) -> dict[str, Any]:
    rds.client.create_db_instance_read_replica(DBInstanceIdentifier=name, SourceDBInstanceIdentifier=source, **params)
    found: dict[str, Any] = rds.get(name)
    return found


def run(rds: Any, statement: str, name: str = "db1") -> None:
    with rds.login(name) as connection:
        connection.execute(statement)


def ask(rds: Any, query: str, name: str = "replica") -> Any:
    with rds.login(name) as connection:
        return connection.execute(query).fetchone()[0]


def wait_until(rds: Any, expected: Any, query: str, name: str = "replica") -> None:
    deadline = time.monotonic() + 30
    while ask(rds, query, name) != expected:
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture(scope="module")
def replicated(shared: Any) -> Any:
    replicate(shared)
    return shared


def test_replica_is_a_hot_standby_that_follows(replicated: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PostgreSQL.Replication.ReadReplicas.Configuration.html"""
    run(replicated, "CREATE TABLE sale AS SELECT 42 AS amount")
    wait_until(replicated, 1, "SELECT count(*) FROM pg_class WHERE relname = 'sale'")
    assert ask(replicated, "SELECT amount FROM sale") == 42
    assert ask(replicated, "SELECT pg_is_in_recovery()") is True
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        run(replicated, "INSERT INTO sale VALUES (1)", "replica")


def test_both_sides_are_described(replicated: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html"""
    source, replica = replicated.get("db1"), replicated.get("replica")
    assert source["ReadReplicaDBInstanceIdentifiers"] == ["replica"]
    assert "ReadReplicaSourceDBInstanceIdentifier" not in source
    assert source["StatusInfos"] == []
    assert replica["ReadReplicaSourceDBInstanceIdentifier"] == "db1"
    assert replica["ReadReplicaDBInstanceIdentifiers"] == []
    assert replica["StatusInfos"] == STATUS


def test_replica_is_like_its_source_with_backups_disabled(replicated: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstanceReadReplica.html"""
    source, replica = replicated.get("db1"), replicated.get("replica")
    alike = ("Engine", "EngineVersion", "DBInstanceClass", "AllocatedStorage", "MasterUsername", "StorageEncrypted")
    assert {name: replica[name] for name in alike} == {name: source[name] for name in alike}
    assert replica["DBParameterGroups"][0]["DBParameterGroupName"] == "group1"
    assert replica["BackupRetentionPeriod"] == 0
    assert replica["DBSubnetGroup"]["DBSubnetGroupName"] == source["DBSubnetGroup"]["DBSubnetGroupName"]
    assert replica["DBSubnetGroup"]["VpcId"] == source["DBSubnetGroup"]["VpcId"]
    assert (replica["MultiAZ"], replica["DeletionProtection"]) == (False, False)


def test_replica_goes_on_when_its_source_has_rebooted(replicated: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.Troubleshooting.html"""
    replicated.set("group1", "pending-reboot", max_connections="123")
    replicated.client.reboot_db_instance(DBInstanceIdentifier="db1")
    run(replicated, "CREATE TABLE later AS SELECT 1 AS n")
    wait_until(replicated, 1, "SELECT count(*) FROM pg_class WHERE relname = 'later'")
    assert replicated.get("replica")["StatusInfos"] == STATUS


@pytest.mark.parametrize(
    ("action", "params", "code"),
    [
        ("stop_db_instance", {"DBInstanceIdentifier": "replica"}, "InvalidDBInstanceState"),
        ("stop_db_instance", {"DBInstanceIdentifier": "db1"}, "InvalidDBInstanceState"),
        (
            "modify_db_instance",
            {"DBInstanceIdentifier": "db1", "BackupRetentionPeriod": 0},
            "InvalidParameterCombination",
        ),
        (
            "modify_db_instance",
            {"DBInstanceIdentifier": "replica", "MasterUserPassword": "correct-horse"},
            "InvalidParameterCombination",
        ),
        (
            "delete_db_instance",
            {"DBInstanceIdentifier": "replica", "FinalDBSnapshotIdentifier": "last"},
            "InvalidParameterCombination",
        ),
        ("delete_db_instance", {"DBInstanceIdentifier": "replica"}, "InvalidParameterCombination"),
        ("promote_read_replica", {"DBInstanceIdentifier": "db1"}, "InvalidDBInstanceState"),
    ],
)
def test_what_a_replica_or_its_source_refuses(replicated: Any, action: str, params: Any, code: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StopInstance.html#USER_StopInstance.Limitations
    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html (BackupRetentionPeriod)
    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html (FinalDBSnapshotIdentifier)
    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_PromoteReadReplica.html
    """
    assert replicated.refusal(action, **params)[0] == code


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"SourceDBInstanceIdentifier": "none"}, "DBInstanceNotFound"),
        ({"SourceDBInstanceIdentifier": None}, "InvalidParameterCombination"),
        ({"SourceDBClusterIdentifier": "c1"}, "InvalidParameterCombination"),
        ({"KmsKeyId": "alias/aws/rds"}, "InvalidParameterCombination"),
        ({"AvailabilityZone": "us-west-2z"}, "InvalidVPCNetworkStateFault"),
        ({"DBInstanceIdentifier": "db1"}, "DBInstanceAlreadyExists"),
        ({"SourceDBInstanceIdentifier": "replica"}, "InvalidDBInstanceState"),
    ],
)
def test_what_cannot_be_replicated(replicated: Any, params: Any, code: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstanceReadReplica.html
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html#Overview.Encryption.Limitations
    """
    asked = {"DBInstanceIdentifier": "other", "SourceDBInstanceIdentifier": "db1", **params}
    given = {name: value for name, value in asked.items() if value is not None}
    assert replicated.refusal("create_db_instance_read_replica", **given)[0] == code


def test_source_must_have_backups_and_a_password_of_its_own(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstanceReadReplica.html
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html#rds-secrets-manager-limitations
    """
    rds.create(BackupRetentionPeriod=0)
    asked = {"DBInstanceIdentifier": "replica", "SourceDBInstanceIdentifier": "db1"}
    code, message = rds.refusal("create_db_instance_read_replica", **asked)
    assert code == "InvalidDBInstanceState"
    assert message.startswith("Automated backups are not enabled for this database instance")
    rds.modify(BackupRetentionPeriod=1, ManageMasterUserPassword=True, ApplyImmediately=True)
    assert rds.refusal("create_db_instance_read_replica", **asked)[0] == "InvalidParameterCombination"


def test_replica_is_promoted(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_PromoteReadReplica.html"""
    rds.create()
    replicate(rds)
    rds.client.promote_read_replica(
        DBInstanceIdentifier="replica", BackupRetentionPeriod=3, PreferredBackupWindow="03:00-03:30"
    )
    promoted = rds.get("replica")
    assert (promoted["DBInstanceStatus"], promoted["BackupRetentionPeriod"]) == ("available", 3)
    assert promoted["PreferredBackupWindow"] == "03:00-03:30"
    assert "ReadReplicaSourceDBInstanceIdentifier" not in promoted
    assert rds.get()["ReadReplicaDBInstanceIdentifiers"] == []
    run(rds, "CREATE TABLE own (n int)", "replica")
    assert ask(rds, "SELECT pg_is_in_recovery()") is False


def test_replicas_stand_alone_when_their_source_is_deleted(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.html"""
    rds.create()
    run(rds, "CREATE TABLE sale AS SELECT 42 AS amount")
    replicate(rds)
    run(rds, "UPDATE sale SET amount = 43")
    rds.client.delete_db_instance(DBInstanceIdentifier="db1", SkipFinalSnapshot=True)
    assert "ReadReplicaSourceDBInstanceIdentifier" not in rds.get("replica")
    assert ask(rds, "SELECT amount FROM sale") == 43
    run(rds, "INSERT INTO sale VALUES (1)", "replica")


def test_replica_follows_its_source_to_another_port(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.html"""
    rds.create()
    replicate(rds)
    # Below those that Linux gives to whoever asks for any.
    new = 30000 + rds.get()["Endpoint"]["Port"] % 2000
    assert rds.modify(DBPortNumber=new)["Endpoint"]["Port"] == new
    run(rds, "CREATE TABLE moved AS SELECT 1 AS n")
    wait_until(rds, 1, "SELECT count(*) FROM pg_class WHERE relname = 'moved'")


def test_replica_can_have_backups_of_its_own(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PostgreSQL.Replication.ReadReplicas.html"""
    rds.create(StorageEncrypted=True)
    replica = replicate(rds, DBInstanceClass="db.t3.small", MultiAZ=True)
    assert (replica["DBInstanceClass"], replica["MultiAZ"]) == ("db.t3.small", True)
    assert replica["KmsKeyId"] == rds.get()["KmsKeyId"]
    assert rds.modify("replica", BackupRetentionPeriod=2, ApplyImmediately=True)["BackupRetentionPeriod"] == 2
    found = rds.client.describe_db_snapshots(DBInstanceIdentifier="replica")["DBSnapshots"]
    assert [each["SnapshotType"] for each in found] == ["automated"]
    rds.client.delete_db_instance(DBInstanceIdentifier="replica", SkipFinalSnapshot=True)
    assert rds.get()["ReadReplicaDBInstanceIdentifiers"] == []


def test_replica_is_made_step_by_step(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html"""
    rds.create()
    rds.aws.set_time_scale(SLOWLY)
    replica = replicate(rds)
    assert replica["DBInstanceStatus"] == "creating"
    assert replica["StatusInfos"] == []
    rds.aws.set_time_scale(0)
    assert rds.get("replica")["StatusInfos"] == STATUS

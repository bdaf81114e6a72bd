"""Read replicas with the module rds_instance. The tests share an instance and its replica, in this order."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from emulator.testing import Emulator
from tests.integration.modules.module_runner import Ran, run_module
from tests.integration.modules.rds_account import PASSWORD, account

SOURCE, REPLICA = "db-retail-prod", "db-retail-prod-replica"
PATIENCE_SECONDS = 30
WANTED: dict[str, Any] = {
    "name": REPLICA,
    "source_db_instance_identifier": SOURCE,
    "instance_class": "db.t3.small",
    "availability_zone": "us-east-1b",
    "allocated_storage_gib": 20,
    "max_allocated_storage_gib": 100,
    "multi_az": False,
    "publicly_accessible": False,
    "db_parameter_group_name": "other16",
    "maintenance_window": "mon:04:00-mon:05:00",
    "performance_insights_enabled": True,
    "monitoring_interval_seconds": 60,
    "log_exports": ["postgresql"],
    "copy_tags_to_snapshot": True,
    "tags": {"Name": REPLICA},
}


@pytest.fixture(scope="module")
def aws() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture(scope="module")
def wanted(aws: Emulator) -> dict[str, Any]:
    """The options of the replica; its source is there, and an instance without backups."""
    around = account(aws)
    rds = aws.client("rds")
    common = {
        "Engine": "postgres",
        "EngineVersion": "16.13",
        "DBInstanceClass": "db.t3.micro",
        "AllocatedStorage": 30,
        "MasterUsername": "dbadmin",
        "MasterUserPassword": PASSWORD,
        "DBSubnetGroupName": "subnets",
    }
    rds.create_db_instance(
        **common,
        DBInstanceIdentifier=SOURCE,
        StorageEncrypted=True,
        KmsKeyId=around["kms_key_id"],
        BackupRetentionPeriod=7,
        VpcSecurityGroupIds=around["vpc_security_group_ids"],
    )
    rds.create_db_instance(**common, DBInstanceIdentifier="plain", BackupRetentionPeriod=0)
    kept = ("monitoring_role_arn", "db_subnet_group_name", "vpc_security_group_ids", "performance_insights_kms_key_id")
    return WANTED | {name: around[name] for name in kept}


def described(aws: Emulator, name: str) -> dict[str, Any]:
    found: dict[str, Any] = aws.client("rds").describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
    return found


def ask(aws: Emulator, name: str, query: str) -> list[Any]:
    endpoint = described(aws, name)["Endpoint"]
    with psycopg.connect(
        host=endpoint["Address"], port=endpoint["Port"], user="dbadmin", password=PASSWORD, dbname="postgres"
    ) as connection:
        cursor = connection.execute(query)
        return cursor.fetchall() if cursor.description else []


def refused(ran: Ran, *messages: str) -> None:
    assert ran.result["failed"], ran.output
    assert ran.writes == []
    for message in messages:
        assert message in ran.message


def test_what_cannot_be_is_refused_before_anything_is_written(aws: Emulator, wanted: dict[str, Any]) -> None:
    options = {
        **wanted,
        "source_db_instance_identifier": "plain",
        "instance_class": "db.t3.tiny",
        "kms_key_id": "alias/key-retail-prod",
        "engine_version": "15",
        "master_username": "dbadmin",
        "db_name": "shop",
    }
    refused(
        run_module(aws, "rds_instance", options),
        "source_db_instance_identifier: plain\n    has no backups. AWS replicates what has: set its backup_retention",
        "instance_class: db.t3.tiny\n    is not offered for PostgreSQL 15.",
        "kms_key_id: arn:aws:kms:us-east-1:123456789012:key/",
        "encrypts nothing: plain is not encrypted",
        "engine_version: 15\n    is not the major of plain, which is 16.",
        "master_username: dbadmin\n    is that of plain, which is replicated. Leave it out.",
        "db_name: shop\n    is that of plain",
    )


def test_a_source_that_is_not_there_is_refused(aws: Emulator, wanted: dict[str, Any]) -> None:
    ran = run_module(aws, "rds_instance", {**wanted, "source_db_instance_identifier": "none"})
    refused(ran, "source_db_instance_identifier: none\n    is no DB instance in us-east-1.")


def test_create_check(aws: Emulator, wanted: dict[str, Any]) -> None:
    planned = run_module(aws, "rds_instance", wanted, check=True)
    assert planned.changed
    assert planned.writes == []
    assert planned.result["plan"][0]["action"] == "create"


def test_create(aws: Emulator, wanted: dict[str, Any]) -> None:
    ask(aws, SOURCE, "CREATE TABLE sale AS SELECT 42 AS amount")
    made = run_module(aws, "rds_instance", wanted)
    assert made.writes == ["CreateDBInstanceReadReplica", "ModifyDBInstance"], made.output
    found, source = described(aws, REPLICA), described(aws, SOURCE)
    assert found["ReadReplicaSourceDBInstanceIdentifier"] == SOURCE
    assert source["ReadReplicaDBInstanceIdentifiers"] == [REPLICA]
    assert made.result["endpoint"] == f"{found['Endpoint']['Address']}:{found['Endpoint']['Port']}"
    expected = {
        "DBInstanceStatus": "available",
        "DBInstanceClass": "db.t3.small",
        "AvailabilityZone": "us-east-1b",
        "AllocatedStorage": 30,
        "MaxAllocatedStorage": 100,
        "KmsKeyId": source["KmsKeyId"],
        "BackupRetentionPeriod": 0,
        "PreferredMaintenanceWindow": "mon:04:00-mon:05:00",
        "MonitoringInterval": 60,
        "EnabledCloudwatchLogsExports": ["postgresql"],
        "TagList": [{"Key": "Name", "Value": REPLICA}],
        "PerformanceInsightsKMSKeyId": wanted["performance_insights_kms_key_id"],
    }
    assert {name: found.get(name) for name in expected} == expected
    assert found["DBParameterGroups"] == [{"DBParameterGroupName": "other16", "ParameterApplyStatus": "in-sync"}]
    assert [group["VpcSecurityGroupId"] for group in found["VpcSecurityGroups"]] == wanted["vpc_security_group_ids"]


def test_what_is_written_to_the_source_arrives(aws: Emulator) -> None:
    assert ask(aws, REPLICA, "SELECT pg_is_in_recovery()") == [(True,)]
    ask(aws, SOURCE, "UPDATE sale SET amount = 43")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while ask(aws, REPLICA, "SELECT amount FROM sale") != [(43,)]:
        assert time.monotonic() < deadline
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        ask(aws, REPLICA, "DELETE FROM sale")


def test_again(aws: Emulator, wanted: dict[str, Any]) -> None:
    again = run_module(aws, "rds_instance", wanted)
    assert not again.changed
    assert again.actions == ["DescribeDBInstances"]


def test_change(aws: Emulator, wanted: dict[str, Any]) -> None:
    options = {**wanted, "instance_class": "db.t3.medium", "deletion_protection": True}
    waiting = run_module(aws, "rds_instance", options)
    assert waiting.writes == ["ModifyDBInstance"]
    assert [change["property"] for change in waiting.result["waiting"]] == ["instance_class"]
    run_module(aws, "rds_instance", {**options, "deletion_protection": False, "allow": ["downtime"]})
    found = described(aws, REPLICA)
    assert (found["DBInstanceClass"], found["DeletionProtection"]) == ("db.t3.medium", False)


def test_neither_becomes_the_other_and_the_source_stays(aws: Emulator) -> None:
    refused(
        run_module(aws, "rds_instance", {"name": "plain", "source_db_instance_identifier": SOURCE}),
        f"source_db_instance_identifier: {SOURCE}\n    is not replicated: plain is no replica, or was promoted.",
    )
    refused(
        run_module(aws, "rds_instance", {"name": REPLICA, "instance_class": "db.t3.micro"}),
        f"source_db_instance_identifier: (none)\n    is missing: {REPLICA} is a read replica of {SOURCE}.",
    )
    refused(
        run_module(aws, "rds_instance", {"name": SOURCE, "state": "absent"}),
        f"state: absent\n    is refused: AWS would promote {REPLICA}, which replicate it. Delete them first.",
    )


def test_delete(aws: Emulator) -> None:
    given = {"name": REPLICA, "state": "absent"}
    refused(
        run_module(aws, "rds_instance", {**given, "final_snapshot_identifier": "last"}),
        "final_snapshot_identifier: last\n    is refused: RDS takes none of a read replica.",
    )
    gone = run_module(aws, "rds_instance", given)
    assert gone.writes == ["DeleteDBInstance"]
    assert "final_snapshot_identifier" not in gone.result
    assert described(aws, SOURCE)["ReadReplicaDBInstanceIdentifiers"] == []

"""The role rds_postgres by itself, with a read replica: made, kept, and taken away before its source."""

from __future__ import annotations

import json
from typing import Any

from emulator.testing import Emulator
from tests.integration.modules.module_runner import run_module
from tests.integration.modules.rds_account import account
from tests.integration.playbook import Run, run

SOURCE, REPLICA = "db-shop-prod", "db-shop-prod-replica"
OWNER = {"pgfleet:system": "shop", "pgfleet:suffix": "prod"}


def variables(around: dict[str, Any], subnets: list[str]) -> dict[str, Any]:
    return {
        "rds_postgres_system": "shop",
        "rds_postgres_suffix": "prod",
        "rds_postgres_account_id": "123456789012",
        "rds_postgres_tags": OWNER,
        "rds_postgres_engine_version": "16",
        "rds_postgres_instance_class": "db.t3.micro",
        "rds_postgres_allocated_storage_gib": 20,
        "rds_postgres_max_allocated_storage_gib": 50,
        "rds_postgres_master_username": "dbadmin",
        "rds_postgres_secret_arn": around["master_user_secret_arn"],
        "rds_postgres_secret_name": "secret-retail-prod",
        "rds_postgres_kms_key_arn": around["kms_key_id"],
        "rds_postgres_monitoring_role_arn": around["monitoring_role_arn"],
        "rds_postgres_subnet_ids": subnets,
        "rds_postgres_security_group_ids": around["vpc_security_group_ids"],
        "rds_postgres_backup_window": "03:00-04:00",
        "rds_postgres_maintenance_window": "sun:04:00-sun:05:00",
        "rds_postgres_read_replicas": [{"name": REPLICA, "availability_zone": "us-east-1b"}],
    }


def play(aws: Emulator, given: dict[str, Any], *arguments: str, tasks: str = "main", **more: Any) -> Run:
    content = {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}", **given, **more},
        "module_defaults": {
            f"group/{group}": {"region": "us-east-1"} for group in ("amazon.aws.aws", "pgfleet.aws.aws")
        },
        "tasks": [{"ansible.builtin.include_role": {"name": "pgfleet.aws.rds_postgres", "tasks_from": tasks}}],
    }
    playbook = aws.state / "rds_postgres.json"
    playbook.write_text(json.dumps([content]))
    return run(aws, str(playbook), "-i", "localhost,", *arguments)


def instances(aws: Emulator) -> dict[str, Any]:
    found = aws.client("rds").describe_db_instances()["DBInstances"]
    return {one["DBInstanceIdentifier"]: one for one in found}


def test_a_replica_is_made_after_its_source_and_goes_before_it(aws: Emulator) -> None:
    around = account(aws)
    group = aws.client("rds").describe_db_subnet_groups(DBSubnetGroupName="subnets")["DBSubnetGroups"][0]
    given = variables(around, [subnet["SubnetIdentifier"] for subnet in group["Subnets"]])
    mark = aws.mark()

    strange = {
        "rds_postgres_limits": {"instance_class": {"burstable": False}},
        "rds_postgres_read_replicas": [{"name": REPLICA, "instance_class": "db.t3.small"}],
    }
    refused = play(aws, given, "--check", tasks="plan", **strange)
    assert refused.status != 0
    assert f"rds_postgres_read_replicas.{REPLICA}.instance_class: db.t3.small" in refused.text
    assert aws.writes(since=mark) == []

    planned = play(aws, given, "--check", "--diff", tasks="plan")
    assert planned.status == 0, planned.output
    assert aws.writes(since=mark) == []

    made = play(aws, given)
    assert made.status == 0, made.output
    found = instances(aws)
    source, replica = found[SOURCE], found[REPLICA]
    assert source["ReadReplicaDBInstanceIdentifiers"] == [REPLICA]
    alike = ("DBInstanceClass", "AllocatedStorage", "MaxAllocatedStorage", "KmsKeyId", "PreferredMaintenanceWindow")
    assert {name: replica[name] for name in alike} == {name: source[name] for name in alike}
    assert (replica["AvailabilityZone"], replica["StorageEncrypted"]) == ("us-east-1b", True)
    groups = aws.client("logs").describe_log_groups()["logGroups"]
    kept = {group["logGroupName"]: group.get("retentionInDays") for group in groups}
    assert kept == {f"/aws/rds/instance/{name}/postgresql": 30 for name in (SOURCE, REPLICA)}

    mark = aws.mark()
    again = play(aws, given)
    assert again.changed == {"localhost": 0}, again.output
    assert aws.writes(since=mark) == []

    gone = run_module(aws, "stack_teardown", {"scope": "database", "system": "shop", "suffix": "prod"})
    assert not gone.result.get("failed"), gone.message
    deleted = [request for request in gone.requests if request["action"] == "DeleteDBInstance"]
    assert len(deleted) == 2
    assert instances(aws) == {}
    snapshots = aws.client("rds").describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]
    assert [snapshot["DBInstanceIdentifier"] for snapshot in snapshots] == [SOURCE]

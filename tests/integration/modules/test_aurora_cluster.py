"""The module aurora_cluster, run by ansible-playbook. The tests share one cluster, in the order in which they stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from emulator.testing import Emulator
from tests.integration.modules.module_runner import Ran, run_module
from tests.integration.modules.rds_account import PASSWORD, account

NAME = "aurora-postgres-cluster-prod"
ONE, TWO = "aurora-instance-1-prod", "aurora-instance-2-prod"
TRANSACTIONS: dict[str, Any] = {
    "name": NAME,
    "engine_version": "15",
    "master_username": "dbadmin",
    "db_name": "transactiondb",
    "storage_encrypted": True,
    "serverless_v2_scaling": {"min_acu": 0.5, "max_acu": 1},
    "backup_retention_days": 7,
    "backup_window": "03:00-04:00",
    "maintenance_window": "Mon:04:00-Mon:05:00",
    "db_cluster_parameter_group_name": "cluster15",
    "log_exports": ["postgresql"],
    "deletion_protection": False,
    "tags": {"Name": NAME},
    "members": [
        {"name": ONE, "instance_class": "db.serverless", "publicly_accessible": False},
        {"name": TWO, "instance_class": "db.serverless", "publicly_accessible": False},
    ],
}


@pytest.fixture(scope="module")
def aws() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture(scope="module")
def transactions(aws: Emulator) -> dict[str, Any]:
    """The options of the cluster of the system, with what it needs around it."""
    made = account(aws)
    aws.client("rds").create_db_cluster_parameter_group(
        DBClusterParameterGroupName="cluster15", DBParameterGroupFamily="aurora-postgresql15", Description="x"
    )
    return TRANSACTIONS | {
        name: made[name] for name in ("master_user_secret_arn", "db_subnet_group_name", "vpc_security_group_ids")
    }


def cluster(aws: Emulator, name: str = NAME) -> dict[str, Any]:
    found: dict[str, Any] = aws.client("rds").describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]
    return found


def instances(aws: Emulator, name: str = NAME) -> dict[str, dict[str, Any]]:
    filters = [{"Name": "db-cluster-id", "Values": [name]}]
    found: Any = aws.client("rds").describe_db_instances(Filters=filters)["DBInstances"]
    return {raw["DBInstanceIdentifier"]: raw for raw in found}


def writer(aws: Emulator) -> str:
    (name,) = (str(m["DBInstanceIdentifier"]) for m in cluster(aws)["DBClusterMembers"] if m["IsClusterWriter"])
    return name


def reader(aws: Emulator) -> str:
    (name,) = set(instances(aws)) - {writer(aws)}
    return name


def change(aws: Emulator, *, check: bool = False, **options: Any) -> Ran:
    """Run with these options alone: what is left out stays as it is."""
    return run_module(aws, "aurora_cluster", {"name": NAME, **options}, check=check)


def both(**options: Any) -> list[dict[str, Any]]:
    """Both members, with these options."""
    return [{"name": name, **options} for name in (ONE, TWO)]


def asked_of(ran: Ran, *actions: str) -> list[str]:
    return [action for action in ran.writes if action in actions]


def test_what_cannot_be_is_refused_before_anything_is_written(aws: Emulator, transactions: dict[str, Any]) -> None:
    bad = transactions | {
        "engine_version": "15.99",
        "serverless_v2_scaling": {"min_acu": 0.3, "max_acu": 0.1},
        "backup_retention_days": 0,
        "backup_window": "03:30-04:30",
        "members": [
            {"name": ONE, "instance_class": "db.m5.large", "availability_zone": "us-east-1f", "promotion_tier": 16},
            {"name": ONE, "instance_class": "db.serverless"},
        ],
    }
    ran = run_module(aws, "aurora_cluster", bad)
    assert ran.result["failed"]
    assert ran.writes == []
    for message in (
        "engine_version: 15.99\n    is not offered by AWS in us-east-1. Offered: 15.10, 15.12, ",
        "serverless_v2_scaling.min_acu: 0.3\n    is not allowed. Allowed: 0 to 256 in steps of 0.5.",
        "serverless_v2_scaling.max_acu: 0.1\n    is not allowed. Allowed: 1 to 256 in steps of 0.5.",
        "serverless_v2_scaling.max_acu: 0.1\n    is below min_acu 0.3.",
        "backup_retention_days: 0\n    is out of range. Allowed: 1 to 35.",
        "maintenance_window: Mon:04:00-Mon:05:00\n    overlaps backup_window 03:30-04:30.",
        f"members: {ONE}\n    has {ONE} 2 times.",
        f"members.{ONE}.promotion_tier: 16\n    is out of range. Allowed: 0 to 15.",
        f"members.{ONE}.instance_class: db.m5.large\n    is not offered for PostgreSQL 15.15 in us-east-1. Offered: ",
        f"members.{ONE}.availability_zone: us-east-1f\n    is no zone of the DB subnet group. Allowed: us-east-1a",
    ):
        assert message in ran.message

    plain = {name: value for name, value in transactions.items() if not name.startswith(("serverless", "master_user"))}
    ran = run_module(aws, "aurora_cluster", plain)
    assert ran.writes == []
    for message in (
        f"members.{TWO}.instance_class: db.serverless\n    needs serverless_v2_scaling, the range in which it scales.",
        "master_username: (not given)\n    is needed for a cluster that does not exist yet.",
        "master_user_secret_arn: (not given)\n    is needed for a cluster that does not exist yet.",
    ):
        assert message in ran.message


def test_create(aws: Emulator, transactions: dict[str, Any]) -> None:
    planned = run_module(aws, "aurora_cluster", transactions, check=True)
    assert planned.changed
    assert planned.writes == []
    assert planned.result["plan"][0]["action"] == "create"

    made = run_module(aws, "aurora_cluster", transactions)
    assert made.writes == ["CreateDBCluster", "CreateDBInstance", "CreateDBInstance"]
    assert PASSWORD not in made.output
    found, members = cluster(aws), instances(aws)
    assert (found["Status"], found["EngineVersion"], found["DatabaseName"]) == ("available", "15.15", "transactiondb")
    assert found["ServerlessV2ScalingConfiguration"] == {"MinCapacity": 0.5, "MaxCapacity": 1.0}
    assert found["EnabledCloudwatchLogsExports"] == ["postgresql"]
    assert found["StorageEncrypted"]
    assert {raw["AvailabilityZone"] for raw in members.values()} == {"us-east-1a", "us-east-1b"}
    assert {raw["PreferredMaintenanceWindow"] for raw in members.values()} == {"mon:04:00-mon:05:00"}
    assert {name: raw["TagList"] for name, raw in members.items()} == dict.fromkeys((ONE, TWO), found["TagList"])
    assert found["TagList"] == [{"Key": "Name", "Value": NAME}]

    result = made.result
    assert result["endpoint"] == f"{found['Endpoint']}:{found['Port']}"
    assert result["reader_endpoint"] == f"{found['ReaderEndpoint']}:{found['Port']}"
    assert [(m["name"], m["role"], m["status"]) for m in result["members"]] == [
        (TWO, "reader", "available"),
        (ONE, "writer", "available"),
    ]


def test_both_endpoints_take_the_password_of_the_secret(aws: Emulator) -> None:
    found = cluster(aws)
    assert login(aws, found["Endpoint"], found["Port"]) is False
    assert login(aws, found["ReaderEndpoint"], found["Port"]) is True


def login(aws: Emulator, host: str, port: int) -> bool:
    """Whether the server there is a reader, over TLS with its certificate verified."""
    with psycopg.connect(
        host=host,
        port=port,
        dbname="transactiondb",
        user="dbadmin",
        password=PASSWORD,
        sslmode="verify-full",
        sslrootcert=aws.env["PGSSLROOTCERT"],
    ) as connection:
        row = connection.execute("SELECT pg_is_in_recovery(), ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        reader, encrypted = row.fetchone() or (None, None)
    assert encrypted
    return bool(reader)


def test_again_in_another_spelling(aws: Emulator, transactions: dict[str, Any]) -> None:
    spelled: dict[str, Any] = {
        "engine_version": "15.12",
        "maintenance_window": "MON:04:00-mon:05:00",
        "db_subnet_group_name": "SUBNETS",
        "members": both(instance_class="db.serverless", maintenance_window="mon:04:00-MON:05:00"),
    }
    again = run_module(aws, "aurora_cluster", transactions | spelled)
    assert not again.changed
    assert again.actions == ["DescribeDBClusters", "DescribeDBInstances"]


def test_changes_without_interruption_are_one_request(aws: Emulator) -> None:
    key = account_key(aws)
    role = aws.client("iam").get_role(RoleName="monitoring")["Role"]["Arn"]
    wanted = {
        "BackupRetentionPeriod": ("backup_retention_days", 8),
        "PreferredBackupWindow": ("backup_window", "01:00-02:00"),
        "PreferredMaintenanceWindow": ("maintenance_window", "tue:04:00-tue:05:00"),
        "StorageType": ("storage_type", "aurora-iopt1"),
        "PerformanceInsightsEnabled": ("performance_insights_enabled", True),
        "PerformanceInsightsRetentionPeriod": ("performance_insights_retention_days", 465),
        "PerformanceInsightsKMSKeyId": ("performance_insights_kms_key_id", key),
        "DatabaseInsightsMode": ("database_insights_mode", "advanced"),
        "MonitoringInterval": ("monitoring_interval_seconds", 30),
        "MonitoringRoleArn": ("monitoring_role_arn", role),
        "EnabledCloudwatchLogsExports": ("log_exports", ["instance"]),
        "DeletionProtection": ("deletion_protection", True),
        "CopyTagsToSnapshot": ("copy_tags_to_snapshot", True),
        "IAMDatabaseAuthenticationEnabled": ("iam_authentication", True),
        "HttpEndpointEnabled": ("http_endpoint_enabled", True),
        "NetworkType": ("network_type", "IPV4"),
    }
    options = dict(wanted.values()) | {
        "performance_insights_kms_key_id": "alias/key-retail-prod",
        "serverless_v2_scaling": {"min_acu": 0, "max_acu": 2, "seconds_until_auto_pause": 600},
        "tags": {"Name": "other"},
        "members": both(promotion_tier=0, publicly_accessible=True),
    }
    planned = change(aws, check=True, **options)
    assert planned.changed
    assert planned.writes == []

    ran = change(aws, **options)
    assert ran.result["waiting"] == []
    assert asked_of(ran, "ModifyDBCluster", "EnableHttpEndpoint") == ["ModifyDBCluster", "EnableHttpEndpoint"]
    assert asked_of(ran, "ModifyDBInstance") == ["ModifyDBInstance"] * 2
    assert asked_of(ran, "AddTagsToResource") == ["AddTagsToResource"] * 3
    found = cluster(aws)
    assert {member: found[member] for member in wanted} == {member: value for member, (_name, value) in wanted.items()}
    assert found["ServerlessV2ScalingConfiguration"] == {
        "MinCapacity": 0.0,
        "MaxCapacity": 2.0,
        "SecondsUntilAutoPause": 600,
    }
    for raw in instances(aws).values():
        assert (raw["PromotionTier"], raw["PubliclyAccessible"]) == (0, True)
        assert raw["PreferredMaintenanceWindow"] == "tue:04:00-tue:05:00"
        assert raw["TagList"] == [{"Key": "Name", "Value": "other"}]

    again = change(aws, **options)
    assert not again.changed
    assert again.writes == []


def account_key(aws: Emulator) -> str:
    key: str = aws.client("kms").describe_key(KeyId="alias/key-retail-prod")["KeyMetadata"]["Arn"]
    return key


def test_classes_change_readers_first_and_the_writer_last(aws: Emulator) -> None:
    larger = both(instance_class="db.r6g.large")
    waiting = change(aws, members=larger)
    assert not waiting.changed
    assert {(c["property"], c["effect"]) for c in waiting.result["waiting"]} == {
        (f"members.{ONE}.instance_class", "failover"),
        (f"members.{TWO}.instance_class", "restart of readers"),
    }
    assert waiting.writes == []
    # What is left out is never reset.
    assert cluster(aws)["BackupRetentionPeriod"] == 8

    readers = change(aws, members=larger, allow=["restart of readers"])
    assert readers.writes == ["ModifyDBInstance"]
    assert [raw["DBInstanceClass"] for raw in instances(aws).values()] == ["db.serverless", "db.r6g.large"]

    rest = change(aws, members=larger, allow=["restart of readers", "failover"])
    assert rest.writes == ["ModifyDBInstance"]
    assert {raw["DBInstanceClass"] for raw in instances(aws).values()} == {"db.r6g.large"}


def test_a_static_parameter_reboots_readers_first_when_allowed(aws: Emulator) -> None:
    static = {"ParameterName": "shared_preload_libraries", "ParameterValue": "auto_explain"}
    aws.client("rds").modify_db_cluster_parameter_group(
        DBClusterParameterGroupName="cluster15", Parameters=[{**static, "ApplyMethod": "pending-reboot"}]
    )
    reported = change(aws, members=both())
    assert not reported.changed
    assert {(c["property"], c["effect"]) for c in reported.result["waiting"]} == {
        (f"members.{name}.parameter_apply_status", effect)
        for name, effect in ((writer(aws), "reboot"), (reader(aws), "restart of readers"))
    }
    assert {m["pending_reboot"] for m in reported.result["members"]} == {True}

    rebooted = change(aws, members=both(), allow=["reboot", "restart of readers"])
    assert rebooted.writes == ["RebootDBInstance"] * 2
    assert {m["pending_reboot"] for m in rebooted.result["members"]} == {False}


def test_what_aws_was_asked_for_is_not_asked_for_again(aws: Emulator) -> None:
    rds = aws.client("rds")
    rds.modify_db_instance(DBInstanceIdentifier=ONE, DBInstanceClass="db.r6g.xlarge", ApplyImmediately=False)
    asked = change(aws, members=[{"name": ONE, "instance_class": "db.r6g.xlarge"}], allow=["failover"])
    assert not asked.changed
    assert asked.result["pending"] == {f"members.{ONE}.instance_class": "db.r6g.xlarge"}
    taken_back = change(aws, members=[{"name": ONE, "instance_class": "db.r6g.large"}])
    assert taken_back.writes == ["ModifyDBInstance"]
    assert instances(aws)[ONE]["PendingModifiedValues"] == {}


def test_immutable_differences_are_refused_together(aws: Emulator) -> None:
    zone = {"a": "b", "b": "a"}[instances(aws)[ONE]["AvailabilityZone"][-1]]
    ran = change(
        aws,
        engine_version="14.9",
        master_username="other",
        db_name="other",
        storage_encrypted=False,
        db_subnet_group_name="others",
        copy_tags_to_snapshot=False,
        members=[{"name": ONE, "availability_zone": f"us-east-1{zone}"}],
    )
    assert ran.result["failed"]
    assert ran.writes == []
    for message in (
        "engine_version: 14.9\n    is 15.15 in AWS, and a server is never downgraded. Write 15.",
        "master_username: other\n    is dbadmin and cannot be changed in place.",
        "db_name: other\n    is transactiondb and cannot be changed in place.",
        "storage_encrypted: False\n    is True and cannot be changed in place.",
        "db_subnet_group_name: others\n    is subnets and cannot be changed in place.",
        f"members.{ONE}.availability_zone: us-east-1{zone}\n    is us-east-1",
    ):
        assert message in ran.message


def test_deletion_protection_holds_for_the_members_too(aws: Emulator) -> None:
    ran = change(aws, state="absent")
    assert ran.result["failed"]
    assert f"{NAME} has deletion protection" in ran.message
    assert ran.writes == []


def test_members_go_only_when_asked_and_never_the_writer(aws: Emulator) -> None:
    stays, goes = writer(aws), reader(aws)
    assert change(aws, members=[{"name": stays}], deletion_protection=False).writes == ["ModifyDBCluster"]
    refused = change(aws, members=[{"name": goes}], prune_members=True)
    assert refused.writes == []
    assert f"members: {stays}\n    leave out {stays}, which is the writer." in refused.message

    pruned = change(aws, members=[{"name": stays}], prune_members=True, allow=["restart of readers"])
    assert pruned.writes == ["DeleteDBInstance"]
    assert list(instances(aws)) == [stays]


def test_members_that_a_killed_run_did_not_make_are_made(aws: Emulator) -> None:
    """Beside the one that exists, in the zone that it leaves; the next run waits for them."""
    (name,) = {ONE, TWO} - set(instances(aws))
    members = [{"name": name, "instance_class": "db.r6g.large"}]
    aws.set_time_scale(600)
    started = change(aws, members=members, wait=False)
    assert started.writes == ["CreateDBInstance"]
    assert instances(aws)[name]["DBInstanceStatus"] == "creating"
    late = change(aws, members=members, wait_timeout=1)
    assert late.result["failed"]
    assert f"DB cluster {NAME} is still available, {name} creating after 1 s, not available" in late.message

    aws.set_time_scale(0)
    finished = change(aws, members=members)
    assert not finished.changed
    assert {m["status"] for m in finished.result["members"]} == {"available"}
    assert {raw["AvailabilityZone"] for raw in instances(aws).values()} == {"us-east-1a", "us-east-1b"}


def test_delete_from_stopped(aws: Emulator) -> None:
    aws.client("rds").stop_db_cluster(DBClusterIdentifier=NAME)
    planned = change(aws, state="absent", check=True)
    assert planned.changed
    assert planned.writes == []

    gone = change(aws, state="absent")
    assert gone.writes == ["StartDBCluster", "DeleteDBInstance", "DeleteDBInstance", "DeleteDBCluster"]
    snapshot = gone.result["final_snapshot_identifier"]
    assert snapshot.startswith(f"{NAME}-final-20")
    found = aws.client("rds").describe_db_cluster_snapshots(DBClusterSnapshotIdentifier=snapshot)
    assert found["DBClusterSnapshots"][0]["DBClusterIdentifier"] == NAME
    assert aws.client("rds").describe_db_clusters()["DBClusters"] == []
    assert aws.client("rds").describe_db_instances()["DBInstances"] == []
    assert not change(aws, state="absent").changed


def test_a_managed_password_an_upgrade_and_no_snapshot(aws: Emulator, transactions: dict[str, Any]) -> None:
    """One member of a provisioned class, so that Serverless v2 is added to a cluster without it."""
    plain = {name: value for name, value in transactions.items() if not name.startswith(("master_", "serverless"))}
    plain |= {"engine_version": "15.12", "master_username": "dbadmin", "manage_master_user_password": True}
    only = {"name": ONE, "instance_class": "db.t3.medium"}
    aws.fault("throttle", service="rds", action="CreateDBInstance", count=2)
    made = run_module(aws, "aurora_cluster", plain | {"members": [only]})
    assert made.result["master_user_secret_arn"].startswith("arn:aws:secretsmanager:")

    secret = {"manage_master_user_password": False, "master_user_secret_arn": transactions["master_user_secret_arn"]}
    serverless: dict[str, Any] = {"serverless_v2_scaling": {"min_acu": 0.5, "max_acu": 1}}
    changed = change(aws, **secret, **serverless, engine_version="15.13")
    assert changed.writes == ["ModifyDBCluster"]
    assert PASSWORD not in changed.output
    assert [c["effect"] for c in changed.result["waiting"]] == ["downtime"]
    assert "MasterUserSecret" not in cluster(aws)
    assert cluster(aws)["ServerlessV2ScalingConfiguration"]["MaxCapacity"] == 1.0
    assert login(aws, cluster(aws)["Endpoint"], cluster(aws)["Port"]) is False
    assert change(aws, engine_version="15.13", allow=["downtime"]).writes == ["ModifyDBCluster"]
    assert cluster(aws)["EngineVersion"] == "15.13"

    gone = change(aws, state="absent", final_snapshot=False)
    assert gone.writes == ["DeleteDBInstance", "DeleteDBCluster"]
    assert len(aws.client("rds").describe_db_cluster_snapshots(SnapshotType="manual")["DBClusterSnapshots"]) == 1

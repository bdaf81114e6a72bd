"""stack_teardown of a database, on an emulated account."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.testing import Emulator
from tests.integration.destroyable import REGION, TRUST, Deployment
from tests.integration.modules.module_runner import Ran, run_module


def tear_down(deployment: Deployment, check: bool = False, **options: Any) -> Ran:
    return run_module(deployment.aws, "stack_teardown", deployment.tear_down("database", **options), check=check)


def succeeded(ran: Ran) -> Ran:
    assert not ran.result.get("failed"), ran.message
    return ran


def kinds(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["kind"] for entry in entries]


@pytest.fixture
def retail(aws: Emulator) -> Deployment:
    return Deployment(aws)


def test_a_database_goes_in_order_and_what_is_kept_is_listed(retail: Deployment) -> None:
    key, topic_key = retail.make(), retail.make_notices()
    network = retail.left()
    assert network.keys() >= {"rds_event_subscription", "dashboard"}
    planned = tear_down(retail, check=True)
    assert planned.writes == []
    assert planned.changed
    assert retail.left() == network

    ran = tear_down(retail)
    assert kinds(ran.result["removed"]) == [
        "metric_alarm",
        "metric_alarm",
        "dashboard",
        "ssm_parameter",
        "ssm_parameter",
        "rds_instance",
        "db_parameter_group",
        "db_subnet_group",
        "log_group",
        "rds_event_subscription",
        "sns_topic",
        "sns_topic",
        "s3_bucket",
        "iam_role",
        "secret",
        "kms_key",
    ]
    assert kinds(planned.result["removed"]) == kinds(ran.result["removed"])
    (snapshot,) = retail.snapshots()
    assert snapshot.startswith("db-retail-prod-final-")
    assert [(e["kind"], e["name"], e["detail"], e["reason"]) for e in ran.result["kept"]] == [
        ("db_snapshot", snapshot, "20 GiB, encrypted with alias/key-retail-prod", "stays until you delete it"),
        ("secret", "secret-retail-prod", "", "recoverable"),
        (
            "kms_key",
            "alias/key-retail-prod",
            "",
            "the snapshot needs it; -e delete_key=true after the snapshot is gone",
        ),
        # What went through it is told and gone; the alias is free for the next deployment.
        ("kms_key", "alias/topic-retail-prod", f"id {topic_key.rpartition('/')[2]}", "recoverable"),
    ]
    left = retail.left()
    assert left.pop("kms_key") == ["alias/key-retail-prod"]
    assert left.keys() == {"vpc", "subnet", "route_table", "security_group", "gateway_endpoint", "ssm_parameter"}
    assert left["ssm_parameter"] == ["network/vpc_id"]
    assert retail.client("kms").describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Enabled"
    assert retail.client("kms").describe_key(KeyId=topic_key)["KeyMetadata"]["KeyState"] == "PendingDeletion"

    again = tear_down(retail)
    assert not again.changed
    assert again.writes == []
    assert again.result["removed"] == []
    assert kinds(again.result["kept"]) == ["db_snapshot", "secret", "kms_key", "kms_key"]


def test_nothing_remains_of_a_database_whose_data_is_given_up(retail: Deployment) -> None:
    neighbour = Deployment(retail.aws, suffix="prod2")
    neighbour.make_rest(neighbour.make_key())
    beside = neighbour.left()
    key = retail.make()
    s3, bucket = retail.client("s3"), "backup-retail-prod-123456789012"
    for version in (b"one", b"two"):
        s3.put_object(Bucket=bucket, Key="dump", Body=version)
    s3.delete_object(Bucket=bucket, Key="dump")
    ran = tear_down(
        retail, final_snapshot=False, empty_bucket=True, delete_key=True, secret_recovery_days=7, key_pending_days=7
    )
    notes = {entry["kind"]: entry["note"] for entry in ran.result["removed"]}
    assert notes["s3_bucket"] == "with 2 object versions"
    assert notes["rds_instance"] == "without a final snapshot"
    assert [(e["kind"], e["reason"]) for e in ran.result["kept"]] == [
        ("secret", "recoverable"),
        ("kms_key", "recoverable"),
    ]
    assert all(entry["until"] for entry in ran.result["kept"])
    assert retail.snapshots() == []
    assert retail.left().keys() == {
        "vpc",
        "subnet",
        "route_table",
        "security_group",
        "gateway_endpoint",
        "ssm_parameter",
    }
    assert retail.client("kms").describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "PendingDeletion"
    assert neighbour.left() == beside

    again = tear_down(retail, delete_key=True)
    assert again.writes == []
    assert kinds(again.result["kept"]) == ["secret", "kms_key"]


def test_a_key_that_the_final_snapshot_needs_is_not_deleted(retail: Deployment) -> None:
    retail.make()
    refused = tear_down(retail, delete_key=True)
    assert refused.result["failed"]
    assert "delete_key: True" in refused.message
    assert "without alias/key-retail-prod, snapshot db-retail-prod-final-" in refused.message
    assert "-e final_snapshot=false" in refused.message
    assert refused.writes == []


def test_a_bucket_with_objects_is_kept_with_its_key(retail: Deployment) -> None:
    retail.make_rest(retail.make_key())
    bucket = "backup-retail-prod-123456789012"
    retail.client("s3").put_object(Bucket=bucket, Key="dump", Body=b"data")
    ran = tear_down(retail, delete_key=False)
    kept = {entry["kind"]: entry for entry in ran.result["kept"]}
    assert kept["s3_bucket"]["detail"] == "1 object version"
    assert kept["s3_bucket"]["reason"] == "-e empty_bucket=true deletes it with them"
    assert kept["kms_key"]["reason"].startswith("the bucket needs it")
    assert retail.client("s3").get_object(Bucket=bucket, Key="dump")["Body"].read() == b"data"


def test_more_than_a_page_of_objects_and_markers_is_emptied(retail: Deployment) -> None:
    s3, bucket = retail.client("s3"), retail.make_bucket(retail.make_key())
    for number in range(1100):
        s3.put_object(Bucket=bucket, Key=f"object-{number}", Body=b"")
    ran = tear_down(retail, empty_bucket=True)
    assert {e["kind"]: e["note"] for e in ran.result["removed"]} == {"s3_bucket": "with more than 1000 object versions"}
    assert "s3_bucket" not in retail.left()


def test_a_bucket_with_nothing_but_delete_markers_is_empty(retail: Deployment) -> None:
    s3, bucket = retail.client("s3"), retail.make_bucket(retail.make_key())
    version = s3.put_object(Bucket=bucket, Key="dump", Body=b"")["VersionId"]
    s3.delete_object(Bucket=bucket, Key="dump")
    s3.delete_object(Bucket=bucket, Key="dump", VersionId=version)
    tear_down(retail)
    assert "s3_bucket" not in retail.left()


def test_what_is_gone_already_is_no_error(retail: Deployment) -> None:
    retail.make()
    retail.client("cloudwatch").delete_alarms(AlarmNames=["alarm-cpu-retail-prod"])
    retail.client("logs").delete_log_group(logGroupName="/aws/rds/instance/db-retail-prod/postgresql")
    retail.client("s3").delete_bucket(Bucket="backup-retail-prod-123456789012")
    retail.client("iam").detach_role_policy(
        RoleName="role-monitoring-retail-prod",
        PolicyArn="arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
    )
    ran = tear_down(retail)
    assert ran.changed
    assert retail.left().keys() & {"metric_alarm", "rds_instance", "iam_role", "sns_topic", "db_subnet_group"} == set()


def ask_to_go(retail: Deployment, seconds_per_minute: float) -> None:
    """A database that RDS is deleting, as a run leaves it that was killed."""
    retail.make_network()
    database = retail.make_database(protected=False, StorageEncrypted=True, KmsKeyId=retail.make_key())
    available = retail.client("rds").get_waiter("db_instance_available")
    available.wait(DBInstanceIdentifier=database, WaiterConfig={"Delay": 1})
    retail.aws.set_time_scale(seconds_per_minute)
    retail.client("rds").delete_db_instance(DBInstanceIdentifier=database, FinalDBSnapshotIdentifier="before-the-kill")


def test_a_database_that_takes_too_long_is_named_with_its_status(retail: Deployment) -> None:
    ask_to_go(retail, seconds_per_minute=600)
    listed = tear_down(retail, check=True)
    assert ("rds_instance", "is being deleted") in [(e["kind"], e["reason"]) for e in listed.result["kept"]]
    hasty = tear_down(retail, wait_timeout=1)
    assert "database db-retail-prod is still deleting after 1 s" in hasty.message
    assert hasty.writes == []


def test_a_database_that_was_asked_to_go_before_is_waited_for(retail: Deployment) -> None:
    ask_to_go(retail, seconds_per_minute=1)
    ran = succeeded(tear_down(retail))
    assert kinds(ran.result["removed"]) == ["db_parameter_group", "db_subnet_group", "log_group"]
    assert [(e["kind"], e["name"]) for e in ran.result["kept"]] == [
        ("db_snapshot", "before-the-kill"),
        ("kms_key", "alias/key-retail-prod"),
    ]
    assert retail.snapshots() == ["before-the-kill"]


def test_what_bears_our_name_and_is_not_ours_is_left_and_listed(retail: Deployment) -> None:
    iam, s3, logs = retail.client("iam"), retail.client("s3"), retail.client("logs")
    iam.create_role(RoleName="role-monitoring-retail-prod", AssumeRolePolicyDocument=TRUST)
    s3.create_bucket(Bucket="ours-by-name", CreateBucketConfiguration={"LocationConstraint": REGION})
    logs.create_log_group(logGroupName="/aws/lambda/ours-by-name")
    retail.client("ssm").put_parameter(Name="/pgfleet/retail/prod/database/x", Value="x", Type="String")
    resources = [
        {"kind": "iam_role", "name": "role-monitoring-retail-prod"},
        {"kind": "s3_bucket", "name": "ours-by-name"},
        {"kind": "log_group", "name": "/aws/lambda/ours-by-name"},
        {"kind": "sns_topic", "name": "not-there"},
        {"kind": "network", "name": "vpc-retail-prod", "external": True},
    ]
    ran = tear_down(retail, resources=resources)
    assert ran.writes == []
    assert not ran.changed
    left = [(entry["kind"], entry["name"], entry["owned"]) for entry in ran.result["kept"]]
    assert left == [
        ("ssm_parameter", "/pgfleet/retail/prod/database/x", False),
        ("log_group", "/aws/lambda/ours-by-name", False),
        ("s3_bucket", "ours-by-name", False),
        ("iam_role", "role-monitoring-retail-prod", False),
    ]
    assert all("so not ours: left alone" in entry["reason"] for entry in ran.result["kept"])


def test_what_bears_our_tags_and_another_name_is_ours(retail: Deployment) -> None:
    sns = retail.client("sns")
    sns.create_topic(Name="named-by-the-operator", Tags=retail.tags())
    ran = tear_down(retail, resources=[{"kind": "sns_topic", "name": "named-by-the-operator"}])
    assert [e["name"] for e in ran.result["removed"]] == ["named-by-the-operator"]
    assert sns.list_topics()["Topics"] == []


def test_a_key_killed_off_before_it_had_a_name_is_found_by_its_tags(retail: Deployment) -> None:
    kms = retail.client("kms")
    arn = kms.create_key(Tags=retail.tags(key="TagKey", value="TagValue"))["KeyMetadata"]["Arn"]
    ran = tear_down(retail, delete_key=True)
    assert kinds(ran.result["removed"]) == ["kms_key"]
    assert kms.describe_key(KeyId=arn)["KeyMetadata"]["KeyState"] == "PendingDeletion"


def test_a_kind_that_it_does_not_know_is_listed(retail: Deployment) -> None:
    sqs = retail.client("sqs")
    sqs.create_queue(QueueName="dead-letters", tags=retail.owner)
    ran = tear_down(retail)
    (kept,) = ran.result["kept"]
    assert (kept["kind"], kept["name"]) == ("sqs", "dead-letters")
    assert "has to be removed by hand" in kept["reason"]


def test_days_that_aws_does_not_take_are_refused(retail: Deployment) -> None:
    refused = tear_down(retail, secret_recovery_days=6, key_pending_days=31)
    assert "secret_recovery_days: 6" in refused.message
    assert "key_pending_days: 31" in refused.message
    assert "7 to 30 days" in refused.message
    assert refused.requests == []

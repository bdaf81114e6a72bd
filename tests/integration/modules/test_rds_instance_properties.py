"""rds_instance through ansible-playbook: the properties that its other tests leave alone, each changed once.

The tests share one instance of PostgreSQL 15, in the order in which they stand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.testing import Emulator
from tests.integration.modules.module_runner import Ran, run_module
from tests.integration.modules.rds_account import PASSWORD, TRUST, account

NAME = "db-retail-prod"
CREATED: dict[str, Any] = {
    "engine_version": "15.18",
    "instance_class": "db.m6g.large",
    "allocated_storage_gib": 400,
    "storage_type": "gp3",
    "iops": 12000,
    "storage_throughput": 500,
    "storage_encrypted": True,
    "master_username": "dbadmin",
    "manage_master_user_password": True,
    "db_name": "shop",
    "network_type": "IPV4",
    "performance_insights_enabled": False,
    "monitoring_interval_seconds": 60,
    "ca_certificate_identifier": "rds-ca-rsa2048-g1",
    "dedicated_log_volume": False,
}
FROM_ACCOUNT = ("kms_key_id", "monitoring_role_arn", "db_subnet_group_name", "vpc_security_group_ids")


@pytest.fixture(scope="module")
def aws() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture(scope="module")
def made(aws: Emulator) -> dict[str, Any]:
    """What there is in the account; the instance is made."""
    given = account(aws)
    ran = change(aws, **CREATED, **{name: given[name] for name in FROM_ACCOUNT})
    assert ran.writes == ["CreateDBInstance"]
    return given


def change(aws: Emulator, *, check: bool = False, **options: Any) -> Ran:
    """Run with these options alone: what is left out stays as it is."""
    return run_module(aws, "rds_instance", {"name": NAME, **options}, check=check)


def described(aws: Emulator) -> dict[str, Any]:
    found: list[dict[str, Any]] = aws.client("rds").describe_db_instances(DBInstanceIdentifier=NAME)["DBInstances"]
    return found[0]


def other_vpc(aws: Emulator) -> None:
    """A DB subnet group of another VPC."""
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.70.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.70.{n}.0/24", AvailabilityZone=f"us-east-1{zone}")["Subnet"]
        for n, zone in ((10, "a"), (20, "b"))
    ]
    ids = [subnet["SubnetId"] for subnet in subnets]
    aws.client("rds").create_db_subnet_group(DBSubnetGroupName="other", DBSubnetGroupDescription="x", SubnetIds=ids)


def test_harmless_ones_are_made_and_costly_ones_wait(aws: Emulator, made: dict[str, Any]) -> None:
    """Performance Insights with a key on an instance without is beyond amazon.aws.rds_instance."""
    ec2, vpc = aws.client("ec2"), described(aws)["DBSubnetGroup"]["VpcId"]
    group = ec2.create_security_group(VpcId=vpc, GroupName="other", Description="other")["GroupId"]
    trust = json.dumps(TRUST)
    role = aws.client("iam").create_role(RoleName="other", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    aws.fault("throttle", service="rds", action="DescribeDBInstances", count=2)
    aws.fault("throttle", service="rds", action="ModifyDBInstance", count=1)
    costly: dict[str, Any] = {
        "network_type": "DUAL",
        "ca_certificate_identifier": "rds-ca-ecc384-g1",
        "instance_class": "db.m6g.xlarge",
    }
    ran = change(
        aws,
        iops=13000,
        storage_throughput=600,
        vpc_security_group_ids=[group],
        monitoring_role_arn=role,
        performance_insights_enabled=True,
        performance_insights_kms_key_id="alias/key-retail-prod",
        **costly,
    )
    assert ran.writes == ["ModifyDBInstance", "ModifyDBInstance"]
    assert {(c["property"], c["effect"]) for c in ran.result["waiting"]} == {(name, "downtime") for name in costly}
    found = described(aws)
    assert (found["Iops"], found["StorageThroughput"], found["MonitoringRoleArn"]) == (13000, 600, role)
    assert [each["VpcSecurityGroupId"] for each in found["VpcSecurityGroups"]] == [group]
    assert found["PerformanceInsightsKMSKeyId"] == made["performance_insights_kms_key_id"]
    assert (found["NetworkType"], found["CACertificateIdentifier"]) == ("IPV4", "rds-ca-rsa2048-g1")
    assert found["DBInstanceClass"] == "db.m6g.large"


def test_costly_ones_are_made_where_they_are_allowed(aws: Emulator) -> None:
    wanted: dict[str, Any] = {
        "NetworkType": ("network_type", "DUAL"),
        "CACertificateIdentifier": ("ca_certificate_identifier", "rds-ca-ecc384-g1"),
        "StorageType": ("storage_type", "io1"),
        "Iops": ("iops", 5000),
        "DedicatedLogVolume": ("dedicated_log_volume", True),
    }
    options = {str(name): value for name, value in wanted.values()}
    planned = change(aws, check=True, **options)
    effects = {c["property"]: c["effect"] for c in planned.result["waiting"]}
    assert effects["dedicated_log_volume"] == "reboot"
    ran = change(aws, **options, allow=["downtime", "reboot"])
    assert ran.writes == ["ModifyDBInstance"]
    assert {member: described(aws)[member] for member in wanted} == {k: value for k, (_name, value) in wanted.items()}
    assert not change(aws, **options).changed
    # Other IOPS have to name the storage that they are for.
    assert change(aws, iops=6000).writes == ["ModifyDBInstance"]
    assert (described(aws)["Iops"], described(aws)["AllocatedStorage"]) == (6000, 400)


def test_another_port_reboots(aws: Emulator) -> None:
    port = 20000 + described(aws)["Endpoint"]["Port"] % 10000
    waiting = change(aws, port=port)
    assert (waiting.changed, [c["effect"] for c in waiting.result["waiting"]]) == (False, ["reboot"])
    moved = change(aws, port=port, allow=["reboot"])
    assert moved.result["endpoint_port"] == described(aws)["Endpoint"]["Port"] == port


def test_the_password_is_handed_over_both_ways(aws: Emulator, made: dict[str, Any]) -> None:
    refused = change(aws, manage_master_user_password=False)
    assert "manage_master_user_password: False\n    needs master_user_secret_arn" in refused.message
    secret: dict[str, Any] = {
        "manage_master_user_password": False,
        "master_user_secret_arn": made["master_user_secret_arn"],
    }
    taken = change(aws, **secret)
    assert taken.writes == ["ModifyDBInstance"]
    assert PASSWORD not in taken.output
    assert "MasterUserSecret" not in described(aws)

    back: dict[str, Any] = {
        "manage_master_user_password": True,
        "master_user_secret_kms_key_id": "alias/key-retail-prod",
    }
    given = change(aws, **back)
    assert given.writes == ["ModifyDBInstance"]
    assert given.result["master_user_secret_arn"] == described(aws)["MasterUserSecret"]["SecretArn"]
    assert described(aws)["MasterUserSecret"]["KmsKeyId"] == made["kms_key_id"]
    assert not change(aws, **back).changed


def test_another_vpc(aws: Emulator) -> None:
    other_vpc(aws)
    assert change(aws, db_subnet_group_name="other").result["waiting"][0]["effect"] == "downtime"
    moved = change(aws, db_subnet_group_name="Other", allow=["downtime"])
    assert moved.writes == ["ModifyDBInstance"]
    assert described(aws)["DBSubnetGroup"]["DBSubnetGroupName"] == "other"


def test_a_major_upgrade_is_said_in_so_many_words(aws: Emulator) -> None:
    refused = change(aws, engine_version="16")
    assert "engine_version: 16\n    is a major upgrade from 15.18. Take a snapshot" in refused.message
    planned = change(
        aws,
        check=True,
        engine_version="16",
        allow_major_version_upgrade=True,
        db_parameter_group_name="group16",
        allow=["downtime"],
    )
    assert planned.writes == []
    changes = {c["property"]: c["after"] for c in planned.result["plan"][0]["changes"]}
    assert changes == {"engine_version": "16", "db_parameter_group_name": "group16"}


def test_what_cannot_change_is_refused_together(aws: Emulator) -> None:
    other_key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    refused = change(
        aws,
        db_name="other",
        availability_zone="us-east-1f",
        kms_key_id=other_key,
        performance_insights_kms_key_id=other_key,
        dedicated_log_volume=False,
    )
    assert refused.writes == []
    for message in (
        "db_name: other\n    is shop and cannot be changed in place.",
        "availability_zone: us-east-1f\n    is us-east-1",
        f"kms_key_id: {other_key}\n    is ",
        f"performance_insights_kms_key_id: {other_key}\n    is ",
    ):
        assert message in refused.message

"""After destroy.yml the account holds what is kept on purpose, and nothing else."""

from __future__ import annotations

from typing import Any

import boto3

REGION = "us-west-2"


def client(service: str) -> Any:
    return boto3.client(service, region_name=REGION)


def test_nothing_is_left() -> None:
    ec2, rds = client("ec2"), client("rds")
    assert [v for v in ec2.describe_vpcs()["Vpcs"] if not v["IsDefault"]] == []
    assert ec2.describe_vpc_endpoints()["VpcEndpoints"] == []
    assert [g for g in ec2.describe_security_groups()["SecurityGroups"] if g["GroupName"] != "default"] == []
    assert rds.describe_db_instances()["DBInstances"] == []
    assert rds.describe_db_subnet_groups()["DBSubnetGroups"] == []
    assert [
        g
        for g in rds.describe_db_parameter_groups()["DBParameterGroups"]
        if not g["DBParameterGroupName"].startswith("default.")
    ] == []
    assert [r for r in client("iam").list_roles()["Roles"] if "retail" in r["RoleName"]] == []
    assert client("s3").list_buckets()["Buckets"] == []
    assert client("sns").list_topics()["Topics"] == []
    alarms = client("cloudwatch").describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    assert (alarms["MetricAlarms"], alarms["CompositeAlarms"]) == ([], [])
    assert client("cloudwatch").list_dashboards()["DashboardEntries"] == []
    assert client("logs").describe_metric_filters()["metricFilters"] == []
    assert client("logs").describe_log_groups()["logGroups"] == []
    assert client("ssm").get_parameters_by_path(Path="/pgfleet", Recursive=True)["Parameters"] == []
    assert client("secretsmanager").list_secrets()["SecretList"] == []


def test_the_final_snapshot_is_kept_and_with_it_the_key_that_reads_it() -> None:
    snapshots = client("rds").describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]
    assert [(s["DBInstanceIdentifier"], s["Encrypted"], s["Status"]) for s in snapshots] == [
        ("db-retail-prod", True, "available")
    ]
    key = client("kms").describe_key(KeyId="alias/key-retail-prod")["KeyMetadata"]
    assert key["KeyState"] == "Enabled"
    assert snapshots[0]["KmsKeyId"] == key["Arn"]


def test_the_secret_can_still_be_recovered() -> None:
    secret = client("secretsmanager").describe_secret(SecretId="secret-retail-prod")
    assert secret["DeletedDate"] is not None

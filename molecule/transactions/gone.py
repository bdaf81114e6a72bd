"""After destroy.yml the account holds what was there before and what is kept on purpose, and nothing else."""

from __future__ import annotations

from typing import Any

import boto3

from tools import existing_network

REGION = "us-east-1"


def client(service: str) -> Any:
    return boto3.client(service, region_name=REGION)


def test_nothing_is_left() -> None:
    rds = client("rds")
    assert rds.describe_db_clusters()["DBClusters"] == []
    assert rds.describe_db_instances()["DBInstances"] == []
    assert rds.describe_db_subnet_groups()["DBSubnetGroups"] == []
    groups = [
        *(group["DBParameterGroupName"] for group in rds.describe_db_parameter_groups()["DBParameterGroups"]),
        *(
            group["DBClusterParameterGroupName"]
            for group in rds.describe_db_cluster_parameter_groups()["DBClusterParameterGroups"]
        ),
    ]
    assert [name for name in groups if not name.startswith("default.")] == []
    assert rds.describe_db_cluster_automated_backups()["DBClusterAutomatedBackups"] == []
    assert [
        role["RoleName"] for role in client("iam").list_roles()["Roles"] if "transactions" in role["RoleName"]
    ] == []
    assert client("s3").list_buckets()["Buckets"] == []
    assert client("sns").list_topics()["Topics"] == []
    alarms = client("cloudwatch").describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    assert (alarms["MetricAlarms"], alarms["CompositeAlarms"]) == ([], [])
    assert client("cloudwatch").list_dashboards()["DashboardEntries"] == []
    assert client("logs").describe_metric_filters()["metricFilters"] == []
    assert client("logs").describe_log_groups()["logGroups"] == []
    assert client("ssm").get_parameters_by_path(Path="/pgfleet", Recursive=True)["Parameters"] == []
    assert client("secretsmanager").list_secrets()["SecretList"] == []


def test_there_is_no_final_snapshot() -> None:
    rds = client("rds")
    assert rds.describe_db_cluster_snapshots()["DBClusterSnapshots"] == []
    assert rds.describe_db_snapshots()["DBSnapshots"] == []


def test_the_secret_can_still_be_recovered() -> None:
    secret = client("secretsmanager").describe_secret(SecretId="aurora-credentials-prod")
    assert secret["DeletedDate"] is not None


def test_the_network_of_others_is_as_it_was() -> None:
    """All of it is still found, so that making it again makes nothing, and nobody has tagged it."""
    ec2 = client("ec2")
    found = [v["VpcId"] for v in ec2.describe_vpcs()["Vpcs"] if not v["IsDefault"]]
    vpc, *subnets, group = existing_network.make(ec2)
    assert found == [vpc]
    described = ec2.describe_subnets(SubnetIds=subnets)["Subnets"]
    assert {(s["VpcId"], s["CidrBlock"], s["AvailabilityZone"]) for s in described} == {
        (vpc, "10.80.10.0/24", "us-east-1a"),
        (vpc, "10.80.20.0/24", "us-east-1b"),
    }
    groups = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    assert [range_["CidrIp"] for rule in groups[0]["IpPermissions"] for range_ in rule["IpRanges"]] == ["10.80.0.0/16"]
    tags = [{tag["Key"]: tag["Value"] for tag in one["Tags"]} for one in (*described, *groups)]
    assert tags == [existing_network.TAGS] * 3
    assert ec2.describe_network_interfaces()["NetworkInterfaces"] == []

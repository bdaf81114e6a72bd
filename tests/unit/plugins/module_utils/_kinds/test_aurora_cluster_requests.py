"""Requests for clusters and members.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBCluster.html
"""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_cluster import AURORA_CLUSTER
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_cluster_plan import (
    of_cluster,
    plan_aurora_cluster,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_cluster_requests import (
    creation,
    member_creation,
    modification,
    spread,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_member import wanted_members
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Effect
from botocore.validate import validate_parameters

from tests.unit.plugins.module_utils._kinds.cluster_states import KEY, NAME, TAGS, WRITER, desired, members, observed

MODEL = boto3.client("rds", region_name="us-east-1").meta.service_model


def modified(properties: dict[str, Any], version: str | None = None, **raw: Any) -> dict[str, Any]:
    wanted, seen = desired(properties), observed(**raw)
    changes = plan_aurora_cluster(AURORA_CLUSTER, wanted, seen, frozenset(Effect)).changes
    request = modification(wanted, seen, of_cluster(changes), version)
    if request:
        validate_parameters(request, MODEL.operation_model("ModifyDBCluster").input_shape)
    return request


def test_everything_that_is_wanted_is_in_the_request_that_creates() -> None:
    request = creation(desired(), "15.13")
    validate_parameters(request, MODEL.operation_model("CreateDBCluster").input_shape)
    assert request == {
        "DBClusterIdentifier": NAME,
        "Engine": "aurora-postgresql",
        "EngineVersion": "15.13",
        "MasterUsername": "dbadmin",
        "DatabaseName": "transactiondb",
        "Port": 5432,
        "StorageEncrypted": True,
        "KmsKeyId": KEY,
        "StorageType": "aurora",
        "ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5, "MaxCapacity": 1},
        "DBSubnetGroupName": "Subnets",
        "VpcSecurityGroupIds": ["sg-1", "sg-2"],
        "NetworkType": "IPV4",
        "DBClusterParameterGroupName": "cluster15",
        "BackupRetentionPeriod": 7,
        "PreferredBackupWindow": "03:00-04:00",
        "PreferredMaintenanceWindow": "Mon:04:00-Mon:05:00",
        "EnableCloudwatchLogsExports": ["postgresql"],
        "EnableIAMDatabaseAuthentication": False,
        "EnableHttpEndpoint": False,
        "DeletionProtection": False,
        "CopyTagsToSnapshot": True,
        "EnablePerformanceInsights": True,
        "PerformanceInsightsRetentionPeriod": 7,
        "PerformanceInsightsKMSKeyId": KEY,
        "DatabaseInsightsMode": "standard",
        "MonitoringInterval": 60,
        "MonitoringRoleArn": "arn:role",
        "AutoMinorVersionUpgrade": True,
        "Tags": [{"Key": "Name", "Value": NAME}],
    }
    assert creation(Desired("aurora_cluster", NAME, {"engine_version": "15"}), None) == {
        "DBClusterIdentifier": NAME,
        "Engine": "aurora-postgresql",
        "EngineVersion": "15",
        "Tags": [],
    }


def test_a_request_that_creates_a_member() -> None:
    member = wanted_members(desired())[0]
    request = member_creation(NAME, member, "us-east-1b")
    validate_parameters(request, MODEL.operation_model("CreateDBInstance").input_shape)
    assert request == {
        "DBInstanceIdentifier": WRITER,
        "DBClusterIdentifier": NAME,
        "Engine": "aurora-postgresql",
        "DBInstanceClass": "db.serverless",
        "AvailabilityZone": "us-east-1b",
        "PubliclyAccessible": False,
        "PreferredMaintenanceWindow": "Mon:04:00-Mon:05:00",
        "AutoMinorVersionUpgrade": True,
        "CACertificateIdentifier": "rds-ca-rsa2048-g1",
        "Tags": [{"Key": key, "Value": value} for key, value in TAGS.items()],
    }
    assert "AvailabilityZone" not in member_creation(NAME, member, None)


@pytest.mark.parametrize(
    ("properties", "raw", "request_"),
    [
        ({}, {}, {}),
        ({"http_endpoint_enabled": True}, {}, {}),
        ({"backup_window": "01:00-02:00"}, {}, {"PreferredBackupWindow": "01:00-02:00", "ApplyImmediately": False}),
        ({"storage_type": "aurora-iopt1"}, {}, {"StorageType": "aurora-iopt1", "ApplyImmediately": True}),
        (
            {"iam_authentication": True},
            {},
            {"EnableIAMDatabaseAuthentication": True, "ApplyImmediately": True},
        ),
        (
            {"log_exports": ["instance"]},
            {},
            {
                "CloudwatchLogsExportConfiguration": {
                    "EnableLogTypes": ["instance"],
                    "DisableLogTypes": ["postgresql"],
                },
                "ApplyImmediately": False,
            },
        ),
        (
            {"serverless_v2_scaling": {"min_acu": 0, "max_acu": 4, "seconds_until_auto_pause": 600}},
            {"ServerlessV2ScalingConfiguration": None},
            {
                "ServerlessV2ScalingConfiguration": {
                    "MinCapacity": 0,
                    "MaxCapacity": 4,
                    "SecondsUntilAutoPause": 600,
                },
                "ApplyImmediately": False,
            },
        ),
        (
            {"performance_insights_retention_days": 465, "database_insights_mode": "advanced"},
            {},
            {
                "EnablePerformanceInsights": True,
                "PerformanceInsightsRetentionPeriod": 465,
                "PerformanceInsightsKMSKeyId": KEY,
                "DatabaseInsightsMode": "advanced",
                "ApplyImmediately": False,
            },
        ),
        ({"monitoring_interval_seconds": 0}, {}, {"MonitoringInterval": 0, "ApplyImmediately": False}),
        ({"port": 5433}, {}, {"Port": 5433, "ApplyImmediately": True}),
    ],
)
def test_one_request_for_all_changes(properties: dict[str, Any], raw: dict[str, Any], request_: dict[str, Any]) -> None:
    assert modified(properties, **raw) == ({"DBClusterIdentifier": NAME, **request_} if request_ else {})


@pytest.mark.parametrize(
    ("groups", "option", "sent"),
    [
        (("instance16", "instance16"), None, "instance16"),
        (("instance16", "instance16"), "option16", "option16"),
        (("instance16", "other16"), None, None),
    ],
)
def test_a_major_upgrade_takes_the_groups_of_the_new_family(
    groups: tuple[str, str], option: str | None, sent: str | None
) -> None:
    request = modified(
        {
            "engine_version": "16",
            "allow_major_version_upgrade": True,
            "db_cluster_parameter_group_name": "cluster16",
            "db_instance_parameter_group_name": option,
            "members": members(*({"db_parameter_group_name": group} for group in groups)),
        },
        "16.9",
    )
    expected = {
        "DBClusterIdentifier": NAME,
        "EngineVersion": "16.9",
        "AllowMajorVersionUpgrade": True,
        "DBClusterParameterGroupName": "cluster16",
        "ApplyImmediately": True,
    }
    assert request == (expected | {"DBInstanceParameterGroupName": sent} if sent else expected)


def test_a_minor_upgrade_names_no_group() -> None:
    assert modified({"engine_version": "15.13", "db_instance_parameter_group_name": "x"}) == {
        "DBClusterIdentifier": NAME,
        "EngineVersion": "15.13",
        "AllowMajorVersionUpgrade": False,
        "ApplyImmediately": True,
    }


@pytest.mark.parametrize(
    ("named", "taken", "zones", "chosen"),
    [
        ([None, None], [], ["a", "b", "c"], {"m0": "a", "m1": "b"}),
        ([None, None, None], [], ["b", "a"], {"m0": "a", "m1": "b", "m2": "a"}),
        ([None, None], ["a"], ["a", "b", "c"], {"m0": "b", "m1": "c"}),
        (["a", None], [], ["a", "b"], {"m1": "b"}),
        ([None], ["z"], ["a"], {"m0": "a"}),
        ([None], [], [], {}),
    ],
)
def test_new_members_spread_over_the_zones(
    named: list[str | None], taken: list[str], zones: list[str], chosen: dict[str, str]
) -> None:
    wanted = [
        Desired("aurora_member", f"m{n}", {"availability_zone": zone} if zone else {}) for n, zone in enumerate(named)
    ]
    assert spread(wanted, taken, zones) == chosen

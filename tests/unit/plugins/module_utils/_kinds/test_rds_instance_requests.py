"""Requests of CreateDBInstance and ModifyDBInstance, tables."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance import RDS_INSTANCE
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance_plan import plan_rds_instance
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance_requests import creation, modification
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Effect

from tests.unit.plugins.module_utils._kinds.instance_states import KEY, desired, observed

INSIGHTS = {
    "EnablePerformanceInsights": True,
    "PerformanceInsightsKMSKeyId": KEY,
    "PerformanceInsightsRetentionPeriod": 7,
    "DatabaseInsightsMode": "standard",
}


def test_creation_asks_for_everything_at_once() -> None:
    assert creation(desired({"engine_version": "16"}), "16.13") == {
        "DBInstanceIdentifier": "db-retail-prod",
        "Engine": "postgres",
        "EngineVersion": "16.13",
        "DBInstanceClass": "db.t3.micro",
        "AllocatedStorage": 20,
        "MaxAllocatedStorage": 100,
        "StorageType": "gp3",
        "StorageEncrypted": True,
        "KmsKeyId": KEY,
        "MasterUsername": "dbadmin",
        "MultiAZ": False,
        "PubliclyAccessible": False,
        "DBSubnetGroupName": "Subnets",
        "VpcSecurityGroupIds": ["sg-1", "sg-2"],
        "DBParameterGroupName": "group16",
        "BackupRetentionPeriod": 7,
        "PreferredBackupWindow": "03:00-04:00",
        "PreferredMaintenanceWindow": "Sun:04:00-Sun:05:00",
        "EnablePerformanceInsights": True,
        "PerformanceInsightsRetentionPeriod": 7,
        "PerformanceInsightsKMSKeyId": KEY,
        "MonitoringInterval": 60,
        "MonitoringRoleArn": "arn:role",
        "EnableCloudwatchLogsExports": ["postgresql"],
        "DeletionProtection": False,
        "AutoMinorVersionUpgrade": True,
        "CopyTagsToSnapshot": True,
        "Tags": [{"Key": "Name", "Value": "db-retail-prod"}],
    }


@pytest.mark.parametrize(
    ("properties", "present", "absent"),
    [
        ({"max_allocated_storage_gib": 0}, {}, ["MaxAllocatedStorage"]),
        ({"port": 5433}, {"Port": 5433}, ["DBPortNumber"]),
        ({"engine_version": None}, {}, ["EngineVersion"]),
        ({"allow_major_version_upgrade": True}, {}, ["AllowMajorVersionUpgrade"]),
        (
            {"manage_master_user_password": True, "master_user_secret_arn": None, "master_user_secret_kms_key_id": "k"},
            {"ManageMasterUserPassword": True, "MasterUserSecretKmsKeyId": "k"},
            ["MasterUserPassword"],
        ),
    ],
)
def test_creation_details(properties: dict[str, Any], present: dict[str, Any], absent: list[str]) -> None:
    request = creation(desired(properties), properties.get("engine_version", "16.13"))
    assert present.items() <= request.items()
    assert not set(absent) & request.keys()


@pytest.mark.parametrize(
    ("properties", "raw", "request_part", "immediately"),
    [
        ({"instance_class": "db.t3.small"}, {}, {"DBInstanceClass": "db.t3.small"}, True),
        # Made at once whatever ApplyImmediately says; with it, AWS would make all that is pending, too.
        ({"max_allocated_storage_gib": 200}, {}, {"MaxAllocatedStorage": 200}, False),
        ({"max_allocated_storage_gib": 0}, {}, {"MaxAllocatedStorage": 20}, False),
        (
            {"max_allocated_storage_gib": 0, "allocated_storage_gib": 30},
            {},
            {"AllocatedStorage": 30, "MaxAllocatedStorage": 30},
            True,
        ),
        ({"deletion_protection": True}, {}, {"DeletionProtection": True}, False),
        ({"port": 5433}, {}, {"DBPortNumber": 5433}, True),
        ({"backup_retention_days": 0}, {}, {"BackupRetentionPeriod": 0}, True),
        ({"backup_retention_days": 8}, {}, {"BackupRetentionPeriod": 8}, False),
        (
            {"log_exports": ["upgrade"]},
            {},
            {"CloudwatchLogsExportConfiguration": {"EnableLogTypes": ["upgrade"], "DisableLogTypes": ["postgresql"]}},
            False,
        ),
        ({"log_exports": []}, {}, {"CloudwatchLogsExportConfiguration": {"DisableLogTypes": ["postgresql"]}}, False),
        ({"engine_version": "16.14"}, {}, {"EngineVersion": "16.14", "AllowMajorVersionUpgrade": False}, True),
        (
            {"engine_version": "17", "allow_major_version_upgrade": True},
            {},
            {"EngineVersion": "17.5", "AllowMajorVersionUpgrade": True},
            True,
        ),
        # AWS refuses a change of Performance Insights that leaves its key out.
        ({"performance_insights_retention_days": 31}, {}, INSIGHTS | {"PerformanceInsightsRetentionPeriod": 31}, False),
        ({"database_insights_mode": "advanced"}, {}, INSIGHTS | {"DatabaseInsightsMode": "advanced"}, False),
        (
            {},
            {"PerformanceInsightsEnabled": False, "PerformanceInsightsKMSKeyId": None,
             "PerformanceInsightsRetentionPeriod": None},
            INSIGHTS,
            False,
        ),
        (
            {"performance_insights_enabled": False},
            {},
            {"EnablePerformanceInsights": False, "DatabaseInsightsMode": "standard"},
            False,
        ),
        ({"monitoring_interval_seconds": 30}, {}, {"MonitoringInterval": 30, "MonitoringRoleArn": "arn:role"}, False),
        ({"monitoring_interval_seconds": 0}, {}, {"MonitoringInterval": 0}, False),
        # More storage with provisioned IOPS has to name them.
        (
            {"storage_type": "io1", "allocated_storage_gib": 200, "max_allocated_storage_gib": None},
            {"StorageType": "io1", "AllocatedStorage": 100, "Iops": 2000},
            {"AllocatedStorage": 200, "Iops": 2000},
            True,
        ),
        # Other IOPS, or another throughput, have to name the storage, and throughput the IOPS.
        (
            {"storage_type": "io1", "iops": 3000, "max_allocated_storage_gib": None, "allocated_storage_gib": None},
            {"StorageType": "io1", "AllocatedStorage": 100, "Iops": 2000},
            {"AllocatedStorage": 100, "Iops": 3000},
            True,
        ),
        (
            {"iops": 13000, "max_allocated_storage_gib": None, "allocated_storage_gib": None},
            {"AllocatedStorage": 400, "Iops": 12000},
            {"AllocatedStorage": 400, "Iops": 13000},
            True,
        ),
        (
            {"storage_throughput": 600, "max_allocated_storage_gib": None, "allocated_storage_gib": None},
            {"AllocatedStorage": 400, "Iops": 13000},
            {"AllocatedStorage": 400, "Iops": 13000, "StorageThroughput": 600},
            True,
        ),
        ({"allocated_storage_gib": 30}, {}, {"AllocatedStorage": 30}, True),
        (
            {"allocated_storage_gib": 400, "max_allocated_storage_gib": None},
            {},
            {"AllocatedStorage": 400, "Iops": 12000},
            True,
        ),
        (
            {"allocated_storage_gib": 400, "max_allocated_storage_gib": None, "iops": 13000},
            {},
            {"AllocatedStorage": 400, "Iops": 13000},
            True,
        ),
        (
            {"manage_master_user_password": True, "master_user_secret_kms_key_id": "k"},
            {},
            {"ManageMasterUserPassword": True, "MasterUserSecretKmsKeyId": "k"},
            False,
        ),
    ],
)  # fmt: skip
def test_modification(
    properties: dict[str, Any], raw: dict[str, Any], request_part: dict[str, Any], immediately: bool
) -> None:
    wanted, seen = desired(properties), observed(**raw)
    changes = plan_rds_instance(RDS_INSTANCE, wanted, seen, frozenset(Effect)).changes
    version = "17.5" if properties.get("engine_version") == "17" else None
    assert modification(wanted, seen, changes, version) == {
        "DBInstanceIdentifier": "db-retail-prod",
        **request_part,
        "ApplyImmediately": immediately,
    }


def test_tags_and_reboots_are_no_modification() -> None:
    wanted = desired(tags={"Name": "other"})
    seen = observed(DBParameterGroups=[{"DBParameterGroupName": "group16", "ParameterApplyStatus": "pending-reboot"}])
    found = plan_rds_instance(RDS_INSTANCE, wanted, seen, frozenset(Effect))
    assert {change.property for change in found.changes} == {"tags.Name", "parameter_apply_status"}
    assert modification(wanted, seen, found.changes, None) == {}

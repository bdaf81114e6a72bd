"""Instances as AWS describes them, for the tests of plans and requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance import from_aws
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed

KEY = "arn:aws:kms:us-west-2:123456789012:key/1111"

RAW: dict[str, Any] = {
    "DBInstanceIdentifier": "db-retail-prod",
    "DBInstanceArn": "arn:aws:rds:us-west-2:123456789012:db:db-retail-prod",
    "DBInstanceStatus": "available",
    "DbiResourceId": "db-ABC",
    "Engine": "postgres",
    "EngineVersion": "16.13",
    "DBInstanceClass": "db.t3.micro",
    "AllocatedStorage": 20,
    "MaxAllocatedStorage": 100,
    "StorageType": "gp3",
    "Iops": 3000,
    "StorageThroughput": 125,
    "StorageEncrypted": True,
    "KmsKeyId": KEY,
    "MasterUsername": "dbadmin",
    "DbInstancePort": 0,
    "Endpoint": {"Address": "db.example.com", "Port": 5432},
    "MultiAZ": False,
    "AvailabilityZone": "us-west-2a",
    "PubliclyAccessible": False,
    "NetworkType": "IPV4",
    "DBSubnetGroup": {"DBSubnetGroupName": "subnets"},
    "VpcSecurityGroups": [
        {"VpcSecurityGroupId": "sg-2", "Status": "active"},
        {"VpcSecurityGroupId": "sg-1", "Status": "adding"},
        {"VpcSecurityGroupId": "sg-0", "Status": "removing"},
    ],
    "DBParameterGroups": [{"DBParameterGroupName": "group16", "ParameterApplyStatus": "in-sync"}],
    "BackupRetentionPeriod": 7,
    "PreferredBackupWindow": "03:00-04:00",
    "PreferredMaintenanceWindow": "sun:04:00-sun:05:00",
    "PerformanceInsightsEnabled": True,
    "PerformanceInsightsRetentionPeriod": 7,
    "PerformanceInsightsKMSKeyId": KEY,
    "DatabaseInsightsMode": "standard",
    "MonitoringInterval": 60,
    "MonitoringRoleArn": "arn:role",
    "EnabledCloudwatchLogsExports": ["postgresql"],
    "DeletionProtection": False,
    "AutoMinorVersionUpgrade": True,
    "CopyTagsToSnapshot": True,
    "IAMDatabaseAuthenticationEnabled": False,
    "CACertificateIdentifier": "rds-ca-rsa2048-g1",
    "DedicatedLogVolume": False,
    "TagList": [{"Key": "Name", "Value": "db-retail-prod"}],
}

# The same, as an inventory would have it.
WANTED: dict[str, Any] = {
    "engine": "postgres",
    "engine_version": "16.13",
    "instance_class": "db.t3.micro",
    "allocated_storage_gib": 20,
    "max_allocated_storage_gib": 100,
    "storage_type": "gp3",
    "storage_encrypted": True,
    "kms_key_id": KEY,
    "master_username": "dbadmin",
    "master_user_secret_arn": "arn:secret",
    "multi_az": False,
    "publicly_accessible": False,
    "db_subnet_group_name": "Subnets",
    "vpc_security_group_ids": ["sg-1", "sg-2"],
    "db_parameter_group_name": "group16",
    "backup_retention_days": 7,
    "backup_window": "03:00-04:00",
    "maintenance_window": "Sun:04:00-Sun:05:00",
    "performance_insights_enabled": True,
    "performance_insights_retention_days": 7,
    "performance_insights_kms_key_id": KEY,
    "monitoring_interval_seconds": 60,
    "monitoring_role_arn": "arn:role",
    "log_exports": ["postgresql"],
    "deletion_protection": False,
    "auto_minor_version_upgrade": True,
    "copy_tags_to_snapshot": True,
}
TAGS = {"Name": "db-retail-prod"}


def observed(**raw: Any) -> Observed:
    """An instance; ``raw`` replaces members of its description, None removes them."""
    return from_aws({key: value for key, value in (RAW | raw).items() if value is not None})


def desired(properties: Mapping[str, Any] | None = None, tags: Mapping[str, str] | None = None) -> Desired:
    merged = {name: value for name, value in {**WANTED, **(properties or {})}.items() if value is not None}
    return Desired("rds_instance", "db-retail-prod", merged, TAGS if tags is None else tags, role="rds_postgres")

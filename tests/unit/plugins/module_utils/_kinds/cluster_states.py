"""Clusters and members as AWS describes them, for the tests of plans and requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_cluster import from_aws
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed

NAME = "aurora-postgres-cluster-prod"
WRITER, READER = "aurora-instance-1-prod", "aurora-instance-2-prod"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1111"
NOW = datetime(2026, 5, 1, tzinfo=UTC)
TAGS = {"Name": NAME}

CLUSTER: dict[str, Any] = {
    "DBClusterIdentifier": NAME,
    "DBClusterArn": f"arn:aws:rds:us-east-1:123456789012:cluster:{NAME}",
    "Status": "available",
    "DbClusterResourceId": "cluster-ABC",
    "Engine": "aurora-postgresql",
    "EngineVersion": "15.12",
    "MasterUsername": "dbadmin",
    "DatabaseName": "transactiondb",
    "Port": 5432,
    "Endpoint": "writer.example.com",
    "ReaderEndpoint": "reader.example.com",
    "StorageEncrypted": True,
    "KmsKeyId": KEY,
    "DBSubnetGroup": "subnets",
    "VpcSecurityGroups": [
        {"VpcSecurityGroupId": "sg-2", "Status": "active"},
        {"VpcSecurityGroupId": "sg-1", "Status": "adding"},
        {"VpcSecurityGroupId": "sg-0", "Status": "removing"},
    ],
    "NetworkType": "IPV4",
    "DBClusterParameterGroup": "cluster15",
    "BackupRetentionPeriod": 7,
    "PreferredBackupWindow": "03:00-04:00",
    "PreferredMaintenanceWindow": "mon:04:00-mon:05:00",
    "EnabledCloudwatchLogsExports": ["postgresql"],
    "IAMDatabaseAuthenticationEnabled": False,
    "HttpEndpointEnabled": False,
    "DeletionProtection": False,
    "CopyTagsToSnapshot": True,
    "PerformanceInsightsEnabled": True,
    "PerformanceInsightsRetentionPeriod": 7,
    "PerformanceInsightsKMSKeyId": KEY,
    "DatabaseInsightsMode": "standard",
    "MonitoringInterval": 60,
    "MonitoringRoleArn": "arn:role",
    "AutoMinorVersionUpgrade": True,
    "ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5, "MaxCapacity": 1.0},
    "AvailabilityZones": ["us-east-1b", "us-east-1a", "us-east-1c"],
    "TagList": [{"Key": "Name", "Value": NAME}],
}
MEMBER: dict[str, Any] = {
    "DBClusterIdentifier": NAME,
    "DBInstanceStatus": "available",
    "Engine": "aurora-postgresql",
    "EngineVersion": "15.12",
    "DBInstanceClass": "db.serverless",
    "PubliclyAccessible": False,
    "PromotionTier": 1,
    "DBParameterGroups": [{"DBParameterGroupName": "instance15", "ParameterApplyStatus": "in-sync"}],
    "PreferredMaintenanceWindow": "mon:04:00-mon:05:00",
    "AutoMinorVersionUpgrade": True,
    "CACertificateIdentifier": "rds-ca-rsa2048-g1",
    "TagList": [{"Key": "Name", "Value": NAME}],
}

WANTED: dict[str, Any] = {
    "engine": "aurora-postgresql",
    "engine_version": "15.12",
    "master_username": "dbadmin",
    "master_user_secret_arn": "arn:secret",
    "db_name": "transactiondb",
    "port": 5432,
    "storage_encrypted": True,
    "kms_key_id": KEY,
    "storage_type": "aurora",
    "serverless_v2_scaling": {"min_acu": 0.5, "max_acu": 1, "seconds_until_auto_pause": None},
    "db_subnet_group_name": "Subnets",
    "vpc_security_group_ids": ["sg-1", "sg-2"],
    "network_type": "IPV4",
    "db_cluster_parameter_group_name": "cluster15",
    "backup_retention_days": 7,
    "backup_window": "03:00-04:00",
    "maintenance_window": "Mon:04:00-Mon:05:00",
    "log_exports": ["postgresql"],
    "iam_authentication": False,
    "http_endpoint_enabled": False,
    "deletion_protection": False,
    "copy_tags_to_snapshot": True,
    "performance_insights_enabled": True,
    "performance_insights_retention_days": 7,
    "performance_insights_kms_key_id": KEY,
    "database_insights_mode": "standard",
    "monitoring_interval_seconds": 60,
    "monitoring_role_arn": "arn:role",
    "auto_minor_version_upgrade": True,
    "ca_certificate_identifier": "rds-ca-rsa2048-g1",
    "members": [
        {"name": WRITER, "instance_class": "db.serverless", "publicly_accessible": False},
        {"name": READER, "instance_class": "db.serverless", "db_parameter_group_name": "Instance15"},
    ],
}


def instance(name: str, zone: str = "a", **raw: Any) -> dict[str, Any]:
    own = {
        "DBInstanceIdentifier": name,
        "DBInstanceArn": f"arn:aws:rds:us-east-1:123456789012:db:{name}",
        "DbiResourceId": f"db-{name}",
        "AvailabilityZone": f"us-east-1{zone}",
        "Endpoint": {"Address": f"{name}.example.com", "Port": 5432},
    }
    return {key: value for key, value in (MEMBER | own | raw).items() if value is not None}


def role(name: str, *, writer: bool = False, status: str = "in-sync") -> dict[str, Any]:
    return {"DBInstanceIdentifier": name, "IsClusterWriter": writer, "DBClusterParameterGroupStatus": status}


ROLES = [role(READER), role(WRITER, writer=True)]
INSTANCES = [instance(WRITER), instance(READER, "b")]


def observed(
    instances: Sequence[Mapping[str, Any]] | None = None, roles: Sequence[Mapping[str, Any]] | None = None, **raw: Any
) -> Observed:
    """A cluster; ``raw`` replaces members of its description, None removes them."""
    described = CLUSTER | {"DBClusterMembers": ROLES if roles is None else roles} | raw
    return from_aws(
        {key: value for key, value in described.items() if value is not None},
        INSTANCES if instances is None else instances,
        NOW,
    )


def desired(properties: Mapping[str, Any] | None = None, tags: Mapping[str, str] | None = None) -> Desired:
    merged = {name: value for name, value in {**WANTED, **(properties or {})}.items() if value is not None}
    return Desired("aurora_cluster", NAME, merged, TAGS if tags is None else tags, role="aurora_serverless")


def members(*changes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The wanted members, each with its changes."""
    return [{**member, **changed} for member, changed in zip(WANTED["members"], changes, strict=True)]

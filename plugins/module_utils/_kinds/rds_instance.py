# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. RDS for PostgreSQL instances: their properties, and what AWS reports.

What a change costs follows "Settings for DB instances":
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import to_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance_rules import check_rds_instance
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_replica import REPLICAS, SOURCE
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_requests import pending_logs
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_versions import reached
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_windows import (
    same_backup_window,
    same_maintenance_window,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Effect, Kind, Observed, Property
from ansible_collections.pgfleet.aws.plugins.module_utils._values import as_set, at_least, same_key, same_text

RESTORE = "Take a snapshot, restore it into a new instance as wanted, and switch over."


def _always(_before: Any, _after: Any) -> bool:
    return True


def _same_port(before: int | None, after: int) -> bool:
    """An instance that is still being created has no endpoint yet; its port is what creation asked for."""
    return not before or before == after


def _same_limit(before: int | None, after: int) -> bool:
    """0 is no storage autoscaling, which AWS reports by saying nothing."""
    return (before or 0) == after


RDS_INSTANCE = Kind(
    "rds_instance",
    {
        "engine": Property(immutable="Move the data to a new instance with pg_dump or logical replication."),
        "engine_version": Property(reached, Effect.DOWNTIME),
        "allow_major_version_upgrade": Property(_always),
        "instance_class": Property(effect=Effect.DOWNTIME),
        "allocated_storage_gib": Property(at_least),
        "max_allocated_storage_gib": Property(_same_limit),
        "storage_type": Property(),
        "iops": Property(),
        "storage_throughput": Property(),
        "storage_encrypted": Property(immutable=f"{RESTORE} A copy of the snapshot takes the key."),
        "kms_key_id": Property(same_key, immutable=f"{RESTORE} A copy of the snapshot takes the key."),
        # Compared by rds_replica, which says what to do.
        SOURCE: Property(_always),
        "master_username": Property(immutable="RDS cannot rename its master user: create another role."),
        "master_user_secret_arn": Property(_always),
        "manage_master_user_password": Property(),
        "master_user_secret_kms_key_id": Property(same_key),
        "db_name": Property(immutable="RDS names the first database at creation only: use CREATE DATABASE."),
        "port": Property(_same_port, Effect.REBOOT),
        "multi_az": Property(),
        "availability_zone": Property(immutable=RESTORE),
        "publicly_accessible": Property(),
        "network_type": Property(effect=Effect.DOWNTIME),
        "db_subnet_group_name": Property(same_text, Effect.DOWNTIME),
        "vpc_security_group_ids": Property(as_set),
        "db_parameter_group_name": Property(same_text),
        "backup_retention_days": Property(),
        "backup_window": Property(same_backup_window),
        "maintenance_window": Property(same_maintenance_window),
        "performance_insights_enabled": Property(),
        "performance_insights_retention_days": Property(),
        "performance_insights_kms_key_id": Property(same_key),
        "database_insights_mode": Property(),
        "monitoring_interval_seconds": Property(),
        "monitoring_role_arn": Property(),
        "log_exports": Property(as_set),
        "deletion_protection": Property(),
        "auto_minor_version_upgrade": Property(),
        "copy_tags_to_snapshot": Property(),
        "iam_authentication": Property(),
        "ca_certificate_identifier": Property(effect=Effect.DOWNTIME),
        "dedicated_log_volume": Property(effect=Effect.REBOOT),
    },
    check_rds_instance,
)

# Property: name in DBInstance and, where a change may be pending, in PendingModifiedValues.
REPORTED = {
    "engine": "Engine",
    "engine_version": "EngineVersion",
    "instance_class": "DBInstanceClass",
    "allocated_storage_gib": "AllocatedStorage",
    "max_allocated_storage_gib": "MaxAllocatedStorage",
    "storage_type": "StorageType",
    "iops": "Iops",
    "storage_throughput": "StorageThroughput",
    "storage_encrypted": "StorageEncrypted",
    "kms_key_id": "KmsKeyId",
    SOURCE: "ReadReplicaSourceDBInstanceIdentifier",
    "master_username": "MasterUsername",
    "db_name": "DBName",
    "multi_az": "MultiAZ",
    "availability_zone": "AvailabilityZone",
    "publicly_accessible": "PubliclyAccessible",
    "network_type": "NetworkType",
    "backup_retention_days": "BackupRetentionPeriod",
    "backup_window": "PreferredBackupWindow",
    "maintenance_window": "PreferredMaintenanceWindow",
    "performance_insights_enabled": "PerformanceInsightsEnabled",
    "performance_insights_retention_days": "PerformanceInsightsRetentionPeriod",
    "performance_insights_kms_key_id": "PerformanceInsightsKMSKeyId",
    "database_insights_mode": "DatabaseInsightsMode",
    "monitoring_interval_seconds": "MonitoringInterval",
    "monitoring_role_arn": "MonitoringRoleArn",
    "log_exports": "EnabledCloudwatchLogsExports",
    "deletion_protection": "DeletionProtection",
    "auto_minor_version_upgrade": "AutoMinorVersionUpgrade",
    "copy_tags_to_snapshot": "CopyTagsToSnapshot",
    "iam_authentication": "IAMDatabaseAuthenticationEnabled",
    "ca_certificate_identifier": "CACertificateIdentifier",
    "dedicated_log_volume": "DedicatedLogVolume",
    "port": "Port",
    "db_subnet_group_name": "DBSubnetGroupName",
}
# What AWS leaves out of a description is off.
OFF = {
    "max_allocated_storage_gib": 0,
    "performance_insights_enabled": False,
    "monitoring_interval_seconds": 0,
    "iam_authentication": False,
    "dedicated_log_volume": False,
    "database_insights_mode": "standard",
    "log_exports": [],
}


def from_aws(raw: Mapping[str, Any]) -> Observed:
    endpoint = raw.get("Endpoint") or {}
    groups = raw.get("DBParameterGroups") or [{}]
    secret = raw.get("MasterUserSecret") or {}
    properties = {name: raw.get(key, OFF.get(name)) for name, key in REPORTED.items()} | {
        "port": endpoint.get("Port") or raw.get("DbInstancePort"),
        "db_subnet_group_name": (raw.get("DBSubnetGroup") or {}).get("DBSubnetGroupName"),
        "db_parameter_group_name": groups[0].get("DBParameterGroupName"),
        "vpc_security_group_ids": sorted(
            group["VpcSecurityGroupId"] for group in raw.get("VpcSecurityGroups", []) if group["Status"] != "removing"
        ),
        "manage_master_user_password": bool(secret),
        "master_user_secret_kms_key_id": secret.get("KmsKeyId"),
    }
    attributes = {
        "arn": raw["DBInstanceArn"],
        "status": raw["DBInstanceStatus"],
        "endpoint": f"{endpoint['Address']}:{endpoint['Port']}" if endpoint else None,
        "endpoint_address": endpoint.get("Address"),
        "endpoint_port": endpoint.get("Port"),
        "resource_id": raw.get("DbiResourceId"),
        "engine_version": raw.get("EngineVersion"),
        "availability_zone": raw.get("AvailabilityZone"),
        "secondary_availability_zone": raw.get("SecondaryAvailabilityZone"),
        "master_user_secret_arn": secret.get("SecretArn"),
        "parameter_apply_status": groups[0].get("ParameterApplyStatus"),
        REPLICAS: raw.get("ReadReplicaDBInstanceIdentifiers") or None,
    }
    return Observed(
        "rds_instance",
        raw["DBInstanceIdentifier"],
        properties,
        to_tags(raw.get("TagList")),
        {name: value for name, value in attributes.items() if value is not None},
        pending_from_aws(raw),
    )


def pending_from_aws(raw: Mapping[str, Any]) -> dict[str, Any]:
    """What was asked for and waits (usually for the maintenance window), by property."""
    queue = raw.get("PendingModifiedValues") or {}
    pending = {name: queue[key] for name, key in REPORTED.items() if queue.get(key) is not None}
    return pending | pending_logs(raw, queue)

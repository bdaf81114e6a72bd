# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. Aurora PostgreSQL clusters with their members, and what AWS reports of them.

Members are a property of the cluster rather than a kind of their own: what a change of one costs depends on its role
and on the others (a failover, a restart of readers, downtime for the only one), readers have to be changed before the
writer, new members spread over the zones that the present ones leave, and the writer must not be removed because a
list got shorter. One plan sees all of that; each difference is a change such as ``members.<name>.instance_class``.

What a change costs follows "Settings for Amazon Aurora":
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Modifying.html#Aurora.Modifying.Settings
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import to_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import aurora_member
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_cluster_rules import check_aurora_cluster
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_requests import pending_logs
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_versions import reached
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_windows import (
    same_backup_window,
    same_maintenance_window,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Effect, Kind, Observed, Property
from ansible_collections.pgfleet.aws.plugins.module_utils._values import as_set, same_key, same_text

RESTORE = "Take a snapshot, restore it into a new cluster as wanted, and switch over."
STANDARD_STORAGE = "aurora"


def _always(_before: Any, _after: Any) -> bool:
    return True


def _same_scaling(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> bool:
    """Only what is named counts: AWS reports a pause of its own choice where none was asked for."""
    return before is not None and all(value is None or before.get(name) == value for name, value in after.items())


AURORA_CLUSTER = Kind(
    "aurora_cluster",
    {
        "engine": Property(immutable="Move the data to a new cluster with pg_dump or logical replication."),
        "engine_version": Property(reached, Effect.DOWNTIME),
        "allow_major_version_upgrade": Property(_always),
        "master_username": Property(immutable="RDS cannot rename its master user: create another role."),
        "master_user_secret_arn": Property(_always),
        "manage_master_user_password": Property(),
        "master_user_secret_kms_key_id": Property(same_key),
        "db_name": Property(immutable="RDS names the first database at creation only: use CREATE DATABASE."),
        "port": Property(effect=Effect.REBOOT),
        "storage_encrypted": Property(immutable=f"{RESTORE} The restore takes the key."),
        "kms_key_id": Property(same_key, immutable=f"{RESTORE} The restore takes the key."),
        "storage_type": Property(),
        "serverless_v2_scaling": Property(_same_scaling),
        "db_subnet_group_name": Property(same_text, immutable=RESTORE),
        "vpc_security_group_ids": Property(as_set),
        "network_type": Property(),
        "db_cluster_parameter_group_name": Property(same_text),
        "db_instance_parameter_group_name": Property(_always),
        "backup_retention_days": Property(),
        "backup_window": Property(same_backup_window),
        "maintenance_window": Property(same_maintenance_window),
        "log_exports": Property(as_set),
        "iam_authentication": Property(),
        "http_endpoint_enabled": Property(),
        "deletion_protection": Property(),
        "copy_tags_to_snapshot": Property(),
        "performance_insights_enabled": Property(),
        "performance_insights_retention_days": Property(),
        "performance_insights_kms_key_id": Property(same_key),
        "database_insights_mode": Property(),
        "monitoring_interval_seconds": Property(),
        "monitoring_role_arn": Property(),
        "auto_minor_version_upgrade": Property(),
        "ca_certificate_identifier": Property(_always),
        "members": Property(_always),
        "prune_members": Property(_always),
    },
    check_aurora_cluster,
)

# Property: name in DBCluster and, where a change may be pending, in ClusterPendingModifiedValues.
REPORTED = {
    "engine": "Engine",
    "engine_version": "EngineVersion",
    "master_username": "MasterUsername",
    "db_name": "DatabaseName",
    "port": "Port",
    "storage_encrypted": "StorageEncrypted",
    "kms_key_id": "KmsKeyId",
    "storage_type": "StorageType",
    "db_subnet_group_name": "DBSubnetGroup",
    "network_type": "NetworkType",
    "db_cluster_parameter_group_name": "DBClusterParameterGroup",
    "backup_retention_days": "BackupRetentionPeriod",
    "backup_window": "PreferredBackupWindow",
    "maintenance_window": "PreferredMaintenanceWindow",
    "log_exports": "EnabledCloudwatchLogsExports",
    "iam_authentication": "IAMDatabaseAuthenticationEnabled",
    "http_endpoint_enabled": "HttpEndpointEnabled",
    "deletion_protection": "DeletionProtection",
    "copy_tags_to_snapshot": "CopyTagsToSnapshot",
    "performance_insights_enabled": "PerformanceInsightsEnabled",
    "performance_insights_retention_days": "PerformanceInsightsRetentionPeriod",
    "performance_insights_kms_key_id": "PerformanceInsightsKMSKeyId",
    "database_insights_mode": "DatabaseInsightsMode",
    "monitoring_interval_seconds": "MonitoringInterval",
    "monitoring_role_arn": "MonitoringRoleArn",
    "auto_minor_version_upgrade": "AutoMinorVersionUpgrade",
}
# What AWS leaves out of a description is off, or the first of its choices.
OFF = {
    "storage_encrypted": False,
    "storage_type": STANDARD_STORAGE,
    "network_type": "IPV4",
    "log_exports": [],
    "iam_authentication": False,
    "http_endpoint_enabled": False,
    "deletion_protection": False,
    "copy_tags_to_snapshot": False,
    "performance_insights_enabled": False,
    "database_insights_mode": "standard",
    "monitoring_interval_seconds": 0,
}
SCALING = {"min_acu": "MinCapacity", "max_acu": "MaxCapacity", "seconds_until_auto_pause": "SecondsUntilAutoPause"}


def from_aws(raw: Mapping[str, Any], instances: Iterable[Mapping[str, Any]], now: datetime) -> Observed:
    """``instances`` are AWS's descriptions of the members; ``now`` tells whether the storage type may change yet."""
    members = _members(raw, instances)
    scaling = raw.get("ServerlessV2ScalingConfiguration")
    secret = raw.get("MasterUserSecret") or {}
    properties = {name: raw.get(key, OFF.get(name)) for name, key in REPORTED.items()} | {
        "serverless_v2_scaling": {name: scaling.get(key) for name, key in SCALING.items()} if scaling else None,
        "vpc_security_group_ids": sorted(
            group["VpcSecurityGroupId"] for group in raw.get("VpcSecurityGroups", []) if group["Status"] != "removing"
        ),
        "manage_master_user_password": bool(secret),
        "master_user_secret_kms_key_id": secret.get("KmsKeyId"),
        "members": sorted(members),
    }
    return Observed(
        "aurora_cluster",
        raw["DBClusterIdentifier"],
        properties,
        to_tags(raw.get("TagList")),
        {name: value for name, value in _attributes(raw, members, now).items() if value is not None},
        pending_from_aws(raw),
    )


def _members(raw: Mapping[str, Any], instances: Iterable[Mapping[str, Any]]) -> dict[str, Observed]:
    roles = {role["DBInstanceIdentifier"]: role for role in raw.get("DBClusterMembers", [])}
    found = (
        aurora_member.from_aws(instance, roles.get(instance["DBInstanceIdentifier"], {})) for instance in instances
    )
    return {member.name: member for member in aurora_member.in_order(found)}


def _attributes(raw: Mapping[str, Any], members: Mapping[str, Observed], now: datetime) -> dict[str, Any]:
    port, secret = raw.get("Port"), raw.get("MasterUserSecret") or {}
    writer, reader = raw.get("Endpoint"), raw.get("ReaderEndpoint")
    optimized = raw.get("IOOptimizedNextAllowedModificationTime")
    return {
        "arn": raw["DBClusterArn"],
        "status": raw["Status"],
        "endpoint": f"{writer}:{port}" if writer else None,
        "endpoint_address": writer,
        "endpoint_port": port if writer else None,
        "reader_endpoint": f"{reader}:{port}" if reader else None,
        "reader_endpoint_address": reader,
        "port": port,
        "resource_id": raw.get("DbClusterResourceId"),
        "engine_version": raw.get("EngineVersion"),
        "master_user_secret_arn": secret.get("SecretArn"),
        "members": [shown_member(member) for member in members.values()],
        "_members": members,
        "_zones": sorted(raw.get("AvailabilityZones", [])),
        "_io_optimized_from": optimized.isoformat() if optimized and optimized > now else None,
    }


def shown_member(member: Observed) -> dict[str, Any]:
    """A member as the result of the module and other resources see it."""
    return {
        "name": member.name,
        "role": member.attributes["role"],
        "instance_class": member.properties["instance_class"],
        "availability_zone": member.properties["availability_zone"],
        "status": member.attributes["status"],
        "endpoint": member.attributes.get("endpoint"),
        "resource_id": member.attributes.get("resource_id"),
        "pending_reboot": needs_reboot(member),
    }


def needs_reboot(member: Observed) -> bool:
    """Whether static parameters of the cluster or of the member, or another group, wait for a reboot."""
    statuses = (member.attributes.get(name) for name in ("parameter_apply_status", "cluster_parameter_status"))
    return "pending-reboot" in statuses


def members_in(observed: Observed) -> dict[str, Observed]:
    """The present members by name, readers first."""
    found: dict[str, Observed] = observed.attributes["_members"]
    return found


def pending_from_aws(raw: Mapping[str, Any]) -> dict[str, Any]:
    """What was asked for and waits (usually for the maintenance window), by property."""
    queue = raw.get("PendingModifiedValues") or {}
    pending = {name: queue[key] for name, key in REPORTED.items() if queue.get(key) is not None}
    return pending | pending_logs(raw, queue)

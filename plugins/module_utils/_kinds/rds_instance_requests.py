# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. Requests of CreateDBInstance and ModifyDBInstance.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance import REPORTED
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance_plan import QUEUED
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_replica import NOT_AT_CREATION, SOURCE
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_requests import (
    log_changes,
    version_request,
    wanted_or_present,
    with_companions,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_storage import GP3_IOPS, GP3_STRIPED_GIB
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Change, Desired, Observed
from ansible_collections.pgfleet.aws.plugins.module_utils._values import at_least, same_text

# Named in requests as in descriptions, but for these.
REQUESTED = REPORTED | {
    "performance_insights_enabled": "EnablePerformanceInsights",
    "iam_authentication": "EnableIAMDatabaseAuthentication",
    "log_exports": "EnableCloudwatchLogsExports",
    "vpc_security_group_ids": "VpcSecurityGroupIds",
    "db_parameter_group_name": "DBParameterGroupName",
    "manage_master_user_password": "ManageMasterUserPassword",
    "master_user_secret_kms_key_id": "MasterUserSecretKmsKeyId",
    # Of members of Aurora clusters, which are instances too.
    "promotion_tier": "PromotionTier",
}
MODIFIED = REQUESTED | {"port": "DBPortNumber"}
PROVISIONED = ("io1", "io2")


def creation(desired: Desired, version: str | None) -> dict[str, Any]:
    """The request that makes the instance with everything it should have, so that nothing is modified afterwards.

    ``version`` is the exact version behind a wanted major. The master password is added by who sends the request.
    """
    wanted = {name: value for name, value in desired.properties.items() if value is not None}
    if version:
        wanted["engine_version"] = version
    if not wanted.get("max_allocated_storage_gib"):
        wanted.pop("max_allocated_storage_gib", None)
    request = {REQUESTED[name]: value for name, value in wanted.items() if name in REQUESTED}
    tags = [{"Key": key, "Value": value} for key, value in sorted(desired.tags.items())]
    return {"DBInstanceIdentifier": desired.name, **request, "Tags": tags}


def replica_creation(desired: Desired, source: Mapping[str, Any]) -> dict[str, Any]:
    """The request that makes a read replica. ``source`` are the properties of what it replicates.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstanceReadReplica.html
    """
    left_out = set(NOT_AT_CREATION)
    if at_least(source.get("allocated_storage_gib"), desired.properties.get("allocated_storage_gib") or 0):
        # A replica is as large as its source, which may have grown, and never smaller.
        left_out.add("allocated_storage_gib")
    if same_text(source.get("db_subnet_group_name"), desired.properties.get("db_subnet_group_name")):
        # AWS answers DBSubnetGroupNotAllowedFault to the group that the replica has anyhow.
        left_out.add("db_subnet_group_name")
    kept = {name: value for name, value in desired.properties.items() if name not in left_out}
    request = creation(replace(desired, properties=kept), None)
    request["SourceDBInstanceIdentifier"] = request.pop(REQUESTED[SOURCE])
    return request


def modification(
    desired: Desired, observed: Observed, changes: Iterable[Change], version: str | None
) -> dict[str, Any]:
    """The one request for all changes; empty when none of them is made by ModifyDBInstance (tags, a reboot).

    ApplyImmediately is set only for settings that need it: it also makes whatever else is pending.
    """
    after = {change.property: change.after for change in changes if change.property in MODIFIED}
    if not after:
        return {}
    together = with_companions(after, desired, observed)
    together |= _size(together, observed)
    together |= _iops(together, desired, observed)
    request = {MODIFIED[name]: value for name, value in together.items()}
    if "log_exports" in after:
        request["CloudwatchLogsExportConfiguration"] = log_changes(request.pop("EnableCloudwatchLogsExports"), observed)
    if "max_allocated_storage_gib" in after and not after["max_allocated_storage_gib"]:
        # A limit of the present size is how autoscaling is switched off.
        request["MaxAllocatedStorage"] = (
            after.get("allocated_storage_gib") or observed.properties["allocated_storage_gib"]
        )
    if "engine_version" in after:
        request |= version_request(version or after["engine_version"], observed)
    immediately = any(change.property in QUEUED or change.effect != "none" for change in changes)
    return {"DBInstanceIdentifier": observed.name, **request, "ApplyImmediately": immediately}


def _iops(request: Mapping[str, Any], desired: Desired, observed: Observed) -> dict[str, Any]:
    """More storage with provisioned IOPS has to name them, as has gp3 from the size on where they can be set."""
    if "allocated_storage_gib" not in request or "iops" in request:
        return {}
    kind, present = (wanted_or_present(name, desired, observed) for name in ("storage_type", "iops"))
    if kind in PROVISIONED and present:
        return {"iops": present}
    if kind == "gp3" and request["allocated_storage_gib"] >= GP3_STRIPED_GIB:
        return {"iops": max(present or 0, GP3_IOPS[0])}
    return {}


def _size(request: Mapping[str, Any], observed: Observed) -> dict[str, Any]:
    """Other IOPS, or another throughput, have to name the storage that they are for.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html (Iops)
    """
    if "allocated_storage_gib" in request or not request.keys() & {"iops", "storage_throughput"}:
        return {}
    return {"allocated_storage_gib": observed.properties["allocated_storage_gib"]}

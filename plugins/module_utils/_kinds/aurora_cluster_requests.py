# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. Requests that make and change Aurora clusters and their members.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBCluster.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_cluster import REPORTED, SCALING
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_cluster_plan import QUEUED
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_member import wanted_members
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance_requests import (
    creation as instance_creation,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_refusals import major_upgrade
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_requests import (
    log_changes,
    version_request,
    with_companions,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Change, Desired, Observed

ENGINE = "aurora-postgresql"
# Named in requests as in descriptions, but for these.
REQUESTED = REPORTED | {
    "db_subnet_group_name": "DBSubnetGroupName",
    "db_cluster_parameter_group_name": "DBClusterParameterGroupName",
    "vpc_security_group_ids": "VpcSecurityGroupIds",
    "log_exports": "EnableCloudwatchLogsExports",
    "iam_authentication": "EnableIAMDatabaseAuthentication",
    "http_endpoint_enabled": "EnableHttpEndpoint",
    "performance_insights_enabled": "EnablePerformanceInsights",
    "manage_master_user_password": "ManageMasterUserPassword",
    "master_user_secret_kms_key_id": "MasterUserSecretKmsKeyId",
    "serverless_v2_scaling": "ServerlessV2ScalingConfiguration",
}
# ModifyDBCluster takes EnableHttpEndpoint for Serverless v1 alone; others have a call of their own:
# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_EnableHttpEndpoint.html
MODIFIED = {name: key for name, key in REQUESTED.items() if name != "http_endpoint_enabled"}


def creation(desired: Desired, version: str | None) -> dict[str, Any]:
    """The request that makes the cluster with everything it should have. The master password is added by who sends it.

    ``version`` is the exact version behind a wanted major.
    """
    wanted = {name: value for name, value in desired.properties.items() if value is not None and name in REQUESTED}
    wanted = {"engine": ENGINE, **wanted}
    if version:
        wanted["engine_version"] = version
    tags = [{"Key": key, "Value": value} for key, value in sorted(desired.tags.items())]
    return {"DBClusterIdentifier": desired.name, **_named(wanted, REQUESTED), "Tags": tags}


def modification(
    desired: Desired, observed: Observed, changes: Iterable[Change], version: str | None
) -> dict[str, Any]:
    """The one request for all changes of the cluster; empty when none of them is made by ModifyDBCluster.

    ApplyImmediately is set only for settings that need it: it also makes whatever else is pending.
    """
    after = {change.property: change.after for change in changes if change.property in MODIFIED}
    if not after:
        return {}
    request = _named(with_companions(after, desired, observed), MODIFIED)
    if "log_exports" in after:
        request["CloudwatchLogsExportConfiguration"] = log_changes(request.pop("EnableCloudwatchLogsExports"), observed)
    if "engine_version" in after:
        request |= version_request(version or after["engine_version"], observed)
        if major_upgrade(desired, observed) and (group := _instance_group(desired)):
            request["DBInstanceParameterGroupName"] = group
    immediately = any(change.property in QUEUED or change.effect != "none" for change in changes)
    return {"DBClusterIdentifier": observed.name, **request, "ApplyImmediately": immediately}


def _instance_group(desired: Desired) -> str | None:
    """The DB parameter group that all members get with a major upgrade: the option, or the one that all name."""
    groups = {member.properties.get("db_parameter_group_name") for member in wanted_members(desired)}
    common = groups.pop() if len(groups) == 1 else None
    return desired.properties.get("db_instance_parameter_group_name") or common


def _named(properties: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    request = {names[name]: value for name, value in properties.items()}
    scaling = properties.get("serverless_v2_scaling")
    if scaling is not None:
        given = {SCALING[name]: value for name, value in scaling.items() if value is not None}
        request["ServerlessV2ScalingConfiguration"] = given
    return request


def member_creation(cluster: str, member: Desired, zone: str | None) -> dict[str, Any]:
    """The request that makes a member; ``zone`` is where it goes when it names none itself."""
    placed = {"availability_zone": zone, **member.properties}
    request = instance_creation(replace(member, properties=placed), None)
    return request | {"Engine": ENGINE, "DBClusterIdentifier": cluster}


def spread(members: Sequence[Desired], taken: Iterable[str], zones: Sequence[str]) -> dict[str, str]:
    """A zone for each new member that names none: those with the fewest members come first.

    ``taken`` are the zones of the present members.
    """
    count = Counter(taken)
    count.update(zone for member in members if (zone := member.properties.get("availability_zone")))
    chosen = {}
    for member in members:
        if not member.properties.get("availability_zone") and zones:
            zone = min(zones, key=lambda zone: (count[zone], zone))
            count[zone] += 1
            chosen[member.name] = zone
    return chosen

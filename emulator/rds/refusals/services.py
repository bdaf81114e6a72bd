"""Keys, roles, networks and monitoring that RDS refuses."""

from __future__ import annotations

import json
from typing import Any

from moto.iam.exceptions import NotFoundException as IamNotFound
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends

from emulator.rds import network
from emulator.rds.errors import RdsError, invalid_combination, invalid_value
from emulator.rds.state import Region

MONITORING_INTERVALS = (0, 1, 5, 10, 15, 30, 60)
MONITORING_SERVICE = "monitoring.rds.amazonaws.com"
INSIGHTS_RETENTION = (7, *(31 * months for months in range(1, 24)), 731)
ADVANCED_INSIGHTS_DAYS = 465


def kms_key(region: Region, key_id: str) -> str:
    """ARN of an enabled symmetric key of the region, given by id, ARN or alias.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html
    """
    backend = kms_backends[region.account_id][region.name]
    key = backend.keys.get(_key_id(backend, key_id))
    if key is None or key.key_state != "Enabled":
        raise RdsError(
            "KMSKeyNotAccessibleFault",
            f"The specified KMS key [{key_id}] does not exist, is not enabled or you do not have permissions to"
            " access it.",
        )
    return str(key.arn)


def _key_id(backend: Any, key_id: str) -> str:
    name = backend.get_alias_name(key_id)
    if name.startswith("alias/"):
        return backend.get_key_id(backend.get_key_id_from_alias(name) or "")  # type: ignore[no-any-return]
    return str(backend.get_key_id(key_id))


def monitoring(region: Region, interval: int, role_arn: str | None) -> None:
    """Enhanced Monitoring needs a role that the monitoring service may assume.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html
    """
    if interval not in MONITORING_INTERVALS:
        raise invalid_value(f"Invalid value for MonitoringInterval: {interval}. Allowed: {MONITORING_INTERVALS}")
    if interval and not role_arn:
        raise invalid_combination(
            "A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0."
        )
    if role_arn and not interval:
        raise invalid_combination("MonitoringInterval must not be 0 if you specify a MonitoringRoleARN value.")
    if role_arn and not _trusts_monitoring(region, role_arn):
        raise invalid_value(
            "IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING"
        )


def _trusts_monitoring(region: Region, role_arn: str) -> bool:
    try:
        role = iam_backends[region.account_id]["aws"].get_role_by_arn(role_arn)
    except IamNotFound:
        return False
    return MONITORING_SERVICE in json.dumps(json.loads(role.assume_role_policy_document))


def insights(enabled: bool, retention: int, mode: str) -> None:
    """Retention of 7 days, whole months of 31 days up to 23, or 731 days; the advanced mode needs 15 months.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DatabaseInsights.TurningOnAdvanced.html
    """
    if mode not in ("standard", "advanced"):
        raise invalid_value(f"Invalid value for DatabaseInsightsMode: {mode}. Valid values: standard, advanced")
    if enabled and retention not in INSIGHTS_RETENTION:
        raise invalid_value(
            f"Invalid Performance Insights retention period: {retention}. Valid values are: {list(INSIGHTS_RETENTION)}"
        )
    if mode == "advanced" and not (enabled and retention >= ADVANCED_INSIGHTS_DAYS):
        raise invalid_combination(
            "To enable the Advanced mode of Database Insights, you need to enable Performance Insights"
            f" and set its retention period to at least {ADVANCED_INSIGHTS_DAYS} days."
        )


def security_groups(region: Region, group_ids: list[str], vpc_id: str) -> None:
    """Groups that exist, in the VPC of the subnet group.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html
    """
    for group_id in group_ids:
        group = network.security_group(region, group_id)
        if group is None:
            raise invalid_value(f"Invalid security group , groupId= {group_id}, groupName=.")
        if group.vpc_id != vpc_id:
            raise invalid_combination(
                "The DB instance and EC2 security group are in different VPCs. The DB instance is in"
                f" {vpc_id} and the EC2 security group is in {group.vpc_id}"
            )

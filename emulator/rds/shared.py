"""What requests about instances and about clusters have alike: defaults, checks, members of the documents."""

from __future__ import annotations

import itertools
from typing import Any

from emulator.rds import catalogue, network
from emulator.rds.catalogue import Engine
from emulator.rds.errors import invalid_combination
from emulator.rds.refusals import engine, services, windows
from emulator.rds.state import Params, Region, Resource

BACKUP_WINDOWS = ("06:00-06:30", "12:00-12:30")
MAINTENANCE_WINDOWS = ("sun:07:00-sun:07:30", "sun:09:00-sun:09:30")
DEFAULT_KEY = "alias/aws/rds"
DEFAULT_INSIGHTS_DAYS = 7
INSIGHTS = ("PerformanceInsightsEnabled", "PerformanceInsightsKMSKeyId", "PerformanceInsightsRetentionPeriod")


def engine_of(resource: Resource) -> Engine:
    return catalogue.ENGINES[resource.attributes["Engine"]]


def check(region: Region, attributes: dict[str, Any], least_backup_days: int = 0) -> None:
    """Rules that hold however an instance or a cluster came to be so: at creation and after each modification."""
    windows.overlap(attributes["PreferredBackupWindow"], attributes["PreferredMaintenanceWindow"])
    engine.backup_retention(attributes["BackupRetentionPeriod"], least_backup_days)
    if "CACertificateIdentifier" in attributes:
        engine.certificate(attributes["CACertificateIdentifier"])
    engine.log_exports(catalogue.ENGINES[attributes["Engine"]], attributes["EnabledCloudwatchLogsExports"])
    services.monitoring(region, attributes["MonitoringInterval"], attributes["MonitoringRoleArn"])
    retention = attributes.get("PerformanceInsightsRetentionPeriod") or DEFAULT_INSIGHTS_DAYS
    services.insights(attributes["PerformanceInsightsEnabled"], retention, attributes["DatabaseInsightsMode"])


def chosen_windows(backup: str | None, maintenance: str | None) -> dict[str, str]:
    """The windows asked for; one that is not, RDS chooses so that it does not overlap the other."""
    pairs = itertools.product(
        [backup] if backup else BACKUP_WINDOWS, [maintenance] if maintenance else MAINTENANCE_WINDOWS
    )
    candidates = list(pairs)
    chosen = next((pair for pair in candidates if not windows.do_overlap(*pair)), candidates[0])
    return {"PreferredBackupWindow": chosen[0], "PreferredMaintenanceWindow": chosen[1].lower()}


def encryption(region: Region, params: Params) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html"""
    if params.get("StorageEncrypted"):
        return {"StorageEncrypted": True, "KmsKeyId": services.kms_key(region, params.get("KmsKeyId", DEFAULT_KEY))}
    if "KmsKeyId" in params:
        raise invalid_combination("KmsKeyId can't be specified when StorageEncrypted is false.")
    return {"StorageEncrypted": False}


def insights(region: Region, enabled: bool, params: Params) -> dict[str, Any]:
    """Performance Insights; key and retention are not shown while it is off."""
    if not enabled:
        return dict.fromkeys(INSIGHTS) | {"PerformanceInsightsEnabled": False}
    key_id = params.get("PerformanceInsightsKMSKeyId") or DEFAULT_KEY
    return {
        "PerformanceInsightsEnabled": True,
        "PerformanceInsightsKMSKeyId": services.kms_key(region, key_id),
        "PerformanceInsightsRetentionPeriod": params.get("PerformanceInsightsRetentionPeriod", DEFAULT_INSIGHTS_DAYS),
    }


def new_insights(region: Region, params: Params, mode: str) -> dict[str, Any]:
    """Performance Insights of a request that creates something; the advanced mode turns it on."""
    return insights(region, params.get("EnablePerformanceInsights", mode == "advanced"), params)


def changed_insights(region: Region, had: dict[str, Any], asked: dict[str, Any], params: Params) -> dict[str, Any]:
    """Performance Insights after a modification that asks for these members.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.Enabling.html
    """
    if not set(INSIGHTS) & set(asked):
        return {}
    enabled = asked.get("PerformanceInsightsEnabled", had["PerformanceInsightsEnabled"])
    given = {name: had[name] for name in INSIGHTS[1:] if had.get(name)} | params
    result = insights(region, enabled, given)
    key = had.get("PerformanceInsightsKMSKeyId")
    if enabled and key and result["PerformanceInsightsKMSKeyId"] != key:
        raise invalid_combination("You can't change the KMS key for Performance Insights after it has been enabled.")
    return result


def changed_window(asked: dict[str, Any]) -> dict[str, Any]:
    """RDS shows days in lower case, however they were asked for."""
    name = "PreferredMaintenanceWindow"
    return {name: asked[name].lower()} if name in asked else {}


def changed_log_exports(resource: Resource, configuration: dict[str, list[str]]) -> list[str]:
    enabled, disabled = configuration.get("EnableLogTypes", []), configuration.get("DisableLogTypes", [])
    engine.log_exports(engine_of(resource), [*enabled, *disabled])
    return sorted({*resource.attributes["EnabledCloudwatchLogsExports"], *enabled} - set(disabled))


def security_groups(region: Region, group_ids: list[str] | None, vpc_id: str) -> list[dict[str, str]]:
    """VpcSecurityGroups as shown; without any, those of the VPC's default group."""
    group_ids = group_ids or [network.default_security_group(region, vpc_id)]
    services.security_groups(region, group_ids, vpc_id)
    return [{"VpcSecurityGroupId": group, "Status": "active"} for group in group_ids]

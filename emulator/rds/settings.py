"""What ModifyDBInstance can change, and when a change takes effect.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """One parameter of ModifyDBInstance.

    attribute: member of the DBInstance document
    deferred:  waits for the maintenance window unless ApplyImmediately
    restarts:  the server is restarted
    status:    of the instance while the change is made; None = it stays available
    """

    attribute: str
    deferred: bool = False
    restarts: bool = False
    status: str | None = None


MODIFYING = "modifying"
SETTINGS = {
    "AllocatedStorage": Setting("AllocatedStorage", deferred=True, status=MODIFYING),
    "Iops": Setting("Iops", deferred=True, status=MODIFYING),
    "StorageThroughput": Setting("StorageThroughput", deferred=True, status=MODIFYING),
    "StorageType": Setting("StorageType", deferred=True, status=MODIFYING),
    "DedicatedLogVolume": Setting("DedicatedLogVolume", deferred=True, restarts=True, status=MODIFYING),
    "DBInstanceClass": Setting("DBInstanceClass", deferred=True, restarts=True, status=MODIFYING),
    "EngineVersion": Setting("EngineVersion", deferred=True, restarts=True, status="upgrading"),
    "MultiAZ": Setting("MultiAZ", deferred=True, status=MODIFYING),
    "CACertificateIdentifier": Setting("CACertificateIdentifier", deferred=True, status=MODIFYING),
    "BackupRetentionPeriod": Setting("BackupRetentionPeriod", deferred=True, status=MODIFYING),
    "EnableIAMDatabaseAuthentication": Setting(
        "IAMDatabaseAuthenticationEnabled", deferred=True, status="configuring-iam-database-auth"
    ),
    "NewDBInstanceIdentifier": Setting("DBInstanceIdentifier", deferred=True, restarts=True, status="renaming"),
    "DBSubnetGroupName": Setting("DBSubnetGroupName", deferred=True, restarts=True, status="moving-to-vpc"),
    "DBPortNumber": Setting("Port", restarts=True, status=MODIFYING),
    "AutoMinorVersionUpgrade": Setting("AutoMinorVersionUpgrade"),
    "CopyTagsToSnapshot": Setting("CopyTagsToSnapshot"),
    "DeletionProtection": Setting("DeletionProtection"),
    "PreferredBackupWindow": Setting("PreferredBackupWindow"),
    "PreferredMaintenanceWindow": Setting("PreferredMaintenanceWindow"),
    "MaxAllocatedStorage": Setting("MaxAllocatedStorage"),
    "PubliclyAccessible": Setting("PubliclyAccessible", status=MODIFYING),
    "NetworkType": Setting("NetworkType", status=MODIFYING),
    "MonitoringInterval": Setting("MonitoringInterval", status="configuring-enhanced-monitoring"),
    "MonitoringRoleArn": Setting("MonitoringRoleArn", status="configuring-enhanced-monitoring"),
    "DatabaseInsightsMode": Setting("DatabaseInsightsMode", status=MODIFYING),
    "EnablePerformanceInsights": Setting("PerformanceInsightsEnabled", status=MODIFYING),
    "PerformanceInsightsKMSKeyId": Setting("PerformanceInsightsKMSKeyId", status=MODIFYING),
    "PerformanceInsightsRetentionPeriod": Setting("PerformanceInsightsRetentionPeriod", status=MODIFYING),
    "CloudwatchLogsExportConfiguration": Setting("EnabledCloudwatchLogsExports", status="configuring-log-exports"),
    "PromotionTier": Setting("PromotionTier"),
    "VpcSecurityGroupIds": Setting("VpcSecurityGroups", status=MODIFYING),
}
BY_ATTRIBUTE = {setting.attribute: setting for setting in SETTINGS.values()}

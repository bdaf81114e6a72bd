"""What ModifyDBCluster can change, and when a change takes effect.

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Modifying.html#Aurora.Modifying.Settings
"""

from __future__ import annotations

from emulator.rds.settings import MODIFYING, Setting

SETTINGS = {
    "EngineVersion": Setting("EngineVersion", deferred=True, restarts=True, status="upgrading"),
    "EnableIAMDatabaseAuthentication": Setting(
        "IAMDatabaseAuthenticationEnabled", deferred=True, status="update-iam-db-auth"
    ),
    "NewDBClusterIdentifier": Setting("DBClusterIdentifier", deferred=True, status="renaming"),
    "BackupRetentionPeriod": Setting("BackupRetentionPeriod"),
    "PreferredBackupWindow": Setting("PreferredBackupWindow"),
    "PreferredMaintenanceWindow": Setting("PreferredMaintenanceWindow"),
    "Port": Setting("Port", restarts=True, status=MODIFYING),
    "VpcSecurityGroupIds": Setting("VpcSecurityGroups", status=MODIFYING),
    "CloudwatchLogsExportConfiguration": Setting("EnabledCloudwatchLogsExports", status=MODIFYING),
    "DeletionProtection": Setting("DeletionProtection"),
    "CopyTagsToSnapshot": Setting("CopyTagsToSnapshot"),
    "AutoMinorVersionUpgrade": Setting("AutoMinorVersionUpgrade"),
    "StorageType": Setting("StorageType", status=MODIFYING),
    "NetworkType": Setting("NetworkType", status=MODIFYING),
    "ServerlessV2ScalingConfiguration": Setting("ServerlessV2ScalingConfiguration", status=MODIFYING),
    "MonitoringInterval": Setting("MonitoringInterval", status=MODIFYING),
    "MonitoringRoleArn": Setting("MonitoringRoleArn", status=MODIFYING),
    "DatabaseInsightsMode": Setting("DatabaseInsightsMode", status=MODIFYING),
    "EnablePerformanceInsights": Setting("PerformanceInsightsEnabled", status=MODIFYING),
    "PerformanceInsightsKMSKeyId": Setting("PerformanceInsightsKMSKeyId", status=MODIFYING),
    "PerformanceInsightsRetentionPeriod": Setting("PerformanceInsightsRetentionPeriod", status=MODIFYING),
}
BY_ATTRIBUTE = {setting.attribute: setting for setting in SETTINGS.values()}

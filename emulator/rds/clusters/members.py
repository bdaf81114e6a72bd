"""The DB instances of a cluster: what they have of their own, and what they take from it.

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-replicas-adding.html
"""

from __future__ import annotations

from typing import Any

from emulator.rds import catalogue, creation, parameter_groups, shared, subnet_groups
from emulator.rds.clusters import lookup
from emulator.rds.errors import RdsError, invalid_combination, invalid_value
from emulator.rds.refusals import engine, serverless
from emulator.rds.state import Cluster, Instance, Params, Region, new_resource_id, tag_dict

HIGHEST_TIER = 15
DEFAULT_TIER = 1
# Members of the request that the DBInstance document shows under the same name, with what AWS shows when they were not
# given. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
ECHOED = {
    "AutoMinorVersionUpgrade": True,
    "CACertificateIdentifier": catalogue.DEFAULT_CERTIFICATE,
    "CopyTagsToSnapshot": False,
    "MonitoringInterval": 0,
    "MonitoringRoleArn": None,
    "PromotionTier": DEFAULT_TIER,
    "PubliclyAccessible": False,
}
# What every member shows, whatever its cluster has.
FIXED = {
    "AllocatedStorage": 1,
    "BackupTarget": "region",
    "DedicatedLogVolume": False,
    "DeletionProtection": False,
    "LicenseModel": "postgresql-license",
    "MultiAZ": False,
}
# What a member shows of its cluster, under the same name.
INHERITED = (
    *("Engine", "EngineVersion", "MasterUsername", "StorageEncrypted", "StorageType", "BackupRetentionPeriod"),
    *("PreferredBackupWindow", "VpcSecurityGroups", "IAMDatabaseAuthenticationEnabled", "NetworkType"),
    *("EnabledCloudwatchLogsExports", "DatabaseInsightsMode", "EngineLifecycleSupport"),
)
# Parameters of CreateDBInstance and ModifyDBInstance that are the cluster's, as AWS names them when it refuses.
OF_THE_CLUSTER = {
    "MasterUsername": "master user name",
    "MasterUserPassword": "master user password",
    "ManageMasterUserPassword": "master user password",
    "RotateMasterUserPassword": "master user password",
    "MasterUserSecretKmsKeyId": "master user password",
    "DBName": "database name",
    "AllocatedStorage": "allocated storage",
    "MaxAllocatedStorage": "allocated storage",
    "StorageType": "storage type",
    "Iops": "iops",
    "StorageThroughput": "storage throughput",
    "StorageEncrypted": "storage encryption",
    "KmsKeyId": "KMS key",
    "BackupRetentionPeriod": "backup retention",
    "PreferredBackupWindow": "backup window",
    "VpcSecurityGroupIds": "vpc security group",
    "DeletionProtection": "deletion protection",
    "EnableCloudwatchLogsExports": "CloudWatch Logs exports",
    "CloudwatchLogsExportConfiguration": "CloudWatch Logs exports",
    "EnableIAMDatabaseAuthentication": "IAM database authentication",
    "DatabaseInsightsMode": "Database Insights mode",
    "NetworkType": "network type",
    "Port": "port",
    "DBPortNumber": "port",
    "CharacterSetName": "character set",
    "EngineLifecycleSupport": "engine lifecycle support",
    "DedicatedLogVolume": "dedicated log volume",
}

NOT_JOINED = ("deleting", "stopping", "stopped", "starting")
SET_ELSEWHERE = "The requested DB Instance will be a member of a DB Cluster. Set {} for the DB Cluster."
MODIFIED_ELSEWHERE = (
    "The specified DB Instance is a member of a cluster. Modify {} for the DB Cluster using the ModifyDbCluster API"
)


def new_member(region: Region, params: Params) -> Instance:
    """Check a request of CreateDBInstance that names a cluster, and make the member it describes. Raises RdsError."""
    cluster = lookup.find(region, params["DBClusterIdentifier"])
    engine.not_emulated(params)
    name = creation.new_name(region, params["DBInstanceIdentifier"])
    _check_cluster(cluster, params)
    attributes = _attributes(region, cluster, params)
    group = params.get("DBParameterGroupName")
    version = attributes["EngineVersion"]
    return Instance(
        identifier=name,
        arn=region.arn("db", name),
        resource_id=new_resource_id("db"),
        attributes=attributes,
        subnet_group=cluster.subnet_group,
        parameter_group=parameter_groups.for_instance(region, group, shared.engine_of(cluster), version),
        port=0,
        tags=tag_dict(params.get("Tags")),
        cluster=cluster,
    )


def _check_cluster(cluster: Cluster, params: Params) -> None:
    if cluster.status in NOT_JOINED:
        raise RdsError("InvalidDBClusterStateFault", f"DBCluster {cluster.identifier} is {cluster.status}.")
    if params["Engine"] != cluster.attributes["Engine"]:
        raise invalid_combination(
            f"The engine name requested for your DB instance ({params['Engine']}) doesn't match the engine name of your"
            f" DB cluster ({cluster.attributes['Engine']})."
        )
    version = params.get("EngineVersion")
    if version not in (None, cluster.attributes["EngineVersion"], cluster.major):
        raise invalid_combination(
            f"The engine version that you requested for your DB instance ({version}) does not match the engine version"
            f" of your DB cluster ({cluster.attributes['EngineVersion']})."
        )
    refuse(params, SET_ELSEWHERE, OF_THE_CLUSTER)
    if params.get("MultiAZ"):
        raise invalid_combination("VPC Multi-AZ DB Instances are not available for engine: aurora-postgresql")
    group = params.get("DBSubnetGroupName")
    if group is not None and group.lower() != cluster.subnet_group.name:
        raise invalid_combination(SET_ELSEWHERE.format("DB subnet group"))
    check_monitoring(cluster, params)
    serverless.member(params["DBInstanceClass"], cluster.attributes["ServerlessV2ScalingConfiguration"])


def check_modification(cluster: Cluster, params: Params) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html"""
    words = OF_THE_CLUSTER | {"EngineVersion": "database engine version", "DBSubnetGroupName": "DB subnet group"}
    refuse(params, MODIFIED_ELSEWHERE, words)
    if params.get("MultiAZ"):
        raise invalid_combination("VPC Multi-AZ DB Instances are not available for engine: aurora-postgresql")
    check_monitoring(cluster, params)
    if "DBInstanceClass" in params:
        serverless.member(params["DBInstanceClass"], cluster.attributes["ServerlessV2ScalingConfiguration"])


def check_monitoring(cluster: Cluster, params: Params) -> None:
    """Enhanced monitoring is the cluster's or the members'.

    https://github.com/hashicorp/terraform-provider-aws/issues/40966 quotes the answer of RDS.
    """
    interval = cluster.attributes["MonitoringInterval"]
    if interval and params.get("MonitoringInterval", interval) != interval:
        raise invalid_combination("MonitoringInterval conflicts with cluster level parameter.")


def refuse(params: Params, message: str, words: dict[str, str]) -> None:
    """Refuse what is the cluster's."""
    for name, meaning in words.items():
        if name in params:
            raise invalid_combination(message.format(meaning))


def _attributes(region: Region, cluster: Cluster, params: Params) -> dict[str, Any]:
    had = cluster.attributes
    engine.instance_class(shared.engine_of(cluster), params["DBInstanceClass"], had["EngineVersion"])
    attributes: dict[str, Any] = {name: params.get(name, default) for name, default in ECHOED.items()}
    if had["MonitoringInterval"] and "MonitoringInterval" not in params:
        attributes |= {name: had[name] for name in ("MonitoringInterval", "MonitoringRoleArn")}
    window = params.get("PreferredMaintenanceWindow")
    attributes |= FIXED | inherited(cluster)
    attributes |= {
        "DBInstanceClass": params["DBInstanceClass"],
        "DBClusterIdentifier": cluster.identifier,
        "AvailabilityZone": _zone(region, cluster, params.get("AvailabilityZone")),
        "PreferredMaintenanceWindow": shared.chosen_windows(had["PreferredBackupWindow"], window)[
            "PreferredMaintenanceWindow"
        ],
    }
    given = {name: had[name] for name in shared.INSIGHTS[1:] if had.get(name) is not None} | params
    attributes |= shared.insights(
        region, params.get("EnablePerformanceInsights", had["PerformanceInsightsEnabled"]), given
    )
    check(region, attributes)
    return attributes


def check(region: Region, attributes: dict[str, Any]) -> None:
    """Rules that hold for a member at creation and after each modification."""
    shared.check(region, attributes)
    tier = attributes["PromotionTier"]
    if not 0 <= tier <= HIGHEST_TIER:
        raise invalid_value(f"Invalid promotion tier: {tier}. Must be between 0 and {HIGHEST_TIER}.")


def inherited(cluster: Cluster) -> dict[str, Any]:
    """Members of the DBInstance document that tell about the cluster."""
    had = cluster.attributes
    shown = {name: had[name] for name in INHERITED}
    return shown | {"DBName": had["DatabaseName"], "KmsKeyId": had.get("KmsKeyId")}


def _zone(region: Region, cluster: Cluster, asked: str | None) -> str:
    """The zone asked for, or the one with the fewest members, of those that the cluster and its subnet group have.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html (AvailabilityZone)
    """
    zone = subnet_groups.checked_zone(region, cluster.subnet_group, asked)
    if zone is not None and zone not in cluster.attributes["AvailabilityZones"]:
        raise RdsError(
            "InvalidVPCNetworkStateFault",
            f"The cluster has no storage in {zone}: it has {', '.join(cluster.attributes['AvailabilityZones'])}",
        )
    if zone is not None:
        return zone
    covered = subnet_groups.zones(region, cluster.subnet_group)
    candidates = [each for each in covered if each in cluster.attributes["AvailabilityZones"]] or covered
    taken = [member.attributes["AvailabilityZone"] for member in cluster.members]
    return min(candidates, key=lambda each: (taken.count(each), each))

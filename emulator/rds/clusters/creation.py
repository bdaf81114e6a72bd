"""From the request of CreateDBCluster to a cluster: defaults and checks.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
"""

from __future__ import annotations

import datetime
from typing import Any

from emulator.postgres import ports
from emulator.postgres.server import HOST, READER_HOST
from emulator.rds import catalogue, network, parameter_groups, shared, subnet_groups
from emulator.rds.errors import RdsError, invalid_combination, invalid_value
from emulator.rds.refusals import engine, identity, serverless
from emulator.rds.state import (
    Cluster,
    ParameterGroup,
    Params,
    Region,
    SubnetGroup,
    major_of,
    new_resource_id,
    now,
    tag_dict,
)

LEAST_BACKUP_DAYS = 1
ZONES = 3
OPTIMIZATION_INTERVAL = datetime.timedelta(days=30)
# Members of the request that the DBCluster document shows under the same name, with what AWS shows when they were not
# given.
ECHOED = {
    "DatabaseName": None,
    "CharacterSetName": None,
    "MasterUsername": None,
    "AutoMinorVersionUpgrade": True,
    "BackupRetentionPeriod": 1,
    "CopyTagsToSnapshot": False,
    "DatabaseInsightsMode": "standard",
    "DeletionProtection": False,
    "EngineLifecycleSupport": "open-source-rds-extended-support",
    "MonitoringInterval": 0,
    "MonitoringRoleArn": None,
    "NetworkType": "IPV4",
    "ServerlessV2ScalingConfiguration": None,
    "StorageType": "aurora",
}


def new_cluster(region: Region, params: Params, keywords: list[str]) -> Cluster:
    """Check a request of CreateDBCluster and make the cluster it describes. Raises RdsError.

    keywords: reserved words of the engine
    """
    engine.engine(params["Engine"], clustered=True)
    engine.not_emulated_on_clusters(params)
    name = new_name(region, params["DBClusterIdentifier"])
    if not params.get("MasterUsername"):
        raise invalid_combination("The parameter MasterUsername must be provided and must not be blank.")
    identity.master_name(params["MasterUsername"], keywords)
    if "DatabaseName" in params:
        identity.database_name(params["DatabaseName"], keywords, "DatabaseName")
    subnet_group = subnet_groups.for_instance(region, params.get("DBSubnetGroupName"))
    attributes = _attributes(region, params, subnet_group)
    family = catalogue.ENGINES[attributes["Engine"]].family_of(attributes["EngineVersion"])
    return Cluster(
        identifier=name,
        arn=region.arn("cluster", name),
        resource_id=new_resource_id("cluster"),
        attributes=attributes,
        subnet_group=subnet_group,
        parameter_group=parameter_group(region, params.get("DBClusterParameterGroupName"), family),
        port=0,
        # Without the second address the one endpoint has to do for both.
        reader_host=READER_HOST if ports.has(READER_HOST) else HOST,
        tags=tag_dict(params.get("Tags")),
    )


def new_name(region: Region, asked: str) -> str:
    """The identifier that a cluster asked for gets. Raises RdsError."""
    identity.identifier(asked, "DBClusterIdentifier")
    name = asked.lower()
    if name in region.clusters:
        raise RdsError("DBClusterAlreadyExistsFault", "DB Cluster already exists")
    return name


def parameter_group(region: Region, name: str | None, family: str) -> ParameterGroup:
    """The DB cluster parameter group named, or the default one; it must be of the family.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html (Errors)
    """
    try:
        return parameter_groups.of_family(parameter_groups.DB_CLUSTER, region, name, family)
    except RdsError as error:
        if error.code != "DBParameterGroupNotFound":
            raise
        raise RdsError("DBClusterParameterGroupNotFound", f"DBClusterParameterGroup not found: {name}") from error


def _attributes(region: Region, params: Params, subnet_group: SubnetGroup) -> dict[str, Any]:
    aurora = engine.engine(params["Engine"], clustered=True)
    version = engine.version(aurora, params.get("EngineVersion"))
    engine.option_group(aurora, params.get("OptionGroupName"), major_of(version))
    engine.mode(params.get("EngineMode"))
    attributes: dict[str, Any] = {name: params.get(name, default) for name, default in ECHOED.items()}
    attributes |= {
        "Engine": aurora.name,
        "EngineVersion": version,
        "EngineMode": engine.PROVISIONED,
        # As AWS shows it for Aurora, whose volume grows by itself.
        "AllocatedStorage": 1,
        "HttpEndpointEnabled": params.get("EnableHttpEndpoint", False),
        "IAMDatabaseAuthenticationEnabled": params.get("EnableIAMDatabaseAuthentication", False),
        "EnabledCloudwatchLogsExports": sorted(params.get("EnableCloudwatchLogsExports", [])),
        "AvailabilityZones": _zones(region, subnet_group, params.get("AvailabilityZones", [])),
        "VpcSecurityGroups": shared.security_groups(region, params.get("VpcSecurityGroupIds"), subnet_group.vpc_id),
    }
    windows = (params.get("PreferredBackupWindow"), params.get("PreferredMaintenanceWindow"))
    attributes |= shared.chosen_windows(*windows) | shared.encryption(region, params)
    attributes |= shared.new_insights(region, params, attributes["DatabaseInsightsMode"])
    attributes |= next_optimization({}, attributes["StorageType"])
    check(region, attributes)
    return attributes


def next_optimization(had: dict[str, Any], kind: str) -> dict[str, Any]:
    """When a cluster that is to have the storage type may be made I/O-Optimized again: once in 30 days.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Overview.StorageReliability.html
    """
    allowed = had.get("IOOptimizedNextAllowedModificationTime")
    if kind != serverless.OPTIMIZED_STORAGE or kind == had.get("StorageType"):
        return {}
    if allowed is not None and allowed > now():
        raise invalid_combination(f"The storage type can be changed to {kind} again at {allowed}.")
    return {"IOOptimizedNextAllowedModificationTime": now() + OPTIMIZATION_INTERVAL}


def check(region: Region, attributes: dict[str, Any]) -> None:
    """Rules that hold for a cluster however it came to be so: at creation and after each modification."""
    shared.check(region, attributes, LEAST_BACKUP_DAYS)
    serverless.storage_type(attributes["StorageType"])
    if attributes["ServerlessV2ScalingConfiguration"] is not None:
        serverless.scaling(attributes["ServerlessV2ScalingConfiguration"])


def _zones(region: Region, subnet_group: SubnetGroup, asked: list[str]) -> list[str]:
    """The three zones that the data are in: those asked for, those of the subnet group, others.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html
    """
    existing = [zone.name for zone in network.ec2(region).describe_availability_zones()]
    unknown = [zone for zone in asked if zone not in existing]
    if unknown or len(asked) > ZONES:
        raise invalid_value(f"Invalid availability zones: {', '.join(asked)}. At most {ZONES} of {', '.join(existing)}")
    preferred = dict.fromkeys([*asked, *subnet_groups.zones(region, subnet_group), *existing])
    return sorted(list(preferred)[:ZONES])

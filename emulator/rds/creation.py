"""From the request of CreateDBInstance to an instance: defaults and checks."""

from __future__ import annotations

from typing import Any

from emulator.rds import catalogue, parameter_groups, shared, subnet_groups
from emulator.rds.catalogue import POSTGRES
from emulator.rds.errors import RdsError, invalid_combination
from emulator.rds.refusals import engine, identity, storage
from emulator.rds.state import Instance, Params, Region, Snapshot, SubnetGroup, major_of, new_resource_id, tag_dict

# Members of the request that the DBInstance document shows under the same name, with what AWS shows when they were not
# given. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
ECHOED = {
    "DBName": None,
    "MaxAllocatedStorage": None,
    "CharacterSetName": None,
    "Timezone": None,
    "AutoMinorVersionUpgrade": True,
    "BackupRetentionPeriod": 1,
    "MultiAZ": False,
    "LicenseModel": "postgresql-license",
    "StorageType": "gp3",
    "CopyTagsToSnapshot": False,
    "MonitoringInterval": 0,
    "MonitoringRoleArn": None,
    "DatabaseInsightsMode": "standard",
    "DeletionProtection": False,
    "NetworkType": "IPV4",
    "DedicatedLogVolume": False,
    "CACertificateIdentifier": catalogue.DEFAULT_CERTIFICATE,
    "EngineLifecycleSupport": "open-source-rds-extended-support",
    "BackupTarget": "region",
}


def new_instance(region: Region, params: Params, keywords: list[str]) -> Instance:
    """Check a request of CreateDBInstance and make the instance it describes. Raises RdsError.

    keywords: reserved words of the engine
    """
    engine.engine(params["Engine"])
    if not params.get("MasterUsername"):
        raise invalid_combination("The parameter MasterUsername must be provided and must not be blank.")
    identity.master_name(params["MasterUsername"], keywords)
    if params.get("DBName"):
        identity.database_name(params["DBName"], keywords)
    else:
        # An empty one is none: some clients send every field.
        params = {name: value for name, value in params.items() if name != "DBName"}
    return _instance(region, params)


def restored_instance(region: Region, params: Params, snapshot: Snapshot) -> Instance:
    """Check a request of RestoreDBInstanceFromDBSnapshot and make the instance it describes. Raises RdsError."""
    source = dict(snapshot.source)
    if params.get("StorageType", source["StorageType"]) == source["StorageType"]:
        # Bought IOPS come with the snapshot, as far as they are more than the baseline.
        storage_type, size = source["StorageType"], source["AllocatedStorage"]
        baseline = provisioned(storage_type, size, None, None)
        bought = {name: snapshot.attributes.get(name) for name in ("Iops", "StorageThroughput")}
        source |= {name: value for name, value in bought.items() if value not in (None, baseline.get(name))}
    storage.shrinking(source["AllocatedStorage"], params.get("AllocatedStorage", source["AllocatedStorage"]))
    return _instance(region, source | params)


# Members that a read replica has of its source, unless the request says otherwise.
# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstanceReadReplica.html
REPLICATED = (
    *("Engine", "EngineVersion", "LicenseModel", "MasterUsername", "DBName", "DBInstanceClass", "AllocatedStorage"),
    *("StorageEncrypted", "KmsKeyId", "AutoMinorVersionUpgrade", "CACertificateIdentifier", "DedicatedLogVolume"),
    *("PreferredBackupWindow", "PreferredMaintenanceWindow"),
)


def replica_instance(region: Region, params: Params, source: Instance) -> Instance:
    """Check a request of CreateDBInstanceReadReplica and make the instance it describes. Raises RdsError."""
    taken_over = {name: source.attributes[name] for name in REPLICATED if source.attributes.get(name) is not None}
    groups = {"DBSubnetGroupName": source.subnet_group.name, "DBParameterGroupName": source.parameter_group.name}
    storage.shrinking(
        source.attributes["AllocatedStorage"], params.get("AllocatedStorage", taken_over["AllocatedStorage"])
    )
    return _instance(region, taken_over | groups | params | {"BackupRetentionPeriod": 0})


def _instance(region: Region, params: Params) -> Instance:
    engine.not_emulated(params)
    name = new_name(region, params["DBInstanceIdentifier"])
    subnet_group = subnet_groups.for_instance(region, params.get("DBSubnetGroupName"))
    attributes = _attributes(region, params, subnet_group)
    return Instance(
        identifier=name,
        arn=region.arn("db", name),
        resource_id=new_resource_id("db"),
        attributes=attributes,
        subnet_group=subnet_group,
        parameter_group=parameter_groups.for_instance(
            region, params.get("DBParameterGroupName"), POSTGRES, attributes["EngineVersion"]
        ),
        port=0,
        tags=tag_dict(params.get("Tags")),
    )


def new_name(region: Region, asked: str) -> str:
    """The identifier that an instance asked for gets. Raises RdsError."""
    identity.identifier(asked, "DBInstanceIdentifier")
    name = asked.lower()
    if name in region.instances:
        raise RdsError("DBInstanceAlreadyExists", "DB instance already exists")
    return name


def _attributes(region: Region, params: Params, subnet_group: SubnetGroup) -> dict[str, Any]:
    version = engine.version(POSTGRES, params.get("EngineVersion"))
    engine.option_group(POSTGRES, params.get("OptionGroupName"), major_of(version))
    engine.instance_class(POSTGRES, params["DBInstanceClass"], version)
    if "AllocatedStorage" not in params:
        raise invalid_combination("The parameter AllocatedStorage must be provided.")
    attributes: dict[str, Any] = {name: params.get(name, default) for name, default in ECHOED.items()}
    attributes |= {
        "Engine": POSTGRES.name,
        "EngineVersion": version,
        "DBInstanceClass": params["DBInstanceClass"],
        "AllocatedStorage": params["AllocatedStorage"],
        "MasterUsername": params["MasterUsername"],
        "PubliclyAccessible": params.get("PubliclyAccessible", False),
        "IAMDatabaseAuthenticationEnabled": params.get("EnableIAMDatabaseAuthentication", False),
        "EnabledCloudwatchLogsExports": sorted(params.get("EnableCloudwatchLogsExports", [])),
    }
    windows = (params.get("PreferredBackupWindow"), params.get("PreferredMaintenanceWindow"))
    attributes |= shared.chosen_windows(*windows) | shared.new_insights(
        region, params, attributes["DatabaseInsightsMode"]
    )
    attributes |= _storage(attributes, params) | shared.encryption(region, params)
    attributes |= _network(region, params, subnet_group, attributes["MultiAZ"])
    check(region, attributes)
    return attributes


def check(region: Region, attributes: dict[str, Any]) -> None:
    """Rules that hold for an instance however it came to be so: at creation and after each modification."""
    storage.storage(attributes)
    shared.check(region, attributes)


def _storage(attributes: dict[str, Any], params: Params) -> dict[str, Any]:
    kind, size = attributes["StorageType"], attributes["AllocatedStorage"]
    if "Iops" in params and "StorageType" not in params:
        kind = "io1"
    storage.provisioning(kind, size, params.get("Iops"), params.get("StorageThroughput"))
    return {"StorageType": kind, **provisioned(kind, size, params.get("Iops"), params.get("StorageThroughput"))}


def provisioned(kind: str, size: int, iops: int | None, throughput: int | None) -> dict[str, int]:
    """Iops and StorageThroughput as shown: what was bought, or gp3's baseline.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html#gp3-storage
    """
    if kind == "gp3":
        baseline = storage.GP3_STRIPED_BASELINE if size >= storage.STRIPING_GIB else storage.GP3_BASELINE
        return {"Iops": iops or baseline[0], "StorageThroughput": throughput or baseline[1]}
    return {"Iops": iops} if iops is not None and kind in storage.PROVISIONED_IOPS else {}


def _network(region: Region, params: Params, subnet_group: SubnetGroup, multi_az: bool) -> dict[str, Any]:
    zones = subnet_groups.zones(region, subnet_group)
    zone = subnet_groups.checked_zone(region, subnet_group, params.get("AvailabilityZone")) or zones[0]
    standby = [other for other in zones if other != zone][:1] if multi_az else []
    return {
        "VpcSecurityGroups": shared.security_groups(region, params.get("VpcSecurityGroupIds"), subnet_group.vpc_id),
        "AvailabilityZone": zone,
        "SecondaryAvailabilityZone": standby[0] if standby else None,
    }

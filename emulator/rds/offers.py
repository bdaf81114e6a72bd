"""What can be had: engine versions, orderable options, certificates, valid modifications. Data of catalogue.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.rds import catalogue, instances, network
from emulator.rds.catalogue import Engine
from emulator.rds.errors import RdsError
from emulator.rds.paging import matches, page
from emulator.rds.refusals import serverless, storage
from emulator.rds.state import Params, Region, Result, major_of

VERSION_FILTERS = {
    "engine": lambda document: document["Engine"],
    "engine-version": lambda document: document["EngineVersion"],
    "db-parameter-group-family": lambda document: document["DBParameterGroupFamily"],
    "status": lambda document: document["Status"],
}
IOPS_PER_GIB = {"gp3": (0.5, 500.0), "io1": (0.5, 50.0), "io2": (0.5, 1000.0)}
IOPS = {"gp3": (3000, 64000), "io1": (1000, 80000), "io2": (1000, 256000)}


def engine_versions(_: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBEngineVersions.html"""
    asked, family = params.get("EngineVersion"), params.get("DBParameterGroupFamily")
    documents = [
        document
        for engine in catalogue.ENGINES.values()
        for document in (_version_document(engine, version) for version in _versions(engine, params))
        if params.get("Engine") in (None, document["Engine"])
        and asked in (None, document["EngineVersion"], document["MajorEngineVersion"])
        and family in (None, document["DBParameterGroupFamily"])
        and matches(params, VERSION_FILTERS, document)
    ]
    return page(params, "DBEngineVersions", documents)


def _versions(engine: Engine, params: Params) -> list[str]:
    """All versions, or the default one: of the major or the family asked for, or of the engine."""
    if not params.get("DefaultOnly"):
        return engine.all_versions
    asked, family = params.get("EngineVersion"), params.get("DBParameterGroupFamily")
    major = asked if asked in engine.versions else catalogue.FAMILIES.get(family or "", catalogue.DEFAULT_MAJOR)
    return [engine.newest(major)]


def _version_document(engine: Engine, version: str) -> dict[str, Any]:
    document = {
        "Engine": engine.name,
        "EngineVersion": version,
        "MajorEngineVersion": major_of(version),
        "DBParameterGroupFamily": engine.family_of(version),
        "DBEngineDescription": engine.description,
        "DBEngineVersionDescription": engine.describe(version),
        "ValidUpgradeTarget": [_upgrade_document(engine, version, each) for each in engine.upgrade_targets(version)],
        "ExportableLogTypes": engine.log_types,
        "SupportsLogExportsToCloudwatchLogs": True,
        "SupportsReadReplica": not engine.clustered,
        "SupportedFeatureNames": [],
        "Status": "available",
        "SupportsParallelQuery": False,
        "SupportsGlobalDatabases": engine.clustered,
        "SupportsBabelfish": engine.clustered,
        "SupportsLimitlessDatabase": False,
        "SupportsCertificateRotationWithoutRestart": True,
        "SupportedCACertificateIdentifiers": list(catalogue.CERTIFICATES),
    }
    if engine.clustered:
        least, most = serverless.CAPACITY
        document |= {
            "SupportedEngineModes": ["provisioned"],
            "ServerlessV2FeaturesSupport": {"MinCapacity": least, "MaxCapacity": most},
        }
    return document


def _upgrade_document(engine: Engine, version: str, target: str) -> dict[str, Any]:
    same_major = major_of(target) == major_of(version)
    document = {
        "Engine": engine.name,
        "EngineVersion": target,
        "Description": engine.describe(target),
        "AutoUpgrade": same_major and target == engine.newest(major_of(version)),
        "IsMajorVersionUpgrade": not same_major,
    }
    return document | ({"SupportedEngineModes": ["provisioned"]} if engine.clustered else {})


def orderable_options(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeOrderableDBInstanceOptions.html"""
    zones = [{"Name": zone.name} for zone in network.ec2(region).describe_availability_zones()]
    options = [{**option, "AvailabilityZones": zones} for option in _options(params)]
    return page(params, "OrderableDBInstanceOptions", options)


def _options(params: Params) -> Iterator[dict[str, Any]]:
    engine = catalogue.ENGINES.get(params["Engine"])
    if engine is None or params.get("LicenseModel") not in (None, "postgresql-license"):
        return
    for version in engine.all_versions:
        if params.get("EngineVersion") in (None, version, major_of(version)):
            for name in engine.classes:
                if params.get("DBInstanceClass") in (None, name):
                    option = _cluster_option if engine.clustered else _option
                    kinds = serverless.STORAGE_TYPES if engine.clustered else storage.SIZES
                    yield from (option(engine, version, name, kind) for kind in kinds)


def _offered(engine: Engine, version: str, instance_class: str, kind: str) -> dict[str, Any]:
    return {
        "Engine": engine.name,
        "EngineVersion": version,
        "DBInstanceClass": instance_class,
        "LicenseModel": "postgresql-license",
        "StorageType": kind,
        "Vpc": True,
        "SupportsStorageEncryption": True,
        "SupportsEnhancedMonitoring": True,
        "SupportsIAMDatabaseAuthentication": True,
        "SupportsPerformanceInsights": True,
        "SupportsKerberosAuthentication": True,
        "SupportedNetworkTypes": ["IPV4", "DUAL"],
        "OutpostCapable": False,
    }


def _cluster_option(engine: Engine, version: str, instance_class: str, kind: str) -> dict[str, Any]:
    return _offered(engine, version, instance_class, kind) | {
        "MultiAZCapable": False,
        "ReadReplicaCapable": False,
        "SupportsIops": False,
        "SupportsStorageThroughput": False,
        "SupportsStorageAutoscaling": False,
        "SupportsGlobalDatabases": True,
        "SupportsClusters": True,
        "SupportsDedicatedLogVolume": False,
        "SupportsHttpEndpoint": True,
        "SupportedEngineModes": ["provisioned"],
    }


def _option(engine: Engine, version: str, instance_class: str, kind: str) -> dict[str, Any]:
    least, most = storage.SIZES[kind]
    option = _offered(engine, version, instance_class, kind) | {
        "MinStorageSize": least,
        "MaxStorageSize": most,
        "SupportsIops": kind in IOPS,
        "SupportsStorageThroughput": kind == "gp3",
        "MultiAZCapable": True,
        "ReadReplicaCapable": True,
        "SupportsStorageAutoscaling": kind != "standard",
        "SupportsGlobalDatabases": False,
        "SupportsClusters": False,
        "SupportsDedicatedLogVolume": kind in storage.PROVISIONED_IOPS,
    }
    if kind in IOPS:
        option |= {"MinIopsPerDbInstance": IOPS[kind][0], "MaxIopsPerDbInstance": IOPS[kind][1]}
        option |= {"MinIopsPerGib": IOPS_PER_GIB[kind][0], "MaxIopsPerGib": IOPS_PER_GIB[kind][1]}
    return option


def certificates(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeCertificates.html"""
    asked = params.get("CertificateIdentifier")
    if asked is not None and asked not in catalogue.CERTIFICATES:
        raise RdsError("CertificateNotFound", f"Certificate not found: {asked}")
    documents = [
        {
            "CertificateIdentifier": name,
            "CertificateType": "CA",
            "CertificateArn": f"arn:aws:rds:{region.name}::cert:{name}",
            "ValidTill": until,
            "CustomerOverride": False,
        }
        for name, until in catalogue.CERTIFICATES.items()
        if asked in (None, name)
    ]
    default = {"DefaultCertificateForNewLaunches": catalogue.DEFAULT_CERTIFICATE}
    return {**page(params, "Certificates", documents), **default}


def valid_modifications(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeValidDBInstanceModifications.html"""
    size = instances.find(region, params["DBInstanceIdentifier"]).attributes["AllocatedStorage"]
    kinds = [
        {
            "StorageType": kind,
            "StorageSize": [{"From": max(least, size), "To": most, "Step": 1}],
            "ProvisionedIops": [{"From": IOPS[kind][0], "To": IOPS[kind][1], "Step": 1}] if kind in IOPS else [],
            "SupportsStorageAutoscaling": kind != "standard",
        }
        for kind, (least, most) in storage.SIZES.items()
    ]
    return {"ValidDBInstanceModificationsMessage": {"Storage": kinds, "ValidProcessorFeatures": []}}

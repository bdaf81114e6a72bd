"""What can be had: engine versions, orderable options, certificates, valid modifications. Data of catalogue.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.rds import catalogue, instances, network
from emulator.rds.errors import RdsError
from emulator.rds.paging import matches, page
from emulator.rds.refusals import storage
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
        for document in map(_version_document, catalogue.ALL_VERSIONS)
        if params.get("Engine") in (None, document["Engine"])
        and asked in (None, document["EngineVersion"], document["MajorEngineVersion"])
        and family in (None, document["DBParameterGroupFamily"])
        and matches(params, VERSION_FILTERS, document)
    ]
    if params.get("DefaultOnly"):
        majors = [asked] if asked in catalogue.VERSIONS else [family.removeprefix(catalogue.ENGINE)] if family else []
        default = catalogue.newest((majors or [catalogue.DEFAULT_MAJOR])[0])
        documents = [document for document in documents if document["EngineVersion"] == default]
    return page(params, "DBEngineVersions", documents)


def _version_document(version: str) -> dict[str, Any]:
    return {
        "Engine": catalogue.ENGINE,
        "EngineVersion": version,
        "MajorEngineVersion": major_of(version),
        "DBParameterGroupFamily": catalogue.family_of(version),
        "DBEngineDescription": "PostgreSQL",
        "DBEngineVersionDescription": f"PostgreSQL {version}-R1",
        "ValidUpgradeTarget": [_upgrade_document(version, target) for target in catalogue.upgrade_targets(version)],
        "ExportableLogTypes": catalogue.LOG_TYPES,
        "SupportsLogExportsToCloudwatchLogs": True,
        "SupportsReadReplica": True,
        "SupportedFeatureNames": [],
        "Status": "available",
        "SupportsParallelQuery": False,
        "SupportsGlobalDatabases": False,
        "SupportsBabelfish": False,
        "SupportsLimitlessDatabase": False,
        "SupportsCertificateRotationWithoutRestart": True,
        "SupportedCACertificateIdentifiers": list(catalogue.CERTIFICATES),
    }


def _upgrade_document(version: str, target: str) -> dict[str, Any]:
    same_major = major_of(target) == major_of(version)
    return {
        "Engine": catalogue.ENGINE,
        "EngineVersion": target,
        "Description": f"PostgreSQL {target}-R1",
        "AutoUpgrade": same_major and target == catalogue.newest(major_of(version)),
        "IsMajorVersionUpgrade": not same_major,
    }


def orderable_options(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeOrderableDBInstanceOptions.html"""
    zones = [{"Name": zone.name} for zone in network.ec2(region).describe_availability_zones()]
    options = [{**option, "AvailabilityZones": zones} for option in _options(params)]
    return page(params, "OrderableDBInstanceOptions", options)


def _options(params: Params) -> Iterator[dict[str, Any]]:
    if params["Engine"] != catalogue.ENGINE or params.get("LicenseModel") not in (None, "postgresql-license"):
        return
    for version in catalogue.ALL_VERSIONS:
        if params.get("EngineVersion") in (None, version, major_of(version)):
            for name in catalogue.CLASSES:
                if params.get("DBInstanceClass") in (None, name):
                    yield from (_option(version, name, kind) for kind in storage.SIZES)


def _option(version: str, instance_class: str, kind: str) -> dict[str, Any]:
    least, most = storage.SIZES[kind]
    option = {
        "Engine": catalogue.ENGINE,
        "EngineVersion": version,
        "DBInstanceClass": instance_class,
        "LicenseModel": "postgresql-license",
        "StorageType": kind,
        "MinStorageSize": least,
        "MaxStorageSize": most,
        "SupportsIops": kind in IOPS,
        "SupportsStorageThroughput": kind == "gp3",
        "Vpc": True,
        "MultiAZCapable": True,
        "ReadReplicaCapable": True,
        "SupportsStorageEncryption": True,
        "SupportsStorageAutoscaling": kind != "standard",
        "SupportsEnhancedMonitoring": True,
        "SupportsIAMDatabaseAuthentication": True,
        "SupportsPerformanceInsights": True,
        "SupportsKerberosAuthentication": True,
        "SupportsGlobalDatabases": False,
        "SupportsClusters": False,
        "SupportsDedicatedLogVolume": kind in storage.PROVISIONED_IOPS,
        "SupportedNetworkTypes": ["IPV4", "DUAL"],
        "OutpostCapable": False,
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

"""From the request of ModifyDBInstance to members of the DBInstance document, checked against what is there."""

from __future__ import annotations

import math
from typing import Any

from emulator.rds import creation, network, shared, subnet_groups
from emulator.rds.clusters import members
from emulator.rds.errors import RdsError, invalid_combination
from emulator.rds.refusals import engine, identity, storage
from emulator.rds.settings import SETTINGS
from emulator.rds.state import Instance, Params, Region, major_of

GROWTH = 1.1
# Parameters that alone change nothing.
NO_CHANGES = {"DBInstanceIdentifier", "ApplyImmediately", "AllowMajorVersionUpgrade"}


def current(instance: Instance, name: str) -> Any:
    """What the instance has for a member of the document that a modification can change."""
    special = {
        "DBInstanceIdentifier": instance.identifier,
        "Port": instance.port,
        "DBSubnetGroupName": instance.subnet_group.name,
    }
    return special.get(name, instance.attributes.get(name))


def changes(region: Region, instance: Instance, params: Params) -> dict[str, Any]:
    """Members that the request names, with the values that they shall have. Raises RdsError."""
    if set(params) <= NO_CHANGES:
        raise invalid_combination("No modifications were requested")
    engine.not_emulated(params)
    if instance.cluster is not None:
        members.check_modification(instance.cluster, params)
    elif "PromotionTier" in params:
        raise invalid_combination("PromotionTier is for DB instances of an Aurora DB cluster.")
    engine.option_group(shared.engine_of(instance), params.get("OptionGroupName"), instance.major)
    asked = {setting.attribute: params[name] for name, setting in SETTINGS.items() if name in params}
    future = instance.attributes | instance.pending | asked
    _check_engine(instance, asked, params)
    asked |= _storage(instance, asked, future)
    asked |= shared.changed_window(asked)
    asked |= shared.changed_insights(region, instance.attributes, asked, params)
    asked |= _names(region, instance, asked)
    if asked.get("MonitoringInterval") == 0:
        asked.setdefault("MonitoringRoleArn", None)
    if "EnabledCloudwatchLogsExports" in asked:
        asked["EnabledCloudwatchLogsExports"] = shared.changed_log_exports(
            instance, asked["EnabledCloudwatchLogsExports"]
        )
    return asked | _network(region, instance, asked)


def _network(region: Region, instance: Instance, asked: dict[str, Any]) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.VPC2VPC.html"""
    subnet_group = instance.subnet_group
    if "DBSubnetGroupName" in asked:
        subnet_group = subnet_groups.find(region, asked["DBSubnetGroupName"])
        if subnet_group.vpc_id == instance.subnet_group.vpc_id:
            raise RdsError(
                "InvalidVPCNetworkStateFault",
                "You cannot move DB instance to another DB subnet group of the same VPC: choose one in another VPC.",
            )
        default = network.default_security_group(region, subnet_group.vpc_id)
        asked = {"VpcSecurityGroups": [default], **asked}
    if asked.get("MultiAZ") and len(subnet_groups.zones(region, subnet_group)) < subnet_groups.FEWEST_ZONES:
        raise RdsError("InvalidVPCNetworkStateFault", "Multi-AZ needs subnets in two availability zones.")
    if "VpcSecurityGroups" not in asked:
        return {}
    return {"VpcSecurityGroups": shared.security_groups(region, asked["VpcSecurityGroups"], subnet_group.vpc_id)}


def _check_engine(instance: Instance, asked: dict[str, Any], params: Params) -> None:
    database = shared.engine_of(instance)
    if "EngineVersion" in asked:
        now = instance.attributes["EngineVersion"]
        asked["EngineVersion"] = engine.version(database, asked["EngineVersion"])
        engine.upgrade(database, now, asked["EngineVersion"], params.get("AllowMajorVersionUpgrade", False))
        if major_of(asked["EngineVersion"]) != major_of(now):
            raise RdsError("NotImplemented", "The emulator cannot upgrade a database to another major version.")
    if "DBInstanceClass" in asked:
        engine.instance_class(database, asked["DBInstanceClass"], instance.attributes["EngineVersion"])


def _storage(instance: Instance, asked: dict[str, Any], future: dict[str, Any]) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html (AllocatedStorage)

    Less than a tenth more is made a tenth more; a maximum equal to the size turns autoscaling off.
    """
    result: dict[str, Any] = {}
    had = instance.attributes["AllocatedStorage"]
    size = asked.get("AllocatedStorage", had)
    storage.shrinking(had, size)
    storage.unpaired(instance.attributes["StorageType"], asked)
    if size > had:
        size = result["AllocatedStorage"] = max(size, math.ceil(round(had * GROWTH, 6)))
    if asked.get("MaxAllocatedStorage") == size:
        result["MaxAllocatedStorage"] = None
    if {"AllocatedStorage", "StorageType", "Iops", "StorageThroughput"} & set(asked):
        kind = future["StorageType"]
        bought = _bought_before(instance, kind) | asked
        storage.provisioning(kind, size, bought.get("Iops"), bought.get("StorageThroughput"))
        shown = creation.provisioned(kind, size, bought.get("Iops"), bought.get("StorageThroughput"))
        result |= {"Iops": None, "StorageThroughput": None} | shown
    return result


def _bought_before(instance: Instance, kind: str) -> dict[str, int]:
    """IOPS and throughput beyond the baseline that the instance has, which it keeps with the storage type."""
    had = instance.attributes
    if kind != had["StorageType"]:
        return {}
    baseline = creation.provisioned(kind, had["AllocatedStorage"], None, None)
    shown = {name: had[name] for name in ("Iops", "StorageThroughput") if had.get(name) is not None}
    return {name: value for name, value in shown.items() if value != baseline.get(name)}


def _names(region: Region, instance: Instance, asked: dict[str, Any]) -> dict[str, Any]:
    if "DBInstanceIdentifier" not in asked:
        return {}
    name = asked["DBInstanceIdentifier"].lower()
    identity.identifier(name, "NewDBInstanceIdentifier")
    if name in region.instances and name != instance.identifier:
        raise RdsError("DBInstanceAlreadyExists", "DB instance already exists")
    return {"DBInstanceIdentifier": name}

"""DB instances."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from emulator.postgres.fleet import PortTaken
from emulator.rds import (
    automated_backups,
    creation,
    credentials,
    lifecycle,
    master_secret,
    network,
    quotas,
    roles,
    snapshots,
)
from emulator.rds.clusters import actions
from emulator.rds.documents import instance_document
from emulator.rds.errors import RdsError, invalid_combination, invalid_value
from emulator.rds.paging import matches, page
from emulator.rds.state import Instance, Params, Region, Result, Snapshot, major_of

FILTERS = {
    "db-instance-id": lambda instance: instance.identifier,
    "dbi-resource-id": lambda instance: instance.resource_id,
    "engine": lambda instance: instance.attributes["Engine"],
    "db-cluster-id": lambda instance: instance.attributes.get("DBClusterIdentifier"),
}


def create(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"""
    if params.get("DBClusterIdentifier"):
        return actions.create_member(region, params)
    keywords = region.service.keywords(major_of(params.get("EngineVersion", "")))
    password = credentials.first_password(params, Instance)
    instance = creation.new_instance(region, params, keywords)
    prepare = partial(
        roles.create_master,
        name=instance.attributes["MasterUsername"],
        password=password,
        database=instance.attributes["DBName"],
    )
    return begin(region, instance, params, password, partial(lifecycle.provision, data=None, prepare=prepare))


def restore(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceFromDBSnapshot.html"""
    snapshot = snapshots.available(region, params["DBSnapshotIdentifier"])
    instance = creation.restored_instance(region, params, snapshot)
    managed = params.get("ManageMasterUserPassword", False)
    password = master_secret.new_password() if managed else ""
    prepare: lifecycle.Prepare = partial(
        roles.change_password, name=instance.attributes["MasterUsername"], password=password
    )
    work = partial(lifecycle.provision, data=snapshot.data, prepare=prepare if managed else lambda _: None)
    return begin(region, instance, params, password, work)


def begin(region: Region, instance: Instance, params: Params, password: str, provision: Callable[..., None]) -> Result:
    """Take in a new instance, and begin to make its server."""
    quotas.check(region, "DBInstances")
    quotas.check(region, "AllocatedStorage", instance.attributes["AllocatedStorage"])
    instance.port = take_port(region, instance, params.get("Port"))
    if params.get("ManageMasterUserPassword"):
        key_id = params.get("MasterUserSecretKmsKeyId")
        instance.attributes["MasterUserSecret"] = master_secret.create(region, instance, password, key_id)
    region.instances[instance.identifier] = instance
    network.attach(region, instance)
    result = {"DBInstance": instance_document(region, instance)}
    region.service.start_job(instance, partial(provision, region=region, instance=instance))
    return result


def take_port(region: Region, instance: Instance, asked: int | None) -> int:
    """The port asked for, or any.

    On AWS every instance has its own address; here they share 127.0.0.1, so that a port can be taken.
    """
    if asked is not None and not 1150 <= asked <= 65535:
        raise invalid_value(f"Invalid port: {asked}. Valid values: 1150-65535")
    try:
        return region.service.fleet.take_port(instance.resource_id, asked)
    except PortTaken as error:
        raise invalid_value(f"{error} Leave the port out to get a free one.") from error


def describe(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBInstances.html"""
    name = params.get("DBInstanceIdentifier")
    found = [find(region, name)] if name else sorted(region.instances.values(), key=lambda each: each.identifier)
    documents = [instance_document(region, each) for each in found if matches(params, FILTERS, each)]
    return page(params, "DBInstances", documents)


def delete(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html"""
    instance = find(region, params["DBInstanceIdentifier"])
    if instance.status == "deleting":
        raise RdsError("InvalidDBInstanceState", f"Instance {instance.identifier} is already being deleted.")
    if instance.cluster is not None:
        return actions.delete_member(region, instance, instance.cluster, params)
    if instance.attributes["DeletionProtection"]:
        raise invalid_combination(
            "Cannot delete protected DB Instance, please disable deletion protection and try again."
        )
    final = _final_snapshot(region, instance, params)
    if not params.get("DeleteAutomatedBackups", True):
        automated_backups.retain(region, instance)
    instance.status = "deleting"
    result = {"DBInstance": instance_document(region, instance)}
    region.service.start_job(
        instance, partial(lifecycle.delete, region=region, instance=instance, final=final), cancel=True
    )
    return result


def _final_snapshot(region: Region, instance: Instance, params: Params) -> Snapshot | None:
    skip, name = params.get("SkipFinalSnapshot", False), params.get("FinalDBSnapshotIdentifier")
    if instance.source is not None and not (skip and name is None):
        raise invalid_combination(
            "FinalDBSnapshotIdentifier can not be specified when deleting a replica instance: set SkipFinalSnapshot."
        )
    if skip and name:
        raise invalid_combination("FinalDBSnapshotIdentifier can't be specified when SkipFinalSnapshot is true.")
    if skip:
        return None
    if not name:
        raise invalid_combination(
            "FinalDBSnapshotIdentifier is required when deleting a DB instance unless SkipFinalSnapshot is specified."
        )
    if instance.status not in ("available", "stopped"):
        raise RdsError(
            "InvalidDBInstanceState",
            f"Cannot create a snapshot because the database instance {instance.identifier} is not currently in the"
            " available state.",
        )
    return snapshots.new(region, instance, name, "manual", {})


def reboot(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RebootDBInstance.html"""
    instance = available(region, params["DBInstanceIdentifier"], "incompatible-parameters")
    if params.get("ForceFailover") and not instance.attributes["MultiAZ"]:
        raise invalid_combination("Cannot force failover on a DB instance that is not Multi-AZ.")
    instance.status = "rebooting"
    result = {"DBInstance": instance_document(region, instance)}
    region.service.start_job(instance, partial(lifecycle.reboot, region=region, instance=instance))
    return result


def stop(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StopInstance.html"""
    instance = available(region, params["DBInstanceIdentifier"])
    _not_a_member(instance)
    if instance.source is not None or region.replicas_of(instance):
        raise RdsError(
            "InvalidDBInstanceState",
            f"Cannot stop or start {instance.identifier}: it is a read replica, or the source of one.",
        )
    instance.status = "stopping"
    result = {"DBInstance": instance_document(region, instance)}
    region.service.start_job(instance, partial(lifecycle.stop, region=region, instance=instance))
    return result


def start(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StartInstance.html"""
    instance = find(region, params["DBInstanceIdentifier"])
    _not_a_member(instance)
    if instance.status != "stopped":
        raise RdsError("InvalidDBInstanceState", f"Instance {instance.identifier} is not in stopped state.")
    instance.status = "starting"
    result = {"DBInstance": instance_document(region, instance)}
    region.service.start_job(instance, partial(lifecycle.start, region=region, instance=instance))
    return result


def _not_a_member(instance: Instance) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StopDBInstance.html"""
    if instance.cluster is not None:
        raise RdsError(
            "InvalidDBClusterStateFault",
            f"{instance.identifier} is a member of the DB cluster {instance.cluster.identifier}: stop and start that.",
        )


def find(region: Region, name: str) -> Instance:
    """The instance of that identifier or ARN. Raises DBInstanceNotFound."""
    identifier = name.rsplit(":", 1)[-1].lower()
    if identifier not in region.instances:
        raise RdsError("DBInstanceNotFound", f"DBInstance {identifier} not found.")
    return region.instances[identifier]


def available(region: Region, name: str, *other_statuses: str) -> Instance:
    """The instance, which must be available, or in another status given. Raises InvalidDBInstanceState."""
    instance = find(region, name)
    if instance.status not in ("available", *other_statuses):
        raise RdsError(
            "InvalidDBInstanceState",
            f"Database instance {instance.identifier} is not in available state, it is {instance.status}.",
        )
    return instance

"""Read replicas of instances: hot standbys that follow the server of their source.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PostgreSQL.Replication.ReadReplicas.html
"""

from __future__ import annotations

from functools import partial
from typing import Any

from emulator.rds import applying, creation, instances, lifecycle, quotas
from emulator.rds.documents import instance_document
from emulator.rds.errors import RdsError, invalid_combination
from emulator.rds.jobs import Job
from emulator.rds.refusals import engine
from emulator.rds.running import AVAILABLE, create_log_groups, first_backup, set_status, start_server
from emulator.rds.settings import MODIFYING
from emulator.rds.state import Instance, Params, Region, Result, now

DEFAULT_BACKUP_DAYS = 1
PROMOTE_MINUTES = 5.0


def create(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstanceReadReplica.html"""
    source = _source(region, params)
    replica = creation.replica_instance(region, params, source)
    replica.source = source
    return instances.begin(region, replica, params, "", partial(provision, source=source))


def _source(region: Region, params: Params) -> Instance:
    for name in ("SourceDBClusterIdentifier", "SourceRegion", "PreSignedUrl"):
        if params.get(name):
            raise invalid_combination(f"{name} is not supported by the emulator.")
    if not params.get("SourceDBInstanceIdentifier"):
        raise invalid_combination("Either SourceDBInstanceIdentifier or SourceDBClusterIdentifier must be provided.")
    source = instances.available(region, params["SourceDBInstanceIdentifier"])
    if source.cluster is not None:
        raise RdsError("InvalidDBInstanceState", "Read replicas of Amazon Aurora DB instances are not supported.")
    if not source.attributes["BackupRetentionPeriod"]:
        raise RdsError(
            "InvalidDBInstanceState",
            f"Automated backups are not enabled for this database instance: {source.identifier}. To enable automated"
            " backups, use ModifyDBInstance to set the backup retention period to a non-zero value.",
        )
    quotas.check_number(region, "ReadReplicasPerMaster", len(region.replicas_of(source)) + 1)
    if source.source is not None:
        raise RdsError("NotImplemented", "The emulator has no cascading read replicas.")
    _check(source, params)
    return source


def _check(source: Instance, params: Params) -> None:
    """What a replica has of its source alone.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html#rds-secrets-manager-limitations
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html#Overview.Encryption.Limitations
    """
    if "MasterUserSecret" in source.attributes:
        raise invalid_combination(
            "You can't create a read replica of a DB instance whose master user password is managed by RDS."
        )
    if params.get("KmsKeyId") and not source.attributes["StorageEncrypted"]:
        raise invalid_combination("You cannot create an encrypted read replica from an unencrypted DB instance.")


def provision(job: Job, region: Region, instance: Instance, source: Instance) -> None:
    """creating → available, without a backup"""
    if source.server is None:
        set_status(region, instance, "failed")
        return
    with region.service.context.lock:
        applying.write(region, source)
    source.server.reload()
    server = region.service.fleet.create_standby(
        instance.resource_id, instance.major, instance.port, source.server, source.port
    )
    with region.service.context.lock:
        instance.server = server
    if not start_server(region, instance):
        return
    job.pause_until(lifecycle.CREATE_MINUTES)
    with region.service.context.lock:
        instance.created = now()
        region.record(instance, "DB instance created", "creation")
        region.record(instance, "Replication for the Read Replica resumed", "read replica")
        create_log_groups(region, instance)
    set_status(region, instance, AVAILABLE)


def promote(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_PromoteReadReplica.html"""
    replica = instances.available(region, params["DBInstanceIdentifier"])
    if replica.source is None:
        raise RdsError("InvalidDBInstanceState", f"DB Instance {replica.identifier} is not a read replica.")
    days = params.get("BackupRetentionPeriod", replica.attributes["BackupRetentionPeriod"] or DEFAULT_BACKUP_DAYS)
    engine.backup_retention(days)
    future = {"BackupRetentionPeriod": days}
    if "PreferredBackupWindow" in params:
        future["PreferredBackupWindow"] = params["PreferredBackupWindow"]
    creation.check(region, replica.attributes | future)
    replica.attributes |= future
    replica.status = MODIFYING
    result = {"DBInstance": instance_document(region, replica)}
    region.service.start_job(replica, partial(_promote, region=region, replica=replica))
    return result


def _promote(job: Job, region: Region, replica: Instance) -> None:
    """modifying → backing-up → available, without a source"""
    lifecycle.stand_alone(region, replica)
    if replica.attributes["BackupRetentionPeriod"]:
        first_backup(region, replica)
    job.pause_until(PROMOTE_MINUTES)
    set_status(region, replica, AVAILABLE)


def check_modification(region: Region, instance: Instance, future: dict[str, Any], params: Params) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html (BackupRetentionPeriod)

    The roles of a replica, with their passwords, come from its source.
    """
    if region.replicas_of(instance) and not future["BackupRetentionPeriod"]:
        raise invalid_combination("Backups cannot be disabled for a DB instance that is a source to read replicas.")
    for name in ("MasterUserPassword", "ManageMasterUserPassword", "RotateMasterUserPassword"):
        if instance.source is not None and params.get(name):
            raise invalid_combination(f"{name} can't be set for a read replica: set it for its source.")

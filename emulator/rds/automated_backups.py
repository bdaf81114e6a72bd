"""Automated backups: what an instance can be restored from, while it exists and, if asked for, afterwards.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html
"""

from __future__ import annotations

from typing import Any

from emulator.rds import shared, snapshots
from emulator.rds.errors import RdsError
from emulator.rds.paging import matches, page
from emulator.rds.state import Instance, Params, Region, Result, now, tag_list

FILTERS = {
    "status": lambda document: document["Status"],
    "db-instance-id": lambda document: document["DBInstanceIdentifier"],
    "dbi-resource-id": lambda document: document["DbiResourceId"],
}


def describe(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBInstanceAutomatedBackups.html"""
    active = [_document(region, each) for each in region.instances.values() if each.restorable_from]
    documents = [
        document
        for document in [*active, *region.retained_backups.values()]
        if params.get("DBInstanceIdentifier", "").lower() in ("", document["DBInstanceIdentifier"])
        and params.get("DbiResourceId") in (None, document["DbiResourceId"])
        and params.get("DBInstanceAutomatedBackupsArn") in (None, document["DBInstanceAutomatedBackupsArn"])
        and matches(params, FILTERS, document)
    ]
    return page(params, "DBInstanceAutomatedBackups", documents)


def delete(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstanceAutomatedBackup.html"""
    for resource_id, document in region.retained_backups.items():
        if params.get("DbiResourceId") == resource_id or (
            params.get("DBInstanceAutomatedBackupsArn") == document["DBInstanceAutomatedBackupsArn"]
        ):
            snapshots.forget_automated(region, resource_id)
            return {"DBInstanceAutomatedBackup": {**region.retained_backups.pop(resource_id), "Status": "deleting"}}
    raise RdsError("DBInstanceAutomatedBackupNotFound", "No retained automated backup was found.")


def retain(region: Region, instance: Instance) -> None:
    """Keep an instance's backups when it is deleted."""
    if instance.restorable_from is not None:
        region.retained_backups[instance.resource_id] = {**_document(region, instance), "Status": "retained"}


def _document(region: Region, instance: Instance) -> dict[str, Any]:
    copied = (*snapshots.COPIED, "BackupRetentionPeriod", "BackupTarget")
    attributes = {name: instance.attributes[name] for name in copied if name in instance.attributes}
    backup_id = instance.resource_id.lower().removeprefix("db-")
    return {
        **attributes,
        "Encrypted": attributes.pop("StorageEncrypted"),
        "DBInstanceIdentifier": instance.identifier,
        "DBInstanceArn": instance.arn,
        "DbiResourceId": instance.resource_id,
        "DBInstanceAutomatedBackupsArn": region.arn("auto-backup", f"ab-{backup_id}"),
        "Region": region.name,
        "RestoreWindow": {"EarliestTime": instance.restorable_from, "LatestTime": now()},
        "Status": "active",
        "Port": instance.port,
        "VpcId": instance.subnet_group.vpc_id,
        "InstanceCreateTime": instance.created,
        "OptionGroupName": shared.engine_of(instance).option_group(instance.major),
        "TagList": tag_list(instance.tags),
    }

"""The API's DBInstance document.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html
"""

from __future__ import annotations

from typing import Any

from emulator.postgres.server import HOST
from emulator.rds import catalogue, master_secret, shared, subnet_groups
from emulator.rds.state import Instance, Region, now, tag_list

HOSTED_ZONE = "Z2R2ITUGPM61AM"


def instance_document(region: Region, instance: Instance) -> dict[str, Any]:
    attributes = {name: value for name, value in instance.attributes.items() if value is not None}
    certificate = attributes["CACertificateIdentifier"]
    return attributes | {
        "DBInstanceIdentifier": instance.identifier,
        "DBInstanceArn": instance.arn,
        "DbiResourceId": instance.resource_id,
        "DBInstanceStatus": instance.status,
        "InstanceCreateTime": instance.created,
        "LatestRestorableTime": _restorable(instance),
        "Endpoint": _endpoint(instance),
        # AWS shows 0 for an instance outside a cluster; the port is in Endpoint.
        "DbInstancePort": 0,
        "PendingModifiedValues": instance.pending | ({"MasterUserPassword": "****"} if instance.new_password else {}),
        "DBParameterGroups": [
            {
                "DBParameterGroupName": instance.parameter_group.name,
                "ParameterApplyStatus": instance.apply_status,
            }
        ],
        "DBSecurityGroups": [],
        **master_secret.document(instance),
        "DBSubnetGroup": subnet_groups.document(region, instance.subnet_group),
        "OptionGroupMemberships": [
            {"OptionGroupName": shared.engine_of(instance).option_group(instance.major), "Status": "in-sync"},
        ],
        "CertificateDetails": {
            "CAIdentifier": certificate,
            "ValidTill": catalogue.CERTIFICATES[certificate],
        },
        "EnhancedMonitoringResourceArn": _monitoring_stream(region, instance),
        "TagList": tag_list(instance.tags),
        "StatusInfos": _replication(instance),
        "DomainMemberships": [],
        "AssociatedRoles": [],
        "ReadReplicaDBInstanceIdentifiers": sorted(each.identifier for each in region.replicas_of(instance)),
        "ReadReplicaSourceDBInstanceIdentifier": instance.source.identifier if instance.source else None,
        "CustomerOwnedIpEnabled": False,
        "ActivityStreamStatus": "stopped",
        "IsStorageConfigUpgradeAvailable": False,
        "MultiTenant": False,
    }


def _endpoint(instance: Instance) -> dict[str, Any] | None:
    if instance.created is None:
        return None
    return {"Address": HOST, "Port": instance.port, "HostedZoneId": HOSTED_ZONE}


def _replication(instance: Instance) -> list[dict[str, Any]]:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.Monitoring.html"""
    if instance.source is None or instance.created is None:
        return []
    follows = all(server is not None and server.running for server in (instance.server, instance.source.server))
    return [{"StatusType": "read replication", "Normal": follows, "Status": "replicating" if follows else "error"}]


def _restorable(instance: Instance) -> Any:
    """Backups go on: the time moves with the clock once there is a first one."""
    return now() if instance.restorable_from and instance.status == "available" else instance.restorable_from


def _monitoring_stream(region: Region, instance: Instance) -> str | None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.CloudWatchLogs.html"""
    if not instance.attributes["MonitoringInterval"]:
        return None
    group = "log-group:RDSOSMetrics:log-stream"
    return f"arn:aws:logs:{region.name}:{region.account_id}:{group}:{instance.resource_id}"


def listed(region: Region, instance: Instance) -> dict[str, Any]:
    """What the emulator's own list of databases tells about one."""
    return {
        "account_id": region.account_id,
        "region": region.name,
        "identifier": instance.identifier,
        "status": instance.status,
        "engine_version": instance.attributes["EngineVersion"],
        "host": HOST,
        "port": instance.port,
        "master_username": instance.attributes["MasterUsername"],
        "database": instance.attributes["DBName"],
    }

"""The API's DBCluster document.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBCluster.html
"""

from __future__ import annotations

from typing import Any

from emulator.postgres.server import HOST
from emulator.rds import master_secret, shared
from emulator.rds.documents import HOSTED_ZONE
from emulator.rds.refusals import serverless
from emulator.rds.state import Cluster, now, tag_list


def cluster_document(cluster: Cluster) -> dict[str, Any]:
    attributes = {name: value for name, value in cluster.attributes.items() if value is not None}
    if attributes["StorageType"] == serverless.STANDARD_STORAGE:
        # https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBCluster.html (StorageType)
        del attributes["StorageType"]
    if "ServerlessV2ScalingConfiguration" in attributes:
        scaling = attributes["ServerlessV2ScalingConfiguration"]
        attributes["ServerlessV2ScalingConfiguration"] = serverless.shown(scaling)
    return (
        attributes
        | _pending(cluster)
        | {
            "DBClusterIdentifier": cluster.identifier,
            "DBClusterArn": cluster.arn,
            "DbClusterResourceId": cluster.resource_id,
            "Status": cluster.status,
            "ClusterCreateTime": cluster.created,
            "EarliestRestorableTime": cluster.created,
            "LatestRestorableTime": now(),
            "StorageEncryptionType": "sse-kms" if attributes["StorageEncrypted"] else "none",
            "Endpoint": HOST,
            "ReaderEndpoint": cluster.reader_host,
            "Port": cluster.port,
            "HostedZoneId": HOSTED_ZONE,
            "MultiAZ": len({member.attributes["AvailabilityZone"] for member in cluster.members}) > 1,
            "DBSubnetGroup": cluster.subnet_group.name,
            "DBClusterParameterGroup": cluster.parameter_group.name,
            "DBClusterMembers": [
                {
                    "DBInstanceIdentifier": member.identifier,
                    "IsClusterWriter": member is cluster.writer,
                    "DBClusterParameterGroupStatus": member.cluster_apply_status,
                    "PromotionTier": member.attributes["PromotionTier"],
                }
                for member in cluster.members
            ],
            "DBClusterOptionGroupMemberships": [
                {
                    "DBClusterOptionGroupName": shared.engine_of(cluster).option_group(cluster.major),
                    "Status": "in-sync",
                },
            ],
            **master_secret.document(cluster),
            "TagList": tag_list(cluster.tags),
            "AssociatedRoles": [],
            "ReadReplicaIdentifiers": [],
            "StatusInfos": [],
            "DomainMemberships": [],
            "CrossAccountClone": False,
            "ActivityStreamStatus": "stopped",
            "GlobalWriteForwardingRequested": False,
        }
    )


def _pending(cluster: Cluster) -> dict[str, Any]:
    """Shown only while something is pending."""
    values = cluster.pending | ({"MasterUserPassword": "****"} if cluster.new_password else {})
    return {"PendingModifiedValues": values} if values else {}

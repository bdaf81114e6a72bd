"""What an account may have in a region, and what it has: DescribeAccountAttributes, and the refusals at the limit.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_AccountQuota.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from emulator.rds.errors import RdsError
from emulator.rds.state import Params, Region, Result


@dataclass(frozen=True)
class Quota:
    """most: unless somebody has asked for another; code: with which RDS refuses what is more

    used: what counts, or for a quota of each of several resources the highest number
    """

    most: int
    used: Callable[[Region], int]
    code: str = ""


def _none(_: Region) -> int:
    return 0


def _storage(region: Region) -> int:
    """That of clusters does not count."""
    alone = (instance for instance in region.instances.values() if instance.cluster is None)
    return sum(instance.attributes["AllocatedStorage"] for instance in alone)


def _highest(numbers: Iterable[int]) -> int:
    return max(numbers, default=0)


QUOTAS: dict[str, Quota] = {
    "DBInstances": Quota(40, lambda region: len(region.instances), "InstanceQuotaExceeded"),
    "ReservedDBInstances": Quota(40, _none),
    "AllocatedStorage": Quota(100_000, _storage, "StorageQuotaExceeded"),
    "DBSecurityGroups": Quota(25, _none),
    "AuthorizationsPerDBSecurityGroup": Quota(20, _none),
    "DBParameterGroups": Quota(
        50,
        lambda region: sum(not group.is_default for group in region.parameter_groups.values()),
        "DBParameterGroupQuotaExceeded",
    ),
    "ManualSnapshots": Quota(
        100,
        lambda region: sum(snapshot.kind == "manual" for snapshot in region.snapshots.values()),
        "SnapshotQuotaExceeded",
    ),
    "EventSubscriptions": Quota(20, lambda region: len(region.event_subscriptions), "EventSubscriptionQuotaExceeded"),
    "DBSubnetGroups": Quota(50, lambda region: len(region.subnet_groups), "DBSubnetGroupQuotaExceeded"),
    "OptionGroups": Quota(20, _none),
    "SubnetsPerDBSubnetGroup": Quota(
        20,
        lambda region: _highest(len(group.subnet_ids) for group in region.subnet_groups.values()),
        "DBSubnetQuotaExceededFault",
    ),
    "ReadReplicasPerMaster": Quota(
        15,
        lambda region: _highest(len(region.replicas_of(instance)) for instance in region.instances.values()),
        # https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstanceReadReplica.html
        "InstanceQuotaExceeded",
    ),
    "DBClusters": Quota(40, lambda region: len(region.clusters), "DBClusterQuotaExceededFault"),
    "DBClusterParameterGroups": Quota(
        50,
        lambda region: sum(not group.is_default for group in region.cluster_parameter_groups.values()),
        "DBParameterGroupQuotaExceeded",
    ),
    "DBClusterRoles": Quota(5, _none),
    "DBInstanceRoles": Quota(5, _none),
    "ManualClusterSnapshots": Quota(100, lambda region: len(region.cluster_snapshots), "SnapshotQuotaExceeded"),
    "CustomEndpointsPerDBCluster": Quota(5, _none),
}


def describe(region: Region, _: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeAccountAttributes.html"""
    quotas = [
        {"AccountQuotaName": name, "Used": quota.used(region), "Max": _most(region, name)}
        for name, quota in QUOTAS.items()
    ]
    return {"AccountQuotas": quotas}


def check(region: Region, name: str, more: int = 1) -> None:
    """Raises RdsError if there may not be so many more of what this quota counts."""
    if more > 0:
        check_number(region, name, QUOTAS[name].used(region) + more)


def check_number(region: Region, name: str, number: int) -> None:
    """Raises RdsError if there may not be so many: of one resource, for a quota of each of several."""
    most = _most(region, name)
    if number > most:
        raise RdsError(QUOTAS[name].code, f"This account may have {most} ({name}) in {region.name}.")


def _most(region: Region, name: str) -> int:
    return region.service.context.quotas.get(name, QUOTAS[name].most)

"""Finding clusters."""

from __future__ import annotations

from emulator.rds.errors import RdsError
from emulator.rds.state import Cluster, Region


def find(region: Region, name: str) -> Cluster:
    """The cluster of that identifier or ARN. Raises DBClusterNotFoundFault."""
    identifier = name.rsplit(":", 1)[-1].lower()
    if identifier not in region.clusters:
        raise RdsError("DBClusterNotFoundFault", f"DBCluster {identifier} not found.")
    return region.clusters[identifier]


def available(region: Region, name: str, *other_statuses: str) -> Cluster:
    """The cluster, which must be available, or in another status given. Raises InvalidDBClusterStateFault."""
    cluster = find(region, name)
    if cluster.status not in ("available", *other_statuses):
        raise RdsError(
            "InvalidDBClusterStateFault",
            f"DBCluster {cluster.identifier} is not in available state, it is {cluster.status}.",
        )
    return cluster

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. Which metrics of AWS/RDS a database has, and whether an alarm watches one of them.

An alarm on a metric that there is not stays INSUFFICIENT_DATA, or OK where missing data is not breaching, for ever.
RDS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html
Aurora: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html
Database load: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.Cloudwatch.html
Serverless v2: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.alarm import problem
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.capacity import SERVERLESS
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Problem, unknown

NAMESPACE = "AWS/RDS"
INSTANCE, CLUSTER = "DBInstanceIdentifier", "DBClusterIdentifier"

_BOTH = frozenset([
    "CPUUtilization", "CPUCreditBalance", "CPUCreditUsage", "CPUSurplusCreditBalance", "CPUSurplusCreditsCharged",
    "DBLoad", "DBLoadCPU", "DBLoadNonCPU", "DatabaseConnections", "DiskQueueDepth", "EBSByteBalance%", "EBSIOBalance%",
    "FreeableMemory", "MaximumUsedTransactionIDs", "NetworkReceiveThroughput", "NetworkTransmitThroughput",
    "OldestReplicationSlotLag", "ReadIOPS", "ReadLatency", "ReadThroughput", "ReplicationSlotDiskUsage", "SwapUsage",
    "TransactionLogsDiskUsage", "WriteIOPS", "WriteLatency", "WriteThroughput",
])  # fmt: skip
POSTGRES = _BOTH | frozenset([
    "BurstBalance", "CheckpointLag", "FreeStorageSpace", "ReplicaLag", "TransactionLogsGeneration",
])  # fmt: skip
# Of the members. CloudWatch also has each by cluster, over all members.
AURORA_MEMBER = _BOTH | frozenset([
    "ACUUtilization", "AuroraOptimizedReadsCacheHitRatio", "AuroraReplicaLag", "AuroraReplicaLagMaximum",
    "AuroraReplicaLagMinimum", "BufferCacheHitRatio", "CommitLatency", "CommitThroughput", "ConnectionAttempts",
    "Deadlocks", "EngineUptime", "FreeEphemeralStorage", "FreeLocalStorage", "NetworkThroughput",
    "RDSToAuroraPostgreSQLReplicaLag", "ReadIOPSEphemeralStorage", "ReadLatencyEphemeralStorage",
    "ReadThroughputEphemeralStorage", "ServerlessDatabaseCapacity", "StorageNetworkReceiveThroughput",
    "StorageNetworkThroughput", "StorageNetworkTransmitThroughput", "TempStorageIOPS", "TempStorageThroughput",
    "WriteIOPSEphemeralStorage", "WriteLatencyEphemeralStorage", "WriteThroughputEphemeralStorage",
])  # fmt: skip
AURORA_CLUSTER = AURORA_MEMBER | frozenset([
    "AuroraGlobalDBDataTransferBytes", "AuroraGlobalDBProgressLag", "AuroraGlobalDBReplicatedWriteIO",
    "AuroraGlobalDBReplicationLag", "AuroraGlobalDBRPOLag", "BackupRetentionPeriodStorageUsed", "SnapshotStorageUsed",
    "TotalBackupStorageBilled", "VolumeBytesUsed", "VolumeReadIOPs", "VolumeWriteIOPs",
])  # fmt: skip
OF_SERVERLESS = frozenset([
    "ACUUtilization", "ServerlessDatabaseCapacity", "TempStorageIOPS", "TempStorageThroughput",
])  # fmt: skip
NOT_OF_SERVERLESS = frozenset(["FreeLocalStorage", "SwapUsage"])
OF_BURSTABLE = frozenset([
    "CPUCreditBalance", "CPUCreditUsage", "CPUSurplusCreditBalance", "CPUSurplusCreditsCharged",
])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Watched:
    """A database of a document. No classes are known of one that is not in it."""

    words: str
    metrics: frozenset[str]
    classes: frozenset[str] = frozenset()

    def offered(self) -> frozenset[str]:
        if not self.classes:
            return self.metrics
        found = self.metrics
        if SERVERLESS not in self.classes:
            found -= OF_SERVERLESS
        if self.classes == {SERVERLESS}:
            found -= NOT_OF_SERVERLESS
        return found if any(name.startswith("db.t") for name in self.classes) else found - OF_BURSTABLE


STRANGERS = {
    INSTANCE: Watched("a DB instance", POSTGRES | AURORA_MEMBER),
    CLUSTER: Watched("an Aurora PostgreSQL cluster", AURORA_CLUSTER),
}


def databases(resources: Iterable[Desired]) -> dict[tuple[str, str], Watched]:
    """The databases of a document, by the dimension that names them and their name."""
    found: dict[tuple[str, str], Watched] = {}
    for resource in resources:
        p = resource.properties
        if resource.kind == "rds_instance":
            found[INSTANCE, resource.name] = Watched("RDS for PostgreSQL", POSTGRES, _classes([p]))
        elif resource.kind == "aurora_cluster":
            members = [member for member in p.get("members") or () if isinstance(member, Mapping)]
            found[CLUSTER, resource.name] = Watched(STRANGERS[CLUSTER].words, AURORA_CLUSTER, _classes(members))
            for member in members:
                words = "a member of an Aurora PostgreSQL cluster"
                found[INSTANCE, member["name"]] = Watched(words, AURORA_MEMBER, _classes([member]))
    return found


def _classes(instances: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    given = [instance.get("instance_class") for instance in instances]
    return frozenset(str(name) for name in given if name and not unknown(name))


def check_metrics(resources: Sequence[Desired]) -> Iterator[Problem]:
    """Alarms on metrics that their database does not have."""
    known = databases(resources)
    for desired in (r for r in resources if r.kind == "metric_alarm"):
        for source in (desired.properties, *(desired.properties.get("metrics") or ())):
            dimensions = source.get("dimensions") or {}
            if source.get("namespace") == NAMESPACE and len(dimensions) == 1 and not unknown(dimensions):
                [database] = dimensions.items()
                yield from _check_metric(desired, source.get("metric_name"), database, known)


def _check_metric(
    desired: Desired, metric: Any, database: tuple[str, str], known: Mapping[tuple[str, str], Watched]
) -> Iterator[Problem]:
    watched = known.get(database) or STRANGERS.get(database[0])
    if watched is None or not metric or metric in watched.offered():
        return
    near = get_close_matches(str(metric), sorted(watched.offered()), n=3, cutoff=0.5)
    instead = f" Near to it: {', '.join(near)}." if near else ""
    classes = f" of {', '.join(sorted(watched.classes))}" if watched.classes and metric in watched.metrics else ""
    message = f"{database[1]} is {watched.words}{classes}, which has no such metric.{instead}"
    yield problem(desired, "metric_name", message, metric)

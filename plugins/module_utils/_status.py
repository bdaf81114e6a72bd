# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. How a database is, from what AWS says of it and whether it answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

GIB = 1024**3
HEALTHY = "available"
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html: states in which the database serves.
SERVING = frozenset(
    {
        HEALTHY,
        "backing-up",
        "backtracking",
        "configuring-enhanced-monitoring",
        "configuring-iam-database-auth",
        "configuring-log-exports",
        "maintenance",
        "modifying",
        "storage-config-upgrade",
        "storage-optimization",
        "upgrading",
    }
)
# Parameters that wait for a restart: DBParameterGroupStatus and DBClusterMember of the RDS API.
NEEDS_REBOOT = "pending-reboot"
ALARM_STATES = {"OK": "ok", "ALARM": "alarm", "INSUFFICIENT_DATA": "insufficient_data"}


@dataclass(frozen=True, slots=True)
class Reads:
    """What was read of one database, as AWS answered it.

    ``cluster`` is missing for an RDS instance. ``instances`` are the instance, or the members. ``metrics`` are the
    newest values by (metric, instance). ``answer`` says why the endpoint does not accept connections; empty if it does,
    None if it was not asked.
    """

    cluster: Mapping[str, Any] | None = None
    instances: Sequence[Mapping[str, Any]] = ()
    alarms: Mapping[str, str] = field(default_factory=dict)
    maintenance: Sequence[Mapping[str, Any]] = ()
    metrics: Mapping[tuple[str, str], float] = field(default_factory=dict)
    answer: str | None = None


def absent(identifier: str) -> dict[str, Any]:
    return {"identifier": identifier, "state": "absent", "trouble": [f"{identifier} does not exist"]}


def status(reads: Reads, wanted_alarms: Iterable[str], now: datetime, certificate_days: int) -> dict[str, Any]:
    """The status of a database that exists, as the module documents it."""
    main = reads.cluster or reads.instances[0]
    certificate = min(filter(None, map(_valid_till, reads.instances)), default=None)
    restorable = main.get("LatestRestorableTime")
    found: dict[str, Any] = {
        "identifier": main["DBClusterIdentifier" if reads.cluster else "DBInstanceIdentifier"],
        "engine": main["Engine"],
        "engine_version": main["EngineVersion"],
        "state": main["Status" if reads.cluster else "DBInstanceStatus"],
        "endpoint": endpoint(reads),
        "members": [_member(raw, reads.cluster) for raw in reads.instances],
        "capacity_acu": _capacity(reads.cluster),
        "multi_az": main.get("MultiAZ", False),
        "connections": _sum(reads, "DatabaseConnections"),
        "storage_used_percent": _storage_used(reads),
        "restorable_to": restorable.isoformat() if restorable else None,
        "restorable_seconds_ago": round((now - restorable).total_seconds()) if restorable else None,
        "certificate_valid_till": certificate.isoformat() if certificate else None,
        "pending": list(_pending(reads)),
        "maintenance": [dict(entry) for entry in reads.maintenance],
        "alarms": _alarms(reads.alarms, wanted_alarms),
        "answers": None if reads.answer is None else not reads.answer,
    }
    return {**found, "trouble": list(_trouble(found, reads, certificate, now + timedelta(days=certificate_days)))}


def endpoint(reads: Reads) -> str | None:
    """``host:port`` of the instance or of the cluster's writer; None while AWS has none."""
    if reads.cluster:
        return f"{reads.cluster['Endpoint']}:{reads.cluster['Port']}" if "Endpoint" in reads.cluster else None
    at = reads.instances[0].get("Endpoint") or {}
    return f"{at['Address']}:{at['Port']}" if at else None


def _valid_till(raw: Mapping[str, Any]) -> datetime | None:
    valid: datetime | None = (raw.get("CertificateDetails") or {}).get("ValidTill")
    return valid


def _member(raw: Mapping[str, Any], cluster: Mapping[str, Any] | None) -> dict[str, Any]:
    name = raw["DBInstanceIdentifier"]
    writers = {
        member["DBInstanceIdentifier"]
        for member in (cluster or {}).get("DBClusterMembers", ())
        if member["IsClusterWriter"]
    }
    return {
        "identifier": name,
        "role": ("writer" if name in writers else "reader") if cluster else "instance",
        "state": raw["DBInstanceStatus"],
        "instance_class": raw["DBInstanceClass"],
        "availability_zone": raw.get("AvailabilityZone"),
    }


def _capacity(cluster: Mapping[str, Any] | None) -> dict[str, float] | None:
    scaling = (cluster or {}).get("ServerlessV2ScalingConfiguration")
    return {"min": scaling["MinCapacity"], "max": scaling["MaxCapacity"]} if scaling else None


def _sum(reads: Reads, metric: str) -> int | None:
    values = [value for (name, _instance), value in reads.metrics.items() if name == metric]
    return round(sum(values)) if values else None


def _storage_used(reads: Reads) -> int | None:
    """Of an instance; a cluster's volume grows by itself."""
    free = [value for (name, _instance), value in reads.metrics.items() if name == "FreeStorageSpace"]
    if reads.cluster or not free:
        return None
    bytes_there = int(reads.instances[0]["AllocatedStorage"]) * GIB
    return round(100 - 100 * free[0] / bytes_there)


def _pending(reads: Reads) -> Iterator[dict[str, str]]:
    """Changes that were made and are not in effect yet, instance by instance."""
    for raw in (*([reads.cluster] if reads.cluster else ()), *reads.instances):
        name = raw.get("DBInstanceIdentifier") or raw["DBClusterIdentifier"]
        for change in sorted(raw.get("PendingModifiedValues") or ()):
            yield {"resource": name, "what": change, "waits_for": f"window {raw['PreferredMaintenanceWindow']}"}
    for raw in reads.instances:
        if NEEDS_REBOOT in (group["ParameterApplyStatus"] for group in raw.get("DBParameterGroups", ())):
            yield {"resource": raw["DBInstanceIdentifier"], "what": "parameters", "waits_for": "reboot"}
    for member in (reads.cluster or {}).get("DBClusterMembers", ()):
        if member.get("DBClusterParameterGroupStatus") == NEEDS_REBOOT:
            yield {"resource": member["DBInstanceIdentifier"], "what": "cluster parameters", "waits_for": "reboot"}


def _alarms(states: Mapping[str, str], wanted: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {state: [] for state in (*ALARM_STATES.values(), "missing")}
    for name in sorted(wanted):
        found[ALARM_STATES[states[name]] if name in states else "missing"].append(name)
    return found


def _trouble(found: Mapping[str, Any], reads: Reads, certificate: datetime | None, soon: datetime) -> Iterator[str]:
    """What somebody should look at, the worst first."""
    if found["state"] not in SERVING:
        yield f"{found['identifier']} is {found['state']}"
    if reads.cluster and not reads.instances:
        yield f"{found['identifier']} has no member"
    for member in found["members"] if reads.cluster else ():
        if member["state"] not in SERVING:
            yield f"{member['identifier']} is {member['state']}"
    if reads.answer:
        yield f"{found['endpoint'] or found['identifier']} does not accept connections: {reads.answer}"
    for name in found["alarms"]["alarm"]:
        yield f"alarm {name}"
    for name in found["alarms"]["missing"]:
        yield f"alarm {name} is missing"
    if certificate and certificate < soon:
        yield f"the server certificate expires on {certificate:%Y-%m-%d}"

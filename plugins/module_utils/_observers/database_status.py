# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The reads of a database's status: at most six calls and one connection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils import _status
from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients, answers, pages
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import pending_maintenance
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.accepting import why_not
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.cloudwatch import PAGE, SORTS, TYPES
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds_reads import CLUSTER_ABSENT, INSTANCE_ABSENT
from ansible_collections.pgfleet.aws.plugins.module_utils._status import Reads

METRICS = ("DatabaseConnections", "FreeStorageSpace")
# RDS sends a value every minute, which CloudWatch shows after some more.
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html
PERIOD_SECONDS = 60
LOOK_BACK = timedelta(minutes=10)


def read(
    clients: Clients,
    cluster: str | None,
    instance: str | None,
    alarms: Sequence[str],
    probe: float | None,
    now: datetime,
) -> Reads | None:
    """What there is to know of the cluster or the instance; None when it does not exist.

    ``probe`` is how long the endpoint has to answer, in seconds; None asks it nothing. Raises AwsError.
    """
    found = _databases(clients("rds"), cluster, instance)
    if found is None:
        return None
    names = [raw["DBInstanceIdentifier"] for raw in found.instances]
    arns = [found.cluster["DBClusterArn"]] if found.cluster else []
    return Reads(
        found.cluster,
        found.instances,
        _alarm_states(clients, alarms),
        _maintenance(clients("rds"), [*arns, *(raw["DBInstanceArn"] for raw in found.instances)]),
        _metrics(clients("cloudwatch"), names, now),
        None if probe is None else _answer(_status.endpoint(found), probe),
    )


def _databases(client: Any, cluster: str | None, instance: str | None) -> Reads | None:
    if instance:
        found = pages(
            client,
            "describe_db_instances",
            "DBInstances",
            absent=INSTANCE_ABSENT,
            subject=instance,
            DBInstanceIdentifier=instance,
        )
        return Reads(None, found) if found else None
    clusters = pages(
        client,
        "describe_db_clusters",
        "DBClusters",
        absent=CLUSTER_ABSENT,
        subject=cluster or "",
        DBClusterIdentifier=cluster,
    )
    if not clusters:
        return None
    filters = [{"Name": "db-cluster-id", "Values": [cluster]}]
    return Reads(
        clusters[0], pages(client, "describe_db_instances", "DBInstances", subject=cluster or "", Filters=filters)
    )


def _alarm_states(clients: Clients, names: Sequence[str]) -> dict[str, str]:
    return {
        raw["AlarmName"]: raw["StateValue"]
        for start in range(0, len(names), PAGE)
        for page in answers(
            clients("cloudwatch"), "describe_alarms", AlarmNames=list(names[start : start + PAGE]), AlarmTypes=TYPES
        )
        for sort in SORTS.values()
        for raw in page.get(sort, ())
    }


def _maintenance(client: Any, arns: Sequence[str]) -> list[dict[str, Any]]:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribePendingMaintenanceActions.html"""
    found = pages(client, "describe_pending_maintenance_actions", "PendingMaintenanceActions")
    entries = [entry for raw in found for entry in pending_maintenance.from_aws(raw)]
    return [dict(entry) for entry in pending_maintenance.chosen(entries, arns, ())]


def _metrics(client: Any, instances: Sequence[str], now: datetime) -> dict[tuple[str, str], float]:
    """The newest value of each metric of each instance, in one request (AWS takes 500 in one)."""
    asked = {f"m{at}": pair for at, pair in enumerate((metric, name) for metric in METRICS for name in instances)}
    if not asked:
        return {}
    queries = [_query(key, metric, name) for key, (metric, name) in asked.items()]
    results = pages(
        client,
        "get_metric_data",
        "MetricDataResults",
        MetricDataQueries=queries,
        StartTime=now - LOOK_BACK,
        EndTime=now,
        ScanBy="TimestampDescending",
    )
    return dict(_newest(asked, results))


def _newest(
    asked: Mapping[str, tuple[str, str]], results: Iterable[Mapping[str, Any]]
) -> Iterable[tuple[tuple[str, str], float]]:
    return [(asked[result["Id"]], result["Values"][0]) for result in results if result["Values"]]


def _query(key: str, metric: str, instance: str) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html"""
    dimensions = [{"Name": "DBInstanceIdentifier", "Value": instance}]
    wanted = {"Namespace": "AWS/RDS", "MetricName": metric, "Dimensions": dimensions}
    return {"Id": key, "MetricStat": {"Metric": wanted, "Period": PERIOD_SECONDS, "Stat": "Average"}}


def _answer(endpoint: str | None, seconds: float) -> str:
    if endpoint is None:
        return "it has no endpoint yet"
    host, port = endpoint.rsplit(":", 1)
    return why_not(host, int(port), seconds)

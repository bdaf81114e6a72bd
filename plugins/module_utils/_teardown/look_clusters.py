# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads Aurora clusters, what is left of their data, and what belongs to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, pages, to_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.reader_autoscaling_requests import target
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds_reads import PARAMETER_GROUP_ABSENT
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.look import Look
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Found


def clusters(look: Look) -> Iterator[Found]:
    """All of the account and region, as for databases. Their members are read as databases."""
    for raw in pages(look.clients("rds"), "describe_db_clusters", "DBClusters"):
        yield cluster(raw)


def cluster(raw: Mapping[str, Any]) -> Found:
    facts = {
        "status": raw.get("Status", ""),
        "kms_key": raw.get("KmsKeyId"),
        "replica_of": raw.get("ReplicationSourceIdentifier"),
        "uses": frozenset({raw.get("DBClusterParameterGroup"), raw.get("DBSubnetGroup")}),
    }
    name = raw["DBClusterIdentifier"]
    return Found("aurora_cluster", name, name, to_tags(raw.get("TagList")), facts)


def snapshots(look: Look) -> Iterator[Found]:
    """Automated ones go with their cluster."""
    for raw in pages(look.clients("rds"), "describe_db_cluster_snapshots", "DBClusterSnapshots"):
        if raw.get("SnapshotType") != "automated":
            name = raw["DBClusterSnapshotIdentifier"]
            facts = {"cluster": raw["DBClusterIdentifier"], "kms_key": raw.get("KmsKeyId")}
            yield Found("db_cluster_snapshot", name, name, to_tags(raw.get("TagList")), facts)


def retained_backups(look: Look) -> Iterator[Found]:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Backups.Retaining.html"""
    filters = [{"Name": "status", "Values": ["retained"]}]
    client = look.clients("rds")
    found = pages(client, "describe_db_cluster_automated_backups", "DBClusterAutomatedBackups", Filters=filters)
    for raw in found:
        name = raw["DBClusterIdentifier"]
        facts = {"cluster": name, "kms_key": raw.get("KmsKeyId")}
        yield Found("cluster_automated_backup", name, raw["DbClusterResourceId"], to_tags(raw.get("TagList")), facts)


def parameter_groups(look: Look) -> Iterator[Found]:
    client, kind = look.clients("rds"), "db_cluster_parameter_group"
    for raw in pages(client, "describe_db_cluster_parameter_groups", "DBClusterParameterGroups"):
        name, arn = raw["DBClusterParameterGroupName"], raw["DBClusterParameterGroupArn"]
        if not name.startswith("default.") and look.asks_about(kind, name, arn):
            gone = PARAMETER_GROUP_ABSENT
            tags = call(client, "list_tags_for_resource", ResourceName=arn, subject=name, absent=gone)
            if tags is not None:
                yield Found(kind, name, name, to_tags(tags["TagList"]))


def reader_autoscaling(look: Look) -> Iterator[Found]:
    """Targets are named after their clusters; those from before there were tags have no ARN to ask for them."""
    client, kind = look.clients("application-autoscaling"), "reader_autoscaling"
    where = {key: value for key, value in target("").items() if key != "ResourceId"}
    for raw in pages(client, "describe_scalable_targets", "ScalableTargets", **where):
        name, arn = raw["ResourceId"].removeprefix("cluster:"), raw.get("ScalableTargetARN", "")
        found = Found(kind, name, raw["ResourceId"], {}, {"cluster": name})
        if arn and (name in look.clusters or look.asks_about(kind, name, arn)):
            tags = call(
                client, "list_tags_for_resource", ResourceARN=arn, subject=name, absent={"ResourceNotFoundException"}
            )
            found = replace(found, tags=(tags or {}).get("Tags", {}))
        yield found

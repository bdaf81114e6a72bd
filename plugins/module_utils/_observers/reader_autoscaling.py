# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of Application Auto Scaling for Aurora replicas."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, lots, pages
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import reader_autoscaling
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.reader_autoscaling_requests import target
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed, Problem

CLUSTER_ABSENT = frozenset({"DBClusterNotFound", "DBClusterNotFoundFault"})
# https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalableTargets.html
MOST_IDS = 50


def observe_reader_autoscaling(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    """Targets in lots, policies of one cluster or of all, tags target by target."""
    client = scope.clients("application-autoscaling")
    by_id = {target(desired.name.lower())["ResourceId"]: desired for desired in wanted}
    found = [raw for lot in lots(by_id, MOST_IDS) for raw in _targets(client, lot)]
    policies = _policies(client, [raw["ResourceId"] for raw in found])
    for raw in found:
        arn = raw.get("ScalableTargetARN")
        tags = call(client, "list_tags_for_resource", ResourceARN=arn, subject=raw["ResourceId"])["Tags"] if arn else {}
        name = by_id[raw["ResourceId"]].name
        yield reader_autoscaling.from_aws(name, raw, policies[raw["ResourceId"]], tags)


def _targets(client: Any, ids: list[str]) -> list[Any]:
    where = {key: value for key, value in target("").items() if key != "ResourceId"}
    return pages(
        client, "describe_scalable_targets", "ScalableTargets", subject=", ".join(ids), ResourceIds=ids, **where
    )


def _policies(client: Any, ids: Sequence[str]) -> dict[str, list[Any]]:
    by_id: dict[str, list[Any]] = defaultdict(list)
    if ids:
        where = {key: value for key, value in target("").items() if key != "ResourceId"}
        one = {"ResourceId": ids[0]} if len(ids) == 1 else {}
        for raw in pages(
            client, "describe_scaling_policies", "ScalingPolicies", subject=", ".join(ids), **where, **one
        ):
            by_id[raw["ResourceId"]].append(raw)
    return by_id


def verify_capacity(_scope: Scope, desired: Desired, observed: Observed | None) -> Iterable[Problem]:
    return reader_autoscaling.capacity_problems(desired, observed)


def verify_with_cluster(scope: Scope, desired: Desired, observed: Observed | None) -> Iterable[Problem]:
    """For whoever scales the readers of a cluster that should exist by now."""
    yield from verify_capacity(scope, desired, observed)
    found = pages(
        scope.clients("rds"),
        "describe_db_clusters",
        "DBClusters",
        absent=CLUSTER_ABSENT,
        subject=desired.name,
        DBClusterIdentifier=desired.name,
    )
    yield from reader_autoscaling.cluster_problems(desired, found[0] if found else None, scope.region)


READER_AUTOSCALING = Handler(
    reader_autoscaling.READER_AUTOSCALING,
    observe_reader_autoscaling,
    reader_autoscaling.plan_reader_autoscaling,
    verify_capacity,
)

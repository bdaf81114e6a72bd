# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. How far many databases of an account and region are, in as few calls as AWS allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients, pages
from ansible_collections.pgfleet.aws.plugins.module_utils._awaited import CLUSTER, INSTANCE, Thing

# Call, key of its answer, filter, name, status.
# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBInstances.html
# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBClusters.html
READS = {
    INSTANCE: (
        "describe_db_instances",
        "DBInstances",
        "db-instance-id",
        "DBInstanceIdentifier",
        "DBInstanceStatus",
    ),
    CLUSTER: ("describe_db_clusters", "DBClusters", "db-cluster-id", "DBClusterIdentifier", "Status"),
}
# As many as a page has.
AT_ONCE = 100


def statuses(clients: Clients, wanted: Mapping[str, Sequence[str]]) -> dict[Thing, str]:
    """Statuses by kind and name; of what does not exist there is none. Raises AwsError."""
    return {thing: status for kind, names in wanted.items() for thing, status in _of_kind(clients("rds"), kind, names)}


def _of_kind(client: Any, kind: str, names: Sequence[str]) -> Iterator[tuple[Thing, str]]:
    method, key, by, name, status = READS[kind]
    for start in range(0, len(names), AT_ONCE):
        filters = [{"Name": by, "Values": list(names[start : start + AT_ONCE])}]
        for raw in pages(client, method, key, Filters=filters):
            yield (kind, raw[name]), raw[status]

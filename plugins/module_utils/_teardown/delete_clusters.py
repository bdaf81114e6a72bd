# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Takes Aurora clusters away: scaling of readers, members, then themselves."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients, call
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.reader_autoscaling_requests import target
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds_reads import (
    CLUSTER_ABSENT,
    PARAMETER_GROUP_ABSENT,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.delete_database import (
    BUSY_INSTANCE,
    await_instance,
    instance_status,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.deletion import Deletion
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Removal
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.waiting import Patience

BUSY = BUSY_INSTANCE | {"InvalidDBClusterStateFault"}
STARTING = ("stopped", "starting")

parameter_groups = Deletion(
    "rds",
    "delete_db_cluster_parameter_group",
    "DBClusterParameterGroupName",
    PARAMETER_GROUP_ABSENT,
    frozenset({"InvalidDBParameterGroupState", "InvalidDBParameterGroupStateFault"}),
)


def reader_autoscaling(clients: Clients, group: Sequence[Removal], _patience: Patience) -> None:
    """Policies and their alarms go with it; the readers that it made stay, and go as members of the cluster."""
    client, gone = clients("application-autoscaling"), {"ObjectNotFoundException"}
    for removal in group:
        name = removal.found.name
        call(client, "deregister_scalable_target", subject=name, absent=gone, **target(name))


def members(clients: Clients, group: Sequence[Removal], patience: Patience) -> None:
    """Readers first, so that nothing fails over, and all before any is waited for.

    What could refuse the whole comes before them: without its protection lifted, a cluster would stay, and be empty.
    """
    client = clients("rds")
    of_ours = dict.fromkeys(removal.arguments["cluster"] for removal in group)
    writers = {_made_ready(client, name, patience) for name in of_ours if name}
    for removal in sorted(group, key=lambda removal: removal.found.id in writers):
        attempt = partial(_delete_member, client, removal.found.id)
        patience.while_busy(attempt, BUSY, f"database {removal.found.name}")
    for removal in group:
        await_instance(clients, removal.found.id, patience)


def clusters(clients: Clients, group: Sequence[Removal], patience: Patience) -> None:
    for removal in group:
        _made_ready(clients("rds"), removal.found.id, patience)
        attempt = partial(_delete_cluster, clients("rds"), removal)
        patience.while_busy(attempt, BUSY, f"cluster {removal.found.name}")
    for removal in group:
        await_cluster(clients, removal.found.id, patience)


def await_cluster(clients: Clients, name: str, patience: Patience) -> None:
    patience.until(lambda: str(_described(clients("rds"), name).get("Status", "")), f"cluster {name}")


def _described(client: Any, name: str) -> dict[str, Any]:
    """Empty for a cluster that is gone."""
    found = call(client, "describe_db_clusters", subject=name, absent=CLUSTER_ABSENT, DBClusterIdentifier=name)
    return dict(found["DBClusters"][0]) if found else {}


def _made_ready(client: Any, name: str, patience: Patience) -> str:
    """Started, for AWS deletes nothing of a stopped cluster, and without protection; returns the writer, if any.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DeleteCluster.html
    """
    found = _described(client, name)
    if found.get("Status") == "stopped":
        call(client, "start_db_cluster", subject=name, DBClusterIdentifier=name)
        patience.until(partial(_starting, client, name), f"cluster {name}")
    if found.get("DeletionProtection"):
        wanted = {"DBClusterIdentifier": name, "DeletionProtection": False, "ApplyImmediately": True}
        attempt = partial(call, client, "modify_db_cluster", subject=name, absent=CLUSTER_ABSENT, **wanted)
        patience.while_busy(attempt, BUSY, f"cluster {name}")
    writers = (m["DBInstanceIdentifier"] for m in found.get("DBClusterMembers", ()) if m.get("IsClusterWriter"))
    return next(writers, "")


def _starting(client: Any, name: str) -> str:
    status = str(_described(client, name).get("Status", ""))
    return status if status in STARTING else ""


def _delete_member(client: Any, name: str) -> None:
    """The data is the cluster's: a member is deleted without a snapshot of its own."""
    if instance_status(client, name) not in ("", "deleting"):
        call(client, "delete_db_instance", subject=name, DBInstanceIdentifier=name, SkipFinalSnapshot=True)


def _delete_cluster(client: Any, removal: Removal) -> None:
    """With the readers that were begun before their scaling ended, and so were not there to be planned for."""
    name = removal.found.id
    found = _described(client, name)
    if found.get("Status", "deleting") == "deleting":
        return
    for member in found.get("DBClusterMembers", ()):
        _delete_member(client, member["DBInstanceIdentifier"])
    snapshot = removal.arguments.get("snapshot")
    ending = {"FinalDBSnapshotIdentifier": snapshot} if snapshot else {}
    call(client, "delete_db_cluster", subject=name, DBClusterIdentifier=name, SkipFinalSnapshot=not snapshot, **ending)

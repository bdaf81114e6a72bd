# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The writes of the module aurora_cluster to the cluster itself, and its waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.aurora_members import (
    change_members,
    create_members,
    delete_members,
    remove_members,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.aurora_waits import changed, settled, started, whole
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.rds_session import (
    FinalSnapshot,
    Session,
    credentials,
    with_password,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.rds_tags import apply_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_cluster import members_in
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_cluster_plan import (
    is_reboot,
    new_members,
    of_cluster,
    removed_members,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_cluster_requests import (
    ENGINE,
    creation,
    modification,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_member import in_order, wanted_members
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds_catalogue import chosen_version
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Change, Effect, Observed, Plan
from ansible_collections.pgfleet.aws.plugins.module_utils._waiters import CLUSTER_GONE

NOUN = "DB cluster"


def apply_create(session: Session) -> Observed | None:
    """The cluster and, at once, all its members. Returns the cluster as it was seen last."""
    desired = session.desired
    version, _offered = chosen_version(session.client, ENGINE, desired, None)
    request = creation(desired, version)
    if desired.properties.get("master_user_secret_arn"):
        request |= credentials(session)
    made = call(session.client, "create_db_cluster", subject=desired.name, **request)["DBCluster"]
    members = wanted_members(desired)
    create_members(session, members, [], made.get("AvailabilityZones", []), made.get("DBSubnetGroup"))
    return whole(session, [member.name for member in members]) if session.wait else session.observe()


def apply_update(session: Session, observed: Observed, plan: Plan) -> Observed | None:
    """The cluster, then new members, then those that go, then changes of members: without restarts, then with.

    A step that another one needs is awaited in any case. Returns the cluster as it was seen last.
    """
    seen: Observed | None = observed
    own = of_cluster(plan.changes)
    created, removed = new_members(plan.changes), removed_members(plan.changes)
    others = [change for change in plan.changes if change not in own]
    change_cluster(session, observed, plan, own)
    if own and (session.wait or (others and any(change.effect is not Effect.NONE for change in own))):
        seen = changed(session, own)
    if created:
        wanted = [member for member in wanted_members(session.desired) if member.name in created]
        taken = [member.properties["availability_zone"] for member in members_in(observed).values()]
        create_members(
            session, wanted, taken, observed.attributes["_zones"], observed.properties["db_subnet_group_name"]
        )
        seen = whole(session, created) if session.wait or removed else seen
    if removed:
        remove_members(session, removed)
    change_members(session, observed, others)
    if not session.wait:
        return session.observe()
    return _rebooted(session, changed(session, plan.changes) if others else seen)


def change_cluster(session: Session, observed: Observed, plan: Plan, own: Iterable[Change]) -> None:
    """One request for all changes, the Data API by its own call, and tags."""
    after = {change.property: change.after for change in own}
    version = None
    if "engine_version" in after:
        version, _offered = chosen_version(session.client, ENGINE, session.desired, observed)
    request = modification(session.desired, observed, own, version)
    request = with_password(session, request, set(after))
    if request:
        call(session.client, "modify_db_cluster", subject=observed.name, **request)
    arn = observed.attributes["arn"]
    if "http_endpoint_enabled" in after:
        method = "enable_http_endpoint" if after["http_endpoint_enabled"] else "disable_http_endpoint"
        call(session.client, method, subject=observed.name, ResourceArn=arn)
    apply_tags(session.client, arn, replace(plan, changes=tuple(own)))


def _rebooted(session: Session, observed: Observed | None) -> Observed | None:
    """The cluster after the reboots that its changes have made due (another parameter group), where allowed."""
    handler = session.handler
    due = [
        change
        for change in handler.plan(handler.kind, session.desired, observed, session.allow).changes
        if is_reboot(change)
    ]
    if observed is None or not due:
        return observed
    change_members(session, observed, due)
    return changed(session, due)


def apply_delete(session: Session, observed: Observed, final: FinalSnapshot) -> None:
    """Members, readers first so that nothing fails over, then the cluster; one already being deleted is only awaited.

    A stopped cluster has to be started first:
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DeleteCluster.html#USER_Deletion_Stopped_Cluster
    """
    name = observed.name
    if session.wait and observed.attributes["status"] != "deleting":
        # AWS deletes nothing that it is still making or changing.
        observed = settled(session, observed) or observed
    if observed.attributes["status"] == "stopped":
        call(session.client, "start_db_cluster", subject=name, DBClusterIdentifier=name)
        observed = started(session) or observed
    if observed.attributes["status"] != "deleting":
        delete_members(session, in_order(members_in(observed).values()))
        call(
            session.client,
            "delete_db_cluster",
            subject=name,
            DBClusterIdentifier=name,
            **final.request("FinalDBSnapshotIdentifier"),
        )
    if session.wait:
        session.until(CLUSTER_GONE)


def settle(session: Session) -> Observed | None:
    """The cluster once it can be changed: what a killed run has left in creation, change or deletion is awaited."""
    observed = session.observe()
    if observed is None or not session.wait:
        return observed
    if observed.attributes["status"] == "deleting":
        return session.until(CLUSTER_GONE)
    return settled(session, observed)

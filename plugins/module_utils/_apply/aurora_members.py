# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The writes of the module aurora_cluster to the members of the cluster."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.aurora_waits import changed
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.rds_session import Session
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.rds_tags import apply_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_cluster import members_in
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_cluster_plan import (
    MEMBER,
    is_reboot,
    of_member,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_cluster_requests import member_creation, spread
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_member import in_order, wanted_members
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance_requests import modification
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.aurora_clusters import subnet_zones
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Change, Desired, Effect, Observed, Plan
from ansible_collections.pgfleet.aws.plugins.module_utils._waiters import CLUSTER_SETTLED

NOT_YET = frozenset({"InvalidDBClusterStateFault"})


def create_members(
    session: Session, members: Sequence[Desired], taken: Sequence[str], storage_zones: Sequence[str], group: Any
) -> None:
    """All requests first: AWS makes the members side by side.

    A member that names no zone goes where the fewest are, among the zones of the subnet group (``group``) that also
    hold the storage of the cluster.
    """
    if not members:
        return
    zones = subnet_zones(session.client, group)
    chosen = spread(members, taken, [zone for zone in zones if zone in storage_zones] or zones)
    for member in members:
        request = member_creation(session.desired.name, member, chosen.get(member.name))
        if call(session.client, "create_db_instance", absent=NOT_YET, subject=member.name, **request) is None:
            session.until(CLUSTER_SETTLED)
            call(session.client, "create_db_instance", subject=member.name, **request)


def change_members(session: Session, observed: Observed, changes: Iterable[Change]) -> None:
    """Changes of present members. Those that restart a member are made one at a time, readers first, the writer last.

    The last of them is not awaited here.
    """
    listed = [(member, of_member(changes, member.name)) for member in in_order(members_in(observed).values())]
    quiet = [(member, own) for member, own in listed if own and not _restarts(own)]
    for member, own in quiet:
        _change(session, member, own)
    before = [change for member, own in quiet for change in _named(member, own)]
    for member, own in listed:
        if not _restarts(own):
            continue
        if before:
            changed(session, before)
        _change(session, member, own)
        before = _named(member, own)


def _restarts(changes: Iterable[Change]) -> bool:
    return any(change.effect is not Effect.NONE for change in changes)


def _named(member: Observed, changes: Iterable[Change]) -> list[Change]:
    """The changes with their names in the cluster."""
    return [
        Change(f"{MEMBER}{member.name}.{change.property}", change.before, change.after, change.effect)
        for change in changes
    ]


def _change(session: Session, member: Observed, changes: Sequence[Change]) -> None:
    wanted = next(wanted for wanted in wanted_members(session.desired) if wanted.name == member.name)
    request = modification(wanted, member, changes, None)
    if request:
        call(session.client, "modify_db_instance", subject=member.name, **request)
    apply_tags(session.client, member.attributes["arn"], Plan(member.kind, member.name, changes=tuple(changes)))
    if any(is_reboot(change) for change in changes):
        if request:
            changed(session, [change for change in _named(member, changes) if not is_reboot(change)])
        call(session.client, "reboot_db_instance", subject=member.name, DBInstanceIdentifier=member.name)


def remove_members(session: Session, names: Iterable[str]) -> None:
    for name in names:
        _delete(session, name)


def delete_members(session: Session, members: Iterable[Observed]) -> None:
    """All members of a cluster that is deleted. AWS need not be done with one before the next is asked for.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DeleteCluster.html
    """
    for member in members:
        if member.attributes["status"] != "deleting":
            _delete(session, member.name)


def _delete(session: Session, name: str) -> None:
    """The data is the cluster's: a member is deleted without a snapshot of its own."""
    call(session.client, "delete_db_instance", subject=name, DBInstanceIdentifier=name, SkipFinalSnapshot=True)

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. How far a cluster and its members have come with what AWS was asked for."""

from __future__ import annotations

from collections.abc import Iterable

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_cluster import (
    AURORA_CLUSTER,
    members_in,
    needs_reboot,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_cluster_plan import split
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_member import AURORA_MEMBER, autoscaled
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance_plan import REBOOT_CHANGE
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Change, Kind, Observed


def unsettled(observed: Observed, settled: Iterable[str]) -> list[str]:
    """The members that are in no ``settled`` status or still apply parameters, each with its status.

    Readers that Aurora scales come and go by themselves.
    """
    fine = frozenset(settled)
    return [
        f"{member.name} {_status(member)}"
        for member in members_in(observed).values()
        if not autoscaled(member.name) and _status(member) not in fine
    ]


def _status(member: Observed) -> str:
    statuses = (member.attributes.get(name) for name in (REBOOT_CHANGE, "cluster_parameter_status"))
    return "applying parameters" if "applying" in statuses else str(member.attributes["status"])


def unfinished(changes: Iterable[Change], observed: Observed) -> list[str]:
    """The changes that AWS has not made yet: it goes on reporting 'available' for a while after a request."""
    return [change.property for change in changes if not _finished(change, observed)]


def _finished(change: Change, observed: Observed) -> bool:
    name, rest = split(change.property)
    if not name:
        return _made(AURORA_CLUSTER, observed, rest, change)
    member = members_in(observed).get(name)
    if not rest:
        return (member is None) == (change.after is None)
    return member is not None and _made(AURORA_MEMBER, member, rest, change)


def _made(kind: Kind, holder: Observed, name: str, change: Change) -> bool:
    if name == REBOOT_CHANGE:
        return not needs_reboot(holder)
    rule = kind.properties.get(name)
    return rule is None or (name not in holder.pending and rule.satisfied(holder.properties.get(name), change.after))

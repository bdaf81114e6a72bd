# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The waits of the module aurora_cluster: all members are looked at with one request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ansible_collections.pgfleet.aws.plugins.module_utils._apply.rds_session import Session
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_cluster import members_in
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_progress import unfinished, unsettled
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Change, Observed
from ansible_collections.pgfleet.aws.plugins.module_utils._waiters import (
    CLUSTER_AVAILABLE,
    CLUSTER_SETTLED,
    INSTANCE_FAILED,
    INSTANCE_SETTLED,
    WaitFailed,
)

RESTING = INSTANCE_SETTLED.ready | INSTANCE_FAILED
Missing = Callable[[Observed], Sequence[str]]


def settled(session: Session, observed: Observed) -> Observed | None:
    """The cluster once it and its members are in a status to stay, also a failed one; without a look when they are."""
    if observed.attributes["status"] in CLUSTER_SETTLED.failed:
        return observed
    if observed.attributes["status"] in CLUSTER_SETTLED.ready and not unsettled(observed, RESTING):
        return observed
    return session.until(CLUSTER_SETTLED, _look(session, lambda seen: unsettled(seen, RESTING)))


def started(session: Session) -> Observed | None:
    return session.until(CLUSTER_AVAILABLE, _look(session, lambda seen: unsettled(seen, RESTING)))


def whole(session: Session, names: Iterable[str]) -> Observed | None:
    """The cluster once these members are in it and available. Raises WaitFailed when one has failed."""
    wanted = list(names)

    def missing(seen: Observed) -> list[str]:
        _raise_failed(seen, wanted)
        absent = [f"{name} absent" for name in wanted if name not in members_in(seen)]
        return absent + unsettled(seen, INSTANCE_SETTLED.ready)

    return session.until(CLUSTER_SETTLED, _look(session, missing))


def changed(session: Session, changes: Iterable[Change]) -> Observed | None:
    """The cluster once these changes are made, and it and its members are available again."""
    listed = list(changes)

    def missing(seen: Observed) -> list[str]:
        return [f"without {name}" for name in unfinished(listed, seen)] + unsettled(seen, INSTANCE_SETTLED.ready)

    return session.until(CLUSTER_SETTLED, _look(session, missing))


def _look(session: Session, missing: Missing) -> Callable[[], tuple[str, Observed | None]]:
    """The status, with what is missing although the cluster is available."""

    def look() -> tuple[str, Observed | None]:
        status, observed = session.look()
        if observed is None or status not in CLUSTER_SETTLED.ready:
            return status, observed
        return ", ".join([status, *missing(observed)]), observed

    return look


def _raise_failed(seen: Observed, names: Iterable[str]) -> None:
    for name in names:
        member = members_in(seen).get(name)
        if member is not None and member.attributes["status"] in INSTANCE_FAILED:
            status = member.attributes["status"]
            raise WaitFailed(
                f"DB instance {name} is {status}. AWS does not leave this status by itself: see its events."
            )

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Waiting for AWS: which statuses end a wait, as data, and one loop.

The first looks are seconds apart, later ones 15 s at most: AWS's own waiters look every 30 s. What is awaited is
told to who listens: an action plugin, which shows it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ansible_collections.pgfleet.aws.plugins.module_utils._run import WaitTimeout

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 15.0
GROWTH = 1.5


# Subject, its status, seconds since the wait began.
Listener = Callable[[str, str, float], None]
_listeners: list[Listener] = []


@contextmanager
def heard_by(listener: Listener) -> Iterator[None]:
    """Tell it of every look, of this process, that ends no wait."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


class WaitFailed(WaitTimeout):
    """Something awaited ended in a status from which it does not come back by itself."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """``ready`` statuses end a wait, ``failed`` ones end it with WaitFailed; in any other it goes on."""

    ready: frozenset[str]
    failed: frozenset[str] = frozenset()


ABSENT = "absent"
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html#Overview.DBInstance.Status
INSTANCE_FAILED = frozenset(
    {
        "failed",
        "inaccessible-encryption-credentials",
        "incompatible-create",
        "incompatible-network",
        "incompatible-option-group",
        "incompatible-parameters",
        "incompatible-restore",
        "insufficient-capacity",
        "restore-error",
    }
)
INSTANCE_SETTLED = Awaited(frozenset({"available", "storage-optimization", "storage-full", "stopped"}), INSTANCE_FAILED)
INSTANCE_GONE = Awaited(frozenset({ABSENT}))
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/accessing-monitoring.html#Aurora.Status
CLUSTER_FAILED = frozenset({"cloning-failed", "inaccessible-encryption-credentials", "migration-failed"})
CLUSTER_SETTLED = Awaited(frozenset({"available", "storage-optimization", "stopped"}), CLUSTER_FAILED)
CLUSTER_AVAILABLE = Awaited(CLUSTER_SETTLED.ready - {"stopped"}, CLUSTER_FAILED)
CLUSTER_GONE = Awaited(frozenset({ABSENT}))


def wait(
    subject: str,
    status: Callable[[], str],
    awaited: Awaited,
    timeout_seconds: float,
    *,
    since: float | None = None,
    longest_pause: float = LONGEST_PAUSE_SECONDS,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> str:
    """Look until the status is an awaited one, and return it.

    ``status`` reads it from AWS. Raises WaitFailed for a failed status, and WaitTimeout, which names the subject and
    its last status, when ``timeout_seconds`` have passed; ``since`` is when they began, where several waits share them.
    """
    began = clock() if since is None else since
    deadline = began + timeout_seconds
    pause = FIRST_PAUSE_SECONDS
    while True:
        seen = status()
        if seen in awaited.ready:
            return seen
        if seen in awaited.failed:
            raise WaitFailed(stuck(subject, seen))
        left = deadline - clock()
        if left <= 0:
            raise WaitTimeout(late(subject, seen, awaited, timeout_seconds))
        for listener in _listeners:
            listener(subject, seen, clock() - began)
        sleep(min(pause, left))
        pause = min(pause * GROWTH, longest_pause)


def stuck(subject: str, seen: str) -> str:
    return f"{subject} is {seen}. AWS does not leave this status by itself: see the events of the resource."


def late(subject: str, seen: str, awaited: Awaited, timeout_seconds: float) -> str:
    wanted = " or ".join(sorted(awaited.ready))
    return (
        f"{subject} is still {seen} after {timeout_seconds:g} s, not {wanted}. AWS goes on with it: run again to wait "
        "for the rest, or raise wait_timeout."
    )

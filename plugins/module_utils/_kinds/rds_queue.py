# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. The queue of changes that RDS makes later, usually in the maintenance window.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.ApplyImmediately.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Change,
    Desired,
    Effect,
    Kind,
    Observed,
    unknown,
)


@dataclass(frozen=True, slots=True)
class Queue:
    """The queue of one resource.

    ``queued`` are the settings that join it unless the request says ApplyImmediately; others are made at once.
    ``costed`` gives a change the effect that it has in the state of the resource.
    """

    kind: Kind
    observed: Observed
    queued: frozenset[str]
    costed: Callable[[Change, Observed], Change]


def with_queue(queue: Queue, desired: Desired, changes: Iterable[Change], allow: frozenset[Effect]) -> list[Change]:
    """The changes with their costs, what has to be taken out of the queue, and what must not set the queue off."""
    costed = [queue.costed(change, queue.observed) for change in changes]
    return list(_held(queue, [*costed, *_taken_back(queue, desired)], allow))


def _taken_back(queue: Queue, desired: Desired) -> Iterator[Change]:
    """Pending changes that nobody wants (any more): asking for the present value takes them out of the queue."""
    present = queue.observed.properties
    for name, later in queue.observed.pending.items():
        after = desired.properties.get(name)
        if after is None or unknown(after):
            continue
        satisfied = queue.kind.properties[name].satisfied
        if satisfied(present.get(name), after) and not satisfied(later, after):
            yield Change(name, later, present[name], note="takes back the pending change")


def _held(queue: Queue, changes: list[Change], allow: frozenset[Effect]) -> Iterator[Change]:
    """ApplyImmediately makes the whole queue of pending changes: a harmless one must not set off a costly one."""
    asked = {change.property for change in changes}
    costly = sorted(
        name
        for name, later in queue.observed.pending.items()
        if name not in asked and not _may_happen(queue, name, later, allow)
    )
    reason = f"the maintenance window: made now, it would set off pending {', '.join(costly)}"
    for change in changes:
        held = costly and change.property in queue.queued and not change.waits
        yield replace(change, waits=reason) if held else change


def _may_happen(queue: Queue, name: str, later: Any, allow: frozenset[Effect]) -> bool:
    pending = Change(name, queue.observed.properties.get(name), later, queue.kind.properties[name].effect)
    effect = queue.costed(pending, queue.observed).effect
    return effect is Effect.NONE or effect in allow

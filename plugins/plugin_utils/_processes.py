# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Work that keeps a processor busy, on all that there are.

Threads of one Python take turns at it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import closing
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from ansible.errors import AnsibleError

Item = TypeVar("Item")
Made = TypeVar("Made")

# More would mostly compile the same templates once more each.
MOST = 8


class Died(AnsibleError):
    """A process ended before it had answered."""


def processors() -> int:
    return os.cpu_count() or 1


def spread(work: Callable[[Item], Made], items: Sequence[Item], meanwhile: Callable[[], None]) -> list[Made]:
    """What ``work`` makes of each item, in their order; ``meanwhile`` is done in this process.

    ``work`` is done in forks of this process, each with its share of the items: what it changes stays there, and what
    it returns has to be picklable. With one processor there is no fork, and ``meanwhile`` is left out. Raises Died.
    """
    if not items or processors() < 2:
        return [work(item) for item in items]
    forks = min(processors(), len(items), MOST)
    context = get_context("fork")
    begun = []
    for number in range(forks):
        receiver, sender = context.Pipe(duplex=False)
        process = context.Process(target=_do, args=(sender, work, items[number::forks]))
        process.start()
        # With this end open here as well, the end of the process would not be seen.
        sender.close()
        begun.append((process, receiver))
    meanwhile()
    made: dict[int, Made] = {}
    for number, (process, receiver) in enumerate(begun):
        made |= zip(range(number, len(items), forks), _answer(receiver), strict=True)
        process.join()
    return [made[number] for number in range(len(items))]


def _do(sender: Connection, work: Callable[[Item], Made], items: Sequence[Item]) -> None:
    with closing(sender):
        sender.send([work(item) for item in items])


def _answer(receiver: Connection) -> list[Any]:
    with closing(receiver):
        try:
            return list(receiver.recv())
        except EOFError as error:
            raise Died(
                "A process that renders what hosts should have ended before it was done; nothing was changed. Mostly "
                "memory has run out, as the kernel's log then says: fewer hosts at a time (--limit) need less."
            ) from error

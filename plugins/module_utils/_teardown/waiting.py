# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Waiting for AWS to let go, within one time-out for the whole teardown."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError
from ansible_collections.pgfleet.aws.plugins.module_utils._waiters import ABSENT, Awaited, wait

GONE = Awaited(frozenset({ABSENT}))


@dataclass
class Patience:
    """How long to wait, in seconds and in all. Clock and sleep are parameters so that tests need not wait."""

    timeout: float
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _begin: float = field(init=False)

    def __post_init__(self) -> None:
        self._begin = self.clock()

    def until(self, state: Callable[[], str], what: str) -> None:
        """Ask ``state`` until it answers "" (gone).

        Raises WaitTimeout with ``what`` and the last state.
        """
        timing: dict[str, Any] = {"since": self._begin, "sleep": self.sleep, "clock": self.clock}
        wait(what, lambda: state() or ABSENT, GONE, self.timeout, **timing)

    def while_busy(
        self, attempt: Callable[[], object], busy: frozenset[str], what: str, holders: Callable[[], str] = str
    ) -> None:
        """Repeat ``attempt`` while AWS answers that something is still in use; ``holders`` names by what.

        Raises WaitTimeout, and AwsError for every other failure.
        """

        def state() -> str:
            try:
                attempt()
            except AwsError as error:
                if error.code not in busy:
                    raise
                return holders() or str(error).partition(" failed: ")[2]
            return ""

        self.until(state, what)

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Waiting until AWS is done: seconds between questions, one time-out for the whole teardown."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError
from ansible_collections.pgfleet.aws.plugins.module_utils._run import WaitTimeout

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 10.0
GROWTH = 1.5


@dataclass
class Patience:
    """How long (seconds, in all) to wait. Clock and sleep are parameters so that tests need not wait."""

    timeout: float
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _end: float = field(init=False)

    def __post_init__(self) -> None:
        self._end = self.clock() + self.timeout

    def until(self, state: Callable[[], str], what: str) -> None:
        """Ask ``state`` until it answers "" (done).

        Raises WaitTimeout with ``what`` and the last state.
        """
        pause = FIRST_PAUSE
        while last := state():
            left = self._end - self.clock()
            if left <= 0:
                hint = "AWS may still be at it: run it again, or raise wait_timeout."
                raise WaitTimeout(f"{what} was not gone within {self.timeout:g} s; last state: {last}. {hint}")
            self.sleep(min(pause, left))
            pause = min(pause * GROWTH, LONGEST_PAUSE)

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
                return holders() or error.code
            return ""

        self.until(state, what)

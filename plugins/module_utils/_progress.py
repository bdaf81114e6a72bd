# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. What people see while a run waits: plain lines, on a change and once a minute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

EVERY_SECONDS = 60.0
# What is there so soon is not worth a line.
PATIENCE_SECONDS = 10.0
# So many names have room in a line.
NAMED = 3


@dataclass(slots=True)
class Said:
    """What was said last of one subject: nobody is told the same again within a minute."""

    status: str = ""
    seconds: float = 0.0

    def due(self, status: str, seconds: float, patience: float) -> bool:
        if seconds < patience or (status == self.status and seconds - self.seconds < EVERY_SECONDS):
            return False
        self.status, self.seconds = status, seconds
        return True


@dataclass(slots=True)
class Progress:
    """Of the waits of one host's tasks, which come one after the other."""

    host: str
    said: dict[str, Said] = field(default_factory=dict)

    def line(self, subject: str, status: str, seconds: float) -> str:
        """What to show of a look, or nothing."""
        due = self.said.setdefault(subject, Said()).due(status, seconds, PATIENCE_SECONDS)
        return f"waiting · {clock(seconds)}   {self.host}: {subject} {status}" if due else ""


def fleet_line(left: Mapping[str, str], seconds: float, usual_minutes: float) -> str:
    """What all hosts of a run wait for: by name where they are few, else counted by status."""
    if len(left) <= NAMED:
        what = [f"{name} {status}" for name, status in left.items()]
    else:
        what = [f"{count} {status}" for status, count in Counter(left.values()).most_common()]
    return f"waiting for {len(left)} · {clock(seconds)} of usually {usual_minutes:g} min   {' · '.join(what)}"


def clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes:02}:{rest:02}"

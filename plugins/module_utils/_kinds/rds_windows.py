# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. Backup windows ('03:00-04:00') and maintenance windows ('sun:04:00-sun:05:00'), UTC.

PreferredBackupWindow and PreferredMaintenanceWindow of
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60
WEEK = 7 * DAY
SHORTEST = 30

TIME = r"([01]\d|2[0-3]):([0-5]\d)"
BACKUP = re.compile(f"{TIME}-{TIME}")
MAINTENANCE = re.compile(f"({'|'.join(DAYS)}):{TIME}-({'|'.join(DAYS)}):{TIME}")


@dataclass(frozen=True, slots=True)
class Window:
    """``start`` is the minute of the day (backup) or of the week (maintenance), ``length`` is in minutes."""

    start: int
    length: int


def backup_window(text: str) -> Window | None:
    """None for a text that is no daily window."""
    found = BACKUP.fullmatch(text.strip())
    if not found:
        return None
    start = int(found[1]) * 60 + int(found[2])
    return Window(start, (int(found[3]) * 60 + int(found[4]) - start) % DAY)


def maintenance_window(text: str) -> Window | None:
    """None for a text that is no weekly window. Letter case does not count."""
    found = MAINTENANCE.fullmatch(text.strip().lower())
    if not found:
        return None
    start = DAYS.index(found[1]) * DAY + int(found[2]) * 60 + int(found[3])
    end = DAYS.index(found[4]) * DAY + int(found[5]) * 60 + int(found[6])
    return Window(start, (end - start) % WEEK)


def same_backup_window(before: str | None, after: str) -> bool:
    return backup_window(before or "") == backup_window(after)


def same_maintenance_window(before: str | None, after: str) -> bool:
    return maintenance_window(before or "") == maintenance_window(after)


def overlap(backup: Window, maintenance: Window) -> bool:
    """Whether the daily window meets the weekly one. Windows that touch do not overlap."""
    return any(_meet(backup.start + day * DAY, backup.length, maintenance) for day in range(7))


def _meet(start: int, length: int, other: Window) -> bool:
    return (start - other.start) % WEEK < other.length or (other.start - start) % WEEK < length

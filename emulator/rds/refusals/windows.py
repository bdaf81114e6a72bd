"""Backup and maintenance windows that RDS refuses."""

from __future__ import annotations

import re

from emulator.rds.errors import invalid_value

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MINUTES = 24 * 60
WEEK_MINUTES = 7 * DAY_MINUTES
SHORTEST_MINUTES = 30
TIME = r"([01]\d|2[0-3]):([0-5]\d)"
BACKUP = re.compile(f"{TIME}-{TIME}")
MAINTENANCE = re.compile(f"({'|'.join(DAYS)}):{TIME}-({'|'.join(DAYS)}):{TIME}")


def backup_window(value: str) -> tuple[int, int]:
    """Start minute of the day and length of `hh24:mi-hh24:mi`; at least 30 minutes.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html (PreferredBackupWindow)
    """
    match = BACKUP.fullmatch(value)
    if match is None:
        raise invalid_value(f"Invalid backup window format: {value}. Should be specified as a range hh24:mi-hh24:mi")
    start, end = _minutes(match[1], match[2]), _minutes(match[3], match[4])
    return start, _length("backup", start, end, DAY_MINUTES)


def maintenance_window(value: str) -> tuple[int, int]:
    """Start minute of the week (from Monday) and length of `ddd:hh24:mi-ddd:hh24:mi`; 30 minutes to 24 hours.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html (PreferredMaintenanceWindow)
    """
    match = MAINTENANCE.fullmatch(value.lower())
    if match is None:
        raise invalid_value(
            f"Invalid maintenance window format: {value}. Should be specified as a range ddd:hh24:mi-ddd:hh24:mi"
        )
    start = DAYS.index(match[1]) * DAY_MINUTES + _minutes(match[2], match[3])
    end = DAYS.index(match[4]) * DAY_MINUTES + _minutes(match[5], match[6])
    length = _length("maintenance", start, end, WEEK_MINUTES)
    if length > DAY_MINUTES:
        raise invalid_value("Maintenance window must be less than 24 hours.")
    return start, length


def overlap(backup: str, maintenance: str) -> None:
    """The daily backup window must not overlap the weekly maintenance window; they may touch.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.BackupWindow.html
    """
    if do_overlap(backup, maintenance):
        raise invalid_value(f"The backup window and maintenance window must not overlap: {backup} and {maintenance}.")


def do_overlap(backup: str, maintenance: str) -> bool:
    """Whether the windows share a minute. Raises RdsError if one of them is none."""
    backup_start, backup_length = backup_window(backup)
    start, length = maintenance_window(maintenance)
    # A day early and a day late too: a window may pass midnight, also the one between Sunday and Monday.
    first_minutes = [day * DAY_MINUTES + backup_start for day in range(-1, len(DAYS) + 1)]
    return any(first < start + length and start < first + backup_length for first in first_minutes)


def _minutes(hours: str, minutes: str) -> int:
    return int(hours) * 60 + int(minutes)


def _length(name: str, start: int, end: int, cycle: int) -> int:
    length = (end - start) % cycle
    if length < SHORTEST_MINUTES:
        raise invalid_value(f"The {name} window must be at least {SHORTEST_MINUTES} minutes.")
    return length

"""Windows: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"""

from __future__ import annotations

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_windows import (
    Window,
    backup_window,
    maintenance_window,
    overlap,
)


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("03:00-04:00", Window(180, 60)),
        ("23:45-00:30", Window(1425, 45)),
        ("3:00-4:00", None),
        ("24:00-25:00", None),
        ("sun:03:00-sun:04:00", None),
        ("", None),
    ],
)
def test_backup_window(text: str, window: Window | None) -> None:
    assert backup_window(text) == window


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("mon:00:00-mon:01:00", Window(0, 60)),
        ("Sun:04:00-SUN:05:00", Window(6 * 1440 + 240, 60)),
        ("sun:23:30-mon:00:30", Window(6 * 1440 + 1410, 60)),
        ("someday:04:00-sun:05:00", None),
        ("04:00-05:00", None),
    ],
)
def test_maintenance_window(text: str, window: Window | None) -> None:
    assert maintenance_window(text) == window


@pytest.mark.parametrize(
    ("daily", "weekly", "overlaps"),
    [
        ("03:00-04:00", "sun:04:00-sun:05:00", False),
        ("05:00-06:00", "sun:04:00-sun:05:00", False),
        ("03:00-04:01", "sun:04:00-sun:05:00", True),
        ("04:59-06:00", "sun:04:00-sun:05:00", True),
        ("04:15-04:45", "sun:04:00-sun:05:00", True),
        ("03:00-06:00", "wed:04:00-wed:05:00", True),
        ("23:30-00:30", "mon:00:00-mon:00:30", True),
        ("23:30-00:00", "mon:00:00-mon:00:30", False),
        ("00:00-00:30", "sun:23:30-mon:00:15", True),
        ("12:00-13:00", "mon:04:00-wed:05:00", True),
    ],
)
def test_overlap(daily: str, weekly: str, overlaps: bool) -> None:
    first, second = backup_window(daily), maintenance_window(weekly)
    assert first is not None
    assert second is not None
    assert overlap(first, second) is overlaps

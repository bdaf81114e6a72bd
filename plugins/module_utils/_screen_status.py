# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. The status of a fleet as a person reads it, at 80 columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

COLUMNS = ("database", "engine", "state", "size", "conns", "used", "backup", "alarms")
RIGHT = frozenset({"conns", "used", "backup"})
NOTHING = "–"
UNITS = ((86400, "d"), (3600, "h"), (60, "min"))


def status_screen(hosts: Iterable[Mapping[str, Any]]) -> str:
    """``hosts`` are host variables with inventory_hostname and database_status (the result of that module)."""
    named = [(host["inventory_hostname"], host["database_status"]["status"]) for host in hosts]
    rows = [COLUMNS, *(row(name, status) for name, status in named)]
    widths = [max(len(cells[at]) for cells in rows) for at in range(len(COLUMNS))]
    return "\n".join([*(_line(cells, widths) for cells in rows), *_notes(named), "", _total(named)])


def row(name: str, status: Mapping[str, Any]) -> tuple[str, ...]:
    if status["state"] == "absent":
        return (name, NOTHING, "absent", *[NOTHING] * (len(COLUMNS) - 3))
    used, ago = status["storage_used_percent"], status["restorable_seconds_ago"]
    return (
        name,
        ("aurora " if status["engine"].startswith("aurora") else "") + status["engine_version"],
        status["state"],
        _size(status),
        NOTHING if status["connections"] is None else str(status["connections"]),
        NOTHING if used is None else f"{used} %",
        NOTHING if ago is None else _duration(ago),
        _alarms(status["alarms"]),
    )


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    sides = (">" if title in RIGHT else "<" for title in COLUMNS)
    return " ".join(f"{cell:{side}{width}}" for cell, side, width in zip(cells, sides, widths, strict=True)).rstrip()


def _size(status: Mapping[str, Any]) -> str:
    """``t3.micro``, ``2×r5.large``, ``2×0.5–1 ACU``; each class of a cluster once."""
    acu = status["capacity_acu"]
    classes = [member["instance_class"].removeprefix("db.") for member in status["members"]]
    counted = {size: classes.count(size) for size in dict.fromkeys(classes)}
    return (
        ", ".join(
            (f"{count}×" if count > 1 else "")
            + (f"{acu['min']:g}–{acu['max']:g} ACU" if size == "serverless" and acu else size)
            for size, count in counted.items()
        )
        or NOTHING
    )


def _duration(seconds: int) -> str:
    for size, unit in UNITS:
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{max(seconds, 0)} s"


def _alarms(alarms: Mapping[str, Sequence[str]]) -> str:
    """The worst first: those in ALARM and missing, otherwise how many are OK, and how many know nothing yet."""
    shown = {
        "ALARM": alarms["alarm"],
        "missing": alarms["missing"],
        "OK": alarms["ok"],
        "no data": alarms["insufficient_data"],
    }
    worst = [f"{len(names)} {state}" for state, names in shown.items() if names]
    return worst[0] if worst else NOTHING


def _notes(named: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[str]:
    """What the table has no place for, database by database."""
    for name, status in named:
        lines = [*_trouble(status), *_waiting(status)]
        if lines:
            yield from ("", name, *lines)


def _trouble(status: Mapping[str, Any]) -> Iterator[str]:
    return (f"  ! {what}" for what in status["trouble"])


def _waiting(status: Mapping[str, Any]) -> Iterator[str]:
    for entry in status.get("pending", ()):
        yield f"  ~ {entry['resource']}: {entry['what']} waits for {entry['waits_for']}"
    for entry in status.get("maintenance", ()):
        when = entry["applied_on"] or entry["auto_applied_after"] or entry["forced_on"]
        asked = {"now": "being made", "window": "in the next window"}.get(entry["opt_in"], "announced")
        yield f"  ~ {entry['resource_name']}: {entry['action']} {asked}{f', {when[:16]}Z' if when else ''}"


def _total(named: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    bad = [name for name, status in named if status["trouble"]]
    counts = f"{len(named)} database{'' if len(named) == 1 else 's'}, {len(bad)} in trouble"
    expiring = sorted(
        (status["certificate_valid_till"], name) for name, status in named if status.get("certificate_valid_till")
    )
    first = f" The first certificate to expire is that of {expiring[0][1]}, {expiring[0][0][:10]}." if expiring else ""
    return f"{counts}.{first}"

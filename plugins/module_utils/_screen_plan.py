# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. The plan of a fleet as a person reads it, at 80 columns."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

SIGNS = {"create": "+", "update": "~", "delete": "-", "none": " "}
WIDTH = 72
NAME_COLUMN = 30
VALUE_LIMIT = 60


def plan_screen(hosts: Iterable[Mapping[str, Any]]) -> str:
    """``hosts`` are host variables with inventory_hostname, env_suffix, region and stack (the result of stack_plan)."""
    planned = list(hosts)
    blocks = [line for host in planned for line in host_lines(host)]
    totals: Counter[str] = Counter()
    for host in planned:
        totals.update(host["stack"]["totals"])
    return "\n".join([*blocks, "", total_line(totals), "Nothing was written."])


def host_lines(host: Mapping[str, Any]) -> Iterable[str]:
    title = f"{host['inventory_hostname']} ({host['env_suffix']}, {host['region']})"
    stack = host["stack"]
    if not stack["plan"]:
        yield f"{title:<36} in sync ({stack['totals']['in_sync']} resources)"
        return
    yield title
    for entry in stack["plan"]:
        yield from resource_lines(entry)


def resource_lines(entry: Mapping[str, Any]) -> Iterable[str]:
    note = "   ours, no longer wanted" if entry["action"] == "delete" else ""
    yield f"  {SIGNS[entry['action']]} {entry['kind']} {entry['name']}{note}"
    changes: Sequence[Mapping[str, Any]] = entry["changes"] if entry["action"] == "update" else ()
    for change in (*changes, *entry["waiting"]):
        yield from change_lines(change)


def change_lines(change: Mapping[str, Any]) -> Iterable[str]:
    """Name, before → after, and on the same line what it costs; on the next one where that does not fit."""
    line = f"      {change['property']:<{NAME_COLUMN}}{shown(change['before'])} → {shown(change['after'])}"
    cost = ", ".join(cost_parts(change))
    if len(line) + len(cost) + 3 <= WIDTH or not cost:
        yield f"{line}   {cost}".rstrip()
    else:
        yield line
        yield f"{'':<10}{cost}"


def cost_parts(change: Mapping[str, Any]) -> Iterable[str]:
    if change["effect"] != "none":
        yield change["effect"]
    if change.get("waits"):
        yield change["waits"]
    elif change["effect"] != "none":
        yield f"-e allow={change['effect']} to make it now"
    if change.get("note"):
        yield change["note"]


def shown(value: Any) -> str:
    """A value in few characters; a missing one as (none)."""
    if value is None:
        return "(none)"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= VALUE_LIMIT else text[: VALUE_LIMIT - 1] + "…"


def total_line(totals: Mapping[str, int]) -> str:
    waiting = totals.get("waiting", 0)
    waits = f" {waiting} {'change waits' if waiting == 1 else 'changes wait'}." if waiting else ""
    counts = f"{totals.get('add', 0)} to add, {totals.get('change', 0)} to change, {totals.get('delete', 0)} to delete"
    return f"Plan: {counts}, {totals.get('in_sync', 0)} in sync.{waits}"

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. The plan of a fleet as a person reads it, at 80 columns."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

SIGNS = {"create": "+", "update": "~", "delete": "-", "none": " "}
WIDTH = 72
NAME_COLUMN = 29
VALUE_LIMIT = 60


def plan_screen(hosts: Iterable[Mapping[str, Any]]) -> str:
    """``hosts`` have inventory_hostname, env_suffix, region, identity and stack (of stack_plan)."""
    planned = list(hosts)
    totals: Counter[str] = Counter()
    for host in planned:
        totals.update(host["stack"]["totals"])
    blocks = [line for host in planned for line in host_lines(host)]
    waiting = [change for host in planned for entry in host["stack"]["plan"] for change in entry["waiting"]]
    return "\n".join([*blocks, "", total_line(totals, waiting), "Nothing was written."])


def host_lines(host: Mapping[str, Any]) -> Iterable[str]:
    title = f"{host['inventory_hostname']} ({host['env_suffix']}, {host['region']}, {host['identity']['account_id']})"
    stack = host["stack"]
    if not stack["plan"]:
        yield f"{title:<50} in sync ({stack['totals']['in_sync']} resources)"
        return
    yield title
    for entry in stack["plan"]:
        yield from resource_lines(entry)


def resource_lines(entry: Mapping[str, Any]) -> Iterable[str]:
    note = "   ours, no longer wanted" if entry["action"] == "delete" else ""
    yield f"  {SIGNS[entry['action']]} {entry['kind']} {entry['name']}{note}"
    for change in entry["changes"] if entry["action"] == "update" else ():
        yield from change_lines(change, cost_parts(change))
    for change in entry["waiting"]:
        yield from change_lines(change, waiting_parts(change))


def change_lines(change: Mapping[str, Any], about: Iterable[str]) -> Iterable[str]:
    """Name, before → after, and what there is to say about it; on lines of their own where one line is too short."""
    name, before, after = f"      {change['property']:<{NAME_COLUMN}}", shown(change["before"]), shown(change["after"])
    cost = ", ".join(about)
    whole = f"{name} {before} → {after}"
    lines = [whole] if len(whole) <= WIDTH else [name.rstrip(), f"{'':<10}{before}", f"{'':<8}→ {after}"]
    if cost and len(lines[-1]) + len(cost) + 3 <= WIDTH:
        lines[-1] += f"   {cost}"
    elif cost:
        lines.append(f"{'':<10}{cost}")
    yield from lines


def cost_parts(change: Mapping[str, Any]) -> list[str]:
    effect = "" if change["effect"] == "none" else change["effect"]
    return [part for part in (effect, change.get("note")) if part]


def waiting_parts(change: Mapping[str, Any]) -> list[str]:
    """What the change costs, and what it waits for or how to make it now."""
    waits = change.get("waits")
    return [*cost_parts(change), f"waits for {waits}" if waits else f"-e allow={change['effect']} to make it now"]


def shown(value: Any) -> str:
    """A value in few characters; a missing one as (none)."""
    if value is None:
        return "(none)"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= VALUE_LIMIT else text[: VALUE_LIMIT - 1] + "…"


def total_line(totals: Mapping[str, int], waiting: Iterable[Mapping[str, Any]] = ()) -> str:
    counts = f"{totals.get('add', 0)} to add, {totals.get('change', 0)} to change, {totals.get('delete', 0)} to delete"
    return f"Plan: {counts}, {totals.get('in_sync', 0)} in sync.{waiting_line(waiting)}"


def waiting_line(waiting: Iterable[Mapping[str, Any]]) -> str:
    """How many changes wait, and for what: AWS's windows, or to be allowed."""
    reasons = Counter(change.get("waits") or f"-e allow={change['effect']}" for change in waiting)
    parts = [
        f"{count} {'needs' if count == 1 else 'need'} {reason}"
        if reason.startswith("-e ")
        else f"{count} {'waits' if count == 1 else 'wait'} for {reason}"
        for reason, count in sorted(reasons.items())
    ]
    return f"\nWaiting: {', '.join(parts)}." if parts else ""

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. The plan of a fleet as a person reads it, at 80 columns.

Ansible indents it by eight of them where it is not coloured.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from textwrap import wrap
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._differing import MISSING, Part, differing

SIGNS = {"create": "+", "update": "~", "delete": "-", "none": " "}
ORPHAN = "ours, no longer wanted"
WIDTH = 72
NAME_COLUMN = 29
PART_COLUMN = 25
VALUE_LIMIT = 60
# Of a large value that differs everywhere, a dozen lines tell as much as a hundred.
PARTS_LIMIT = 8
# What two long texts have in common is shown up to so many characters.
COMMON = 20
PLURALS = {"reboot": "reboots", "failover": "failovers", "restart of readers": "restarts of readers"}


def plan_screen(fleet: Mapping[str, Any], writing: bool = False) -> str:
    """``fleet`` is the result of stack_fleet; ``writing`` says that a run with this plan follows."""
    planned = list(fleet["hosts"].values())
    totals: Counter[str] = Counter()
    for host in planned:
        totals.update(host["stack"]["totals"])
    blocks = [line for host in planned for line in host_lines(host)]
    blocks += [failure_line(name, failure) for name, failure in fleet["failures"].items()]
    entries = [entry for host in planned for entry in host["stack"]["plan"]]
    ends = [total_line(totals, entries), *unplanned_lines(fleet["failures"])]
    return "\n".join([*blocks, "", *ends, cost_line(fleet["cost"], writing and fleet["acts"])])


def host_lines(host: Mapping[str, Any]) -> Iterable[str]:
    title = f"{host['inventory_hostname']} ({host['env_suffix']}, {host['region']}, {host['identity']['account_id']})"
    stack = host["stack"]
    if not stack["plan"]:
        yield f"{title:<55} in sync ({stack['totals']['in_sync']})"
        return
    yield title
    for entry in stack["plan"]:
        yield from resource_lines(entry)


def failure_line(name: str, failure: str) -> str:
    """Ansible has the whole message, as the host's own."""
    return cut(f"! {name}: not planned: {failure.splitlines()[0]}", WIDTH)


def resource_lines(entry: Mapping[str, Any]) -> Iterable[str]:
    title = f"  {SIGNS[entry['action']]} {entry['kind']} {entry['name']}"
    if entry["action"] == "delete":
        title += f"   {ORPHAN}" if len(title) + len(ORPHAN) + 3 <= WIDTH else f"\n      {ORPHAN}"
    yield from title.split("\n")
    for change in entry["changes"] if entry["action"] == "update" else ():
        yield from change_lines(change, cost_parts(change))
    for change in entry["waiting"]:
        yield from change_lines(change, waiting_parts(change))


def change_lines(change: Mapping[str, Any], about: Iterable[str]) -> Iterable[str]:
    """Name, before → after, and what there is to say about it; on lines of their own where one line is too short."""
    name, cost = f"      {change['property']:<{NAME_COLUMN}}", ", ".join(about)
    whole = f"{name} {shown(change['before'])} → {shown(change['after'])}"
    if len(whole) <= WIDTH:
        lines = [whole]
    elif parts := differing(change["before"], change["after"]):
        lines = [name.rstrip(), *parts_lines(parts)]
    else:
        before, after = apart(change["before"], change["after"])
        lines = [name.rstrip(), f"{'':<10}{before}", f"{'':<8}→ {after}"]
    if cost and len(lines) <= 3 and len(lines[-1]) + len(cost) + 3 <= WIDTH:
        lines[-1] += f"   {cost}"
    elif cost:
        lines.append(f"{'':<10}{cost}")
    yield from lines


def parts_lines(parts: list[Part]) -> Iterable[str]:
    told = parts if len(parts) <= PARTS_LIMIT else parts[: PARTS_LIMIT - 1]
    for part in told:
        yield from part_lines(part)
    if told != parts:
        yield f"{'':<10}and {len(parts) - len(told)} more differences; --diff shows all of them"


def part_lines(part: Part) -> Iterable[str]:
    """Like a property, or with a sign what only one of the two values has."""
    for sign, here, there in (("-", part.before, part.after), ("+", part.after, part.before)):
        if there is MISSING:
            yield from one_sided_lines(f"{'':<8}{sign} {part.path:<{PART_COLUMN}}", spelled(here))
            return
    before, after = apart(part.before, part.after)
    whole = f"{'':<10}{part.path:<{PART_COLUMN}} {shown(part.before)} → {shown(part.after)}"
    yield from (
        [whole]
        if len(whole) <= WIDTH
        else [
            cut(f"{'':<10}{part.path}", WIDTH),
            cut(f"{'':<12}{before}", WIDTH),
            cut(f"{'':<10}→ {after}", WIDTH),
        ]
    )


def one_sided_lines(title: str, text: str) -> Iterable[str]:
    if len(title) + 1 + len(text) <= WIDTH:
        yield f"{title} {text}"
        return
    yield cut(title.rstrip(), WIDTH)
    indent = " " * 12
    yield from wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
        max_lines=3,
        placeholder=" …",
    )


def cost_parts(change: Mapping[str, Any]) -> list[str]:
    effect = "" if change["effect"] == "none" else change["effect"]
    return [part for part in (effect, change.get("note")) if part]


def waiting_parts(change: Mapping[str, Any]) -> list[str]:
    """What the change costs, and what it waits for or how to make it now."""
    waits = change.get("waits")
    return [*cost_parts(change), f"waits for {waits}" if waits else f"-e allow={change['effect']} to make it now"]


def spelled(value: Any) -> str:
    """A missing value as (none), an empty text as (empty)."""
    if value is None:
        return "(none)"
    if value == "":
        return "(empty)"
    return (
        " ".join(value.split("\n")) if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    )


def shown(value: Any) -> str:
    """A value in few characters."""
    return cut(spelled(value), VALUE_LIMIT)


def apart(before: Any, after: Any) -> tuple[str, str]:
    """Two values that are too long for one line, from where they begin to differ."""
    texts = spelled(before), spelled(after)
    if max(map(len, texts)) <= VALUE_LIMIT:
        return texts
    differ = next((n for n, (one, other) in enumerate(zip(*texts, strict=False)) if one != other), min(map(len, texts)))
    # As far from the left as their ends allow.
    begin = max(0, min(differ - COMMON, max(map(len, texts)) - VALUE_LIMIT + 1))
    one, other = (cut(("…" if begin else "") + text[begin:], VALUE_LIMIT) for text in texts)
    return one, other


def cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def total_line(totals: Mapping[str, int], entries: Iterable[Mapping[str, Any]] = ()) -> str:
    """How much of what, what it costs now, and what waits. ``entries`` are those of the plans."""
    listed = list(entries)
    counts = f"{totals.get('add', 0)} to add, {totals.get('change', 0)} to change, {totals.get('delete', 0)} to delete"
    waiting = waiting_line(change for entry in listed for change in entry["waiting"])
    return f"Plan: {counts}, {totals.get('in_sync', 0)} in sync{effects(listed)}.{waiting}"


def effects(entries: Iterable[Mapping[str, Any]]) -> str:
    """``; 1 reboot``: a resource is rebooted once, however many of its changes need it."""
    happening = Counter(effect for entry in entries for effect in {change["effect"] for change in entry["changes"]})
    costs = [(effect, count) for effect, count in sorted(happening.items()) if effect != "none"]
    told = [f"{count} {effect if count == 1 else PLURALS.get(effect, effect)}" for effect, count in costs]
    return f"; {', '.join(told)}" if told else ""


def waiting_line(waiting: Iterable[Mapping[str, Any]]) -> str:
    """How many changes wait, and for what: AWS's windows, or to be allowed."""
    reasons = Counter(change.get("waits") or f"-e allow={change['effect']}" for change in waiting)
    told = [
        f"{count} {'needs' if count == 1 else 'need'} {reason}"
        if reason.startswith("-e ")
        else f"{count} {'waits' if count == 1 else 'wait'} for {reason}"
        for reason, count in sorted(reasons.items())
    ]
    return f"\nWaiting: {', '.join(told)}." if told else ""


def unplanned_lines(failures: Mapping[str, str]) -> list[str]:
    if not failures:
        return []
    return [f"Not planned: {counted(len(failures), 'host')}. What stands above is not all that a run would do."]


def cost_line(cost: Mapping[str, Any], writing: bool) -> str:
    accounts, regions = counted(cost["accounts"], "account"), counted(cost["regions"], "region")
    read = f"Read {accounts}, {regions}, {counted(cost['calls'], 'call')}, {cost['seconds']:.1f} s."
    return f"{read} Nothing was written{' yet' if writing else ''}."


def counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"

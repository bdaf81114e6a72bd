# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. What a teardown took away and what it left, as a person reads it, at 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.order import words

# Ansible's output indents it by eight.
WIDTH = 72
Entry = Mapping[str, Any]
Row = tuple[str, str, str]


def destroy_screen(hosts: Iterable[Mapping[str, Any]], check: bool = False) -> str:
    """``hosts`` are host variables; ``teardown`` in them is a result of stack_teardown, also a failed one."""
    deployments: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for host in hosts:
        if "teardown" in host:
            deployments.setdefault((host["system"], host["env_suffix"]), []).append(host)
    return "\n".join(line for name, hosts in deployments.items() for line in _deployment(*name, hosts, check))


def _deployment(system: str, suffix: str, hosts: Sequence[Mapping[str, Any]], check: bool) -> Iterable[str]:
    results = [host["teardown"] for host in hosts]
    removed = [entry for result in results for entry in result.get("removed", ())]
    kept = [entry for result in results for entry in result.get("kept", ())]
    failed = [host for host in hosts if host["teardown"].get("failed")]
    yield f"{system} ({suffix}): {'not finished.' if failed and not removed else _count(removed, check)}"
    if check:
        yield from _rows([(words(e["kind"]), e["name"], e["note"]) for e in removed])
    for title, owned in (("Kept on purpose:", True), ("Left alone:", False)):
        entries = [entry for entry in kept if entry["owned"] is owned]
        if entries:
            yield title
            yield from _rows([(words(e["kind"]), e["name"], _why(e)) for e in entries])
    for host in failed:
        yield f"Not finished: {host['inventory_hostname']}"
        for line in host["teardown"]["msg"].splitlines():
            yield from _wrapped(line.strip(), 2)


def _count(removed: Sequence[Entry], check: bool) -> str:
    if not removed:
        return "nothing to remove."
    things = f"{len(removed)} resource{'' if len(removed) == 1 else 's'}"
    return f"would remove {things}:" if check else f"removed {things}."


def _why(entry: Entry) -> str:
    reason = f"{entry['reason']} until {entry['until']}" if entry["until"] else entry["reason"]
    return f"{entry['detail']}; {reason}" if entry["detail"] else str(reason)


def _rows(rows: Sequence[Row]) -> Iterable[str]:
    """Three columns where they fit, else the text below the name."""
    kinds = max((len(kind) for kind, _name, _text in rows), default=0)
    names = max((len(name) for _kind, name, _text in rows), default=0)
    fits = all(kinds + names + len(text) + 6 <= WIDTH for _kind, _name, text in rows)
    for kind, name, text in rows:
        if fits:
            yield f"  {kind:<{kinds}}  {name:<{names}}  {text}".rstrip()
            continue
        yield f"  {kind:<{kinds}}  {name}"
        yield from _wrapped(text, kinds + 4)


def _wrapped(text: str, indent: int) -> list[str]:
    margin = " " * indent
    return textwrap.wrap(
        text, WIDTH, initial_indent=margin, subsequent_indent=margin, break_long_words=False, break_on_hyphens=False
    )

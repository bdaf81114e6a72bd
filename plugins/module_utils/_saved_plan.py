# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. The plan of a fleet for machines, and whether a new one is the same.

The clocks, costs and ids of reading are not in it: the same plan of the same state is the same document.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._screen_plan import SIGNS, shown

FORMAT = 1
AGAIN = "Run playbooks/plan.yml again, look at what it says, and run site.yml with the new plan."
Host = Mapping[str, Any]


class NotAPlan(Exception):
    """A text that is no saved plan of this version; the message says why."""


def plan_document(fleet: Mapping[str, Any]) -> dict[str, Any]:
    """``fleet`` is the result of stack_fleet. docs/plan.schema.json describes the document."""
    planned = list(fleet["hosts"].values())
    totals: Counter[str] = Counter()
    for host in planned:
        totals.update(host["stack"]["totals"])
    return {
        "format": FORMAT,
        "in_sync": not fleet["failures"] and all(host["stack"]["in_sync"] for host in planned),
        "totals": dict(totals),
        "hosts": {host["inventory_hostname"]: _host(host) for host in planned},
        "failures": dict(fleet["failures"]),
    }


def _host(host: Host) -> dict[str, Any]:
    return {
        "suffix": host["env_suffix"],
        "account_id": host["identity"]["account_id"],
        "region": host["region"],
        "in_sync": host["stack"]["in_sync"],
        "totals": host["stack"]["totals"],
        "plan": host["stack"]["plan"],
    }


def saved_plan(text: str) -> dict[str, Any]:
    """The document that ``text`` holds. Raises NotAPlan."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise NotAPlan(f"It is not JSON: {error}.") from error
    if not isinstance(document, dict) or "format" not in document:
        raise NotAPlan("It is JSON, and not a plan: it has no format.")
    if document["format"] != FORMAT:
        raise NotAPlan(f"It is of format {document['format']}. This version of the collection reads format {FORMAT}.")
    if document.get("failures"):
        raise NotAPlan(f"It is not all of the plan: {', '.join(document['failures'])} could not be planned.")
    if wrong := next(_malformed(document), None):
        raise NotAPlan(f"It is damaged: {wrong}.")
    return document


def _malformed(document: Mapping[str, Any]) -> Iterator[str]:
    """Where what is compared is not as ``plan_document`` has it."""
    hosts = document.get("hosts")
    if not isinstance(hosts, dict):
        yield "it has no hosts"
    for name, host in (hosts if isinstance(hosts, dict) else {}).items():
        if not isinstance(host, dict) or not {"suffix", "account_id", "region", "plan"} <= host.keys():
            yield f"{name} is not a host with its plan"
        elif not isinstance(host["plan"], list) or not all(map(_is_entry, host["plan"])):
            yield f"the plan of {name} is not a list of resources"


def _is_entry(entry: Any) -> bool:
    if not isinstance(entry, dict) or not {"kind", "name", "action", "changes", "waiting"} <= entry.keys():
        return False
    listed = [entry["changes"], entry["waiting"]]
    if entry["action"] not in SIGNS or not all(isinstance(changes, list) for changes in listed):
        return False
    wanted = {"property", "before", "after"}
    return all(isinstance(change, dict) and wanted <= change.keys() for changes in listed for change in changes)


def differences(saved: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, list[str]]:
    """Where a plan is no longer what was saved, by host; nothing for hosts where it is."""
    found = {
        name: list(_differences(saved["hosts"].get(name), now["hosts"].get(name)))
        for name in sorted(saved["hosts"].keys() | now["hosts"].keys())
    }
    return {name: lines for name, lines in found.items() if lines}


def _differences(saved: Any, now: Any) -> Iterator[str]:
    if saved is None or now is None:
        yield "is not in the saved plan" if saved is None else "is in the saved plan, and not in this run"
        return
    for what in ("suffix", "account_id", "region"):
        if saved[what] != now[what]:
            yield f"{what}: {saved[what]} is saved, {now[what]} is now"
    before, after = _entries(saved["plan"]), _entries(now["plan"])
    for key in sorted(before.keys() | after.keys()):
        if key not in after:
            yield f"{_title(before[key])}: is saved, and is not planned now"
        elif key not in before:
            yield f"{_title(after[key])}: is planned now, and is not saved"
        else:
            yield from _changed(before[key], after[key])


def _entries(plan: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], Mapping[str, Any]]:
    return {(entry["kind"], entry["name"]): entry for entry in plan}


def _title(entry: Mapping[str, Any]) -> str:
    return f"{SIGNS[entry['action']]} {entry['kind']} {entry['name']}".strip()


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    if before["action"] != after["action"]:
        yield f"{_title(before)}: is saved, {after['action']} is planned now"
    for part in ("changes", "waiting"):
        saved, now = ({change["property"]: change for change in entry[part]} for entry in (before, after))
        for name in sorted(saved.keys() | now.keys()):
            if saved.get(name) != now.get(name):
                yield f"{_title(after)}: {name}: {_told(saved.get(name))} is saved, {_told(now.get(name))} is now"


def _told(change: Mapping[str, Any] | None) -> str:
    if change is None:
        return "nothing"
    about = ", ".join(str(change[part]) for part in ("effect", "waits", "note") if change.get(part, "none") != "none")
    return f"{shown(change['before'])} → {shown(change['after'])}" + (f" ({about})" if about else "")


def refusal(lines: Iterable[str], path: str) -> str:
    """What a host whose plan is another now is told."""
    listed = "\n".join(f"  {line}" for line in lines)
    return f"The plan is not what {path} says; nothing was changed anywhere.\n{listed}\n{AGAIN}"


def other_hosts(saved: Iterable[str], now: Iterable[str], path: str) -> str:
    """What all hosts are told when the plan was saved for others."""
    lists = [", ".join(sorted(names)) or "none" for names in (saved, now)]
    return (
        f"{path} is the plan of other hosts; nothing was changed anywhere.\n"
        f"  saved for: {lists[0]}\n  in this run: {lists[1]}\n"
        "Give site.yml the inventory and the --limit that the plan was made with, or plan again."
    )


def unusable(reason: str, path: str) -> str:
    return f"{path} cannot be used as a saved plan; nothing was changed anywhere.\n  {reason}\n{AGAIN}"

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. What the hosts of a run wait for, and what a look at all of it means for each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._waiters import (
    ABSENT,
    CLUSTER_SETTLED,
    INSTANCE_SETTLED,
    late,
    stuck,
)

INSTANCE, CLUSTER = "rds_instance", "aurora_cluster"
SETTLED = {INSTANCE: INSTANCE_SETTLED, CLUSTER: CLUSTER_SETTLED}
NOUNS = {INSTANCE: "DB instance", CLUSTER: "DB cluster"}

Thing = tuple[str, str]


def awaited(hosts: Mapping[str, Mapping[str, Any]], names: Iterable[str]) -> dict[str, dict[str, list[str]]]:
    """What each of these hosts waits for, by kind: databases that were not there when it was planned, or not ready.

    ``hosts`` are those of stack_fleet. A replica is made only when its source is there, and is none of them.
    """
    found = {name: _of_host(hosts[name]) for name in names if name in hosts and hosts[name]["acts"]}
    return {name: theirs for name, theirs in found.items() if theirs}


def _of_host(host: Mapping[str, Any]) -> dict[str, list[str]]:
    things: dict[str, list[str]] = {}
    for entry in (entry for document in host["documents"].values() for entry in document):
        kind, name, properties = entry["kind"], entry["name"], entry.get("properties", {})
        if kind not in SETTLED or properties.get("source_db_instance_identifier"):
            continue
        known = host["stack"]["known"].get(f"{kind}/{name}")
        if known is None:
            things.setdefault(kind, []).append(name)
            members = [member["name"] for member in properties.get("members", ())]
            if members:
                things.setdefault(INSTANCE, []).extend(members)
        elif known.get("status") not in SETTLED[kind].ready | SETTLED[kind].failed:
            # Begun by a run that was killed; which members it has asked for, the cluster tells when it is there.
            things.setdefault(kind, []).append(name)
    return things


@dataclass(slots=True)
class Vigil:
    """One host, its things, and how long it waits for them; what became of it."""

    name: str
    things: tuple[Thing, ...]
    timeout_seconds: float
    failure: str = ""
    ready: bool = False
    seen: Mapping[Thing, str] = field(default_factory=dict)

    @property
    def waits(self) -> bool:
        return not (self.ready or self.failure)

    @property
    def left(self) -> dict[Thing, str]:
        return {thing: status for thing, status in self.seen.items() if status not in SETTLED[thing[0]].ready}

    def give_up(self, why: str) -> None:
        if self.waits:
            self.failure = why

    def look(self, statuses: Mapping[Thing, str], seconds: float) -> None:
        """Settle what the statuses mean, so many seconds after the wait began. What is not listed yet is absent."""
        if not self.waits:
            return
        self.seen = {thing: statuses.get(thing, ABSENT) for thing in self.things}
        self.ready = not self.left
        for (kind, name), status in self.left.items():
            if status in SETTLED[kind].failed:
                self.give_up(stuck(f"{NOUNS[kind]} {name}", status))
        for (kind, name), status in self.left.items():
            if seconds >= self.timeout_seconds:
                self.give_up(late(f"{NOUNS[kind]} {name}", status, SETTLED[kind], self.timeout_seconds))


def wanted(vigils: Iterable[Vigil]) -> dict[str, list[str]]:
    """What to look at, by kind: all things of hosts that still wait."""
    names: dict[str, list[str]] = {}
    for kind, name in dict.fromkeys(thing for vigil in vigils if vigil.waits for thing in vigil.things):
        names.setdefault(kind, []).append(name)
    return names


def waiting(vigils: Collection[Vigil]) -> dict[str, str]:
    """What is still awaited of all hosts, with its status."""
    return {name: status for vigil in vigils if vigil.waits for (_kind, name), status in vigil.left.items()}

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The action that waits for the databases of all hosts of a play at once (stack_ready).

A wait of its own for each host would hold one of Ansible's forks each, and ask AWS for one database at a time.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec
from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError, Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._awaited import CLUSTER, Vigil, waiting, wanted
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.statuses import statuses
from ansible_collections.pgfleet.aws.plugins.module_utils._progress import Said, fleet_line
from ansible_collections.pgfleet.aws.plugins.module_utils._waiters import Awaited, heard_by, wait
from ansible_collections.pgfleet.aws.plugins.modules import stack_ready
from ansible_collections.pgfleet.aws.plugins.plugin_utils._clients import CannotConnect
from ansible_collections.pgfleet.aws.plugins.plugin_utils._fleet_action import PLACES, FleetAction
from ansible_collections.pgfleet.aws.plugins.plugin_utils._member import Member
from ansible_collections.pgfleet.aws.plugins.plugin_utils._plain import as_json

Awaiting = Mapping[str, Mapping[str, list[str]]]

DONE = "done"
OVER = Awaited(frozenset({DONE}))
# One look for a whole region costs little, and a minute of AWS is not to be lost at the end of eight.
LONGEST_PAUSE_SECONDS = 5.0
# What AWS usually takes: of a cluster it is that of its members as well.
USUAL_MINUTES = {CLUSTER: 11}
USUAL_INSTANCE_MINUTES = 8


class Watch:
    """All hosts that wait, by account and region."""

    def __init__(self, vigils: Mapping[str, list[Vigil]], clients: Mapping[str, Clients]) -> None:
        self._vigils, self._clients = vigils, clients
        self._began = time.monotonic()

    @property
    def vigils(self) -> list[Vigil]:
        return [vigil for theirs in self._vigils.values() for vigil in theirs]

    def look(self) -> str:
        """Look at everything once; DONE when nobody waits any more."""
        with ThreadPoolExecutor(PLACES) as pool:
            list(pool.map(self._look_at, self._vigils))
        return DONE if not any(vigil.waits for vigil in self.vigils) else "; ".join(waiting(self.vigils).values())

    def _look_at(self, place: str) -> None:
        vigils = self._vigils[place]
        asked = wanted(vigils)
        if not asked:
            return
        try:
            found = statuses(self._clients[place], asked)
        except (AwsError, CannotConnect) as error:
            for vigil in vigils:
                vigil.give_up(str(error))
            return
        for vigil in vigils:
            vigil.look(found, time.monotonic() - self._began)


class ReadyAction(FleetAction):
    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super(FleetAction, self).run(tmp, task_vars)
        arguments = as_json(self._task.args)
        checked = ArgumentSpecValidator({**aws_argument_spec(), **stack_ready.ARGUMENTS}).validate(arguments)
        if checked.error_messages:
            return result | {"failed": True, "msg": "\n".join(checked.error_messages)}
        awaited: Awaiting = checked.validated_parameters["awaited"]
        common = {key: arguments[key] for key in aws_argument_spec() if key in arguments}
        members = [member for member in self._members(task_vars or {}, common) if member.name in awaited]
        watch = watch_of(members, awaited)
        if not self._task.check_mode:
            usual = usual_minutes(awaited.values())
            with heard_by(teller(watch, usual, self._display.display)):
                wait("the fleet", watch.look, OVER, math.inf, longest_pause=LONGEST_PAUSE_SECONDS)
        failures = {member.name: member.failure for member in members if member.failure}
        failures |= {vigil.name: vigil.failure for vigil in watch.vigils if vigil.failure}
        return result | {"changed": False, "failures": failures}


def watch_of(members: Iterable[Member], awaited: Awaiting) -> Watch:
    """The hosts that can be reached; the others say why not."""
    vigils: dict[str, list[Vigil]] = defaultdict(list)
    clients: dict[str, Clients] = {}

    def begin(member: Member) -> None:
        member.connect()
        things = tuple((kind, name) for kind, names in awaited[member.name].items() for name in names)
        vigil = Vigil(member.name, things, patience(member))
        clients.setdefault(member.place, Clients(member.module.client))
        vigils[member.place].append(vigil)

    for member in members:
        member.attempt(partial(begin, member))
    return Watch(vigils, clients)


def patience(member: Member) -> float:
    """How long the host waits for its database: an option of the role that makes it."""
    role = member.host.value("pgfleet_database")
    member.host.use([role])
    return float(member.host.value(f"{role}_wait_timeout_seconds"))


def usual_minutes(awaited: Iterable[Mapping[str, Any]]) -> float:
    kinds = [kind for theirs in awaited for kind in theirs]
    return max((USUAL_MINUTES.get(kind, USUAL_INSTANCE_MINUTES) for kind in kinds), default=0)


def teller(watch: Watch, usual: float, show: Callable[[str], Any]) -> Callable[[str, str, float], None]:
    said = Said()

    def tell(_subject: str, status: str, seconds: float) -> None:
        if said.due(status, seconds, 0.0):
            show(fleet_line(waiting(watch.vigils), seconds, usual))

    return tell

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. What AWS deletes in one call, repeated while something still holds it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients, call, pages
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Removal
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.order import words
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.waiting import Patience

# Takes away all resources of a kind; what is gone already is done.
Deleter = Callable[[Clients, Sequence[Removal], Patience], None]


@dataclass(frozen=True, slots=True)
class Deletion:
    """A Deleter as data: the call, AWS's codes for "there is none" and "still in use".

    ``interfaces_by`` is the filter that finds the network interfaces which may hold the resource, to name them.
    """

    service: str
    method: str
    argument: str
    absent: frozenset[str]
    busy: frozenset[str] = frozenset()
    interfaces_by: str = ""

    def __call__(self, clients: Clients, group: Sequence[Removal], patience: Patience) -> None:
        client = clients(self.service)
        for removal in group:
            found = removal.found
            arguments = {self.argument: found.id}
            attempt = partial(call, client, self.method, absent=self.absent, subject=found.name, **arguments)
            holders = partial(self._interfaces, client, found.id)
            patience.while_busy(attempt, self.busy, f"{words(found.kind)} {found.name}", holders)

    def _interfaces(self, client: Any, held: str) -> str:
        """RDS, for one, releases its interfaces minutes after the database is gone."""
        if not self.interfaces_by:
            return ""
        filters = [{"Name": self.interfaces_by, "Values": [held]}]
        found = pages(client, "describe_network_interfaces", "NetworkInterfaces", Filters=filters)
        names = [f"{raw['NetworkInterfaceId']} ({raw.get('Description') or raw['Status']})" for raw in found]
        return f"held by network interface {', '.join(names)}" if names else ""

"""The four systems of inventories/prod, standing, and their plans in this process."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._document import resolve
from ansible_collections.pgfleet.aws.plugins.module_utils._fleet import Deployment, Failure, plan_fleet
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import SUFFIX_TAG, SYSTEM_TAG, Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._registry import HANDLERS
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Effect
from ansible_collections.pgfleet.aws.plugins.module_utils._stack import StackPlan

from emulator.testing import Emulator
from tests.documents import documents as wanted
from tests.making import Making
from tools import existing_network

Entry = Mapping[str, Any]

# Nothing waits: what a drift costs to repair is not what is asked here.
ALL = frozenset(Effect)


@dataclass(frozen=True)
class Host:
    """An inventory host with what it should have."""

    name: str
    region: str
    account_id: str
    documents: Mapping[str, list[dict[str, Any]]] = field(repr=False)

    @classmethod
    def of(cls, name: str, told: Mapping[str, Any]) -> Host:
        """What stack_fleet tells of it."""
        return cls(name, told["region"], told["identity"]["account_id"], told["documents"])

    @property
    def entries(self) -> list[dict[str, Any]]:
        return [entry for document in self.documents.values() for entry in document]

    @property
    def owner(self) -> Owner:
        tags = next(entry["tags"] for entry in self.entries if SYSTEM_TAG in entry.get("tags", {}))
        return Owner(tags[SYSTEM_TAG], tags[SUFFIX_TAG])

    @property
    def deployment(self) -> Deployment:
        manages = ("metric_alarm", "composite_alarm") if "monitoring" in self.documents else ()
        return Deployment(self.owner, self.entries, manages, ALL)


class Standing:
    """An account with hosts in it."""

    def __init__(self, aws: Emulator, hosts: Iterable[Host], package: Path) -> None:
        self.aws, self.package = aws, package
        self.hosts = {host.name: host for host in hosts}

    @property
    def options(self) -> dict[str, str]:
        """What a playbook is given, so that it wants what is here."""
        return {"access_function_build_directory": str(self.package.parent)}

    def clients(self, region: str) -> Clients:
        """New ones: they remember what they have read."""
        return Clients(lambda service, **_options: self.aws.client(service, region))

    def plan(self, names: Iterable[str]) -> dict[str, StackPlan]:
        """As stack_fleet makes it: each region is read once for all hosts there."""
        found: dict[str, StackPlan] = {}
        for name, planned in self.planned({name: self.hosts[name].deployment for name in names}).items():
            assert isinstance(planned, StackPlan), f"{name}: {planned}"
            found[name] = planned
        return found

    def planned(self, deployments: Mapping[str, Deployment]) -> dict[str, StackPlan | Failure]:
        """The same, of hosts that may want something else than they do."""
        regions: dict[str, dict[str, Deployment]] = defaultdict(dict)
        for name, deployment in deployments.items():
            regions[self.hosts[name].region][name] = deployment
        found: dict[str, StackPlan | Failure] = {}
        for region, there in regions.items():
            host = self.hosts[next(iter(there))]
            scope = Scope(self.clients(region), host.owner, host.account_id, region, indexed=True)
            found |= plan_fleet(scope, there, HANDLERS)
        return found

    def resources(self) -> dict[str, list[tuple[Entry, Entry, Mapping[str, Mapping[str, Any]]]]]:
        """By host: entries of the document, their properties with references resolved, and what is known of all."""
        return {
            name: [(entry, resolve(entry.get("properties") or {}, planned.known), planned.known) for entry in entries]
            for name, planned in self.plan(self.hosts).items()
            for entries in [self.hosts[name].entries]
        }

    def bring_up(self) -> None:
        """Networks stand before the databases in them; what is published comes last, when all is known."""
        for host in sorted(self.hosts.values(), key=lambda host: "network" not in host.documents):
            making = Making(self.clients(host.region), host.region, self.package, dict(self._known(host)))
            for role, document in host.documents.items():
                if role == "outputs":
                    making.known = dict(self._known(host))
                making.make(document)

    def _known(self, host: Host) -> Mapping[str, Any]:
        return {key: dict(value) for key, value in self.plan([host.name])[host.name].known.items()}


def documents(aws: Emulator, build: Path) -> list[Host]:
    """What all hosts of inventories/prod should have, as site.yml sees it."""
    existing_network.make(aws.client("ec2", existing_network.REGION))
    found = wanted(aws, "inventories/prod", access_function_build_directory=str(build))
    return [Host.of(name, told) for name, told in found.items()]

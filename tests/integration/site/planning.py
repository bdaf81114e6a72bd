"""The plans of a fleet in this process, from documents that a run has rendered: as stack_fleet makes them.

A run of its own for every way in which AWS can fail would take minutes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError, Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._fleet import Deployment, plan_fleet
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._registry import HANDLERS
from ansible_collections.pgfleet.aws.plugins.module_utils._stack import StackPlan
from botocore.retries.standard import ExponentialBackoff

from emulator.testing import Emulator
from tests.documents import documents

Plans = dict[str, dict[str, Any] | AwsError]


# Between them they ask every service.
HOSTS = "retail,retail_network,experimentation,experimentation_network"


class Fleet:
    """Hosts of inventories/prod with what they should have."""

    def __init__(self, aws: Emulator) -> None:
        self.aws, self.hosts = aws, documents(aws, "inventories/prod", "--limit", HOSTS)
        self._session = boto3.Session()

    def plans(self) -> Plans:
        """By host; or why there is none."""
        places: dict[str, dict[str, Mapping[str, Any]]] = defaultdict(dict)
        for name, host in self.hosts.items():
            places[host["region"]][name] = host
        planned = {name: plan for region, hosts in places.items() for name, plan in self._place(region, hosts).items()}
        return {name: as_told(planned[name]) for name in self.hosts}

    def _place(self, region: str, hosts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        def make(service: str, config: Any) -> Any:
            keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
            return self._session.client(  # type: ignore[call-overload]  # types-boto3 has one overload per name
                service, region, endpoint_url=self.aws.endpoint, config=config, **keys
            )

        identity = next(iter(hosts.values()))["identity"]
        scope = Scope(Clients(make), Owner("", ""), identity["account_id"], region, identity["partition"], indexed=True)
        return plan_fleet(scope, {name: deployment(host) for name, host in hosts.items()}, HANDLERS)


def as_told(planned: Any) -> dict[str, Any] | AwsError:
    if isinstance(planned, StackPlan):
        return planned.as_dict()
    assert isinstance(planned, AwsError), planned
    return planned


def deployment(host: Mapping[str, Any]) -> Deployment:
    tags = host["identity"]["tags"]
    entries = [entry for document in host["documents"].values() for entry in document]
    manages = ["metric_alarm", "composite_alarm"] if "monitoring" in host["documents"] else []
    return Deployment(Owner(tags["pgfleet:system"], tags["pgfleet:suffix"]), entries, manages)


@contextmanager
def no_pauses() -> Iterator[None]:
    """botocore tries as often as ever, at once: ten attempts take a minute otherwise."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ExponentialBackoff, "delay_amount", lambda _self, _context: 0)
        yield

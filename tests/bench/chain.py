"""What has to come after what in a deployment, and how long the longest chain of that takes AWS. Pure.

From the documents of the roles and the minutes of the local AWS: nothing of it is written down by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from emulator.rds import event_subscriptions, lifecycle
from emulator.rds.clusters import lifecycle as clusters
from emulator.services import nat, vpc_endpoints
from emulator.services.lambda_ import functions

Entry = Mapping[str, Any]

CALL_MS = 60.0
# Properties that name another resource, which AWS wants to be there.
NAMED = {
    "db_subnet_group_name": "db_subnet_group",
    "db_parameter_group_name": "db_parameter_group",
    "db_cluster_parameter_group_name": "db_cluster_parameter_group",
    "source_db_instance_identifier": "rds_instance",
}
# Kinds that are about the resource of another kind that has their name.
ABOUT = {"reader_autoscaling": "aurora_cluster"}


@dataclass(frozen=True)
class Chain:
    minutes: float
    names: tuple[str, ...]


def minutes(entry: Entry) -> float:
    """AWS minutes from the request to the last thing that others may wait for."""
    wanted = entry.get("properties", {})
    slow = {
        "nat_gateway": nat.CREATE_MINUTES,
        "interface_endpoint": vpc_endpoints.CREATE_MINUTES,
        "lambda_function": functions.NETWORK_MINUTES if wanted.get("subnet_ids") else functions.CREATE_MINUTES,
        "rds_event_subscription": event_subscriptions.MINUTES,
        # The members are made side by side.
        "aurora_cluster": clusters.CREATE_MINUTES + (clusters.MEMBER_MINUTES if wanted.get("members") else 0),
        "rds_instance": lifecycle.CREATE_MINUTES
        + (lifecycle.BACKUP_MINUTES if wanted.get("backup_retention_days") else 0),
    }
    return slow.get(entry["kind"], 0.0) + (0.0 if entry.get("external") else CALL_MS / 60_000)


def key(entry: Entry) -> str:
    return f"{entry['kind']}/{entry['name']}"


def needs(entry: Entry, every: Sequence[Entry]) -> set[str]:
    """Keys of what has to be there before this can be made."""
    known = {key(other) for other in every}
    found = set(_references(entry.get("properties", {})))
    found |= {f"{NAMED[name]}/{value}" for name, value in _named(entry.get("properties", {}))}
    if entry["kind"] in ABOUT:
        found.add(f"{ABOUT[entry['kind']]}/{entry['name']}")
    if entry.get("external"):
        found |= set(_parts(entry["properties"], every))
    return (found & known) - {key(entry)}


def _references(value: Any) -> Iterator[str]:
    match value:
        case {"ref": str() as ref, "get": _}:
            yield ref
        case dict():
            for part in value.values():
                yield from _references(part)
        case list():
            for part in value:
                yield from _references(part)


def _named(value: Any) -> Iterator[tuple[str, str]]:
    match value:
        case dict():
            for name, part in value.items():
                if name in NAMED and isinstance(part, str):
                    yield name, part
                else:
                    yield from _named(part)
        case list():
            for part in value:
                yield from _named(part)


def _parts(network: Mapping[str, Any], every: Sequence[Entry]) -> Iterator[str]:
    """The subnets and security groups that a database uses, where another host makes them."""
    for entry in every:
        in_tier = entry.get("tags", {}).get("pgfleet:tier") == network.get("tier")
        if entry["kind"] == "subnet" and in_tier:
            yield key(entry)
        if entry["kind"] == "security_group" and entry["name"] in network.get("security_group_names", ()):
            yield key(entry)


def longest(every: Sequence[Entry]) -> Chain:
    """The chain that takes longest, its first resource first."""
    by_key = {key(entry): entry for entry in every}

    @cache
    def to(name: str) -> Chain:
        before = max((to(other) for other in sorted(needs(by_key[name], every))), key=_minutes, default=Chain(0, ()))
        return Chain(before.minutes + minutes(by_key[name]), (*before.names, name))

    return max((to(name) for name in by_key), key=_minutes, default=Chain(0, ()))


def _minutes(chain: Chain) -> float:
    return chain.minutes

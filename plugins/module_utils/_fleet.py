# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The plans of many deployments in one account and region, from one reading of it.

Every kind is observed once for all deployments, in the batched and paged calls that its observer makes for many
resources; then each deployment is planned by itself, and may fail by itself. Nothing here writes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError
from ansible_collections.pgfleet.aws.plugins.module_utils._document import DocumentError, parse
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Effect, Observed
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused, refuse_problems
from ansible_collections.pgfleet.aws.plugins.module_utils._stack import (
    Registry,
    StackPlan,
    check,
    kinds_of,
    plan_found,
)

# Kinds that are read at the same time: on AWS a call takes tens of milliseconds, most of them waiting.
READERS = 8
# AWS's answers about one resource, or one caller: they do not mean that nothing can be read.
OF_ONE = frozenset({"403", "AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation"})

Failure: TypeAlias = "AwsError | Refused | DocumentError"


@dataclass(frozen=True, slots=True)
class Deployment:
    """What one inventory host wants."""

    owner: Owner
    entries: Sequence[Mapping[str, Any]]
    manages: Sequence[str] = ()
    allow: frozenset[Effect] = frozenset()


@dataclass(slots=True)
class _Reading:
    """What was observed, by kind, or why that failed: for all deployments, or for the one that it is about.

    ``given`` is what a deployment uses and does not make: of one name each means what its own properties say.
    ``named`` is what was found by its key, ``owned`` by whose it is.
    """

    named: dict[str, list[Observed]] = field(default_factory=lambda: defaultdict(list))
    owned: dict[tuple[str, Owner], list[Observed]] = field(default_factory=lambda: defaultdict(list))
    given: dict[tuple[str, str], list[Observed]] = field(default_factory=dict)
    failed: dict[tuple[str, str], AwsError] = field(default_factory=dict)


def plan_fleet(
    scope: Scope, deployments: Mapping[str, Deployment], registry: Registry
) -> dict[str, StackPlan | Failure]:
    """Plans by host, or why there is none. ``scope`` is the account and region; whose it is does not matter."""
    results: dict[str, StackPlan | Failure] = {}
    wanted: dict[str, list[Desired]] = {}
    for host, deployment in deployments.items():
        try:
            wanted[host] = parse(deployment.entries, {name: handler.kind for name, handler in registry.items()})
            refuse_problems(check(wanted[host], registry))
        except (Refused, DocumentError) as error:
            results[host] = error
    sound = {host: deployment for host, deployment in deployments.items() if host not in results}
    reading = _read(scope, sound, wanted, registry)
    for host, deployment in sound.items():
        results[host] = _planned(scope, host, deployment, wanted[host], reading, registry)
    return {host: results[host] for host in deployments}


def _read(
    scope: Scope, deployments: Mapping[str, Deployment], wanted: Mapping[str, list[Desired]], registry: Registry
) -> _Reading:
    """Observe every kind for all deployments."""
    together = replace(scope, owners=frozenset(deployment.owner for deployment in deployments.values()))
    askers: dict[str, dict[str, list[Desired]]] = defaultdict(dict)
    for host, deployment in deployments.items():
        for kind in kinds_of(wanted[host], deployment.manages):
            askers[kind][host] = [desired for desired in wanted[host] if desired.kind == kind]
    reading = _Reading()

    def observe(kind: str) -> None:
        owners = {host: deployments[host].owner for host in askers[kind]}
        _observe(together, registry[kind], askers[kind], owners, reading)

    if askers:
        with ThreadPoolExecutor(READERS) as pool:
            list(pool.map(observe, askers))
    return reading


def _observe(
    scope: Scope, handler: Handler, by_host: Mapping[str, list[Desired]], owners: Mapping[str, Owner], into: _Reading
) -> None:
    kind = handler.kind.name
    made = {desired.key: desired for theirs in by_host.values() for desired in theirs if not desired.external}
    try:
        if made or handler.prune:
            for observed in list(handler.observe(scope, list(made.values()))):
                into.named[observed.key].append(observed)
                if handler.prune:
                    into.owned[kind, Owner.of(observed.tags)].append(observed)
    except AwsError as error:
        if error.code not in OF_ONE or len(by_host) == 1:
            into.failed.update({(kind, host): error for host in by_host})
            return
    else:
        by_host = {host: [desired for desired in theirs if desired.external] for host, theirs in by_host.items()}
    for host, theirs in by_host.items():
        try:
            if theirs:
                into.given[kind, host] = list(
                    handler.observe(replace(scope, owner=owners[host], owners=frozenset()), theirs)
                )
        except AwsError as its_own:
            into.failed[kind, host] = its_own


def _planned(
    scope: Scope,
    host: str,
    deployment: Deployment,
    wanted: Sequence[Desired],
    reading: _Reading,
    registry: Registry,
) -> StackPlan | Failure:
    kinds = kinds_of(wanted, deployment.manages)
    for kind in kinds:
        if (kind, host) in reading.failed:
            return reading.failed[kind, host]
    found = list(_its_own(wanted, kinds, deployment.owner, reading, registry))
    found += [observed for kind in kinds for observed in reading.given.get((kind, host), ())]
    try:
        stack = plan_found(replace(scope, owner=deployment.owner), wanted, found, registry, deployment.allow)
        refuse_problems(stack.problems)
    except (AwsError, Refused, DocumentError) as error:
        return error
    return stack


def _its_own(
    wanted: Sequence[Desired], kinds: Iterable[str], owner: Owner, reading: _Reading, registry: Registry
) -> Iterable[Observed]:
    """Of what was observed for all, what bears a name that is wanted, and what may be no longer wanted.

    Looked up, not searched for: every deployment would search what all have.
    """
    keys = dict.fromkeys(desired.key for desired in wanted)
    for key in keys:
        yield from reading.named.get(key, ())
    for kind in kinds:
        unwanted = [observed for observed in reading.owned.get((kind, owner), ()) if observed.key not in keys]
        theirs = [desired for desired in wanted if desired.kind == kind]
        yield from (observed for observed in unwanted if registry[kind].within(theirs, observed))

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. What the planner has to know of a kind: how to observe, plan and verify it against AWS."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import SUFFIX_TAG, SYSTEM_TAG, Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Desired,
    Effect,
    Kind,
    Observed,
    Plan,
    Problem,
    plan,
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where to look: clients of one account and region, and whose resources are asked for.

    An observer may read for several deployments at once, the ``owners``; everything else is done for ``owner`` alone.
    With ``indexed`` it may take tags from the index of all resources where that is as good as asking each service.
    """

    clients: Clients
    owner: Owner
    account_id: str
    region: str
    partition: str = "aws"
    owners: frozenset[Owner] = frozenset()
    indexed: bool = False

    def owns(self, tags: Mapping[str, str]) -> bool:
        """Whether one of those that are read for does."""
        return Owner.of(tags) in (self.owners or {self.owner})

    def tag_values(self) -> dict[str, list[str]]:
        """The values of their tags. Not every resource with one of each is theirs: ``owns`` tells."""
        owners = self.owners or {self.owner}
        return {SUFFIX_TAG: sorted({o.suffix for o in owners}), SYSTEM_TAG: sorted({o.system for o in owners})}


Observer = Callable[[Scope, Sequence[Desired]], Iterable[Observed]]
Planner = Callable[[Kind, Desired, "Observed | None", frozenset[Effect]], Plan]
Verifier = Callable[[Scope, Desired, "Observed | None"], Iterable[Problem]]
Within = Callable[[Sequence[Desired], Observed], bool]
Settler = Callable[[Scope, Desired, Mapping[str, Mapping[str, Any]]], tuple[Desired, list[Problem]]]


def nothing_to_verify(_scope: Scope, _desired: Desired, _observed: Observed | None) -> Iterable[Problem]:
    return ()


def as_wanted(
    _scope: Scope, desired: Desired, _after: Mapping[str, Mapping[str, Any]]
) -> tuple[Desired, list[Problem]]:
    return desired, []


def anywhere(_wanted: Sequence[Desired], _observed: Observed) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Handler:
    """How the planner deals with one kind.

    ``observe(scope, wanted)`` reads all wanted resources of a kind in as few calls as AWS allows, and yields those that
    exist (with ``prune``, also those of the owner that are no longer wanted). ``verify`` holds the rules that only AWS
    can answer (engine versions, parameter metadata). ``settle`` turns what depends on other resources of the document
    into values; it gets the properties that those before it will have after the run, by ``kind/name``. ``within`` says
    whether a document that wants these resources is the one that decides about an observed one of its owner.
    """

    kind: Kind
    observe: Observer
    plan: Planner = plan
    verify: Verifier = nothing_to_verify
    settle: Settler = as_wanted
    prune: bool = False
    within: Within = anywhere

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. What a teardown removes, in which order, what it keeps, and what forbids it."""

from __future__ import annotations

from collections.abc import Iterable

from ansible_collections.pgfleet.aws.plugins.module_utils._owner import SUFFIX_TAG, SYSTEM_TAG
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import (
    Found,
    Kept,
    Removal,
    Situation,
    Teardown,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.order import SCOPES
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.rules_database import RULES, snapshot_problems, uses
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.rules_network import vpc_problems


def plan(scope: str, situation: Situation) -> Teardown:
    """Decide about everything that is ours or stands in its place; the rest of the account is not looked at.

    Every resource of the owner is in ``removals`` or in ``kept`` (a secret or key that AWS deletes later is in both).
    """
    decided = Teardown(problems=snapshot_problems(situation) + vpc_problems(scope, situation))
    for found in _in_order(scope, situation.found):
        if situation.owns(found):
            decided += _ours(scope, found, situation, decided)
        elif _concerns(found, situation):
            decided += Teardown(kept=(_foreign(found, situation),))
    return decided


def _in_order(scope: str, found: Iterable[Found]) -> list[Found]:
    """By step; replicas before the database they follow; unknown kinds first, because a key may be needed by them."""
    step = {s.kind: n for n, s in enumerate(SCOPES[scope])}
    return sorted(found, key=lambda f: (step.get(f.kind, -1), not f.facts.get("replica_of"), f.name, f.id))


def _ours(scope: str, found: Found, situation: Situation, decided: Teardown) -> Teardown:
    if found.kind not in {s.kind for s in SCOPES[scope]}:
        reason = "this version of the collection does not know how to remove it; it has to be removed by hand"
        return Teardown(kept=(Kept(found.kind, found.name, reason, found.id, kms_key=found.facts.get("kms_key")),))
    rule = RULES.get(found.kind)
    return rule(found, situation, decided) if rule else Teardown((Removal(found),))


def _concerns(found: Found, situation: Situation) -> bool:
    """Whether the operator should hear of something that is not ours: it has a name of ours, or needs a key of ours."""
    name = found.name.removesuffix(f" ({found.id})")
    if name in situation.names.get(found.kind, ()) or found.facts.get("in_our_place"):
        return True
    keys = [f for f in situation.found if f.kind == "kms_key" and situation.owner.owns(f.tags)]
    return any(uses(found.facts.get("kms_key"), key) for key in keys)


def _foreign(found: Found, situation: Situation) -> Kept:
    owner = situation.owner
    reason = f"not tagged {SYSTEM_TAG}={owner.system} and {SUFFIX_TAG}={owner.suffix}, so not ours: left alone"
    return Kept(found.kind, found.name, reason, owned=False, kms_key=found.facts.get("kms_key"))

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The plan of a whole deployment: observe every kind once, resolve references, compare.

Nothing here writes. References to what does not exist yet stay "(known after apply)", so a plan works on an empty
account.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._claim import NOBODY, claim, identified, nameless
from ansible_collections.pgfleet.aws.plugins.module_utils._document import duplicates, resolved
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.ec2 import check_dns, check_groups, check_subnets
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_metrics import check_metrics
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.secret_attachment import lost_passwords
from ansible_collections.pgfleet.aws.plugins.module_utils._limits import limit_problems
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._quotas import Take, takes
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Action,
    Desired,
    Effect,
    Observed,
    Plan,
    Problem,
    removal,
)

Registry = Mapping[str, Handler]


@dataclass(frozen=True, slots=True)
class StackPlan:
    """The plans of all resources in document order (orphans last), what is known of them, what cannot work, and what
    they take of the account's quotas."""

    plans: tuple[Plan, ...]
    known: Mapping[str, Mapping[str, Any]]
    problems: tuple[Problem, ...]
    takes: tuple[Take, ...] = ()

    @property
    def in_sync(self) -> bool:
        return not any(p.changed for p in self.plans)

    def as_dict(self) -> dict[str, Any]:
        """What roles and screens need of it."""
        return {
            "in_sync": self.in_sync,
            "plan": [p.as_dict() for p in self.plans if p.changed or p.waiting],
            "known": self.known,
            "totals": self.totals(),
        }

    def totals(self) -> dict[str, int]:
        count = Counter(p.action for p in self.plans)
        return {
            "add": count[Action.CREATE],
            "change": count[Action.UPDATE],
            "delete": count[Action.DELETE],
            "in_sync": count[Action.NONE],
            "waiting": sum(len(p.waiting) for p in self.plans),
        }


def check(resources: Sequence[Desired], registry: Registry) -> list[Problem]:
    """The rules that need no AWS: every resource by itself, then the subnets of each VPC together."""
    problems: list[Problem] = list(duplicates(resources))
    for resource in (resolved(r, {}) for r in resources):
        kind = registry[resource.kind].kind
        limited = list(limit_problems(kind, resource))
        said = {problem.input for problem in limited}
        problems.extend((*limited, *(problem for problem in kind.check(resource) if problem.input not in said)))
    for vpc in (r for r in resources if r.kind == "vpc"):
        theirs = {"ref": vpc.key, "get": "id"}
        subnets = [r for r in resources if r.kind == "subnet" and r.properties["vpc_id"] == theirs]
        problems.extend((*check_subnets(subnets, vpc), *check_dns(resources, vpc)))
    problems.extend((*check_groups(resources), *check_metrics(resources)))
    return problems


def plan_stack(
    scope: Scope,
    resources: Sequence[Desired],
    registry: Registry,
    allow: frozenset[Effect],
    manages: Iterable[str] = (),
) -> StackPlan:
    """Observe and compare everything. Raises AwsError when something cannot be read: no plan is incomplete.

    ``manages`` are pruned kinds of which the resources are all that is wanted, even when they are none.
    """
    kinds = kinds_of(resources, manages)
    found = [o for name in kinds for o in registry[name].observe(scope, [r for r in resources if r.kind == name])]
    return plan_found(scope, resources, found, registry, allow)


def plan_found(
    scope: Scope,
    resources: Sequence[Desired],
    found: Sequence[Observed],
    registry: Registry,
    allow: frozenset[Effect] = frozenset(),
) -> StackPlan:
    """Compare resources with what was observed of them and of their kinds."""
    named: dict[str, list[Observed]] = defaultdict(list)
    for one in found:
        named[one.key].append(one)
    kinds = {name: handler.kind for name, handler in registry.items()}
    known: dict[str, Mapping[str, Any]] = {}
    plans: list[Plan] = []
    problems: list[Problem] = []
    taken: list[Take] = []
    after: dict[str, Mapping[str, Any]] = {}
    for resource in resources:
        handler = registry[resource.kind]
        desired, unsettled = handler.settle(scope, resolved(resource, known), after)
        problems.extend(unsettled)
        candidates = named.get(desired.key, ())
        meant = identified(resources, named, known, scope.owner, kinds) if any(map(nameless, candidates)) else NOBODY
        observed, refused = claim(handler.kind, desired, candidates, scope.owner, meant)
        if observed is not None:
            known[desired.key] = {k: v for k, v in observed.attributes.items() if not k.startswith("_")}
            after[desired.key] = observed.properties
        problems.extend(refused)
        if desired.external and not refused:
            problems.extend(handler.verify(scope, desired, observed))
        if desired.external or refused or unsettled:
            continue
        planned = handler.plan(handler.kind, desired, observed, allow)
        if planned.action is not Action.NONE or planned.waiting:
            problems.extend(handler.verify(scope, desired, observed))
        problems.extend(planned.refusals)
        plans.append(planned)
        taken.extend(takes(planned, after))
        after[desired.key] = _outcome(desired, observed, planned)
    plans.extend(orphans(found, resources, registry, scope.owner))
    problems.extend(lost_passwords(resources, known))
    return StackPlan(tuple(plans), known, tuple(problems), tuple(taken))


def _outcome(desired: Desired, observed: Observed | None, planned: Plan) -> dict[str, Any]:
    """The properties that a resource will have once its plan is carried out; what waits is not among them."""
    if observed is None:
        return dict(desired.properties)
    internal = {name: value for name, value in observed.attributes.items() if name.startswith("_")}
    return {**observed.properties, **internal, **{change.property: change.after for change in planned.changes}}


def kinds_of(resources: Iterable[Desired], manages: Iterable[str] = ()) -> list[str]:
    """Kinds to observe, in the order of the document."""
    return list(dict.fromkeys([*(r.kind for r in resources), *manages]))


def orphans(found: Sequence[Observed], resources: Sequence[Desired], registry: Registry, owner: Owner) -> list[Plan]:
    """What the deployment owns of a pruned kind and no longer wants."""
    wanted = {r.key for r in resources}
    gone = (o for o in found if registry[o.kind].prune and o.key not in wanted and owner.owns(o.tags))
    return [removal(o) for o in gone]

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. What forbids to take a network away: all in its VPC that does not go with it."""

from __future__ import annotations

from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Problem
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Found, Situation
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.order import NETWORK, words

REMOVABLE = {step.kind for step in NETWORK}
GOING_FIRST = {"rds_instance", "aurora_member", "lambda_function"}


def vpc_problems(scope: str, situation: Situation) -> tuple[Problem, ...]:
    """One problem per VPC of ours that something else still uses, naming all of it."""
    if scope != "network":
        return ()
    vpcs = [f for f in situation.found if f.kind == "vpc" and situation.owns(f)]
    return tuple(problem for vpc in vpcs for problem in _in_the_way(vpc, situation))


def _in_the_way(vpc: Found, situation: Situation) -> list[Problem]:
    inside = [f for f in situation.found + situation.users if f.facts.get("vpc_id") == vpc.id]
    held = {interface for f in inside for interface in f.facts.get("interfaces", ())}
    users = [_described(f) for f in inside if f.id not in held and _blocks(f, situation)]
    if not users:
        return []
    message = f"is in use by {'; '.join(users)}. Take these away first."
    return [Problem(f"network {vpc.name}", vpc.id, message)]


def _blocks(found: Found, situation: Situation) -> bool:
    if found.kind in GOING_FIRST:
        return found.name not in situation.options.databases_going
    if found.kind == "network_interface":
        # RDS and Lambda release interfaces minutes after what they are for; what is there is named itself.
        return found.facts.get("requester") != "amazon-rds" and found.facts.get("interface_type") != "lambda"
    return not (found.kind in REMOVABLE and situation.owns(found))


def _described(found: Found) -> str:
    facts = (found.facts.get(fact) for fact in ("status", "description", "attached_to"))
    known = ", ".join(fact for fact in (found.id if found.id != found.name else "", *facts) if fact)
    return f"{words(found.kind)} {found.name}" + (f" ({known})" if known else "")

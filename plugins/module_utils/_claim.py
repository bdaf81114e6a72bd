# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. Which of the resources that there are is the wanted one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum, auto

from ansible_collections.pgfleet.aws.plugins.module_utils._document import Known, is_reference, resolved
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import SUFFIX_TAG, SYSTEM_TAG, Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Desired,
    Kind,
    Observed,
    Problem,
    plan,
    unknown,
)

# What is found by its tag Name, and by nothing else.
LOSES_NAME = {"elastic_ip", "internet_gateway", "nat_gateway", "network_acl", "route_table", "subnet", "vpc"}
# What has another name, or is found by VPC and service.
NAMED_BY_TAG = LOSES_NAME | {"gateway_endpoint", "interface_endpoint", "security_group"}
# Told apart by the subnets that use them.
BY_SUBNETS = {"network_acl", "route_table"}

Meant = Mapping[str, str]
NOBODY: Meant = {}


class Likeness(Enum):
    """Whether a resource without its tag Name is the wanted one: nothing else can be, nobody can tell, it is not."""

    SAME = auto()
    UNSURE = auto()
    OTHER = auto()


def claim(
    kind: Kind, desired: Desired, candidates: Sequence[Observed], owner: Owner, meant: Meant = NOBODY
) -> tuple[Observed | None, list[Problem]]:
    """Which of the resources that bear the wanted name, or have lost it, is the wanted one.

    Ours by tags comes first; somebody else's is what an external resource asks for. Then comes one of ours without its
    tag Name that can be no other, and then one without ownership tags: it is adopted when nothing immutable speaks
    against it being meant. One that another deployment owns is refused where names are unique, and is simply another
    one where they are not. ``meant`` says of ids which resource they are (see ``identified``).
    """
    lost = [] if desired.external else [c for c in candidates if nameless(c) and owner.owns(c.tags)]
    named = [c for c in candidates if c not in lost]
    chosen = [c for c in named if desired.external or owner.owns(c.tags)]
    if not chosen:
        found, unsure = _recognised(kind, desired, lost, meant)
        if found is not None or unsure:
            return found, unsure
    fitting = [c for c in named if not named_by_tag(c) or not plan(kind, desired, c).refusals]
    chosen = chosen or [c for c in fitting if SYSTEM_TAG not in c.tags]
    if len(chosen) > 1:
        return None, [
            Problem(desired.key, _ids(chosen), "exists more than once. Delete or rename those that are not in use.")
        ]
    if chosen:
        return chosen[0], []
    return None, [_foreign(desired, c.tags) for c in fitting if not named_by_tag(c)]


def _ids(observed: Iterable[Observed]) -> str:
    return ", ".join(str(c.attributes.get("id", c.attributes.get("vpc_id"))) for c in observed)


def _foreign(desired: Desired, tags: Mapping[str, str]) -> Problem:
    holder = f"system {tags[SYSTEM_TAG]}, suffix {tags.get(SUFFIX_TAG)}"
    return Problem(desired.key, desired.name, f"belongs to {holder}. Choose another name in the inventory.")


def named_by_tag(observed: Observed) -> bool:
    """Whether AWS lets several resources of this kind bear one name (EC2's Name tags, group names in several VPCs)."""
    return observed.kind in NAMED_BY_TAG


def nameless(observed: Observed) -> bool:
    """Whether it is of a kind that is found by its tag Name, and has none."""
    return observed.kind in LOSES_NAME and not observed.tags.get("Name")


def _recognised(
    kind: Kind, desired: Desired, lost: Sequence[Observed], meant: Meant
) -> tuple[Observed | None, list[Problem]]:
    """The one of ours without a Name that is the wanted one. Where nobody can tell a person has to: never a twin."""
    pointed = [c for c in lost if meant.get(c.attributes["id"]) == desired.key]
    free = {c.attributes["id"]: _likeness(kind, desired, c) for c in lost if c.attributes["id"] not in meant}
    same = pointed or [c for c in lost if free.get(c.attributes["id"]) is Likeness.SAME]
    if len(same) == 1:
        return same[0], []
    unsure = same or [c for c in lost if free.get(c.attributes["id"]) is Likeness.UNSURE]
    return None, [_undecided(desired, unsure)] if unsure else []


def _undecided(desired: Desired, unsure: Sequence[Observed]) -> Problem:
    name = desired.name
    if len(unsure) == 1:
        what = f"has our ownership tags and no tag Name, and may be {name}."
        do = f"Give it the tag Name={name} if it is, another one if it is not, or delete it."
    else:
        what = f"have our ownership tags and no tag Name, and each may be {name}."
        do = f"Give the one that is meant the tag Name={name}, the others another one, or delete them."
    return Problem(desired.key, _ids(unsure), f"{what} {do}")


def _likeness(kind: Kind, desired: Desired, candidate: Observed) -> Likeness:
    fixed = [name for name, rule in kind.properties.items() if rule.immutable and name in desired.properties]
    if any(candidate.properties.get(name) is None for name in fixed):
        # An internet gateway that is attached to no VPC.
        return Likeness.UNSURE
    if plan(kind, desired, candidate).refusals:
        return Likeness.OTHER
    if kind.name in BY_SUBNETS:
        return _by_subnets(desired, candidate)
    # Of an address only what it is used for tells whose it is.
    return Likeness.SAME if fixed else Likeness.UNSURE


def _by_subnets(desired: Desired, candidate: Observed) -> Likeness:
    has = set(candidate.properties["subnet_ids"])
    if has & set(desired.properties.get("subnet_ids") or ()):
        return Likeness.SAME
    return Likeness.OTHER if has else Likeness.UNSURE


def identified(
    resources: Iterable[Desired],
    candidates: Mapping[str, Sequence[Observed]],
    known: Known,
    owner: Owner,
    kinds: Mapping[str, Kind],
) -> dict[str, str]:
    """Which resource an id is, as ``kind/name``: what is known already, and what others of ours use where the
    documents name a resource. The NAT gateway in a zone has the address that is meant for it.
    """
    found: dict[str, str] = {}
    for resource in resources:
        for name, value in resource.properties.items():
            if is_reference(value) and value["get"] == "id":
                users = _ours(kinds[resource.kind], resolved(resource, known), candidates.get(resource.key, ()), owner)
                ids = {str(user.properties[name]) for user in users if user.properties.get(name)}
                found.update(dict.fromkeys(ids, value["ref"]) if len(ids) == 1 else {})
    return found | {str(attributes["id"]): key for key, attributes in known.items() if "id" in attributes}


def _ours(kind: Kind, desired: Desired, candidates: Sequence[Observed], owner: Owner) -> list[Observed]:
    """Those of the name; without any, those that have lost it and are like the wanted one as far as that is known."""
    owned = [c for c in candidates if owner.owns(c.tags)]
    fixed = {
        name: value
        for name, value in desired.properties.items()
        if kind.properties[name].immutable and value is not None and not unknown(value)
    }
    return [c for c in owned if not nameless(c)] or [
        c
        for c in owned
        if fixed and all(kind.properties[name].satisfied(c.properties.get(name), v) for name, v in fixed.items())
    ]

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of EC2's resources by their tag Name, and of ours that have lost it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._claim import nameless
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import SUFFIX_TAG, SYSTEM_TAG, Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed

Filters = list[dict[str, Any]]
Read = Callable[[Filters], Iterable[Observed]]


def filters(values: Mapping[str, Sequence[str]]) -> Filters:
    return [{"Name": name, "Values": list(allowed)} for name, allowed in values.items()]


def by_name(names: Iterable[str]) -> Filters:
    return filters({"tag:Name": sorted(set(names))})


def by_owners(owners: Iterable[Owner]) -> Filters:
    """Not all that this finds are theirs: one may have the system of one owner and the suffix of another."""
    every = list(owners)
    return filters(
        {
            f"tag:{SYSTEM_TAG}": sorted({owner.system for owner in every}),
            f"tag:{SUFFIX_TAG}": sorted({owner.suffix for owner in every}),
        }
    )


def by_name_or_lost(wanted: Sequence[Desired], read: Read) -> Iterator[Observed]:
    """What bears a wanted name. Only where an owner has nothing of that name it is asked what of theirs bears none:
    each of those might be any that is missing."""
    found = list(read(by_name(desired.name for desired in wanted)))
    yield from found
    yield from lost(wanted, found, read)


def lost(wanted: Sequence[Desired], found: Iterable[Observed], read: Read) -> Iterator[Observed]:
    present = {(one.name, Owner.of(one.tags)) for one in found}
    missing = [
        (desired.name, owner)
        for desired in wanted
        for owner in [Owner.of(desired.tags)]
        if SYSTEM_TAG in desired.tags and (desired.name, owner) not in present
    ]
    if missing:
        for one in read(by_owners(owner for _name, owner in missing)):
            if nameless(one):
                yield from (replace(one, name=name) for name, owner in missing if owner == Owner.of(one.tags))

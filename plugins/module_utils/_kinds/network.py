# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. A network that a database uses and does not own: found, never made.

Made by a host of the group ``networks``, it is found by the VPC's name, a tier and names of groups. One that was there
before is given by ids or by tags, and then has to be right: a database must not come up in subnets that were not meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Kind, Observed, Problem, Property

Raw = Mapping[str, Any]

GIVEN = ("vpc_id", "subnet_ids", "subnet_tags", "security_group_ids", "security_group_tags")
NAMES = ("vpc_name", "tier", "security_group_names")
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
FEWEST_ZONES = 2


def check(desired: Desired) -> Iterator[Problem]:
    wanted = desired.properties
    for ids, tags in (("subnet_ids", "subnet_tags"), ("security_group_ids", "security_group_tags")):
        if wanted.get(ids) and wanted.get(tags):
            yield desired.problem(ids, f"give this or {desired.input_name(tags)}, not both.")
    zones = wanted.get("zones")
    if zones is not None and zones < FEWEST_ZONES:
        yield desired.problem("zones", "a database needs subnets in two availability zones at least.")


NETWORK = Kind("network", {name: Property() for name in (*NAMES, *GIVEN, "zones")}, check)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found for a wanted network, in one VPC if it is known; ``groups`` in no VPC in particular."""

    vpc_id: str
    subnets: Sequence[Raw]
    groups: Sequence[Raw]


def home(seen: Seen) -> str:
    """The one VPC of the network: the given one, or that of the first subnet."""
    return seen.vpc_id or next((str(raw["VpcId"]) for raw in seen.subnets), "")


def is_given(desired: Desired) -> bool:
    return any(desired.properties.get(name) for name in GIVEN)


def observed(desired: Desired, seen: Seen) -> Observed | None:
    """The network, or None where something of it is missing or not as it has to be."""
    if list(problems(desired, seen, "")):
        return None
    in_order = sorted(seen.subnets, key=lambda subnet: (subnet["AvailabilityZone"], subnet["SubnetId"]))
    attributes = {
        "vpc_id": home(seen),
        "subnet_ids": [subnet["SubnetId"] for subnet in in_order],
        "availability_zones": _zones(in_order),
        "security_group_ids": sorted(group["GroupId"] for group in seen.groups),
    }
    return Observed("network", desired.name, desired.properties, {}, attributes)


def undecided(desired: Desired, vpc_ids: Sequence[str]) -> str:
    """What to do about several VPCs of which any may be the one of the wanted name."""
    which = f"no VPC has this tag Name, and {', '.join(vpc_ids)} have our ownership tags and none."
    return f"{which} Give the one that is meant the tag Name={desired.properties['vpc_name']}."


def problems(desired: Desired, seen: Seen, region: str) -> Iterator[Problem]:
    """Everything that is not as it has to be, by inventory key, with what was found."""
    subnets, groups = list(seen.subnets), list(seen.groups)
    yield from _missing(desired, "subnet", {raw["SubnetId"] for raw in subnets}, seen.vpc_id or region)
    yield from _missing(desired, "security_group", {raw["GroupId"] for raw in groups}, home(seen) or region)
    names = desired.properties.get("security_group_names") or ()
    lacking = sorted(set(names) - {raw["GroupName"] for raw in groups}) if not _given(desired, "security_group") else []
    if lacking:
        what = f"no security group of this name in {home(seen) or region}. Allowed: names of groups that are there."
        yield desired.problem("security_group_names", what, ", ".join(lacking))
    yield from _elsewhere(desired, seen, subnets, groups)
    yield from _zone_problems(desired, subnets)


def _given(desired: Desired, what: str) -> str:
    """The property that says which subnets or groups; nothing where names do."""
    return next((name for name in (f"{what}_ids", f"{what}_tags") if desired.properties.get(name)), "")


def _missing(desired: Desired, what: str, found: set[str], where: str) -> Iterable[Problem]:
    by = _given(desired, what)
    kind = what.replace("_", " ")
    if by.endswith("_tags") and not found:
        yield desired.problem(
            by, f"no {kind} in {where} has all of these tags. Tag those that are meant, or give their ids."
        )
    for identifier in sorted(set(desired.properties[by]) - found) if by.endswith("_ids") else ():
        yield desired.problem(by, f"there is no such {kind} in {where}. Give the id of one that exists.", identifier)


def _elsewhere(desired: Desired, seen: Seen, subnets: Sequence[Raw], groups: Sequence[Raw]) -> Iterable[Problem]:
    """All lie in one VPC."""
    vpc_id = home(seen)
    where = vpc_id if seen.vpc_id or not subnets else f"{vpc_id} like {subnets[0]['SubnetId']}"
    for what, identifier, raws in (("subnet", "SubnetId", subnets), ("security_group", "GroupId", groups)):
        for raw in raws:
            if vpc_id and raw["VpcId"] != vpc_id:
                message = f"lies in {raw['VpcId']}, not in {where}. A database uses one VPC."
                yield desired.problem(_given(desired, what) or "vpc_name", message, raw[identifier])


def _zone_problems(desired: Desired, subnets: Sequence[Raw]) -> Iterable[Problem]:
    by = _given(desired, "subnet") or "tier"
    zones, wanted = _zones(subnets), desired.properties.get("zones")
    shown = ", ".join(f"{raw['SubnetId']} in {raw['AvailabilityZone']}" for raw in subnets) or "none"
    if wanted is not None and len(zones) != wanted and subnets:
        found = f"these subnets lie in {len(zones)} availability zones ({', '.join(zones)})"
        yield desired.problem(by, f"{found}; {wanted} are wanted, neither more nor fewer.", shown)
    elif len(zones) < FEWEST_ZONES and is_given(desired) and subnets:
        yield desired.problem(by, "a database needs subnets in two availability zones at least.", shown)
    elif not subnets and by == "tier":
        where = desired.properties.get("vpc_id") or desired.properties.get("vpc_name") or "any VPC"
        yield desired.problem(by, f"no subnets of this tier in {where}. Name a tier that has some.")


def _zones(subnets: Iterable[Raw]) -> list[str]:
    return sorted({str(raw["AvailabilityZone"]) for raw in subnets})

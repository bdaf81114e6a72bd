# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. Limits that an inventory sets on its own inputs.

Written as ``{property: {min, max, pattern, choices}}``, all of them optional. An ``instance_class`` also takes
``min_vcpu``, ``min_memory_gib`` and ``burstable: false``; that of a cluster is a limit on each of its members.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.class_size import LEAST_RULES, Least, class_size
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Kind, Problem, unknown

RULES = frozenset({"min", "max", "pattern", "choices"})
CLASS, MEMBERS = "instance_class", "members"


def limit_problems(kind: Kind, desired: Desired) -> Iterable[Problem]:
    """What lies outside the limits, each with all that is allowed, and limits that could never say anything."""
    for name, limit in desired.limits.items():
        known = RULES | LEAST_RULES if name == CLASS else RULES
        if not (name in kind.properties or _of_members(kind, name)):
            message = f"limits nothing. Allowed: {', '.join(sorted(kind.properties))}."
            yield desired.problem(f"limits.{name}", message, limit)
        elif limit.keys() - known:
            yield desired.problem(f"limits.{name}", f"allowed in a limit: {', '.join(sorted(known))}.", limit)
        else:
            for path, value in _values(kind, desired, name):
                if value is not None and not unknown(value) and not within(value, **limit):
                    yield desired.problem(path, f"allowed here: {spoken(**limit)}.{advice(**limit)}", value)


def _of_members(kind: Kind, name: str) -> bool:
    return name == CLASS and MEMBERS in kind.properties


def _values(kind: Kind, desired: Desired, name: str) -> Iterable[tuple[str, Any]]:
    if _of_members(kind, name):
        for member in desired.properties.get(MEMBERS) or ():
            yield f"{MEMBERS}.{member['name']}.{name}", member.get(name)
    else:
        yield name, desired.properties.get(name)


def within(value: Any, **limit: Any) -> bool:
    """Numbers lie between ``min`` and ``max``; texts match ``pattern`` as a whole; ``choices`` are all there is.

    A class whose size is not known is not within a limit on sizes.
    """
    if "min" in limit and value < limit["min"]:
        return False
    if "max" in limit and value > limit["max"]:
        return False
    if "pattern" in limit and not re.fullmatch(limit["pattern"], str(value)):
        return False
    least = _least(limit)
    if least:
        size = class_size(str(value))
        if size is None or not least.fits(size):
            return False
    return value in limit.get("choices", [value])


def spoken(**limit: Any) -> str:
    return " and ".join(_clauses(limit))


def advice(**limit: Any) -> str:
    """A class to take, where a limit is on sizes."""
    least = _least(limit)
    found = least.smallest() if least else None
    return f" Smallest that fits: {found}." if found else ""


def _least(limit: Mapping[str, Any]) -> Least | None:
    rules = {name: rule for name, rule in limit.items() if name in LEAST_RULES}
    return Least(**rules) if rules else None


def _clauses(limit: Mapping[str, Any]) -> Iterable[str]:
    match limit:
        case {"min": low, "max": high}:
            yield f"{low} to {high}"
        case {"min": low}:
            yield f"{low} or more"
        case {"max": high}:
            yield f"{high} or less"
    least = _least(limit)
    if least:
        yield least.spoken()
    if "pattern" in limit:
        yield f"the pattern {limit['pattern']}"
    if "choices" in limit:
        yield ", ".join(str(c) for c in limit["choices"])

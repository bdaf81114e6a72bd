# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. Limits that an inventory sets on its own inputs.

Written as ``{property: {min, max, pattern, choices}}``, all of them optional.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Kind, Problem, unknown

RULES = frozenset({"min", "max", "pattern", "choices"})


def limit_problems(kind: Kind, desired: Desired) -> Iterable[Problem]:
    """What lies outside the limits, each with all that is allowed, and limits that could never say anything."""
    for name, limit in desired.limits.items():
        value = desired.properties.get(name)
        if name not in kind.properties:
            message = f"limits nothing. Allowed: {', '.join(sorted(kind.properties))}."
            yield desired.problem(f"limits.{name}", message, limit)
        elif limit.keys() - RULES:
            yield desired.problem(f"limits.{name}", f"allowed in a limit: {', '.join(sorted(RULES))}.", limit)
        elif value is not None and not unknown(value) and not within(value, **limit):
            yield desired.problem(name, f"allowed here: {spoken(**limit)}.")


def within(value: Any, **limit: Any) -> bool:
    """Numbers lie between ``min`` and ``max``; texts match ``pattern`` as a whole; ``choices`` are all there is."""
    if "min" in limit and value < limit["min"]:
        return False
    if "max" in limit and value > limit["max"]:
        return False
    if "pattern" in limit and not re.fullmatch(limit["pattern"], str(value)):
        return False
    return value in limit.get("choices", [value])


def spoken(**limit: Any) -> str:
    return " and ".join(_clauses(limit))


def _clauses(limit: Mapping[str, Any]) -> Iterable[str]:
    match limit:
        case {"min": low, "max": high}:
            yield f"{low} to {high}"
        case {"min": low}:
            yield f"{low} or more"
        case {"max": high}:
            yield f"{high} or less"
    if "pattern" in limit:
        yield f"the pattern {limit['pattern']}"
    if "choices" in limit:
        yield ", ".join(str(c) for c in limit["choices"])

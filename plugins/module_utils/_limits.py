# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. Limits that an inventory sets on its own inputs.

Written as ``{property: {min, max, pattern, choices}}``, all of them optional.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Problem


def limit_problems(desired: Desired) -> Iterable[Problem]:
    """What lies outside the limits, each with all that is allowed."""
    for name, limit in desired.limits.items():
        value = desired.properties.get(name)
        if value is not None and not within(value, **limit):
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
    parts = []
    if "min" in limit or "max" in limit:
        parts.append(f"{limit.get('min', '')} to {limit.get('max', '')}".strip())
    if "pattern" in limit:
        parts.append(f"the pattern {limit['pattern']}")
    if "choices" in limit:
        parts.append(", ".join(str(c) for c in limit["choices"]))
    return " and ".join(parts)

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. Where two large values (policies, dashboards, lists of rules) differ."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

# A part that one of the two does not have. JSON's null is a value.
MISSING = object()


@dataclass(frozen=True, slots=True)
class Part:
    """``path`` leads to it: ``Statement[1].Principal.AWS``."""

    path: str
    before: Any
    after: Any


def differing(before: Any, after: Any) -> list[Part]:
    """What differs; nothing where the values are not two mappings or two lists, or the JSON text of such."""
    pair = structure(before), structure(after)
    alike = any(all(isinstance(value, kind) for value in pair) for kind in (Mapping, list))
    return list(_differing("", *pair)) if alike else []


def structure(value: Any) -> Any:
    """What a JSON text says; any other value as it is."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _differing(path: str, before: Any, after: Any) -> Iterator[Part]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted(before.keys() | after.keys(), key=str):
            place = f"{path}.{key}" if path else str(key)
            yield from _differing(place, before.get(key, MISSING), after.get(key, MISSING))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _of_lists(path, before, after)
    else:
        yield Part(path, before, after)


def _of_lists(path: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[Part]:
    """What is in both stays, wherever it has moved to; of the rest the first is compared with the first."""
    spelled = [[json.dumps(item, sort_keys=True) for item in items] for items in (before, after)]
    for same, i, j, k, m in SequenceMatcher(None, spelled[0], spelled[1], autojunk=False).get_opcodes():
        if same == "equal":
            continue
        gone, come = enumerate(before[i:j], i), enumerate(after[k:m], k)
        for old, new in zip_longest(gone, come, fillvalue=(None, MISSING)):
            number = new[0] if old[0] is None else old[0]
            yield from _differing(f"{path}[{number}]", old[1], new[1])

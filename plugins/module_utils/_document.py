# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. Role documents: lists of resources, their references, and the rules over them.

A document entry is a mapping ``{kind, name, properties, tags, role, keys, limits, outputs, external, adopt}``. A value
that another resource has once it exists is written ``{ref: <kind>/<name>, get: <attribute>}`` and resolved against what
is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY, Desired, Kind, Problem

Known = Mapping[str, Mapping[str, Any]]

ENTRY_KEYS = frozenset({"kind", "name", "properties", "tags", "role", "keys", "limits", "outputs", "external", "adopt"})


class DocumentError(ValueError):
    """A document that no inventory value explains: a mistake in a role."""


def parse(entries: Iterable[Mapping[str, Any]], kinds: Mapping[str, Kind]) -> list[Desired]:
    """Desired resources of a document, in its order.

    Raises DocumentError for an unknown kind, property or key.
    """
    return [_entry(entry, kinds) for entry in entries]


def duplicates(resources: Iterable[Desired]) -> Iterable[Problem]:
    """Resources that would be one and the same."""
    for key, count in Counter(resource.key for resource in resources).items():
        if count > 1:
            name = key.partition("/")[2]
            yield Problem(key, name, f"is wanted {count} times. Give each a name of its own in the inventory.")


def _entry(entry: Mapping[str, Any], kinds: Mapping[str, Kind]) -> Desired:
    entry = {key: value for key, value in entry.items() if value is not None}
    extra = sorted(entry.keys() - ENTRY_KEYS)
    if extra or "kind" not in entry or "name" not in entry:
        raise DocumentError(
            f"document entry {entry!r}: needs kind and name, may have {sorted(ENTRY_KEYS)}, not {extra}"
        )
    kind = kinds.get(entry["kind"])
    if kind is None:
        raise DocumentError(f"unknown kind {entry['kind']!r}; known: {', '.join(sorted(kinds))}")
    strange = sorted(entry.get("properties", {}).keys() - kind.properties.keys())
    if strange:
        raise DocumentError(
            f"{entry['kind']} has no property {', '.join(strange)}; it has {', '.join(sorted(kind.properties))}"
        )
    return Desired(**entry)


def is_reference(value: Any) -> bool:
    return isinstance(value, Mapping) and set(value) == {"ref", "get"}


def resolve(value: Any, known: Known) -> Any:
    """Replace references by what is known, the rest by KNOWN_AFTER_APPLY."""
    if is_reference(value):
        return known.get(value["ref"], {}).get(value["get"], KNOWN_AFTER_APPLY)
    if isinstance(value, Mapping):
        return {k: resolve(v, known) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return _flattened([resolve(v, known) for v in value], value)
    return value


def _flattened(resolved: list[Any], source: Sequence[Any]) -> list[Any]:
    """A reference inside a list that stands for a list (the subnets of a tier) is spliced in."""
    flat: list[Any] = []
    for item, original in zip(resolved, source, strict=True):
        if is_reference(original) and isinstance(item, list):
            flat.extend(item)
        else:
            flat.append(item)
    return flat


def resolved(resource: Desired, known: Known) -> Desired:
    return replace(resource, properties=resolve(resource.properties, known))

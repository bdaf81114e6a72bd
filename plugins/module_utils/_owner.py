# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. Whose a resource is: the ownership tags, and how systems and suffixes look."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SYSTEM_TAG = "pgfleet:system"
SUFFIX_TAG = "pgfleet:suffix"

ENVIRONMENTS = {"dev": "Development", "staging": "Staging", "prod": "Production"}
SUFFIX_PATTERN = re.compile(r"[a-z][a-z0-9]{0,11}")
SYSTEM_PATTERN = re.compile(r"[a-z][a-z0-9]{0,19}")


@dataclass(frozen=True, slots=True)
class Owner:
    """A deployment: one system under one suffix.

    Tags decide ownership, never name prefixes (``pr4`` is a prefix of ``pr42``).
    """

    system: str
    suffix: str

    def owns(self, tags: Mapping[str, str]) -> bool:
        return tags.get(SYSTEM_TAG) == self.system and tags.get(SUFFIX_TAG) == self.suffix

    def tags(self) -> dict[str, str]:
        return {SYSTEM_TAG: self.system, SUFFIX_TAG: self.suffix}

    def tag_values(self) -> dict[str, list[str]]:
        return {SUFFIX_TAG: [self.suffix], SYSTEM_TAG: [self.system]}


class Owners:
    """Several deployments, whose resources are read together."""

    def __init__(self, owners: Iterable[Owner]) -> None:
        self._owners = frozenset(owners)

    def owns(self, tags: Mapping[str, str]) -> bool:
        """Whether one of them does."""
        return Owner(tags.get(SYSTEM_TAG, ""), tags.get(SUFFIX_TAG, "")) in self._owners

    def tag_values(self) -> dict[str, list[str]]:
        """The values of the ownership tags. Of the resources that have them, ``owns`` tells theirs from others'."""
        return {
            SUFFIX_TAG: sorted({owner.suffix for owner in self._owners}),
            SYSTEM_TAG: sorted({owner.system for owner in self._owners}),
        }

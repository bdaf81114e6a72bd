# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. Whose a resource is: the ownership tags, and how systems and suffixes look."""

from __future__ import annotations

import re
from collections.abc import Mapping
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

    @classmethod
    def of(cls, tags: Mapping[str, str]) -> Owner:
        """The one that tags name; one that there is not where they name none."""
        return cls(tags.get(SYSTEM_TAG, ""), tags.get(SUFFIX_TAG, ""))

    def owns(self, tags: Mapping[str, str]) -> bool:
        return tags.get(SYSTEM_TAG) == self.system and tags.get(SUFFIX_TAG) == self.suffix

    def tags(self) -> dict[str, str]:
        return {SYSTEM_TAG: self.system, SUFFIX_TAG: self.suffix}

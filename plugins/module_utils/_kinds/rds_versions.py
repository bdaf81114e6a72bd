# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. PostgreSQL engine versions: a wanted minor version is a floor within its major.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.PostgreSQL.html
"""

from __future__ import annotations

import re

VERSION = re.compile(r"\d+(\.\d+)*(-R\d+)?")


def version(text: str) -> tuple[int, ...]:
    """'16.9' is (16, 9). Raises ValueError for what is no version."""
    if not VERSION.fullmatch(text):
        raise ValueError(f"{text!r} is no PostgreSQL version")
    return tuple(int(part) for part in re.findall(r"\d+", text))


def major(text: str) -> int:
    return version(text)[0]


def reached(before: str | None, after: str) -> bool:
    """Whether version ``before`` is what ``after`` asks for: of the same major and not older; '16' is any 16.x."""
    if before is None or not VERSION.fullmatch(after):
        return False
    return major(before) == major(after) and version(before) >= version(after)

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Values without what Ansible adds to them."""

from __future__ import annotations

import json
from datetime import date
from typing import Any


def as_json(value: Any) -> Any:
    """A value as it is after the way to or from a module: plain types without Ansible's tags."""
    return json.loads(json.dumps(value, default=_as_text))


def _as_text(value: Any) -> str:
    """Dates of YAML, and vaulted strings."""
    return value.isoformat() if isinstance(value, date) else str(value)

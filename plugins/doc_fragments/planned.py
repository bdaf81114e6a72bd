# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation that modules which plan before they write have in common."""

from __future__ import annotations


class ModuleDocFragment:
    """The option ``allow``, and check and diff mode."""

    DOCUMENTATION = r"""
options:
  allow:
    description:
      - Costs that may be paid now. A change that reboots, fails over or stops a database is listed in
        RV(ignore:waiting) and not made unless its cost is allowed here.
    type: list
    elements: str
    choices: [reboot, failover, downtime, restart of readers]
    default: []
"""

    ATTRIBUTES = r"""
options: {}
attributes:
  check_mode:
    description: Reads only, and reports what a run would change.
    support: full
  diff_mode:
    description: Before and after of everything that changes.
    support: full
"""

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: plan_document
version_added: 0.1.0
short_description: The plan of a fleet for machines
description:
  - What C(plan_json) and C(plan_file) of C(playbooks/plan.yml) hold. The same plan gives the same document.
author: pgfleet contributors (@pgfleet)
options:
  _input:
    description: The result of M(pgfleet.aws.stack_fleet).
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: For a machine
  pgfleet.aws.stack_outputs:
    files:
      - path: plan.json
        private: true
        content: "{{ fleet | pgfleet.aws.plan_document }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: Format, totals, per host what would change, and why hosts could not be planned.
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._saved_plan import plan_document


class FilterModule:
    """The filter pgfleet.aws.plan_document."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"plan_document": plan_document}

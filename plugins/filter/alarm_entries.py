# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: alarm_entries
version_added: 0.1.0
short_description: What watches a database, as entries of a document
description:
  - Merges a set of alarms over a default set, makes of each an entry for the database, its members, its replicas or
    functions, and adds the composite alarm over those with C(unwell).
author: pgfleet contributors (@pgfleet)
positional: given, watched
options:
  _input:
    description: The default set, alarms by short name.
    type: dict
    required: true
  given:
    description: The set that is merged over it. Null removes an alarm.
    type: dict
    required: true
  watched:
    description: The database, with C(system), C(suffix), C(dimensions), and what else the role monitoring knows of it.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Entries
  ansible.builtin.debug:
    msg: "{{ {'cpu': {'metric_name': 'CPUUtilization', 'threshold': 80}} | pgfleet.aws.alarm_entries({}, watched) }}"
  vars:
    watched: {system: shop, suffix: prod, dimensions: {DBInstanceIdentifier: db-shop-prod}}
"""

RETURN = r"""
_value:
  description: The entries.
  type: list
  elements: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._watch import alarms


class FilterModule:
    """The filter pgfleet.aws.alarm_entries."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"alarm_entries": alarms}

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: why
version_added: 0.1.0
short_description: Why a task has failed
description:
  - Keeps the messages of a failed task, those of all failed items of a loop.
author: pgfleet contributors (@pgfleet)
positional: task
options:
  _input:
    description: C(ansible_failed_result) of a C(rescue).
    type: dict
    required: true
  task:
    description: Name of the task.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Go on with the other hosts
  block:
    - name: Converge
      ansible.builtin.include_tasks: converge.yml
  rescue:
    - name: Remember why it is not finished
      ansible.builtin.set_fact:
        unfinished: "{{ ansible_failed_result | pgfleet.aws.why(ansible_failed_task.name) }}"
"""

RETURN = r"""
_value:
  description: C(task) and C(messages).
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._screen_unfinished import why


class FilterModule:
    """The filter pgfleet.aws.why."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"why": why}

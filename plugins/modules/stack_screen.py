#!/usr/bin/python
# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: stack_screen
version_added: 0.1.0
short_description: Show a text to the person at the terminal, in colour
description:
  - Shows what is added, changed and deleted in Ansible's own colours for that (C(COLOR_DIFF_ADD), C(COLOR_CHANGED),
    C(COLOR_DIFF_REMOVE)), by the sign that a line begins with.
  - Ansible says when there is colour, at a terminal, with C(ANSIBLE_FORCE_COLOR) and without C(ANSIBLE_NOCOLOR).
    Without it, or with a callback that prints for machines, the text is shown like M(ansible.builtin.debug) shows it.
  - The result, and with it logs, AWX and other callbacks, has the text without colour.
  - It asks nothing of AWS, and no module of amazon.aws or community.aws shows anything. There is nothing but an action
    plugin behind it.
author: pgfleet contributors (@pgfleet)
options:
  text:
    description: The text.
    type: str
    required: true
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Changes nothing.
    support: full
  diff_mode:
    description: Changes nothing.
    support: N/A
"""

EXAMPLES = r"""
- name: What would change
  pgfleet.aws.stack_screen:
    text: "{{ fleet | pgfleet.aws.plan_screen }}"
  run_once: true
"""

RETURN = r"""
msg:
  description: The text.
  type: str
  returned: success
"""

from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._run import Spec, only_an_action

ARGUMENTS: dict[str, Any] = {"text": {"type": "str", "required": True}}
SPEC = Spec(ARGUMENTS)


def main() -> None:
    only_an_action(SPEC, "stack_screen")


if __name__ == "__main__":
    main()

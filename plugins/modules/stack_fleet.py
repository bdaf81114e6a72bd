#!/usr/bin/python
# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: stack_fleet
version_added: 0.1.0
short_description: Plan all hosts of a play at once, without writing anything
description:
  - Does for every host of the play what M(pgfleet.aws.stack_identity), the roles' C(tasks_from=desired) and
    M(pgfleet.aws.stack_plan) do for one. Each account and region is read once for all hosts there, in batched and
    paged calls. It writes nothing, in check mode and outside of it.
  - What cannot work on one host, or what AWS refuses there, is that host's failure alone; the others are planned all
    the same. Of an account that a host does not allow nothing is asked for it but whose it is.
  - What all hosts together would make of RDS is held to the quotas of their accounts and regions, which are asked for
    when a plan makes something that counts. Hosts whose share does not fit after what those before them take fail.
  - Fills a gap of amazon.aws, whose modules read one resource in one task for one host.
  - It has to run on the machine that Ansible runs on, and there is nothing but an action plugin behind it.
  - Reads of each host the variables that the playbooks of this collection use, C(pgfleet_roles) and
    C(pgfleet_connection) among them, and hands the roles what C(vars/inputs.yml) beside the playbook says.
author: pgfleet contributors (@pgfleet)
options:
  allow:
    description: Effects that may happen now. A change with another effect waits and is listed as waiting.
    type: list
    elements: str
    choices: [reboot, failover, downtime, restart of readers]
    default: []
  full:
    description: Have every host act on everything, whatever its plan says.
    type: bool
    default: false
  require_networks:
    description: Fail a database whose network neither exists nor is made by a host of the play.
    type: bool
    default: false
  plan_file:
    description:
      - A file that C(playbooks/plan.yml) has saved. When anything on any host is not as it says, the hosts concerned
        fail, and say what differs.
    type: path
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Never writes. In check mode C(changed) says whether a run would change something.
    support: full
  diff_mode:
    description: The diff lists before and after of everything a run would change.
    support: full
"""

EXAMPLES = r"""
- name: Plan
  pgfleet.aws.stack_fleet:
    allow: "{{ allow | default([]) }}"
  run_once: true
  register: fleet
"""

RETURN = r"""
hosts:
  description:
    - The hosts that have a plan, by name. Each has C(stack), as M(pgfleet.aws.stack_plan) returns it, C(identity), as
      M(pgfleet.aws.stack_identity) returns it, C(outputs), C(acts), and C(documents) by role. C(known) of its C(stack)
      and C(documents) are empty where it does not act.
  type: dict
  returned: success
failures:
  description: What is wrong with the hosts that have none, by name.
  type: dict
  returned: success
acts:
  description: Whether there is anything to do on any host.
  type: bool
  returned: success
"""

from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._run import ALLOW_ARGUMENT, Spec, only_an_action

ARGUMENTS: dict[str, Any] = {
    "allow": ALLOW_ARGUMENT,
    "full": {"type": "bool", "default": False},
    "require_networks": {"type": "bool", "default": False},
    "plan_file": {"type": "path"},
}
SPEC = Spec(ARGUMENTS)


def main() -> None:
    only_an_action(SPEC, "stack_fleet")


if __name__ == "__main__":
    main()

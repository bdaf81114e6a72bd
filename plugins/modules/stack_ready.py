#!/usr/bin/python
# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: stack_ready
version_added: 0.1.0
short_description: Wait until the databases of all hosts of a play are there
description:
  - Waits for the databases of many hosts in one task, with one request for all of an account and region. A task for
    each host, as M(amazon.aws.rds_instance) waits, would hold a fork for as long as AWS takes.
  - Shows what it waits for, and how far that is, once a minute and when something changes. Writes nothing.
  - A host whose database fails, or does not come in time, is in RV(failures), with the reason. It fails no task here.
  - Takes from the variables of each host how to reach its account, as C(site.yml) does, and how long to wait, from
    C(rds_postgres_wait_timeout_seconds) or C(aurora_serverless_wait_timeout_seconds).
author: pgfleet contributors (@pgfleet)
options:
  awaited:
    description: What each host waits for, as P(pgfleet.aws.awaited#filter) says it.
    type: dict
    required: true
seealso:
  - module: pgfleet.aws.stack_fleet
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Nothing to write; in check mode it does not wait.
    support: full
  diff_mode:
    description: Changes nothing.
    support: none
"""

EXAMPLES = r"""
- name: Databases come up
  pgfleet.aws.stack_ready:
    awaited: "{{ fleet.hosts | pgfleet.aws.awaited(ansible_play_hosts) }}"
  run_once: true
  register: ready
"""

RETURN = r"""
failures:
  description: Why hosts have no database, by name.
  type: dict
  returned: success
"""

from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._run import Spec, only_an_action

ARGUMENTS: dict[str, Any] = {"awaited": {"type": "dict", "required": True}}
SPEC = Spec(ARGUMENTS)


def main() -> None:
    only_an_action(SPEC, "stack_ready")


if __name__ == "__main__":
    main()

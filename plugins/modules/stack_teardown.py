#!/usr/bin/python
# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: stack_teardown
version_added: 0.1.0
short_description: Take a deployment away
description:
  - Removes the resources of one deployment, of one system under one suffix, in the order in which AWS lets go of them.
  - A resource belongs to the deployment when its tags C(pgfleet:system) and C(pgfleet:suffix) say so. They are read
    from the services themselves, because the tagging API lags behind. Whatever else bears a name of the deployment is
    left alone and listed.
  - Snapshots, retained backups, a bucket with objects, and the key without which these are unreadable, are kept and
    listed.
  - What is gone already is no error. A run that was stopped is finished by running it again.
  - Modules of amazon.aws remove one resource each, in an order left to the playbook.
author: pgfleet contributors (@pgfleet)
options:
  system:
    description: Name of the system.
    type: str
    required: true
  suffix:
    description: What sets this deployment apart from others of the system.
    type: str
    required: true
  scope:
    description:
      - V(database) is everything but the network.
      - V(network) is the VPC and what it is made of. It is refused, naming who, while anything else uses it.
    type: str
    required: true
    choices: [database, network]
  resources:
    description:
      - The desired resources of the host.
      - What bears one of their names without the tags of the deployment is listed as left alone.
    type: list
    elements: dict
    default: []
  final_snapshot:
    description: Take a final snapshot of each database and cluster, which is kept.
    type: bool
    default: true
  final_snapshot_name:
    description:
      - Name of the final snapshot.
      - C(<database>-final-<yyyymmddthhmmz>) (UTC) by default, with a number after it should that exist.
    type: str
  empty_bucket:
    description:
      - Delete the objects in buckets, all their versions, and then the buckets.
      - Without it, a bucket with objects is kept.
    type: bool
    default: false
  delete_key:
    description:
      - Schedule the deletion of the KMS key. Without it, the key is kept.
      - A key that encrypts nothing but what goes through a topic (tagged C(pgfleet:use=topic)) needs no asking.
      - Refused before anything is written while a snapshot, a retained backup, a bucket or anything else that stays
        needs the key.
    type: bool
    default: false
  secret_recovery_days:
    description: How long a deleted secret can be restored, 7 to 30 days.
    type: int
    default: 30
  key_pending_days:
    description: How long a deleted key can be had back, 7 to 30 days.
    type: int
    default: 30
  databases_going:
    description:
      - Databases that the same run removes before this network.
      - In check mode they are still there, and do not count as users of the network.
    type: list
    elements: str
    default: []
  wait_timeout:
    description: Seconds to wait, in all, for AWS to delete databases and to let go of what is in use.
    type: int
    default: 3600
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Lists what would be removed and kept; writes nothing.
    support: full
  diff_mode:
    description: Shows each resource that is removed.
    support: full
"""

EXAMPLES = r"""
- name: Take the database away, with a final snapshot
  pgfleet.aws.stack_teardown:
    system: retail
    suffix: pr42
    scope: database
    region: us-west-2

- name: Take its network away
  pgfleet.aws.stack_teardown:
    system: retail
    suffix: pr42
    scope: network
    region: us-west-2

- name: Leave nothing of an experiment behind
  pgfleet.aws.stack_teardown:
    system: retail
    suffix: pr42
    scope: database
    final_snapshot: false
    empty_bucket: true
    delete_key: true
    secret_recovery_days: 7
    key_pending_days: 7
    region: us-west-2
"""

RETURN = r"""
removed:
  description: What was removed, or in check mode would be, in order.
  type: list
  elements: dict
  returned: success
  contains:
    kind:
      description: Kind of resource, as in documents of roles.
      type: str
      sample: rds_instance
    name:
      description: Name of the resource.
      type: str
      sample: db-retail-pr42
    note:
      description: What there is to say about it.
      type: str
      sample: final snapshot db-retail-pr42-final-20261120t2315z
kept:
  description: What is still there, and why.
  type: list
  elements: dict
  returned: success
  contains:
    kind:
      description: Kind of resource.
      type: str
      sample: secret
    name:
      description: Name of the resource.
      type: str
      sample: secret-retail-pr42
    detail:
      description: What it holds.
      type: str
      sample: 20 GiB, encrypted with alias/key-retail-pr42
    reason:
      description: Why it is kept, and how to remove it.
      type: str
      sample: recoverable
    until:
      description: The day on which AWS deletes it by itself.
      type: str
      sample: "2026-12-20"
    owned:
      description: Whether it belongs to the deployment.
      type: bool
plan:
  description: Each removal with C(kind), C(name), C(action) and C(changes).
  type: list
  elements: dict
  returned: success
"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Module, Spec, converge, refuse_problems, run
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.delete_clusters import await_cluster
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.delete_database import await_instance
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.look import Look, names_of
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Options
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.plan import plan
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.remove import Remover
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.survey import survey
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.waiting import Patience

ARGUMENTS: dict[str, Any] = {
    "system": {"type": "str", "required": True},
    "suffix": {"type": "str", "required": True},
    "scope": {"type": "str", "required": True, "choices": ["database", "network"]},
    "resources": {"type": "list", "elements": "dict", "default": []},
    "final_snapshot": {"type": "bool", "default": True},
    "final_snapshot_name": {"type": "str"},
    "empty_bucket": {"type": "bool", "default": False},
    "delete_key": {"type": "bool", "default": False, "no_log": False},
    "secret_recovery_days": {"type": "int", "default": 30, "no_log": False},
    "key_pending_days": {"type": "int", "default": 30, "no_log": False},
    "databases_going": {"type": "list", "elements": "str", "default": []},
    "wait_timeout": {"type": "int", "default": 3600},
}
SPEC = Spec(ARGUMENTS)
AWAIT = {"rds_instance": await_instance, "aurora_cluster": await_cluster}


def options(given: dict[str, Any]) -> Options:
    """As of now: each look has its own time, so that dates given by AWS meanwhile are not later than those reckoned."""
    return Options(
        now=datetime.now(UTC),
        final_snapshot=given["final_snapshot"],
        final_snapshot_name=given["final_snapshot_name"] or "",
        empty_bucket=given["empty_bucket"],
        delete_key=given["delete_key"],
        secret_recovery_days=given["secret_recovery_days"],
        key_pending_days=given["key_pending_days"],
        databases_going=frozenset(given["databases_going"]),
    )


def ensure(module: Module, clients: Clients) -> dict[str, Any]:
    given = module.params
    refuse_problems(options(given).problems())
    patience = Patience(given["wait_timeout"])
    look = Look(clients, Owner(given["system"], given["suffix"]), names_of(given["resources"]))
    situation = survey(given["scope"], look, options(given))
    look = replace(look, databases=situation.databases, clusters=situation.clusters)
    going = {kind: situation.going(kind) for kind in AWAIT}
    if any(going.values()) and not module.check_mode:
        # Its final snapshot, if it has one, is only known for certain afterwards.
        for kind, names in going.items():
            for name in names:
                AWAIT[kind](clients, name, patience)
        situation = survey(given["scope"], look, options(given))

    decided = plan(given["scope"], situation)
    refuse_problems(decided.problems)
    remover = Remover(clients, decided, patience)
    result = converge(module, [removal.as_plan() for removal in decided.removals], remover.apply)
    left = remover.settled(lambda: plan(given["scope"], survey(given["scope"], look, options(given))))
    removed = [{"kind": r.found.kind, "name": r.found.name, "note": r.note} for r in decided.removals]
    return result | {"removed": removed, "kept": [kept.as_dict() for kept in left.kept]}


def main() -> None:
    run(SPEC, ensure)


if __name__ == "__main__":
    main()

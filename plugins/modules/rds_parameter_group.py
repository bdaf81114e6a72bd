#!/usr/bin/python
# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rds_parameter_group
version_added: 0.1.0
short_description: DB parameter groups and DB cluster parameter groups, validated and compared by value
description:
  - Creates, changes and deletes a DB parameter group or, with O(level=cluster), a DB cluster parameter group, of RDS
    for PostgreSQL or Aurora PostgreSQL.
  - Before anything is written, every parameter is held against AWS's own metadata of the family (name, type, allowed
    values, modifiable or not); all bad ones are named at once, with what is allowed.
  - Values are compared, not spellings. V(64MB) and V(65536), V(on) and V(1), V(1h) and V(3600000) are the same to a
    parameter that counts in kB, is a boolean, or counts in ms.
  - How a parameter is applied follows from AWS's metadata (static ones at the next reboot, dynamic ones at once), and
    is never a change by itself.
  - Changes are sent in requests of at most 20 parameters that keep together what depends on each other.
  - M(amazon.aws.rds_instance_param_group) reports no change in check mode when parameters differ, does not look at
    values before it writes them, never resets a parameter that is no longer wanted, has no diff and one apply method
    for all parameters. M(amazon.aws.rds_cluster_param_group) takes a method of application per parameter and counts
    another one as a change on every run, sends all parameters when one differs, and never resets any.
author: pgfleet contributors (@pgfleet)
options:
  name:
    description: Name of the group. AWS keeps it in lower case.
    type: str
    required: true
  level:
    description:
      - Whose parameters these are. V(instance) is a DB parameter group, which instances use, also those of an Aurora
        cluster; V(cluster) is a DB cluster parameter group, which a cluster uses for all its members.
      - Much of what belongs to all members together is in a DB cluster parameter group only, such as V(rds.force_ssl),
        V(rds.logical_replication), V(timezone) and autovacuum. For the rest it holds the values of members whose own
        DB parameter group does not set them.
      - One name can be in use at both levels.
    type: str
    choices: [instance, cluster]
    default: instance
  state:
    description: Whether the group should exist.
    type: str
    choices: [present, absent]
    default: present
  family:
    description:
      - Parameter group family, such as V(postgres16) or V(aurora-postgresql16). Required when the group does not exist
        yet.
      - The family of an existing group cannot be changed; a difference is refused.
    type: str
  description:
    description: Description of the group. AWS cannot change it later; a difference is refused. By default its name.
    type: str
  parameters:
    description:
      - The parameters that are set in the group, by name. Values may have PostgreSQL's units (V(64MB), V(100ms)), be
        booleans, lists, or RDS formulas such as V({DBInstanceClassMemory/32768}) and
        V(GREATEST({DBInstanceClassMemory/63963136},65536)).
      - Left out, parameters are not looked at. A parameter with a V(null) value is one that is not wanted.
    type: dict
  purge_parameters:
    description: Reset parameters that are set in the group and are not in O(parameters).
    type: bool
    default: true
  wait:
    description: Wait for the members that O(allow) lets the module reboot.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait for each of them.
    type: int
    default: 1200
notes:
  - With O(allow=reboot), members that wait for a reboot are rebooted one at a time, readers (replicas) before the
    writer of their cluster; the next one only once the former is available and runs with the group's values. Without,
    they are listed as waiting, and are no change.
  - Members are looked up only when the group changes or O(allow=reboot); M(pgfleet.aws.rds_instance) reports a
    pending reboot on every run.
  - AWS takes some minutes to make a new group ready, and asks to wait five of them before the first instance or cluster
    is made with it (U(https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBClusterParameterGroup.html)).
  - A run that changes nothing asks AWS for the group, its tags and the pages of the parameters set in it.
seealso:
  - name: Aurora PostgreSQL parameters
    description: Which parameters are those of a cluster, and which those of an instance.
    link: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Reference.ParameterGroups.html
  - name: Working with parameter groups
    description: The guide of AWS.
    link: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithParamGroups.html
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
  - pgfleet.aws.planned
  - pgfleet.aws.planned.attributes
"""

EXAMPLES = r"""
- name: Parameters of the retail database
  pgfleet.aws.rds_parameter_group:
    name: parameter-group-retail-prod-postgres16
    family: postgres16
    description: Parameters of retail prod
    parameters:
      log_statement: all
      log_min_duration_statement: 100ms
      shared_preload_libraries: pg_stat_statements
      track_io_timing: true
      work_mem: 64MB
      shared_buffers: "{DBInstanceClassMemory/32768}"

- name: Parameters of all members of an Aurora cluster, which are rebooted if they have to be
  pgfleet.aws.rds_parameter_group:
    name: cluster-parameter-group-retail-prod-aurora-postgresql16
    level: cluster
    family: aurora-postgresql16
    parameters:
      rds.force_ssl: true
      rds.logical_replication: true
      log_min_duration_statement: 1s
      shared_preload_libraries: [pg_stat_statements, auto_explain]
    allow: [reboot]

- name: Set one parameter and leave the others as they are
  pgfleet.aws.rds_parameter_group:
    name: parameter-group-retail-prod-postgres16
    parameters:
      max_connections: 200
    purge_parameters: false

- name: Delete the group
  pgfleet.aws.rds_parameter_group:
    name: parameter-group-retail-prod-postgres15
    state: absent
"""

RETURN = r"""
name:
  description: Name of the group.
  type: str
  returned: success
arn:
  description: ARN of the group.
  type: str
  returned: when the group exists
family:
  description: Its family.
  type: str
  returned: when the group exists
parameters:
  description: The parameters set in the group, as AWS keeps them.
  type: dict
  returned: when the group exists
pending_reboot:
  description:
    - Identifiers of the members for which a change waits until they are rebooted, in the order in which they would be.
  type: list
  elements: str
  returned: when members were looked up
plan:
  description:
    - What is changed, or would be in check mode, property by property; C(note) says what takes effect at a reboot
      only.
  type: list
  elements: dict
  returned: success
waiting:
  description: Reboots that are due and not allowed.
  type: list
  elements: dict
  returned: success
"""

from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.db_parameter_group import apply_parameter_group
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.db_parameter_group_members import (
    members,
    reboot_member,
    rebooted,
    with_reboots,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.rds_instance import session_for
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter_level import BY_KIND, LEVELS
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds import (
    DB_CLUSTER_PARAMETER_GROUP,
    DB_PARAMETER_GROUP,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._options import TAG_ARGUMENTS, emptied, wanted_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Action,
    Desired,
    Effect,
    Observed,
    Plan,
    removal,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._run import (
    ALLOW_ARGUMENT,
    Module,
    Spec,
    allowed,
    converge,
    refuse_problems,
    run,
)

ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "level": {"type": "str", "choices": ["instance", "cluster"], "default": "instance"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "family": {"type": "str"},
    "description": {"type": "str"},
    "parameters": {"type": "dict"},
    "purge_parameters": {"type": "bool", "default": True},
    "allow": ALLOW_ARGUMENT,
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 1200},
    **TAG_ARGUMENTS,
}
SPEC = Spec(ARGUMENTS)
HANDLERS: dict[str, Handler] = {"instance": DB_PARAMETER_GROUP, "cluster": DB_CLUSTER_PARAMETER_GROUP}


def desired_group(options: dict[str, Any], observed: Observed | None) -> Desired:
    """The wanted group; without purge, what is set in AWS beside the wanted is wanted too."""
    parameters, tags = options["parameters"], {}
    if observed is not None and not options["purge_parameters"]:
        parameters = {**observed.properties["parameters"], **(parameters or {})}
    if observed is not None or options["tags"]:
        tags = wanted_tags(options, observed.tags if observed else {})
    given = {"family": options["family"], "description": options["description"], "parameters": parameters}
    properties = {name: value for name, value in given.items() if value is not None}
    return Desired(LEVELS[options["level"]].kind, options["name"].lower(), properties, tags)


def present(module: Module, scope: Scope, observed: Observed | None) -> dict[str, Any]:
    """Plan, refuse or apply, and return the result with the group as it is then."""
    handler, client, allow = HANDLERS[module.params["level"]], scope.clients("rds"), allowed(module)
    desired = desired_group(module.params, observed)
    level = BY_KIND[desired.kind]
    problems = list(handler.kind.check(desired))
    if observed is None and "family" not in desired.properties:
        problems.append(desired.problem("family", "is needed for a group that does not exist yet.", "(not given)"))
    plan = emptied(
        handler.plan(handler.kind, desired, observed, allow), module.params, observed.tags if observed else {}
    )
    if plan.action is not Action.NONE:
        problems += handler.verify(scope, desired, observed)
    refuse_problems([*problems, *plan.refusals])
    looked_up = observed is not None and (plan.changed or Effect.REBOOT in allow)
    if looked_up:
        plan = with_reboots(plan, members(client, level, desired.name), observed, allow)

    made = observed

    def apply(plan: Plan) -> None:
        nonlocal made
        made = apply_parameter_group(client, desired, observed, plan)
        for name in rebooted(plan.changes):
            session = session_for(scope, name, allow, module.params["wait"], module.params["wait_timeout"])
            reboot_member(session, level, desired.name)

    result = converge(module, [plan], apply)
    if looked_up:
        result["pending_reboot"] = rebooted(plan.waiting)
    return shown(made) | result


def ensure(module: Module, clients: Clients) -> dict[str, Any]:
    scope = Scope(clients, Owner("", ""), "", module.region)
    wanted = desired_group(module.params, None)
    if module.params["state"] == "absent":
        wanted = replace(wanted, properties={})
    observed = next(iter(HANDLERS[module.params["level"]].observe(scope, [wanted])), None)
    if module.params["state"] == "present":
        return {"name": wanted.name, **present(module, scope, observed)}

    def apply(plan: Plan) -> None:
        apply_parameter_group(clients("rds"), wanted, observed, plan)

    return {"name": wanted.name, **converge(module, [removal(observed, note="")] if observed else [], apply)}


def shown(observed: Observed | None) -> dict[str, Any]:
    if observed is None:
        return {}
    properties = observed.properties
    return {"arn": observed.attributes["arn"], "family": properties["family"], "parameters": properties["parameters"]}


def main() -> None:
    run(SPEC, ensure)


if __name__ == "__main__":
    main()

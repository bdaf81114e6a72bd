#!/usr/bin/python
# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: aurora_cluster
version_added: 0.1.0
short_description: Aurora PostgreSQL clusters and their members, planned before they are changed
description:
  - Creates, changes and deletes an Aurora PostgreSQL cluster together with the DB instances that are its members. What
    an option leaves out is never reset.
  - Everything is checked before the first write (versions, classes and capacity ranges that AWS offers, zones, windows,
    monitoring), and all that is wrong is named at once.
  - A minor version is a floor within its major. Nothing is downgraded or replaced. Differences that would need a new
    cluster are refused, all of them, and nothing is touched.
  - Members are made side by side and awaited together, and spread over the zones of the DB subnet group. Those that a
    killed run did not make are made by the next.
  - A change that restarts members, fails over or stops the database is listed in RV(waiting) and not made until
    O(allow) has its cost. Readers are restarted one at a time, and the writer last. A harmless change is held back as
    well when making it at once would set off a costly one that is pending.
  - What AWS was asked for already, and what is pending until the maintenance window, is not asked for again.
  - The master password is read from its secret by the module and goes from there to RDS. It is never an option, and
    never returned.
  - M(amazon.aws.rds_cluster) sends O(storage_type=aurora-iopt1) as V(aurora), fails when it is run again with IAM
    authentication or the Data API, or when Serverless v2 is added to a cluster without it, ignores log exports of an
    existing cluster, resets the backup retention when it is left out, and changes a window in mixed case again and
    again. It has neither diff, auto-pause, Performance Insights, Database Insights, monitoring, RDS-managed password,
    network type nor major upgrades, and takes the master password as an option. Members are another module's task
    there.
author: pgfleet contributors (@pgfleet)
options:
  name:
    description: Identifier of the cluster. AWS keeps it in lower case.
    type: str
    required: true
  state:
    description:
      - Whether the cluster should exist. A cluster with deletion protection is not deleted, and neither are its
        members, which AWS would delete.
      - A stopped cluster is started before it is deleted, as AWS asks for; changes of a stopped cluster wait until it
        is started.
    type: str
    choices: [present, absent]
    default: present
  engine:
    description: The database engine.
    type: str
    choices: [aurora-postgresql]
    default: aurora-postgresql
  engine_version:
    description:
      - Version, such as V(15.12), or only the major, V(15), for the newest that AWS offers when the cluster is made,
        and for whatever minor it has later.
      - A newer version than the wanted one is kept. Required for a new cluster.
    type: str
  allow_major_version_upgrade:
    description:
      - Permit an upgrade to another major version. Name parameter groups of the new family with it; they are changed
        together with the version.
    type: bool
    default: false
  master_username:
    description: The master user. Only for a new cluster. By default the user of the secret.
    type: str
  master_user_secret_arn:
    description:
      - ARN of the Secrets Manager secret with the V(username) and V(password) of the master user as JSON, as
        M(pgfleet.aws.db_credentials) makes it. Read when the cluster is made, or taken over from
        O(manage_master_user_password).
    type: str
  manage_master_user_password:
    description: Let RDS make, keep and rotate the master password in a secret of its own.
    type: bool
  master_user_secret_kms_key_id:
    description: Key of the secret that RDS manages, as ARN, id or alias.
    type: str
  db_name:
    description: Name of a first database beside C(postgres). Only for a new cluster.
    type: str
  port:
    description: TCP port of all members. Another port restarts them.
    type: int
  storage_encrypted:
    description: Encrypt the storage. Only for a new cluster.
    type: bool
  kms_key_id:
    description: Key of the storage, as ARN, id or alias. Only for a new cluster.
    type: str
  storage_type:
    description:
      - V(aurora) bills I/O by the request, V(aurora-iopt1) includes it. AWS changes to V(aurora-iopt1) once in 30 days,
        and back at any time.
    type: str
    choices: [aurora, aurora-iopt1]
  serverless_v2_scaling:
    description: Range in which V(db.serverless) members scale. Needed for them; it can be changed, not taken away.
    type: dict
    suboptions:
      min_acu:
        description: Least capacity in Aurora capacity units, in steps of 0.5. At V(0) idle members pause.
        type: float
      max_acu:
        description: Greatest capacity in Aurora capacity units, in steps of 0.5, V(1) or more.
        type: float
      seconds_until_auto_pause:
        description:
          - Idle seconds after which a member pauses, V(300) to V(86400). Only with O(serverless_v2_scaling.min_acu=0).
        type: int
  db_subnet_group_name:
    description: DB subnet group. Only for a new cluster.
    type: str
  vpc_security_group_ids:
    description: Ids of the security groups.
    type: list
    elements: str
  network_type:
    description: IPv4 only, or IPv4 and IPv6.
    type: str
    choices: [IPV4, DUAL]
  db_cluster_parameter_group_name:
    description: DB cluster parameter group. Static parameters of another group take effect when a member reboots.
    type: str
  db_instance_parameter_group_name:
    description:
      - DB parameter group that all members get with a major upgrade. By default the one that all O(members) name, if it
        is one.
    type: str
  backup_retention_days:
    description: Days for which automated backups are kept, V(1) to V(35).
    type: int
  backup_window:
    description: Daily window for backups in UTC, V(hh:mm-hh:mm), of half an hour or more.
    type: str
  maintenance_window:
    description:
      - Weekly window for maintenance in UTC, V(ddd:hh:mm-ddd:hh:mm), of half an hour or more, of the cluster and of the
        members that name none.
    type: str
  performance_insights_enabled:
    description: Record the load of all members. Leave it out where members have settings of their own.
    type: bool
  performance_insights_retention_days:
    description: Days for which it is kept; V(7), a multiple of 31 up to 713, or V(731).
    type: int
  performance_insights_kms_key_id:
    description: Key of that record, as ARN, id or alias. It can never change once there is one.
    type: str
  database_insights_mode:
    description: Mode of Database Insights. V(advanced) needs Performance Insights kept for 465 days or more.
    type: str
    choices: [standard, advanced]
  monitoring_interval_seconds:
    description: Interval of enhanced monitoring of all members; V(0) is off. Leave it out where members have
      settings of their own.
    type: int
    choices: [0, 1, 5, 10, 15, 30, 60]
  monitoring_role_arn:
    description: Role that sends the metrics of enhanced monitoring.
    type: str
  log_exports:
    description: Logs that are sent to CloudWatch. An empty list sends none.
    type: list
    elements: str
    choices: [instance, postgresql, iam-db-auth-error]
  iam_authentication:
    description: Let IAM users and roles log in.
    type: bool
  http_endpoint_enabled:
    description: Let SQL be run over HTTPS by the RDS Data API.
    type: bool
  deletion_protection:
    description: Refuse to delete the cluster, and with it its members.
    type: bool
  auto_minor_version_upgrade:
    description:
      - Let AWS upgrade to new minor versions in the maintenance window. Members that name nothing else have it too.
    type: bool
  copy_tags_to_snapshot:
    description: Give snapshots the tags of the cluster.
    type: bool
  ca_certificate_identifier:
    description: Certificate authority of the members that name none, such as V(rds-ca-rsa2048-g1).
    type: str
  members:
    description:
      - The DB instances of the cluster. The first becomes the writer of a new cluster; AWS decides which it is later.
      - Left out, members are neither made nor compared.
    type: list
    elements: dict
    suboptions:
      name:
        description: Identifier of the instance. AWS keeps it in lower case.
        type: str
        required: true
      instance_class:
        description: Class, V(db.serverless) or one such as V(db.r6g.large). Required for a new member.
        type: str
      availability_zone:
        description: Zone. Only for a new member. By default the one of the subnet group with the fewest members.
        type: str
      promotion_tier:
        description: Order in which readers become the writer, V(0) first to V(15) last.
        type: int
      publicly_accessible:
        description: Give the member a public address.
        type: bool
      db_parameter_group_name:
        description: DB parameter group. Another group takes effect at the next reboot.
        type: str
      maintenance_window:
        description: Weekly window of its own.
        type: str
      auto_minor_version_upgrade:
        description: Let AWS upgrade it. One member without it keeps the whole cluster from being upgraded.
        type: bool
      ca_certificate_identifier:
        description: Certificate authority of its server certificate.
        type: str
      performance_insights_enabled:
        description: Record its load. Not where the cluster has it.
        type: bool
      performance_insights_retention_days:
        description: Days for which it is kept; V(7), a multiple of 31 up to 713, or V(731).
        type: int
      performance_insights_kms_key_id:
        description: Key of that record, as ARN, id or alias. It can never change once there is one.
        type: str
      monitoring_interval_seconds:
        description: Interval of enhanced monitoring; V(0) is off. Not where the cluster has it.
        type: int
        choices: [0, 1, 5, 10, 15, 30, 60]
      monitoring_role_arn:
        description: Role that sends the metrics of enhanced monitoring.
        type: str
      tags:
        description: Its tags. By default O(tags). An empty mapping leaves those that it has.
        type: dict
  prune_members:
    description:
      - Delete readers that O(members) does not have. It waits for O(allow=restart of readers), because it cuts their
        connections.
      - The writer is never deleted so, and neither are readers that Aurora's autoscaling made
        (C(application-autoscaling-...)).
    type: bool
    default: false
  final_snapshot:
    description: With O(state=absent), keep a last snapshot.
    type: bool
    default: true
  final_snapshot_identifier:
    description: Its name. By default the name of the cluster, C(-final-) and the time.
    type: str
  delete_automated_backups:
    description: With O(state=absent), delete the automated backups at once.
    type: bool
    default: true
  wait:
    description:
      - Wait until the cluster and its members are available with all changes made, or gone.
      - A change that another one needs first is awaited in any case, as is each restart but the last.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait, for each thing that is waited for.
    type: int
    default: 3600
seealso:
  - module: pgfleet.aws.rds_instance
  - module: pgfleet.aws.db_credentials
  - name: Settings for Amazon Aurora
    description: AWS's table of what a change costs, and whether it is the cluster's or the member's.
    link: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Modifying.html#Aurora.Modifying.Settings
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
  - pgfleet.aws.planned
  - pgfleet.aws.planned.attributes
"""

EXAMPLES = r"""
- name: A Serverless v2 cluster with a writer and a reader in different zones
  pgfleet.aws.aurora_cluster:
    name: aurora-postgres-cluster-prod
    engine_version: "15"
    master_username: dbadmin
    master_user_secret_arn: "{{ credentials.arn }}"
    db_name: transactiondb
    storage_encrypted: true
    serverless_v2_scaling: {min_acu: 0.5, max_acu: 1}
    db_subnet_group_name: aurora-subnet-group-prod
    vpc_security_group_ids: ["{{ database_security_group_id }}"]
    db_cluster_parameter_group_name: aurora-pg-params-prod
    backup_retention_days: 7
    backup_window: 03:00-04:00
    maintenance_window: mon:04:00-mon:05:00
    log_exports: [postgresql]
    members:
      - {name: aurora-instance-1-prod, instance_class: db.serverless, publicly_accessible: false}
      - {name: aurora-instance-2-prod, instance_class: db.serverless, publicly_accessible: false}
  register: transactions

- name: Larger members, readers first, now
  pgfleet.aws.aurora_cluster:
    name: aurora-experimentation-prod
    members:
      - {name: aurora-experimentation-1-prod, instance_class: db.r5.xlarge}
      - {name: aurora-experimentation-2-prod, instance_class: db.r5.xlarge}
    allow: [failover, restart of readers]

- name: Delete the cluster with its members and keep a snapshot
  pgfleet.aws.aurora_cluster:
    name: aurora-experimentation-dev
    state: absent
"""

RETURN = r"""
name:
  description: Identifier of the cluster.
  type: str
  returned: success
arn:
  description: ARN of the cluster.
  type: str
  returned: when the cluster exists
status:
  description: Its status, such as V(available).
  type: str
  returned: when the cluster exists
endpoint:
  description: Address and port of the writer, as V(address:port).
  type: str
  returned: once the cluster has one
endpoint_address:
  description: Address of the writer.
  type: str
  returned: once the cluster has one
endpoint_port:
  description: Port of the writer.
  type: int
  returned: once the cluster has one
reader_endpoint:
  description: Address and port of the readers, as V(address:port).
  type: str
  returned: once the cluster has one
reader_endpoint_address:
  description: Address of the readers.
  type: str
  returned: once the cluster has one
port:
  description: TCP port.
  type: int
  returned: when the cluster exists
resource_id:
  description: AWS's id of the cluster that survives renaming.
  type: str
  returned: when the cluster exists
engine_version:
  description: Exact version.
  type: str
  returned: when the cluster exists
members:
  description: The members that exist, readers first.
  type: list
  elements: dict
  returned: when the cluster exists
  contains:
    name:
      description: Identifier of the instance.
      type: str
    role:
      description: V(writer) or V(reader).
      type: str
    instance_class:
      description: Its class.
      type: str
    availability_zone:
      description: Its zone.
      type: str
    status:
      description: Its status, such as V(available).
      type: str
    endpoint:
      description: Address and port of this member alone.
      type: str
    resource_id:
      description: AWS's id of the instance, as Performance Insights and enhanced monitoring have it.
      type: str
    pending_reboot:
      description: Whether static parameters, or another parameter group, wait for a reboot of it.
      type: bool
master_user_secret_arn:
  description: ARN of the secret that RDS manages.
  type: str
  returned: with O(manage_master_user_password)
pending:
  description: What AWS makes later, usually in the maintenance window, by option.
  type: dict
  returned: when the cluster exists
final_snapshot_identifier:
  description: Name of the last snapshot.
  type: str
  returned: when the cluster was deleted with one
plan:
  description: What is changed, or would be in check mode, property by property.
  type: list
  elements: dict
  returned: success
waiting:
  description: Changes that are not made because their cost is not allowed, or because something has to happen first.
  type: list
  elements: dict
  returned: success
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.aurora_cluster import (
    NOUN,
    apply_create,
    apply_delete,
    apply_update,
    settle,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.rds_session import (
    Session,
    final_snapshot,
    protected,
    session_of,
    with_key_arns,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_cluster import AURORA_CLUSTER as KIND
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_cluster import members_in
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_cluster_plan import MEMBER
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_cluster_rules import (
    missing_for_creation,
    missing_for_members,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_member import wanted_member
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds import AURORA_CLUSTER
from ansible_collections.pgfleet.aws.plugins.module_utils._options import TAG_ARGUMENTS, emptied, wanted_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Desired, Observed, Plan, removal
from ansible_collections.pgfleet.aws.plugins.module_utils._run import (
    ALLOW_ARGUMENT,
    Module,
    Spec,
    converge,
    refuse_problems,
    run,
)

FLAG: dict[str, Any] = {"type": "bool"}
NUMBER: dict[str, Any] = {"type": "int"}
TEXT: dict[str, Any] = {"type": "str"}
TEXTS: dict[str, Any] = {"type": "list", "elements": "str"}
PLAIN: dict[str, Any] = {"type": "str", "no_log": False}
MONITORING: dict[str, Any] = {
    "performance_insights_enabled": FLAG,
    "performance_insights_retention_days": NUMBER,
    "performance_insights_kms_key_id": PLAIN,
    "monitoring_interval_seconds": {"type": "int", "choices": [0, 1, 5, 10, 15, 30, 60]},
    "monitoring_role_arn": TEXT,
}
MEMBERS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "instance_class": TEXT,
    "availability_zone": TEXT,
    "promotion_tier": NUMBER,
    "publicly_accessible": FLAG,
    "db_parameter_group_name": TEXT,
    "maintenance_window": TEXT,
    "auto_minor_version_upgrade": FLAG,
    "ca_certificate_identifier": TEXT,
    **MONITORING,
    "tags": {"type": "dict"},
}
SCALING: dict[str, Any] = {
    "min_acu": {"type": "float"},
    "max_acu": {"type": "float"},
    "seconds_until_auto_pause": NUMBER,
}
ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "engine": {"type": "str", "choices": ["aurora-postgresql"], "default": "aurora-postgresql"},
    "engine_version": TEXT,
    "allow_major_version_upgrade": {"type": "bool", "default": False},
    "master_username": TEXT,
    "master_user_secret_arn": PLAIN,
    "manage_master_user_password": {"type": "bool", "no_log": False},
    "master_user_secret_kms_key_id": PLAIN,
    "db_name": TEXT,
    "port": NUMBER,
    "storage_encrypted": FLAG,
    "kms_key_id": PLAIN,
    "storage_type": {"type": "str", "choices": ["aurora", "aurora-iopt1"]},
    "serverless_v2_scaling": {"type": "dict", "options": SCALING},
    "db_subnet_group_name": TEXT,
    "vpc_security_group_ids": TEXTS,
    "network_type": {"type": "str", "choices": ["IPV4", "DUAL"]},
    "db_cluster_parameter_group_name": TEXT,
    "db_instance_parameter_group_name": TEXT,
    "backup_retention_days": NUMBER,
    "backup_window": TEXT,
    "maintenance_window": TEXT,
    **MONITORING,
    "database_insights_mode": {"type": "str", "choices": ["standard", "advanced"]},
    "log_exports": {**TEXTS, "choices": ["instance", "postgresql", "iam-db-auth-error"]},
    "iam_authentication": FLAG,
    "http_endpoint_enabled": FLAG,
    "deletion_protection": FLAG,
    "auto_minor_version_upgrade": FLAG,
    "copy_tags_to_snapshot": FLAG,
    "ca_certificate_identifier": TEXT,
    "members": {"type": "list", "elements": "dict", "options": MEMBERS},
    "prune_members": {"type": "bool", "default": False},
    "final_snapshot": {"type": "bool", "default": True},
    "final_snapshot_identifier": TEXT,
    "delete_automated_backups": {"type": "bool", "default": True},
    "allow": ALLOW_ARGUMENT,
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 3600},
    **TAG_ARGUMENTS,
}
SPEC = Spec(ARGUMENTS)


def wanted_cluster(module: Module) -> Desired:
    """The options as they are given; names as AWS keeps them."""
    options = module.params
    given = {name: options[name] for name in KIND.properties if options[name] is not None}
    if "members" in given:
        given["members"] = [{**member, "name": member["name"].lower()} for member in given["members"]]
    return Desired("aurora_cluster", options["name"].lower(), given)


def with_tags(module: Module, desired: Desired, observed: Observed | None) -> Desired:
    """The cluster with its tags, and each member with its own or those of the cluster; what is not purged is kept."""
    options = module.params
    present = members_in(observed) if observed else {}
    wanted = replace(desired, tags=wanted_tags(options, observed.tags if observed else {}))
    if "members" not in desired.properties:
        return wanted

    def tagged(member: Mapping[str, Any]) -> dict[str, Any]:
        seen = present.get(member["name"])
        given = options["tags"] if member["tags"] is None else member["tags"]
        return {**member, "tags": wanted_tags({**options, "tags": given}, seen.tags if seen else {})}

    members = [tagged(member) for member in desired.properties["members"]]
    return replace(wanted, properties={**desired.properties, "members": members})


def with_keys(clients: Clients, desired: Desired) -> Desired:
    """Aliases of keys replaced by the ARNs that AWS reports, those of members as well."""
    desired = with_key_arns(clients, desired)
    if "members" not in desired.properties:
        return desired
    name = "performance_insights_kms_key_id"
    members = [
        {**member, name: with_key_arns(clients, wanted_member(desired, member)).properties.get(name)}
        for member in desired.properties["members"]
    ]
    return replace(desired, properties={**desired.properties, "members": members})


def present(module: Module, session: Session, observed: Observed | None) -> dict[str, Any]:
    tags = observed.tags if observed else {}
    desired = with_keys(session.scope.clients, with_tags(module, session.desired, observed))
    session = replace(session, desired=desired)
    plan = emptied(AURORA_CLUSTER.plan(KIND, desired, observed, session.allow), module.params, tags)
    problems = [*KIND.check(desired), *plan.refusals]
    if observed is None:
        problems += missing_for_creation(desired)
    else:
        problems += missing_for_members(desired, members_in(observed))
    if plan.action is not Action.NONE or plan.waiting:
        problems += AURORA_CLUSTER.verify(session.scope, desired, observed)
    refuse_problems(problems)

    made = observed

    def apply(plan: Plan) -> None:
        nonlocal made
        made = apply_create(session) if observed is None else apply_update(session, observed, plan)

    result = converge(module, [plan], apply)
    return shown(made) | result


def absent(module: Module, session: Session, observed: Observed | None) -> dict[str, Any]:
    if observed is None:
        return converge(module, [], lambda _plan: None)
    refuse_problems(protected(session.desired, observed))
    final = final_snapshot(session.desired.name, module.params)
    gone = removal(observed, note="with its members")
    result = converge(module, [gone], lambda _plan: apply_delete(session, observed, final))
    return result | ({"final_snapshot_identifier": final.name} if final.name else {})


def shown(observed: Observed | None) -> dict[str, Any]:
    if observed is None:
        return {}
    attributes = {name: value for name, value in observed.attributes.items() if not name.startswith("_")}
    pending = dict(observed.pending)
    for member in members_in(observed).values():
        pending |= {f"{MEMBER}{member.name}.{name}": later for name, later in member.pending.items()}
    return {**attributes, "pending": pending}


def ensure(module: Module, clients: Clients) -> dict[str, Any]:
    desired = wanted_cluster(module)
    session = session_of(module, clients, AURORA_CLUSTER, NOUN, desired)
    if module.params["state"] == "absent":
        return {"name": desired.name, **absent(module, session, session.observe())}
    return {"name": desired.name, **present(module, session, settle(session))}


def main() -> None:
    run(SPEC, ensure)


if __name__ == "__main__":
    main()

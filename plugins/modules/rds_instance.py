#!/usr/bin/python
# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rds_instance
version_added: 0.1.0
short_description: RDS for PostgreSQL instances, planned before they are changed
description:
  - Creates, changes and deletes an RDS for PostgreSQL instance. What an option leaves out is never reset.
  - Everything is checked before the first write (versions and classes that AWS offers, storage, windows, monitoring),
    and all that is wrong is named at once.
  - Storage is a floor, because autoscaling grows it; a minor version is a floor within its major. Nothing is shrunk,
    downgraded or replaced. Differences that would need a new instance are refused, all of them, and nothing is
    touched.
  - What AWS was asked for already, and what is pending until the maintenance window, is not asked for again.
  - A change that reboots, fails over or stops the database is listed in RV(waiting) and not made until O(allow) has
    its cost. A harmless change is held back as well when making it at once would set off a costly one that is
    pending.
  - The master password is read from its secret by the module and goes from there to RDS. It is never an option, and
    never returned.
  - With O(source_db_instance_identifier) it is a read replica. A replica never becomes an instance of its own, and an
    instance never a replica, because an option says so; both are refused.
  - M(amazon.aws.rds_instance) tries to shrink storage that autoscaling grew, tries to downgrade to the major when
    only that is given, cannot enable Performance Insights with a key on an instance without it, has neither diff,
    Database Insights, RDS-managed password, network type nor dedicated log volume, and takes the master password as
    an option, and an instance of its own for a read replica.
author: pgfleet contributors (@pgfleet)
options:
  name:
    description: Identifier of the instance. AWS keeps it in lower case.
    type: str
    required: true
  state:
    description:
      - Whether the instance should exist. One with deletion protection is not deleted, nor one that has read replicas,
        which AWS would promote.
    type: str
    choices: [present, absent]
    default: present
  engine:
    description: The database engine.
    type: str
    choices: [postgres]
    default: postgres
  engine_version:
    description:
      - Version, such as V(16.13), or only the major, V(16), for the newest that AWS offers when the instance is made,
        and for whatever minor it has later.
      - A newer version than the wanted one is kept. Required for a new instance.
    type: str
  allow_major_version_upgrade:
    description: Permit an upgrade to another major version. The instance needs a parameter group of the new family.
    type: bool
    default: false
  instance_class:
    description: Class, such as V(db.t3.micro). Required for a new instance.
    type: str
  allocated_storage_gib:
    description: Least size of the storage in GiB. Required for a new instance.
    type: int
  max_allocated_storage_gib:
    description: Size in GiB up to which AWS grows the storage; V(0) is no growth.
    type: int
  storage_type:
    description: Type of storage.
    type: str
    choices: [standard, gp2, gp3, io1, io2]
  iops:
    description: Provisioned I/O operations per second, for V(io1), V(io2), and V(gp3) of 400 GiB and more.
    type: int
  storage_throughput:
    description: Throughput in MiB/s, for V(gp3) of 400 GiB and more.
    type: int
  storage_encrypted:
    description: Encrypt the storage. Only for a new instance.
    type: bool
  kms_key_id:
    description: Key of the storage, as ARN, id or alias. Only for a new instance.
    type: str
  master_username:
    description: The master user. Only for a new instance. By default the user of the secret.
    type: str
  master_user_secret_arn:
    description:
      - ARN of the Secrets Manager secret with the V(username) and V(password) of the master user as JSON, as
        M(pgfleet.aws.db_credentials) makes it. Read when the instance is made, or taken over from
        O(manage_master_user_password).
    type: str
  manage_master_user_password:
    description: Let RDS make, keep and rotate the master password in a secret of its own.
    type: bool
  master_user_secret_kms_key_id:
    description: Key of the secret that RDS manages, as ARN, id or alias.
    type: str
  db_name:
    description: Name of a first database beside C(postgres). Only for a new instance.
    type: str
  source_db_instance_identifier:
    description:
      - The instance of the same account and region that this one is a read replica of. It needs backups.
      - A replica has the users, databases and version of its source, and unless options say otherwise its class, size
        and groups, but not its backups, security groups, monitoring and logs. Nothing is required for it.
      - Backups and their window, the maintenance window and Database Insights are set once the replica is there, with
        O(wait=false) by the next run.
    type: str
  port:
    description: TCP port. Neither compared nor sent when left out.
    type: int
  multi_az:
    description: Keep a standby in another zone.
    type: bool
  availability_zone:
    description: Zone of a single-AZ instance. Only for a new instance.
    type: str
  publicly_accessible:
    description: Give the instance a public address.
    type: bool
  network_type:
    description: IPv4 only, or IPv4 and IPv6.
    type: str
    choices: [IPV4, DUAL]
  db_subnet_group_name:
    description: DB subnet group.
    type: str
  vpc_security_group_ids:
    description: Ids of the security groups.
    type: list
    elements: str
  db_parameter_group_name:
    description: DB parameter group. Another group takes effect at the next reboot.
    type: str
  backup_retention_days:
    description: Days for which automated backups are kept; V(0) is no backups.
    type: int
  backup_window:
    description: Daily window for backups in UTC, V(hh:mm-hh:mm), of half an hour or more.
    type: str
  maintenance_window:
    description: Weekly window for maintenance in UTC, V(ddd:hh:mm-ddd:hh:mm), of half an hour or more.
    type: str
  performance_insights_enabled:
    description: Record the load of the database.
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
    description: Interval of enhanced monitoring; V(0) is off.
    type: int
    choices: [0, 1, 5, 10, 15, 30, 60]
  monitoring_role_arn:
    description: Role that sends the metrics of enhanced monitoring.
    type: str
  log_exports:
    description: Logs that are sent to CloudWatch. An empty list sends none.
    type: list
    elements: str
    choices: [postgresql, upgrade, iam-db-auth-error]
  deletion_protection:
    description: Refuse to delete the instance.
    type: bool
  auto_minor_version_upgrade:
    description: Let AWS upgrade to new minor versions in the maintenance window.
    type: bool
  copy_tags_to_snapshot:
    description: Give snapshots the tags of the instance.
    type: bool
  iam_authentication:
    description: Let IAM users and roles log in.
    type: bool
  ca_certificate_identifier:
    description: Certificate authority of the server certificate, such as V(rds-ca-rsa2048-g1).
    type: str
  dedicated_log_volume:
    description: Keep the write-ahead log on a volume of its own.
    type: bool
  final_snapshot:
    description: With O(state=absent), keep a last snapshot. There is none of a read replica.
    type: bool
    default: true
  final_snapshot_identifier:
    description: Its name. By default the name of the instance, C(-final-) and the time.
    type: str
  delete_automated_backups:
    description: With O(state=absent), delete the automated backups at once.
    type: bool
    default: true
  wait:
    description: Wait until the instance is available with all changes made, or gone.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait, for each thing that is waited for.
    type: int
    default: 3600
seealso:
  - name: Settings for DB instances
    description: AWS's table of what a change costs and when it is made.
    link: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
  - pgfleet.aws.planned
  - pgfleet.aws.planned.attributes
"""

EXAMPLES = r"""
- name: The retail database
  pgfleet.aws.rds_instance:
    name: db-retail-prod
    engine_version: "16.13"
    instance_class: db.t3.micro
    allocated_storage_gib: 20
    max_allocated_storage_gib: 100
    storage_type: gp3
    storage_encrypted: true
    kms_key_id: alias/key-retail-prod
    master_username: dbadmin
    master_user_secret_arn: "{{ credentials.arn }}"
    db_subnet_group_name: subnet-group-retail-prod
    vpc_security_group_ids: ["{{ database_security_group_id }}"]
    db_parameter_group_name: parameter-group-retail-prod-postgres16
    backup_retention_days: 7
    backup_window: 03:00-04:00
    maintenance_window: sun:04:00-sun:05:00
    performance_insights_enabled: true
    performance_insights_kms_key_id: alias/key-retail-prod
    log_exports: [postgresql]
  register: retail

- name: A larger class, now
  pgfleet.aws.rds_instance:
    name: db-retail-prod
    instance_class: db.t3.small
    allow: [downtime]

- name: A read replica in another zone
  pgfleet.aws.rds_instance:
    name: db-retail-prod-replica
    source_db_instance_identifier: db-retail-prod
    instance_class: db.t3.small
    availability_zone: us-west-2b
    vpc_security_group_ids: ["{{ database_security_group_id }}"]

- name: Delete the instance and keep a snapshot
  pgfleet.aws.rds_instance:
    name: db-retail-prod
    state: absent
"""

RETURN = r"""
name:
  description: Identifier of the instance.
  type: str
  returned: success
arn:
  description: ARN of the instance.
  type: str
  returned: when the instance exists
status:
  description: Its status, such as V(available).
  type: str
  returned: when the instance exists
endpoint:
  description: Address and port, as V(address:port).
  type: str
  returned: once the instance has one
endpoint_address:
  description: Address to connect to.
  type: str
  returned: once the instance has one
endpoint_port:
  description: Port to connect to.
  type: int
  returned: once the instance has one
resource_id:
  description: AWS's id of the instance that survives renaming.
  type: str
  returned: when the instance exists
engine_version:
  description: Exact version.
  type: str
  returned: when the instance exists
master_user_secret_arn:
  description: ARN of the secret that RDS manages.
  type: str
  returned: with O(manage_master_user_password)
pending_reboot:
  description: Whether static parameters, or another parameter group, wait for a reboot.
  type: bool
  returned: when the instance exists
pending:
  description: What AWS makes later, usually in the maintenance window, by option.
  type: dict
  returned: when the instance exists
final_snapshot_identifier:
  description: Name of the last snapshot.
  type: str
  returned: when the instance was deleted with one
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

from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.rds_instance import (
    NOUN,
    apply_create,
    apply_create_replica,
    apply_delete,
    apply_update,
    settle,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.rds_session import (
    FinalSnapshot,
    Session,
    final_snapshot,
    protected,
    session_of,
    with_key_arns,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance import RDS_INSTANCE as KIND
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance_plan import needs_reboot
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance_rules import missing_for_creation
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_replica import SOURCE, deletion_problems
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds import RDS_INSTANCE
from ansible_collections.pgfleet.aws.plugins.module_utils._options import TAG_ARGUMENTS, emptied, wanted_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Action,
    Desired,
    Observed,
    Plan,
    Problem,
    removal,
)
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
ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "engine": {"type": "str", "choices": ["postgres"], "default": "postgres"},
    "engine_version": TEXT,
    "allow_major_version_upgrade": {"type": "bool", "default": False},
    "instance_class": TEXT,
    "allocated_storage_gib": NUMBER,
    "max_allocated_storage_gib": NUMBER,
    "storage_type": {"type": "str", "choices": ["standard", "gp2", "gp3", "io1", "io2"]},
    "iops": NUMBER,
    "storage_throughput": NUMBER,
    "storage_encrypted": FLAG,
    "kms_key_id": {"type": "str", "no_log": False},
    "master_username": TEXT,
    "master_user_secret_arn": {"type": "str", "no_log": False},
    "manage_master_user_password": {"type": "bool", "no_log": False},
    "master_user_secret_kms_key_id": {"type": "str", "no_log": False},
    "db_name": TEXT,
    "source_db_instance_identifier": TEXT,
    "port": NUMBER,
    "multi_az": FLAG,
    "availability_zone": TEXT,
    "publicly_accessible": FLAG,
    "network_type": {"type": "str", "choices": ["IPV4", "DUAL"]},
    "db_subnet_group_name": TEXT,
    "vpc_security_group_ids": TEXTS,
    "db_parameter_group_name": TEXT,
    "backup_retention_days": NUMBER,
    "backup_window": TEXT,
    "maintenance_window": TEXT,
    "performance_insights_enabled": FLAG,
    "performance_insights_retention_days": NUMBER,
    "performance_insights_kms_key_id": {"type": "str", "no_log": False},
    "database_insights_mode": {"type": "str", "choices": ["standard", "advanced"]},
    "monitoring_interval_seconds": {"type": "int", "choices": [0, 1, 5, 10, 15, 30, 60]},
    "monitoring_role_arn": TEXT,
    "log_exports": {**TEXTS, "choices": ["postgresql", "upgrade", "iam-db-auth-error"]},
    "deletion_protection": FLAG,
    "auto_minor_version_upgrade": FLAG,
    "copy_tags_to_snapshot": FLAG,
    "iam_authentication": FLAG,
    "ca_certificate_identifier": TEXT,
    "dedicated_log_volume": FLAG,
    "final_snapshot": {"type": "bool", "default": True},
    "final_snapshot_identifier": TEXT,
    "delete_automated_backups": {"type": "bool", "default": True},
    "allow": ALLOW_ARGUMENT,
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 3600},
    **TAG_ARGUMENTS,
}
SPEC = Spec(ARGUMENTS)


def present(module: Module, session: Session, observed: Observed | None) -> dict[str, Any]:
    tags = observed.tags if observed else {}
    desired = with_key_arns(session.scope.clients, replace(session.desired, tags=wanted_tags(module.params, tags)))
    unsettled: list[Problem] = []
    if observed is None:
        desired, unsettled = RDS_INSTANCE.settle(session.scope, desired, {})
    session = replace(session, desired=desired)
    plan = emptied(RDS_INSTANCE.plan(KIND, desired, observed, session.allow), module.params, tags)
    problems = [*KIND.check(desired), *unsettled, *plan.refusals]
    if observed is None:
        problems += missing_for_creation(desired)
    if plan.action is not Action.NONE or plan.waiting:
        problems += RDS_INSTANCE.verify(session.scope, desired, observed)
    refuse_problems(problems)

    made = observed

    def apply(plan: Plan) -> None:
        nonlocal made
        if observed is not None:
            made = apply_update(session, observed, plan)
        else:
            made = (apply_create_replica if desired.properties.get(SOURCE) else apply_create)(session)

    result = converge(module, [plan], apply)
    return shown(made) | result


def absent(module: Module, session: Session, observed: Observed | None) -> dict[str, Any]:
    if observed is None:
        return converge(module, [], lambda _plan: None)
    desired, snapshot = session.desired, module.params["final_snapshot_identifier"]
    refuse_problems([*protected(desired, observed), *deletion_problems(desired, observed, snapshot)])
    final = final_snapshot(desired.name, module.params)
    if observed.properties[SOURCE]:
        final = FinalSnapshot(None, final.delete_automated_backups)
    result = converge(module, [removal(observed, note="")], lambda _plan: apply_delete(session, observed, final))
    return result | ({"final_snapshot_identifier": final.name} if final.name else {})


def shown(observed: Observed | None) -> dict[str, Any]:
    if observed is None:
        return {}
    attributes = {name: value for name, value in observed.attributes.items() if not name.startswith("_")}
    return {**attributes, "pending_reboot": needs_reboot(observed), "pending": dict(observed.pending)}


def ensure(module: Module, clients: Clients) -> dict[str, Any]:
    options = module.params
    given = {name: options[name] for name in KIND.properties if options[name] is not None}
    desired = Desired("rds_instance", options["name"].lower(), given)
    session = session_of(module, clients, RDS_INSTANCE, NOUN, desired)
    if options["state"] == "absent":
        return {"name": desired.name, **absent(module, session, session.observe())}
    return {"name": desired.name, **present(module, session, settle(session))}


def main() -> None:
    run(SPEC, ensure)


if __name__ == "__main__":
    main()

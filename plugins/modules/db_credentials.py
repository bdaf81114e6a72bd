#!/usr/bin/python
# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: db_credentials
version_added: 0.1.0
short_description: Generated credentials of a database in Secrets Manager, attached to it and rotated with it
description:
  - Makes a secret with a user name and a password that Secrets Manager generates. The password is made once; running
    again never changes it, and it is in no argument, result, diff or log.
  - Keeps the connection data in the secret (engine, host, port, database, identifier) current, in the form that Secrets
    Manager's rotation, RDS Proxy and the data API read, and says in the tags C(pgfleet:database) and
    C(pgfleet:endpoint) which database it is of.
  - Restores a secret of this name that waits for its deletion, with its password.
  - Gives database and secret a new password together, when asked to (O(rotate), O(rotate_if_older_than_days)). A run
    that is killed in between is finished by the next one, with the same password; no password that the database may
    have is ever lost.
  - Finds the secret that RDS keeps for a database instead (O(managed_by_rds)), and sets its schedule and tags.
  - M(community.aws.secretsmanager_secret) generates nothing, takes the password as an argument, compares JSON as text,
    knows nothing of the database, rotates by a Lambda function only, and asks for that in check mode as well.
author: pgfleet contributors (@pgfleet)
options:
  name:
    description: Name of the secret. Required, but for O(managed_by_rds).
    type: str
  state:
    description:
      - Whether the secret should exist. V(absent) marks it for deletion; until O(recovery_window_days) are over,
        V(present) restores it.
    type: str
    choices: [present, absent]
    default: present
  username:
    description:
      - Master user of the database. Needed for a new secret; a difference from an existing one is refused.
    type: str
  password:
    description:
      - A password of your own, 8 to 41 letters and digits, from a vault. Used when the secret is created; it never
        changes an existing one; the module warns when the two differ. Not together with a rotation.
    type: str
  password_length:
    description:
      - Characters of the generated password, 8 to 128, and to 41 for Aurora. It has upper- and lower-case letters,
        digits and punctuation. For a new secret, and for a rotation.
    type: int
    default: 32
  exclude_characters:
    description:
      - Characters that the generated password must not have; by default those that RDS or connection strings refuse.
        C(/), C(") and C(@) must be among them, because RDS refuses those.
    type: str
    default: "\"@/\\'"
  description:
    description: Description of the secret.
    type: str
  kms_key_id:
    description: Id, alias or ARN of the KMS key that encrypts the secret. By default C(alias/aws/secretsmanager).
    type: str
  engine:
    description: Engine as it stands in the secret, such as V(postgres) or V(aurora-postgresql).
    type: str
  host:
    description: Address of the database. Needs O(port).
    type: str
  port:
    description: Port of the database. Needs O(host).
    type: int
  dbname:
    description: Name of the database in the server.
    type: str
  db_instance_identifier:
    description: The RDS instance that the credentials are of. Needs O(host), but for O(managed_by_rds).
    type: str
  db_cluster_identifier:
    description: The Aurora cluster that the credentials are of. Needs O(host), but for O(managed_by_rds).
    type: str
  recovery_window_days:
    description: Days, 7 to 30, in which a deleted secret can be restored.
    type: int
    default: 30
  rotate:
    description:
      - Give the database and the secret a new password, now. This is an act, not a state - each run rotates, and is
        changed. So it belongs into a playbook that somebody starts for it.
      - Where a rotation was begun and not finished, that one is finished, with its password, and no other is begun.
    type: bool
    default: false
  rotate_if_older_than_days:
    description:
      - Rotate, as O(rotate) does, when the password is so many days old, 1 to 1000, and finish a rotation that was
        begun; otherwise change nothing. This is a state, for a schedule.
      - A version that only has other connection data does not make the password any younger.
    type: int
  managed_by_rds:
    description:
      - The secret is the one that RDS keeps for a database with C(manage_master_user_password), which
        M(pgfleet.aws.rds_instance) has. It is found by O(db_instance_identifier) or O(db_cluster_identifier), and
        RV(arn) is its ARN. What it says and is called, RDS decides; its KMS key is chosen when RDS makes it, and cannot
        be changed.
      - O(tags), O(automatic_rotation_days), O(rotate) and O(rotate_if_older_than_days) are for this secret as well. RDS
        makes the new password then, and the module does not read it.
    type: bool
    default: false
  automatic_rotation_days:
    description:
      - With O(managed_by_rds), the days, 1 to 1000, after which RDS gives the database a new password by itself. V(0)
        switches that off. RDS begins with 7. What was scheduled before may still happen once.
    type: int
  wait_timeout:
    description: Seconds to wait for RDS, each time, while it is busy and while it gives the database the password.
    type: int
    default: 600
notes:
  - Connection data that are left out stay as they are in the secret.
  - A secret with the ownership tags of another deployment is refused when O(tags) holds ownership tags.
  - A rotation goes the way of Secrets Manager's own. The new password first is a version of the secret with the label
    C(AWSPENDING); RDS gives it to the database and the module waits until RDS says that it has; then the version
    becomes C(AWSCURRENT), and the one before it C(AWSPREVIOUS).
  - While a rotation goes on, for about a minute, whoever reads the secret gets the old password, which the database may
    refuse already. Connections that are open stay open. An application should read the secret again when its login is
    refused, and try for a while. The same holds for rotation by RDS.
  - A rotation that was begun and not finished is listed in RV(waiting) by every run that does not finish it.
  - That the database has the new password is what RDS says, in the status and the events of the database; the module
    does not log in, as it has no client for PostgreSQL and may have no way to the database.
  - A rotation is refused for a secret that is attached to no database, waits for its deletion, or is rotated by a
    Lambda function; and for a database with another master user, a replica, a member of a cluster, and one whose
    password RDS manages.
seealso:
  - name: JSON structure of database secrets
    description: The guide of AWS.
    link: https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
  - name: Password management with RDS and Secrets Manager
    description: The guide of AWS to secrets that RDS keeps.
    link: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
  - module: community.aws.secretsmanager_secret
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
  - pgfleet.aws.planned.attributes
"""

EXAMPLES = r"""
- name: Credentials before the database exists
  pgfleet.aws.db_credentials:
    name: secret-retail-prod
    username: dbadmin
    engine: postgres
    description: Master credentials of retail prod
  register: credentials

- name: Connection data, once it does
  pgfleet.aws.db_credentials:
    name: secret-retail-prod
    host: db-retail-prod.c1a2b3c4d5e6.us-west-2.rds.amazonaws.com
    port: 5432
    db_instance_identifier: db-retail-prod

- name: A new password, now
  pgfleet.aws.db_credentials:
    name: secret-retail-prod
    rotate: true

- name: A new password every quarter, from a schedule that runs every day
  pgfleet.aws.db_credentials:
    name: secret-retail-prod
    rotate_if_older_than_days: 90

- name: The secret that RDS keeps, rotated by it once a month
  pgfleet.aws.db_credentials:
    managed_by_rds: true
    db_cluster_identifier: aurora-experimentation-prod
    automatic_rotation_days: 30
  register: managed

- name: Delete the credentials, recoverable for a week
  pgfleet.aws.db_credentials:
    name: secret-retail-prod
    state: absent
    recovery_window_days: 7
"""

RETURN = r"""
name:
  description: Name of the secret.
  type: str
  returned: success
arn:
  description:
    - ARN of the secret, by which others read it. V((known after apply\)) in check mode when it would be created.
  type: str
  returned: when the secret should exist
plan:
  description:
    - What is changed, or would be in check mode, property by property. A new password is listed as a change of
      C(password), from V((hidden\)) to V((hidden, new\)).
  type: list
  elements: dict
  returned: success
waiting:
  description: A rotation that was begun and not finished, and what finishes it.
  type: list
  elements: dict
  returned: success
"""

from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._apply import managed_secret
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.db_credentials import (
    Options,
    Session,
    apply_credentials,
    observe_credentials,
    with_rotation,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.db_rotation import Target
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Planner
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import db_credentials
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_credentials_options import check_options, identified
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_rotation import Asked, secret_problems
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.managed_secret import MANAGED_SECRET
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Kind, Observed, Plan, plan
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Module, Spec, refuse_problems, run
from ansible_collections.pgfleet.aws.plugins.module_utils._single import (
    SINGLE_ARGUMENTS,
    carry_out,
    desired_of,
    plan_single,
    scope_of,
)

ARGUMENTS: dict[str, Any] = {
    **SINGLE_ARGUMENTS,
    "name": {"type": "str"},
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "password_length": {"type": "int", "default": 32, "no_log": False},
    "exclude_characters": {"type": "str", "default": "\"@/\\'"},
    "description": {"type": "str"},
    "kms_key_id": {"type": "str", "no_log": False},
    "engine": {"type": "str"},
    "host": {"type": "str"},
    "port": {"type": "int"},
    "dbname": {"type": "str"},
    "db_instance_identifier": {"type": "str"},
    "db_cluster_identifier": {"type": "str"},
    "recovery_window_days": {"type": "int", "default": 30},
    "rotate": {"type": "bool", "default": False},
    "rotate_if_older_than_days": {"type": "int"},
    "managed_by_rds": {"type": "bool", "default": False},
    "automatic_rotation_days": {"type": "int"},
    "wait_timeout": {"type": "int", "default": 600},
}
SPEC = Spec(
    ARGUMENTS,
    {
        "mutually_exclusive": [
            db_credentials.IDENTIFIERS,
            ("rotate", "rotate_if_older_than_days"),
            ("password", "rotate"),
            ("password", "rotate_if_older_than_days"),
        ],
        "required_together": [("host", "port")],
    },
)


def ensure(module: Module, clients: Clients) -> dict[str, Any]:
    refuse_problems(check_options(module.params))
    if module.params["managed_by_rds"]:
        return _ensure_managed(module, clients)
    return _ensure_own(module, clients)


def _ensure_own(module: Module, clients: Clients) -> dict[str, Any]:
    given, client = module.params, clients("secretsmanager")
    options = Options(*(given[name] for name in Options.__slots__))
    found = observe_credentials(client, given["name"], given["password"])
    if found is not None and given["state"] == "absent" and found.attributes["deleted_date"]:
        found = None
    handler = _handler(db_credentials.DB_CREDENTIALS, found, db_credentials.plan_db_credentials)
    wanted = db_credentials.with_attachment(desired_of(handler, given))
    single = plan_single(scope_of(module, clients, wanted.tags), handler, wanted, given)
    session = Session(clients, single.desired, options, module.no_log_values.add)
    if given["state"] == "present":
        asked = _asked(module)
        refuse_problems(secret_problems(single.desired, single.observed, "rotate", True) if asked.rotate else ())
        refuse_problems(db_credentials.verify(single.desired, single.observed))
        single = replace(single, plan=with_rotation(session, single.observed, single.plan, asked))
    if found is not None and found.attributes["_other_password"]:
        module.warn(
            f"The password in {wanted.name} is not the one given; it stays: change it together with the database's."
        )

    def apply(plan: Plan) -> str | None:
        return apply_credentials(session, single.observed, plan)

    return carry_out(module, single, "arn", apply)


def _ensure_managed(module: Module, clients: Clients) -> dict[str, Any]:
    given = module.params
    target = Target(clients, *identified(given), given["wait_timeout"])
    database, found = managed_secret.observe(clients, target.option, target.name)
    handler = _handler(MANAGED_SECRET, found)
    options = {**given, "name": found.name}
    wanted = desired_of(handler, options)
    single = plan_single(scope_of(module, clients, wanted.tags), handler, wanted, options)
    single = replace(single, plan=managed_secret.with_rotation(clients, database, single.plan, _asked(module)))
    return carry_out(module, single, "arn", lambda plan: managed_secret.apply(clients, target, found, plan))


def _handler(kind: Kind, found: Observed | None, planner: Planner = plan) -> Handler:
    return Handler(kind, lambda _scope, _wanted: [found] if found else [], plan=planner)


def _asked(module: Module) -> Asked:
    return Asked(module.params["rotate"], module.params["rotate_if_older_than_days"])


def main() -> None:
    run(SPEC, ensure)


if __name__ == "__main__":
    main()

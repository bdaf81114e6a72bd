#!/usr/bin/python
# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: database_status
version_added: 0.1.0
short_description: How one database is, in one read
description:
  - State, versions, pending changes and maintenance, alarms, the latest time that a backup restores, when the
    certificate expires, and whether the endpoint accepts connections, of one RDS instance or one Aurora cluster with
    its members.
  - What somebody should look at is in RV(status.trouble), the worst first.
  - M(amazon.aws.rds_instance_info) and M(amazon.aws.rds_cluster_info) return AWS's own documents of one sort; neither
    reads alarms, maintenance or metrics, nor asks the database.
  - Reads only.
author: pgfleet contributors (@pgfleet)
options:
  instance:
    description: Identifier of the RDS instance. This or O(cluster).
    type: str
  cluster:
    description: Identifier of the Aurora cluster. This or O(instance).
    type: str
  alarms:
    description: Names of the alarms that watch the database. One that does not exist is trouble.
    type: list
    elements: str
    default: []
  probe:
    description:
      - Whether to connect to the endpoint and see if PostgreSQL accepts connections, as C(pg_isready) does it, over TLS
        and without credentials.
      - Needs a way from where Ansible runs to the database.
    type: bool
    default: true
  probe_timeout_seconds:
    description: How long the endpoint has to answer.
    type: float
    default: 5
  certificate_days:
    description: A server certificate that expires within so many days is trouble.
    type: int
    default: 30
seealso:
  - name: Viewing DB instance status
    description: AWS's guide.
    link: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Reads only, so check mode does the same.
    support: full
  diff_mode:
    description: Reads only, so there is nothing to show.
    support: N/A
"""

EXAMPLES = r"""
- name: How the retail database is
  pgfleet.aws.database_status:
    instance: db-retail-prod
    alarms: [alarm-cpu-retail-prod, alarm-free-storage-retail-prod]
  register: database_status

- name: Stop when the cluster is in trouble
  pgfleet.aws.database_status:
    cluster: cluster-orders-prod
    probe: false
  register: database_status
  failed_when: database_status.status.trouble | length > 0
"""

RETURN = r"""
status:
  description: The status. Of a database that does not exist only C(identifier), C(state) and C(trouble).
  type: dict
  returned: success
  contains:
    identifier:
      description: Identifier of the instance or cluster.
      type: str
    engine:
      description: V(postgres) or V(aurora-postgresql).
      type: str
    engine_version:
      description: The version that runs.
      type: str
      sample: "16.13"
    state:
      description: RDS's status of the instance or cluster; V(absent) if there is none.
      type: str
      sample: available
    endpoint:
      description: Host and port of the instance, or of the cluster's writer; null while there is none.
      type: str
    members:
      description: The instance, or the cluster's members, with C(identifier), C(role) (V(instance), V(writer) or
        V(reader)), C(state), C(instance_class) and C(availability_zone).
      type: list
      elements: dict
    capacity_acu:
      description: Least and greatest capacity of a Serverless v2 cluster, as C(min) and C(max); null for others.
      type: dict
    multi_az:
      description: Whether there is a standby, or members in several zones.
      type: bool
    connections:
      description: Connections, of all members; null while CloudWatch knows none.
      type: int
    storage_used_percent:
      description: Share of an instance's storage that is in use; null for a cluster and while CloudWatch knows none.
      type: int
    restorable_to:
      description: The latest time to which a backup can restore, ISO 8601; null if there is no backup.
      type: str
    restorable_seconds_ago:
      description: How long ago that was.
      type: int
    certificate_valid_till:
      description: When the first server certificate expires, ISO 8601.
      type: str
    pending:
      description: Changes that are not in effect yet, with C(resource), C(what) and C(waits_for).
      type: list
      elements: dict
    maintenance:
      description: Maintenance that AWS has announced, as M(pgfleet.aws.pending_maintenance) returns it.
      type: list
      elements: dict
    alarms:
      description: Names of the alarms by state, C(ok), C(alarm), C(insufficient_data) and C(missing).
      type: dict
    answers:
      description: Whether the endpoint accepts connections; null if it was not asked.
      type: bool
    trouble:
      description: What somebody should look at, the worst first. Empty if all is well.
      type: list
      elements: str
"""

from datetime import UTC, datetime
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils import _status
from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.database_status import read
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Module, Spec, run

ARGUMENTS: dict[str, Any] = {
    "instance": {"type": "str"},
    "cluster": {"type": "str"},
    "alarms": {"type": "list", "elements": "str", "default": []},
    "probe": {"type": "bool", "default": True},
    "probe_timeout_seconds": {"type": "float", "default": 5},
    "certificate_days": {"type": "int", "default": 30},
}
NAMED = [["instance", "cluster"]]
SPEC = Spec(ARGUMENTS, {"required_one_of": NAMED, "mutually_exclusive": NAMED})


def ensure(module: Module, clients: Clients) -> dict[str, Any]:
    given, now = module.params, datetime.now(UTC)
    probe = given["probe_timeout_seconds"] if given["probe"] else None
    reads = read(clients, given["cluster"], given["instance"], given["alarms"], probe, now)
    if reads is None:
        return {"changed": False, "status": _status.absent(given["cluster"] or given["instance"])}
    return {"changed": False, "status": _status.status(reads, given["alarms"], now, given["certificate_days"])}


def main() -> None:
    run(SPEC, ensure)


if __name__ == "__main__":
    main()

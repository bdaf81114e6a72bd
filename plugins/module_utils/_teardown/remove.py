# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Carries a teardown out, kind by kind, until nothing of the owner is left to remove."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Plan
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown import (
    delete_clusters,
    delete_data,
    delete_database,
    delete_functions,
    delete_network,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.deletion import Deleter
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Teardown
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.order import words
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.waiting import Patience

DELETERS: dict[str, Deleter] = {
    "composite_alarm": delete_database.composite_alarms,
    "metric_alarm": delete_database.alarms,
    "lambda_function": delete_functions.functions,
    "dashboard": delete_database.dashboards,
    "ssm_parameter": delete_database.parameters,
    "rds_instance": delete_database.instances,
    "reader_autoscaling": delete_clusters.reader_autoscaling,
    "aurora_member": delete_clusters.members,
    "aurora_cluster": delete_clusters.clusters,
    "db_cluster_parameter_group": delete_clusters.parameter_groups,
    "db_parameter_group": delete_database.parameter_groups,
    "db_subnet_group": delete_database.subnet_groups,
    "log_group": delete_database.log_groups,
    "rds_event_subscription": delete_database.event_subscriptions,
    "sns_topic": delete_database.topics,
    "s3_bucket": delete_data.buckets,
    "iam_role": delete_database.roles,
    "secret": delete_data.secrets,
    "kms_key": delete_data.keys,
    "gateway_endpoint": delete_network.endpoints,
    "interface_endpoint": delete_network.endpoints,
    "nat_gateway": delete_network.nat_gateways,
    "elastic_ip": delete_network.addresses,
    "internet_gateway": delete_network.internet_gateways,
    "network_acl": delete_network.network_acls,
    "security_group": delete_network.security_groups,
    "route_table": delete_network.route_tables,
    "subnet": delete_network.subnets,
    "vpc": delete_network.vpcs,
}


@dataclass
class Remover:
    """Takes away a kind at a time: the first plan of a kind does it for all of them."""

    clients: Clients
    teardown: Teardown
    patience: Patience
    _done: set[str] = field(default_factory=set)

    def apply(self, plan: Plan) -> None:
        if plan.kind not in self._done:
            self._done.add(plan.kind)
            group = [removal for removal in self.teardown.removals if removal.found.kind == plan.kind]
            DELETERS[plan.kind](self.clients, group, self.patience)

    def settled(self, look_again: Callable[[], Teardown]) -> Teardown:
        """Look again until nothing is left to remove, and return what that last look decided.

        AWS lists some things for a while after their deletion, and RDS may have made a log group again. Without a
        removal before (check mode, or nothing to do) there is no second look. Raises WaitTimeout naming what is left.
        """
        if self._done:
            self.patience.until(lambda: self._again(look_again()), "everything that was to be removed")
        return self.teardown

    def _again(self, teardown: Teardown) -> str:
        self.teardown = teardown
        self._done.clear()
        if teardown.problems:
            return "; ".join(str(problem) for problem in teardown.problems)
        for removal in teardown.removals:
            self.apply(removal.as_plan())
        return ", ".join(f"{words(r.found.kind)} {r.found.name}" for r in teardown.removals)

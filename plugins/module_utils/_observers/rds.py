# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The kinds of RDS that the planner knows."""

from __future__ import annotations

from functools import partial

from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import (
    aurora_cluster,
    aurora_cluster_plan,
    db_parameter_group,
    db_subnet_group,
    rds_instance,
    rds_instance_plan,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter_level import CLUSTER, INSTANCE
from ansible_collections.pgfleet.aws.plugins.module_utils._observers import aurora_clusters, rds_groups, rds_instances

DB_SUBNET_GROUP = Handler(
    db_subnet_group.DB_SUBNET_GROUP, rds_groups.observe_subnet_groups, verify=rds_groups.verify_subnet_group
)
DB_PARAMETER_GROUP = Handler(
    db_parameter_group.DB_PARAMETER_GROUP,
    partial(rds_groups.observe_parameter_groups, INSTANCE),
    db_parameter_group.plan_db_parameter_group,
    rds_groups.verify_parameter_group,
)
DB_CLUSTER_PARAMETER_GROUP = Handler(
    db_parameter_group.DB_CLUSTER_PARAMETER_GROUP,
    partial(rds_groups.observe_parameter_groups, CLUSTER),
    db_parameter_group.plan_db_parameter_group,
    rds_groups.verify_parameter_group,
)
RDS_INSTANCE = Handler(
    rds_instance.RDS_INSTANCE,
    rds_instances.observe_instances,
    rds_instance_plan.plan_rds_instance,
    rds_instances.verify_instance,
    rds_instances.settle_replica,
)
AURORA_CLUSTER = Handler(
    aurora_cluster.AURORA_CLUSTER,
    aurora_clusters.observe_clusters,
    aurora_cluster_plan.plan_aurora_cluster,
    aurora_clusters.verify_cluster,
)
